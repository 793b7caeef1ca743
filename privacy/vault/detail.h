/*
 * privacy/vault/detail.h - what the ledger says about a person, sealed.
 *
 * A leaf is public, so it holds nothing but tags.  Everything derives from one
 * entry secret e, made from the person's tag root and their running number n
 * (0, 1, 2 ...; how many entries speak of them):
 *
 *	e           = BLAKE2b-256(key: tag root,  "troth entry"  || i64 n)
 *	subject tag = BLAKE2b-128(key: e, "subject")
 *	salts       = BLAKE2b-256(key: e, "record"), (key: e, "values")
 *	actor tag   = BLAKE2b-128(key: e, "actor") for the owner and the system,
 *	              BLAKE2b-128(key: role root, "role" || subject tag) in a role
 *
 * so nobody can tell which entries are one person's without the tag root, and
 * nobody at all once it is destroyed; a receipt that shows one e opens one.
 *
 * The record (when, what for, which fields, of what, and which entries about the
 * same person came before) is sealed with the ledger key, the values (from what, to what) with the person's own.  Each box begins
 * with the 8-byte id of its key.
 *
 * Stands on vault, entry.  Appends nothing: the keeper's record does.
 */
#ifndef PRIVACY_VAULT_DETAIL_H
#define PRIVACY_VAULT_DETAIL_H
#include "ledger/entry.h"
#include "privacy/vault/vault.h"

#define DETAIL_SECRET	32
#define DETAIL_OBJECT	256		/* bytes with NUL */

struct detail_words {
	int64_t		at;
	uint32_t	purpose;	/* enum purpose */
	uint64_t	fields;		/* FIELD_BIT()s; those opened since the last entry are added */
	const char	*object;	/* what it was about: a domain, a serial; NULL none */
	int64_t		change;		/* id of a change in the site store; 0 none */
	int64_t		actor;		/* member number of who acted in a role; 0 owner or system */
	bool		has_values;
	struct span	was, now;	/* what was corrected from what to what */
	int64_t		before, far;	/* ledger numbers of earlier entries (privacy/keeper/trail.h); -1 none */
};

struct detail_sealed {		/* {0} to begin with; detail_wipe() */
	unsigned char	subject[LEAF_TAG], actor[LEAF_TAG];
	struct buf	record, values;	/* the boxes; detail points into them */
	struct detail	detail;
};

/*
 * Seal one entry's detail: the n-th (from 0) about *o.  role_key: id of the
 * actor's KEY_ROLE_TAGS, 0 for owner and system.  Takes the vault's marks and
 * opened fields of this person.
 */
bool detail_close(struct vault *v, const struct owner *o, int64_t n, int64_t role_key,
    const struct detail_words *w, struct detail_sealed *out, struct err *e) MUST;
void detail_wipe(struct detail_sealed *d);	/* fits DROP() */

/* The subject tag of the n-th entry about *o: what shows that an entry is theirs, and which. */
bool detail_tag(struct vault *v, const struct owner *o, int64_t n,
    unsigned char tag[LEAF_TAG], struct err *e) MUST;
/* The n-th entry's secret e, for a receipt. */
bool detail_secret(struct vault *v, const struct owner *o, int64_t n,
    unsigned char secret[DETAIL_SECRET], struct err *e) MUST;

/*
 * The n-th entry's record in the clear with its salt, to show it to somebody: together with
 * the leaf that proves what stood there (ledger/shown.h).  ERR_CRYPTO.
 */
bool detail_show(struct vault *v, const struct owner *o, int64_t n, struct span record,
    struct buf *plain, unsigned char salt[32], struct err *e) MUST;

struct detail_opened {
	int64_t		at, change, actor;
	int64_t		before, far;	/* 0 when the record was erased */
	uint32_t	purpose;
	uint64_t	fields;
	char		object[DETAIL_OBJECT];
	size_t		mark_count;
	struct vault_mark marks[VAULT_MARKS];	/* rows this entry made */
	bool		has_values;	/* the entry had values; was and now are empty when not opened */
	struct buf	was, now;
};
void detail_opened_wipe(struct detail_opened *d);	/* fits DROP() */

/*
 * Open the n-th entry's stored boxes.  Empty boxes (erased, none) leave their
 * part empty.  with_values false leaves the values sealed.  ERR_CRYPTO.
 */
bool detail_open(struct vault *v, const struct owner *o, int64_t n, struct span record,
    struct span values, bool with_values, struct detail_opened *out, struct err *e) MUST;
/*
 * The same, and: does the leaf commit to what was opened?  *whole false when a
 * part was erased (its hashes are the verifier's to check).  ERR_TAMPER.
 */
bool detail_check(struct vault *v, const struct owner *o, int64_t n, const struct leaf *l,
    struct span record, struct span values, struct detail_opened *out, bool *whole,
    struct err *e) MUST;
#endif
