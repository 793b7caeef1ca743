#include <sodium.h>
#include <stdlib.h>
#include "privacy/facts/address.h"
#include "privacy/facts/case.h"
#include "privacy/facts/credential.h"
#include "privacy/facts/decision.h"
#include "privacy/facts/domain.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/register.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/policy.h"
#include "privacy/rights/guest.h"
#include "privacy/rights/retain.h"

#define NUMBER_LEAST	INT64_C(1000000000)	/* ten digits */
#define NUMBER_SPAN	UINT64_C(9000000000)
#define OTHERS_DAYS	30

const char member_schema[] =
"CREATE TABLE subject ("
" number INTEGER PRIMARY KEY,"
" state INTEGER NOT NULL,"		/* enum subject_state */
" key INTEGER NOT NULL,"
" tags INTEGER NOT NULL,"
" entries INTEGER NOT NULL,"		/* how many ledger entries concern them */
" trail BLOB) STRICT;"			/* sealed: where those are (privacy/keeper/trail.h); NULL: none yet */
"CREATE TABLE member ("
" number INTEGER PRIMARY KEY REFERENCES subject (number),"
" joined_at INTEGER NOT NULL,"
" roles INTEGER NOT NULL,"		/* bits, as the role table says today */
" steps INTEGER NOT NULL,"		/* STEP_ bits, as the facts say today */
" bar_until INTEGER NOT NULL,"
" points INTEGER NOT NULL,"
" agreement INTEGER NOT NULL,"		/* version agreed to */
" statement INTEGER NOT NULL,"
" declined INTEGER NOT NULL,"		/* version of the statement answered with no */
" lang TEXT NOT NULL) STRICT;"
"CREATE TABLE others ("			/* how often others looked, a day: 30 days are kept */
" subject INTEGER NOT NULL,"
" day INTEGER NOT NULL,"
" lines INTEGER NOT NULL,"
" PRIMARY KEY (subject, day)) STRICT, WITHOUT ROWID;";

const char member_restricted_schema[] = "ALTER TABLE member ADD COLUMN restricted INTEGER NOT NULL DEFAULT 0;";	/* RESTRICTED_* */

const char others_day_schema[] = "CREATE INDEX others_day ON others (day);";

static const struct sql
sql_subject = { "subject_get", "i", "ii", "SELECT key, tags FROM subject WHERE number = $1" },
sql_subject_add = { "subject_add", "iiii", "",
	"INSERT INTO subject (number, state, key, tags, entries) VALUES ($1, $2, $3, $4, 0)" },
sql_subject_state = { "subject_state", "ii", "",
	"UPDATE subject SET state = $1 WHERE number = $2" },
sql_subject_delete = { "subject_delete", "i", "",
	"DELETE FROM subject WHERE number = $1 AND entries = 0" },
sql_subject_each = { "subject_each", "i", "iiii",
	"SELECT number, key, tags, entries FROM subject WHERE state = $1 ORDER BY number" },
sql_subject_count = { "subject_count", "i", "i",
	"SELECT CAST(count(*) AS bigint) FROM subject WHERE state = $1" },
sql_member = { "member_get", "i", "iiiiiiiiti",
	"SELECT joined_at, roles, steps, bar_until, points, agreement, statement, declined, lang, restricted"
	" FROM member WHERE number = $1" },
sql_member_add = { "member_add", "iiiit", "",
	"INSERT INTO member (number, joined_at, roles, steps, bar_until, points, agreement,"
	" statement, declined, lang) VALUES ($1, $2, 0, 0, 0, 0, $3, $4, 0, $5)" },
sql_member_steps = { "member_steps", "ii", "",
	"UPDATE member SET steps = $1 WHERE number = $2" },
sql_restricted = { "member_restricted", "i", "i", "SELECT restricted FROM member WHERE number = $1" },
sql_restrict = { "member_restrict", "ii", "", "UPDATE member SET restricted = $1 WHERE number = $2" },
sql_member_bar = { "member_bar", "ii", "",
	"UPDATE member SET bar_until = $1 WHERE number = $2" },
sql_member_roles = { "member_roles", "ii", "",
	"UPDATE member SET roles = $1 WHERE number = $2" },
sql_member_points = { "member_points", "ii", "",
	"UPDATE member SET points = $1 WHERE number = $2" },
sql_member_policy = { "member_policy", "iiii", "",
	"UPDATE member SET agreement = $1, statement = $2, declined = $3 WHERE number = $4" },
sql_others_since = { "others_since", "ii", "i",
	"SELECT CAST(coalesce(sum(lines), 0) AS bigint) FROM others WHERE subject = $1 AND day > $2" },
