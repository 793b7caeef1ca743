/* A copy of a store is of one moment, however long it takes and whatever is written meanwhile. */
#include <sys/stat.h>
#include "ledger/store/copy.h"
#include "tests/unit/place.h"

static const char table[] = "CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;";
static const char *const tables[] = { table, NULL };
static const struct store_spec spec = { .name = "test", .schemas = tables, .schema_version = 1, .manual_checkpoint = true };
static const struct sql add = { "add", "b", "", "INSERT INTO row (body) VALUES ($1)" },
    count = { "count", "", "ii", "SELECT CAST(count(*) AS bigint), CAST(coalesce(sum(length(body)), 0) AS bigint) FROM row" };

static void
rows_add(struct store *st, int n)
{
	static const unsigned char body[4000];
	struct err e = {0};

	GOOD(store_begin(st, &e));
	for (int i = 0; i < n; i++)
		GOOD(sql_do(st, &add, &e, (const void *)body, sizeof(body)));
	GOOD(store_commit(st, &e));
}

static int64_t
rows_in(const char *path)
{
	DROP(store_drop) struct store *st = NULL;
	DROP(rows_drop) struct rows *r = NULL;
	struct err e = {0};
	int64_t n;

	GOOD(store_open(&st, &spec, path, &e));
	GOOD(sql_first(st, &r, &count, &e));
	n = rows_i64(r, 0);
	assert_int_equal(rows_i64(r, 1), n * 4000);
	rows_drop(&r);
	return n;
}

static void
beside_a_writer(void **state)
{
	const struct place *p = *state;
	DROP(store_drop) struct store *st = NULL;
	struct store_copy *c = NULL;
	char to[128];
	int64_t left = 1, steps = 0;
	struct stat s;
	struct err e = {0};

	snprintf(to, sizeof(to), "%s-copy", p->path);
	GOOD(store_open(&st, &spec, p->path, &e));
	rows_add(st, 500);
	GOOD(store_copy_open(&c, p->path, to, &e));
	for (; left > 0; steps++) {
		rows_add(st, 20);
		GOOD(store_checkpoint(st, false, &e));
		assert_false(store_checkpoint(st, true, &e));
		assert_int_equal(e.kind, ERR_BUSY);
		GOOD(store_copy_step(c, 50, &left, &e));
	}
	assert_true(steps > 8);
	/* Whole, and still open: it holds nothing back any more. */
	GOOD(store_checkpoint(st, true, &e));
	GOOD(store_copy_step(c, 50, &left, &e));
	store_copy_drop(&c);
	assert_int_equal(rows_in(to), 500);
	assert_int_equal(stat(to, &s), 0);
	assert_int_equal(s.st_mode & 0077, 0);
	/* Another copy takes its place. */
	GOOD(store_copy_open(&c, p->path, to, &e));
	for (left = 1; left > 0; )
		GOOD(store_copy_step(c, 1000, &left, &e));
	store_copy_drop(&c);
	assert_int_equal(rows_in(to), 500 + 20 * steps);
}

static void
given_up(void **state)
{
	const struct place *p = *state;
	DROP(store_drop) struct store *st = NULL;
	struct store_copy *c = NULL;
	char to[128];
	int64_t left;
	struct stat s;
	struct err e = {0};

	snprintf(to, sizeof(to), "%s-other", p->path);
	BAD(store_copy_open(&c, "/nowhere/at.all", to, &e), ERR_ABSENT);
	assert_null(c);
	GOOD(store_open(&st, &spec, p->path, &e));
	rows_add(st, 100);
	BAD(store_copy_open(&c, p->path, "/nowhere/at.all", &e), ERR_IO);
	GOOD(store_copy_open(&c, p->path, to, &e));
	GOOD(store_copy_step(c, 10, &left, &e));
	assert_true(left > 0);
	store_copy_drop(&c);
	assert_int_equal(stat(to, &s), -1);
	store_copy_drop(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(beside_a_writer), CASE(given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
