#include <string.h>
#include "privacy/facts/assurance.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/published.h"
#include "privacy/facts/role.h"
#include "privacy/facts/trust.h"

#define SWEEP_MOST 64

const char trust_schema[] =
"CREATE TABLE trust ("			/* members without a row have zeros everywhere */
" member INTEGER PRIMARY KEY REFERENCES member (number),"
" main_name INTEGER NOT NULL,"
" passed_at INTEGER NOT NULL,"
" founder_at INTEGER NOT NULL,"
" standing INTEGER NOT NULL,"		/* enum standing */
" standing_at INTEGER NOT NULL,"
" name_changed_at INTEGER NOT NULL,"
" parent_gone_at INTEGER NOT NULL DEFAULT 0,"
" next_at INTEGER NOT NULL) STRICT;"
"CREATE INDEX trust_founder ON trust (founder_at) WHERE founder_at > 0;"
"CREATE INDEX trust_next ON trust (next_at) WHERE next_at > 0;";

static const struct sql
sql_trust = { "trust_get", "i", "iiiiiiii",
	"SELECT main_name, passed_at, founder_at, standing, standing_at, name_changed_at, parent_gone_at, next_at"
	" FROM trust WHERE member = $1" },
sql_trust_put = { "trust_put", "iiiiiiiii", "",
	"INSERT INTO trust (member, main_name, passed_at, founder_at, standing, standing_at,"
	" name_changed_at, parent_gone_at, next_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
	" ON CONFLICT (member) DO UPDATE SET main_name = excluded.main_name,"
	" passed_at = excluded.passed_at, founder_at = excluded.founder_at,"
	" standing = excluded.standing, standing_at = excluded.standing_at,"
	" name_changed_at = excluded.name_changed_at, parent_gone_at = excluded.parent_gone_at,"
	" next_at = excluded.next_at" },
sql_trust_due = { "trust_due", "ii", "i",
	"SELECT member FROM trust WHERE next_at > 0 AND next_at <= $1 ORDER BY next_at LIMIT $2" };

bool
trust_get(struct keeper *k, int64_t member, struct trust_facts *t, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	*t = (struct trust_facts){0};
	TRY(sql_first(k->store, &r, &sql_trust, e, member));
	if (r == NULL)
		return true;
	*t = (struct trust_facts){ .main_name = rows_i64(r, 0), .passed_at = rows_i64(r, 1),
	    .founder_at = rows_i64(r, 2), .standing = (enum standing)rows_i64(r, 3),
	    .standing_at = rows_i64(r, 4), .name_changed_at = rows_i64(r, 5),
	    .parent_gone_at = rows_i64(r, 6), .next_at = rows_i64(r, 7) };
	return true;
}

bool
trust_put(struct keeper *k, int64_t member, const struct trust_facts *t, struct err *e)
{
	return sql_do(k->store, &sql_trust_put, e, member, t->main_name, t->passed_at, t->founder_at,
	    (int64_t)t->standing, t->standing_at, t->name_changed_at, t->parent_gone_at, t->next_at);
}

/* ---- reckoning ---- */

bool
trust_birth(struct keeper *k, const struct owner *o, int64_t *day, struct err *e)
{
	DROP(buf_wipe) struct buf date = {0};
	bool found;

	*day = DAY_NONE;
	TRY(vault_peek(k->vault, o, FIELD_BIRTH, BIRTH_HELD, &date, &found, e));
	if (!found || date.len == 0)
		return true;
	TRY(buf_ok(&date, e));
	return day_read(date.data, day) || FAIL(e, ERR_TAMPER, "trust: a birth date that is none");
}

/* Where the ages of consent come from: the first nationality, and only where the policy goes by it. */
static bool
country_of(struct keeper *k, const struct owner *o, char into[3], struct err *e)
{
	DROP(buf_wipe) struct buf codes = {0};
	bool found;

	into[0] = '\0';
	if (strcmp(k->set->trust.consent, "consent_age") != 0)
		return true;
	TRY(vault_peek(k->vault, o, FIELD_NATIONALITY, 0, &codes, &found, e));
	if (found && codes.len >= 2 && (codes.len == 2 || codes.data[2] == ','))
		snprintf(into, 3, "%.2s", codes.data);
	return true;
}

struct reckoning {			/* what points_of needs, and what it was read from */
	struct trust_facts	facts;
	struct vouchings	vouchings;
	struct name_link	links[VOUCH_NAMES];
	struct trust_member	member;
	char			country[3];
	uint32_t		names;
};

static void
reckoning_wipe(struct reckoning *r)
{
	vouchings_wipe(&r->vouchings);
}

