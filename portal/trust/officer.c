/* portal/trust/officer.c - officers: what is to be decided and what was, and asking for the founding. */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/trust/officer.h"
#include "portal/trust/routes.h"

static const char *const kinds[DECISION_KIND__COUNT] = {
	[DECISION_FOUNDING] = MSG("The founding of the web of trust"), [DECISION_OBJECTION] = MSG("An objection to a vouching"),
	[DECISION_SUSPEND] = MSG("Suspending an assurer"), [DECISION_LIFT] = MSG("Ending a suspension"),
	[DECISION_FRAUD] = MSG("Finding fraud"),
	[DECISION_SUPPORT_GIVE] = MSG("A seat of support staff"), [DECISION_SUPPORT_END] = MSG("The end of a seat of support staff"),
	[DECISION_OFFICER_GIVE] = MSG("A seat of an officer"), [DECISION_OFFICER_END] = MSG("The end of an officer's seat"),
	[DECISION_AUDITOR_GIVE] = MSG("A seat of an auditor"), [DECISION_AUDITOR_END] = MSG("The end of an auditor's seat"),
	[DECISION_NAME_CHANGE] = MSG("A change of name or birth date"), [DECISION_HOLD] = MSG("An erasure hold"),
	[DECISION_HOLD_END] = MSG("The end of an erasure hold"), [DECISION_EXCLUDE] = MSG("An exclusion"),
	[DECISION_EXCLUDE_END] = MSG("The end of an exclusion"),
	[DECISION_DISCLOSURE] = MSG("A disclosure"), [DECISION_BORROW] = MSG("A guest officer for a disclosure"),
	[DECISION_TELLING] = MSG("Telling later in a report"),
};
static const struct { const char *says, *badge; } states[] = {
	[DECISION_OPEN] = { MSG("open"), "held" }, [DECISION_AGREED] = { MSG("agreed"), "good" },
	[DECISION_REFUSED] = { MSG("refused"), "bad" }, [DECISION_LAPSED] = { MSG("lapsed"), "old" },
};

void
decision_words_of(unsigned kind, unsigned state, const char **kind_name, const char **state_name, const char **badge)
{
	bool known = state < COUNT(states) && states[state].says != NULL;

	*kind_name = kind < COUNT(kinds) && kinds[kind] != NULL ? kinds[kind] : MSG("unknown");
	*state_name = known ? states[state].says : MSG("unknown");
	*badge = known ? states[state].badge : "old";
}

void
decision_line_read(struct span *a, struct decision_line *l)
{
	snprintf(l->id, sizeof(l->id), "%lld", (long long)unpack_i64(a));
	l->kind = unpack_u8(a);
	l->state = unpack_u8(a);
	l->asked_at = unpack_i64(a);
	l->decided_at = unpack_i64(a);
	l->yes = unpack_u8(a);
	l->no = unpack_u8(a);
	l->mine = unpack_u8(a);
	decision_words_of(l->kind, l->state, &l->kind_name, &l->state_name, &l->badge);
}

void
if_fraud_read(struct span *a, struct if_fraud *w)
{
	w->there = unpack_u8(a) != 0;
	w->assurances = unpack_i64(a);
	w->members = unpack_i64(a);
	w->below_names = unpack_i64(a);
	w->below_assurer = unpack_i64(a);
	w->certificates = unpack_i64(a);
}

void
votes_read(struct span *a, struct vote_line *row, size_t most, size_t *n)
{
	for (uint32_t left = unpack_u32(a); left > 0 && *n < most && !a->bad; left--) {
		struct vote_line *l = &row[(*n)++];

		l->yes = unpack_u8(a) != 0;
		l->at = unpack_i64(a);
		unpack_text(a, l->reason, sizeof(l->reason));
	}
}

bool
decision_go(struct visit *v, struct span a, struct err *e)
{
	char to[64];

	snprintf(to, sizeof(to), "/officers/decision/%lld", (long long)unpack_i64(&a));
	TRY(unpack_end(&a, "decision asked for", e));
	return visit_go(v, true, to, e);
}

/* ---- the list: the keeper sends open ones first ---- */

bool
officers_show(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct decisions_view w = {0};
	struct span a;
	uint32_t n;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_DECISIONS, &in, &out, &a, e));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && w.n < DECISIONS_SHOWN && !a.bad; i++) {
		struct decision_line *l = &w.row[w.n++];

		decision_line_read(&a, l);
		w.open += l->state == DECISION_OPEN;
		w.founded |= l->kind == DECISION_FOUNDING && l->state == DECISION_AGREED;
	}
	TRY(unpack_end(&a, "decisions", e));
	page_officers(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

/* ---- the founding ---- */

static void
founding_drop(struct founding_view **w)
{
	wipe_free(*w);
}

static bool
ticked(const struct visit *v, const char *member)
{
	for (size_t i = 0; i < v->form.many_count; i++)
		if (strcmp(v->form.many[i], member) == 0)
			return true;
	return false;
}

bool
founding_show(struct visit *v, struct err *e)
{
	DROP(founding_drop) struct founding_view *w = calloc(1, sizeof(*w));
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "founding");
	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_FOUNDERS, &in, &out, &a, e));
	w->founded = unpack_u8(&a) != 0;
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && w->n < OFFERS_SHOWN && !a.bad; i++) {
		struct offer_line *l = &w->row[w->n++];

		snprintf(l->member, sizeof(l->member), "%lld", (long long)unpack_i64(&a));
		unpack_text(&a, l->name, sizeof(l->name));
		l->since = unpack_i64(&a);
		l->ticked = ticked(v, l->member);
	}
	TRY(unpack_end(&a, "founders", e));
	page_founding(&v->page, v, w);
	return buf_ok(&v->page, e);
}

/* The numbers that were ticked; how many there may be the keeper judges. */
static bool
founders_pack(struct visit *v, struct buf *in)
{
	pack_u8(in, (unsigned)v->form.many_count);
	for (size_t i = 0; i < v->form.many_count; i++) {
		int64_t member;

		if (!number_read(v->form.many[i], &member)) {
			form_fault(&v->form, "founder", MSG("Choose among those who offer themselves."));
			return false;
		}
		pack_i64(in, member);
	}
	return true;
}

static bool
founding_send(struct visit *v, struct buf *in, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	struct span a;

	pack_text(in, form_text(&v->form, "reason"));
	return visit_ask(v, KEEPER_FOUNDING_ASK, in, &out, &a, e) && decision_go(v, a, e);
}

bool
founding_ask(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};

	visit_ask_begin(v, &in);
	if (form_good(&v->form) && founders_pack(v, &in)) {
		if (founding_send(v, &in, e))
			return true;
		if (!visit_fault(v, e, e->why == WHY_WORDS ? "reason" : "founder"))
			return false;
	}
	v->status = 422;
	return founding_show(v, e);
}
