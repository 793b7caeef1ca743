/*
 * ledger/tombstone.h - a journal's memory of an erasure.
 *
 * A journal is a file of (number, hash) records.  A tombstone is such a record
 * of another kind: the number is that of the ledger entry that says somebody was
 * erased, with the highest bit set (so it reads as negative), and the 32 bytes
 * beside it are
 *
 *	at  0  i64  the erasure's number
 *	at  8  i64  id of the destroyed key
 *	at 16  i64  id of the destroyed tag root
 *	at 24  8    first bytes of the entry's leaf hash
 *
 * so that whoever restores an older backup of the keys knows which of them must
 * go again before anything is served.  Keys' ids name nobody once the rows that
 * used them are gone.  A tombstone follows its entry's own record in the keeper's
 * journal, and stands in the signer's by itself.
 *
 * Stands on entry.  Writes no file: that is journal's.
 */
#ifndef LEDGER_TOMBSTONE_H
#define LEDGER_TOMBSTONE_H
#include "ledger/entry.h"

#define TOMBSTONE_LEAF	8	/* bytes of the entry's leaf hash */

struct tombstone {
	int64_t		entry;		/* its ledger number */
	int64_t		erasure, key, tags;
	unsigned char	leaf[TOMBSTONE_LEAF];
};

/* Is this record of a journal a tombstone? */
bool tombstone_is(int64_t number) MUST;
/* The record: its number and its 32 bytes. */
void tombstone_write(const struct tombstone *t, int64_t *number, unsigned char hash[LEAF_HASH]);
/* Back again, of a record that tombstone_is() said yes to. */
void tombstone_read(struct tombstone *t, int64_t number, const unsigned char hash[LEAF_HASH]);
#endif
