/*
 * portal/trust/third.c - where no assurer lives: codes for the forms that trusted third parties fill
 * in, the form itself, and the code for the top-up.
 */
#include <stdlib.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/trust/handovers.h"
#include "portal/trust/routes.h"
#include "portal/trust/views_third.h"
#include "privacy/facts/trust_policy.h"

static void
third_drop(struct third_view **w)
{
	if (*w != NULL) {
		handovers_wipe(&(*w)->codes);
		buf_wipe(&(*w)->where);
	}
	wipe_free(*w);
}

bool
third_kind(unsigned kind)
{
	return kind == HANDOVER_TTP || kind == HANDOVER_TOPUP;
}

bool
third_show(struct visit *v, struct err *e)
{
	DROP(third_drop) struct third_view *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "third parties");
	TRY(handovers_ask(v, &w->codes, e));
	for (size_t i = 0; i < w->codes.n; i++)
		if (third_kind(w->codes.row[i].kind)) {
			w->n++;
			w->live += w->codes.row[i].live;
		}
	countries_sort(v, w->country);
	countries_say(v, v->site->trust->ttp_countries, &w->where);
	TRY(buf_ok(&w->where, e));
	page_third(&v->page, v, w);
	return buf_ok(&v->page, e);
}

/* The form once more, with what was wrong. */
static bool
third_again(struct visit *v, struct err *e)
{
	v->status = 422;
	return third_show(v, e);
}

bool
third_new(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	const char *country = form_text(&v->form, "region");
	struct span a;

	if (form_good(&v->form) && country_name(country) == NULL)
		form_fault(&v->form, "region", MSG("Choose one of the countries shown."));
	if (!form_good(&v->form))
		return third_again(v, e);
	visit_ask_begin(v, &in);
	pack_text(&in, country);
	if (visit_ask(v, KEEPER_TTP_NEW, &in, &out, &a, e))
		return visit_go(v, true, "/ttp", e);
	return visit_fault(v, e, e->why == WHY_TTP_COUNTRY ? "region" : NULL) && third_again(v, e);
}

bool
third_topup(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_u8(&in, HANDOVER_TOPUP);
	if (visit_ask(v, KEEPER_HANDOVER_NEW, &in, &out, &a, e))
		return visit_go(v, true, "/ttp", e);
	return visit_fault(v, e, NULL) && third_again(v, e);
}

bool
third_form(struct visit *v, struct err *e)
{
	if (!form_good(&v->form))
		return FAIL(e, ERR_INPUT, "third party's form: form");
	return form_print(v, ONCE_FORM_TTP, e);
}

bool
third_end(struct visit *v, struct err *e)
{
	return handover_withdraw(v, "/ttp", e);
}
