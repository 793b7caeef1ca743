/*
 * privacy/facts/event_pass.h - the code of a visitor, typed by a checked-in assurer.
 *
 * A pass is typed where every code is typed (handover.h).  It makes a hand-over of
 * kind HANDOVER_EVENT that is this assurer's from the start, once per assurer and
 * pass; from then on it is a hand-over like any other.
 *
 * Stands on event_part, handover.
 */
#ifndef PRIVACY_FACTS_EVENT_PASS_H
#define PRIVACY_FACTS_EVENT_PASS_H
#include "privacy/facts/code_book.h"
#include "privacy/facts/handover.h"

/*
 * f is known and of kind CODE_EVENT_PASS.  *good false: its secret is wrong, it is
 * over or was used by this assurer: the caller answers as for any wrong code.
 * ERR_DENIED with WHY_ASSURE_SELF (one's own), WHY_EVENT_CHECK_IN (the code is right,
 * the assurer has not checked in).  Typed twice: the same live hand-over again.
 */
bool event_pass_take(struct keeper *k, struct act *a, const struct code_found *f, struct handover *h, bool *good,
    struct err *e) MUST;
#endif
