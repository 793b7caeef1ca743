/*
 * privacy/rights/exclusion.h - two officers exclude a member.
 *
 * From then on RESTRICTED_EXCLUDED stands with them: roles and what is under way end, and nothing is done
 * with or for them but what goes on under a restriction of one's own: they see, correct, take
 * along and erase their data and revoke their certificates.  No account is closed by it.
 *
 * The addresses that they had proved by then are listed by a hash under a key of its own
 * (INDEX_EXCLUDED), for exclusion.life, five years at most, whatever becomes of the account: who joins with
 * one of them, or adds it to another account, is answered like anybody, and the mailbox is told why there is no link, until
 * when, and how to object.  Of another address nothing is known: the list stops nobody who has one.
 *
 * The program ends an exclusion at its day, two officers before.  The reason is sealed with the decision.
 *
 * Stands on decision, restrict, role, vault's indexes.
 */
#ifndef PRIVACY_RIGHTS_EXCLUSION_H
#define PRIVACY_RIGHTS_EXCLUSION_H
#include "privacy/facts/decision.h"

extern const char exclusion_schema[];

/* Until when this address (normalised) is listed against this member, or against who joins (0); 0: it is not.  Whose
   address it was may have it again: the exclusion stands with their account. */
bool exclusion_of_address(struct keeper *k, const char *address, int64_t member, int64_t now, int64_t *until, struct err *e) MUST;
/* Until when this member is excluded; 0: they are not. */
bool exclusion_of(struct keeper *k, int64_t member, int64_t *until, struct err *e) MUST;
/* Agreed: it begins, or (DECISION_EXCLUDE_END) ends. */
bool exclusion_apply(struct keeper *k, struct act *a, const struct decision *d, struct err *e) MUST;
/* Those whose day has come end.  *n: how many. */
bool exclusion_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *n, struct err *e) MUST;
#endif
