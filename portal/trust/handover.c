/* portal/trust/handover.c - a member's own hand-overs: making a code, seeing who used it for what, taking it back. */
#include "build/pages/pages.h"
#include "portal/trust/handovers.h"
#include "portal/trust/routes.h"

bool
handover_show(struct visit *v, struct err *e)
{
	DROP(handovers_wipe) struct handovers_view w = {0};

	TRY(handovers_ask(v, &w, e));
	page_handover(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
handover_new(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (form_good(&v->form)) {
		visit_ask_begin(v, &in);
		pack_u8(&in, form_text(&v->form, "kind")[0] == 's' ? HANDOVER_SCREEN : HANDOVER_PRINTED);
		if (visit_ask(v, KEEPER_HANDOVER_NEW, &in, &out, &a, e))
			return visit_go(v, true, "/handover", e);
		if (!visit_fault(v, e, NULL))
			return false;
	}
	v->status = 422;
	return handover_show(v, e);
}

bool
handover_withdraw(struct visit *v, const char *back, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (!form_good(&v->form))
		return FAIL(e, ERR_INPUT, "hand-over: form");
	visit_ask_begin(v, &in);
	pack_i64(&in, form_number(&v->form, "id"));
	TRY(visit_ask(v, KEEPER_HANDOVER_END, &in, &out, &a, e));
	return visit_go(v, true, back, e);
}

bool
handover_end(struct visit *v, struct err *e)
{
	return handover_withdraw(v, "/handover", e);
}
