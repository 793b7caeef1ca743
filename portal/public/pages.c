/* portal/public/pages.c - what anybody may read: nothing is asked of the keeper, nothing recorded. */
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/log.h"
#include "portal/public/routes.h"
#include "portal/public/views.h"

#define NOTICES_FOR	5	/* seconds a thread shows notices without looking again, and a page is everybody's */

/*
 * Every front page would read the same few rows: one look serves for some
 * seconds.  When the store can't be read the last ones stay, because the
 * pages around them are needed most on a bad day.
 */
static const struct notices_view *
notices(const struct visit *v)
{
	static _Thread_local struct notices_view kept, read;
	static _Thread_local int64_t until;
	struct err e = {0};

	if (v->store == NULL || (v->now < until && v->now >= until - NOTICES_FOR))
		return &kept;
	if (notice_list(v->store, read.row, NOTICES_SHOWN, &read.n, &e))
		kept = read;
	else
		log_err("notices", &e);
	until = v->now + NOTICES_FOR;
	return &kept;
}

bool
front_show(struct visit *v, struct err *e)
{
	page_front(&v->page, v, notices(v));
	v->same_for = NOTICES_FOR;
	return buf_ok(&v->page, e);
}

bool
privacy_show(struct visit *v, struct err *e)
{
	page_privacy(&v->page, v, notices(v), tallies_now(v));
	v->same_for = NOTICES_FOR;
	return buf_ok(&v->page, e);
}

/* The setting's commas separate lines. */
static void
postal_lines(struct imprint_view *w, const char *postal)
{
	while (*postal != '\0' && w->lines < POSTAL_LINES) {
		size_t len = w->lines + 1 < POSTAL_LINES ? strcspn(postal, ",") : strlen(postal);

		snprintf(w->line[w->lines++], sizeof(w->line[0]), "%.*s", (int)len, postal);
		postal += len;
		postal += strspn(postal, ", ");
	}
}

bool
imprint_show(struct visit *v, struct err *e)
{
	struct imprint_view w = {0};

	postal_lines(&w, v->site->postal);
	page_imprint(&v->page, v, &w);
	v->same_for = NOTICES_FOR;
	return buf_ok(&v->page, e);
}

bool
protect_show(struct visit *v, struct err *e)
{
	page_protect(&v->page, v);
	v->same_for = NOTICES_FOR;
	return buf_ok(&v->page, e);
}

bool
help_show(struct visit *v, struct err *e)
{
	page_help(&v->page, v);
	v->same_for = NOTICES_FOR;
	return buf_ok(&v->page, e);
}
