/*
 * privacy/facts/case_desk.c - staff: the list, taking a case, handing it over, answering, noting, extending, ending.
 *
 * The list says nothing of people.  What was written in a case is read by who took it and by
 * their deputy.  Two who take the same case at once: one does, the other is told.
 */
#include <stdio.h>
#include "privacy/facts/case.h"
#include "privacy/facts/case_field.h"
#include "privacy/facts/lost.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name_change.h"
#include "privacy/facts/telling.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

/* ---- the list ---- */

struct desk { struct act *a; struct buf rows; uint32_t n; };

static bool
desk_one(void *self, const struct case_row *c, struct err *e)
{
	struct desk *d = self;

	if (!case_shown(d->a, c, d->a->now))
		return true;
	case_pack(&d->rows, c, d->a->owner.number, d->a->now);
	d->n++;
	return buf_ok(&d->rows, e);
}

bool
op_desk(struct keeper *k, struct act *a, struct err *e)
{
	struct desk d = { .a = a };
	bool good;

	TRY(act_read(a, e));
	good = case_each_open(k, true, desk_one, &d, e) && case_each_open(k, false, desk_one, &d, e);
	pack_u32(a->out, d.n);
	buf_add(a->out, d.rows.data, d.rows.len);
	buf_wipe(&d.rows);
	return good && act_record(k, a, "list of cases", e);
}

/* ---- one ---- */

bool
op_desk_case(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	struct case_row c;
	bool mine;

	TRY(case_get(k, number, &c, e));
	if (!case_shown(a, &c, a->now))
		return REFUSE(e, ERR_ABSENT, WHY_CASE_ABSENT, "case: not to be seen");
	mine = c.staff == a->owner.number || c.deputy == a->owner.number;
	case_pack(a->out, &c, a->owner.number, a->now);
	pack_u8(a->out, mine);
	if (!mine) {
		a->in = span_of(NULL, 0);	/* what was brought stays closed */
		return act_record(k, a, "a case that nobody has taken, or somebody else", e);
	}
	TRY(case_work(k, a, number, &c, e));	/* a tie may have come about since */
	TRY(case_fields_pack(k, a, &c, e));
	TRY(name_change_pack(k, number, a->out, e));
	TRY(telling_pack(k, number, a->out, e));
	TRY(case_texts_read(k, a, &c, true, a->out, e));
	return c.kind == CASE_REPORT ? telling_read(k, a, &c, e) : case_did(k, a, &c, "read", case_concerns(&c) > 0, e);
}

/* The deputy takes over by it; the two change places.  What waits too long is taken from both. */
static bool
take(struct case_row *c, int64_t staff, int64_t now, bool *over, struct err *e)
{
	*over = c->staff != 0 && c->staff != staff && c->deputy != staff;
	if (c->staff == staff)
		return true;
	if (*over && !case_waits(c, now))
		return REFUSE(e, ERR_CONFLICT, WHY_CASE_TAKEN, "case: somebody works on it");
	c->deputy = *over ? 0 : c->deputy == staff ? c->staff : c->deputy;
	c->staff = staff;
	return true;
}

/* Who has a tie to the member, where nobody else is free, has the member asked. */
static bool
taken_if_allowed(struct keeper *k, struct act *a, int64_t number, struct case_row *c, bool *marked, bool *asked, struct err *e)
{
	struct err why = {0};

	*asked = false;
	if (case_workable(k, a, number, c, marked, &why))
		return true;
	if (why.why != WHY_CASE_FREE || (c->flags & CASE_FREE_ASKED) != 0) {
		if (e != NULL)
			*e = why;
		return false;
	}
	*asked = true;
	c->flags |= CASE_FREE_ASKED;
	return true;
}

bool
op_desk_take(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	struct case_row c;
	bool marked, asked, over;

	TRY(act_read(a, e));
	TRY(taken_if_allowed(k, a, number, &c, &marked, &asked, e));
	TRY(case_open_now(&c, e));
	if (asked) {
		TRY(case_set(k, &c, e));
		TRY(case_notify(k, &c, MAIL_CASE, NULL, a->now, e));
		TRY(case_did(k, a, &c, "the member is asked, as nobody else is free", true, e));
		a->keep = true;		/* that it was asked stands, though the case was not taken */
		return REFUSE(e, ERR_DENIED, WHY_CASE_FREE, "case: the member is asked");
	}
	TRY(take(&c, a->owner.number, a->now, &over, e));
	TRY(case_set(k, &c, e));
	if (over) {
		TRY(case_fields_close(k, number, e));
		TRY(case_did(k, a, &c, "taken from who had it: it waited too long", true, e));
	}
	return case_did(k, a, &c, marked ? "taken by somebody with a tie to the member, who agreed: nobody else was free" : "taken",
	    true, e);
}

/* ---- handing over ---- */

static bool
deputy_named(struct keeper *k, const struct act *a, struct case_row *c, const char *who, struct err *e)
{
	struct act other = { .now = a->now, .row = a->row };
	struct case_hand h;
	struct member_facts f;
	struct owner o;
	int64_t member;

	TRY(member_named(k, who, &member, e));
	TRY(member_owner(k, member, &o, &f, e));
	other.owner = o;
	other.roles = f.roles;
	TRY(case_hand(k, &other, c, &h, e));
	if (member == c->staff || case_may_work(&h) != CASE_MAY)
		return REFUSE(e, ERR_ABSENT, WHY_DECISION_SUBJECT, "case: nobody who could be its deputy");
	c->deputy = member;
	return true;
}

