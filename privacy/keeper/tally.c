#include <string.h>
#include "privacy/facts/day.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/tally.h"

#define EVENTS	1000	/* where events begin in the table: below stand purposes */

_Static_assert(PURPOSE__COUNT < EVENTS && TALLY_JOINED == 1 && TALLY_CERTIFICATE == 2 && TALLY_ASSURANCE == 3,
    "these numbers stand in the schema");

const char tally_schema[] =
"CREATE TABLE tally ("
" what INTEGER NOT NULL,"		/* enum purpose, or EVENTS and enum tally_event */
" day INTEGER NOT NULL,"		/* since 1970-01-01, UTC */
" n INTEGER NOT NULL,"
" PRIMARY KEY (what, day)) STRICT, WITHOUT ROWID;"
"INSERT INTO tally (what, day, n) SELECT 1001, joined_at / 86400, COUNT(*) FROM member GROUP BY joined_at / 86400;"
"INSERT INTO tally (what, day, n) SELECT 1002, made / 86400, COUNT(*) FROM register"
" WHERE stored_number IS NOT NULL GROUP BY made / 86400;"
"INSERT INTO tally (what, day, n) SELECT 1003, made_at / 86400, COUNT(*) FROM assurance"
" WHERE made_at > 0 GROUP BY made_at / 86400;";

static const struct sql
sql_add = { "tally_add", "iii", "",
	"INSERT INTO tally (what, day, n) VALUES ($1, $2, $3)"
	" ON CONFLICT (what, day) DO UPDATE SET n = tally.n + excluded.n" },
sql_days = { "tally_days", "ii", "iii",
	"SELECT what, day, n FROM tally WHERE what >= $1 AND what <= $2 ORDER BY what, day" },
sql_since = { "tally_since", "ii", "i",
	"SELECT CAST(COALESCE(SUM(n), 0) AS bigint) FROM tally WHERE what = $1 AND day >= $2" };

/* ---- counting ---- */

void
tally_purpose(struct keeper *k, enum purpose p)
{
	k->tally.purpose[p]++;
	k->tally.any = true;
}

void
tally_event(struct keeper *k, enum tally_event v)
{
	k->tally.event[v]++;
	k->tally.any = true;
}

void
tally_mark(struct keeper *k)
{
	k->tally_before = k->tally;
}

void
tally_back(struct keeper *k)
{
	k->tally = k->tally_before;
}

void
tally_drop(struct keeper *k)
{
	memset(&k->tally, 0, sizeof(k->tally));
}

static bool
add(struct keeper *k, int64_t what, int64_t day, uint32_t n, struct err *e)
{
	return n == 0 || sql_do(k->store, &sql_add, e, what, day, (int64_t)n);
}

bool
tally_store(struct keeper *k, int64_t now, struct err *e)
{
	int64_t day = day_of(now);

	if (!k->tally.any)
		return true;
	for (size_t p = 0; p < COUNT(k->tally.purpose); p++)
		TRY(add(k, (int64_t)p, day, k->tally.purpose[p], e));
	for (size_t v = 0; v < COUNT(k->tally.event); v++)
		TRY(add(k, EVENTS + (int64_t)v, day, k->tally.event[v], e));
	tally_drop(k);
	return true;
}

/* ---- telling ---- */

struct sums { int64_t month[TALLY_MONTHS], all; };

/* The months before this one that a day lies in; this one is 0, the future too. */
static int64_t
months_back(int64_t day, int64_t today)
{
	int64_t months = day_month(today) - day_month(day);

	return months < 0 ? 0 : months;
}

static bool
events_read(struct keeper *k, int64_t today, struct sums *of, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_days, e, (int64_t)EVENTS, (int64_t)EVENTS + TALLY__COUNT - 1));
	while (rows_next(r, &end)) {
		struct sums *s = &of[rows_i64(r, 0) - EVENTS];
		int64_t back = months_back(rows_i64(r, 1), today);

		s->all += rows_i64(r, 2);
		if (back < TALLY_MONTHS)
			s->month[back] += rows_i64(r, 2);
	}
	return err_hand_on(e, &end);
}

static bool
pack_purposes(struct keeper *k, struct act *a, int64_t first_day, struct err *e)
{
	pack_u32(a->out, PURPOSE__COUNT);
	for (int64_t p = 0; p < PURPOSE__COUNT; p++) {
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_first(k->store, &r, &sql_since, e, p, first_day));
		pack_i64(a->out, r == NULL ? 0 : rows_i64(r, 0));
	}
	return true;
}

bool
op_tallies(struct keeper *k, struct act *a, struct err *e)
{
	struct sums of[TALLY__COUNT] = {0};
	int64_t today = day_of(a->now);

	TRY(act_read(a, e));
	TRY(events_read(k, today, of, e));
	pack_u8(a->out, TALLY__COUNT);
	for (size_t v = 0; v < TALLY__COUNT; v++) {
		pack_i64(a->out, of[v].all);
		for (size_t m = 0; m < TALLY_MONTHS; m++)
			pack_i64(a->out, of[v].month[m]);
	}
	return pack_purposes(k, a, day_month_first(today), e);
}
