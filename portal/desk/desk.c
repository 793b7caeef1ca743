/* portal/desk/desk.c - the support desk: the list of cases, and one case. */
#include <stdlib.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/desk/case_routes.h"
#include "portal/desk/cases.h"
#include "portal/desk/desk.h"

/* ---- the list ---- */

static void desk_drop(struct cases_view **w) { wipe_free(*w); }

/* One's own first, then by deadline: who has both roles gets two lists. */
static int
mine_first(const void *one, const void *two)
{
	const struct case_line *a = one, *b = two;
	bool mine[] = { (a->what & (CASE_MINE | CASE_DEPUTY)) != 0, (b->what & (CASE_MINE | CASE_DEPUTY)) != 0 };

	return mine[0] != mine[1] ? mine[1] - mine[0] : (a->deadline > b->deadline) - (a->deadline < b->deadline);
}

bool
desk_draw(struct visit *v, const char *note, struct err *e)
{
	DROP(desk_drop) struct cases_view *w = calloc(1, sizeof(*w));
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "desk");
	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_DESK, &in, &out, &a, e));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && w->n < CASES_SHOWN && !a.bad; i++) {
		case_line_read(v, &a, false, &w->row[w->n]);
		w->mine += (w->row[w->n++].what & (CASE_MINE | CASE_DEPUTY)) != 0;
	}
	TRY(unpack_end(&a, "desk", e));
	qsort(w->row, w->n, sizeof(w->row[0]), mine_first);
	page_desk(&v->page, v, w, note);
	return buf_ok(&v->page, e);
}

bool
desk_show(struct visit *v, struct err *e)
{
	return desk_draw(v, NULL, e);
}

/* ---- one ---- */

static bool
fields_read(struct span *a, struct case_view *w, struct err *e)
{
	unsigned n = unpack_u8(a);

	for (unsigned i = 0; i < n && !a->bad; i++) {
		struct case_field_line further, *f = w->fields < CASE_FIELDS_SHOWN ? &w->field[w->fields++] : &further;

		f->field = unpack_u32(a);
		f->held = unpack_u8(a) != 0;
		f->until = unpack_i64(a);
		unpack_text(a, f->value, sizeof(f->value));
		f->label = f->field > 0 && f->field < FIELD__COUNT ? fields[f->field].label : MSG("unknown");
		snprintf(f->number, sizeof(f->number), "%u", f->field);
	}
	w->band = unpack_u8(a);
	return !a->bad || FAIL(e, ERR_IO, "case: fields");
}

static bool
read_case(struct visit *v, struct span *a, struct case_view *w, struct err *e)
{
	case_line_read(v, a, false, &w->line);
	w->read = unpack_u8(a) != 0;
	if (!w->read)
		return unpack_end(a, "case", e);
	TRY(fields_read(a, w, e));
	name_change_read(a, &w->change);
	telling_read(a, &w->telling);
	w->may_find = w->line.closed == 0 && w->line.kind != CASE_OTHER && (w->line.kind == CASE_REPORT ? w->telling.state == 0 :
	    (w->line.what & CASE_VISITORS) != 0);
	return case_texts_take(a, w, e);
}

bool
desk_case_draw(struct visit *v, const char *note, struct err *e)
{
	DROP(case_view_wipe) struct case_view w = {0};
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t number;
	struct span a;

	TRY(case_number(v, &number, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	TRY(case_texts_pack(v->store, number, &in, e));
	TRY(visit_ask(v, KEEPER_DESK_CASE, &in, &out, &a, e));
	TRY(read_case(v, &a, &w, e));
	page_desk_case(&v->page, v, &w, note);
	return buf_ok(&v->page, e);
}

bool
desk_case_show(struct visit *v, struct err *e)
{
	return desk_case_draw(v, NULL, e);
}
