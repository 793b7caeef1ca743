/* portal/trust/officer_hold.c - what two officers keep from being erased: the list, asking for a hold, asking for its end. */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/people/mailbox.h"
#include "portal/trust/officer.h"
#include "portal/trust/routes.h"

const char *const hold_group_names[HOLD_GROUPS] = {
	MSG("mail addresses"), MSG("names"), MSG("birth date"), MSG("certificates"), MSG("meetings"),
};
static const char *const ticks[HOLD_GROUPS] = { "addresses", "names", "birth", "certificates", "meetings" };
static const char *const grounds[HOLD_GROUND__COUNT] = { [HOLD_CLAIM] = MSG("a legal claim"), [HOLD_FRAUD] = MSG("a case of fraud") };

void
hold_line_read(struct span *a, struct hold_line *l)
{
	l->ground = unpack_u8(a);
	l->groups = unpack_u32(a);
	l->days = unpack_i64(a);
	l->until = unpack_i64(a);
	l->ended = unpack_i64(a);
	l->live = l->until > 0 && l->ended == 0;
	l->ground_name = l->ground < COUNT(grounds) && grounds[l->ground] != NULL ? grounds[l->ground] : MSG("unknown");
}

static void holds_drop(struct holds_view **w) { wipe_free(*w); }

bool
holds_show(struct visit *v, struct err *e)
{
	DROP(holds_drop) struct holds_view *w = calloc(1, sizeof(*w));
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "holds");
	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_HOLDS, &in, &out, &a, e));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && w->n < HOLDS_SHOWN && !a.bad; i++) {
		struct hold_line *l = &w->row[w->n++];

		snprintf(l->id, sizeof(l->id), "%lld", (long long)unpack_i64(&a));
		l->member = unpack_i64(&a);
		l->since = unpack_i64(&a);
		hold_line_read(&a, l);
		w->live += l->live;
	}
	TRY(unpack_end(&a, "holds", e));
	w->officer = (v->session.roles & 1u << ROLE_OFFICER) != 0;
	page_holds(&v->page, v, w);
	return buf_ok(&v->page, e);
}

static bool
again(struct visit *v, struct err *e)
{
	v->status = 422;
	return holds_show(v, e);
}

static uint32_t
groups_ticked(const struct visit *v)
{
	uint32_t groups = 0;

	for (unsigned i = 0; i < HOLD_GROUPS; i++)
		groups |= form_ticked(&v->form, ticks[i]) ? 1u << i : 0;
	return groups;
}

static bool
ask(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_mailbox(&in, form_text(&v->form, "who"));
	pack_u8(&in, strcmp(form_text(&v->form, "ground"), "claim") == 0 ? HOLD_CLAIM : HOLD_FRAUD);
	pack_u32(&in, groups_ticked(v));
	pack_i64(&in, form_number(&v->form, "days"));
	pack_text(&in, form_text(&v->form, "reason"));
	return visit_ask(v, KEEPER_HOLD_ASK, &in, &out, &a, e) && decision_go(v, a, e);
}

bool
hold_ask(struct visit *v, struct err *e)
{
	if (groups_ticked(v) == 0)		/* beside whatever else is wrong */
		form_fault(&v->form, "addresses", MSG("Choose at least one."));
	if (form_good(&v->form)) {
		if (ask(v, e))
			return true;
		if (!visit_fault(v, e, e->why == WHY_WORDS ? "reason" : e->why == WHY_HOLD ? "days" : "who"))
			return false;
	}
	return again(v, e);
}

bool
hold_end_ask(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (!form_good(&v->form))
		return again(v, e);
	visit_ask_begin(v, &in);
	pack_i64(&in, form_number(&v->form, "hold"));
	pack_text(&in, form_text(&v->form, "because"));
	if (visit_ask(v, KEEPER_HOLD_END_ASK, &in, &out, &a, e))
		return decision_go(v, a, e);
	return visit_fault(v, e, "because") && again(v, e);
}
