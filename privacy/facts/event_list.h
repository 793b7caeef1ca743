/*
 * privacy/facts/event_list.h - the list of those who come, for an evening without a network.
 *
 * For who announced the event and the assurers who checked in, until its passes are
 * over.  A line is a number and a name; the name only of those of full age who ticked
 * so, else the initials.  Each person listed gets a line in their
 * history.  It is given by a one-use address (once.h).
 *
 * Stands on event_part, name, trust.
 */
#ifndef PRIVACY_FACTS_EVENT_LIST_H
#define PRIVACY_FACTS_EVENT_LIST_H
#include "privacy/keeper/keeper.h"

/* May the act's owner have it?  ERR_DENIED with WHY_ROLE and the like, WHY_EVENT_CHECK_IN; ERR_ABSENT with WHY_EVENT_ABSENT. */
bool event_list_may(struct keeper *k, struct act *a, int64_t event, struct err *e) MUST;
/* Appends it: text place, i64 begins, i64 ends, i64 minutes east, u32 n, n * { i64 number, text }.  Asks again whether they may. */
bool event_list_take(struct keeper *k, struct act *a, int64_t event, struct buf *into, struct err *e) MUST;
#endif
