/* portal/people/lists.c - "Mail from us": the lists a member wants; and stopping one by a single click of a mail program. */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/people/routes.h"

static void
lists_wipe(struct wishes_view *w)
{
	wipe_free(w->row);
}

static bool
draw(struct visit *v, struct err *e)
{
	DROP(lists_wipe) struct wishes_view w = {0};
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_LISTS, &in, &out, &a, e));
	if ((w.row = visit_rows(&a, sizeof(*w.row), &w.n, e)) == NULL)
		return false;
	for (size_t i = 0; i < w.n; i++) {
		unpack_text(&a, w.row[i].name, sizeof(w.row[i].name));
		unpack_text(&a, w.row[i].says, sizeof(w.row[i].says));
		unpack_text(&a, w.row[i].outside, sizeof(w.row[i].outside));
		w.row[i].asked = unpack_i64(&a);
		w.row[i].since = unpack_i64(&a);
	}
	TRY(unpack_end(&a, "lists", e));
	page_lists(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
lists_show(struct visit *v, struct err *e)
{
	return draw(v, e);
}

bool
list_set(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (form_good(&v->form)) {
		visit_ask_begin(v, &in);
		pack_text(&in, form_text(&v->form, "list"));
		pack_u8(&in, form_text(&v->form, "on")[0] == '1');
		if (visit_ask(v, KEEPER_LIST_SET, &in, &out, &a, e))
			return unpack_end(&a, "list", e) && visit_go(v, true, "/lists", e);
		if (!visit_fault(v, e, NULL))
			return false;
	}
	v->status = 422;
	return draw(v, e);
}

/*
 * RFC 8058: a mail program posts what the mail's header says, without a page of ours before
 * it.  Only a list is stopped so; every other link asks on a page first.
 */
bool
list_one_click(struct visit *v, struct err *e)
{
	static const char click[] = "One-Click";
	unsigned char token[TOKEN_BYTES];
	int kind;

	if (v->body.len == 0 || memmem(v->body.p, v->body.len, click, strlen(click)) == NULL)
		return FAIL(e, ERR_INPUT, "stop: not one click");
	TRY(visit_mailed(v, token, &kind, e));
	if (kind != MAIL_LIST_NEWS)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "stop: a link of another kind");
	return verify_take(v, e);
}
