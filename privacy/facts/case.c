#include <sodium.h>
#include <string.h>
#include "privacy/facts/address.h"
#include "privacy/facts/case.h"
#include "privacy/facts/case_post.h"
#include "privacy/facts/member.h"
#include "privacy/facts/role.h"
#include "privacy/keeper/record.h"

const char case_schema[] =
"CREATE TABLE case_file ("
" number INTEGER PRIMARY KEY,"		/* random, eight digits */
" subject INTEGER NOT NULL UNIQUE REFERENCES subject (number),"
" kind INTEGER NOT NULL,"		/* enum case_kind */
" state INTEGER NOT NULL,"		/* enum case_state */
" officers INTEGER NOT NULL,"
" opened INTEGER NOT NULL,"
" deadline INTEGER NOT NULL,"
" extended INTEGER NOT NULL,"		/* months; 0: not */
" told INTEGER NOT NULL,"		/* staff, that it waits; 0: not yet */
" closed INTEGER NOT NULL,"		/* 0: open */
" outcome INTEGER NOT NULL,"		/* enum case_outcome; 0 */
" member INTEGER NOT NULL,"
" about INTEGER NOT NULL,"
" staff INTEGER NOT NULL,"
" deputy INTEGER NOT NULL,"
" flags INTEGER NOT NULL,"
" texts INTEGER NOT NULL,"
" gone INTEGER NOT NULL,"		/* its texts are: 0 no, 1 about to, 2 yes */
" lang TEXT NOT NULL) STRICT;"
"CREATE INDEX case_member ON case_file (member, opened);"
"CREATE INDEX case_about ON case_file (about) WHERE about > 0;"
"CREATE INDEX case_due ON case_file (deadline) WHERE closed = 0;"
"CREATE INDEX case_untold ON case_file (opened) WHERE closed = 0 AND told = 0;"
"CREATE INDEX case_over ON case_file (closed) WHERE closed > 0 AND gone < 2;"
"CREATE TABLE case_text ("
" id INTEGER PRIMARY KEY,"		/* of the published row */
" number INTEGER NOT NULL REFERENCES case_file (number),"
" sort INTEGER NOT NULL,"		/* enum case_text_sort */
" at INTEGER NOT NULL) STRICT;"
"CREATE INDEX case_text_number ON case_text (number);"
"CREATE TABLE case_visit ("
" hash BLOB PRIMARY KEY,"
" number INTEGER NOT NULL REFERENCES case_file (number),"
" expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
"CREATE INDEX case_visit_expires ON case_visit (expires);"
"CREATE TABLE case_opened ("		/* fields that are open to a member of staff */
" number INTEGER NOT NULL REFERENCES case_file (number),"
" staff INTEGER NOT NULL,"
" field INTEGER NOT NULL,"		/* enum field */
" until INTEGER NOT NULL,"
" PRIMARY KEY (number, staff, field)) STRICT, WITHOUT ROWID;"
"CREATE INDEX case_opened_until ON case_opened (until);"
"CREATE TABLE case_find ("		/* searches, for an hour's count */
" id INTEGER PRIMARY KEY,"
" staff INTEGER NOT NULL,"
" at INTEGER NOT NULL) STRICT;"
"CREATE INDEX case_find_staff ON case_find (staff, at);"
"CREATE INDEX case_find_at ON case_find (at);"
"CREATE INDEX domain_place ON domain (place);"
"CREATE INDEX role_holders ON role (role, member) WHERE until IS NULL;";

#define COLUMNS \
	"SELECT c.number, c.subject, c.kind, c.state, c.officers, c.opened, c.deadline, c.extended, c.told, c.closed," \
	" c.outcome, c.member, c.about, c.staff, c.deputy, c.flags, c.texts, c.lang, s.key, s.tags" \
	" FROM case_file c JOIN subject s ON s.number = c.subject"
#define LETTERS "iiiiiiiiiiiiiiiiitii"

