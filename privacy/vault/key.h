/*
 * privacy/vault/key.h - the key store: who has which key, and how it ends.
 *
 * A database of its own (keys.db, with its own short-lived backups).  Each key
 * is 256 random bits, wrapped by a versioned root key that lives in a file
 * beside it.  Keys are named by id; an id is never used again, a destroyed key
 * stays listed without its bytes.  What opens a person's fields (KEY_SUBJECT)
 * and what marks a person's ledger entries (KEY_TAGS) are separate keys, so
 * that a receipt that shows one entry's secret opens nothing.
 *
 * Every writing call is one transaction of its own, durable when it returns:
 * create keys before the row that names them is committed, destroy them after
 * the intent is.  A key nobody names is harmless.
 *
 * Stands on store and seal.  Unwrapped keys live in locked pages, without
 * core dumps, in a small cache; not thread-safe.
 */
#ifndef PRIVACY_VAULT_KEY_H
#define PRIVACY_VAULT_KEY_H
#include "ledger/store/store.h"
#include "privacy/vault/seal.h"

enum key_kind {			/* append only: numbers stand in wrapped keys */
	KEY_SUBJECT = 1,	/* a person's (later: a case's) sealed fields and values */
	KEY_TAGS,		/* a person's tag root: subject tags and salts */
	KEY_ROLE_TAGS,		/* a person's acts in a role; outlives KEY_TAGS */
	KEY_LEDGER,		/* records of all entries */
	KEY_SITE,		/* what belongs to nobody yet: waiting joins, their mails */
	KEY__COUNT
};

struct keys;
extern const char keys_schema[];		/* for store_spec.schemas of keys.db */
#define KEYS_SCHEMA_VERSION 1

/* Borrows *st (of keys.db) until dropped.  ERR_IO, ERR_INPUT (root file), ERR_CRYPTO. */
bool keys_open(struct keys **out, struct store *st, const char *root_path, struct err *e) MUST;
void keys_drop(struct keys **k);

/* Make n keys for `owner` (a member number; 0 the site), one of each kind, in one commit. */
bool keys_create(struct keys *k, const enum key_kind *kinds, size_t n, int64_t owner,
    int64_t at, int64_t *ids, struct err *e) MUST;
/* The key itself, into the caller's (locked) memory.  ERR_ABSENT: unknown or destroyed; ERR_CRYPTO. */
bool keys_get(struct keys *k, int64_t id, unsigned char into[SEAL_KEY], struct err *e) MUST;
/* The newest live key of this kind and owner.  ERR_ABSENT. */
bool keys_find(struct keys *k, enum key_kind kind, int64_t owner, int64_t *id, struct err *e) MUST;

/* It is nobody's from now on (owner -1) and works as before.  ERR_ABSENT. */
bool keys_disown(struct keys *k, int64_t id, struct err *e) MUST;
/* Overwrite one key's bytes and whose it was, commit, empty the WAL.  Twice is fine.  ERR_ABSENT: never was. */
bool keys_destroy(struct keys *k, int64_t id, int64_t at, struct err *e) MUST;

/*
 * A new root version: written to the root file (new file, fsync, rename), then
 * every live key is wrapped anew in one transaction.  After a crash between
 * the two the file holds both versions and the next call goes on.
 */
bool keys_rotate_root(struct keys *k, int64_t at, struct err *e) MUST;
/* Remove root versions that wrap nothing any more and were replaced before `before`. */
bool keys_retire_roots(struct keys *k, int64_t before, struct err *e) MUST;
int64_t keys_root_version(const struct keys *k);
#endif
