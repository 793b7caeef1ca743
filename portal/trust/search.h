/*
 * portal/trust/search.h - finding assurers in the directory: by place, distance, language.
 *
 * A place is typed as coordinates, as a town of the atlas, or as a town or region
 * that a line names: wherever somebody is listed the name is known.  All of it is
 * answered from the site store and one file; nobody outside is asked and the
 * question is kept nowhere.
 *
 * Distances are told to ten kilometres: a line's spot is no more exact than that.
 *
 * Stands on directory, atlas, language.
 */
#ifndef PORTAL_TRUST_SEARCH_H
#define PORTAL_TRUST_SEARCH_H
#include "portal/trust/directory.h"

#define SEARCH_CHOICES	8

enum where_state {
	WHERE_SPOT = 1,		/* there it is */
	WHERE_CHOICES,		/* it could be several */
	WHERE_REGION,		/* lines name it and say no spot: search_region() has them */
	WHERE_UNKNOWN
};
struct where {
	enum where_state	state;
	struct spot		spot;
	char			key[ATLAS_NAME];
	const struct atlas_place *choice[SEARCH_CHOICES];
	size_t			choices;
};
/* a may be NULL: no atlas. */
bool search_place(struct store *st, const struct atlas *a, const char *typed, struct where *p, struct err *e) MUST;

struct found { struct directory_line line; int64_t km; };	/* km: -1 not known, 0 less than ten */
/* Nearest first, language "" any; into[0..*n), at most `most`. */
bool search_near(struct store *st, struct spot from, double km, const char *language, struct found *into,
    size_t most, size_t *n, struct err *e) MUST;
/* By region and name.  key "": all; else those whose region begins so; unplaced: of these, those without a spot. */
bool search_region(struct store *st, const char *key, bool unplaced, const char *language, struct found *into,
    size_t most, size_t *n, struct err *e) MUST;
#endif
