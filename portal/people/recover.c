/* portal/people/recover.c - a forgotten password: the mailed link, then three of the five. */
#include <string.h>
#include "build/pages/pages.h"
#include "portal/people/mailbox.h"
#include "portal/people/routes.h"
#include "portal/people/strength.h"

static const char *const answer_fields[3] = { "answer1", "answer2", "answer3" };

bool
forgot_show(struct visit *v, struct err *e)
{
	page_forgot(&v->page, v);
	return buf_ok(&v->page, e);
}

bool
forgot_send(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	bool sent = false;

	if (form_good(&v->form)) {
		pack_mailbox(&in, form_text(&v->form, "address"));
		pack_bytes(&in, v->source.p, v->source.len);
		sent = visit_ask_open(v, KEEPER_FORGOT, &in, &out, &a, e);
		if (!sent && !visit_fault(v, e, "address"))
			return false;
	}
	if (sent) {
		page_forgot_sent(&v->page, v);
	} else {
		v->status = 422;
		page_forgot(&v->page, v);
	}
	return buf_ok(&v->page, e);
}

static bool
look(struct visit *v, unsigned char token[TOKEN_BYTES], struct reset_view *r, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (!token_parse(v->tail, token))
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "reset token: shape");
	buf_add(&in, token, TOKEN_BYTES);
	TRY(visit_ask_open(v, KEEPER_RESET_LOOK, &in, &out, &a, e));
	r->token = v->tail;
	r->n = unpack_u8(&a);
	if (r->n > COUNT(r->question))
		return FAIL(e, ERR_IO, "reset look: %zu questions", r->n);
	for (size_t i = 0; i < r->n; i++) {
		r->question[i].slot = unpack_u8(&a);
		unpack_text(&a, r->question[i].text, sizeof(r->question[i].text));
		r->question[i].field = answer_fields[i];
	}
	return unpack_end(&a, "reset look", e);
}

bool
reset_show(struct visit *v, struct err *e)
{
	unsigned char token[TOKEN_BYTES];
	struct reset_view r = {0};

	TRY(look(v, token, &r, e));
	page_reset(&v->page, v, &r);
	return buf_ok(&v->page, e);
}

static bool
send_answers(struct visit *v, const unsigned char token[TOKEN_BYTES],
    const struct reset_view *r, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	buf_add(&in, token, TOKEN_BYTES);
	for (size_t i = 0; i < COUNT(r->question); i++) {
		pack_u8(&in, (unsigned)r->question[i].slot);
		pack_text(&in, form_text(&v->form, answer_fields[i]));
	}
	pack_text(&in, form_text(&v->form, "password"));
	TRY(visit_ask_open(v, KEEPER_RESET_TAKE, &in, &out, &a, e));
	return unpack_end(&a, "reset", e);
}

bool
reset_do(struct visit *v, struct err *e)
{
	unsigned char token[TOKEN_BYTES];
	struct reset_view r = {0};

	TRY(look(v, token, &r, e));
	strength_typed(&v->form);
	if (form_good(&v->form) && r.n == COUNT(r.question)) {
		if (send_answers(v, token, &r, e)) {
			page_reset_done(&v->page, v);
			return buf_ok(&v->page, e);
		}
		if (!visit_fault(v, e, e->why == WHY_PASSWORD_WEAK ? "password" : NULL))
			return false;
	}
	v->status = 422;
	page_reset(&v->page, v, &r);
	return buf_ok(&v->page, e);
}
