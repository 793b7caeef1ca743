#include <sodium.h>
#include "privacy/facts/member.h"
#include "privacy/facts/published.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define SHED_MS	60000	/* whose a line was leaves the write-ahead log, too */

const char published_schema[] =
"CREATE TABLE published ("
" id INTEGER PRIMARY KEY,"		/* random; the site store's row has it, too */
" member INTEGER NOT NULL REFERENCES member (number),"
" kind INTEGER NOT NULL,"		/* enum published_kind */
" state INTEGER NOT NULL,"		/* enum published_state */
" change INTEGER NOT NULL,"
" number INTEGER NOT NULL,"		/* of the ledger entry */
" at INTEGER NOT NULL) STRICT;"
"CREATE INDEX published_member ON published (member, kind);"
"CREATE INDEX published_state ON published (state, at);";

/* A subject of any kind may stand behind a row. */
const char published_subject_schema[] =
"CREATE TABLE published_subject ("
" id INTEGER PRIMARY KEY,"
" member INTEGER NOT NULL REFERENCES subject (number),"
" kind INTEGER NOT NULL,"
" state INTEGER NOT NULL,"
" change INTEGER NOT NULL,"
" number INTEGER NOT NULL,"
" at INTEGER NOT NULL) STRICT;"
"INSERT INTO published_subject (id, member, kind, state, change, number, at)"
" SELECT id, member, kind, state, change, number, at FROM published;"
"DROP TABLE published;"
"ALTER TABLE published_subject RENAME TO published;"
"CREATE INDEX published_member ON published (member, kind);"
"CREATE INDEX published_state ON published (state, at);";

#define COLUMNS	"SELECT id, member, kind, state, change, number, at FROM published"
#define LETTERS	"iiiiiii"

static const struct sql
sql_add = { "published_add", LETTERS, "",
	"INSERT INTO published (id, member, kind, state, change, number, at)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7)" },
sql_one = { "published_one", "i", LETTERS, COLUMNS " WHERE id = $1" },
sql_newest = { "published_newest", "iii", LETTERS,
	COLUMNS " WHERE member = $1 AND kind = $2 AND state < $3 ORDER BY number DESC LIMIT 1" },
sql_ids = { "published_ids", "iiii", "i",
	"SELECT id FROM published WHERE member = $1 AND kind = $2 AND state < $3 ORDER BY number DESC LIMIT $4" },
sql_due = { "published_due", "iiii", LETTERS,
	COLUMNS " WHERE (state = $1 AND at <= $2) OR state = $3 ORDER BY at, id LIMIT $4" },
sql_state = { "published_state", "iii", "", "UPDATE published SET state = $1, at = $2 WHERE id = $3" },
sql_end = { "published_end", "iiiiiii", "",
	"UPDATE published SET state = $1, at = $2 WHERE member = $3 AND kind = $4 AND state < $5"
	" AND ($6 = 0 OR id = $7)" },
sql_end_others = { "published_end_others", "iiiiii", "",
	"UPDATE published SET state = $1, at = $2 WHERE member = $3 AND kind = $4 AND state = $5 AND id <> $6" },
sql_delete = { "published_delete", "i", "", "DELETE FROM published WHERE id = $1" };

static const struct { enum purpose purpose; bool one; } kinds[PUBLISHED_KIND__COUNT] = {
	[PUBLISHED_LISTING] = { PURPOSE_DIRECTORY, true },
	[PUBLISHED_EVENT] = { PURPOSE_EVENT, false },
	[PUBLISHED_CASE] = { PURPOSE_CASE, false },
};
static const char taken_down[] = "taken down", never_shown[] = "announced and never shown";

static bool
absent(struct err *e)
{
	return REFUSE(e, ERR_ABSENT, WHY_LISTING_ABSENT, "published: no such row");
}

static void
row_read(const struct rows *r, struct published *p)
{
	*p = (struct published){ .id = rows_i64(r, 0), .member = rows_i64(r, 1),
	    .kind = (enum published_kind)rows_i64(r, 2), .state = (enum published_state)rows_i64(r, 3),
	    .change = rows_i64(r, 4), .number = rows_i64(r, 5), .at = rows_i64(r, 6) };
}

