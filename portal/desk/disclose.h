/*
 * portal/desk/disclose.h - disclosures under law: asking, looking, fetching, and recipients to be told.
 *
 *	/officers/disclosures		all of them, and whom a correction or erasure leaves to be told
 *	/officers/disclosures/new	ask for one, with the authority's document
 *	/officers/disclosures/NUMBER	what exactly is asked for; the vote stands on the decision's page
 *	/once/disclosure/TOKEN		the file, or the document
 *
 * The document passes through: its bytes are looked at by no program here.
 */
#ifndef PORTAL_DESK_DISCLOSE_H
#define PORTAL_DESK_DISCLOSE_H
#include "portal/web/visit.h"

extern const struct route disclose_routes[];
extern const size_t disclose_route_count;
#endif
