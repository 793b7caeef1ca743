/* portal/trust/contact.c - a message by way of a line of the directory, and its answer. */
#include <string.h>
#include "build/pages/pages.h"
#include "portal/trust/line.h"
#include "portal/trust/routes.h"

/* The line that the address names.  ERR_ABSENT with its sentence: never there, or taken down. */
static bool
line_named(struct visit *v, struct directory_line *l, struct err *e)
{
	bool found = false;
	int64_t id;

	if (tail_number(v, &id, NULL))
		TRY(directory_get(v->store, id, l, &found, e));
	return found || REFUSE(e, ERR_ABSENT, WHY_LISTING_ABSENT, "contact: no such line");
}

static bool
write_page(struct visit *v, const struct directory_line *l, bool sent, struct err *e)
{
	struct write_view w;

	line_fill(&w.line, l, -1);
	if (sent)
		page_contact_sent(&v->page, v, &w);
	else
		page_contact_write(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
contact_write_show(struct visit *v, struct err *e)
{
	struct directory_line l;

	TRY(line_named(v, &l, e));
	return write_page(v, &l, false, e);
}

static bool
send(struct visit *v, int64_t id, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	pack_text(&in, form_text(&v->form, "message"));
	TRY(visit_ask(v, KEEPER_CONTACT_SEND, &in, &out, &a, e));
	return unpack_end(&a, "contact", e);
}

bool
contact_write(struct visit *v, struct err *e)
{
	struct directory_line l;

	TRY(line_named(v, &l, e));
	if (form_good(&v->form)) {
		if (send(v, l.id, e))
			return write_page(v, &l, true, e);
		if (!visit_fault(v, e, "message"))
			return false;
	}
	v->status = 422;
	return write_page(v, &l, false, e);
}

/* ---- the answer, by the mailed link ---- */

/* Is this a link to answer?  Nothing is consumed. */
static bool
look(struct visit *v, unsigned char token[TOKEN_BYTES], struct err *e)
{
	int kind;

	TRY(visit_mailed(v, token, &kind, e));
	return kind == MAIL_CONTACT || REFUSE(e, ERR_ABSENT, WHY_TOKEN, "contact token: of another kind");
}

bool
contact_answer_show(struct visit *v, struct err *e)
{
	unsigned char token[TOKEN_BYTES];

	TRY(look(v, token, e));
	page_contact_answer(&v->page, v, v->tail);
	return buf_ok(&v->page, e);
}

static bool
answer(struct visit *v, const unsigned char token[TOKEN_BYTES], struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	buf_add(&in, token, TOKEN_BYTES);
	pack_text(&in, form_text(&v->form, "message"));
	TRY(visit_ask_open(v, KEEPER_CONTACT_ANSWER, &in, &out, &a, e));
	return unpack_end(&a, "contact answer", e);
}

bool
contact_answer(struct visit *v, struct err *e)
{
	unsigned char token[TOKEN_BYTES];

	TRY(look(v, token, e));
	if (form_good(&v->form)) {
		if (answer(v, token, e)) {
			page_contact_answered(&v->page, v);
			return buf_ok(&v->page, e);
		}
		if (!visit_fault(v, e, "message"))
			return false;
	}
	v->status = 422;
	page_contact_answer(&v->page, v, v->tail);
	return buf_ok(&v->page, e);
}