static bool
find(struct keeper *k, int64_t id, struct published *p, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_one, e, id));
	*found = r != NULL;
	if (*found)
		row_read(r, p);
	if (*found && (p->kind < PUBLISHED_LISTING || p->kind >= PUBLISHED_KIND__COUNT))
		return FAIL(e, ERR_TAMPER, "published: a row of kind %d", (int)p->kind);
	return true;
}

bool
published_get(struct keeper *k, enum published_kind kind, int64_t id, struct published *p, struct err *e)
{
	bool found;

	TRY(find(k, id, p, &found, e));
	return (found && p->kind == kind) || absent(e);
}

bool
published_of(struct keeper *k, int64_t member, enum published_kind kind, struct published *p, bool *found,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_newest, e, member, (int64_t)kind, (int64_t)PUBLISHED_ENDING));
	*found = r != NULL;
	if (*found)
		row_read(r, p);
	return true;
}

bool
published_ids(struct keeper *k, int64_t member, enum published_kind kind, int64_t *into, size_t most, size_t *n,
    struct err *e)
{
	return sql_column(k->store, into, most, n, &sql_ids, e, member, (int64_t)kind, (int64_t)PUBLISHED_ENDING, (int64_t)most);
}

static bool
state_set(struct keeper *k, int64_t id, enum published_state s, int64_t now, struct err *e)
{
	return sql_do(k->store, &sql_state, e, (int64_t)s, now, id);
}

/* Others of this member in that state go; of a kind that is one a member. */
static bool
others_end(struct keeper *k, const struct published *p, enum published_state s, int64_t now, struct err *e)
{
	return !kinds[p->kind].one || sql_do(k->store, &sql_end_others, e, (int64_t)PUBLISHED_ENDING, now,
	    p->member, (int64_t)p->kind, (int64_t)s, p->id);
}

bool
published_announce(struct keeper *k, struct act *a, enum published_kind kind, const char *object,
    struct span text, struct published *p, struct err *e)
{
	struct record_line l = { .about = &a->owner, .purpose = a->purpose, .role = a->role,
	    .object = object, .has_values = true, .now = text };

	return published_announce_about(k, &l, kind, a->now, p, e);
}

bool
published_announce_about(struct keeper *k, struct record_line *l, enum published_kind kind, int64_t now,
    struct published *p, struct err *e)
{
	*p = (struct published){ .id = id_random(), .member = l->about->number, .kind = kind,
	    .state = PUBLISHED_ANNOUNCED, .change = id_random(), .at = now };
	l->change = p->change;
	TRY(keeper_record(k, l, now, &p->number, e));
	TRY(sql_do(k->store, &sql_add, e, p->id, p->member, (int64_t)kind, (int64_t)p->state, p->change,
	    p->number, p->at));
	/* Sent twice, or not finished the first time: only the last one can come to stand. */
	return others_end(k, p, PUBLISHED_ANNOUNCED, now, e);
}

/* *n: how many there were. */
static bool
end_rows(struct keeper *k, int64_t member, enum published_kind kind, int64_t id, int64_t now, int64_t *n,
    struct err *e)
{
	TRY(sql_do(k->store, &sql_end, e, (int64_t)PUBLISHED_ENDING, now, member, (int64_t)kind,
	    (int64_t)PUBLISHED_ENDING, id, id));
	*n = sql_changed(k->store);
	return true;
}

bool
published_end(struct keeper *k, struct act *a, enum published_kind kind, int64_t id, int64_t *n, struct err *e)
{
	TRY(end_rows(k, a->owner.number, kind, id, a->now, n, e));
	return *n == 0 || act_record(k, a, taken_down, e);
}

bool
published_end_of(struct keeper *k, const struct owner *o, enum published_kind kind, int64_t now, struct err *e)
{
	for (int one = PUBLISHED_LISTING; one < PUBLISHED_KIND__COUNT; one++) {
		struct record_line l = { .about = o, .purpose = kinds[one].purpose, .role = ACTOR_SYSTEM,
		    .object = taken_down };
		int64_t n;

		if (kind != 0 && (int)kind != one)
			continue;
		TRY(end_rows(k, o->number, (enum published_kind)one, 0, now, &n, e));
		if (n > 0)
			TRY(keeper_record(k, &l, now, NULL, e));
	}
	return true;
}