sql_others_old = { "others_old", "i", "", "DELETE FROM others WHERE day < $1" };

/* ---- subjects ---- */

static bool
subject_get(struct keeper *k, int64_t number, struct owner *o, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_subject, e, number));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "no such subject");
	*o = (struct owner){ .number = number, .key = rows_i64(r, 0), .tags = rows_i64(r, 1) };
	return true;
}

static bool
subject_free(struct keeper *k, int64_t number, bool *is_free, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_subject, e, number));
	*is_free = r == NULL;
	return true;
}

/* A new subject with keys of its own.  A rollback leaves keys that nobody names. */
bool
subject_new(struct keeper *k, struct owner *o, int64_t now, struct err *e)
{
	uint64_t draw;
	bool is_free = false;

	while (!is_free) {
		randombytes_buf(&draw, sizeof(draw));
		o->number = NUMBER_LEAST + (int64_t)(draw % NUMBER_SPAN);
		TRY(subject_free(k, o->number, &is_free, e));
	}
	TRY(vault_owner_create(k->vault, o, now, e));
	return sql_do(k->store, &sql_subject_add, e, o->number, (int64_t)SUBJECT_WAITING, o->key,
	    o->tags);
}

/* The first start: the site's subject, and a password nobody has for unknown accounts to be tried against. */
static bool
site_make(struct keeper *k, int64_t now, struct err *e)
{
	struct argon_job nobody;

	k->site = (struct owner){0};
	TRY(vault_owner_create(k->vault, &k->site, now, e));
	TRY(sql_do(k->store, &sql_subject_add, e, k->site.number, (int64_t)SUBJECT_SITE,
	    k->site.key, k->site.tags));
	TRY(credential_job_new(k, CREDENTIAL_PASSWORD, "", &nobody, e));
	randombytes_buf(nobody.hash, sizeof(nobody.hash));
	TRY(credential_store(k, &k->site, 0, &nobody, now, e));
	return keeper_record_site(k, PURPOSE_SITE, "keeper: first start", now, NULL, e);
}

bool
subject_site(struct keeper *k, int64_t now, struct err *e)
{
	struct err why = {0};

	if (subject_get(k, 0, &k->site, &why))
		return true;
	if (why.kind == ERR_ABSENT)
		return site_make(k, now, e);
	if (e != NULL)
		*e = why;
	return false;
}

static bool
facts_get(struct keeper *k, int64_t number, struct member_facts *f, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_member, e, number));
	*found = r != NULL;
	if (r == NULL)
		return true;
	*f = (struct member_facts){ .joined_at = rows_i64(r, 0), .roles = (uint32_t)rows_i64(r, 1),
	    .steps = rows_i64(r, 2), .bar_until = rows_i64(r, 3), .points = rows_i64(r, 4) };
	snprintf(f->lang, sizeof(f->lang), "%s", rows_text(r, 8));
	f->restricted = (unsigned)rows_i64(r, 9);
	return true;
}

bool
subject_enter(struct keeper *k, struct act *a, int64_t number, struct err *e)
{
	struct member_facts f = {0};
	bool found;

	TRY(subject_get(k, number, &a->owner, e));
	TRY(facts_get(k, number, &f, &found, e));
	a->roles = f.roles;
	a->steps = f.steps;
	a->bar_until = f.bar_until;
	a->points = f.points;
	a->restricted = f.restricted;
	memcpy(a->lang, f.lang, sizeof(a->lang));
	return true;
}

bool
member_owner(struct keeper *k, int64_t number, struct owner *o, struct member_facts *f,
    struct err *e)
{
	bool found;

	TRY(subject_get(k, number, o, e));
	if (f == NULL)
		return true;
	*f = (struct member_facts){0};
	return facts_get(k, number, f, &found, e);
}

bool
member_named(struct keeper *k, const char *typed, int64_t *member, struct err *e)
{
	char address[ADDRESS_MAX], *stop;
	struct member_facts f;
	bool found = false;

	*member = strtoll(typed, &stop, 10);
	if (*typed == '\0' || *stop != '\0') {
		*member = 0;
		if (address_normalise(typed, address, NULL))
			TRY(address_holder(k, address, member, NULL, e));
	}
	if (*member > 0)
		TRY(facts_get(k, *member, &f, &found, e));
	return found || REFUSE(e, ERR_ABSENT, WHY_DECISION_SUBJECT, "no such member");
}

bool
member_step(struct keeper *k, struct act *a, int64_t number, int64_t bit, bool held,
    struct err *e)
{
	struct member_facts f = {0};
	int64_t steps;
	bool found;

