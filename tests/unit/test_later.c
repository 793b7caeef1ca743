/* tests/unit/test_later.c - rows that wait for the commit are seen by whoever asks, and go with their mark. */
#include "tests/unit/place.h"
#include <sqlite3.h>
#include "ledger/store/store.h"

static const char schema[] =
    "CREATE TABLE log (n INTEGER PRIMARY KEY, b BLOB, c BLOB NOT NULL) STRICT;"
    "CREATE TABLE who (n INTEGER PRIMARY KEY, name TEXT NOT NULL, seen INTEGER NOT NULL) STRICT;"
    "CREATE TABLE thing (n INTEGER PRIMARY KEY) STRICT;"
    "CREATE TABLE odd (n INTEGER PRIMARY KEY, i INTEGER, t TEXT, b BLOB) STRICT;";
static const char *const schemas[] = { schema, NULL }, *const late[] = { "log", "who.seen", NULL };
static const struct store_spec
	spec = { .name = "test", .schemas = schemas, .schema_version = 1, .late = late },
	early = { .name = "test", .schemas = schemas, .schema_version = 1 };

static const struct sql
	note	= { "note", "iBb", "", "INSERT INTO log (n, b, c) VALUES ($1, $2, $3)" },
	see	= { "see", "ik", "", "UPDATE who SET seen = $1 WHERE n = $2" },
	see_any	= { "see_any", "ii", "", "UPDATE who SET seen = $1 WHERE n = $2" },
	rename_	= { "rename", "ti", "", "UPDATE who SET name = $1, seen = seen + $2" },
	thing	= { "thing", "i", "", "INSERT INTO thing (n) VALUES ($1)" },
	ungone	= { "ungone", "i", "", "DELETE FROM thing WHERE n = $1" },
	odd	= { "odd", "iITB", "", "INSERT INTO odd (n, i, t, b) VALUES ($1, $2, $3, $4)" },
	odd_one	= { "odd_one", "i", "ITB", "SELECT i, t, b FROM odd WHERE n = $1" },
	things	= { "things", "", "i", "SELECT count(*) FROM thing" },
	has	= { "has", "i", "i", "SELECT count(*) FROM thing WHERE n = $1" },
	come	= { "come", "it", "", "INSERT INTO who (n, name, seen) VALUES ($1, $2, 0)" },
	go	= { "go", "i", "", "DELETE FROM who WHERE n = $1 AND seen = 0" },
	notes	= { "notes", "", "i", "SELECT count(*) FROM log" },
	read_one = { "read", "i", "Bb", "SELECT b, c FROM log WHERE n = $1" },
	seen	= { "seen", "k", "i", "SELECT seen FROM who WHERE n = $1" },
	all_seen = { "all_seen", "", "i", "SELECT CAST(sum(seen) AS integer) FROM who" },
	name	= { "name", "i", "t", "SELECT name FROM who WHERE n = $1" };

static void
open_store(struct store **st, const struct place *p, const struct store_spec *s)
{
	struct err e = {0};

	if (!store_open(st, s, p->path, &e))
		fail_msg("%s", e.text);
	assert_true(sql_do(*st, &come, &e, INT64_C(1), "Ana"));
	assert_true(sql_do(*st, &come, &e, INT64_C(2), "Rui"));
	assert_true(store_begin(*st, &e));
}

static void
add(struct store *st, int64_t n)
{
	struct err e = {0};

	assert_true(sql_later(st, &note, &e, n, NULL, (size_t)0, "c", (size_t)1));
}

static int64_t
number(struct store *st, const struct sql *s, int64_t key)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err e = {0};

	if (s->in[0] == '\0')
		assert_true(sql_first(st, &r, s, &e));
	else
		assert_true(sql_first(st, &r, s, &e, key));
	assert_non_null(r);
	return rows_i64(r, 0);
}

