/* portal/trust/officer_decision.c - one decision: what it is about, what it would mean, and an officer's vote. */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/trust/meeting.h"
#include "portal/trust/officer.h"
#include "portal/trust/routes.h"
#include "privacy/facts/day.h"

static void
decision_drop(struct decision_view **w)
{
	wipe_free(*w);
}

static void
founders_read(struct span *a, struct decision_view *w)
{
	uint32_t n = unpack_u32(a);

	for (uint32_t i = 0; i < n && w->founders < FOUNDERS_MOST && !a->bad; i++)
		unpack_text(a, w->founder[w->founders++], NAME_SHOWN);
}

static bool
ask_decision(struct visit *v, struct decision_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t id;

	TRY(tail_number(v, &id, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	TRY(visit_ask(v, KEEPER_DECISION_LOOK, &in, &out, &a, e));
	decision_line_read(&a, &w->line);
	w->subject = unpack_i64(&a);
	w->assurer = unpack_i64(&a);
	w->points = unpack_i64(&a);
	w->met_at = unpack_i64(&a) * DAY;
	w->by_you = unpack_u8(&a) != 0;
	unpack_text(&a, w->reason, sizeof(w->reason));
	founders_read(&a, w);
	if_fraud_read(&a, &w->what);
	votes_read(&a, w->vote, COUNT(w->vote), &w->votes);
	w->changes = unpack_u8(&a);
	unpack_text(&a, w->was, sizeof(w->was));
	unpack_text(&a, w->now, sizeof(w->now));
	hold_line_read(&a, &w->hold);
	w->notice_at = unpack_i64(&a);
	w->stands_at = w->notice_at > 0 ? w->notice_at + DECISION_NOTICE : 0;
	snprintf(w->disclosure, sizeof(w->disclosure), "%lld", (long long)unpack_i64(&a));
	unpack_text(&a, w->community, sizeof(w->community));
	unpack_text(&a, w->site, sizeof(w->site));
	snprintf(w->report, sizeof(w->report), "%lld", (long long)unpack_i64(&a));
	w->days = unpack_i64(&a);
	return unpack_end(&a, "decision", e);
}

bool
decision_show(struct visit *v, struct err *e)
{
	DROP(decision_drop) struct decision_view *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "decision");
	TRY(ask_decision(v, w, e));
	page_decision(&v->page, v, w);
	return buf_ok(&v->page, e);
}

/* *began: the vote made a founder of who gave it, and so an assurer; the session is over. */
static bool
vote_send(struct visit *v, bool *began, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t id;

	TRY(tail_number(v, &id, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	pack_u8(&in, form_text(&v->form, "vote")[0] == 'y');
	pack_text(&in, form_text(&v->form, "reason"));
	TRY(visit_ask(v, KEEPER_DECISION_VOTE, &in, &out, &a, e));
	unpack_u8(&a);			/* the page that follows says how it stands */
	*began = unpack_u8(&a) != 0;
	return unpack_end(&a, "vote", e);
}

bool
decision_vote(struct visit *v, struct err *e)
{
	char to[64];
	bool began;

	if (form_good(&v->form)) {
		snprintf(to, sizeof(to), "/officers/decision/%.18s", v->tail);
		if (vote_send(v, &began, e))
			return began ? visit_go(v, false, "/signed-out/assurer", e) : visit_go(v, true, to, e);
		if (!visit_fault(v, e, e->why == WHY_WORDS ? "reason" : NULL))
			return false;
	}
	v->status = 422;
	return decision_show(v, e);
}

/* The seven days are over: what one officer approved is carried out. */
bool
decision_carry_out(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t id;
	char to[64];

	TRY(tail_number(v, &id, e));
	snprintf(to, sizeof(to), "/officers/decision/%lld", (long long)id);
	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	if (visit_ask(v, KEEPER_DECISION_NOTICE, &in, &out, &a, e))
		return unpack_end(&a, "notice", e) && visit_go(v, true, to, e);
	if (!visit_fault(v, e, NULL))
		return false;
	v->status = 422;
	return decision_show(v, e);
}
