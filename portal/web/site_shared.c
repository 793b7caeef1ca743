#include <string.h>
#include "portal/desk/cases.h"
#include "portal/trust/directory.h"
#include "portal/trust/events.h"
#include "portal/web/questions.h"
#include "portal/web/site.h"
#include "portal/web/visits.h"

static const char schema[] =
	"CREATE TABLE notice ("
	" number INTEGER PRIMARY KEY,"
	" words TEXT NOT NULL,"
	" since INTEGER NOT NULL,"
	" ended INTEGER NOT NULL) STRICT;"	/* 0: shown */
	"CREATE TABLE face ("
	" serial BLOB PRIMARY KEY,"
	" profile INTEGER NOT NULL,"
	" sha256 BLOB NOT NULL,"
	" names TEXT NOT NULL,"
	" not_before INTEGER NOT NULL,"
	" not_after INTEGER NOT NULL,"
	" number INTEGER NOT NULL) STRICT;"
	"CREATE INDEX face_number ON face (number);";

static const char *const schemas[] = { schema, NULL };
/* Version 2: the web of trust. */
static const char *const trust_schemas[] = { questions_schema, directory_schema, events_schema, NULL };
/* Version 3: the privacy desk. */
static const char *const desk_schemas[] = { visits_schema, cases_schema, NULL };
static const struct store_step steps[] = { { 2, trust_schemas }, { 3, desk_schemas } };

const struct store_spec site_spec = {
	.name = "site", .schemas = schemas, .schema_version = 1, .steps = steps, .step_count = COUNT(steps), .shared = true,
};

enum { NOTICE_ADD, NOTICE_HEAD, NOTICE_END, NOTICE_LIST, FACE_PUT, FACE_STRIP, FACE_NAMES, FACE_HEAD };

static const struct sql statements[] = {
	[NOTICE_ADD] = { "notice add", "iti", "",
	    "INSERT INTO notice (number, words, since, ended) VALUES ($1, $2, $3, 0)" },
	[NOTICE_HEAD] = { "notice head", "", "i",
	    "SELECT CAST(COALESCE(MAX(number), 0) AS bigint) FROM notice" },
	[NOTICE_END] = { "notice end", "ii", "",
	    "UPDATE notice SET ended = $1 WHERE number = $2 AND ended = 0" },
	[NOTICE_LIST] = { "notice list", "i", "iti",
	    "SELECT number, words, since FROM notice WHERE ended = 0 ORDER BY number DESC LIMIT $1" },
	[FACE_PUT] = { "face put", "bibtiii", "",
	    "INSERT INTO face (serial, profile, sha256, names, not_before, not_after, number)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (serial) DO NOTHING" },
	[FACE_STRIP] = { "face strip", "b", "", "UPDATE face SET names = '' WHERE serial = $1" },
	[FACE_NAMES] = { "face names", "b", "t", "SELECT names FROM face WHERE serial = $1" },
	[FACE_HEAD] = { "face head", "", "i",
	    "SELECT CAST(COALESCE(MAX(number), 0) AS bigint) FROM face" },
};

/* The one number a query answers with. */
static bool
ask_number(struct store *st, const struct sql *s, int64_t *into, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	*into = 0;
	TRY(sql_first(st, &r, s, e));
	if (r != NULL)
		*into = rows_i64(r, 0);
	return true;
}

static bool
add_in_transaction(struct store *st, const char *words, int64_t at, int64_t *number, struct err *e)
{
	TRY(ask_number(st, &statements[NOTICE_HEAD], number, e));
	(*number)++;
	TRY(sql_do(st, &statements[NOTICE_ADD], e, *number, words, at));
	return store_commit(st, e);
}

bool
notice_add(struct store *st, const char *words, int64_t at, int64_t *number, struct err *e)
{
	size_t len = strlen(words);

	if (len == 0 || len > NOTICE_MAX || !utf8_ok(words, len))
		return FAIL(e, ERR_INPUT, "a notice is 1 to %d bytes of UTF-8", NOTICE_MAX);
	TRY(store_begin(st, e));
	if (add_in_transaction(st, words, at, number, e))
		return true;
	store_rollback(st);
	return false;
}

/* One statement, in a transaction so that the lock of the writers is taken. */
static bool
end_in_transaction(struct store *st, int64_t number, int64_t at, struct err *e)
{
	TRY(sql_do(st, &statements[NOTICE_END], e, at, number));
	if (sql_changed(st) == 0)
		return FAIL(e, ERR_ABSENT, "no open notice %lld", (long long)number);
	return store_commit(st, e);
}

bool
notice_end(struct store *st, int64_t number, int64_t at, struct err *e)
{
	TRY(store_begin(st, e));
	if (end_in_transaction(st, number, at, e))
		return true;
	store_rollback(st);
	return false;
}

bool
notice_list(struct store *st, struct notice *into, size_t most, size_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	*n = 0;
	TRY(sql_ask(st, &r, &statements[NOTICE_LIST], e, (int64_t)most));
	while (*n < most && rows_next(r, &end)) {
		struct notice *one = &into[(*n)++];

		one->number = rows_i64(r, 0);
		snprintf(one->words, sizeof(one->words), "%s", rows_text(r, 1));
		one->since = rows_i64(r, 2);
	}
	if (end.kind == ERR_NONE)
		return true;
	*e = end;
	return false;
}

bool
site_face_put(struct store *st, const struct face *f, struct err *e)
{
	TRY(store_begin(st, e));
	if (sql_do(st, &statements[FACE_PUT], e, f->serial, sizeof(f->serial), (int64_t)f->profile,
	    f->sha256, sizeof(f->sha256), f->names, f->not_before, f->not_after, f->number) &&
	    store_commit(st, e))
		return true;
	store_rollback(st);
	return false;
}

bool
site_face_strip(struct store *st, const unsigned char serial[SITE_SERIAL], struct err *e)
{
	TRY(store_begin(st, e));
	if (sql_do(st, &statements[FACE_STRIP], e, serial, (size_t)SITE_SERIAL) && store_commit(st, e))
		return true;
	store_rollback(st);
	return false;
}

bool
site_face_names(struct store *st, const unsigned char serial[SITE_SERIAL], struct buf *into, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	buf_reset(into);
	TRY(sql_first(st, &r, &statements[FACE_NAMES], e, serial, (size_t)SITE_SERIAL));
	if (r != NULL)
		buf_text(into, rows_text(r, 0));
	return buf_ok(into, e);
}

bool
site_face_head(struct store *st, int64_t *number, struct err *e)
{
	return ask_number(st, &statements[FACE_HEAD], number, e);
}
