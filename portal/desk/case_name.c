/* portal/desk/case_name.c - the opener of a case about a changed name says which one took the place of which. */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/desk/case_facts.h"
#include "portal/desk/case_routes.h"

static void
view_drop(struct name_change_view **w)
{
	wipe_free(*w);
}

static void
choices_read(struct span *a, struct name_change_view *w)
{
	unsigned n = unpack_u8(a);

	for (unsigned i = 0; i < n && w->n < VOUCH_NAMES && !a->bad; i++) {
		struct name_choice *c = &w->name[w->n++];

		c->index = unpack_u8(a);
		c->vouched = unpack_u8(a) != 0;
		unpack_text(a, c->whole, sizeof(c->whole));
		snprintf(c->value, sizeof(c->value), "%u", c->index);
		w->vouched += c->vouched;
	}
}

/* What was said before is what the form shows, unless another choice was just typed. */
static void
choice_put(struct visit *v, unsigned what, unsigned from, unsigned to)
{
	char text[8];

	if (what == LINK_NONE || v->form.faults > 0)
		return;
	snprintf(text, sizeof(text), "%u", what == LINK_BIRTH ? CASE_NAME_BIRTH : from);
	form_put(&v->form, "from", text);
	snprintf(text, sizeof(text), "%u", to);
	if (what == LINK_NAME)
		form_put(&v->form, "to", text);
}

bool
case_name_show(struct visit *v, struct err *e)
{
	DROP(view_drop) struct name_change_view *w = calloc(1, sizeof(*w));
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned from, to;
	int64_t number;
	struct span a;

	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "name change");
	TRY(case_number(v, &number, e));
	snprintf(w->number, sizeof(w->number), "%lld", (long long)number);
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	TRY(visit_ask(v, KEEPER_NAME_CHANGE, &in, &out, &a, e));
	name_change_read(&a, &w->change);
	from = unpack_u8(&a);
	to = unpack_u8(&a);
	w->birth = unpack_u8(&a);
	choices_read(&a, w);
	TRY(unpack_end(&a, "name change", e));
	choice_put(v, w->change.what, from, to);
	page_case_name(&v->page, v, w);
	return buf_ok(&v->page, e);
}

static bool
send(struct visit *v, int64_t number, struct err *e)
{
	int64_t from = form_number(&v->form, "from");
	bool name = from < VOUCH_NAMES;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	char to[64];

	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	pack_u8(&in, name ? LINK_NAME : from == CASE_NAME_BIRTH ? LINK_BIRTH : LINK_NONE);
	pack_u8(&in, name ? (unsigned)from : 0);
	pack_u8(&in, name ? (unsigned)form_number(&v->form, "to") : 0);
	TRY(visit_ask(v, KEEPER_NAME_CHANGE_SAY, &in, &out, &a, e));
	TRY(unpack_end(&a, "name change said", e));
	snprintf(to, sizeof(to), "/cases/%lld", (long long)number);
	return visit_go(v, true, to, e);
}

bool
case_name(struct visit *v, struct err *e)
{
	int64_t number;

	TRY(case_number(v, &number, e));
	if (form_good(&v->form) && form_number(&v->form, "from") < VOUCH_NAMES && form_text(&v->form, "to")[0] == '\0')
		form_fault(&v->form, "to", MSG("Choose the name that took its place."));
	if (form_good(&v->form)) {
		if (send(v, number, e))
			return true;
		if (!visit_fault(v, e, "from"))
			return false;
	}
	v->status = 422;
	return case_name_show(v, e);
}
