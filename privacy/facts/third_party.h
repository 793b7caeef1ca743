/*
 * privacy/facts/third_party.h - trusted third parties: notaries and the like who checked papers.
 *
 * They are no members.  What a senior assurer writes about one (name, office, place)
 * is sealed with the site's key and found again by a blind index over its loose
 * spelling, so that one person has one number however often they check: two checks
 * by the same notary count once.
 *
 * Stands on keeper, spelling, vault.
 */
#ifndef PRIVACY_FACTS_THIRD_PARTY_H
#define PRIVACY_FACTS_THIRD_PARTY_H
#include "privacy/keeper/keeper.h"

#define THIRD_PARTY_TEXT 201	/* bytes with NUL */

extern const char third_party_schema[];

/*
 * The number of whom this says ("Name, office, town"), a new one if need be.
 * ERR_INPUT with WHY_WORDS (nothing said) or WHY_FIELD_LONG.
 */
bool third_party_find(struct keeper *k, struct act *a, const char *typed, int64_t *number, struct err *e) MUST;
/* What was written, for who may see it (the member checked, the assurer who noted it).  None: "". */
bool third_party_text(struct keeper *k, int64_t number, struct buf *into, struct err *e) MUST;
#endif
