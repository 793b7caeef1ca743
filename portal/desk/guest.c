/*
 * portal/desk/guest.c - an officer borrowed from a partner community: asked for by officers, and what the guest sees.
 */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/desk/case_facts.h"
#include "portal/desk/disclose.h"
#include "portal/desk/disclose_views.h"
#include "portal/people/mailbox.h"
#include "portal/trust/officer.h"

#define OFFICERS	"/officers/disclosures"

void
guest_line_read(struct span *a, struct guest_line *g)
{
	static const struct { const char *says, *badge; } states[] = {
		[GUEST_ASKED] = { MSG("waits for the officers' decision"), "held" }, [GUEST_OFFERED] = { MSG("waits for the guest's answer"), "held" },
		[GUEST_SITS] = { MSG("sits"), "good" }, [GUEST_OVER] = { MSG("ended"), "old" },
	};
	bool known;

	snprintf(g->decision, sizeof(g->decision), "%lld", (long long)unpack_i64(a));
	g->state = unpack_u8(a);
	g->since = unpack_i64(a);
	g->until = unpack_i64(a);
	g->ended = unpack_i64(a);
	g->voted = unpack_u8(a) != 0;
	unpack_text(a, g->community, sizeof(g->community));
	unpack_text(a, g->site, sizeof(g->site));
	known = g->state < COUNT(states) && states[g->state].says != NULL;
	g->state_name = known ? states[g->state].says : MSG("unknown");
	g->badge = known ? states[g->state].badge : "old";
}

/* One number goes there, and what is answered is read by nobody. */
static bool
send_number(struct visit *v, unsigned op, int what, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t number;

	TRY(case_number(v, &number, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	if (what != 0)
		pack_u8(&in, (unsigned)what);
	TRY(visit_ask(v, op, &in, &out, &a, e));
	return unpack_end(&a, "guest", e);
}

/* ---- officers ---- */

bool
borrow_show(struct visit *v, struct err *e)
{
	struct borrow_view w = {0};
	int64_t number;

	TRY(case_number(v, &number, e));
	TRY(visit_tell(v, KEEPER_WHO, e));
	snprintf(w.number, sizeof(w.number), "%lld", (long long)number);
	page_borrow(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

static bool
borrow_send(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t number;

	TRY(case_number(v, &number, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	pack_mailbox(&in, form_text(&v->form, "who"));
	pack_text(&in, form_text(&v->form, "community"));
	pack_text(&in, form_text(&v->form, "site"));
	pack_text(&in, form_text(&v->form, "reason"));
	TRY(visit_ask(v, KEEPER_GUEST_ASK, &in, &out, &a, e));
	return decision_go(v, a, e);
}

static const char *
field_of(enum why why)
{
	switch (why) {
	case WHY_GUEST_MEMBER:
	case WHY_DECISION_SUBJECT:
		return "who";
	case WHY_GUEST_SITE:
		return "site";
	case WHY_WORDS:
		return "reason";
	case WHY_FIELD_SHAPE:
	case WHY_FIELD_LONG:
		return "community";
	default:
		return NULL;
	}
}

bool
borrow_ask(struct visit *v, struct err *e)
{
	if (form_good(&v->form)) {
		if (borrow_send(v, e))
			return true;
		if (!visit_fault(v, e, field_of((enum why)e->why)))
			return false;
	}
	v->status = 422;
	return borrow_show(v, e);
}

bool
guest_return(struct visit *v, struct err *e)
{
	char to[64];

	snprintf(to, sizeof(to), OFFICERS "/%.18s", v->tail);
	if (send_number(v, KEEPER_GUEST_END, 0, e))
		return visit_go(v, true, to, e);
	if (!visit_fault(v, e, NULL))
		return false;
	v->status = 422;
	return disclosure_show(v, e);
}

/* ---- the guest ---- */

static void
guest_drop(struct guest_view **w)
{
	wipe_free(*w);
}

static bool
ask_guest(struct visit *v, struct guest_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t number;

	TRY(case_number(v, &number, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	TRY(visit_ask(v, KEEPER_GUEST, &in, &out, &a, e));
	snprintf(w->number, sizeof(w->number), "%lld", (long long)number);
	guest_line_read(&a, &w->seat);
	w->reads = unpack_u8(&a) != 0;
	if (w->reads) {
		disclosure_view_read(&a, &w->about);
		unpack_text(&a, w->reason, sizeof(w->reason));
		w->mine = unpack_u8(&a);
		votes_read(&a, w->vote, COUNT(w->vote), &w->votes);
	}
	return unpack_end(&a, "guest", e);
}

bool
guest_show(struct visit *v, struct err *e)
{
	DROP(guest_drop) struct guest_view *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "guest");
	TRY(ask_guest(v, w, e));
	page_guest(&v->page, v, w);
	return buf_ok(&v->page, e);
}

/* Done: on to the seat's page.  Else that page again, with what is wrong with this field (NULL: with all). */
static bool
go_or_again(struct visit *v, bool did, const char *field, struct err *e)
{
	char to[64];

	snprintf(to, sizeof(to), "/guest/%.18s", v->tail);
	if (did)
		return visit_go(v, true, to, e);
	if (!visit_fault(v, e, field))
		return false;
	v->status = 422;
	return guest_show(v, e);
}

bool
guest_answer(struct visit *v, struct err *e)
{
	if (form_good(&v->form))
		return go_or_again(v, send_number(v, KEEPER_GUEST_ACT, strcmp(form_text(&v->form, "do"), "accept") == 0 ? GUEST_ACCEPT : GUEST_LEAVE,
		    e), NULL, e);
	v->status = 422;
	return guest_show(v, e);
}

/* The document alone: the file is no guest's. */
bool
guest_document(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char once[TOKEN_BYTES];
	char token[33], to[64];
	struct span a;
	int64_t number;

	TRY(case_number(v, &number, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	pack_u8(&in, GUEST_DOCUMENT);
	TRY(visit_ask(v, KEEPER_GUEST_ACT, &in, &out, &a, e));
	unpack_exact(&a, once, sizeof(once));
	TRY(unpack_end(&a, "guest's document", e));
	token_text(once, token);
	snprintf(to, sizeof(to), "/once/disclosure/%s", token);
	return visit_go(v, false, to, e);
}

static bool
vote_send(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t number;

	TRY(case_number(v, &number, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	pack_u8(&in, form_text(&v->form, "vote")[0] == 'y');
	pack_text(&in, form_text(&v->form, "reason"));
	TRY(visit_ask(v, KEEPER_GUEST_VOTE, &in, &out, &a, e));
	unpack_u8(&a);			/* the page that follows says how it stands */
	return unpack_end(&a, "guest's vote", e);
}

bool
guest_vote(struct visit *v, struct err *e)
{
	if (form_good(&v->form)) {
		bool did = vote_send(v, e);

		return go_or_again(v, did, !did && e->why == WHY_WORDS ? "reason" : NULL, e);
	}
	v->status = 422;
	return guest_show(v, e);
}
