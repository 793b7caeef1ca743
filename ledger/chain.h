/*
 * ledger/chain.h - the append-only ledger in a store, and its journal.
 *
 * Stands on store, entry, tree, journal; knows nothing of people or keys.
 * One chain a process, one writer a store; not thread-safe.
 *
 * Appends join the store's open transaction.  The caller's order is:
 * store_begin, chain_append ..., store_commit, chain_committed (which writes
 * number and leaf hash of each new entry to the journal), then answer.  After a
 * rollback call chain_rolled_back; with savepoints, chain_mark / chain_back.
 * When chain_append fails other than by ERR_INPUT, ERR_CONFLICT or ERR_DENIED, half an
 * entry may stand in the transaction: go back to a mark or roll back (until then
 * every further append fails).
 */
#ifndef LEDGER_CHAIN_H
#define LEDGER_CHAIN_H
#include "ledger/entry.h"
#include "ledger/store/store.h"

struct chain;
/*
 * Tables (for store_spec.schemas), the verifier reads them too:
 *
 *	leaf		number from 0 without gaps, the 104 bytes, `at` (latest time
 *			known at that entry, seconds, not published) and `batch`, the
 *			number of the first entry of its commit: what the journal may
 *			lack after a crash begins there
 *	detail		one row an entry, found by its number: of each part both hashes
 *			and the ciphertext; hashes NULL: no such part, ciphertext
 *			NULL beside hashes: erased
 *	node		roots of the complete subtrees of level 8, 16, 24 ... (256,
 *			65,536 ... entries), so that starting and proving cost
 *			hundreds of rows, never the whole ledger
 *	checkpoint	signed notes by size
 *	duty		entries another process answers for; done 0 or 1
 *	tombstone	entries that say somebody was erased, with what the journal keeps of it
 *
 * No table is ordered by tag.  Tags are random, so an index by them would dirty a page
 * of its own for each entry: measured, it took appending by 256 to 14 % of a bare
 * insert.  Who appends keeps the numbers, sealed, where it finds them again.
 */
extern const char chain_schema[];		/* for store_spec.schemas */
extern const char tombstone_schema[];		/* the same, of a later version: needed to open a chain */
extern const char *const chain_append_only[];	/* "leaf", "node", "checkpoint", "tombstone", NULL */

/*
 * Open the ledger in *st.  journal_path NULL: none.  Re-hashes from the
 * journal's last entry to the head, appends to the journal what it misses
 * (a crash between commit and journal) and refuses what contradicts it.
 * The newest stored checkpoint's root is compared too.
 * Fails: ERR_TAMPER (names the entry), ERR_BUSY (another process writes the journal), ERR_IO.
 */
bool chain_open(struct chain **out, struct store *st, const char *journal_path, struct err *e) MUST;
void chain_drop(struct chain **c);

/*
 * Append one entry: l->kind, role, subject and actor are the caller's; prev,
 * day and commitment are filled in here.  `at` is the time that also stands in
 * the record.  *seq (may be NULL) gets its number, from 0, without gaps.
 * Fails: ERR_INPUT, ERR_CONFLICT (a detail row stands there already), ERR_DENIED (at is more than
 * 60 s before the head's time, or its day before the head's day: a clock set
 * back), ERR_FULL, ERR_IO.
 */
bool chain_append(struct chain *c, struct leaf *l, const struct detail *d,
    int64_t at, int64_t *seq, struct err *e) MUST;
/*
 * Just before store_commit: after that there must be nothing left that lacks memory, else the
 * store would hold entries which neither the journal nor this head knows.  ERR_MEMORY.
 */
bool chain_ready(struct chain *c, struct err *e) MUST;
bool chain_committed(struct chain *c, struct err *e) MUST;	/* journal; fdatasync is store's and tick's */
/*
 * The tick's part: fdatasync of the journal, if it grew.  The store alone makes an answer
 * durable; what a power cut takes off the journal is a witness less until the next start.
 * ERR_IO: stop, do not retry.
 */
bool chain_sync(struct chain *c, struct err *e) MUST;
void chain_rolled_back(struct chain *c);
void chain_mark(struct chain *c);		/* remember the head; one level */
void chain_back(struct chain *c);		/* return to the marked head */

int64_t chain_size(const struct chain *c);	/* entries, the uncommitted too */
int64_t chain_at(const struct chain *c);	/* the latest time known at the newest committed entry; 0: there is none */
/* Entries that are committed: the size of the tree that chain_root and the proofs speak of. */
int64_t chain_settled(const struct chain *c);
/* RFC 6962 root of the committed tree. */
void chain_root(const struct chain *c, unsigned char root[LEAF_HASH]);
/*
 * Proof that the tree of `from` entries is a prefix of today's (RFC 6962 2.1.2):
 * n hashes of 32 bytes appended to *proof.  from 0 gives an empty proof.
 * Fails: ERR_INPUT (from > size), ERR_IO.
 */
bool chain_consistency(struct chain *c, int64_t from, struct buf *proof, struct err *e) MUST;
/* Proof that entry seq is in the tree of `size` entries (RFC 6962 2.1.1). */
bool chain_inclusion(struct chain *c, int64_t seq, int64_t size, struct buf *proof, struct err *e) MUST;

/*
 * Entry seq (an uncommitted one too): its leaf, and its sealed parts copied to *record
 * and *values (either may be NULL; empty when erased or none).  Whether it is the entry
 * that was meant is the caller's to compare, by its tag.  Fails: ERR_ABSENT, ERR_TAMPER
 * (the detail is missing or not what the leaf commits to).
 */
bool chain_read(struct chain *c, int64_t seq, struct leaf *l, struct buf *record,
    struct buf *values, struct err *e) MUST;
/* The ciphertexts of one entry go; hashes stay.  which: 1 record, 2 values, 3 both. */
bool chain_erase_detail(struct chain *c, int64_t seq, unsigned which, struct err *e) MUST;

/*
 * A duty is an entry that another process must answer for too (the signer, for
 * a ticket).  Opened in the entry's own transaction, done when that process
 * answered; the verifier matches done duties with the signer's journal both ways.
 */
bool chain_duty_open(struct chain *c, int64_t seq, struct err *e) MUST;
bool chain_duty_done(struct chain *c, int64_t seq, struct err *e) MUST;	/* done twice is fine; ERR_ABSENT */
/*
 * Entry seq (of this transaction) says that somebody was erased: with it goes a tombstone,
 * which chain_committed writes into the journal after the entry's own record.
 * t->entry and t->leaf are filled in.  ERR_ABSENT: no such entry.
 */
struct tombstone;
bool chain_bury(struct chain *c, int64_t seq, struct tombstone *t, struct err *e) MUST;
/* The tombstone of an entry.  ERR_ABSENT: it is none. */
bool chain_tombstone(struct chain *c, int64_t seq, struct tombstone *t, struct err *e) MUST;
/* Leaf hash of the newest appended entry (uncommitted too): what a ticket carries. */
void chain_head_hash(const struct chain *c, unsigned char hash[LEAF_HASH]);

/*
 * Keep a signed checkpoint (a C2SP signed note); the same again is fine.  Its
 * signature is the caller's to check.  ERR_CONFLICT: another note of that size;
 * ERR_INPUT: not a checkpoint of that size; ERR_TAMPER: its root is not ours.
 */
bool chain_checkpoint_store(struct chain *c, int64_t size, struct span note, struct err *e) MUST;
/* The newest one; note may be NULL.  ERR_ABSENT when none. */
bool chain_checkpoint_get(struct chain *c, int64_t *size, struct buf *note, struct err *e) MUST;
#endif
