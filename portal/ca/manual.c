/* portal/ca/manual.c - pages for those who rely on our certificates. */
#include "build/pages/pages.h"
#include "portal/ca/routes.h"

bool
help_accept_show(struct visit *v, struct err *e)
{
	page_help_accept(&v->page, v);
	return buf_ok(&v->page, e);
}

bool
help_crl_show(struct visit *v, struct err *e)
{
	page_help_crl(&v->page, v);
	return buf_ok(&v->page, e);
}
