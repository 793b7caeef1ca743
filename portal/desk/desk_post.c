/* portal/desk/desk_post.c - staff say what a case is that came by mail, and type in letters on paper. */
#include "build/pages/pages.h"
#include "portal/desk/case_routes.h"
#include "portal/desk/cases.h"
#include "portal/desk/desk.h"

bool
desk_sort(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned kind = case_kind_typed(form_text(&v->form, "kind"));
	char to[64];
	int64_t number;
	struct span a;

	TRY(case_number(v, &number, e));
	if (!form_good(&v->form)) {
		v->status = 422;
		return desk_case_draw(v, NULL, e);
	}
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	pack_u8(&in, kind);
	TRY(visit_ask(v, KEEPER_DESK_SORT, &in, &out, &a, e));
	TRY(unpack_end(&a, "desk sort", e));
	/* A report is the officers' from here on. */
	snprintf(to, sizeof(to), "/desk/case/%lld", (long long)number);
	return visit_go(v, true, kind == CASE_REPORT ? "/desk" : to, e);
}

static bool
letter_draw(struct visit *v, struct err *e)
{
	page_desk_letter(&v->page, v);
	return buf_ok(&v->page, e);
}

/* Who it is shows nothing personal, and whether they have a seat. */
bool
desk_letter_show(struct visit *v, struct err *e)
{
	TRY(visit_tell(v, KEEPER_WHO, e));
	return letter_draw(v, e);
}

static bool
kept(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	char day[FORM_DATE], to[64];
	int64_t number;
	struct span a;

	form_day(&v->form, "day", "month", "year", day);
	visit_ask_begin(v, &in);
	pack_u8(&in, case_kind_typed(form_text(&v->form, "kind")));
	pack_text(&in, day);
	pack_text(&in, form_text(&v->form, "words"));
	TRY(visit_ask(v, KEEPER_DESK_LETTER, &in, &out, &a, e));
	number = unpack_i64(&a);
	TRY(case_text_keep(v, &a, number, NULL, e));
	snprintf(to, sizeof(to), "/desk/case/%lld", (long long)number);
	return visit_go(v, true, to, e);
}

bool
desk_letter(struct visit *v, struct err *e)
{
	if (form_good(&v->form)) {
		if (kept(v, e))
			return true;
		if (!visit_fault(v, e, e->why == WHY_LETTER_DAY ? "day" : "words"))
			return false;
	}
	v->status = 422;
	return letter_draw(v, e);
}
