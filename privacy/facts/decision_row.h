/*
 * privacy/facts/decision_row.h - what decision.c, decision_sweep.c, standing.c, seat.c and founding.c share; nobody else includes it.
 */
#ifndef PRIVACY_FACTS_DECISION_ROW_H
#define PRIVACY_FACTS_DECISION_ROW_H
#include "privacy/facts/decision.h"

/* It ended so.  ERR_CONFLICT with WHY_DECISION_DONE: it had already. */
bool decision_end(struct keeper *k, const struct decision *d, enum decision_state s, int64_t now, struct err *e) MUST;
/* An officer asks; d->id is set.  Records it. */
bool decision_ask(struct keeper *k, struct act *a, struct decision *d, const char *reason, struct err *e) MUST;
/* Append WHAT IF: u8 there and five i64. */
bool what_if_pack(struct keeper *k, struct act *a, bool there, int64_t assurer, struct err *e) MUST;
/* Tell members whose points will fall, at most `most`; *done: how many. */
bool falls_tell(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;
#endif