static const struct sql
sql_get = { "case_get", "i", LETTERS, COLUMNS " WHERE c.number = $1" },
sql_add = { "case_add", "iiiiiiiiiit", "",
	"INSERT INTO case_file (number, subject, kind, state, officers, opened, deadline, extended, told, closed, outcome,"
	" member, about, staff, deputy, flags, texts, gone, lang)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0, $8, $9, 0, 0, $10, 0, 0, $11)" },
sql_set = { "case_set", "iiiiiiiiiiiii", "",
	"UPDATE case_file SET state = $1, deadline = $2, extended = $3, told = $4, closed = $5, outcome = $6, about = $7,"
	" staff = $8, deputy = $9, flags = $10, texts = $11, officers = $12 WHERE number = $13" },
sql_of = { "case_of", "ii", LETTERS, COLUMNS " WHERE c.member = $1 ORDER BY c.opened DESC LIMIT $2" },
sql_asked = { "case_asked", "ii", "i",
	"SELECT CAST(COUNT(*) AS bigint) FROM case_file WHERE member = $1 AND state = $2" },
sql_open = { "case_open", "iii", LETTERS,
	COLUMNS " WHERE c.closed = 0 AND c.officers = $1 AND c.kind <> $2 ORDER BY c.deadline LIMIT $3" },
sql_deputy_go = { "case_deputy_go", "ii", "", "UPDATE case_file SET deputy = 0 WHERE deputy = $1 AND deputy > 0 AND officers = $2" },
sql_staff_go = { "case_staff_go", "ii", "",
	"UPDATE case_file SET staff = deputy, deputy = 0 WHERE staff = $1 AND staff > 0 AND officers = $2" },
sql_tie = { "assurance_tie", "ii", "i",
	"SELECT id FROM assurance WHERE member = $1 AND giver = $2 AND made_at > 0 LIMIT 1" };

static void
row_read(const struct rows *r, struct case_row *c)
{
	*c = (struct case_row){ .number = rows_i64(r, 0), .kind = (enum case_kind)rows_i64(r, 2),
	    .state = (enum case_state)rows_i64(r, 3), .officers = rows_i64(r, 4) != 0, .opened = rows_i64(r, 5),
	    .deadline = rows_i64(r, 6), .extended = rows_i64(r, 7), .told = rows_i64(r, 8), .closed = rows_i64(r, 9),
	    .outcome = (enum case_outcome)rows_i64(r, 10), .member = rows_i64(r, 11), .about = rows_i64(r, 12),
	    .staff = rows_i64(r, 13), .deputy = rows_i64(r, 14), .flags = (uint32_t)rows_i64(r, 15), .texts = rows_i64(r, 16),
	    .owner = { .number = rows_i64(r, 1), .key = rows_i64(r, 18), .tags = rows_i64(r, 19) } };
	snprintf(c->lang, sizeof(c->lang), "%s", rows_text(r, 17));
}

static bool
absent(struct err *e)
{
	return REFUSE(e, ERR_ABSENT, WHY_CASE_ABSENT, "case: none of that number");
}

static bool
find(struct keeper *k, int64_t number, struct case_row *c, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_get, e, number));
	*found = r != NULL;
	if (*found)
		row_read(r, c);
	if (*found && (c->kind < CASE_ACCESS || c->kind >= CASE_KIND__COUNT))
		return FAIL(e, ERR_TAMPER, "case: a row of kind %d", (int)c->kind);
	return true;
}

bool
case_get(struct keeper *k, int64_t number, struct case_row *c, struct err *e)
{
	bool found;

	TRY(find(k, number, c, &found, e));
	return found || absent(e);
}