bool
published_end_one(struct keeper *k, enum published_kind kind, int64_t id, int64_t now, struct err *e)
{
	struct owner o;
	struct record_line l = { .about = &o, .purpose = kinds[kind].purpose, .role = ACTOR_SYSTEM,
	    .object = taken_down };
	struct published p;
	int64_t n;

	TRY(published_get(k, kind, id, &p, e));
	TRY(member_owner(k, p.member, &o, NULL, e));
	TRY(end_rows(k, p.member, kind, id, now, &n, e));
	return n == 0 || keeper_record(k, &l, now, NULL, e);
}

/* ---- operations ---- */

static bool
stands(struct keeper *k, const struct published *p, int64_t now, struct err *e)
{
	if (p->state == PUBLISHED_STANDING)
		return true;
	TRY(state_set(k, p->id, PUBLISHED_STANDING, now, e));
	return others_end(k, p, PUBLISHED_STANDING, now, e);
}

bool
published_stand(struct keeper *k, enum published_kind kind, int64_t id, int64_t now, struct err *e)
{
	struct published p;

	TRY(published_get(k, kind, id, &p, e));
	return p.state == PUBLISHED_ENDING ? absent(e) : stands(k, &p, now, e);
}

bool
op_published_stands(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	struct published p;
	bool found;

	TRY(act_read(a, e));
	TRY(find(k, id, &p, &found, e));
	/* The clerk brings no session: it says what it saw in the site store. */
	if (!found || p.state == PUBLISHED_ENDING || (a->session != 0 && p.member != a->owner.number))
		return absent(e);
	return stands(k, &p, a->now, e);
}

bool
op_published_open(struct keeper *k, struct act *a, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf list = {0};
	int64_t limit = unpack_i64(&a->in);
	struct err end = {0};
	uint32_t n = 0;

	TRY(act_read(a, e));
	if (limit < 1 || limit > PUBLISHED_AT_ONCE)
		return FAIL(e, ERR_INPUT, "published open: %lld at once", (long long)limit);
	TRY(sql_ask(k->store, &r, &sql_due, e, (int64_t)PUBLISHED_ANNOUNCED, a->now - PUBLISHED_WAIT,
	    (int64_t)PUBLISHED_ENDING, limit));
	for (; rows_next(r, &end); n++) {
		struct published p;

		row_read(r, &p);
		pack_i64(&list, p.id);
		pack_u8(&list, p.kind);
		pack_u8(&list, p.state);
		pack_i64(&list, p.change);
		pack_i64(&list, p.number);
	}
	TRY(err_hand_on(e, &end));
	pack_u32(a->out, n);
	buf_add(a->out, list.data, list.len);
	return buf_ok(&list, e);
}

/* What was announced did not come about: the entry that announced it gets one that says so. */
static bool
cancel(struct keeper *k, const struct published *p, int64_t now, struct err *e)
{
	struct owner o;
	struct record_line l = { .about = &o, .purpose = kinds[p->kind].purpose, .role = ACTOR_SYSTEM,
	    .object = never_shown, .change = p->change };

	TRY(member_owner(k, p->member, &o, NULL, e));
	return keeper_record(k, &l, now, NULL, e);
}

bool
op_published_over(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	struct published p;
	bool found;

	TRY(act_read(a, e));
	TRY(find(k, id, &p, &found, e));
	if (!found)
		return true;	/* told twice */
	if (p.state == PUBLISHED_STANDING)
		return FAIL(e, ERR_CONFLICT, "published over: it stands");
	if (p.state == PUBLISHED_ANNOUNCED) {
		if (p.at > a->now - PUBLISHED_WAIT)
			return FAIL(e, ERR_CONFLICT, "published over: the portal may still commit it");
		TRY(cancel(k, &p, a->now, e));
	}
	keeper_shed(k, SHED_MS);
	return sql_do(k->store, &sql_delete, e, id);
}

bool
op_published_strays(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf list = {0};
	unsigned kind = unpack_u8(&a->in);
	uint32_t n = 0;

	if (kind < PUBLISHED_LISTING || kind >= PUBLISHED_KIND__COUNT)
		return FAIL(e, ERR_INPUT, "published strays: kind %u", kind);
	while (a->in.len > 0 && !a->in.bad) {
		int64_t id = unpack_i64(&a->in);
		struct published p;
		bool found;

		TRY(find(k, id, &p, &found, e));
		if (found && p.kind == (enum published_kind)kind)
			continue;
		pack_i64(&list, id);
		n++;
	}
	TRY(act_read(a, e));
	pack_u32(a->out, n);
	buf_add(a->out, list.data, list.len);
	return buf_ok(&list, e);
}
