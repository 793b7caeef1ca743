/*
 * ledger/verify.h - is the ledger of a site what it was?
 *
 * Reads a site's state folder and changes nothing in it:
 *
 *	keeper/keeper.db	leaf, detail, node, checkpoint, duty (see chain.h)
 *	keeper/journal		every entry's number and leaf hash
 *	signer/journal		the same of every ticket the signer honoured
 *	signer/book.sqlite	the head the signer signed last, its tickets and certificates; absent: not compared
 *	signer/checkpoint.pub	its key as a vkey line; absent: signatures not checked
 *
 * Checks that entries are well formed, numbered without a gap, chained, never
 * of an earlier day; stored nodes; every checkpoint's root and signature; every
 * detail row against its leaf, by number;
 * the keeper's journal against the ledger and the ledger against the journal;
 * duties done against the signer's journal, both ways, the tree against the signer's head, the signer's
 * journal against its book, and that what its tickets revoked is revoked there; that the ledger's tables are as
 * chain.h makes them.
 *
 * May run beside a live keeper: the journals' lengths are taken before the
 * snapshot (what they hold then must be in it), the journals are read after
 * (what was done then must be in them).  The keeper's journal may lack the
 * newest commit, which a crash or an answer in flight leaves open.
 *
 * What it cannot see: a ledger, journals and checkpoints all cut back together
 * (that is seen by whoever kept a checkpoint elsewhere); what is newer than the newest checkpoint, written
 * anew with its journals (the report counts it); one checkpoint less, which the next covers; a
 * ciphertext taken away, which looks like an erased one (counted); a duty opened again (counted);
 * and another time within the same day, or another commit, in the unpublished columns beside a leaf,
 * which only guard the clock and a crash: the time that people read stands in the sealed record.
 * Other rows beside the ledger's tables are not looked at.
 *
 * Constant memory (about 10 MiB).  Stands on chain's tables, journal, tree,
 * checkpoint.  Knows no key and opens nothing sealed.
 */
#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H
#include "ledger/entry.h"

struct verify_report {
	int64_t	entries, checkpoints, nodes;
	int64_t	erased;			/* entries of whose detail something was erased */
	int64_t	duties, open_duties;
	int64_t	tombstones;		/* entries that say somebody was erased */
	int64_t	uncovered;		/* newer than the newest checkpoint */
	int64_t	unjournaled;		/* of the newest commit, not in the keeper's journal yet */
	bool	signatures;		/* checkpoints' signatures were checked */
	bool	head;			/* the head the signer signed last was compared */
	int64_t	first_bad;		/* entry; -1: none, or not known */
	int64_t	journal_ms, leaf_ms, detail_ms, duty_ms;	/* what each pass took */
	unsigned char root[LEAF_HASH];	/* of all entries */
};

/* Called now and then with entries done and to do; may be NULL. */
typedef void verify_progress(void *self, const char *pass, int64_t done, int64_t all);

/*
 * False: ERR_TAMPER, *e naming the first bad entry ("entry 17: ..."); any other
 * kind: it could not be checked (ERR_ABSENT neither store nor journal; ERR_BUSY a writer started
 * meanwhile, try again; ERR_INPUT the key file; ERR_IO).
 */
bool verify_site(struct verify_report *r, const char *state, verify_progress *tell, void *self,
    struct err *e) MUST;
#endif