bool
case_add(struct keeper *k, struct case_row *c, int64_t now, struct err *e)
{
	struct case_row other;
	uint64_t draw;
	bool taken = true;

	while (taken) {
		randombytes_buf(&draw, sizeof(draw));
		c->number = CASE_NUMBER_LEAST + (int64_t)(draw % CASE_NUMBER_SPAN);
		TRY(find(k, c->number, &other, &taken, e));
	}
	c->state = CASE_OPEN;
	c->opened = now;
	c->deadline = case_deadline(c->kind, now);
	TRY(subject_new(k, &c->owner, now, e));
	TRY(subject_state_set(k, c->owner.number, SUBJECT_CASE, e));
	tally_case(k, c->kind, 0);
	tally_event(k, TALLY_CASE);
	return sql_do(k->store, &sql_add, e, c->number, c->owner.number, (int64_t)c->kind, (int64_t)c->state,
	    (int64_t)c->officers, c->opened, c->deadline, c->member, c->about, (int64_t)c->flags, c->lang);
}

bool
case_set(struct keeper *k, const struct case_row *c, struct err *e)
{
	return sql_do(k->store, &sql_set, e, (int64_t)c->state, c->deadline, c->extended, c->told, c->closed,
	    (int64_t)c->outcome, c->about, c->staff, c->deputy, (int64_t)c->flags, c->texts,
	    (int64_t)c->officers, c->number);
}

static bool
each_read(struct rows *r, case_reader *each, void *self, struct err *e)
{
	struct case_row c[CASES_LISTED];
	struct err end = {0};
	size_t n = 0;

	while (n < COUNT(c) && rows_next(r, &end))
		row_read(r, &c[n++]);
	TRY(err_hand_on(e, &end));
	for (size_t i = 0; i < n; i++)
		TRY(each(self, &c[i], e));
	return true;
}

bool
case_each_of(struct keeper *k, int64_t member, case_reader *each, void *self, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_ask(k->store, &r, &sql_of, e, member, (int64_t)CASES_LISTED));
	return each_read(r, each, self, e);
}

bool
case_asked(struct keeper *k, int64_t member, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_asked, e, member, (int64_t)CASE_WAITING));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

bool
case_each_open(struct keeper *k, bool officers, case_reader *each, void *self, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_ask(k->store, &r, &sql_open, e, (int64_t)officers, (int64_t)CASE_DISCLOSURE, (int64_t)CASES_LISTED));
	return each_read(r, each, self, e);
}

bool
case_let_go(struct keeper *k, int64_t staff, bool officers, struct err *e)
{
	TRY(sql_do(k->store, &sql_deputy_go, e, staff, (int64_t)officers));
	return sql_do(k->store, &sql_staff_go, e, staff, (int64_t)officers);
}

int64_t
case_concerns(const struct case_row *c)
{
	if (c->kind == CASE_REPORT)	/* who opened it is never meant; whom they named, once staff have found that one */
		return (c->flags & CASE_FOUND) != 0 ? c->about : 0;
	return c->member > 0 ? c->member : c->about;
}

static bool
late(const struct case_row *c, int64_t now)
{
	return c->closed == 0 && now >= case_escalates(c->kind, c->opened);
}

bool
case_waits(const struct case_row *c, int64_t now)
{
	return c->closed == 0 && now >= (case_kinds[c->kind].hours > 0 ? c->deadline : case_escalates(c->kind, c->opened));
}

void
case_pack(struct buf *into, const struct case_row *c, int64_t reader, int64_t now)
{
	uint32_t what = c->flags & ~(uint32_t)CASE_FOUND;

	what |= c->staff > 0 ? CASE_TAKEN : 0;
	what |= reader > 0 && c->staff == reader ? CASE_MINE : 0;
	what |= reader > 0 && c->deputy == reader ? CASE_DEPUTY : 0;
	what |= late(c, now) ? CASE_LATE : 0;
	what |= c->staff > 0 && case_waits(c, now) ? CASE_WAITS : 0;
	what |= c->member == 0 ? CASE_VISITORS : 0;
	what |= c->closed > 0 && now < c->closed + CASE_REOPENS ? CASE_AGAIN : 0;
	what |= c->officers ? CASE_OFFICERS : 0;
	what |= case_concerns(c) > 0 && (reader > 0 || c->kind != CASE_REPORT) ? CASE_LINKED : 0;
	what |= c->deputy > 0 ? CASE_HAS_DEPUTY : 0;
	what |= case_may_extend(c->kind, c->opened, c->extended, 1, now) ? CASE_FIRST : 0;
	pack_i64(into, c->number);
	pack_u8(into, c->kind);
	pack_u8(into, c->state);
	pack_i64(into, c->opened);
	pack_i64(into, c->deadline);
	pack_i64(into, c->extended);
	pack_i64(into, c->closed);
	pack_u8(into, c->outcome);
	pack_u32(into, what);
	pack_i64(into, c->texts);
}

