/* portal/desk/erase.c - a member erases their account, changes their mind, or does it at once by a link. */
#include "build/pages/pages.h"
#include "portal/ca/carry.h"
#include "portal/desk/routes.h"
#include "portal/desk/views.h"

bool
erase_show(struct visit *v, struct err *e)
{
	struct rights_view w = {0};

	TRY(rights_ask(v, &w, e));
	page_erase(&v->page, v, &w);
	explicit_bzero(&w, sizeof(w));
	return buf_ok(&v->page, e);
}

static bool
ask(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_ERASE_ASK, &in, &out, &a, e));
	for (int i = 0; i < 3; i++)
		unpack_i64(&a);
	unpack_bytes(&a);		/* the page that follows shows it */
	return lines_off(v, &a, e);
}

bool
erase_link(struct visit *v, struct err *e)
{
	TRY(visit_tell(v, KEEPER_ERASE_LINK, e));
	return visit_go(v, true, "/rights/erase?link=1", e);
}

bool
erase_ask(struct visit *v, struct err *e)
{
	if (!form_good(&v->form)) {
		v->status = 422;
		return erase_show(v, e);
	}
	TRY(ask(v, e));
	return form_text(&v->form, "when")[0] == 'n' ? erase_link(v, e) : visit_go(v, true, "/rights/erase", e);
}

bool
erase_stop(struct visit *v, struct err *e)
{
	TRY(visit_tell(v, KEEPER_ERASE_STOP, e));
	return visit_go(v, true, "/rights", e);
}

/* ---- at once, by the mailed link ---- */

static bool
look(struct visit *v, unsigned char token[TOKEN_BYTES], struct err *e)
{
	int kind;

	TRY(visit_mailed(v, token, &kind, e));
	return kind == MAIL_ERASE_NOW || REFUSE(e, ERR_ABSENT, WHY_TOKEN, "erasure token: of another kind");
}

bool
erase_now_show(struct visit *v, struct err *e)
{
	unsigned char token[TOKEN_BYTES];

	TRY(look(v, token, e));
	page_erase_now(&v->page, v, v->tail);
	return buf_ok(&v->page, e);
}

bool
erase_now_do(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES];
	struct erased_view w = {0};
	struct span a;

	TRY(look(v, token, e));
	if (!form_good(&v->form)) {
		v->status = 422;
		page_erase_now(&v->page, v, v->tail);
		return buf_ok(&v->page, e);
	}
	buf_add(&in, token, sizeof(token));
	TRY(visit_ask_open(v, KEEPER_ERASE_NOW, &in, &out, &a, e));
	w.number = unpack_i64(&a);
	unpack_text(&a, w.code, sizeof(w.code));
	TRY(carry_tickets(v, &a, e));
	page_erase_begun(&v->page, v, &w);
	explicit_bzero(&w, sizeof(w));
	return buf_ok(&v->page, e);
}
