/*
 * portal/signer/book_inside.h - the book as its own files see it: tickets and certificates (book.c), lists and
 * checkpoint (book_lists.c).
 */
#ifndef PORTAL_SIGNER_BOOK_INSIDE_H
#define PORTAL_SIGNER_BOOK_INSIDE_H
#include "ledger/store/store.h"
#include "portal/signer/book.h"

#define BATCH_MOST	4096	/* deeds in one batch */

struct book {
	struct store	*st;
	struct journal	*journal;
	int64_t		last;		/* newest deed, the uncommitted too */
	int64_t		committed;	/* newest committed deed */
	bool		writing;	/* a transaction is open */
	bool		broken;		/* something went wrong half-way: the batch must not commit */
	bool		unsynced;	/* the journal has records the disk may lack */
	bool		behind;		/* the journal lacks what the store has: mend before writing */
	struct buf	path;		/* of the journal */
	size_t		waiting;	/* deeds of this batch, for the journal */
	struct { int64_t number; unsigned char hash[LEAF_HASH]; } wait[BATCH_MOST];
};

/* Before the first write of a batch. */
bool book_writing(struct book *b, struct err *e) MUST;
/* What failed half-way in a batch must not be committed with it. */
bool book_or_break(struct book *b, bool ok) MUST;
#endif