/* ---- who may ---- */

bool
case_own(struct keeper *k, const struct act *a, int64_t number, struct case_row *c, struct err *e)
{
	TRY(case_get(k, number, c, e));
	return c->member == a->owner.number || absent(e);
}

enum entry_role
case_role(const struct case_row *c)
{
	return c->officers ? ACTOR_OFFICER : ACTOR_SUPPORT;
}

static bool
is_theirs(const struct case_row *c, int64_t staff)
{
	return c->member == staff || c->about == staff;
}

/* Officers see their own cases, and of the others that they wait too long. */
bool
case_shown(const struct act *a, const struct case_row *c, int64_t now)
{
	bool support = (a->roles & 1u << ROLE_SUPPORT) != 0, officer = (a->roles & 1u << ROLE_OFFICER) != 0;

	if (is_theirs(c, a->owner.number) || c->kind == CASE_DISCLOSURE)	/* whose pages are the officers' own */
		return false;
	return c->officers ? officer : support || (officer && late(c, now));
}

static bool
vouched_for(struct keeper *k, int64_t member, int64_t giver, bool *yes, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_tie, e, member, giver));
	*yes = *yes || r != NULL;
	return true;
}

bool
case_tie(struct keeper *k, int64_t one, int64_t other, bool *yes, struct err *e)
{
	*yes = false;
	return vouched_for(k, one, other, yes, e) && vouched_for(k, other, one, yes, e);
}

static bool
tied(struct keeper *k, const struct case_row *c, int64_t staff, bool *yes, struct err *e)
{
	const int64_t other[] = { c->member, c->about };

	*yes = false;
	for (size_t i = 0; i < COUNT(other) && !*yes; i++)
		if (other[i] != 0 && other[i] != staff)
			TRY(case_tie(k, other[i], staff, yes, e));
	return true;
}

bool
case_hand(struct keeper *k, const struct act *a, const struct case_row *c, struct case_hand *h, struct err *e)
{
	int64_t other[ROLE_HOLDERS];
	size_t n;

	*h = (struct case_hand){ .roles = a->roles, .officers = c->officers, .own = is_theirs(c, a->owner.number),
	    .consent = (c->flags & CASE_FREE_OK) != 0 };
	TRY(tied(k, c, a->owner.number, &h->vouched, e));
	if (!h->vouched)
		return true;
	TRY(role_holders(k, c->officers ? ROLE_OFFICER : ROLE_SUPPORT, other, &n, e));
	for (size_t i = 0; i < n && !h->others_free; i++) {
		bool is_tied;

		if (other[i] == a->owner.number || is_theirs(c, other[i]))
			continue;
		TRY(tied(k, c, other[i], &is_tied, e));
		h->others_free = !is_tied;
	}
	return true;
}

/* Only where nobody else is free the member can be asked to agree. */
static bool
tie(const struct case_hand *h, const struct case_row *c, struct err *e)
{
	return !h->others_free && c->member > 0 ?
	    REFUSE(e, ERR_DENIED, WHY_CASE_FREE, "case: vouched for, and nobody else is free") :
	    REFUSE(e, ERR_DENIED, WHY_CASE_TIE, "case: vouched for");
}

