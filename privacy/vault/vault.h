/*
 * privacy/vault/vault.h - sealed fields of people, and nothing in the clear.
 *
 * One table, sealed(subject, field, object, version, key, since, box).  A field
 * that a person can have several of (addresses, domains, certificates,
 * questions) is told apart by object; others have object 0.  The version grows
 * with every change and survives erasing, so a box put back from an older copy
 * of its row opens only together with its old version, and the ledger's
 * records name the version each change made (struct vault_mark): `doctor`
 * finds it.
 *
 * The vault keeps account while a request runs: which rows changed (marks) and
 * which fields of whom were opened.  detail_close() takes both into the entry;
 * vault_settled() says whether anything was opened or changed that no entry
 * speaks of.  FIELD_CREDENTIAL is exempt from opening: it never leaves.
 *
 * Beside that account it counts, at the one place where seals are broken, how often a
 * field of a person came out, and how many of these openings entries took in: whatever
 * way a value was reached, both must be the same, or the request is refused.
 *
 * Stands on key, index, seal, store.  Decides nothing about who may look:
 * that is purpose and keeper.  Not thread-safe.
 */
#ifndef PRIVACY_VAULT_VAULT_H
#define PRIVACY_VAULT_VAULT_H
#include "privacy/purpose.h"
#include "privacy/vault/index.h"
#include "privacy/vault/key.h"

struct vault;
extern const char vault_schema[];		/* for store_spec.schemas of keeper.db */

struct owner {			/* a data subject, as the vault knows one */
	int64_t	number;		/* member number */
	int64_t	key;		/* id of the KEY_SUBJECT */
	int64_t	tags;		/* id of the KEY_TAGS */
};

/* used: the keeper store holds entries already, so the site's own keys exist, and are never made anew. */
struct vault_paths { const char *root_key, *index_key; bool used; };
/* Borrows both stores.  Makes the ledger key and the site key the first time. */
bool vault_open(struct vault **out, struct store *keeper, struct store *keys,
    const struct vault_paths *p, int64_t at, struct err *e) MUST;
void vault_drop(struct vault **v);
struct keys *vault_keys(struct vault *v);
const struct indexes *vault_indexes(const struct vault *v);
int64_t vault_site_key(const struct vault *v);	/* id, for what belongs to nobody yet */
int64_t vault_ledger_key(const struct vault *v);
/* Make o->key and o->tags for o->number. */
bool vault_owner_create(struct vault *v, struct owner *o, int64_t at, struct err *e) MUST;

/* ---- a person's fields ---- */
/* Seal `plain` as this field, replacing what was there; the row's version grows by one. */
bool vault_put(struct vault *v, const struct owner *o, enum field f, int64_t object,
    struct span plain, int64_t at, struct err *e) MUST;
/* Append the value to *into.  since may be NULL.  ERR_ABSENT: none (or erased); ERR_CRYPTO. */
bool vault_get(struct vault *v, const struct owner *o, enum field f, int64_t object,
    struct buf *into, int64_t *since, struct err *e) MUST;
/* The same, but a missing value is true with *found false. */
bool vault_find(struct vault *v, const struct owner *o, enum field f, int64_t object,
    struct buf *into, int64_t *since, bool *found, struct err *e) MUST;
/*
 * vault_find without account.  Most of it is the keeper's own use of a value that
 * leaves in no answer: comparing a credential, addressing a mail (which has a line of
 * its own), telling two questions apart, reckoning an age and by which country's
 * rules.  Two values do leave: the assurer's name and the member's initials, which are
 * the other's to keep since an assurance (its entries say so).  ERR_DENIED for any
 * other field.
 */
bool vault_peek(struct vault *v, const struct owner *o, enum field f, int64_t object,
    struct buf *into, bool *found, struct err *e) MUST;
/*
 * The values of fields first..last (all objects), in order, in one look-up;
 * those in `open` are opened and accounted, of the others only `since` is told
 * (value empty, opened false).  each keeps nothing of value.
 */
