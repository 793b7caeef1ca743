/*
 * ledger/proof.h - a proof that an entry is in a ledger, as a file of its own: C2SP tlog-proof.
 *
 *	c2sp.org/tlog-proof@v1
 *	extra BASE64			what is shown of the entry (ledger/shown.h); may be absent
 *	index N
 *	BASE64 ...			hashes, from the leaf's sibling to the root's child
 *					(an empty line)
 *	the checkpoint, a signed note
 *
 * Any reader of that format can check index, hashes and checkpoint.  The extra line is
 * not covered by them: what it shows is believed only because it hashes to the leaf.
 * Source: c2sp.org/tlog-proof.
 *
 * Stands on checkpoint, tree.  Reads no file.
 */
#ifndef LEDGER_PROOF_H
#define LEDGER_PROOF_H
#include "ledger/checkpoint.h"

#define PROOF_MAX	(1u << 17)	/* bytes of a whole file */
#define PROOF_HASHES	63

struct proof {			/* {0} to begin with; proof_wipe() */
	int64_t		index;
	struct buf	extra, hashes, note;	/* extra as bytes; hashes: n * 32 */
};
void proof_wipe(struct proof *p);		/* fits DROP() */

/* Appends the whole file.  ERR_INPUT: more hashes than there are levels. */
bool proof_write(struct buf *into, const struct proof *p, struct err *e) MUST;
/* ERR_INPUT: not a proof. */
bool proof_read(struct proof *p, struct span text, struct err *e) MUST;
/*
 * Is this leaf hash at p->index of the tree that the checkpoint speaks of, and is that
 * signed by this key?  *c (may be NULL) gets the checkpoint.  ERR_TAMPER: it is not in it;
 * ERR_CRYPTO: not signed by this key; ERR_INPUT: misshapen.
 */
bool proof_check(const struct proof *p, const unsigned char leaf[LEAF_HASH], const char *name,
    const unsigned char public_key[NOTE_PUBLIC], struct checkpoint *c, struct err *e) MUST;
#endif
