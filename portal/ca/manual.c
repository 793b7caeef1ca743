/* portal/ca/manual.c - pages for those who rely on our certificates. */
#include <stdio.h>
#include <string.h>
#include "build/pages/pages.h"
#include "portal/ca/issuers_now.h"
#include "portal/ca/routes.h"

static void
accept_wipe(struct accept_view *w)
{
	buf_wipe(&w->files);
	buf_wipe(&w->lists);
}

/* For a shell: every list of an issuer. */
static void
lists_add(struct buf *into, const char *name, int64_t shards)
{
	if (shards <= 1)
		buf_fmt(into, " %s-0", name);
	else
		buf_fmt(into, " $(seq -f %s-%%g 0 %lld)", name, (long long)shards - 1);
}

/* Of those that sign e-mail certificates: all lists, and the certificates of whom one may still believe. */
bool
help_accept_show(struct visit *v, struct err *e)
{
	DROP(accept_wipe) struct accept_view w = {0};

	issuers_now(v, &w.all);
	buf_text(&w.lists, "root");
	for (size_t i = 0; i < w.all.n; i++) {
		unsigned profile = issuer_profile(w.all.number[i]);

		if (profile != PROFILE_ROBOT_MAIL && profile != PROFILE_ASSURED_MAIL)
			continue;
		lists_add(&w.lists, w.all.name[i], v->site->crl_shards);
		w.good[i] = w.all.p[i].revoked_at == 0;
		if (w.good[i])
			buf_fmt(&w.files, "issuer-%s.pem ", w.all.name[i]);
	}
	buf_text(&w.files, "root.pem");
	TRY(buf_ok(&w.lists, e));
	TRY(buf_ok(&w.files, e));
	page_help_accept(&v->page, v, &w);
	v->same_for = ISSUERS_SAME_FOR;
	return buf_ok(&v->page, e);
}

bool
help_crl_show(struct visit *v, struct err *e)
{
	struct lists_view w = { .many = v->site->crl_shards > 1 };

	issuers_now(v, &w.all);
	for (size_t i = 0; i < w.all.n; i++)
		snprintf(w.last[i], sizeof(w.last[i]), "/crl/%s-%lld.crl", w.all.name[i], (long long)v->site->crl_shards - 1);
	page_help_crl(&v->page, v, &w);
	v->same_for = ISSUERS_SAME_FOR;
	return buf_ok(&v->page, e);
}