typedef bool vault_field_reader(void *self, enum field f, int64_t object, int64_t since,
    bool opened, struct span value, struct err *e);
bool vault_range(struct vault *v, const struct owner *o, enum field first, enum field last,
    uint64_t open, vault_field_reader *each, void *self, struct err *e) MUST;
/* Is there a value?  Opens nothing.  since may be NULL. */
bool vault_has(struct vault *v, int64_t subject, enum field f, int64_t object,
    int64_t *since, bool *found, struct err *e) MUST;
/* The row's version, erased or not; 0: there never was one.  Opens nothing. */
bool vault_version(struct vault *v, int64_t subject, enum field f, int64_t object,
    int64_t *version, struct err *e) MUST;
/* The box goes, row and version stay.  *was (may be NULL): there was a value. */
bool vault_erase(struct vault *v, int64_t subject, enum field f, int64_t object,
    int64_t at, bool *was, struct err *e) MUST;

/* All rows of a person whose keys are destroyed too: a join that vanished, an erasure. */
bool vault_forget(struct vault *v, int64_t subject, struct err *e) MUST;
/* The same of all but these fields (FIELD_BIT()s). */
bool vault_forget_but(struct vault *v, int64_t subject, uint64_t kept, struct err *e) MUST;

/* ---- other tables' sealed columns ---- */
/* at->key names the key; the place must be the same when opening. */
bool vault_seal(struct vault *v, const struct seal_place *at, struct span plain,
    struct buf *into, struct err *e) MUST;
bool vault_unseal(struct vault *v, const struct seal_place *at, struct span box,
    struct buf *into, struct err *e) MUST;

/* ---- account of the request being answered ---- */
struct vault_mark { int64_t subject; uint32_t field; int64_t object, version; };
#define VAULT_MARKS 64		/* a request that changes more rows is refused: ERR_INPUT */
/* Forget the account (a request begins, or was rolled back). */
void vault_fresh(struct vault *v);
/* Bits of the fields of `subject` opened and not yet spoken of by an entry. */
uint64_t vault_opened(const struct vault *v, int64_t subject);
/* Bits of the fields of `subject` of which a value that was there before was changed or erased, and no entry speaks of it yet. */
uint64_t vault_changed(const struct vault *v, int64_t subject);
/* Those of them of which one is gone: nothing stands in its place. */
bool vault_erased(struct vault *v, int64_t subject, uint64_t *bits, struct err *e) MUST;
/* Move the marks of `subject` to into[VAULT_MARKS] and count what was opened as told. */
size_t vault_take(struct vault *v, int64_t subject, struct vault_mark *into);
/* ERR_DENIED: something was opened or changed that no entry speaks of, or more often unsealed than told. */
bool vault_settled(const struct vault *v, struct err *e) MUST;
/* This request is kept: what it opened and told is added to the sums since start. */
void vault_kept(struct vault *v);
/* Openings for an answer, and those that entries tell of; looks that stay inside (vault_peek, vault_each) aside. */
struct vault_sums { int64_t opened, told; };
void vault_summed(const struct vault *v, struct vault_sums *into);
/* How often each field was opened since start, by enum field: for the control. */
void vault_counts(const struct vault *v, int64_t into[FIELD__COUNT]);

/* One row of a person, for `doctor`: plain is empty when erased. */
struct vault_row { uint32_t field; int64_t object, version, since; bool erased; };
typedef bool vault_row_reader(void *self, const struct vault_row *r, struct span plain, struct err *e);
/* Open every row of this person, by field and object, to compare and forget it: without account.  ERR_CRYPTO: one does not open. */
bool vault_each(struct vault *v, const struct owner *o, vault_row_reader *each, void *self,
    struct err *e) MUST;
/* Sealed rows in all, erased ones too; members they belong to must exist. */
bool vault_size(struct vault *v, int64_t *rows, struct err *e) MUST;
#endif
