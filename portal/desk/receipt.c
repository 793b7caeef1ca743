/*
 * portal/desk/receipt.c - the receipt of an erasure, for whoever has its code.
 *
 * A public page: it needs no account, for there is none any more, and shows no person.
 * The code is posted, so that it stands in no address.
 */
#include "build/pages/pages.h"
#include "portal/desk/routes.h"
#include "portal/desk/views.h"

#define RECEIPT_MOST	65536

bool
receipt_show(struct visit *v, struct err *e)
{
	struct receipt_view w = {0};

	page_receipt(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

/* *receipt stays empty while there is none. */
static bool
ask(struct visit *v, struct receipt_view *w, struct buf *receipt, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a, text;

	snprintf(w->code, sizeof(w->code), "%s", form_text(&v->form, "code"));
	pack_text(&in, form_text(&v->form, "code"));
	pack_bytes(&in, v->source.p, v->source.len);
	TRY(visit_ask_open(v, KEEPER_ERASE_RECEIPT, &in, &out, &a, e));
	w->number = unpack_i64(&a);
	w->stage = unpack_u8(&a);
	w->sealed_at = unpack_i64(&a);
	w->gone_at = unpack_i64(&a);
	text = unpack_bytes(&a);
	w->held_until = unpack_i64(&a);
	TRY(unpack_end(&a, "receipt", e));
	buf_add(receipt, text.p, text.len);
	w->text = text.len > 0 ? receipt->data : NULL;
	return buf_ok(receipt, e);
}

bool
receipt_ask(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf receipt = {0};
	struct receipt_view w = {0};

	if (!form_good(&v->form) || !ask(v, &w, &receipt, e)) {
		if (form_good(&v->form) && !visit_fault(v, e, "code"))
			return false;
		v->status = 422;
	}
	page_receipt(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

/* The same as a file. */
bool
receipt_file(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf receipt = {0};
	struct receipt_view w = {0};

	if (!form_good(&v->form))
		return FAIL(e, ERR_INPUT, "receipt: form");
	TRY(ask(v, &w, &receipt, e));
	if (w.text == NULL || receipt.len > RECEIPT_MOST)
		return FAIL(e, ERR_ABSENT, "receipt: not yet");
	buf_add(&v->page, receipt.data, receipt.len);
	v->type = "text/plain; charset=utf-8";
	snprintf(v->disposition, sizeof(v->disposition), "erasure-%lld.tlog-proof", (long long)w.number);
	return buf_ok(&v->page, e);
}
