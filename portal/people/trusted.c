/* portal/people/trusted.c - trusted contacts: naming one, and being one. */
#include <stdlib.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/people/mailbox.h"
#include "portal/people/routes.h"

static void rows_drop_view(struct trusted_view *w) { wipe_free(w->of); }

static void
row_read(struct span *a, struct trusted_row *r)
{
	r->state = unpack_u8(a);
	r->asked = unpack_i64(a);
	r->agreed = unpack_i64(a);
	r->closing = unpack_i64(a);
	r->until = unpack_i64(a);
}

bool
trusted_show(struct visit *v, struct err *e)
{
	DROP(rows_drop_view) struct trusted_view w = {0};
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_TRUSTED, &in, &out, &a, e));
	row_read(&a, &w.own);
	w.of = visit_rows(&a, sizeof(*w.of), &w.n, e);
	TRY(w.of != NULL);
	for (size_t i = 0; i < w.n && !a.bad; i++) {
		snprintf(w.of[i].member, sizeof(w.of[i].member), "%lld", (long long)unpack_i64(&a));
		row_read(&a, &w.of[i]);
	}
	TRY(unpack_end(&a, "trusted contacts", e));
	page_trusted(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

static bool
send(struct visit *v, uint32_t op, const struct buf *in, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	struct span a;

	TRY(visit_ask(v, op, in, &out, &a, e));
	TRY(unpack_end(&a, "trusted contact", e));
	return visit_go(v, true, "/settings/trusted", e);
}

static bool
named(struct visit *v, const char *address, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};

	visit_ask_begin(v, &in);
	pack_text(&in, address);
	return send(v, KEEPER_TRUSTED_NAME, &in, e);
}

bool
trusted_name(struct visit *v, struct err *e)
{
	char typed[MAILBOX_TEXT];

	if (form_good(&v->form)) {
		if (named(v, mailbox(form_text(&v->form, "address"), typed), e))
			return true;
		if (!visit_fault(v, e, "address"))
			return false;
	}
	v->status = 422;
	return trusted_show(v, e);
}

bool
trusted_end(struct visit *v, struct err *e)
{
	return named(v, "", e);
}

bool
trusted_answer(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};

	if (!form_good(&v->form))
		return FAIL(e, ERR_INPUT, "trusted contact: form");
	visit_ask_begin(v, &in);
	pack_i64(&in, form_number(&v->form, "member"));
	pack_u8(&in, form_text(&v->form, "answer")[0] == 'y');
	return send(v, KEEPER_TRUSTED_ANSWER, &in, e);
}

bool
trusted_close(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};

	if (!form_good(&v->form)) {
		v->status = 422;
		return trusted_show(v, e);
	}
	visit_ask_begin(v, &in);
	pack_i64(&in, form_number(&v->form, "member"));
	return send(v, KEEPER_TRUSTED_CLOSE, &in, e);
}
