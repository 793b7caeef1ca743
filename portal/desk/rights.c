/* portal/desk/rights.c - a member's rights on one page, and restricting what is done with their data. */
#include "build/pages/pages.h"
#include "ledger/base/log.h"
#include "portal/desk/routes.h"
#include "portal/desk/views.h"
#include "portal/trust/directory.h"
#include "portal/trust/officer.h"

bool
rights_ask(struct visit *v, struct rights_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_RIGHTS, &in, &out, &a, e));
	w->restricted = unpack_u32(&a);
	w->ask_first = unpack_u8(&a) == 1;
	w->erasure = unpack_i64(&a);
	w->asked_at = unpack_i64(&a);
	w->due_at = unpack_i64(&a);
	unpack_text(&a, w->code, sizeof(w->code));
	w->certs = unpack_i64(&a);
	w->given = unpack_i64(&a);
	w->papers = unpack_i64(&a);
	w->roles = unpack_u32(&a);
	w->proved = unpack_i64(&a);
	w->barred = unpack_u8(&a) == 1;
	hold_line_read(&a, &w->hold);
	w->excluded_until = unpack_i64(&a);
	return unpack_end(&a, "rights", e);
}

bool
lines_off(struct visit *v, struct span *a, struct err *e)
{
	uint32_t n = unpack_u32(a);

	for (uint32_t i = 0; i < n && !a->bad; i++) {
		struct err trouble = {0};

		if (!announced_remove(v->store, &directory_announced, unpack_i64(a), &trouble))
			log_err("a line of the directory is left to the clerk", &trouble);
	}
	return unpack_end(a, "lines to go", e);
}

bool
rights_show(struct visit *v, struct err *e)
{
	struct rights_view w = {0};

	TRY(rights_ask(v, &w, e));
	page_rights(&v->page, v, &w);
	explicit_bzero(&w, sizeof(w));
	return buf_ok(&v->page, e);
}

/* ---- restricting ---- */

bool
restrict_show(struct visit *v, struct err *e)
{
	struct rights_view w = {0};

	TRY(rights_ask(v, &w, e));
	page_restrict(&v->page, v, &w);
	explicit_bzero(&w, sizeof(w));
	return buf_ok(&v->page, e);
}

static bool
set(struct visit *v, bool on, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_u8(&in, on);
	TRY(visit_ask(v, KEEPER_RESTRICT, &in, &out, &a, e));
	TRY(lines_off(v, &a, e));
	return visit_go(v, true, "/rights/restrict", e);
}

bool
restrict_do(struct visit *v, struct err *e)
{
	if (form_good(&v->form))
		return set(v, true, e);
	v->status = 422;
	return restrict_show(v, e);
}

bool
restrict_lift(struct visit *v, struct err *e)
{
	return set(v, false, e);
}

bool
ask_first_do(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (!form_good(&v->form))
		return FAIL(e, ERR_INPUT, "ask me first: form");
	visit_ask_begin(v, &in);
	pack_u8(&in, form_text(&v->form, "on")[0] == '1');
	TRY(visit_ask(v, KEEPER_ASK_FIRST, &in, &out, &a, e));
	return visit_go(v, true, "/rights", e);
}