	TRY(facts_get(k, number, &f, &found, e));
	steps = held ? f.steps | bit : f.steps & ~bit;
	if (a != NULL && a->owner.number == number)
		a->steps = steps;
	return steps == f.steps || sql_do(k->store, &sql_member_steps, e, steps, number);
}

bool
member_restricted(struct keeper *k, int64_t number, unsigned *bits, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_restricted, e, number));
	*bits = r == NULL ? 0 : (unsigned)rows_i64(r, 0);
	return true;
}

bool
member_restrict(struct keeper *k, int64_t number, unsigned bits, struct err *e)
{
	TRY(sql_do(k->store, &sql_restrict, e, (int64_t)bits, number));
	return sql_changed(k->store) == 1 || FAIL(e, ERR_ABSENT, "no such member");
}

bool
member_bar(struct keeper *k, int64_t number, int64_t until, struct err *e)
{
	return sql_do(k->store, &sql_member_bar, e, until, number);
}

bool
member_roles_set(struct keeper *k, int64_t number, uint32_t roles, struct err *e)
{
	return sql_do(k->store, &sql_member_roles, e, (int64_t)roles, number);
}

bool
member_add(struct keeper *k, struct act *a, int64_t agreement, int64_t statement, const char *lang,
    struct err *e)
{
	snprintf(a->lang, sizeof(a->lang), "%s", lang);
	TRY(sql_do(k->store, &sql_subject_state, e, (int64_t)SUBJECT_MEMBER, a->owner.number));
	tally_event(k, TALLY_JOINED);
	return sql_do(k->store, &sql_member_add, e, a->owner.number, a->now, agreement, statement,
	    a->lang);
}

bool
subject_forget(struct keeper *k, const struct owner *o, int64_t now, struct err *e)
{
	TRY(vault_forget(k->vault, o->number, e));
	TRY(sql_do(k->store, &sql_subject_delete, e, o->number));
	if (sql_changed(k->store) != 1)
		return FAIL(e, ERR_DENIED, "subject: entries speak of them");
	TRY(keys_destroy(vault_keys(k->vault), o->key, now, e));
	return keys_destroy(vault_keys(k->vault), o->tags, now, e);
}

bool
subject_state_set(struct keeper *k, int64_t number, enum subject_state s, struct err *e)
{
	return sql_do(k->store, &sql_subject_state, e, (int64_t)s, number);
}

static bool
each_of(struct keeper *k, enum subject_state state, member_reader *each, void *self, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_subject_each, e, (int64_t)state));
	while (rows_next(r, &end)) {
		struct owner o = { .number = rows_i64(r, 0), .key = rows_i64(r, 1),
		    .tags = rows_i64(r, 2) };

		TRY(each(self, &o, rows_i64(r, 3), e));
	}
	return err_hand_on(e, &end);
}

bool
member_each(struct keeper *k, member_reader *each, void *self, struct err *e)
{
	return each_of(k, SUBJECT_MEMBER, each, self, e);
}

bool
subject_each_case(struct keeper *k, member_reader *each, void *self, struct err *e)
{
	return each_of(k, SUBJECT_CASE, each, self, e);
}

static bool
count_of(struct keeper *k, enum subject_state s, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_subject_count, e, (int64_t)s));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

bool
member_count(struct keeper *k, int64_t *members, int64_t *waiting, struct err *e)
{
	return count_of(k, SUBJECT_MEMBER, members, e) && count_of(k, SUBJECT_WAITING, waiting, e);
}

bool
member_points_set(struct keeper *k, int64_t number, int64_t points, struct err *e)
{
	return sql_do(k->store, &sql_member_points, e, points, number);
}

bool
member_names(struct keeper *k, struct act *a, struct buf *given, struct buf *family,
    struct buf *full, struct err *e)
{
	DROP(name_parts_wipe) struct name_parts p = {0};
	uint8_t index;

	TRY(name_main(k, a->owner.number, &index, e));
	TRY(name_open(k, a, a->role, &a->owner, index, &p, e));
	buf_add(given, p.given.data, p.given.len);
	buf_add(family, p.family.data, p.family.len);
	buf_add(full, p.whole.data, p.whole.len);
	return buf_ok(given, e) && buf_ok(family, e) && buf_ok(full, e);
}

bool
others_sweep(struct keeper *k, int64_t now, struct err *e)
{
	TRY(sql_do(k->store, &sql_others_old, e, now / DAY - OTHERS_DAYS));
	return retain_note(k, RETAIN_LOOKS, sql_changed(k->store), e);
}

