#include <stddef.h>
#include <string.h>
#include "privacy/facts/trust_policy.h"

/* ---- ages of consent ---- */

static bool
capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One "DE=16" at the text's beginning. */
static bool
entry_ok(const char *s)
{
	return capital(s[0]) && capital(s[1]) && s[2] == '=' && digit(s[3]) && digit(s[4]) &&
	    (s[5] == '\0' || s[5] == ' ');
}

static int64_t
entry_age(const char *s)
{
	return (s[3] - '0') * 10 + (s[4] - '0');
}

/* The entry of a country among well-formed ones, or NULL. */
static const char *
entry_find(const char *s, const char *country)
{
	for (;;) {
		s += strspn(s, " ");
		if (!entry_ok(s))
			return NULL;
		if (s[0] == country[0] && s[1] == country[1])
			return s;
		s += 5;
	}
}

static bool
ages_ok(const char *all, struct err *e)
{
	for (const char *s = all + strspn(all, " "); *s != '\0'; s += 5, s += strspn(s, " ")) {
		if (!entry_ok(s))
			return FAIL(e, ERR_INPUT, "trust.consent.ages: not like DE=16 FR=15");
		if (entry_age(s) < 13 || entry_age(s) > 21)
			return FAIL(e, ERR_INPUT, "trust.consent.ages: %.2s: 13 to 21", s);
		if (entry_find(all, s) != s)
			return FAIL(e, ERR_INPUT, "trust.consent.ages: %.2s stands twice", s);
	}
	return true;
}

int64_t
trust_consent_age(const struct trust_policy *p, const char *country)
{
	const char *entry = NULL;

	if (country != NULL && strlen(country) == 2)
		entry = entry_find(p->consent_ages, country);
	return entry == NULL ? p->consent_age_elsewhere : entry_age(entry);
}

int64_t
trust_parent_age(const struct trust_policy *p, const char *country)
{
	return strcmp(p->consent, "adult_age") == 0 ? p->adult_age : trust_consent_age(p, country);
}

/* ---- what holds together ---- */

#define ORDER(a, b, says) { offsetof(struct trust_policy, a), offsetof(struct trust_policy, b), says }
/* Numbers of which the first must not be more than the second. */
static const struct { size_t less, more; const char *says; } orders[] = {
	ORDER(two_from, three_from, "trust.two_assurers is more than trust.three_assurers"),
	ORDER(names_from, assurer_from, "trust.names is more than trust.assurer"),
	ORDER(assurer_from, assurance_cap, "trust.assurer is more than trust.cap: nobody gets there"),
	ORDER(name_points, names_from, "trust.name.points is more than trust.names"),
	ORDER(event_points, assurance_cap, "trust.event.points is more than trust.cap"),
	ORDER(senior_experience, experience_cap, "trust.senior is more than trust.experience.cap"),
	ORDER(founders_least, founders_most, "trust.founders.least is more than trust.founders.most"),
	ORDER(giver_age, adult_age, "trust.giver.age is more than trust.adult.age"),
	ORDER(handover_idle, handover_life, "trust.handover.idle is longer than trust.handover.life"),
	ORDER(handover_life, handover_printed, "trust.handover.life is longer than trust.handover.printed"),
	ORDER(withdraw, object, "trust.withdraw is longer than trust.object"),
};

static int64_t
number_at(const struct trust_policy *p, size_t at)
{
	int64_t v;

	memcpy(&v, (const char *)p + at, sizeof(v));
	return v;
}

static bool
steps_ok(const struct trust_policy *p, struct err *e)
{
	for (int i = 1; i < TRUST_STEPS; i++) {
		if (p->give[i] < p->give[i - 1])
			return FAIL(e, ERR_INPUT, "trust.give.%d is less than the step before", i + 1);
		if (i > 1 && p->from[i - 1] <= p->from[i - 2])
			return FAIL(e, ERR_INPUT, "trust.give.%d.from is not more than the step before", i + 1);
	}
	if (p->from[TRUST_STEPS - 2] > p->experience_cap)
		return FAIL(e, ERR_INPUT, "trust.give.6.from is more than trust.experience.cap");
	return true;
}

bool
trust_policy_check(const struct trust_policy *p, struct err *e)
{
	TRY(steps_ok(p, e));
	for (size_t i = 0; i < COUNT(orders); i++)
		if (number_at(p, orders[i].less) > number_at(p, orders[i].more))
			return FAIL(e, ERR_INPUT, "%s", orders[i].says);
	/* each founder is vouched for by all the others, and must become an assurer by that */
	if ((p->founders_least - 1) * p->founding_points < p->assurer_from)
		return FAIL(e, ERR_INPUT, "trust.founders.points: the fewest founders would not reach trust.assurer");
	return ages_ok(p->consent_ages, e);
}

/* ---- answers ---- */

int64_t
trust_give(const struct trust_policy *p, int64_t experience)
{
	int step = TRUST_STEPS - 1;

	while (step > 0 && experience < p->from[step - 1])
		step--;
	return p->give[step];
}

int64_t
trust_next_step(const struct trust_policy *p, int64_t experience)
{
	for (int i = 1; i < TRUST_STEPS; i++)
		if (experience < p->from[i - 1] && p->give[i] > trust_give(p, experience))
			return p->from[i - 1];
	return -1;
}

int64_t
trust_challenge_needed(const struct trust_policy *p, int64_t questions)
{
	return (questions * p->challenge_pass + 99) / 100;
}

bool
trust_may_withdraw(const struct trust_policy *p, int64_t made_at, int64_t now)
{
	return now - made_at <= p->withdraw;
}

bool
trust_may_object(const struct trust_policy *p, int64_t made_at, int64_t now)
{
	return now - made_at <= p->object;
}
