/*
 * ledger/shown.h - one entry's record, shown to strangers and nothing else of it.
 *
 * Packed (ledger/base/pack.h), so that it can stand in a proof's extra line:
 *
 *	text	"troth-shown@v1"
 *	[104]	the leaf
 *	bytes	plaintext of the record
 *	[32]	its salt
 *	[32]	sealed hash of the record, [32] inner and [32] sealed hash of the values
 *		(zeros where there is no such part)
 *	text	the words that are shown: they stand, as a text, in the plaintext
 *
 * Checking needs no key: the salt and the plaintext give the inner hash, the four hashes
 * give the leaf's commitment (entry.h), the leaf gives its hash in the tree.
 *
 * Stands on entry.  Does not know what a record holds beyond that text.
 */
#ifndef LEDGER_SHOWN_H
#define LEDGER_SHOWN_H
#include "ledger/entry.h"

#define SHOWN_SALT	32
#define SHOWN_WORDS	256	/* bytes with NUL */

struct shown {
	unsigned char	leaf[LEAF_BYTES], salt[SHOWN_SALT];
	unsigned char	sealed_r[LEAF_HASH], inner_v[LEAF_HASH], sealed_v[LEAF_HASH];
	struct span	record;			/* plaintext; borrowed */
	char		words[SHOWN_WORDS];
};

void shown_pack(struct buf *into, const struct shown *s);
/* s->record borrows from packed.  ERR_INPUT: misshapen. */
bool shown_unpack(struct shown *s, struct span packed, struct err *e) MUST;
/*
 * Does the leaf commit to this record, and does the record hold these words?  hash gets the
 * leaf's hash, for a proof.  ERR_TAMPER.
 */
bool shown_check(const struct shown *s, unsigned char hash[LEAF_HASH], struct err *e) MUST;
#endif
