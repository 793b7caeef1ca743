/*
 * privacy/facts/listing.h - being listed in the directory of assurers.
 *
 * An assurer of full age opts in and chooses what shows: first name and initial,
 * town or region, languages, a spot on the map (a tenth of a degree: a region,
 * not a house).  The name is the keeper's to give: the first word of the given
 * name and the first letter of the family name, of the name shown first, once
 * that is vouched for.  What was published stands, word for word, in its owner's
 * history.
 *
 * Opting in is the announcement itself, by the owner's own session and with a yes
 * in it; before that a name is opened for its owner's preview alone, and for
 * nobody else ever (FACT_OPT_IN).  Being listed ends with one click, and by itself
 * when somebody is no longer an assurer of full age or the name shown changes:
 * whoever brings that about calls published_end_of().
 *
 * Stands on published, name, trust, person_name.  The line itself is the site
 * store's (portal/trust/directory.h).
 */
#ifndef PRIVACY_FACTS_LISTING_H
#define PRIVACY_FACTS_LISTING_H
#include "privacy/keeper/keeper.h"

#define LISTING_NAME		256	/* bytes with NUL */
#define LISTING_REGION		121	/* bytes with NUL */
#define LISTING_LANGUAGES	61	/* bytes with NUL: codes with a blank between */

/*
 * Whose line this is, if it stands and its owner may still be listed; who may
 * not is taken down (then the caller sets a->keep, as this does).  ERR_ABSENT with
 * WHY_LISTING_ABSENT for everything else.  lang[16] is the owner's.
 */
bool listing_owner(struct keeper *k, struct act *a, int64_t id, struct owner *o, char lang[16], struct err *e) MUST;
#endif