static void
whoever_asks_sees_them(void **state)
{
	DROP(store_drop) struct store *st = NULL;
	DROP(rows_drop) struct rows *r = NULL;
	struct err e = {0};

	open_store(&st, *state, &spec);
	add(st, 1);
	assert_true(sql_later(st, &note, &e, INT64_C(2), "", (size_t)0, NULL, (size_t)0));
	assert_true(sql_later(st, &note, &e, INT64_C(3), "\0b", (size_t)2, "\0c", (size_t)2));
	assert_int_equal(number(st, &notes, 0), 3);
	assert_true(sql_first(st, &r, &read_one, &e, INT64_C(1)));
	assert_true(rows_null(r, 0));
	rows_drop(&r);
	assert_true(sql_first(st, &r, &read_one, &e, INT64_C(2)));
	assert_true(!rows_null(r, 0) && rows_bytes(r, 0).len == 0 && rows_bytes(r, 1).len == 0);
	rows_drop(&r);
	assert_true(sql_first(st, &r, &read_one, &e, INT64_C(3)));
	assert_memory_equal(rows_bytes(r, 0).p, "\0b", 2);
	rows_drop(&r);
	/* One row, by its key, by another's, by all, and by what changes or removes it. */
	assert_true(sql_later(st, &see, &e, INT64_C(5), INT64_C(1)));
	assert_int_equal(number(st, &seen, 2), 0);
	assert_int_equal(number(st, &seen, 1), 5);
	assert_true(sql_later(st, &see, &e, INT64_C(6), INT64_C(1)));
	assert_int_equal(number(st, &all_seen, 0), 6);
	assert_true(sql_later(st, &see_any, &e, INT64_C(7), INT64_C(2)));
	assert_int_equal(number(st, &seen, 2), 7);
	assert_true(sql_later(st, &see, &e, INT64_C(8), INT64_C(2)));
	assert_true(sql_do(st, &rename_, &e, "X", INT64_C(1)));
	assert_int_equal(number(st, &all_seen, 0), 7 + 9);
	assert_true(sql_later(st, &see, &e, INT64_C(0), INT64_C(2)));
	assert_true(sql_do(st, &go, &e, INT64_C(2)));
	assert_int_equal(sql_changed(st), 1);
	add(st, 4);
	assert_true(store_commit(st, &e));
	assert_int_equal(number(st, &notes, 0), 4);
}

