/* The rows of erasures: erasure.h says what their stages are. */
#include "privacy/facts/day.h"
#include "privacy/facts/numbering.h"
#include "privacy/keeper/ops.h"
#include "privacy/rights/erasure.h"

const char erase_schema[] =
"CREATE TABLE erasure ("
" number INTEGER PRIMARY KEY,"		/* counted up: numbering.h */
" member INTEGER NOT NULL,"		/* 0 once nothing names them any more */
" key INTEGER NOT NULL,"
" tags INTEGER NOT NULL,"
" asked_at INTEGER NOT NULL,"
" due_at INTEGER NOT NULL,"
" begun_at INTEGER NOT NULL,"
" sealed_at INTEGER NOT NULL,"
" done_at INTEGER NOT NULL,"
" entries INTEGER NOT NULL,"
" receipt INTEGER NOT NULL,"
" place INTEGER NOT NULL,"
" stage INTEGER NOT NULL,"		/* enum erase_stage */
" lang TEXT NOT NULL) STRICT;"
"CREATE UNIQUE INDEX erasure_member ON erasure (member) WHERE member <> 0;"
"CREATE INDEX erasure_due ON erasure (due_at) WHERE stage < 6;"
"CREATE INDEX erasure_untold ON erasure (number) WHERE stage = 6;"
"CREATE TABLE erasure_entry ("		/* the ledger's entries about somebody, for as long as they are cleaned */
" erasure INTEGER NOT NULL REFERENCES erasure (number),"
" number INTEGER NOT NULL,"
" PRIMARY KEY (erasure, number)) STRICT, WITHOUT ROWID;"
"CREATE TABLE role_kept ("		/* role tags whose owner is erased: they outlive them for a while */
" key INTEGER PRIMARY KEY,"
" until INTEGER NOT NULL) STRICT;"
"CREATE INDEX role_kept_until ON role_kept (until);"
"CREATE TABLE faceless (serial BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;"	/* names to go from the site store */
"CREATE INDEX once_member ON once (member);"
"CREATE INDEX paper_assurance ON paper (assurance);"
"CREATE INDEX role_since ON role (role, since);"
"CREATE INDEX case_staff ON case_file (staff) WHERE staff > 0;"
"CREATE INDEX case_deputy ON case_file (deputy) WHERE deputy > 0;"
"CREATE INDEX case_opened_staff ON case_opened (staff);"
"INSERT INTO numbering (what, last) VALUES (4, 0);";
_Static_assert(NUMBERING_ERASURE == 4 && ERASE_DONE == 6, "the statements above say so");

#define COLUMNS "number, member, key, tags, asked_at, due_at, begun_at, sealed_at, done_at, entries, receipt, place, stage, lang"
#define LETTERS	"iiiiiiiiiiiiit"

static const struct sql
sql_of = { "erasure_of", "i", LETTERS, "SELECT " COLUMNS " FROM erasure WHERE member = $1 AND member <> 0" },
sql_get = { "erasure_get", "i", LETTERS, "SELECT " COLUMNS " FROM erasure WHERE number = $1" },
sql_add = { "erasure_add", LETTERS, "",
	"INSERT INTO erasure (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)" },
sql_set = { "erasure_set", "iiiiiiiiii", "",
	"UPDATE erasure SET member = $1, due_at = $2, begun_at = $3, sealed_at = $4, done_at = $5, entries = $6,"
	" receipt = $7, place = $8, stage = $9 WHERE number = $10" },
sql_drop = { "erasure_drop", "i", "", "DELETE FROM erasure WHERE number = $1 AND stage = 1" },
sql_told = { "erasure_told", "i", "", "UPDATE erasure SET stage = 7 WHERE number = $1 AND stage = 6" },
sql_entries = { "erasure_entries", "", "i",
	"SELECT CAST(COALESCE(SUM(entries), 0) AS bigint) FROM erasure WHERE member = 0" },
sql_waiting = { "erasure_waiting", "", "i",
	"SELECT CAST(COUNT(*) AS bigint) FROM erasure WHERE stage < 6 AND due_at > 0 AND begun_at > 0" };

static bool
row_read(struct rows *r, struct erasure *x, bool *found)
{
	*found = r != NULL;
	if (r == NULL)
		return true;
	*x = (struct erasure){ .number = rows_i64(r, 0), .member = rows_i64(r, 1), .key = rows_i64(r, 2),
	    .tags = rows_i64(r, 3), .asked_at = rows_i64(r, 4), .due_at = rows_i64(r, 5), .begun_at = rows_i64(r, 6),
	    .sealed_at = rows_i64(r, 7), .done_at = rows_i64(r, 8), .entries = rows_i64(r, 9),
	    .receipt = rows_i64(r, 10), .place = rows_i64(r, 11), .stage = (enum erase_stage)rows_i64(r, 12) };
	snprintf(x->lang, sizeof(x->lang), "%s", rows_text(r, 13));
	return true;
}

bool
erasure_of(struct keeper *k, int64_t member, struct erasure *x, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_of, e, member));
	return row_read(r, x, found);
}

bool
erasure_get(struct keeper *k, int64_t number, struct erasure *x, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_get, e, number));
	return row_read(r, x, found);
}

bool
erasure_add(struct keeper *k, struct erasure *x, struct err *e)
{
	TRY(numbering_next(k, NUMBERING_ERASURE, &x->number, e));
	return sql_do(k->store, &sql_add, e, x->number, x->member, x->key, x->tags, x->asked_at, x->due_at, x->begun_at,
	    x->sealed_at, x->done_at, x->entries, x->receipt, x->place, (int64_t)x->stage, x->lang);
}

bool
erasure_set(struct keeper *k, const struct erasure *x, struct err *e)
{
	TRY(sql_do(k->store, &sql_set, e, x->member, x->due_at, x->begun_at, x->sealed_at, x->done_at, x->entries,
	    x->receipt, x->place, (int64_t)x->stage, x->number));
	return sql_changed(k->store) == 1 || FAIL(e, ERR_ABSENT, "erasure: its row is gone");
}

bool
erasure_drop(struct keeper *k, int64_t number, struct err *e)
{
	TRY(sql_do(k->store, &sql_drop, e, number));
	return sql_changed(k->store) == 1 || REFUSE(e, ERR_CONFLICT, WHY_ERASURE_NONE, "erasure: it has begun");
}

bool
erasure_told(struct keeper *k, int64_t number, struct err *e)
{
	struct erasure x;
	bool found;

	TRY(erasure_get(k, number, &x, &found, e));
	if (!found || x.stage != ERASE_DONE)
		return true;		/* told twice */
	TRY(chain_duty_done(k->chain, x.receipt, e));
	return sql_do(k->store, &sql_told, e, number);
}

bool
erasure_entries(struct keeper *k, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_entries, e));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

bool
erasure_waiting(struct keeper *k, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_waiting, e));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

void
erasure_words(const struct erasure *x, char into[ERASE_WORDS])
{
	char sealed[11], gone[11];

	day_write(day_of(x->sealed_at), sealed);
	day_write(day_of(x->sealed_at + ERASE_GONE), gone);
	snprintf(into, ERASE_WORDS, "erasure %lld: sealed off %s, gone from backups %s", (long long)x->number, sealed, gone);
}
