/* tests/unit/test_upgrade.c - a keeper's store of every version before is brought up to this one: the same tables, and no row lost. */
#include "tests/unit/place.h"
#include <sqlite3.h>
#include "ledger/base/clock.h"
#include "ledger/store/store.h"
#include "privacy/keeper/schema.h"

#define NUMBER	INT64_C(12345678)	/* of a member */
#define NOW	1700000000

/* A new store as it was so many steps ago. */
static void
made(const char *path, size_t steps)
{
	struct store_spec spec = keeper_store_spec;
	struct store *st = NULL;
	struct err e = {0};

	spec.step_count = steps;
	if (!store_open(&st, &spec, path, &e))
		fail_msg("%zu steps: %s", steps, e.text);
	store_drop(&st);
}

static void
opened(const char *path)
{
	struct store *st = NULL;
	struct err e = {0};

	if (!store_open(&st, &keeper_store_spec, path, &e))
		fail_msg("%s", e.text);
	store_drop(&st);
}

static void
raw(const char *path, const char *text)
{
	sqlite3 *db = NULL;
	char *why = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", text, why);
	sqlite3_close(db);
}

/* All that a query gives, a line a row. */
static void
ask(const char *path, const char *text, struct buf *into)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;

	buf_reset(into);
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, text, -1, &s, NULL), SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(s); i++)
			buf_fmt(into, "%s|", (const char *)sqlite3_column_text(s, i));
		buf_text(into, "\n");
	}
	sqlite3_finalize(s);
	sqlite3_close(db);
	assert_false(into->failed);
}

static void
every_version(void **state)
{
	static const char schema[] = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name";
	static const char member[] = "SELECT number FROM member ORDER BY number";
	DROP(buf_wipe) struct buf fresh = {0}, grown = {0}, before = {0}, after = {0};
	struct place *p = *state;
	char path[128];

	snprintf(path, sizeof(path), "%s/fresh", p->dir);
	opened(path);
	ask(path, schema, &fresh);
	for (size_t steps = 0; steps < keeper_store_spec.step_count; steps++) {
		snprintf(path, sizeof(path), "%s/%zu", p->dir, steps);
		made(path, steps);
		ask(path, schema, &before);
		assert_string_not_equal(before.data, fresh.data);
		ask(path, member, &before);
		opened(path);
		ask(path, schema, &grown);
		assert_string_equal(grown.data, fresh.data);
		ask(path, member, &after);
		assert_string_equal(after.data == NULL ? "" : after.data, before.data == NULL ? "" : before.data);
		opened(path);			/* once more changes nothing */
		ask(path, schema, &grown);
		assert_string_equal(grown.data, fresh.data);
	}
}

/* Version 8 kept when a member was asked, and not until when they were told that they have time. */
static void
days_that_were_told(void **state)
{
	DROP(buf_wipe) struct buf rows = {0};
	struct place *p = *state;
	char text[512], want[128];

	made(p->path, 6);
	snprintf(text, sizeof(text), "PRAGMA foreign_keys=OFF;"
	    "INSERT INTO quiet (member, day, asked) VALUES (%lld, 19000, %d), (%lld, 19000, 0), (%lld, 0, -1);"
	    "INSERT INTO trusted (member, contact, asked_at, agreed_at, closing_at) VALUES (%lld, 5, 1, 2, %d), (%lld, 5, 1, 2, 0)",
	    (long long)NUMBER, NOW, (long long)NUMBER + 1, (long long)NUMBER + 2, (long long)NUMBER, NOW, (long long)NUMBER + 1);
	raw(p->path, text);
	opened(p->path);
	ask(p->path, "SELECT asked, until FROM quiet ORDER BY member", &rows);
	snprintf(want, sizeof(want), "%d|%d|\n0|0|\n-1|0|\n", NOW, NOW + 60 * DAY);
	assert_string_equal(rows.data, want);
	ask(p->path, "SELECT closing_at, until FROM trusted ORDER BY member", &rows);
	snprintf(want, sizeof(want), "%d|%d|\n0|0|\n", NOW, NOW + 30 * DAY);
	assert_string_equal(rows.data, want);
}

/* A store of a version that is not known yet is left alone. */
static void
from_the_future(void **state)
{
	struct place *p = *state;
	struct store *st = NULL;
	struct err e = {0};

	opened(p->path);
	raw(p->path, "PRAGMA user_version=1000");
	assert_false(store_open(&st, &keeper_store_spec, p->path, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_non_null(strstr(e.text, "a newer program made this store (version 1000"));
	assert_null(st);
	raw(p->path, "PRAGMA user_version=1");
	assert_false(store_open(&st, &keeper_store_spec, p->path, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_non_null(strstr(e.text, "older than this program can bring up (version 1, it takes 2 and later)"));
}

/* A store that is not what its version tells, as programs between two versions left it: all of it stays, and that is said. */
static void
between(void **state)
{
	DROP(buf_wipe) struct buf before = {0}, after = {0};
	struct place *p = *state;
	struct store *st = NULL;
	struct err e = {0};

	made(p->path, 3);
	raw(p->path, "CREATE TABLE copy_text (x INTEGER) STRICT");
	ask(p->path, "SELECT name, sql FROM sqlite_schema UNION ALL SELECT 'version', user_version FROM pragma_user_version", &before);
	assert_false(store_open(&st, &keeper_store_spec, p->path, &e));
	assert_non_null(strstr(e.text, "a store of version 6 cannot become 7 and stays as it is"));
	assert_non_null(strstr(e.text, "copy_text"));
	ask(p->path, "SELECT name, sql FROM sqlite_schema UNION ALL SELECT 'version', user_version FROM pragma_user_version", &after);
	assert_string_equal(after.data, before.data);
	assert_null(st);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, make_place, drop_place)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(every_version), CASE(days_that_were_told), CASE(from_the_future), CASE(between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
