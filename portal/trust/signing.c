/* portal/trust/signing.c - what an assurer noted and has not signed: the list, signing with the password, dropping. */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/trust/routes.h"
#include "portal/trust/words.h"
#include "portal/web/why.h"
#include "privacy/facts/day.h"

static void
drafts_drop(struct drafts_view **d)
{
	wipe_free(*d);
}

/* What was ticked when the form came back with a fault; never by itself (promise 14). */
static bool
ticked(const struct visit *v, const char *id)
{
	for (size_t i = 0; i < v->form.many_count; i++)
		if (strcmp(v->form.many[i], id) == 0)
			return true;
	return false;
}

/* Why a draft cannot be signed; NULL: it can.  With a third party the pair is another one. */
static const char *
why_not(unsigned method, uint32_t why)
{
	const struct why_row *row = why_row(why);

	if (method == VOUCH_TTP && why == WHY_ASSURE_AGAIN)
		return MSG("This third party has checked this member before: only different ones count.");
	return row == NULL ? NULL : row->says;
}

static void
row_read(const struct visit *v, struct span *a, struct draft_row *r)
{
	DROP(buf_wipe) struct buf documents = {0};
	unsigned method;
	uint32_t why;

	snprintf(r->id, sizeof(r->id), "%lld", (long long)unpack_i64(a));
	unpack_text(a, r->initials, sizeof(r->initials));
	r->points = unpack_i64(a);
	r->met_at = unpack_i64(a) * DAY;
	method = unpack_u8(a);
	r->method = method_words(method);
	r->flags = unpack_u32(a);
	unpack_text(a, r->place, sizeof(r->place));
	documents_say(v, unpack_u32(a), &documents);
	said_keep(&documents, r->documents, sizeof(r->documents));
	r->expires = unpack_i64(a);
	why = unpack_u32(a);
	r->why = why_not(method, why);
	r->ticked = ticked(v, r->id);
}

bool
drafts_show(struct visit *v, struct err *e)
{
	DROP(drafts_drop) struct drafts_view *d = calloc(1, sizeof(*d));
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	if (d == NULL)
		return FAIL(e, ERR_MEMORY, "drafts");
	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_DRAFTS, &in, &out, &a, e));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && !a.bad; i++) {
		struct draft_row further = {0}, *r = d->n < DRAFTS_SHOWN ? &d->row[d->n++] : &further;

		row_read(v, &a, r);
		d->can += r != &further && r->why == NULL;
	}
	TRY(unpack_end(&a, "drafts", e));
	if (form_find(v->form.rows, v->form.count, "signed") != NULL) {
		d->tried = form_text(&v->form, "signed")[0] != '\0';
		d->signed_now = form_number(&v->form, "signed");
		d->failed = form_number(&v->form, "failed");
		d->gone = form_number(&v->form, "gone");
		d->gone_says = why_row(WHY_ASSURE_DONE)->says;
	}
	page_drafts(&v->page, v, d);
	return buf_ok(&v->page, e);
}

/* ---- signing ---- */

/* The numbers that were ticked.  ERR_INPUT: one that no page of ours shows. */
static bool
drafts_pack(const struct visit *v, struct buf *in, struct err *e)
{
	pack_u32(in, (uint32_t)v->form.many_count);
	for (size_t i = 0; i < v->form.many_count; i++) {
		int64_t draft;

		if (!number_read(v->form.many[i], &draft))
			return FAIL(e, ERR_INPUT, "sign: a draft without a number");
		for (size_t k = 0; k < i; k++)
			if (strcmp(v->form.many[k], v->form.many[i]) == 0)
				return FAIL(e, ERR_INPUT, "sign: a draft twice");
		pack_i64(in, draft);
	}
	return true;
}

/* The new token, the session's block, and what became of each. */
static bool
signed_read(struct visit *v, struct span a, struct err *e)
{
	unsigned char token[TOKEN_BYTES], block[SESSION_BLOCK_BYTES];
	unsigned done = 0, failed = 0, gone = 0;
	char to[80];
	uint32_t n;

	unpack_exact(&a, token, sizeof(token));
	unpack_exact(&a, block, sizeof(block));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && !a.bad; i++) {
		uint32_t why;

		unpack_i64(&a);
		why = unpack_u32(&a);
		done += why == WHY_NONE;
		failed += why != WHY_NONE;
		gone += why == WHY_ASSURE_DONE;		/* no draft is left to say so itself */
	}
	TRY(unpack_end(&a, "signed", e));
	visit_new_token(v, token);
	explicit_bzero(token, sizeof(token));
	snprintf(to, sizeof(to), "/assure/sign?signed=%u&failed=%u&gone=%u", done, failed, gone);
	return visit_go(v, true, to, e);
}

bool
drafts_sign(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (form_good(&v->form)) {
		visit_ask_begin(v, &in);
		pack_text(&in, form_text(&v->form, "password"));
		pack_bytes(&in, v->source.p, v->source.len);
		TRY(drafts_pack(v, &in, e));
		if (visit_ask_open(v, KEEPER_ASSURE_SIGN, &in, &out, &a, e))
			return signed_read(v, a, e);
		if (e->why == WHY_SIGN_IN)
			form_fault(&v->form, "password", MSG("This is not your password. Nothing was signed."));
		else if (!visit_fault(v, e, NULL))
			return false;
	}
	v->status = 422;
	return drafts_show(v, e);
}

bool
draft_drop(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (!form_good(&v->form))
		return FAIL(e, ERR_INPUT, "draft: form");
	visit_ask_begin(v, &in);
	pack_i64(&in, form_number(&v->form, "id"));
	TRY(visit_ask(v, KEEPER_DRAFT_DROP, &in, &out, &a, e));
	return visit_go(v, true, "/assure/sign", e);
}
