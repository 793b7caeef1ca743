/*
 * portal/web/section.h - the parts of the site, as the navigation shows them.
 *
 * A page names its section to page_top(); from that come the marked entry of
 * the navigation and the crumb that says where one is.  Knows no route: that
 * each path here exists is checked by the tests.
 */
#ifndef PORTAL_WEB_SECTION_H
#define PORTAL_WEB_SECTION_H
#include "portal/web/visit.h"

struct section { const char *name, *label, *path; bool in_nav; };

extern const struct section sections_own[], sections_public[];	/* ended by a NULL name */

/* The row of a section for this visit (with or without a session); NULL: none of that name. */
const struct section *section_find(const struct visit *v, const char *name);
#endif
