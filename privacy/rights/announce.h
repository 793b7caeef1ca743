/*
 * privacy/rights/announce.h - a security notice to all members, or to those whose fields were opened.
 *
 * When privacy or security is broken, those it concerns are told at once: by a mail that
 * names the purpose that allowed it, and by a line in their history.  An operator gives the
 * words and, if only some are concerned, a question to the ledger: whose field was
 * opened in which role between which days.  Only the keeper can answer it, and tells nobody
 * who they are: it walks each member's lines itself, some members in a call.
 *
 * A notice that is under way stands in the store with the member it has come to, so a
 * restart goes on there.  Its words are the operator's and name nobody; they go when all are told.
 * With its beginning it stands in the register of breaches, too (facts/breach.h).
 *
 * Stands on trail, mail, record.
 */
#ifndef PRIVACY_RIGHTS_ANNOUNCE_H
#define PRIVACY_RIGHTS_ANNOUNCE_H
#include "privacy/keeper/keeper.h"

#define ANNOUNCE_WORDS	2000	/* bytes of a notice */

extern const char announce_schema[];

/* Notices that not all whom they concern were told of yet: whoever began one goes on with it. */
bool announce_waiting(struct keeper *k, int64_t *n, struct err *e) MUST;
#endif