static bool
reckoning_load(struct keeper *k, const struct owner *o, int64_t without, struct reckoning *r, struct err *e)
{
	size_t links;

	TRY(trust_get(k, o->number, &r->facts, e));
	TRY(vouchings_load(k, o->number, without, &r->vouchings, e));
	TRY(name_links(k, o->number, r->links, &links, e));
	TRY(name_bits(k, o->number, &r->names, e));
	TRY(country_of(k, o, r->country, e));
	r->member = (struct trust_member){
		.received = r->vouchings.received, .received_count = r->vouchings.received_count,
		.given = r->vouchings.given, .given_count = r->vouchings.given_count,
		.links = r->links, .link_count = links, .country = r->country,
		.passed_at = r->facts.passed_at, .founder_at = r->facts.founder_at,
		.standing = r->facts.standing,
	};
	return trust_birth(k, o, &r->member.birth_day, e);
}

static bool
reckon(struct keeper *k, const struct reckoning *r, int64_t now, struct points *p, struct err *e)
{
	struct trust_member m = r->member;

	m.parent = now < r->vouchings.parent_until;
	TRY(points_of(&k->set->trust, &m, now, p, e));
	p->names_ok &= r->names;	/* a name that was erased stands in nothing */
	return true;
}

bool
trust_points_without(struct keeper *k, const struct owner *o, int64_t giver, int64_t now, struct points *p,
    struct err *e)
{
	DROP(reckoning_wipe) struct reckoning r = {0};

	TRY(reckoning_load(k, o, giver, &r, e));
	return reckon(k, &r, now, p, e);
}

bool
trust_points(struct keeper *k, const struct owner *o, int64_t now, struct points *p, struct err *e)
{
	return trust_points_without(k, o, 0, now, p, e);
}

/* ---- what follows ---- */

static void
sooner(int64_t *at, int64_t candidate, int64_t now)
{
	if (candidate > now && (*at == 0 || candidate < *at))
		*at = candidate;
}

/* When something changes though nobody does anything. */
static int64_t
next_change(const struct trust_policy *p, const struct reckoning *r, const struct points *pt, int64_t now)
{
	int64_t at = 0;
	const int64_t ages[] = { p->giver_age, p->adult_age, trust_parent_age(p, r->country) };

	sooner(&at, pt->falls_at, now);
	if (r->facts.founder_at != 0)
		sooner(&at, r->facts.founder_at + p->founding_life, now);
	for (size_t i = 0; i < COUNT(ages) && r->member.birth_day != DAY_NONE; i++)
		sooner(&at, day_birthday(r->member.birth_day, ages[i]) * DAY, now);
	return at;
}

bool
trust_refresh(struct keeper *k, const struct owner *o, int64_t now, struct points *p, struct err *e)
{
	DROP(reckoning_wipe) struct reckoning r = {0};
	struct points own;
	unsigned restricted;
	int64_t next;
	bool assurer;

	if (p == NULL)
		p = &own;
	*p = (struct points){0};
	if (o->number < 0)		/* no longer a member */
		return true;
	TRY(reckoning_load(k, o, 0, &r, e));
	TRY(reckon(k, &r, now, p, e));
	TRY(member_points_set(k, o->number, p->assurance, e));
	next = next_change(&k->set->trust, &r, p, now);
	if (next != r.facts.next_at) {
		r.facts.next_at = next;
		TRY(trust_put(k, o->number, &r.facts, e));
	}
	if ((p->unlocks & UNLOCK_DIRECTORY) == 0)
		TRY(published_end_of(k, o, PUBLISHED_LISTING, now, e));
	TRY(member_restricted(k, o->number, &restricted, e));
	/* Founders begin before anybody can have an assurer's points; whoever is excluded has no role, whatever their points. */
	assurer = (restricted & RESTRICTED_EXCLUDED) == 0 &&
	    (p->assurer || (p->founder && r.facts.passed_at != 0 && r.facts.standing == STANDING_GOOD));
	return role_set(k, o, ROLE_ASSURER, assurer, ACTOR_SYSTEM, now, e);
}

bool
trust_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	int64_t due[SWEEP_MOST];
	size_t n;

	TRY(sql_column(k->store, due, SWEEP_MOST, &n, &sql_trust_due, e, now, most < SWEEP_MOST ? most : SWEEP_MOST));
	for (size_t i = 0; i < n; i++) {
		struct owner o;

		TRY(member_owner(k, due[i], &o, NULL, e));
		TRY(trust_refresh(k, &o, now, NULL, e));
	}
	*done = (int64_t)n;
	return true;
}