static bool
handed(struct keeper *k, const struct act *a, struct case_row *c, unsigned what, const char *who, const char **says, struct err *e)
{
	switch (what) {
	case CASE_HAND_DEPUTY:
		*says = "a deputy was named";
		return deputy_named(k, a, c, who, e);
	case CASE_HAND_OVER:
		if (c->deputy == 0 || c->staff != a->owner.number)
			return REFUSE(e, ERR_CONFLICT, WHY_CASE_NOT_TAKEN, "case: no deputy");
		*says = "handed over to the deputy";
		c->staff = c->deputy;
		c->deputy = 0;
		return true;
	case CASE_HAND_BACK:
		*says = "given back to the list";
		c->staff = c->deputy = 0;
		return true;
	default:
		return FAIL(e, ERR_INPUT, "case: hand over %u", what);
	}
}

bool
op_desk_hand(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	unsigned what = unpack_u8(&a->in);
	char who[KEEPER_TEXT_MAX + 1];
	const char *says = "";
	struct case_row c;

	unpack_text(&a->in, who, sizeof(who));
	TRY(act_read(a, e));
	TRY(case_work(k, a, number, &c, e));
	TRY(case_open_now(&c, e));
	TRY(handed(k, a, &c, what, who, &says, e));
	TRY(case_set(k, &c, e));
	if (what != CASE_HAND_DEPUTY)
		TRY(case_fields_close(k, number, e));
	return case_did(k, a, &c, says, false, e);
}

/* ---- writing ---- */

bool
op_desk_say(struct keeper *k, struct act *a, struct err *e)
{
	DROP(case_words_wipe) char words[CASE_TEXT_MAX + 1] = "";
	int64_t number = unpack_i64(&a->in);
	unsigned what = unpack_u8(&a->in);
	struct case_row c;

	TRY(case_words(a, words, e));
	TRY(act_read(a, e));
	if (what < CASE_SAY_ANSWER || what > CASE_SAY_NOTE)
		return FAIL(e, ERR_INPUT, "case: say %u", what);
	TRY(case_work(k, a, number, &c, e));
	TRY(case_open_now(&c, e));
	if (what == CASE_SAY_NOTE)
		return case_text_add(k, a, &c, CASE_TEXT_NOTE, words, "a note", e);
	c.state = what == CASE_SAY_WAIT ? CASE_WAITING : c.extended > 0 ? CASE_EXTENDED : CASE_OPEN;
	TRY(case_text_add(k, a, &c, CASE_TEXT_STAFF, words, "answered", e));
	return case_notify(k, &c, MAIL_CASE, NULL, a->now, e);
}

bool
op_desk_extend(struct keeper *k, struct act *a, struct err *e)
{
	DROP(case_words_wipe) char words[CASE_TEXT_MAX + 1] = "";
	int64_t number = unpack_i64(&a->in);
	unsigned months = unpack_u8(&a->in);
	struct case_row c;

	TRY(case_words(a, words, e));
	TRY(act_read(a, e));
	TRY(case_work(k, a, number, &c, e));
	TRY(case_open_now(&c, e));
	if (!case_may_extend(c.kind, c.opened, c.extended, months, a->now))
		return REFUSE(e, ERR_DENIED, WHY_CASE_LATE, "case: no extension by %u", months);
	c.extended = months;
	c.deadline = case_months(c.opened, 1 + (int64_t)months);
	c.state = CASE_EXTENDED;
	TRY(case_text_add(k, a, &c, CASE_TEXT_STAFF, words, "extended", e));
	return case_notify(k, &c, MAIL_CASE, NULL, a->now, e);
}

bool
op_desk_close(struct keeper *k, struct act *a, struct err *e)
{
	DROP(case_words_wipe) char words[CASE_TEXT_MAX + 1] = "";
	int64_t number = unpack_i64(&a->in);
	unsigned outcome = unpack_u8(&a->in);
	struct case_row c;

	TRY(case_words(a, words, e));
	TRY(act_read(a, e));
	if (outcome < CASE_DONE || outcome >= CASE_OUTCOME__COUNT)
		return FAIL(e, ERR_INPUT, "case: outcome %u", outcome);
	TRY(case_work(k, a, number, &c, e));
	TRY(case_open_now(&c, e));
	TRY(lost_close(k, number, (enum case_outcome)outcome, a->now, e));
	TRY(case_get(k, number, &c, e));	/* as it is marked now */
	c.state = CASE_CLOSED;
	c.closed = a->now;
	c.outcome = (enum case_outcome)outcome;
	tally_case(k, c.kind, outcome);
	c.flags &= ~(uint32_t)(CASE_ASKED | CASE_ALLOWED | CASE_FREE_ASKED);
	TRY(case_fields_close(k, number, e));
	TRY(name_change_close(k, number, a->now, e));
	TRY(telling_close(k, number, a->now, e));
	TRY(case_text_add(k, a, &c, CASE_TEXT_STAFF, words, "closed", e));
	return case_notify(k, &c, MAIL_CASE, NULL, a->now, e);
}
