/*
 * portal/trust/country.h - what countries are called: the codes of ISO 3166, and XK, with the names that tzdata gives them.
 *
 * A name here says nothing about whose a place is.  Stands on say and atlas (for the order).
 */
#ifndef PORTAL_TRUST_COUNTRY_H
#define PORTAL_TRUST_COUNTRY_H
#include "portal/trust/atlas.h"
#include "portal/web/visit.h"

#define COUNTRIES	250

struct country { const char *code, *name; char key[ATLAS_NAME]; };	/* name: in the visitor's language */

/* Message id; NULL: no such code ("NZ"). */
const char *country_name(const char *code);
/* All of them, in the order of their names in the visitor's language. */
void countries_sort(const struct visit *v, struct country into[COUNTRIES]);
/*
 * "Germany, brazil; uk" to "DE,BR,GB": names in English or the visitor's language, codes, or "stateless", with commas
 * or semicolons between; case and accents do not matter.  False: one of them is none, or no memory; into is for wiping then.
 */
bool countries_codes(const struct visit *v, const char *typed, struct buf *into) MUST;
/* The names of "DE FR" or "DE,FR", with commas; "stateless" in words; what is no code stands as it is. */
void countries_say(const struct visit *v, const char *list, struct buf *into);
#endif
