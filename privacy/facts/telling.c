#include <stdio.h>
#include "privacy/facts/decision_row.h"
#include "privacy/facts/member.h"
#include "privacy/facts/telling.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define SWEEP_MOST	16

const char telling_schema[] =
"CREATE TABLE telling ("		/* reports in which telling later was asked for: once each */
" number INTEGER PRIMARY KEY REFERENCES case_file (number),"
" decision INTEGER NOT NULL UNIQUE REFERENCES decision (id),"
" member INTEGER NOT NULL,"		/* whom the report concerns; 0: erased since */
" days INTEGER NOT NULL,"
" since INTEGER NOT NULL,"		/* 0: not agreed (yet) */
" until INTEGER NOT NULL,"
" ended INTEGER NOT NULL) STRICT;"
"CREATE INDEX telling_member ON telling (member) WHERE member > 0;"
"CREATE INDEX telling_until ON telling (until) WHERE since > 0 AND ended = 0;"
"CREATE TABLE case_look ("		/* fields opened for reports, and findings */
" id INTEGER PRIMARY KEY,"		/* random */
" number INTEGER NOT NULL REFERENCES case_file (number),"
" member INTEGER NOT NULL,"
" staff INTEGER NOT NULL,"		/* until it is told; 0 */
" role INTEGER NOT NULL,"		/* enum entry_role */
" fields INTEGER NOT NULL,"		/* bits; 0: found */
" at INTEGER NOT NULL,"
" tell_at INTEGER NOT NULL,"
" told_at INTEGER NOT NULL,"		/* 0: not yet */
" key INTEGER NOT NULL,"
" reason BLOB) STRICT;"			/* until it is told: sealed with the member's key */
"CREATE INDEX case_look_member ON case_look (member);"
"CREATE INDEX case_look_number ON case_look (number);"
"CREATE INDEX case_look_staff ON case_look (staff) WHERE staff > 0;"
"CREATE INDEX case_look_untold ON case_look (tell_at) WHERE told_at = 0;";

#define COLUMNS "SELECT number, decision, member, days, since, until, ended FROM telling"
#define LETTERS "iiiiiii"

static const struct sql
sql_get = { "telling_get", "i", LETTERS, COLUMNS " WHERE number = $1" },
sql_of = { "telling_of", "i", LETTERS, COLUMNS " WHERE decision = $1" },
sql_list = { "telling_list", "i", LETTERS, COLUMNS " ORDER BY decision DESC LIMIT $1" },
sql_due = { "telling_due", "ii", LETTERS, COLUMNS " WHERE since > 0 AND ended = 0 AND until <= $1 ORDER BY until LIMIT $2" },
sql_member = { "telling_of_member", "i", LETTERS, COLUMNS " WHERE member = $1 AND member > 0 AND ended = 0 LIMIT 1" },
sql_each = { "telling_each", "", "ii", "SELECT since, until FROM telling WHERE since > 0 AND ended = 0 ORDER BY until" },
sql_add = { "telling_add", "iiii", "",
	"INSERT INTO telling (number, decision, member, days, since, until, ended) VALUES ($1, $2, $3, $4, 0, 0, 0)" },
sql_begin = { "telling_begin", "iii", "", "UPDATE telling SET since = $1, until = $2 WHERE number = $3" },
sql_end = { "telling_end", "ii", "", "UPDATE telling SET ended = $1 WHERE number = $2" };

static void
row_read(const struct rows *r, struct telling *t)
{
	*t = (struct telling){ .number = rows_i64(r, 0), .decision = rows_i64(r, 1), .member = rows_i64(r, 2), .days = rows_i64(r, 3),
	    .since = rows_i64(r, 4), .until = rows_i64(r, 5), .ended = rows_i64(r, 6) };
}

static bool
find(struct keeper *k, const struct sql *s, int64_t id, struct telling *t, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	*t = (struct telling){0};
	TRY(sql_first(k->store, &r, s, e, id));
	*found = r != NULL;
	if (*found)
		row_read(r, t);
	return true;
}

bool
telling_get(struct keeper *k, int64_t number, struct telling *t, bool *found, struct err *e)
{
	return find(k, &sql_get, number, t, found, e);
}

bool
telling_asked(struct keeper *k, int64_t number, bool *yes, struct err *e)
{
	struct telling t;

	return telling_get(k, number, &t, yes, e);
}

bool
telling_until(struct keeper *k, int64_t number, int64_t now, int64_t *until, struct err *e)
{
	struct telling t;
	bool found;

	TRY(telling_get(k, number, &t, &found, e));
	*until = t.since > 0 && t.ended == 0 && t.until > now ? t.until : 0;
	return true;
}

