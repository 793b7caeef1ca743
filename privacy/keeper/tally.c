#include <string.h>
#include "privacy/facts/day.h"
#include "privacy/facts/telling.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/tally.h"
#include "privacy/rights/disclose.h"

#define EVENTS	(int64_t)REPORT_EVENTS	/* where events begin in the table: below stand purposes */
#define CASE_STEP	16	/* codes of one kind of case */
#define DECISION_STEP	8	/* and of one kind of decision */

_Static_assert(PURPOSE__COUNT < REPORT_EVENTS && (unsigned)CASE_OUTCOME__COUNT <= CASE_STEP && (unsigned)DECISION_LAPSED < DECISION_STEP && TALLY_JOINED == 1 && TALLY_CERTIFICATE == 2 && TALLY_ASSURANCE == 3,
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
tally_given(struct keeper *k, uint64_t bits)
{
	for (unsigned f = 1; f < FIELD__COUNT; f++)
		k->tally.given[f] += (bits & FIELD_BIT(f)) != 0;
	k->tally.any = true;
}

void
tally_case(struct keeper *k, enum case_kind kind, unsigned outcome)
{
	k->tally.cases[kind][outcome]++;
	k->tally.any = true;
}

void
tally_decision(struct keeper *k, enum decision_kind kind, enum decision_state state)
{
	k->tally.decided[kind][state]++;
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
	for (size_t f = 0; f < COUNT(k->tally.given); f++)
		TRY(add(k, (int64_t)(REPORT_FIELDS + f), day, k->tally.given[f], e));
	for (size_t c = 0; c < CASE_KIND__COUNT; c++)
		for (size_t o = 0; o < CASE_OUTCOME__COUNT; o++)
			TRY(add(k, (int64_t)(REPORT_CASES + CASE_STEP * c + o), day, k->tally.cases[c][o], e));
	for (size_t d = 0; d < DECISION_KIND__COUNT; d++)
		for (size_t s = 0; s <= DECISION_LAPSED; s++)
			TRY(add(k, (int64_t)(REPORT_DECISIONS + DECISION_STEP * d + s), day, k->tally.decided[d][s], e));
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

	TRY(sql_ask(k->store, &r, &sql_days, e, EVENTS, EVENTS + TALLY__COUNT - 1));
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

/* ---- the transparency report ---- */

/* Rows of one count come by day: a quarter's are added up as they pass. */
struct quarters { struct buf rows; uint32_t n, what; int64_t quarter, sum; };

static void quarters_wipe(struct quarters *q) { buf_wipe(&q->rows); }

static void
quarter_end(struct quarters *q)
{
	if (q->sum == 0)
		return;
	pack_u32(&q->rows, q->what);
	pack_i64(&q->rows, q->quarter);
	pack_i64(&q->rows, q->sum);
	q->n++;
	q->sum = 0;
}

static bool
quarters_read(struct keeper *k, uint32_t first, uint32_t last, struct quarters *q, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_days, e, (int64_t)first, (int64_t)last));
	while (rows_next(r, &end)) {
		int64_t quarter = day_month(rows_i64(r, 1)) / 3;

		if (q->what != rows_i64(r, 0) || q->quarter != quarter)
			quarter_end(q);
		q->what = (uint32_t)rows_i64(r, 0);
		q->quarter = quarter;
		q->sum += rows_i64(r, 2);
	}
	quarter_end(q);
	return err_hand_on(e, &end);
}

bool
report_pack(struct keeper *k, int64_t now, struct buf *into, struct err *e)
{
	static const uint32_t purpose[] = { PURPOSE_CASE_REQUEST, PURPOSE_CASE_IDENTITY, PURPOSE_CASE_REACH, PURPOSE_CASE_FRAUD, PURPOSE_SECURITY };
	DROP(buf_wipe) struct buf later = {0};
	DROP(quarters_wipe) struct quarters q = {0};
	uint32_t reports;
	int64_t silent;

	TRY(disclosure_silences(k, now, &silent, e));
	TRY(telling_each(k, &later, &reports, e));
	for (size_t i = 0; i < COUNT(purpose); i++)
		TRY(quarters_read(k, purpose[i], purpose[i], &q, e));
	TRY(quarters_read(k, REPORT_EVENTS, REPORT_EVENTS + TALLY__COUNT - 1, &q, e));
	TRY(quarters_read(k, REPORT_FIELDS, REPORT_FIELDS + FIELD__COUNT - 1, &q, e));
	TRY(quarters_read(k, REPORT_CASES, REPORT_CASES + CASE_STEP * CASE_KIND__COUNT - 1, &q, e));
	TRY(quarters_read(k, REPORT_DECISIONS, REPORT_DECISIONS + DECISION_STEP * DECISION_KIND__COUNT - 1, &q, e));
	pack_i64(into, silent);
	pack_i64(into, reports);
	pack_i64(into, day_month(day_of(now)) / 3);
	pack_u32(into, q.n);
	buf_add(into, q.rows.data, q.rows.len);
	return buf_ok(&q.rows, e);
}

bool
op_report(struct keeper *k, struct act *a, struct err *e)
{
	TRY(act_read(a, e));
	return report_pack(k, a->now, a->out, e);
}
