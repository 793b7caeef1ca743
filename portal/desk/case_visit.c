/*
 * portal/desk/case_visit.c - cases without an account: opening one, and following it by number and pass-phrase.
 *
 * The two lead to an address with a token of its own, as a session's address has, but one that
 * shows this case alone and ends when it is left alone.
 */
#include <sodium.h>
#include <string.h>
#include "build/pages/pages.h"
#include "portal/desk/case_facts.h"
#include "portal/desk/case_routes.h"
#include "portal/desk/cases.h"

static bool
no_case(struct err *e)
{
	return REFUSE(e, ERR_DENIED, WHY_CASE_CODE, "case token: shape");
}

static void
address_of(const unsigned char token[TOKEN_BYTES], char into[64])
{
	char text[33];

	token_text(token, text);
	snprintf(into, 64, "/case/visit/%s", text);
}

/* ---- the door ---- */

bool
case_door_show(struct visit *v, struct err *e)
{
	page_case_door(&v->page, v);
	return buf_ok(&v->page, e);
}

static bool
enter(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES];
	struct span a;
	char to[64];

	pack_i64(&in, form_number(&v->form, "number"));
	pack_text(&in, form_text(&v->form, "phrase"));
	pack_bytes(&in, v->source.p, v->source.len);
	TRY(visit_ask_open(v, KEEPER_CASE_ENTER, &in, &out, &a, e));
	unpack_exact(&a, token, sizeof(token));
	TRY(unpack_end(&a, "case enter", e));
	address_of(token, to);
	sodium_memzero(token, sizeof(token));
	return visit_go(v, false, to, e);
}

bool
case_door(struct visit *v, struct err *e)
{
	if (form_good(&v->form)) {
		if (enter(v, e))
			return true;
		if (!visit_fault(v, e, "phrase"))
			return false;
	}
	v->status = 422;
	return case_door_show(v, e);
}

/* ---- opening ---- */

bool
case_visit_new_show(struct visit *v, struct err *e)
{
	page_case_visit_new(&v->page, v);
	return buf_ok(&v->page, e);
}

bool
case_visit_report_show(struct visit *v, struct err *e)
{
	page_case_report(&v->page, v, "/case/report", false);
	return buf_ok(&v->page, e);
}

static void opened_wipe(struct case_opened_view *w) { explicit_bzero(w, sizeof(*w)); }

/* Number and pass-phrase stand on the answer to this form and nowhere else. */
static bool
opened(struct visit *v, unsigned kind, unsigned against, const char *about, struct err *e)
{
	DROP(opened_wipe) struct case_opened_view w = {0};
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES];
	int64_t number;
	struct span a;
	bool good, once = token_parse(form_text(&v->form, "once"), token);

	pack_u8(&in, kind);
	pack_u8(&in, against);
	pack_text(&in, about);
	pack_text(&in, form_text(&v->form, "words"));
	pack_text(&in, v->lang);
	pack_bytes(&in, v->source.p, v->source.len);
	pack_bytes(&in, token, once ? sizeof(token) : 0);
	TRY(visit_ask_open(v, KEEPER_CASE_VISIT_OPEN, &in, &out, &a, e));
	number = unpack_i64(&a);
	unpack_text(&a, w.pass, sizeof(w.pass));
	unpack_exact(&a, token, sizeof(token));
	address_of(token, w.visit);
	good = case_text_keep(v, &a, number, token, e);
	sodium_memzero(token, sizeof(token));
	TRY(good);
	snprintf(w.number, sizeof(w.number), "%lld", (long long)number);
	page_case_opened(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
case_visit_new(struct visit *v, struct err *e)
{
	if (form_good(&v->form)) {
		if (opened(v, case_kind_typed(form_text(&v->form, "kind")), CASE_AGAINST_NOBODY, "", e))
			return true;
		if (!visit_fault(v, e, "words"))
			return false;
	}
	v->status = 422;
	return case_visit_new_show(v, e);
}

bool
case_visit_report(struct visit *v, struct err *e)
{
	if (form_good(&v->form)) {
		if (opened(v, CASE_REPORT, case_against_typed(form_text(&v->form, "against")), form_text(&v->form, "about"), e))
			return true;
		if (!visit_fault(v, e, "words"))
			return false;
	}
	v->status = 422;
	return case_visit_report_show(v, e);
}

/* ---- following ---- */

/* Which case it is the keeper says first: by it the texts are brought. */
static bool
number_of(struct visit *v, const unsigned char token[TOKEN_BYTES], int64_t *number, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	buf_add(&in, token, TOKEN_BYTES);
	TRY(visit_ask_open(v, KEEPER_CASE_VISIT_NUMBER, &in, &out, &a, e));
	*number = unpack_i64(&a);
	return unpack_end(&a, "case number", e);
}

static bool
show(struct visit *v, const unsigned char token[TOKEN_BYTES], struct err *e)
{
	DROP(case_view_wipe) struct case_view w = {0};
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t number;
	struct span a;

	TRY(number_of(v, token, &number, e));
	buf_add(&in, token, TOKEN_BYTES);
	TRY(case_texts_pack(v->store, number, &in, e));
	TRY(visit_ask_open(v, KEEPER_CASE_VISIT, &in, &out, &a, e));
	case_line_read(v, &a, true, &w.line);
	TRY(case_texts_take(&a, &w, e));
	page_case_visit(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
case_visit_show(struct visit *v, struct err *e)
{
	unsigned char token[TOKEN_BYTES];

	return token_parse(v->tail, token) ? show(v, token, e) : no_case(e);
}

static bool
write_on(struct visit *v, const unsigned char token[TOKEN_BYTES], struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t number;
	struct span a;

	TRY(number_of(v, token, &number, e));
	buf_add(&in, token, TOKEN_BYTES);
	pack_text(&in, form_text(&v->form, "words"));
	TRY(visit_ask_open(v, KEEPER_CASE_VISIT_SAY, &in, &out, &a, e));
	TRY(case_text_keep(v, &a, number, token, e));
	return visit_go(v, false, v->path, e);
}

bool
case_visit_say(struct visit *v, struct err *e)
{
	unsigned char token[TOKEN_BYTES];

	if (!token_parse(v->tail, token))
		return no_case(e);
	if (form_good(&v->form)) {
		if (write_on(v, token, e))
			return true;
		if (!visit_fault(v, e, "words"))
			return false;
	}
	v->status = 422;
	return show(v, token, e);
}
