/*
 * tests/unit/keeper_rig.h - a whole keeper inside a test: real stores, real
 * ledger, real hashing child, no sockets and a clock that stands.
 *
 * rig_ask() runs one operation as a batch of its own and waits for hashes.
 */
#ifndef TESTS_UNIT_KEEPER_RIG_H
#define TESTS_UNIT_KEEPER_RIG_H
#include "privacy/keeper/keeper.h"

#define RIG_START	INT64_C(1795000000)	/* 2026-11-18 */

struct rig {
	char		dir[64];
	struct conf	*conf;
	struct settings	set;
	struct keeper_keys keys;
	struct keeper	keeper;
	struct store	*key_store;
	struct ipc_ask	*back;			/* the request that came back from hashing */
	struct err	err;			/* of the last rig_ask */
};

/* Extra settings may be NULL-terminated "name=value" words. */
void rig_open(struct rig *r, const char *const *more);
/* Close and open the same files again, as after a restart. */
void rig_restart(struct rig *r);
void rig_drop(struct rig *r);
void rig_later(struct rig *r, int64_t seconds);		/* the clock moves on */
int64_t rig_now(const struct rig *r);
/* False: refused, r->err says how.  *out is reset first. */
bool rig_ask(struct rig *r, uint32_t op, const struct buf *in, struct buf *out);
/* As the given peer. */
bool rig_ask_as(struct rig *r, unsigned peer, uint32_t op, const struct buf *in, struct buf *out);

/* ---- the usual steps; each fails the test when refused ---- */
struct rig_block { int64_t member, bar_until, idle_until, ends_at, steps; unsigned flags; uint32_t roles; };
struct rig_mail { int64_t id; unsigned kind; char lang[16], to[256], object[MAIL_OBJECT_MAX + 1]; unsigned char token[TOKEN_BYTES]; };

bool rig_join(struct rig *r, const char *address, const char *password);
/* The next mail of the clerk, marked as sent; false: none. */
bool rig_mail(struct rig *r, struct rig_mail *m);
/* Mails until one of this kind. */
bool rig_mail_of(struct rig *r, unsigned kind, struct rig_mail *m);
bool rig_take(struct rig *r, const unsigned char token[TOKEN_BYTES]);
bool rig_sign_in(struct rig *r, const char *address, const char *password,
    unsigned char token[TOKEN_BYTES], struct rig_block *b);
/* Join, follow the link, sign in. */
void rig_member(struct rig *r, const char *address, const char *password,
    unsigned char token[TOKEN_BYTES]);
/* The password once more: token is the new one, the session fresh. */
bool rig_again(struct rig *r, unsigned char token[TOKEN_BYTES], const char *password);
/* Begin a request with the token. */
void rig_begin(struct buf *in, const unsigned char token[TOKEN_BYTES]);
void rig_block(struct span *s, struct rig_block *b);
/* One operation with a session and no fields; true and the block when allowed. */
bool rig_look(struct rig *r, uint32_t op, const unsigned char token[TOKEN_BYTES],
    struct buf *out, struct rig_block *b);
#endif
