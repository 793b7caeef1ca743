/*
 * privacy/rights/retain.h - each day's run of the retention table.
 *
 * The rooms keep deleting what is theirs (their sweeps); each tells retain_note how many
 * rows went by which rule (retain_table.h).  After a day is over one line on the ledger gives its
 * counts, and nothing else: no line says whose rows they were.
 *
 * Stands on keeper and record.  Deletes nothing itself.
 */
#ifndef PRIVACY_RIGHTS_RETAIN_H
#define PRIVACY_RIGHTS_RETAIN_H
#include "privacy/keeper/keeper.h"
#include "privacy/rights/retain_table.h"

extern const char retain_schema[];

/* So many rows went by this rule today.  Joins the batch. */
bool retain_note(struct keeper *k, enum retain_rule r, int64_t n, struct err *e) MUST;
/* How many rows are over for longer than `late` seconds and still here: nobody sweeps. */
bool retain_late(struct keeper *k, int64_t now, int64_t late, int64_t *rows, struct err *e) MUST;
/* One line about the last day with a run, once it is over; from the first call on. */
bool retain_days(struct keeper *k, int64_t now, struct err *e) MUST;
#endif
