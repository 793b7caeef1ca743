/* portal/public/roots.c - the root and the issuers below it, as they stand now. */
#include "build/pages/pages.h"
#include "portal/ca/issuers_now.h"
#include "portal/public/routes.h"
#include "portal/public/views.h"

bool
roots_show(struct visit *v, struct err *e)
{
	struct issuers_now now;
	struct roots_view r = { .root = v->site->root, .issuer = now.p };

	issuers_now(v, &now);
	r.known = now.known;
	r.n = now.n;
	page_roots(&v->page, v, &r);
	v->same_for = ISSUERS_SAME_FOR;
	return buf_ok(&v->page, e);
}