/* ---- what members see of themselves ---- */

bool
op_who(struct keeper *k, struct act *a, struct err *e)
{
	(void)k;
	return act_read(a, e);
}

static bool
others_since(struct keeper *k, const struct act *a, int64_t *lines, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_others_since, e, a->owner.number,
	    a->now / DAY - OTHERS_DAYS));
	*lines = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

static bool
home_counts(struct keeper *k, struct act *a, struct err *e)
{
	struct address_row rows[ADDRESS_ROWS];
	size_t n;
	uint32_t verified = 0;
	int64_t domains, valid, expiring, lines, asked, unvoted = 0;

	TRY(address_list(k, a->owner.number, rows, COUNT(rows), &n, e));
	for (size_t i = 0; i < n; i++)
		verified += rows[i].verified_at != 0;
	TRY(domain_count_proved(k, a->owner.number, a->now, &domains, e));
	TRY(register_counts(k, a->owner.number, a->now, &valid, &expiring, e));
	TRY(others_since(k, a, &lines, e));
	TRY(case_asked(k, a->owner.number, &asked, e));
	if ((a->roles & 1u << ROLE_OFFICER) != 0)
		TRY(decision_unvoted(k, a->owner.number, &unvoted, e));
	pack_u32(a->out, (uint32_t)n);
	pack_u32(a->out, verified);
	pack_u32(a->out, (uint32_t)domains);
	pack_u32(a->out, (uint32_t)valid);
	pack_u32(a->out, (uint32_t)expiring);
	pack_i64(a->out, a->points);
	pack_i64(a->out, lines);
	pack_u32(a->out, (uint32_t)asked);
	pack_u32(a->out, (uint32_t)unvoted);
	return true;
}

bool
op_home(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf given = {0}, address = {0};
	struct err none = {0};
	uint8_t index;
	bool found;

	TRY(act_read(a, e));
	TRY(name_main(k, a->owner.number, &index, e));
	TRY(act_open(k, a, FIELD_GIVEN, index, &given, NULL, &found, e));
	TRY(act_may(a, FIELD_ADDRESS, e));
	if (!address_primary(k, &a->owner, &address, NULL, &none) && none.kind != ERR_ABSENT)
		return err_hand_on(e, &none);
	pack_bytes(a->out, given.data, given.len);
	pack_bytes(a->out, address.data, address.len);
	TRY(home_counts(k, a, e));
	TRY(guest_home_pack(k, a->owner.number, a->out, e));
	return act_record(k, a, NULL, e);
}

bool
op_policy_answer(struct keeper *k, struct act *a, struct err *e)
{
	uint32_t agreement = unpack_u32(&a->in), statement = unpack_u32(&a->in);
	uint8_t accept = unpack_u8(&a->in);
	char said[64];

	TRY(act_read(a, e));
	if (agreement != policy_number(POLICY_AGREEMENT, a->now) || statement != policy_number(POLICY_STATEMENT, a->now))
		return REFUSE(e, ERR_CONFLICT, WHY_POLICY, "policy: another version is in force");
	/* A no leaves what was agreed before and takes back a yes to these same versions: the question stays open. */
	if (accept == 1) {
		TRY(sql_do(k->store, &sql_member_policy, e, (int64_t)agreement, (int64_t)statement,
		    INT64_C(0), a->owner.number));
		a->flags &= ~SESSION_POLICY_DUE;
	} else {
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_first(k->store, &r, &sql_member, e, a->owner.number));
		if (r == NULL)
			return FAIL(e, ERR_ABSENT, "policy: no such member");
		int64_t had[2] = { rows_i64(r, 5), rows_i64(r, 6) };

		if (had[0] >= agreement && had[1] >= statement)
			had[1] = (int64_t)statement - 1;
		a->flags |= SESSION_POLICY_DUE;
		TRY(sql_do(k->store, &sql_member_policy, e, had[0], had[1], (int64_t)statement,
		    a->owner.number));
	}
	snprintf(said, sizeof(said), "%s: agreement %u, statement %u",
	    accept == 1 ? "yes" : "no", agreement, statement);
	return act_record(k, a, said, e);
}

bool
op_policy(struct keeper *k, struct act *a, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(act_read(a, e));
	TRY(sql_first(k->store, &r, &sql_member, e, a->owner.number));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "policy: no such member");
	pack_u32(a->out, (uint32_t)rows_i64(r, 5));
	pack_u32(a->out, (uint32_t)rows_i64(r, 6));
	pack_u8(a->out, rows_i64(r, 7) == policy_number(POLICY_STATEMENT, a->now));
	return true;
}
