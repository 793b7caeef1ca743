/* portal/desk/case_own.c - a member's cases: the list, opening one, reporting, reading and answering. */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/desk/case_facts.h"
#include "portal/desk/case_routes.h"
#include "portal/desk/cases.h"

/* ---- the list ---- */

static void cases_drop(struct cases_view **w) { wipe_free(*w); }

bool
cases_show(struct visit *v, struct err *e)
{
	DROP(cases_drop) struct cases_view *w = calloc(1, sizeof(*w));
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "cases");
	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_CASES, &in, &out, &a, e));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && w->n < CASES_SHOWN && !a.bad; i++) {
		case_line_read(v, &a, true, &w->row[w->n]);
		w->open += w->row[w->n++].closed == 0;
	}
	TRY(unpack_end(&a, "cases", e));
	page_cases(&v->page, v, w);
	return buf_ok(&v->page, e);
}

/* ---- opening ---- */

static bool
new_draw(struct visit *v, struct err *e)
{
	page_case_new(&v->page, v);
	return buf_ok(&v->page, e);
}

static bool
report_draw(struct visit *v, struct err *e)
{
	page_case_report(&v->page, v, "/cases/report", true);
	return buf_ok(&v->page, e);
}

bool
case_new_show(struct visit *v, struct err *e)
{
	TRY(visit_tell(v, KEEPER_WHO, e));
	return new_draw(v, e);
}

bool
case_report_show(struct visit *v, struct err *e)
{
	TRY(visit_tell(v, KEEPER_WHO, e));
	return report_draw(v, e);
}

/* Opened on the keeper's side, then its first text is kept here. */
static bool
opened(struct visit *v, struct buf *in, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	int64_t number;
	struct span a;
	char to[64];

	TRY(visit_ask(v, KEEPER_CASE_OPEN, in, &out, &a, e));
	number = unpack_i64(&a);
	TRY(case_text_keep(v, &a, number, NULL, e));
	snprintf(to, sizeof(to), "/cases/%lld", (long long)number);
	return visit_go(v, true, to, e);
}

bool
case_new(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};

	visit_ask_begin(v, &in);
	if (form_good(&v->form)) {
		pack_u8(&in, case_kind_typed(form_text(&v->form, "kind")));
		pack_u8(&in, form_ticked(&v->form, "birth"));
		pack_u8(&in, CASE_AGAINST_NOBODY);
		pack_text(&in, "");
		pack_text(&in, form_text(&v->form, "words"));
		if (opened(v, &in, e))
			return true;
		if (!visit_fault(v, e, "words"))
			return false;
	}
	v->status = 422;
	return new_draw(v, e);
}

bool
case_report(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};

	visit_ask_begin(v, &in);
	if (form_good(&v->form)) {
		pack_u8(&in, CASE_REPORT);
		pack_u8(&in, 0);
		pack_u8(&in, case_against_typed(form_text(&v->form, "against")));
		pack_text(&in, form_text(&v->form, "about"));
		pack_text(&in, form_text(&v->form, "words"));
		if (opened(v, &in, e))
			return true;
		if (!visit_fault(v, e, "words"))
			return false;
	}
	v->status = 422;
	return report_draw(v, e);
}

/* ---- one ---- */

bool
case_show(struct visit *v, struct err *e)
{
	DROP(case_view_wipe) struct case_view w = {0};
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t number;
	struct span a;

	TRY(case_number(v, &number, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	TRY(case_texts_pack(v->store, number, &in, e));
	TRY(visit_ask(v, KEEPER_CASE, &in, &out, &a, e));
	case_line_read(v, &a, true, &w.line);
	name_change_read(&a, &w.change);
	TRY(case_texts_take(&a, &w, e));
	page_case(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

static bool
write_on(struct visit *v, int64_t number, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	char to[64];

	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	pack_text(&in, form_text(&v->form, "words"));
	TRY(visit_ask(v, KEEPER_CASE_SAY, &in, &out, &a, e));
	TRY(case_text_keep(v, &a, number, NULL, e));
	snprintf(to, sizeof(to), "/cases/%lld", (long long)number);
	return visit_go(v, true, to, e);
}

bool
case_say(struct visit *v, struct err *e)
{
	int64_t number;

	TRY(case_number(v, &number, e));
	if (form_good(&v->form)) {
		if (write_on(v, number, e))
			return true;
		if (!visit_fault(v, e, "words"))
			return false;
	}
	v->status = 422;
	return case_show(v, e);
}

bool
case_allow(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t number;
	struct span a;
	char to[64];

	TRY(case_number(v, &number, e));
	if (!form_good(&v->form)) {
		v->status = 422;
		return case_show(v, e);
	}
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	pack_u8(&in, form_text(&v->form, "what")[0] == '1' ? 1 : 2);
	pack_u8(&in, strcmp(form_text(&v->form, "answer"), "yes") == 0);
	TRY(visit_ask(v, KEEPER_CASE_ALLOW, &in, &out, &a, e));
	TRY(unpack_end(&a, "case allow", e));
	snprintf(to, sizeof(to), "/cases/%lld", (long long)number);
	return visit_go(v, true, to, e);
}
