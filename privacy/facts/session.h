/*
 * privacy/facts/session.h - sessions without cookies.
 *
 * A token is 192 random bits; only its hash is kept.  The token changes at each
 * password entry; the one before may still show, not act, for old_token_life.
 * Signing in is no such entry: a session begins without what lies behind the
 * password, so that an address stolen right then opens none of it, and who
 * steals one later loses it when the owner enters the password.
 * A session ends after session_idle (shared computers: session_idle_shared),
 * after session_life, at sign-out, and when a role changes.  "Last seen" is
 * written at most every 20 seconds, in the commit that the request makes anyway.
 *
 * A session opened by a client certificate is good only while the register
 * says that certificate is, and only in requests that show it (bearer.h).
 *
 * Stands on keeper, register.
 */
#ifndef PRIVACY_FACTS_SESSION_H
#define PRIVACY_FACTS_SESSION_H
#include "privacy/keeper/keeper.h"

extern const char session_schema[];

/* Fill *a from the session of this token.  ERR_DENIED with WHY_SESSION_OVER. */
bool session_enter(struct keeper *k, struct act *a, const unsigned char token[TOKEN_BYTES],
    struct err *e) MUST;
/* Append the SESSION BLOCK of *a. */
void session_block(struct buf *b, const struct act *a);

struct session_new {			/* how a session begins */
	int64_t		member;
	bool		shared;
	const unsigned char *cert, *serial;	/* [32] and [16], both or neither */
};
/* Begin a session, not fresh: fills *a as session_enter does and token. */
bool session_begin(struct keeper *k, struct act *a, const struct session_new *n,
    unsigned char token[TOKEN_BYTES], struct err *e) MUST;
/* The password was entered: a new token, fresh from now. */
bool session_renew(struct keeper *k, struct act *a, unsigned char token[TOKEN_BYTES],
    struct err *e) MUST;
/* End all sessions of a member, except one (0: none is spared). */
bool session_end_all(struct keeper *k, int64_t member, int64_t except, struct err *e) MUST;
bool session_count(struct keeper *k, int64_t now, int64_t *n, struct err *e) MUST;
/* Delete at most `most` sessions that are over. */
bool session_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *ended, struct err *e) MUST;
#endif
