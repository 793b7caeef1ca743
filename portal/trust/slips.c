/*
 * portal/trust/slips.c - an assurer's slips for visitors: filling one, the list, withdrawing, printing.
 *
 * The code is told once, by the page that answers the password; it stands in no address.
 */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/trust/event_facts.h"
#include "portal/trust/routes.h"
#include "portal/trust/words.h"
#include "privacy/facts/day.h"

static const char *const states[] = {
	[SLIP_OPEN] = MSG("open"), [SLIP_USED] = MSG("used"), [SLIP_WITHDRAWN] = MSG("withdrawn"), [SLIP_OVER] = MSG("over"),
};

/* ---- the list ---- */

static void slips_drop(struct slips_view *w) { wipe_free(w->row); }

static void
line_read(struct span *a, struct slip_line *l)
{
	snprintf(l->number, sizeof(l->number), "%lld", (long long)unpack_i64(a));
	l->state = unpack_u8(a);
	l->made_at = unpack_i64(a);
	l->met_at = unpack_i64(a) * DAY;
	l->points = unpack_i64(a);
	l->expires = unpack_i64(a);
	l->ended_at = unpack_i64(a);
	l->state_name = l->state < COUNT(states) && states[l->state] != NULL ? states[l->state] : MSG("over");
}

bool
slips_show(struct visit *v, struct err *e)
{
	DROP(slips_drop) struct slips_view w = { .row = calloc(SLIPS_SHOWN, sizeof(*w.row)) };
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	if (w.row == NULL)
		return FAIL(e, ERR_MEMORY, "slips");
	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_SLIPS, &in, &out, &a, e));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && !a.bad; i++) {
		struct slip_line further;

		line_read(&a, w.n < SLIPS_SHOWN ? &w.row[w.n++] : &further);
	}
	TRY(unpack_end(&a, "slips", e));
	w.assurer = (v->session.roles & 1u << ROLE_ASSURER) != 0;
	page_slips(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
slip_withdraw(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (!form_good(&v->form))
		return FAIL(e, ERR_INPUT, "slip: form");
	visit_ask_begin(v, &in);
	pack_i64(&in, form_number(&v->form, "id"));
	TRY(visit_ask(v, KEEPER_SLIP_WITHDRAW, &in, &out, &a, e));
	return visit_go(v, true, "/slips", e);
}

/* ---- filling one in ---- */

bool
slip_new_show(struct visit *v, struct err *e)
{
	page_slip_new(&v->page, v);
	return buf_ok(&v->page, e);
}

static void
new_pack(struct visit *v, struct buf *in)
{
	char birth[FORM_DATE], met[FORM_DATE];

	form_day(&v->form, "day", "month", "year", birth);
	form_day(&v->form, "met_day", "met_month", "met_year", met);
	visit_ask_begin(v, in);
	pack_text(in, form_text(&v->form, "password"));
	pack_bytes(in, v->source.p, v->source.len);
	pack_text(in, form_text(&v->form, "name"));
	pack_text(in, birth);
	pack_text(in, form_text(&v->form, "place"));
	pack_text(in, met);
	pack_u32(in, documents_typed(v));
	pack_u8(in, form_ticked(&v->form, "accepts"));
	pack_u8(in, form_ticked(&v->form, "parent"));
	pack_i64(in, form_number(&v->form, "points"));
	explicit_bzero(birth, sizeof(birth));
}

/* Days that are none are told here: the keeper has one sentence for both dates. */
static bool
dates_good(struct visit *v)
{
	static const struct { const char *day, *month, *year; } dates[] = {
		{ "day", "month", "year" }, { "met_day", "met_month", "met_year" },
	};
	bool good = true;

	for (size_t i = 0; i < COUNT(dates); i++) {
		char text[FORM_DATE];
		int64_t day;

		form_day(&v->form, dates[i].day, dates[i].month, dates[i].year, text);
		if (!day_read(text, &day)) {
			form_fault(&v->form, dates[i].day, MSG("There is no such day."));
			good = false;
		}
		explicit_bzero(text, sizeof(text));
	}
	return good;
}

static const char *
new_field(uint32_t why)
{
	static const struct { uint32_t why; const char *field; } of[] = {
		{ WHY_NAME_MISSING, "name" }, { WHY_NAME_SHAPE, "name" }, { WHY_NAME_SCRIPTS, "name" }, { WHY_BIRTH_DATE, "day" },
		{ WHY_ASSURE_PLACE, "place" }, { WHY_FIELD_LONG, "place" }, { WHY_ASSURE_DOCUMENTS, "passport" },
		{ WHY_ASSURE_POINTS, "points" }, { WHY_ASSURE_FUTURE, "met_day" }, { WHY_ASSURE_LONG_AGO, "met_day" },
		{ WHY_ASSURE_BEFORE_BIRTH, "met_day" }, { WHY_ASSURE_AGREEMENT, "accepts" },
	};

	for (size_t i = 0; i < COUNT(of); i++)
		if (of[i].why == why)
			return of[i].field;
	return NULL;
}

static void
slip_wipe(struct slip_view *w)
{
	qr_wipe(&w->qr);
	explicit_bzero(w, sizeof(*w));
}

/* The new token, the session's block, and the slip: shown here and never again. */
static bool
made(struct visit *v, struct span a, struct err *e)
{
	DROP(slip_wipe) struct slip_view w = {0};
	unsigned char token[TOKEN_BYTES], block[SESSION_BLOCK_BYTES];

	unpack_exact(&a, token, sizeof(token));
	unpack_exact(&a, block, sizeof(block));
	snprintf(w.number, sizeof(w.number), "%lld", (long long)unpack_i64(&a));
	unpack_text(&a, w.code, sizeof(w.code));
	w.expires = unpack_i64(&a);
	TRY(unpack_end(&a, "slip", e));
	visit_new_token(v, token);
	explicit_bzero(token, sizeof(token));
	TRY(qr_draw_code(w.code, &w.qr, e));
	page_slip_made(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
slip_new(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	documents_missing(v);
	if (form_good(&v->form) && dates_good(v)) {
		new_pack(v, &in);
		if (visit_ask_open(v, KEEPER_SLIP_NEW, &in, &out, &a, e))
			return made(v, a, e);
		if (e->why == WHY_SIGN_IN)
			form_fault(&v->form, "password", MSG("This is not your password. Nothing was signed."));
		else if (!visit_fault(v, e, new_field(e->why)))
			return false;
	}
	v->status = 422;
	return slip_new_show(v, e);
}

/* ---- printing it, while the code is still at hand ---- */

bool
slip_print(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf about = {0};

	pack_text(&about, form_text(&v->form, "code"));
	if (form_good(&v->form)) {
		if (once_go(v, ONCE_SLIP, &about, "/once/slip/", e))
			return true;
		if (!visit_fault(v, e, NULL))
			return false;
	}
	v->status = 422;
	return slips_show(v, e);
}

bool
slip_once(struct visit *v, struct err *e)
{
	DROP(slip_wipe) struct slip_view w = {0};
	DROP(buf_wipe) struct buf out = {0};
	struct span content;

	TRY(once_ask(v, ONCE_SLIP, &out, &content, e));
	snprintf(w.number, sizeof(w.number), "%lld", (long long)unpack_i64(&content));
	unpack_text(&content, w.code, sizeof(w.code));
	w.met_at = unpack_i64(&content) * DAY;
	w.expires = unpack_i64(&content);
	TRY(unpack_end(&content, "slip", e));
	TRY(qr_draw_code(w.code, &w.qr, e));
	page_slip_paper(&v->page, v, &w);
	return buf_ok(&v->page, e);
}
