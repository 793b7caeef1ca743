#include <stdlib.h>
#include <string.h>
#include "ledger/base/wipe.h"
#include "privacy/facts/points.h"

#define TTP_MOST	3	/* trust.ttp.count's upper bound */
#define ANY_NAME	0u	/* instead of a name's bit */

/* An assurance that is worth something, in the order of who gave it. */
struct entry {
	int64_t	group;		/* the giver */
	int64_t	ends, worth;
	uint32_t names;		/* links followed */
	bool	ttp, topup;	/* third parties have numbers of their own: they come first */
};

/* What stands at one moment, all names or one of them. */
struct sum { int64_t points, assurers; };

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void
free_entries(struct entry **p)
{
	wipe_free(*p);
}

static void
free_times(int64_t **p)
{
	wipe_free(*p);
}

/* ---- reading the list ---- */

static int
by_giver(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->ttp != y->ttp)
		return x->ttp ? -1 : 1;
	return (x->group > y->group) - (x->group < y->group);
}

void
points_reach(const struct name_link *links, size_t n, uint32_t reach[VOUCH_NAMES])
{
	for (uint32_t i = 0; i < VOUCH_NAMES; i++)
		reach[i] = 1u << i;
	/* no chain without repetition is longer than there are names */
	for (int round = 0; round < VOUCH_NAMES; round++)
		for (size_t k = 0; k < n; k++) {
			const struct name_link *l = &links[k];

			for (uint32_t i = 0; i < VOUCH_NAMES && l->from < VOUCH_NAMES && l->to < VOUCH_NAMES; i++)
				if ((reach[i] & 1u << l->from) != 0)
					reach[i] |= 1u << l->to;
		}
}

static uint32_t
linked(const uint32_t reach[VOUCH_NAMES], uint32_t names)
{
	uint32_t all = 0;

	for (uint32_t i = 0; i < VOUCH_NAMES; i++)
		if ((names & 1u << i) != 0)
			all |= reach[i];
	return all;
}

/* Those that stand now, sorted; *n of them. */
static void
read_entries(const struct trust_policy *p, const struct trust_member *m, int64_t now, struct entry *into,
    size_t *n)
{
	uint32_t reach[VOUCH_NAMES];

	points_reach(m->links, m->link_count, reach);
	*n = 0;
	for (size_t i = 0; i < m->received_count; i++) {
		const struct vouching *v = &m->received[i];
		struct entry x = { v->other, vouch_ends(p, v), vouch_worth(p, v), linked(reach, v->names),
		    v->method == VOUCH_TTP, v->method == VOUCH_TOPUP };

		if (x.worth > 0 && now < x.ends)
			into[(*n)++] = x;
	}
	if (*n > 0)
		qsort(into, *n, sizeof(*into), by_giver);
}

/* ---- adding up ---- */

/* The best few third parties. */
static void
ttp_add(int64_t best[TTP_MOST], int64_t worth)
{
	for (int i = 0; i < TTP_MOST; i++)
		if (worth > best[i]) {
			int64_t out = best[i];

			best[i] = worth;
			worth = out;
		}
}

/*
 * The best assurance, and the best top-up, of one giver at a moment, among
 * those that state one of the names (ANY_NAME: all); returns where the next giver begins.
 */
static size_t
group_best(const struct entry *x, size_t i, size_t n, int64_t at, uint32_t names, int64_t best[2])
{
	size_t first = i;

	best[0] = best[1] = 0;
	for (; i < n && x[i].group == x[first].group && x[i].ttp == x[first].ttp; i++)
		if (at < x[i].ends && (names == ANY_NAME || (x[i].names & names) != 0) && x[i].worth > best[x[i].topup])
			best[x[i].topup] = x[i].worth;
	return i;
}

/* The one top-up that helps most; between equals the one that is another person's word. */
struct topup { int64_t gain; bool adds_assurer; };

static void
topup_consider(struct topup *t, const int64_t best[2])
{
	int64_t gain = best[1] - best[0];
	bool adds = best[0] == 0;

	if (gain > t->gain || (gain == t->gain && gain > 0 && adds))
		*t = (struct topup){ gain, adds };
}

static struct sum
add_up(const struct trust_policy *p, const struct entry *x, size_t n, int64_t at, uint32_t names)
{
	int64_t ttp[TTP_MOST] = {0}, best[2], checked = 0;
	struct topup top = {0};
	struct sum s = {0};

	for (size_t i = 0, next; i < n; i = next) {
		next = group_best(x, i, n, at, names, best);
		if (x[i].ttp) {
			ttp_add(ttp, best[0]);
			continue;
		}
		topup_consider(&top, best);
		s.points += best[0];
		s.assurers += best[0] > 0;
	}
	for (int i = 0; i < TTP_MOST && i < p->ttp_count; i++) {
		s.points += ttp[i];
		s.assurers += ttp[i] > 0;
		checked += ttp[i] > 0;
	}
	if (top.gain > 0 && checked >= p->ttp_count) {
		s.points += top.gain;
		s.assurers += top.adds_assurer;
	}
	return s;
}

