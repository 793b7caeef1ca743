#include "privacy/facts/vouch.h"

bool
vouch_in_person(enum vouch_method m)
{
	return m == VOUCH_MEETING || m == VOUCH_EVENT || m == VOUCH_SLIP;
}

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t
vouch_ends(const struct trust_policy *p, const struct vouching *v)
{
	int64_t end = INT64_MAX;

	/* a finding of fraud without the day it takes effect: on the safe side */
	if (v->withdrawn_at != 0 || (v->standing == STANDING_FRAUD && v->falls_at == 0))
		return INT64_MIN;
	if (v->founding)
		end = v->made_at + p->founding_life;
	return v->falls_at == 0 ? end : smaller(end, v->falls_at);
}

/* The most that one of its kind may be worth. */
static int64_t
kind_most(const struct trust_policy *p, enum vouch_method m, bool founding)
{
	if (founding)
		return p->founding_points;
	if (m == VOUCH_TTP)
		return p->ttp_points;
	if (m == VOUCH_TOPUP)
		return p->topup_points;
	/* a founder gives as founders do while the mark lasts, whatever the experience */
	return larger(p->give[TRUST_STEPS - 1], p->founding_points);
}

int64_t
vouch_worth(const struct trust_policy *p, const struct vouching *v)
{
	return larger(0, smaller(v->points, kind_most(p, v->method, v->founding)));
}

/* ---- one more ---- */

static int64_t
try_most(const struct trust_policy *p, const struct vouch_try *t)
{
	if (t->founding || t->method == VOUCH_TTP || t->method == VOUCH_TOPUP)
		return kind_most(p, t->method, t->founding);
	return t->give_most;
}

static bool
same_giver(const struct vouch_try *t, const struct vouching *v)
{
	if ((t->method == VOUCH_TTP) != (v->method == VOUCH_TTP))
		return false;
	return v->other == (t->method == VOUCH_TTP ? t->third_party : t->giver);
}

/*
 * From when on the pair may have another one; 0: now.  What was taken back or
 * found wrong leaves the pair free, and founders vouch anew in the ordinary way.
 */
static int64_t
pair_free_at(const struct trust_policy *p, const struct vouch_try *t)
{
	int64_t at = 0;

	for (size_t i = 0; i < t->received_count; i++) {
		const struct vouching *v = &t->received[i];

		if (!same_giver(t, v) || v->withdrawn_at != 0 || v->falls_at != 0 || v->founding != t->founding)
			continue;
		if (t->name_changed_at == 0 || t->name_changed_at <= v->made_at)
			at = larger(at, v->made_at + p->again);
	}
	return at;
}

/* Third parties whose checks stand. */
static int64_t
third_parties(const struct trust_policy *p, const struct vouch_try *t, int64_t now)
{
	int64_t n = 0;

	for (size_t i = 0; i < t->received_count; i++) {
		const struct vouching *v = &t->received[i];
		bool first = true;

		if (v->method != VOUCH_TTP || now >= vouch_ends(p, v) || vouch_worth(p, v) == 0)
			continue;
		for (size_t k = 0; k < i; k++)
			if (t->received[k].method == VOUCH_TTP && t->received[k].other == v->other &&
			    now < vouch_ends(p, &t->received[k]) && vouch_worth(p, &t->received[k]) > 0)
				first = false;
		n += first;
	}
	return n;
}

static enum vouch_answer
who_answer(const struct vouch_try *t)
{
	if (t->giver == t->member)
		return VOUCH_SELF;
	if (t->method < VOUCH_MEETING || t->method > VOUCH_TOPUP ||
	    (t->founding && t->method != VOUCH_MEETING))
		return VOUCH_METHOD;
	/* a founder is one before anybody could have the points of an assurer */
	if (t->founding)
		return t->founder && t->member_founder ? VOUCH_YES : VOUCH_NOT_FOUNDER;
	if (!t->assurer)
		return VOUCH_NOT_ASSURER;
	if ((t->method == VOUCH_TOPUP || t->method == VOUCH_TTP) && !t->senior)
		return VOUCH_NOT_SENIOR;
	return VOUCH_YES;
}

static enum vouch_answer
what_answer(const struct trust_policy *p, const struct vouch_try *t, int64_t now)
{
	if (t->names == 0 || (t->names & ~t->names_known) != 0)
		return VOUCH_NO_NAME;
	if (t->birth_day == DAY_NONE)
		return VOUCH_NO_BIRTH;
	if (t->points < 0 || t->points > try_most(p, t))
		return VOUCH_POINTS;
	if (t->met_day > day_latest(now))
		return VOUCH_FUTURE;
	if (t->met_day < t->birth_day)
		return VOUCH_BEFORE_BIRTH;
	if (t->met_day < day_of(now - p->meeting_oldest))
		return VOUCH_LONG_AGO;
	return VOUCH_YES;
}

struct vouch_ruling
vouch_check(const struct trust_policy *p, const struct vouch_try *t, int64_t now)
{
	struct vouch_ruling r = { who_answer(t), try_most(p, t), 0 };
	int64_t free_at;

	if (r.answer == VOUCH_YES)
		r.answer = what_answer(p, t, now);
	if (r.answer != VOUCH_YES)
		return r;
	free_at = pair_free_at(p, t);
	if (free_at > now) {
		r.answer = VOUCH_AGAIN;
		r.when = free_at;
	} else if (t->method == VOUCH_TTP && third_parties(p, t, now) >= p->ttp_count) {
		r.answer = VOUCH_TTP_ENOUGH;
	} else if (t->method == VOUCH_TOPUP && third_parties(p, t, now) < p->ttp_count) {
		r.answer = VOUCH_TTP_FIRST;
	}
	return r;
}
