/*
 * portal/desk/lost.c - a way back into a lost account: the sheet, the new password in the case, and the links in mails.
 *
 * Staff set it going on the case's page (desk_acts.c), two assurers confirm where they compare (portal/trust/meet.c).
 */
#include <string.h>
#include "build/pages/pages.h"
#include "portal/desk/case_routes.h"
#include "portal/desk/lost_views.h"
#include "portal/people/strength.h"

static bool
token_of(const struct visit *v, uint32_t why, unsigned char token[TOKEN_BYTES], struct err *e)
{
	return token_parse(v->tail, token) || REFUSE(e, ERR_ABSENT, why, "lost access: a token's shape");
}

/* ---- in the case ---- */

static void sheet_wipe(struct lost_sheet_view *w) { explicit_bzero(w, sizeof(*w)); }

/* The code stands on the answer to this form and nowhere else. */
bool
lost_sheet(struct visit *v, struct err *e)
{
	DROP(sheet_wipe) struct lost_sheet_view w = { .token = v->tail };
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES];
	struct span a;

	TRY(token_of(v, WHY_CASE_CODE, token, e));
	buf_add(&in, token, sizeof(token));
	TRY(visit_ask_open(v, KEEPER_LOST_SHEET, &in, &out, &a, e));
	unpack_text(&a, w.code, sizeof(w.code));
	w.expires = unpack_i64(&a);
	w.number = unpack_i64(&a);
	TRY(unpack_end(&a, "sheet", e));
	page_lost_sheet(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
lost_password_show(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES];
	struct span a;

	TRY(token_of(v, WHY_CASE_CODE, token, e));
	buf_add(&in, token, sizeof(token));
	TRY(visit_ask_open(v, KEEPER_CASE_VISIT_NUMBER, &in, &out, &a, e));
	page_lost_password(&v->page, v, "/case/password/", v->tail);
	return buf_ok(&v->page, e);
}

/* True: it is done and the page says so.  False with *e empty: the form is wanted again. */
static bool
password_sent(struct visit *v, uint32_t op, const unsigned char token[TOKEN_BYTES], struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	strength_typed(&v->form);
	if (!form_good(&v->form))
		return false;
	buf_add(&in, token, TOKEN_BYTES);
	pack_text(&in, form_text(&v->form, "password"));
	if (!visit_ask_open(v, op, &in, &out, &a, e)) {
		if (visit_fault(v, e, e->why == WHY_PASSWORD_WEAK || e->why == WHY_PASSWORD_LONG ? "password" : NULL))
			*e = (struct err){0};
		return false;
	}
	page_reset_done(&v->page, v);
	return buf_ok(&v->page, e);
}

static bool
password_take(struct visit *v, uint32_t op, uint32_t why, const char *path, struct err *e)
{
	unsigned char token[TOKEN_BYTES];
	struct err wrong = {0};

	TRY(token_of(v, why, token, e));
	if (password_sent(v, op, token, &wrong))
		return true;
	if (wrong.kind != ERR_NONE) {
		*e = wrong;
		return false;
	}
	v->status = 422;
	page_lost_password(&v->page, v, path, v->tail);
	return buf_ok(&v->page, e);
}

bool
lost_password(struct visit *v, struct err *e)
{
	return password_take(v, KEEPER_LOST_PASSWORD, WHY_CASE_CODE, "/case/password/", e);
}

/* ---- by the links in mails ---- */

static bool
look(struct visit *v, struct lost_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES];
	struct span a;

	TRY(token_of(v, WHY_TOKEN, token, e));
	buf_add(&in, token, sizeof(token));
	TRY(visit_ask_open(v, KEEPER_LOST_LOOK, &in, &out, &a, e));
	w->token = v->tail;
	w->kind = unpack_u8(&a);
	w->way = unpack_u8(&a);
	w->state = unpack_u8(&a);
	w->due = unpack_i64(&a);
	w->number = unpack_i64(&a);
	return unpack_end(&a, "lost access", e);
}

bool
lost_show(struct visit *v, struct err *e)
{
	struct lost_view w = {0};
	char to[64];

	TRY(look(v, &w, e));
	if (w.kind == MAIL_LOST_OPEN) {
		snprintf(to, sizeof(to), "/lost/open/%.40s", v->tail);
		return visit_go(v, false, to, e);
	}
	page_lost(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
lost_answer(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES];
	struct span a;
	unsigned state;

	TRY(token_of(v, WHY_TOKEN, token, e));
	if (!form_good(&v->form)) {
		v->status = 422;
		return lost_show(v, e);
	}
	buf_add(&in, token, sizeof(token));
	pack_u8(&in, strcmp(form_text(&v->form, "answer"), "go") == 0);
	TRY(visit_ask_open(v, KEEPER_LOST_ANSWER, &in, &out, &a, e));
	state = unpack_u8(&a);
	TRY(unpack_end(&a, "lost access", e));
	page_lost_answered(&v->page, v, state == LOST_STOPPED);
	return buf_ok(&v->page, e);
}

bool
lost_open_show(struct visit *v, struct err *e)
{
	struct lost_view w = {0};

	TRY(look(v, &w, e));
	if (w.kind != MAIL_LOST_OPEN)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "lost access: a link of another kind");
	page_lost_password(&v->page, v, "/lost/open/", v->tail);
	return buf_ok(&v->page, e);
}

bool
lost_open(struct visit *v, struct err *e)
{
	return password_take(v, KEEPER_LOST_TAKE, WHY_TOKEN, "/lost/open/", e);
}
