/*
 * privacy/facts/history.h - what a member reads in "my history".
 *
 * No table lists entries by member.  The keeper goes back from the newest along
 * sealed pointers (privacy/keeper/trail.h) and makes each entry's tag again to see
 * that it is theirs.  A place in the list is the running number + 1.
 *
 * Listing shows records (when, what for, which fields, of what); opening one shows
 * the values of an old correction as well.  Either is an access and writes a line.
 * Fails: ERR_ABSENT (no such entry), ERR_INPUT, ERR_TAMPER (an entry without its detail).
 *
 * Stands on keeper, record, trail, detail.  The handlers are declared in
 * privacy/keeper/ops.h.
 */
#ifndef PRIVACY_FACTS_HISTORY_H
#define PRIVACY_FACTS_HISTORY_H
#include "privacy/keeper/keeper.h"

#define HISTORY_MOST	200	/* entries of one answer */
#endif