bool
case_workable(struct keeper *k, const struct act *a, int64_t number, struct case_row *c, bool *marked, struct err *e)
{
	struct case_hand h;

	TRY(case_get(k, number, c, e));
	if (!case_shown(a, c, a->now))
		return absent(e);
	TRY(case_hand(k, a, c, &h, e));
	*marked = false;
	switch (case_may_work(&h)) {
	case CASE_MAY_MARKED:
		*marked = true;
		return true;
	case CASE_MAY:
		return true;
	case CASE_MAY_VOUCHED:
		return tie(&h, c, e);
	default:
		return REFUSE(e, ERR_DENIED, WHY_ROLE, "case: another role's");
	}
}

bool
case_work(struct keeper *k, const struct act *a, int64_t number, struct case_row *c, struct err *e)
{
	bool marked;

	TRY(case_workable(k, a, number, c, &marked, e));
	return c->staff == a->owner.number || c->deputy == a->owner.number ||
	    REFUSE(e, ERR_DENIED, WHY_CASE_NOT_TAKEN, "case: not in these hands");
}

bool
case_open_now(const struct case_row *c, struct err *e)
{
	return c->closed == 0 || REFUSE(e, ERR_CONFLICT, WHY_CASE_CLOSED, "case: closed");
}

/* ---- telling ---- */

static bool
about_member(struct keeper *k, struct act *a, const struct case_row *c, const char *object, int64_t key, struct err *e)
{
	struct owner o;
	struct record_line l = { .about = &o, .purpose = a->purpose, .role = case_role(c), .object = object,
	    .actor = a->owner.number, .role_key = key };

	if (case_concerns(c) == 0)
		return true;
	TRY(member_owner(k, case_concerns(c), &o, NULL, e));
	return keeper_record(k, &l, a->now, NULL, e);
}

bool
case_did(struct keeper *k, struct act *a, const struct case_row *c, const char *what, bool member_too, struct err *e)
{
	char object[DETAIL_OBJECT];
	struct record_line l = { .about = &c->owner, .purpose = a->purpose, .role = case_role(c), .object = object,
	    .actor = a->owner.number };

	snprintf(object, sizeof(object), "case %lld: %s", (long long)c->number, what);
	TRY(role_key(k, a->owner.number, a->now, &l.role_key, e));
	TRY(keeper_record(k, &l, a->now, NULL, e));
	if (member_too && c->kind != CASE_REPORT)	/* whom a report concerns is told by telling.c */
		TRY(about_member(k, a, c, object, l.role_key, e));
	return act_record(k, a, object, e);
}

bool
case_notify(struct keeper *k, const struct case_row *c, enum mail_use kind, const char *object, int64_t now, struct err *e)
{
	int64_t to = kind == MAIL_CASE ? c->member : case_concerns(c);
	struct member_facts f;
	struct owner o;

	if (to == 0)
		return kind != MAIL_CASE || case_post_notify(k, c, now, e);
	TRY(member_owner(k, to, &o, &f, e));
	return address_notify_primary(k, &o, f.lang, kind, object, PURPOSE_CASE, now, e);
}

bool
case_notify_desk(struct keeper *k, const struct case_row *c, int64_t now, struct err *e)
{
	const enum role r[] = { ROLE_OFFICER, ROLE_SUPPORT };

	for (size_t i = 0; i < (c->officers ? 1 : COUNT(r)); i++) {
		int64_t staff[ROLE_HOLDERS];
		size_t n;

		TRY(role_holders(k, r[i], staff, &n, e));
		for (size_t s = 0; s < n; s++) {
			struct member_facts f;
			struct owner o;

			if (is_theirs(c, staff[s]))
				continue;
			TRY(member_owner(k, staff[s], &o, &f, e));
			TRY(address_notify_primary(k, &o, f.lang, MAIL_DESK, NULL, PURPOSE_CASE_WORK, now, e));
		}
	}
	return true;
}
