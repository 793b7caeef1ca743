/*
 * privacy/facts/history.h - what a member reads in "my history".
 *
 * No table lists entries by member.  The keeper makes the subject tags again,
 * from the newest running number down, and looks each one up: only who holds
 * the member's tag root can.  A place in the list is the running number + 1.
 *
 * Listing shows records (when, what for, which fields, of what) and is itself
 * not written down; opening the values of an old correction is.
 *
 * Stands on keeper, record, chain, detail.  The handlers are declared in
 * privacy/keeper/ops.h.
 */
#ifndef PRIVACY_FACTS_HISTORY_H
#define PRIVACY_FACTS_HISTORY_H
#include "privacy/keeper/keeper.h"

#define HISTORY_MOST	200	/* entries of one answer */
#endif
