/* tests/unit/test_watch.c - a row's stamp stands while the row does, whoever changes it. */
#include "tests/unit/place.h"
#include <sqlite3.h>
#include "ledger/store/store.h"

static const char schema[] =
    "CREATE TABLE other (n INTEGER PRIMARY KEY) STRICT;"
    "CREATE TABLE one (n INTEGER PRIMARY KEY, v INTEGER NOT NULL) STRICT;"
    "CREATE TABLE two (n INTEGER PRIMARY KEY, one INTEGER NOT NULL REFERENCES one (n) ON DELETE CASCADE) STRICT;"
    "CREATE INDEX two_one ON two (one);";
static const char *const schemas[] = { schema, NULL }, *const watched[] = { "one", "two", NULL };
static const struct store_spec spec = { .name = "test", .schemas = schemas, .schema_version = 1, .watched = watched };

enum { ONE, TWO };

static const struct sql
	other	= { "other", "i", "", "INSERT INTO other (n) VALUES ($1)" },
	add	= { "add", "i", "", "INSERT INTO one (n, v) VALUES ($1, 0)" },
	set	= { "set", "i", "", "UPDATE one SET v = v + 1 WHERE n = $1" },
	end	= { "end", "i", "", "DELETE FROM one WHERE n = $1" },
	end_all	= { "end_all", "", "", "DELETE FROM two" },
	hang	= { "hang", "ii", "", "INSERT INTO two (n, one) VALUES ($1, $2)" };

static void
another(const struct place *p, const char *text)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static struct store *
begun(const struct place *p)
{
	struct store *st = NULL;
	struct err e = {0};

	GOOD(store_open(&st, &spec, p->path, &e));
	GOOD(sql_do(st, &add, &e, INT64_C(7)));
	GOOD(sql_do(st, &add, &e, INT64_C(8)));
	GOOD(sql_do(st, &hang, &e, INT64_C(9), INT64_C(8)));
	GOOD(store_begin(st, &e));
	return st;
}

/* The next transaction. */
static void
turn(struct store *st)
{
	struct err e = {0};

	GOOD(store_commit(st, &e));
	GOOD(store_begin(st, &e));
}

static void
it_stands_while_others_change(void **state)
{
	DROP(store_drop) struct store *st = begun(*state);
	uint64_t seven = store_stamp(st, ONE, 7);
	struct err e = {0};

	for (int64_t n = 0; n < 3; n++) {
		GOOD(store_mark(st, &e));
		GOOD(sql_do(st, &other, &e, n));
		GOOD(sql_do(st, &set, &e, INT64_C(8)));
		GOOD(store_keep(st, &e));
		assert_true(store_stamp(st, ONE, 7) == seven);
		turn(st);
		assert_true(store_stamp(st, ONE, 7) == seven);
	}
	GOOD(store_commit(st, &e));
	GOOD(store_checkpoint(st, true, &e));
	GOOD(store_begin(st, &e));
}

static void
it_moves_on_with_the_row(void **state)
{
	DROP(store_drop) struct store *st = begun(*state);
	uint64_t seven = store_stamp(st, ONE, 7), nine = store_stamp(st, TWO, 9);
	struct err e = {0};

	GOOD(sql_do(st, &set, &e, INT64_C(7)));
	assert_true(store_stamp(st, ONE, 7) != seven);
	seven = store_stamp(st, ONE, 7);
	GOOD(sql_do(st, &end, &e, INT64_C(7)));
	assert_true(store_stamp(st, ONE, 7) != seven);
	seven = store_stamp(st, ONE, 7);
	GOOD(sql_do(st, &add, &e, INT64_C(7)));
	assert_true(store_stamp(st, ONE, 7) != seven);
	/* with all others, and with the row it hangs on */
	GOOD(sql_do(st, &end_all, &e));
	assert_true(store_stamp(st, TWO, 9) != nine);
	GOOD(sql_do(st, &hang, &e, INT64_C(9), INT64_C(8)));
	nine = store_stamp(st, TWO, 9);
	GOOD(sql_do(st, &end, &e, INT64_C(8)));
	assert_true(store_stamp(st, TWO, 9) != nine);
}

static void
what_was_undone_was_a_change(void **state)
{
	DROP(store_drop) struct store *st = begun(*state);
	uint64_t seven = store_stamp(st, ONE, 7), then;
	struct err e = {0};

	GOOD(store_mark(st, &e));
	GOOD(sql_do(st, &set, &e, INT64_C(7)));
	then = store_stamp(st, ONE, 7);
	store_back(st);
	assert_true(store_stamp(st, ONE, 7) != seven && store_stamp(st, ONE, 7) != then);
	/* A mark after which nothing was written undoes nothing. */
	seven = store_stamp(st, ONE, 7);
	GOOD(store_mark(st, &e));
	store_back(st);
	assert_true(store_stamp(st, ONE, 7) == seven);
	GOOD(sql_do(st, &set, &e, INT64_C(7)));
	then = store_stamp(st, ONE, 7);
	store_rollback(st);
	GOOD(store_begin(st, &e));
	assert_true(store_stamp(st, ONE, 7) != seven && store_stamp(st, ONE, 7) != then);
}

static void
another_connection_is_seen(void **state)
{
	static const char *const texts[] = { "UPDATE one SET v = 5 WHERE n = 7", "DELETE FROM two", "UPDATE one SET v = 6 WHERE n = 8" };
	DROP(store_drop) struct store *st = begun(*state);
	struct err e = {0};

	for (size_t i = 0; i < COUNT(texts); i++) {
		uint64_t seven = store_stamp(st, ONE, 7);

		GOOD(sql_do(st, &other, &e, (int64_t)i));
		GOOD(store_commit(st, &e));
		another(*state, texts[i]);
		GOOD(store_begin(st, &e));
		assert_true(store_stamp(st, ONE, 7) != seven);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(it_stands_while_others_change), CASE(it_moves_on_with_the_row), CASE(what_was_undone_was_a_change),
		CASE(another_connection_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
