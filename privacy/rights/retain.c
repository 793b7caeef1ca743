#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/keeper/sweep.h"
#include "privacy/rights/retain.h"

const char retain_schema[] =
"CREATE TABLE retained ("
" day INTEGER NOT NULL,"
" rule INTEGER NOT NULL,"		/* enum retain_rule */
" rows INTEGER NOT NULL,"
" PRIMARY KEY (day, rule)) STRICT, WITHOUT ROWID;"
"CREATE TABLE retained_until (one INTEGER PRIMARY KEY CHECK (one = 1), day INTEGER NOT NULL) STRICT;";	/* the first day no line was written of */

static const struct sql
sql_note = { "retained_note", "iii", "",
	"INSERT INTO retained (day, rule, rows) VALUES ($1, $2, $3)"
	" ON CONFLICT (day, rule) DO UPDATE SET rows = retained.rows + excluded.rows" },
sql_until = { "retained_until", "", "i", "SELECT day FROM retained_until WHERE one = 1" },
sql_until_set = { "retained_until_set", "i", "",
	"INSERT INTO retained_until (one, day) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET day = excluded.day" },
sql_of_day = { "retained_of_day", "i", "ii", "SELECT rule, rows FROM retained WHERE day = $1 ORDER BY rule" },
sql_forget = { "retained_forget", "i", "", "DELETE FROM retained WHERE day < $1" };

/* ---- a day's run ---- */

bool
retain_note(struct keeper *k, enum retain_rule r, int64_t n, struct err *e)
{
	return n <= 0 || sql_do(k->store, &sql_note, e, k->batch_now / DAY, (int64_t)r, n);
}

static bool
counts_of(struct keeper *k, int64_t day, struct buf *words, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_of_day, e, day));
	while (rows_next(r, &end)) {
		int64_t rule = rows_i64(r, 0);

		if (rule <= 0 || rule >= RETAIN__COUNT)
			continue;
		buf_fmt(words, "%s%s %lld", words->len > 0 ? ", " : "", retain_rows[rule].name, (long long)rows_i64(r, 1));
	}
	TRY(err_hand_on(e, &end));
	if (words->len == 0)
		buf_text(words, "nothing");
	return buf_ok(words, e);
}

static bool
run_record(struct keeper *k, int64_t day, int64_t now, struct err *e)
{
	DROP(buf_wipe) struct buf words = {0};
	char object[DETAIL_OBJECT], at[21];
	struct record_line l = { .about = &k->site, .purpose = PURPOSE_SITE, .role = ACTOR_SYSTEM, .object = object,
	    .has_values = true };

	TRY(counts_of(k, day, &words, e));
	clock_iso(day * DAY, at);
	snprintf(object, sizeof(object), "retention: %.10s", at);
	l.now = span_buf(&words);
	return keeper_record(k, &l, now, NULL, e);
}

bool
retain_days(struct keeper *k, int64_t now, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	int64_t today = now / DAY, from;

	TRY(sql_first(k->store, &r, &sql_until, e));
	from = r == NULL ? today : rows_i64(r, 0);
	if (r != NULL && from >= today)
		return true;
	rows_drop(&r);
	/* The last day with a run; where the site stood still, there was none. */
	if (from < today)
		TRY(run_record(k, from, now, e));
	TRY(sql_do(k->store, &sql_until_set, e, today));
	return sql_do(k->store, &sql_forget, e, today);
}

/* ---- troth retention ---- */

static bool
due_count(struct keeper *k, const struct retain_row *row, int64_t at, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, row->due, e, at));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

bool
retain_late(struct keeper *k, int64_t now, int64_t late, int64_t *rows, struct err *e)
{
	*rows = 0;
	for (size_t i = 1; i < RETAIN__COUNT; i++) {
		const struct retain_row *row = &retain_rows[i];
		int64_t n = 0;

		if (row->due != NULL)
			TRY(due_count(k, row, now - late - (row->life == NULL ? 0 : row->life(k->set)), &n, e));
		*rows += n;
	}
	return true;
}

static bool
rule_tell(struct keeper *k, const struct retain_row *row, struct act *a, struct err *e)
{
	static const int64_t ahead[] = { 0, DAY, 30 * DAY };
	int64_t life = row->life == NULL ? 0 : row->life(k->set), n;

	pack_text(a->out, row->name);
	pack_i64(a->out, life);
	for (size_t i = 0; i < COUNT(ahead); i++) {
		TRY(due_count(k, row, a->now + ahead[i] - life, &n, e));
		pack_i64(a->out, n);
	}
	return true;
}

bool
op_retention(struct keeper *k, struct act *a, struct err *e)
{
	uint8_t real = unpack_u8(&a->in);
	struct swept s = {0};
	uint32_t rules = 0;

	TRY(act_read(a, e));
	if (real > 1)
		return FAIL(e, ERR_INPUT, "retention: dry or real");
	if (real == 1)
		TRY(sweep_all(k, a->now, &s, e));
	if (real == 1 && !s.more)
		TRY(keeper_record_site(k, PURPOSE_SITE, "retention: run by an operator", a->now, NULL, e));
	for (size_t i = 1; i < RETAIN__COUNT; i++)
		rules += retain_rows[i].due != NULL;
	pack_u8(a->out, s.more);
	pack_u32(a->out, rules);
	for (size_t i = 1; i < RETAIN__COUNT; i++)
		if (retain_rows[i].due != NULL)
			TRY(rule_tell(k, &retain_rows[i], a, e));
	return true;
}
