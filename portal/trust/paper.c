/*
 * portal/trust/paper.c - the printed form of an assurance: blank for everybody, or with a
 * member's names and the code of a printed hand-over; and the form for a trusted third party.
 *
 * The filled one has an address that works once and carries no session, because
 * browsers print a page's address at its edge.  It never holds birth date,
 * nationality or document.
 */
#include <string.h>
#include "build/pages/pages.h"
#include "portal/trust/handovers.h"
#include "portal/trust/routes.h"
#include "portal/trust/words.h"
#include "privacy/facts/trust_policy.h"

static void
paper_wipe(struct paper_view *w)
{
	qr_wipe(&w->qr);
	explicit_bzero(w, sizeof(*w));
}

static bool
draw(struct visit *v, struct paper_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf kept = {0};

	duration_say(v, v->site->trust->paper_life, &kept);
	said_keep(&kept, w->kept, sizeof(w->kept));
	if (w->third)
		page_third_form(&v->page, v, w);
	else
		page_paper(&v->page, v, w);
	return buf_ok(&v->page, e);
}

bool
paper_blank(struct visit *v, struct err *e)
{
	struct paper_view w = { .mutual = form_ticked(&v->form, "mutual") };

	return draw(v, &w, e);
}

bool
form_print(struct visit *v, unsigned variant, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0}, about = {0};
	unsigned char once[TOKEN_BYTES];
	char text[33], to[64];
	struct span a;

	if (form_text(&v->form, "id")[0] != '\0')
		pack_i64(&about, form_number(&v->form, "id"));
	visit_ask_begin(v, &in);
	pack_u8(&in, ONCE_FORM);
	pack_bytes(&in, about.data, about.len);
	pack_u8(&in, variant);
	TRY(visit_ask(v, KEEPER_ONCE_MINT, &in, &out, &a, e));
	unpack_exact(&a, once, sizeof(once));
	TRY(unpack_end(&a, "one-use address", e));
	token_text(once, text);
	snprintf(to, sizeof(to), "/once/form/%s", text);
	return visit_go(v, false, to, e);
}

bool
paper_make(struct visit *v, struct err *e)
{
	if (!form_good(&v->form)) {
		v->status = 422;
		return handover_show(v, e);
	}
	return form_print(v, form_ticked(&v->form, "mutual") ? ONCE_FORM_MUTUAL : 0, e);
}

static bool
content_read(struct span content, struct paper_view *w, struct err *e)
{
	unsigned n;

	unpack_text(&content, w->code, sizeof(w->code));
	w->expires = unpack_i64(&content);
	n = unpack_u8(&content);
	for (unsigned i = 0; i < n && !content.bad; i++) {
		char further[NAME_SHOWN];

		unpack_text(&content, i < FORM_NAMES ? w->name[i] : further, NAME_SHOWN);
		explicit_bzero(further, sizeof(further));
	}
	return unpack_end(&content, "printed form", e);
}

bool
paper_once(struct visit *v, struct err *e)
{
	DROP(paper_wipe) struct paper_view w = { .filled = true };
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char once[TOKEN_BYTES];
	struct span a, content;
	unsigned variant;

	if (!token_parse(v->tail, once))
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "printed form: shape");
	buf_add(&in, once, sizeof(once));
	TRY(visit_ask_open(v, KEEPER_ONCE_TAKE, &in, &out, &a, e));
	if (unpack_u8(&a) != ONCE_FORM)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "printed form: an address of something else");
	variant = unpack_u8(&a);
	w.mutual = (variant & ONCE_FORM_MUTUAL) != 0;
	w.third = (variant & ONCE_FORM_TTP) != 0;
	content = unpack_bytes(&a);
	TRY(unpack_end(&a, "printed form", e));
	TRY(content_read(content, &w, e));
	if (w.code[0] != '\0')
		TRY(qr_draw_code(w.code, &w.qr, e));
	return draw(v, &w, e);
}
