/* portal/trust/event_mine.c - a member's own events: passes to show, and what they announced or take part in as an assurer. */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/trust/event_facts.h"
#include "portal/trust/routes.h"

static void
own_wipe(struct own_events_view *w)
{
	for (size_t i = 0; w->visit != NULL && i < w->visits; i++)
		qr_wipe(&w->visit[i].qr);
	wipe_free(w->visit);
	wipe_free(w->own);
}

static bool
visit_read(struct span *a, struct visit_row *r, struct err *e)
{
	event_facts_read(a, &r->line, &r->what, &r->until);
	unpack_text(a, r->code, sizeof(r->code));
	r->number = unpack_i64(a);
	r->used = unpack_i64(a);
	if (a->bad)
		return FAIL(e, ERR_IO, "events: answer");
	return r->code[0] == '\0' || qr_draw_code(r->code, &r->qr, e);
}

static bool
own_read(struct span *a, struct own_events_view *w, struct err *e)
{
	uint32_t n = unpack_u32(a);

	for (uint32_t i = 0; i < n && !a->bad; i++) {
		struct visit_row further = {0}, *r = w->visits < VISITS_SHOWN ? &w->visit[w->visits++] : &further;
		bool good = visit_read(a, r, e);

		if (r == &further)
			qr_wipe(&further.qr);
		TRY(good);
	}
	n = unpack_u32(a);
	for (uint32_t i = 0; i < n && !a->bad; i++) {
		struct own_row further = {0}, *r = w->owns < VISITS_SHOWN ? &w->own[w->owns++] : &further;
		int64_t until;

		event_facts_read(a, &r->line, &r->what, &until);
	}
	return unpack_end(a, "events", e);
}

bool
events_mine(struct visit *v, struct err *e)
{
	DROP(own_wipe) struct own_events_view w = { .visit = calloc(VISITS_SHOWN, sizeof(*w.visit)),
	    .own = calloc(VISITS_SHOWN, sizeof(*w.own)) };
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (w.visit == NULL || w.own == NULL)
		return FAIL(e, ERR_MEMORY, "events");
	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_EVENTS, &in, &out, &a, e));
	TRY(own_read(&a, &w, e));
	w.assurer = (v->session.roles & 1u << ROLE_ASSURER) != 0;
	page_events_mine(&v->page, v, &w);
	return buf_ok(&v->page, e);
}
