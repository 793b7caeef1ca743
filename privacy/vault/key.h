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
#include "ledger/base/clock.h"
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

/* Every live key of a kind, by id: its owner is told, not its bytes. */
typedef bool key_reader(void *self, int64_t id, int64_t owner, struct err *e);
bool keys_each(struct keys *k, enum key_kind kind, key_reader *each, void *self, struct err *e) MUST;

/* It is nobody's from now on (owner -1) and works as before.  ERR_ABSENT. */
bool keys_disown(struct keys *k, int64_t id, struct err *e) MUST;
/* Overwrite one key's bytes and whose it was, commit, empty the WAL.  Twice is fine.  ERR_ABSENT: never was. */
bool keys_destroy(struct keys *k, int64_t id, int64_t at, struct err *e) MUST;

/*
 * The root's rotation, in slices, so that nobody waits for a whole site's keys.
 * keys_rotate_begin writes a new version to the root file (new file, fsync, rename)
 * or, where an earlier rotation was cut short, does nothing; new keys are wrapped by
 * it from then on.  keys_rotate_some wraps at most `most` others anew in one
 * transaction; *done: how many it were, *left: how many still hang on older
 * versions.  With *left 0 it also emptied the WAL.  Both versions stand in the file
 * until keys_retire_roots, so a crash anywhere between loses nothing.
 * ERR_DENIED: four versions stand there already, the oldest must go first.
 */
bool keys_rotate_begin(struct keys *k, int64_t at, struct err *e) MUST;
bool keys_rotate_some(struct keys *k, int64_t most, int64_t *done, int64_t *left, struct err *e) MUST;
/* How many keys hang on older versions: a rotation is under way, or was cut short. */
bool keys_rotate_left(struct keys *k, int64_t *left, struct err *e) MUST;
/*
 * Remove root versions that wrap nothing any more and were replaced before `before`; the file
 * they stood in is overwritten.  *gone (may be NULL): how many.  ERR_CONFLICT: keys still hang on one.
 */
bool keys_retire_roots(struct keys *k, int64_t before, int64_t *gone, struct err *e) MUST;
#define KEYS_ROOT_LIFE	(30 * DAY)	/* a version is replaced before it is so old */
#define KEYS_ROOT_KEPT	(30 * DAY)	/* so long after that it is destroyed */
struct keys_root { int64_t version, made_at, versions, oldest_over; };	/* newest; in the file; when the oldest was replaced, 0: it is the newest */
bool keys_root_look(struct keys *k, struct keys_root *r, struct err *e) MUST;
int64_t keys_root_version(const struct keys *k);
#endif
