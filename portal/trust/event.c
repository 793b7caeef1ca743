/*
 * portal/trust/event.c - the list of events, one event for everybody and for a member, and
 * what a member does with one: signing up, leaving, checking in, calling off.
 */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/log.h"
#include "ledger/base/wipe.h"
#include "portal/trust/event_facts.h"
#include "portal/trust/meeting.h"
#include "portal/trust/routes.h"

/* ---- the list ---- */

static void events_drop(struct events_view *w) { wipe_free(w->row); }

static bool
events_one(void *self, const struct event_row *r, struct err *e)
{
	struct events_view *w = self;

	(void)e;
	if (w->n < EVENTS_SHOWN)
		event_line_fill(&w->row[w->n++], r);
	return true;
}

static bool
events_draw(struct visit *v, struct err *e)
{
	DROP(events_drop) struct events_view w = { .row = calloc(EVENTS_SHOWN, sizeof(*w.row)) };

	if (w.row == NULL)
		return FAIL(e, ERR_MEMORY, "events");
	TRY(events_coming(v->store, v->now, EVENTS_SHOWN, events_one, &w, e));
	page_events(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
events_show(struct visit *v, struct err *e)
{
	return events_draw(v, e);
}

bool
events_own_show(struct visit *v, struct err *e)
{
	TRY(visit_tell(v, KEEPER_WHO, e));
	return events_draw(v, e);
}

/* ---- one ---- */

static void
view_wipe(struct event_view *w)
{
	wipe_free(w->desk);
}

static bool
face_read(struct visit *v, struct event_view *w, struct err *e)
{
	struct event_row r;
	int64_t id;

	TRY(tail_number(v, &id, e));
	TRY(events_get(v->store, id, &r, &w->shown, e));
	if (!w->shown)
		return true;
	event_line_fill(&w->line, &r);
	snprintf(w->note, sizeof(w->note), "%s", r.note);
	return true;
}

bool
event_show(struct visit *v, struct err *e)
{
	struct event_view w = {0};

	TRY(face_read(v, &w, e));
	if (!w.shown)
		return REFUSE(e, ERR_ABSENT, WHY_EVENT_ABSENT, "event: no such row");
	page_event(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

static bool
desk_read(struct span *a, struct event_view *w, struct err *e)
{
	uint32_t n = unpack_u32(a);

	w->desk = calloc(ASSURERS_SHOWN, sizeof(*w->desk));
	if (w->desk == NULL)
		return FAIL(e, ERR_MEMORY, "event: assurers");
	for (uint32_t i = 0; i < n && !a->bad; i++) {
		struct desk_row further, *r = w->desks < ASSURERS_SHOWN ? &w->desk[w->desks++] : &further;

		snprintf(r->id, sizeof(r->id), "%lld", (long long)unpack_i64(a));
		unpack_text(a, r->name, sizeof(r->name));
	}
	return unpack_end(a, "event", e);
}

static bool
stand_ask(struct visit *v, struct event_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct event_line kept = w->line;
	struct span a;
	int64_t id;

	TRY(tail_number(v, &id, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	TRY(visit_ask(v, KEEPER_EVENT, &in, &out, &a, e));
	event_facts_read(&a, &w->line, &w->what, &w->until);
	w->line.capacity = kept.capacity;
	w->number = unpack_i64(&a);
	w->coming = unpack_i64(&a);
	w->assurers = unpack_i64(&a);
	w->drafts = unpack_i64(&a);
	return desk_read(&a, w, e);
}

bool
event_own_show(struct visit *v, struct err *e)
{
	DROP(view_wipe) struct event_view w = {0};

	TRY(face_read(v, &w, e));
	TRY(stand_ask(v, &w, e));
	w.ready = (v->session.steps & STEP_NAMES) != 0 && (v->session.steps & STEP_BIRTH) != 0;
	w.assurer = (v->session.roles & 1u << ROLE_ASSURER) != 0;
	page_event_own(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

/* ---- what a member does ---- */

static bool
go_event(struct visit *v, struct err *e)
{
	char to[64];

	snprintf(to, sizeof(to), "/events/%.20s", v->tail);
	return visit_go(v, true, to, e);
}

/* Refused by a rule of events: the event's page again, with the sentence. */
static bool
did(struct visit *v, bool done, struct err *e)
{
	if (done)
		return go_event(v, e);
	if (!visit_fault(v, e, NULL))
		return false;
	v->status = 422;
	return event_own_show(v, e);
}

bool
event_sign_up(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf named = {0};

	if (!form_good(&v->form)) {
		v->status = 422;
		return event_own_show(v, e);
	}
	pack_u8(&named, form_ticked(&v->form, "named"));
	if (!event_do(v, KEEPER_EVENT_SIGN_UP, &named, e))
		return did(v, false, e);
	return visit_go(v, true, "/events/mine", e);
}

bool
event_leave(struct visit *v, struct err *e)
{
	return did(v, event_do(v, KEEPER_EVENT_LEAVE, NULL, e), e);
}

bool
event_check_in(struct visit *v, struct err *e)
{
	return did(v, event_do(v, KEEPER_EVENT_CHECK_IN, NULL, e), e);
}

bool
event_check_out(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf part = {0};

	if (!form_good(&v->form))
		return FAIL(e, ERR_INPUT, "event: form");
	pack_i64(&part, form_number(&v->form, "id"));
	return did(v, event_do(v, KEEPER_EVENT_CHECK_OUT, &part, e), e);
}

bool
event_end_show(struct visit *v, struct err *e)
{
	DROP(view_wipe) struct event_view w = {0};

	TRY(face_read(v, &w, e));
	TRY(stand_ask(v, &w, e));
	if ((w.what & EVENT_IS_MINE) == 0)
		return REFUSE(e, ERR_ABSENT, WHY_EVENT_ABSENT, "event: another's");
	page_event_end(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

/* The keeper's word first; should the row stay behind it, the clerk removes it. */
bool
event_end(struct visit *v, struct err *e)
{
	struct err trouble = {0};
	int64_t id;

	TRY(tail_number(v, &id, e));
	TRY(event_do(v, KEEPER_EVENT_END, NULL, e));
	if (!announced_remove(v->store, &events_announced, id, &trouble))
		log_err("an event's row is left to the clerk", &trouble);
	return visit_go(v, true, "/events/mine", e);
}
