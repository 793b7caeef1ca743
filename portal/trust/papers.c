/*
 * portal/trust/papers.c - the register of signed paper forms: what lies with whom, until when, and
 * handing forms over to another member.
 */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/people/mailbox.h"
#include "portal/trust/meeting.h"
#include "portal/trust/routes.h"
#include "portal/trust/views_papers.h"
#include "privacy/facts/trust_policy.h"

static void
papers_wipe(struct papers_view *w)
{
	wipe_free(w->row);
	explicit_bzero(w, sizeof(*w));
}

static void
line_read(struct span *a, struct paper_line *l)
{
	snprintf(l->number, sizeof(l->number), "%lld", (long long)unpack_i64(a));
	unpack_text(a, l->initials, sizeof(l->initials));
	l->made_at = unpack_i64(a);
	l->destroy_by = unpack_i64(a);
	l->destroyed_at = unpack_i64(a);
	l->state = (enum paper_state)unpack_u8(a);
}

static bool
ask_papers(struct visit *v, struct papers_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	if ((w->row = calloc(PAPERS_SHOWN, sizeof(*w->row))) == NULL)
		return FAIL(e, ERR_MEMORY, "papers");
	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_PAPERS, &in, &out, &a, e));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && w->n < PAPERS_SHOWN && !a.bad; i++) {
		struct paper_line *l = &w->row[w->n++];

		line_read(&a, l);
		w->mine += l->state == PAPER_OFFERED_TO_YOU;
		w->destroyed += l->state == PAPER_DESTROYED;
		w->offered += l->state == PAPER_OFFERED;
	}
	w->held = w->n - w->mine - w->destroyed;
	duration_keep(v, v->site->trust->paper_life, w->kept);
	return unpack_end(&a, "papers", e);
}

bool
papers_show(struct visit *v, struct err *e)
{
	DROP(papers_wipe) struct papers_view w = {0};

	TRY(ask_papers(v, &w, e));
	page_papers(&v->page, v, &w, form_find(v->form.rows, v->form.count, "still") != NULL && form_ticked(&v->form, "still"));
	return buf_ok(&v->page, e);
}

/* ---- what becomes of them ---- */

/* An operation of the number in the form; yes: a byte behind it, -1 none. */
static bool
paper_do(struct visit *v, uint32_t op, int yes, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (!form_good(&v->form))
		return FAIL(e, ERR_INPUT, "papers: form");
	visit_ask_begin(v, &in);
	pack_i64(&in, form_number(&v->form, "id"));
	if (yes >= 0)
		pack_u8(&in, (unsigned)yes);
	TRY(visit_ask(v, op, &in, &out, &a, e));
	return visit_go(v, true, "/papers", e);
}

bool
paper_destroyed(struct visit *v, struct err *e)
{
	return paper_do(v, KEEPER_PAPER_DESTROYED, -1, e);
}

bool
paper_accept(struct visit *v, struct err *e)
{
	return paper_do(v, KEEPER_PAPER_ACCEPT, form_text(&v->form, "answer")[0] == 'y', e);
}

bool
papers_still(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_PAPER_STILL, &in, &out, &a, e));
	return visit_go(v, true, "/papers?still=1", e);
}

/* ---- changing hands ---- */

/* Can it be given away?  What is destroyed, or only offered to me, cannot. */
static bool
in_hand(const struct paper_line *l)
{
	return l->state != PAPER_DESTROYED && l->state != PAPER_OFFERED_TO_YOU;
}

/* "/papers/offer/12", or 0 for all there are. */
bool
papers_offer_show(struct visit *v, struct err *e)
{
	DROP(papers_wipe) struct papers_view w = {0};
	int64_t id;

	TRY(tail_number(v, &id, e));
	TRY(ask_papers(v, &w, e));
	for (size_t i = 0; i < w.n; i++)
		if (in_hand(&w.row[i]) && strtoll(w.row[i].number, NULL, 10) == id)
			w.one = &w.row[i];
	if (id == 0 ? w.held == 0 : w.one == NULL)
		return REFUSE(e, ERR_ABSENT, WHY_PAPER_ABSENT, "papers: none of that number to hand over");
	page_papers_offer(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

/* To nobody: the offer is taken back. */
static bool
offer(struct visit *v, int64_t id, const char *to, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	pack_mailbox(&in, to);
	return visit_ask(v, KEEPER_PAPER_OFFER, &in, &out, &a, e);
}

bool
papers_offer(struct visit *v, struct err *e)
{
	int64_t id;

	TRY(tail_number(v, &id, e));
	if (form_good(&v->form)) {
		if (offer(v, id, form_text(&v->form, "to"), e))
			return visit_go(v, true, "/papers", e);
		if (e->why == WHY_DECISION_SUBJECT)
			form_fault(&v->form, "to", MSG("Nobody else of this number or address is an assurer or an officer."));
		else if (!visit_fault(v, e, NULL))
			return false;
	}
	v->status = 422;
	return papers_offer_show(v, e);
}

bool
papers_keep(struct visit *v, struct err *e)
{
	if (!form_good(&v->form))
		return FAIL(e, ERR_INPUT, "papers: form");
	TRY(offer(v, form_number(&v->form, "id"), "", e));
	return visit_go(v, true, "/papers", e);
}