static void
they_wait_for_nothing_else(void **state)
{
	DROP(store_drop) struct store *st = NULL;
	DROP(rows_drop) struct rows *r = NULL;
	struct err e = {0};

	open_store(&st, *state, &spec);
	/* What would be refused tells when it was written. */
	add(st, 1);
	add(st, 1);
	assert_true(sql_later(st, &see, &e, INT64_C(5), INT64_C(1)));
	assert_int_equal(number(st, &seen, 2), 0);
	assert_true(sql_first(st, &r, &name, &e, INT64_C(1)));
	rows_drop(&r);
	assert_true(sql_do(st, &thing, &e, INT64_C(1)));
	assert_false(sql_first(st, &r, &notes, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_false(store_commit(st, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_int_equal(number(st, &notes, 0), 0);
	assert_int_equal(number(st, &seen, 1), 0);
}

static void
not_one_row_is_a_conflict(void **state)
{
	static const struct store_spec *const specs[] = { &spec, &early };

	for (size_t i = 0; i < COUNT(specs); i++) {
		DROP(store_drop) struct store *st = NULL;
		struct err e = {0};

		(void)remove(((struct place *)*state)->path);
		open_store(&st, *state, specs[i]);
		add(st, 1);
		if (sql_later(st, &see, &e, INT64_C(5), INT64_C(3)))
			assert_false(store_commit(st, &e));
		else
			store_rollback(st);
		assert_int_equal(e.kind, ERR_CONFLICT);
		assert_int_equal(number(st, &notes, 0), 0);
		/* Outside a transaction nothing waits. */
		assert_false(sql_later(st, &see, &e, INT64_C(5), INT64_C(3)));
		assert_int_equal(e.kind, ERR_CONFLICT);
		assert_true(sql_later(st, &see, &e, INT64_C(5), INT64_C(1)));
		assert_int_equal(number(st, &seen, 1), 5);
	}
}

static void
they_go_with_their_mark(void **state)
{
	/* Between mark and back: nothing else, something else written, those that wait asked for. */
	static const struct { bool writes, asks; } rows[] = {
		{ false, false }, { true, false }, { false, true }, { true, true },
	};
	DROP(store_drop) struct store *st = NULL;
	struct err e = {0};
	int64_t n = 10;

	open_store(&st, *state, &spec);
	for (size_t i = 0; i < COUNT(rows); i++, n += 10) {
		int64_t before = number(st, &notes, 0);

		add(st, n);
		assert_true(store_mark(st, &e));
		add(st, n + 1);
		if (rows[i].writes)
			assert_true(sql_do(st, &thing, &e, n));
		if (rows[i].asks)
			assert_int_equal(number(st, &notes, 0), before + 2);
		add(st, n + 2);
		assert_true(store_mark(st, &e));
		add(st, n + 3);
		assert_true(store_keep(st, &e));
		store_back(st);
		add(st, n + 1);
		assert_true(store_mark(st, &e));
		add(st, n + 2);
		if (rows[i].writes)
			assert_true(sql_do(st, &thing, &e, n));
		assert_true(store_keep(st, &e));
		assert_int_equal(number(st, &notes, 0), before + 3);
	}
	assert_true(store_commit(st, &e));
	assert_int_equal(number(st, &notes, 0), 12);
	assert_true(store_begin(st, &e));
	add(st, n);
	store_rollback(st);
	assert_true(store_begin(st, &e));
	assert_true(store_commit(st, &e));
	assert_int_equal(number(st, &notes, 0), 12);
}

static void
marks_have_an_end(void **state)
{
	DROP(store_drop) struct store *st = NULL;
	struct err e = {0};
	int deep = 0;

	open_store(&st, *state, &spec);
	while (deep < 20 && store_mark(st, &e))
		deep++;
	assert_int_equal(deep, 8);
	assert_int_equal(e.kind, ERR_INPUT);
	add(st, 1);
	assert_true(sql_do(st, &thing, &e, INT64_C(1)));
	for (; deep > 1; deep--)
		assert_true(store_keep(st, &e));
	store_back(st);
	assert_true(store_commit(st, &e));
	assert_int_equal(number(st, &notes, 0), 0);
}


/* Of an odd row: are its three columns these? */
static void
odd_is(struct store *st, int64_t n, const int64_t *i, const char *t, const char *b, size_t len)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err e = {0};

	assert_true(sql_first(st, &r, &odd_one, &e, n));
	assert_non_null(r);
	assert_true(rows_null(r, 0) == (i == NULL) && rows_null(r, 1) == (t == NULL) && rows_null(r, 2) == (b == NULL));
	assert_true(i == NULL || rows_i64(r, 0) == *i);
	assert_true(t == NULL || strcmp(rows_text(r, 1), t) == 0);
	assert_true(b == NULL || (rows_bytes(r, 2).len == len && (len == 0 || memcmp(rows_bytes(r, 2).p, b, len) == 0)));
}

static void
what_came_before_is_written_again(void **state)
{
	static const int64_t i = -7;
	DROP(store_drop) struct store *st = NULL;
	struct err e = {0};

	open_store(&st, *state, &spec);
	assert_true(store_mark(st, &e));
	add(st, 1);
	assert_true(sql_later(st, &see, &e, INT64_C(5), INT64_C(1)));
	assert_true(sql_do(st, &odd, &e, INT64_C(1), NULL, NULL, NULL, (size_t)0));
	assert_true(sql_do(st, &odd, &e, INT64_C(2), &i, "", "", (size_t)0));
	assert_true(sql_do(st, &odd, &e, INT64_C(3), &i, "words", "\0b\0", (size_t)3));
	assert_true(sql_do(st, &ungone, &e, INT64_C(9)));
	assert_int_equal(number(st, &notes, 0), 1);
	assert_true(store_keep(st, &e));
	for (int64_t n = 10; n < 13; n++) {
		assert_true(store_mark(st, &e));
		assert_true(sql_do(st, &thing, &e, n));
		assert_false(sql_do(st, &thing, &e, n));
		store_back(st);
		assert_int_equal(number(st, &things, 0), 0);
		assert_int_equal(number(st, &seen, 1), 5);
	}
	assert_true(store_commit(st, &e));
	odd_is(st, 1, NULL, NULL, NULL, 0);
	odd_is(st, 2, &i, "", "", 0);
	odd_is(st, 3, &i, "words", "\0b\0", 3);
	assert_int_equal(number(st, &notes, 0), 1);
	assert_int_equal(number(st, &seen, 1), 5);
}

#define THINGS	24

struct model { bool has[THINGS]; int64_t notes, seen; };

static uint32_t
draw(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

/* One more or one less, or what may wait; now and then more than is kept to be written again, or a question. */
static void
change(struct store *st, struct model *m, uint32_t *seed, int64_t *fresh)
{
	static char much[150000];
	uint32_t n = draw(seed, THINGS);
	struct err e = {0};

	switch (draw(seed, 12)) {
	case 0:
		assert_true(sql_do(st, &odd, &e, ++*fresh, NULL, NULL, much, sizeof(much)));
		break;
	case 1: case 2: case 3:
		add(st, ++*fresh);
		m->notes++;
		break;
	case 4: case 5:
		assert_true(sql_later(st, &see, &e, ++*fresh, INT64_C(1)));
		m->seen = *fresh;
		break;
	case 6:
		assert_int_equal(number(st, &notes, 0), m->notes);
		assert_int_equal(number(st, &seen, 1), m->seen);
		break;
	default:
		assert_true(sql_do(st, m->has[n] ? &ungone : &thing, &e, (int64_t)n));
		assert_int_equal(sql_changed(st), 1);
		m->has[n] = !m->has[n];
	}
}

static void
steps(struct store *st, struct model *m, uint32_t seed)
{
	struct model at[8];
	unsigned deep = 0;
	int64_t fresh = 0;
	struct err e = {0};

	for (int step = 0; step < 40; step++) {
		uint32_t what = draw(&seed, 6);

		if (what == 0 && deep < COUNT(at)) {
			assert_true(store_mark(st, &e));
			at[deep++] = *m;
		} else if (what == 1 && deep > 0) {
			assert_true(store_keep(st, &e));
			deep--;
		} else if (what == 2 && deep > 0) {
			store_back(st);
			*m = at[--deep];
		} else {
			change(st, m, &seed, &fresh);
		}
	}
}

static void
marks_lead_back_however_they_lie(void **state)
{
	struct err e = {0};

	for (uint32_t round = 1; round <= 150; round++) {
		DROP(store_drop) struct store *st = NULL;
		struct model m = {0};

		(void)remove(((struct place *)*state)->path);
		open_store(&st, *state, round % 2 == 0 ? &spec : &early);
		steps(st, &m, round);
		assert_true(store_commit(st, &e));
		for (int64_t n = 0; n < THINGS; n++)
			assert_int_equal(number(st, &has, n), m.has[n]);
		assert_int_equal(number(st, &notes, 0), m.notes);
		assert_int_equal(number(st, &seen, 1), m.seen);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(whoever_asks_sees_them), CASE(they_wait_for_nothing_else), CASE(not_one_row_is_a_conflict),
		CASE(they_go_with_their_mark), CASE(marks_have_an_end),
		CASE(what_came_before_is_written_again), CASE(marks_lead_back_however_they_lie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
