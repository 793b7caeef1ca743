/* portal/trust/given.c - whom an assurer vouched for, and taking one back in time. */
#include <string.h>
#include "build/pages/pages.h"
#include "portal/trust/meeting.h"
#include "portal/trust/routes.h"
#include "portal/trust/words.h"
#include "privacy/facts/day.h"
#include "privacy/facts/trust_policy.h"

static void given_wipe(struct given_view *w) { explicit_bzero(w, sizeof(*w)); }

static void
row_read(const struct visit *v, struct span *a, struct given_row *r)
{
	DROP(buf_wipe) struct buf documents = {0};
	unsigned method;

	r->number = unpack_i64(a);
	snprintf(r->id, sizeof(r->id), "%lld", (long long)r->number);
	unpack_text(a, r->initials, sizeof(r->initials));
	r->points = unpack_i64(a);
	r->met_at = unpack_i64(a) * DAY;
	r->made_at = unpack_i64(a);
	method = unpack_u8(a);
	r->method = method_words(method);
	r->in_person = vouch_in_person((enum vouch_method)method);
	r->flags = unpack_u32(a);
	unpack_text(a, r->place, sizeof(r->place));
	documents_say(v, unpack_u32(a), &documents);
	said_keep(&documents, r->documents, sizeof(r->documents));
}

static bool
ask_given(struct visit *v, int64_t before, uint32_t most, struct given_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0}, span = {0};
	struct span a;
	uint32_t n;

	visit_ask_begin(v, &in);
	pack_i64(&in, before);
	pack_u32(&in, most);
	TRY(visit_ask(v, KEEPER_ASSURANCES, &in, &out, &a, e));
	w->all = unpack_i64(&a);
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && w->n < GIVEN_SHOWN && !a.bad; i++)
		row_read(v, &a, &w->row[w->n++]);
	w->older = n == GIVEN_SHOWN && w->n == GIVEN_SHOWN ? w->row[w->n - 1].number : 0;
	duration_say(v, v->site->trust->withdraw, &span);
	said_keep(&span, w->withdraw, sizeof(w->withdraw));
	return unpack_end(&a, "assurances given", e);
}

bool
given_show(struct visit *v, struct err *e)
{
	DROP(given_wipe) struct given_view w = {0};

	TRY(ask_given(v, form_number(&v->form, "before"), GIVEN_SHOWN, &w, e));
	page_given(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
withdraw_show(struct visit *v, struct err *e)
{
	DROP(given_wipe) struct given_view w = {0};
	int64_t id;

	TRY(tail_number(v, &id, e));
	TRY(ask_given(v, id + 1, 1, &w, e));
	if (w.n != 1 || w.row[0].number != id || w.row[0].made_at == 0)
		return FAIL(e, ERR_ABSENT, "withdraw: none of that number");
	page_given_withdraw(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
withdraw_do(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t id;

	TRY(tail_number(v, &id, e));
	if (form_good(&v->form)) {
		visit_ask_begin(v, &in);
		pack_i64(&in, id);
		pack_text(&in, form_text(&v->form, "reason"));
		if (visit_ask(v, KEEPER_ASSURANCE_WITHDRAW, &in, &out, &a, e))
			return visit_go(v, true, "/assurances", e);
		if (!visit_fault(v, e, "reason"))
			return false;
	}
	v->status = 422;
	return withdraw_show(v, e);
}