static bool
row_pack(struct keeper *k, const struct telling *t, struct buf *into, struct err *e)
{
	struct decision d = {0};

	if (t->decision != 0)
		TRY(decision_get(k, t->decision, &d, e));
	pack_u8(into, d.state);
	pack_i64(into, t->days);
	pack_i64(into, t->since);
	pack_i64(into, t->until);
	pack_i64(into, t->ended);
	return buf_ok(into, e);
}

bool
telling_pack(struct keeper *k, int64_t number, struct buf *into, struct err *e)
{
	struct telling t;
	bool found;

	return telling_get(k, number, &t, &found, e) && row_pack(k, &t, into, e);
}

/* ---- asking ---- */

/* A line about the case. */
static bool
said(struct keeper *k, int64_t number, const char *what, enum entry_role role, int64_t now, struct err *e)
{
	char object[DETAIL_OBJECT];
	struct case_row c;
	struct record_line l = { .about = &c.owner, .purpose = PURPOSE_CASE_WORK, .role = role, .object = object };

	TRY(case_get(k, number, &c, e));
	snprintf(object, sizeof(object), "case %lld: %s", (long long)number, what);
	return keeper_record(k, &l, now, NULL, e);
}

bool
op_telling_ask(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in), days = unpack_i64(&a->in);
	struct decision d = { .kind = DECISION_TELLING };	/* of nobody: whom it is about must not learn of it there */
	char reason[KEEPER_TEXT_MAX + 1];
	struct case_row c;
	bool before;

	unpack_text(&a->in, reason, sizeof(reason));
	TRY(act_read(a, e));
	if (days < 1 || days > TELLING_DAYS_MOST)
		return REFUSE(e, ERR_INPUT, WHY_TELLING, "telling: %lld days", (long long)days);
	TRY(reason_ok(reason, e));
	TRY(case_work(k, a, number, &c, e));
	TRY(case_open_now(&c, e));
	if (c.kind != CASE_REPORT)
		return REFUSE(e, ERR_DENIED, WHY_CASE_FIELD, "telling: of another kind");
	if (case_concerns(&c) == 0)
		return REFUSE(e, ERR_CONFLICT, WHY_CASE_MEMBER, "telling: nobody is known whom it concerns");
	TRY(telling_asked(k, number, &before, e));
	if (before)
		return REFUSE(e, ERR_CONFLICT, WHY_DECISION_DONE, "telling: once in a case");
	TRY(decision_ask(k, a, &d, reason, e));
	tally_event(k, TALLY_TELLING_ASKED);
	pack_i64(a->out, d.id);
	TRY(sql_do(k->store, &sql_add, e, number, d.id, case_concerns(&c), days));
	TRY(said(k, number, "telling later asked for", case_role(&c), a->now, e));
	return decision_waits(k, &d, a->now, e);
}

/* ---- two officers ---- */

static bool
hands(struct keeper *k, const struct telling *t, int64_t officer, bool *yes, struct err *e)
{
	struct case_row c;

	TRY(case_get(k, t->number, &c, e));
	*yes = officer == c.member || officer == c.staff || officer == c.deputy;
	if (!*yes && t->member > 0)
		TRY(case_tie(k, t->member, officer, yes, e));
	return *yes || c.member == 0 || case_tie(k, c.member, officer, yes, e);
}

bool
telling_concerns(struct keeper *k, int64_t decision, int64_t officer, bool *about, bool *yes, struct err *e)
{
	struct telling t;
	bool found;

	TRY(find(k, &sql_of, decision, &t, &found, e));
	if (!found)
		return FAIL(e, ERR_TAMPER, "telling: none of decision %lld", (long long)decision);
	*about = t.member == officer;
	*yes = *about;
	return *yes || hands(k, &t, officer, yes, e);
}

bool
telling_decided(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	struct telling t;
	struct case_row c;
	bool found;

	TRY(find(k, &sql_of, d->id, &t, &found, e));
	if (!found)
		return FAIL(e, ERR_TAMPER, "telling: none of decision %lld", (long long)d->id);
	if (d->state != DECISION_AGREED)
		return said(k, t.number, "telling later refused", ACTOR_OFFICER, a->now, e);
	TRY(case_get(k, t.number, &c, e));
	if (t.member == 0 || case_concerns(&c) != t.member || c.closed > 0)
		return REFUSE(e, ERR_CONFLICT, WHY_DECISION_SUBJECT, "telling: the case is over, or its member gone");
	t.until = a->now + t.days * DAY;
	TRY(sql_do(k->store, &sql_begin, e, a->now, t.until, t.number));
	TRY(looks_wait(k, t.number, t.member, t.until, e));
	return said(k, t.number, "telling later agreed", ACTOR_OFFICER, a->now, e);
}

