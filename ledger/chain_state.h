/*
 * ledger/chain_state.h - what the files of the chain share; see chain.h, private to chain*.c.
 *
 * chain.c appends, reads and erases; chain_start.c believes a ledger only after
 * its journal, its last entries and its last checkpoint agreed with it;
 * chain_tree.c keeps the Merkle tree in the store and proves from it;
 * chain_note.c keeps signed checkpoints.
 */
#ifndef LEDGER_CHAIN_STATE_H
#define LEDGER_CHAIN_STATE_H
#include "ledger/base/clock.h"
#include "ledger/chain.h"
#include "ledger/journal.h"
#include "ledger/tombstone.h"
#include "ledger/tree.h"


struct head {
	struct tree	tree;
	unsigned char	hash[LEAF_HASH];	/* of the newest entry; zeros: none */
	int64_t		at;			/* latest time seen */
	uint32_t	day;			/* of the newest entry */
	size_t		waiting;		/* bytes of chain.hashes up to here */
	size_t		graves;			/* the same of chain.graves */
	bool		torn;			/* half an entry stands in the transaction */
};

struct chain {
	struct store	*st;
	struct journal	*journal;		/* NULL: none */
	struct head	committed, now, marked;
	struct buf	hashes;			/* leaf hashes of what is not yet committed */
	struct buf	graves;			/* tombstones of that, as the journal will have them */
};

/* ---- chain_start.c ---- */
/* Load the committed head and check what chain_open says; c->st is set.  ERR_TAMPER, ERR_BUSY, ERR_IO. */
bool chain_start(struct chain *c, const char *journal_path, struct err *e) MUST;

/* One more tombstone for the journal; the next one of *s goes there. */
void chain_grave_add(struct chain *c, const struct tombstone *t);
bool chain_grave_journal(struct chain *c, struct span *s, struct err *e) MUST;

/* ---- chain_tree.c ---- */
/* Leaf hash of entry number.  ERR_TAMPER: missing or misshapen. */
bool chain_hash(struct chain *c, int64_t number, unsigned char hash[LEAF_HASH], struct err *e) MUST;
/* A tree_reader (self: struct chain): any perfect subtree from the stored ones or the leaves below it. */
bool chain_node(void *self, unsigned level, int64_t place, unsigned char hash[LEAF_HASH],
    struct err *e) MUST;
/* Store the subtrees that the newest entry of *t completed, of the levels that are stored. */
bool chain_nodes_add(struct chain *c, const struct tree *t, struct err *e) MUST;

/* ---- chain_note.c ---- */
/* Does the newest checkpoint speak of this ledger?  ERR_TAMPER. */
bool chain_note_check(struct chain *c, struct err *e) MUST;
#endif
