/* portal/public/roots.c - the root and the issuers below it, as they stand now or else as they stood when the portal started. */
#include <string.h>
#include "build/pages/pages.h"
#include "portal/ca/issuers_now.h"
#include "portal/public/routes.h"
#include "portal/public/views.h"

#define SAME_FOR	5	/* seconds the page is everybody's */

bool
roots_show(struct visit *v, struct err *e)
{
	const struct site *s = v->site;
	bool root = s->published_count > 0 && strcmp(s->published[0].der, "/root.der") == 0;
	struct roots_view r = { .root = root ? &s->published[0] : NULL, .issuer = s->published + root,
	    .n = s->published_count - root };
	struct issuers_now now;

	issuers_now(v, &now);
	if (now.known) {
		r.issuer = now.p;
		r.n = now.n;
	}
	page_roots(&v->page, v, &r);
	v->same_for = SAME_FOR;
	return buf_ok(&v->page, e);
}
