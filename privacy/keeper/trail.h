/*
 * privacy/keeper/trail.h - from one entry about a subject to the one before it.
 *
 * No table lists entries by member, and none is ordered by tag: tags are
 * random, so an index by them dirties a page of its own for each entry, which
 * decided the speed of every commit (ledger/chain.h).  Instead each entry's
 * sealed record holds two ledger numbers:
 *
 *	before	of the same subject's entry one place earlier
 *	far	of the one trail_far() places back, so that any place is reached
 *		in O(log entries) steps (E. W. Myers, "An applicative
 *		random-access stack", 1983: place minus the smallest digit of
 *		its skew-binary form)
 *
 * and the subject's row keeps, sealed with the subject's own key, the numbers of
 * the newest entry, the one far() of it, and so on to the first: all that the
 * next entry's two pointers are taken from, without reading any entry.  The
 * row version in the box's place is the running number.  A thief of the store
 * learns no link from member to entry.
 *
 * A pointer proves nothing: every entry read through one must bear the tag of
 * the subject and place it was read for, or it is ERR_TAMPER.
 *
 * Places count from 0; -1 is no place and no number.  Stands on chain, detail
 * and the subject table.  Appends nothing: that is record.
 */
#ifndef PRIVACY_KEEPER_TRAIL_H
#define PRIVACY_KEEPER_TRAIL_H
#include "ledger/chain.h"
#include "privacy/vault/detail.h"

struct keeper;

#define TRAIL_MOST 64		/* skew-binary digits of any running number, and the first entry */

struct trail {
	int64_t	subject;		/* -1: not known */
	int64_t	entries;		/* how many entries concern the subject */
	size_t	count;			/* of numbers; 0 without entries */
	int64_t	number[TRAIL_MOST];	/* of place entries - 1, of far of it, ... of place 0 */
};

/* The place that `place` points far back to; -1 of the first. */
int64_t trail_far(int64_t place);
/* What the next entry's record has to carry; -1: none. */
int64_t trail_next_before(const struct trail *t);
int64_t trail_next_far(const struct trail *t);
/* The next entry got this ledger number. */
void trail_push(struct trail *t, int64_t number);

/* Open *o's.  ERR_ABSENT no such subject; ERR_TAMPER: not of this subject and running number. */
bool trail_load(struct keeper *k, const struct owner *o, struct trail *t, struct err *e) MUST;
/* Seal and store *t, which trail_push lengthened by one since it was loaded.  Had the row moved, the batch would end in ERR_CONFLICT. */
bool trail_store(struct keeper *k, const struct owner *o, const struct trail *t, struct err *e) MUST;

struct trail_entry {			/* {0} to begin with; trail_entry_wipe() */
	int64_t		place, number;
	struct leaf	leaf;
	struct buf	record, values;	/* as stored; empty: erased or none */
	struct detail_opened opened;	/* the record; the values stay sealed */
};
void trail_entry_wipe(struct trail_entry *x);	/* fits DROP() */

/* *x becomes the entry of this place, whose ledger number is said to be `number`.  ERR_TAMPER: it is not. */
bool trail_at(struct keeper *k, const struct owner *o, int64_t place, int64_t number,
    struct trail_entry *x, struct err *e) MUST;
/* *x becomes the entry of any place, from the newest back.  ERR_ABSENT: no such place; ERR_TAMPER. */
bool trail_find(struct keeper *k, const struct owner *o, int64_t place, struct trail_entry *x,
    struct err *e) MUST;
/* *x becomes the entry one place before it.  ERR_ABSENT: it was the first; ERR_TAMPER. */
bool trail_older(struct keeper *k, const struct owner *o, struct trail_entry *x, struct err *e) MUST;
#endif