bool
telling_show(struct keeper *k, const struct decision *d, struct buf *into, struct err *e)
{
	struct telling t = {0};
	bool found;

	if (d->kind == DECISION_TELLING)
		TRY(find(k, &sql_of, d->id, &t, &found, e));
	pack_i64(into, t.number);
	pack_i64(into, t.days);
	return buf_ok(into, e);
}

/* ---- the list ---- */

struct list { struct telling row[TELLINGS_LISTED]; size_t n; };

static bool
list_read(struct keeper *k, const struct sql *s, int64_t now, int64_t most, struct list *l, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(s == &sql_due ? sql_ask(k->store, &r, s, e, now, most) : sql_ask(k->store, &r, s, e, most));
	for (l->n = 0; l->n < (size_t)most && rows_next(r, &end); l->n++)
		row_read(r, &l->row[l->n]);
	return err_hand_on(e, &end);
}

static bool
line_pack(struct keeper *k, const struct telling *t, struct buf *into, struct err *e)
{
	struct decision d;
	int64_t openings;

	TRY(decision_get(k, t->decision, &d, e));
	TRY(looks_count(k, t->number, &openings, e));
	pack_i64(into, t->decision);
	pack_i64(into, t->number);
	pack_i64(into, d.asked_at);
	pack_i64(into, openings);
	return row_pack(k, t, into, e);
}

/* Whom one is about finds none. */
bool
op_tellings(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf rows = {0};
	struct list l;
	uint32_t n = 0;

	TRY(act_read(a, e));
	TRY(list_read(k, &sql_list, 0, TELLINGS_LISTED, &l, e));
	for (size_t i = 0; i < l.n; i++) {
		if (l.row[i].member == a->owner.number)
			continue;
		TRY(line_pack(k, &l.row[i], &rows, e));
		n++;
	}
	pack_u32(a->out, n);
	buf_add(a->out, rows.data, rows.len);
	return act_record(k, a, "list of reports told later", e);
}

bool
telling_each(struct keeper *k, struct buf *into, uint32_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	*n = 0;
	TRY(sql_ask(k->store, &r, &sql_each, e));
	for (; rows_next(r, &end); ++*n) {
		pack_i64(into, rows_i64(r, 0));
		pack_i64(into, rows_i64(r, 1));
	}
	return err_hand_on(e, &end) && buf_ok(into, e);
}

/* ---- its end ---- */

static bool
over(struct keeper *k, const struct telling *t, int64_t now, struct err *e)
{
	char object[64];

	TRY(sql_do(k->store, &sql_end, e, now, t->number));
	TRY(looks_due(k, t->number, now, e));
	if (t->since == 0)
		return true;
	TRY(said(k, t->number, "telling later ended", ACTOR_SYSTEM, now, e));
	snprintf(object, sizeof(object), "decision %lld: telling later ended", (long long)t->decision);
	return keeper_record_self(k, PURPOSE_DECISION, object, now, e);
}

/* One that was ended stays so; one that nobody decided lapses. */
static bool
close_one(struct keeper *k, const struct telling *t, int64_t now, struct err *e)
{
	struct decision d;

	if (t->ended != 0)
		return true;
	TRY(decision_get(k, t->decision, &d, e));
	if (d.state == DECISION_OPEN)
		TRY(decision_lapse(k, t->decision, now, e));
	return over(k, t, now, e);
}

bool
telling_close(struct keeper *k, int64_t number, int64_t now, struct err *e)
{
	struct telling t;
	bool found;

	TRY(telling_get(k, number, &t, &found, e));
	return found ? close_one(k, &t, now, e) : looks_due(k, number, now, e);
}

bool
telling_leaves(struct keeper *k, int64_t member, int64_t now, struct err *e)
{
	struct telling t;
	bool found = true;

	while (found) {
		TRY(find(k, &sql_member, member, &t, &found, e));
		if (found)
			TRY(close_one(k, &t, now, e));
	}
	return looks_tell_leaver(k, member, now, e);
}

bool
telling_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	struct list l;

	TRY(list_read(k, &sql_due, now, most < SWEEP_MOST ? most : SWEEP_MOST, &l, e));
	for (size_t i = 0; i < l.n; i++)
		TRY(over(k, &l.row[i], now, e));
	TRY(looks_tell(k, now, most, done, e));
	*done += (int64_t)l.n;
	return true;
}
