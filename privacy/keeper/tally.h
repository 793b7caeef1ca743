/*
 * privacy/keeper/tally.h - how often what happened on which day: sums, and nobody in them.
 *
 * The statistics page, the living statement and the transparency report are made
 * of these.  A count is exact: it joins the commit of what it counts.  While a
 * batch runs counts grow in memory, so that a batch costs one statement for each
 * thing it counted, however often; a request that is undone takes its counts back.
 *
 * What is counted: each ledger entry about a person by its purpose, and a few
 * events that a line of somebody's history does not tell apart: fields given under law, cases and decisions by kind
 * and end.
 *
 * Stands on the keeper's store.  Knows no person; what is public of it, and how
 * coarse, is op_tallies' and the pages' to say.
 */
#ifndef PRIVACY_KEEPER_TALLY_H
#define PRIVACY_KEEPER_TALLY_H
#include "ledger/base/ipc.h"
#include "privacy/keeper/op.h"
#include "privacy/purpose.h"

struct keeper;
extern const char tally_schema[];	/* after member, register and assurance: it counts what is there */

struct tally {				/* of the batch that runs */
	uint32_t	purpose[PURPOSE__COUNT], event[TALLY__COUNT];
	uint32_t	given[FIELD__COUNT];	/* fields in files of disclosures */
	uint32_t	cases[CASE_KIND__COUNT][CASE_OUTCOME__COUNT];	/* [kind][0]: opened */
	uint32_t	decided[DECISION_KIND__COUNT][DECISION_LAPSED + 1];
	bool		any;
};

/* One more.  Day and commit are the batch's. */
void tally_purpose(struct keeper *k, enum purpose p);
void tally_event(struct keeper *k, enum tally_event v);
/* Each of these fields was given away once. */
void tally_given(struct keeper *k, uint64_t fields);
/* A case of this kind was opened (0), or ended so. */
void tally_case(struct keeper *k, enum case_kind kind, unsigned outcome);
/* A decision of this kind ended so. */
void tally_decision(struct keeper *k, enum decision_kind kind, enum decision_state state);
/* A request begins; it is undone. */
void tally_mark(struct keeper *k);
void tally_back(struct keeper *k);
/* The batch is about to commit: write what was counted; it was rolled back: forget it. */
bool tally_store(struct keeper *k, int64_t now, struct err *e) MUST;
void tally_drop(struct keeper *k);
/* KEEPER_REPORT's answer: by quarter, exact. */
bool report_pack(struct keeper *k, int64_t now, struct buf *into, struct err *e) MUST;
#endif