static int64_t
counted(const struct trust_policy *p, struct sum s)
{
	int64_t n = smaller(s.points, p->assurance_cap);

	if (s.assurers < 2)
		n = smaller(n, p->two_from - 1);
	if (s.assurers < 3)
		n = smaller(n, p->three_from - 1);
	return n;
}

/* ---- what will fall ---- */

static int
by_time(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Assurances only ever end, so the count only gets less: the first moment is found by halving. */
static bool
find_fall(const struct trust_policy *p, const struct entry *x, size_t n, struct points *into, struct err *e)
{
	size_t low = 0, high = 0, count = 0;
	DROP(free_times) int64_t *ends = calloc(n + 1, sizeof(*ends));

	if (ends == NULL)
		return FAIL(e, ERR_MEMORY, "points: %zu ends", n);
	for (size_t i = 0; i < n; i++)
		if (x[i].ends != INT64_MAX)
			ends[count++] = x[i].ends;
	qsort(ends, count, sizeof(*ends), by_time);
	for (high = count; low < high;) {
		size_t middle = low + (high - low) / 2;

		if (counted(p, add_up(p, x, n, ends[middle], ANY_NAME)) < into->assurance)
			high = middle;
		else
			low = middle + 1;
	}
	if (low < count) {
		into->falls_at = ends[low];
		into->falls_to = counted(p, add_up(p, x, n, ends[low], ANY_NAME));
		into->day_to = counted(p, add_up(p, x, n, (day_of(ends[low]) + 1) * DAY - 1, ANY_NAME));
	}
	return true;
}

/* ---- experience, age, what it unlocks ---- */

static int64_t
experience_of(const struct trust_policy *p, const struct trust_member *m, int64_t now)
{
	int64_t n = 0;

	for (size_t i = 0; i < m->given_count && n < p->experience_cap; i++) {
		const struct vouching *v = &m->given[i];

		if (vouch_in_person(v->method) && !v->founding && v->withdrawn_at == 0 &&
		    (v->falls_at == 0 || now < v->falls_at))
			n += p->experience_step;
	}
	return smaller(n, p->experience_cap);
}

/* Old enough?  Nobody whose birth date is not known is. */
static bool
aged(const struct trust_member *m, int64_t years, int64_t now)
{
	return m->birth_day != DAY_NONE && day_age(m->birth_day, day_of(now)) >= years;
}

static int64_t
give_most(const struct trust_policy *p, const struct points *pt)
{
	int64_t most = trust_give(p, pt->experience);

	if (!pt->assurer)
		return 0;
	if (pt->founder && p->founding_points > most)
		most = p->founding_points;
	return pt->minor ? smaller(most, p->minor_most) : most;
}

static void
judge(const struct trust_policy *p, const struct trust_member *m, int64_t now, struct points *pt)
{
	pt->minor = !aged(m, p->adult_age, now);
	pt->founder = m->founder_at != 0 && now < m->founder_at + p->founding_life;
	pt->assurer = m->standing == STANDING_GOOD && m->passed_at != 0 &&
	    pt->assurance >= p->assurer_from && aged(m, p->giver_age, now);
	pt->senior = pt->assurer && !pt->minor && pt->experience >= p->senior_experience;
	pt->give_most = give_most(p, pt);
	if (pt->assurance >= p->names_from) {
		pt->unlocks |= UNLOCK_ASSURED;
		if (m->parent || aged(m, trust_parent_age(p, m->country), now))
			pt->unlocks |= UNLOCK_NAMES;
	}
	if (pt->assurer)
		pt->unlocks |= UNLOCK_ASSURER;
	if (pt->assurer && pt->assurance >= p->event_points)
		pt->unlocks |= UNLOCK_EVENTS;
	if (pt->assurer && !pt->minor)
		pt->unlocks |= UNLOCK_DIRECTORY;
	if (pt->senior)
		pt->unlocks |= UNLOCK_SENIOR;
}

static void
judge_names(const struct trust_policy *p, const struct entry *x, size_t n, int64_t now, struct points *pt)
{
	uint32_t stated = 0;

	for (size_t i = 0; i < n; i++)
		stated |= x[i].names;
	for (uint32_t i = 0; i < VOUCH_NAMES; i++) {
		if ((stated & 1u << i) == 0)
			continue;
		pt->name_points[i] = counted(p, add_up(p, x, n, now, 1u << i));
		if ((pt->unlocks & UNLOCK_NAMES) != 0 && pt->name_points[i] >= p->name_points)
			pt->names_ok |= 1u << i;
	}
}

/* ---- what is missing ---- */

static void
want(struct points *pt, enum unlock u, enum want_kind k, int64_t number, int64_t least, int64_t day)
{
	if (pt->want_count < POINTS_WANTS)
		pt->wants[pt->want_count++] = (struct want){ k, u, number, least, day };
}

static void
want_points(const struct trust_policy *p, struct points *pt, enum unlock u, int64_t from)
{
	int64_t missing = from - pt->recorded, most = p->give[TRUST_STEPS - 1];
	int64_t people = from >= p->three_from ? 3 : from >= p->two_from ? 2 : 1;

	/* points that are recorded and only wait for another assurer are not missing */
	if (missing > 0)
		want(pt, u, WANT_POINTS, missing, most > 0 ? (missing + most - 1) / most : 0, DAY_NONE);
	if (pt->assurance < from && pt->assurers < people)
		want(pt, u, WANT_ASSURERS, people - pt->assurers, 0, DAY_NONE);
}

static void
want_age(const struct trust_member *m, struct points *pt, enum unlock u, enum want_kind k, int64_t years)
{
	if (m->birth_day == DAY_NONE)
		want(pt, u, WANT_BIRTH_DATE, 0, 0, DAY_NONE);
	if (m->birth_day != DAY_NONE || k == WANT_PARENT)
		want(pt, u, k, 0, 0, m->birth_day == DAY_NONE ? DAY_NONE : day_birthday(m->birth_day, years));
}

static void
want_names(const struct trust_policy *p, const struct trust_member *m, int64_t now, struct points *pt)
{
	int64_t years = trust_parent_age(p, m->country), best = 0;

	want_points(p, pt, UNLOCK_NAMES, p->names_from);
	if (!m->parent && !aged(m, years, now))
		want_age(m, pt, UNLOCK_NAMES, WANT_PARENT, years);
	for (int i = 0; i < VOUCH_NAMES; i++)
		best = pt->name_points[i] > best ? pt->name_points[i] : best;
	if ((pt->unlocks & UNLOCK_ASSURED) != 0 && best < p->name_points)
		want(pt, UNLOCK_NAMES, WANT_NAME, p->name_points - best, 0, DAY_NONE);
}

static void
want_assurer(const struct trust_policy *p, const struct trust_member *m, int64_t now, struct points *pt)
{
	int64_t next = trust_next_step(p, pt->experience), missing;

	want_points(p, pt, UNLOCK_ASSURER, p->assurer_from);
	if (m->passed_at == 0)
		want(pt, UNLOCK_ASSURER, WANT_CHALLENGE, 0, 0, DAY_NONE);
	if (m->standing != STANDING_GOOD)
		want(pt, UNLOCK_ASSURER, WANT_STANDING, 0, 0, DAY_NONE);
	if (!aged(m, p->giver_age, now))
		want_age(m, pt, UNLOCK_ASSURER, WANT_AGE, p->giver_age);
	if (!pt->assurer)
		return;
	if (pt->minor) {
		want_age(m, pt, UNLOCK_DIRECTORY, WANT_AGE, p->adult_age);
		if (trust_give(p, pt->experience) > p->minor_most || pt->founder)
			want_age(m, pt, UNLOCK_GIVING, WANT_AGE, p->adult_age);
	}
	missing = next - pt->experience;
	/* experience helps neither a young person nor a founder beyond what they may give anyway */
	if (next >= 0 && p->experience_step > 0 && trust_give(p, next) > pt->give_most &&
	    (!pt->minor || pt->give_most < p->minor_most))
		want(pt, UNLOCK_GIVING, WANT_EXPERIENCE, missing,
		    (missing + p->experience_step - 1) / p->experience_step, DAY_NONE);
}

/* ---- all of it ---- */

bool
points_of(const struct trust_policy *p, const struct trust_member *m, int64_t now, struct points *into,
    struct err *e)
{
	DROP(free_entries) struct entry *x = calloc(m->received_count + 1, sizeof(*x));
	struct sum s;
	size_t n;

	*into = (struct points){0};
	if (x == NULL)
		return FAIL(e, ERR_MEMORY, "points: %zu assurances", m->received_count);
	read_entries(p, m, now, x, &n);
	s = add_up(p, x, n, now, ANY_NAME);
	into->recorded = s.points;
	into->assurers = s.assurers;
	into->assurance = counted(p, s);
	into->experience = experience_of(p, m, now);
	into->total = into->assurance + into->experience;
	judge(p, m, now, into);
	judge_names(p, x, n, now, into);
	want_names(p, m, now, into);
	want_assurer(p, m, now, into);
	return find_fall(p, x, n, into, e);
}
