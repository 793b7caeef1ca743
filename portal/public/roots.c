/*
 * portal/public/roots.c - the root and the issuers below it, as they stand now.
 *
 * The signer knows which issuers there are and which of them the root revoked; while it is away, what was published when
 * the portal started is shown.
 */
#include <stdio.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/log.h"
#include "portal/public/routes.h"
#include "portal/public/views.h"
#include "portal/signer/issuer.h"
#include "portal/signer/op.h"

#define SAME_FOR	5	/* seconds the page is everybody's */
#define WAIT_MS		2000

/* A later generation of the same kind signs in its place. */
static void
add(struct roots_view *r, unsigned *number, const struct published *p, unsigned n)
{
	for (size_t i = 0; i < r->n; i++)
		if (issuer_profile(number[i]) == issuer_profile(n))
			r->now[i].replaced = true;
	number[r->n] = n;
	r->now[r->n++] = *p;
}

static bool
ask(struct visit *v, struct roots_view *r, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned number[ISSUERS_MOST];
	struct span a;
	uint32_t n;

	TRY(ipc_call(v->signer, SIGNER_CHAIN, &in, &out, WAIT_MS, e));
	a = span_buf(&out);
	(void)unpack_bytes(&a);
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && i < ISSUERS_MOST && !a.bad; i++) {
		char name[ISSUER_NAME], file[ISSUER_NAME + 8];
		struct published p;
		unsigned one = unpack_u8(&a);
		int64_t revoked_at = unpack_i64(&a);
		struct span der = unpack_bytes(&a);

		issuer_name(name, one);
		snprintf(file, sizeof(file), "issuer-%s", name);
		TRY(published_of(&p, file, der, e));
		p.revoked_at = revoked_at;
		add(r, number, &p, one);
	}
	r->issuer = r->now;
	return unpack_end(&a, "issuers", e);
}

bool
roots_show(struct visit *v, struct err *e)
{
	struct roots_view r = {0};
	const struct site *s = v->site;
	struct err away = {0};
	bool root = s->published_count > 0 && strcmp(s->published[0].der, "/root.der") == 0;

	r.root = root ? &s->published[0] : NULL;
	if (!ask(v, &r, &away)) {
		log_err("the issuers", &away);
		r.issuer = s->published + root;
		r.n = s->published_count - root;
	}
	page_roots(&v->page, v, &r);
	v->same_for = SAME_FOR;
	return buf_ok(&v->page, e);
}
