/* tests/unit/test_store.c - transactions, marks, statements and the fence around a store. */
#include "tests/unit/place.h"
#include <signal.h>
#include <sqlite3.h>
#include <sys/prctl.h>
#include "ledger/base/clock.h"
#include "ledger/store/store.h"

static const char schema[] =
    "CREATE TABLE thing (n INTEGER PRIMARY KEY, t TEXT, b BLOB) STRICT;"
    "CREATE TABLE part (n INTEGER PRIMARY KEY, thing INTEGER NOT NULL REFERENCES thing (n) ON DELETE CASCADE) STRICT;"
    "CREATE TABLE log (n INTEGER PRIMARY KEY, b BLOB NOT NULL UNIQUE) STRICT;";
static const char *const schemas[] = { schema, NULL };
static const char *const frozen[] = { "log", NULL };
static const struct store_spec spec = { .name = "test", .schemas = schemas,
	.schema_version = 3, .append_only = frozen, .wait_ms = 200 };

static const struct sql
	add	= { "add", "iTB", "", "INSERT INTO thing (n, t, b) VALUES ($1, $2, $3)" },
	all	= { "all", "", "iTB", "SELECT n, t, b FROM thing ORDER BY n" },
	one	= { "one", "i", "iTB", "SELECT n, t, b FROM thing WHERE n = $1" },
	count	= { "count", "", "i", "SELECT count(*) FROM thing" },
	parts	= { "parts", "", "i", "SELECT count(*) FROM part" },
	part	= { "part", "ii", "", "INSERT INTO part (n, thing) VALUES ($1, $2)" },
	gone	= { "gone", "i", "", "DELETE FROM thing WHERE n = $1" },
	note	= { "note", "ib", "", "INSERT INTO log (n, b) VALUES ($1, $2)" },
	give_up	= { "give_up", "", "", "ROLLBACK" };

static struct store *
opened(const struct place *p, const struct store_spec *s)
{
	struct store *st = NULL;
	struct err e = {0};

	if (!store_open(&st, s, p->path, &e))
		fail_msg("%s: %s", err_kind_name(e.kind), e.text);
	return st;
}

static int64_t
ask_count(struct store *st, const struct sql *s)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err e = {0};

	assert_true(sql_first(st, &r, s, &e));
	return rows_i64(r, 0);
}

static void
raw(const struct place *p, const char *text)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* Without memory or disk SQLite ends a transaction by itself: a mark must not begin another, which its release would commit. */
static void
what_was_lost_stays_lost(void **state)
{
	DROP(store_drop) struct store *st = opened(*state, &spec);
	struct err e = {0};

	assert_true(store_begin(st, &e));
	assert_true(sql_do(st, &add, &e, INT64_C(1), "one", NULL, (size_t)0));
	assert_true(sql_do(st, &give_up, &e));
	assert_false(store_mark(st, &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_false(sql_do(st, &add, &e, INT64_C(2), "two", NULL, (size_t)0));
	store_back(st);
	assert_false(store_commit(st, &e));
	assert_int_equal(ask_count(st, &count), 0);
	assert_true(store_begin(st, &e));
	assert_true(store_mark(st, &e));
	assert_true(sql_do(st, &add, &e, INT64_C(3), "three", NULL, (size_t)0));
	assert_true(store_keep(st, &e));
	assert_true(store_commit(st, &e));
	assert_int_equal(ask_count(st, &count), 1);
}

static void
values_come_back(void **state)
{
	DROP(store_drop) struct store *st = opened(*state, &spec);
	DROP(rows_drop) struct rows *r = NULL;
	struct err e = {0};

	assert_true(store_begin(st, &e));
	assert_true(sql_do(st, &add, &e, INT64_C(-5), "text", "\0b", (size_t)2));
	assert_true(sql_do(st, &add, &e, INT64_MAX, NULL, NULL, (size_t)0));
	assert_true(sql_do(st, &add, &e, INT64_C(7), "", "", (size_t)0));
	assert_int_equal(sql_changed(st), 1);
	assert_true(store_commit(st, &e));
	assert_true(sql_ask(st, &r, &all, &e));
	assert_true(rows_next(r, &e));
	assert_int_equal(rows_i64(r, 0), -5);
	assert_string_equal(rows_text(r, 1), "text");
	assert_int_equal(rows_bytes(r, 2).len, 2);
	assert_memory_equal(rows_bytes(r, 2).p, "\0b", 2);
	assert_true(rows_next(r, &e));
	assert_string_equal(rows_text(r, 1), "");
	assert_false(rows_null(r, 2));
	assert_int_equal(rows_bytes(r, 2).len, 0);
	assert_true(rows_next(r, &e));
	assert_true(rows_i64(r, 0) == INT64_MAX && rows_null(r, 1) && rows_null(r, 2));
	assert_null(rows_text(r, 1));
	assert_false(rows_next(r, &e));
	assert_int_equal(e.kind, ERR_NONE);
	assert_false(rows_next(r, &e));
	rows_drop(&r);
	assert_true(sql_first(st, &r, &one, &e, INT64_C(99)));
	assert_null(r);
}

/* More pages than SQLite's cache and our gathered writes hold: they are read back within the transaction. */
static void
much_in_one_transaction(void **state)
{
	static unsigned char big[3000];
	DROP(store_drop) struct store *st = opened(*state, &spec);
	struct err e = {0};

	for (int turn = 0; turn < 2; turn++) {
		assert_true(store_begin(st, &e));
		for (int64_t n = 0; n < 1000; n++) {
			memset(big, (int)(n % 251), sizeof(big));
			assert_true(sql_do(st, &add, &e, n + turn * 1000, "", big, sizeof(big)));
		}
		for (int64_t n = 0; n < 1000; n += 7)
			assert_true(sql_do(st, &gone, &e, n + turn * 1000));
		assert_int_equal(ask_count(st, &count), turn == 0 ? 857 : 2 * 857);
		if (turn == 0)
			assert_true(store_commit(st, &e));
		else
			store_rollback(st);
	}
	assert_int_equal(ask_count(st, &count), 857);
	/* Another connection sees the same, from the log and from the file. */
	for (int turn = 0; turn < 2; turn++) {
		sqlite3 *db = NULL;
		sqlite3_stmt *q = NULL;

		assert_int_equal(sqlite3_open(((struct place *)*state)->path, &db), SQLITE_OK);
		assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*), (SELECT integrity_check FROM"
		    " pragma_integrity_check) FROM thing WHERE hex(substr(b, 1, 1)) = hex(substr(b, 3000, 1))",
		    -1, &q, NULL), SQLITE_OK);
		assert_int_equal(sqlite3_step(q), SQLITE_ROW);
		assert_int_equal(sqlite3_column_int(q, 0), 857);
		assert_string_equal((const char *)sqlite3_column_text(q, 1), "ok");
		sqlite3_finalize(q);
		sqlite3_close(db);
		assert_true(store_checkpoint(st, true, &e));
	}
}

static void
marks_nest_and_rollback_forgets(void **state)
{
	DROP(store_drop) struct store *st = opened(*state, &spec);
	struct err e = {0};

	assert_true(store_begin(st, &e));
	for (int64_t n = 1; n <= 3; n++) {
		assert_true(store_mark(st, &e));
		assert_true(sql_do(st, &add, &e, n, NULL, NULL, (size_t)0));
	}
	store_back(st);					/* 3 goes */
	assert_true(store_keep(st, &e));		/* 2 stays */
	assert_int_equal(ask_count(st, &count), 2);
	store_back(st);					/* 1 goes, and 2 inside it */
	assert_int_equal(ask_count(st, &count), 0);
	assert_true(sql_do(st, &add, &e, INT64_C(9), NULL, NULL, (size_t)0));
	assert_true(store_commit(st, &e));
	assert_true(store_begin(st, &e));
	assert_true(sql_do(st, &add, &e, INT64_C(10), NULL, NULL, (size_t)0));
	store_rollback(st);
	store_rollback(st);
	assert_int_equal(ask_count(st, &count), 1);
	assert_false(store_keep(st, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_false(store_commit(st, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

static void
a_constraint_is_a_conflict_and_cascades_work(void **state)
{
	DROP(store_drop) struct store *st = opened(*state, &spec);
	struct err e = {0};

	assert_true(sql_do(st, &add, &e, INT64_C(1), NULL, NULL, (size_t)0));
	assert_false(sql_do(st, &add, &e, INT64_C(1), NULL, NULL, (size_t)0));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_false(sql_do(st, &part, &e, INT64_C(1), INT64_C(5)));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_true(sql_do(st, &part, &e, INT64_C(1), INT64_C(1)));
	assert_true(sql_do(st, &gone, &e, INT64_C(1)));
	assert_int_equal(ask_count(st, &parts), 0);
	assert_true(store_checkpoint(st, false, &e));
	assert_true(store_checkpoint(st, true, &e));
}

static void
the_fence_holds(void **state)
{
	static const struct { struct sql s; enum err_kind kind; } rows[] = {
		{ { "update", "", "", "UPDATE log SET b = b" }, ERR_DENIED },
		{ { "delete", "", "", "DELETE FROM log" }, ERR_DENIED },
		{ { "replace", "", "", "INSERT OR REPLACE INTO log VALUES (1, '')" }, ERR_DENIED },
		{ { "upsert", "", "", "INSERT INTO log VALUES (1, '') ON CONFLICT DO UPDATE SET b = ''" }, ERR_DENIED },
		{ { "attach", "", "", "ATTACH ':memory:' AS x" }, ERR_DENIED },
		{ { "trigger", "", "", "CREATE TRIGGER x AFTER INSERT ON log BEGIN SELECT 1; END" }, ERR_DENIED },
		{ { "temp trigger", "", "", "CREATE TEMP TRIGGER x AFTER INSERT ON log BEGIN SELECT 1; END" }, ERR_DENIED },
		{ { "view", "", "", "CREATE VIEW x AS SELECT 1" }, ERR_DENIED },
		{ { "drop", "", "", "DROP TABLE log" }, ERR_DENIED },
		{ { "alter", "", "", "ALTER TABLE log RENAME TO logs" }, ERR_DENIED },
		{ { "pragma", "", "", "PRAGMA synchronous=OFF" }, ERR_DENIED },
		{ { "two", "", "", "DELETE FROM thing; DELETE FROM part" }, ERR_INPUT },
		{ { "order", "ii", "", "INSERT INTO part VALUES ($2, $1)" }, ERR_INPUT },
		{ { "letters", "i", "", "INSERT INTO part VALUES ($1, $2)" }, ERR_INPUT },
		{ { "nonsense", "", "", "HELLO" }, ERR_IO },
		{ { "rows", "", "i", "SELECT 1" }, ERR_INPUT },
	};
	DROP(store_drop) struct store *st = opened(*state, &spec);
	struct err e = {0};

	assert_true(sql_do(st, &note, &e, INT64_C(1), "x", (size_t)1));
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_false(sql_do(st, &rows[i].s, &e));
		if (e.kind != rows[i].kind)
			fail_msg("%s: %s: %s", rows[i].s.name, err_kind_name(e.kind), e.text);
	}
	assert_true(sql_do(st, &note, &e, INT64_C(2), "y", (size_t)1));
}

static void
a_query_is_lent_once(void **state)
{
	DROP(store_drop) struct store *st = opened(*state, &spec);
	DROP(rows_drop) struct rows *a = NULL;
	struct rows *b = NULL;
	struct err e = {0};

	assert_true(sql_ask(st, &a, &all, &e));
	assert_false(sql_ask(st, &b, &all, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_null(b);
}

static void
a_strangers_trigger_is_refused(void **state)
{
	static const char *const plants[] = {
		"CREATE TRIGGER x AFTER INSERT ON thing BEGIN DELETE FROM log; END",
		"DROP TRIGGER x; CREATE VIEW v AS SELECT 1",
	};
	struct store *st = opened(*state, &spec);
	struct err e = {0};

	/* Planted while we are open: it must not run inside our commit. */
	assert_true(sql_do(st, &note, &e, INT64_C(1), "x", (size_t)1));
	raw(*state, plants[0]);
	if (sql_do(st, &add, &e, INT64_C(1), NULL, NULL, (size_t)0)) {
		static const struct sql logs = { "logs", "", "i", "SELECT count(*) FROM log" };

		assert_int_equal(ask_count(st, &logs), 1);
	} else {
		assert_int_equal(e.kind, ERR_DENIED);
	}
	store_drop(&st);
	for (size_t i = 0; i < COUNT(plants); i++) {
		if (i > 0)
			raw(*state, plants[i]);
		assert_false(store_open(&st, &spec, ((struct place *)*state)->path, &e));
		assert_int_equal(e.kind, ERR_TAMPER);
		assert_null(st);
	}
}

static void
another_schema_or_no_database_is_refused(void **state)
{
	struct place *p = *state;
	struct store_spec other = spec;
	struct store *st = opened(p, &spec);
	struct err e = {0};
	struct stat s;
	int fd;

	assert_int_equal(stat(p->path, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0660);
	store_drop(&st);
	other.schema_version = 4;
	assert_false(store_open(&st, &other, p->path, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	fd = open(p->path, O_WRONLY | O_TRUNC);
	for (int i = 0; i < 400; i++)
		assert_int_equal(write(fd, "not a data base ", 16), 16);
	close(fd);
	assert_false(store_open(&st, &spec, p->path, &e));
	assert_int_equal(e.kind, ERR_TAMPER);
	unlink(p->path);
	raw(p, "CREATE TABLE strange (a)");
	assert_false(store_open(&st, &spec, p->path, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

static void
another_type_in_a_column_is_tampering(void **state)
{
	static const struct sql wrong = { "wrong", "", "t", "SELECT n FROM thing" };
	DROP(store_drop) struct store *st = opened(*state, &spec);
	struct rows *r = NULL;
	struct err e = {0};

	assert_true(sql_do(st, &add, &e, INT64_C(1), NULL, NULL, (size_t)0));
	assert_false(sql_first(st, &r, &wrong, &e));
	assert_int_equal(e.kind, ERR_TAMPER);
	assert_null(r);
}

/* What a query found may be changed, and the query be asked anew, while its column is gone through. */
static void
a_column_is_read_to_its_end(void **state)
{
	static const struct sql above = { "above", "i", "i", "SELECT n FROM thing WHERE n > $1 ORDER BY n" },
	    wrong = { "wrong", "", "i", "SELECT t FROM thing" };
	DROP(store_drop) struct store *st = opened(*state, &spec);
	int64_t into[3] = {0}, again[3];
	struct err e = {0};
	size_t n = 9;

	assert_true(sql_column(st, into, COUNT(into), &n, &above, &e, INT64_C(0)));
	assert_int_equal(n, 0);
	for (int64_t i = 1; i <= 5; i++)
		assert_true(sql_do(st, &add, &e, i * 10, "", NULL, (size_t)0));
	assert_true(sql_column(st, into, COUNT(into), &n, &above, &e, INT64_C(10)));
	assert_int_equal(n, 3);
	assert_true(into[0] == 20 && into[1] == 30 && into[2] == 40);
	for (size_t i = 0; i < 3; i++) {
		assert_true(sql_do(st, &gone, &e, into[i]));
		assert_true(sql_column(st, again, COUNT(again), &n, &above, &e, INT64_C(10)));
		assert_int_equal(n, 3 - i);
	}
	assert_false(sql_column(st, into, COUNT(into), &n, &wrong, &e));
	assert_int_equal(e.kind, ERR_TAMPER);
}

static void
a_reader_beside_a_writer(void **state)
{
	struct place *p = *state;
	struct store_spec reading = { .name = "reader", .read_only = true };
	struct store *st = opened(p, &spec), *ro;
	struct err e = {0};
	struct stat s;
	char wal[128];

	assert_true(sql_do(st, &add, &e, INT64_C(1), NULL, NULL, (size_t)0));
	ro = opened(p, &reading);
	assert_true(store_begin(ro, &e));
	assert_int_equal(ask_count(ro, &count), 1);
	assert_true(sql_do(st, &add, &e, INT64_C(2), NULL, NULL, (size_t)0));
	assert_int_equal(ask_count(ro, &count), 1);	/* a snapshot */
	assert_true(store_commit(ro, &e));
	assert_int_equal(ask_count(ro, &count), 2);
	assert_false(sql_do(ro, &add, &e, INT64_C(3), NULL, NULL, (size_t)0));
	store_drop(&ro);
	store_drop(&st);
	/* Closed cleanly: read without leaving a file behind. */
	ro = opened(p, &reading);
	assert_true(store_begin(ro, &e));
	assert_int_equal(ask_count(ro, &count), 2);
	snprintf(wal, sizeof(wal), "%s-wal", p->path);
	assert_int_not_equal(stat(wal, &s), 0);
	assert_true(store_commit(ro, &e));
	/* A writer that comes meanwhile is noticed. */
	assert_true(store_begin(ro, &e));
	st = opened(p, &spec);
	assert_true(sql_do(st, &add, &e, INT64_C(4), NULL, NULL, (size_t)0));
	assert_false(store_commit(ro, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	store_drop(&ro);
	store_drop(&st);
	unlink(p->path);
	assert_false(store_open(&ro, &reading, p->path, &e));
	assert_int_equal(e.kind, ERR_ABSENT);
}

/* It stands in the log alone. */
static void
crash_with_a_row(const struct place *p, int64_t n)
{
	pid_t child = fork();
	struct err e = {0};
	int status;

	if (child == 0) {
		struct store *st = opened(p, &spec);

		_exit(sql_do(st, &add, &e, n, NULL, NULL, (size_t)0) ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void
a_reader_after_a_crash(void **state)
{
	static const struct store_spec reading = { .name = "reader", .read_only = true };
	struct place *p = *state;
	char wal[128], shm[128];
	struct store *ro;
	struct err e = {0};
	struct stat s;

	crash_with_a_row(p, 1);
	snprintf(wal, sizeof(wal), "%s-wal", p->path);
	snprintf(shm, sizeof(shm), "%s-shm", p->path);
	assert_true(stat(wal, &s) == 0 && s.st_size > 0);
	for (int pass = 0; pass < 2; pass++) {		/* with -shm, then without */
		ro = opened(p, &reading);
		assert_true(store_begin(ro, &e));
		assert_int_equal(ask_count(ro, &count), 1);
		assert_true(store_commit(ro, &e));
		assert_int_equal(stat(shm, &s) == 0, pass == 0);	/* nothing was made for it */
		if (pass == 1) {			/* and a writer that comes meanwhile is noticed */
			struct store *st;

			assert_true(store_begin(ro, &e));
			st = opened(p, &spec);
			assert_true(sql_do(st, &add, &e, INT64_C(2), NULL, NULL, (size_t)0));
			BAD(store_commit(ro, &e), ERR_BUSY);
			store_drop(&st);
		}
		store_drop(&ro);
		unlink(shm);
	}
}

/* Is the file zeros, and how long? */
static bool
is_blank(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	int c;

	assert_non_null(f);
	for (*size = 0; (c = getc(f)) == 0; ++*size)
		;
	fclose(f);
	return c == EOF;
}

static int
rows_of(const char *path, const char *options)
{
	char uri[256];
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	int n;

	snprintf(uri, sizeof(uri), "file:%s%s", path, options);
	assert_int_equal(sqlite3_open_v2(uri, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, "unix"), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*), (SELECT integrity_check FROM pragma_integrity_check) FROM thing",
	    -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	n = sqlite3_column_int(q, 0);
	assert_string_equal((const char *)sqlite3_column_text(q, 1), "ok");
	sqlite3_finalize(q);
	sqlite3_close(db);
	return n;
}

/* Without a last word: what a crash leaves. */
static void
crash_with_rows(const struct place *p, int64_t from, int64_t to, bool emptied)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct err e = {0};
		struct store *st = opened(p, &spec);
		bool good = true;

		for (int64_t n = from; good && n <= to; n++)
			good = sql_do(st, &add, &e, n, NULL, "a name", (size_t)6);
		_exit(good && store_checkpoint(st, emptied, &e) ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* What lies beside a store that is closed: its reader waits for nothing, makes nothing and believes no other log. */
static void
a_reader_and_what_lies_beside(void **state)
{
	static const struct store_spec reading = { .name = "reader", .read_only = true };
	enum what { PIPE, LINK, BYTES, EMPTY };
	static const struct { const char *ending; enum what what; enum err_kind kind; } rows[] = {
		{ "-wal", PIPE, ERR_IO }, { "-shm", PIPE, ERR_IO }, { "-journal", PIPE, ERR_IO }, { "-wal", LINK, ERR_IO },
		{ "-shm", LINK, ERR_IO }, { "-journal", BYTES, ERR_TAMPER }, { "-journal", EMPTY, ERR_NONE },
		{ "-shm", BYTES, ERR_NONE }, { "-shm", EMPTY, ERR_NONE }, { "-wal", EMPTY, ERR_NONE },
	};
	struct place *p = *state;
	struct store *st = opened(p, &spec), *ro = NULL;
	struct err e = {0};
	struct stat s;
	char path[128], wal[128];

	assert_true(sql_do(st, &add, &e, INT64_C(1), NULL, NULL, (size_t)0));
	store_drop(&st);
	snprintf(wal, sizeof(wal), "%s-wal", p->path);
	for (size_t i = 0; i < COUNT(rows); i++) {
		FILE *f;

		snprintf(path, sizeof(path), "%s%s", p->path, rows[i].ending);
		if (rows[i].what == PIPE || rows[i].what == LINK) {
			assert_int_equal(rows[i].what == PIPE ? mkfifo(path, 0600) : symlink(p->path, path), 0);
		} else {
			f = fopen(path, "wb");
			assert_non_null(f);
			assert_true(rows[i].what == EMPTY || fputs("some bytes", f) >= 0);
			fclose(f);
		}
		e = (struct err){0};
		alarm(20);
		assert_int_equal(store_open(&ro, &reading, p->path, &e), rows[i].kind == ERR_NONE);
		alarm(0);
		if (e.kind != rows[i].kind)
			fail_msg("%s, row %zu: %s", rows[i].ending, i, e.text);
		if (ro != NULL)
			assert_int_equal(ask_count(ro, &count), 1);
		store_drop(&ro);
		assert_int_equal(unlink(path), 0);
		assert_int_not_equal(stat(wal, &s), 0);
	}
	/* A link to a store is followed, and the log is that store's. */
	crash_with_a_row(p, 2);
	snprintf(path, sizeof(path), "%s-link", p->path);
	assert_int_equal(symlink(p->path, path), 0);
	assert_true(store_open(&ro, &reading, path, &e));
	assert_int_equal(ask_count(ro, &count), 2);
	store_drop(&ro);
	unlink(path);
}

/* Writers that come and go take log and index away and make others: who reads then waits or is told that one came, and finds no fault. */
static void
a_reader_while_writers_come_and_go(void **state)
{
	static const struct store_spec reading = { .name = "reader", .read_only = true };
	struct place *p = *state;
	struct store *st = opened(p, &spec);
	int64_t until = clock_mono_ms() + 1500, good = 0;
	pid_t child;
	int status;

	store_drop(&st);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int64_t n = 1; ; n++) {
			st = NULL;
			if (!store_open(&st, &spec, p->path, NULL) || !sql_do(st, &add, NULL, n, NULL, NULL, (size_t)0))
				_exit(1);
			store_drop(&st);
		}
	}
	while (clock_mono_ms() < until) {
		struct err e = {0};

		if (store_open(&st, &reading, p->path, &e) && store_begin(st, &e) && ask_count(st, &count) >= 0 && store_commit(st, &e))
			good++;
		else if (e.kind != ERR_BUSY)
			fail_msg("%s: %s", err_kind_name(e.kind), e.text);
		store_drop(&st);
	}
	assert_true(good > 0);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

/* An emptied log keeps its blocks, and is an empty one to whoever comes: our readers, SQLite itself, the next writer. */
static void
an_emptied_log(void **state)
{
	static const struct store_spec reading = { .name = "reader", .read_only = true };
	struct place *p = *state;
	char wal[128], shm[128];
	struct store *st;
	struct err e = {0};
	size_t size;

	snprintf(wal, sizeof(wal), "%s-wal", p->path);
	snprintf(shm, sizeof(shm), "%s-shm", p->path);
	crash_with_rows(p, 1, 40, true);
	assert_true(is_blank(wal, &size));
	assert_true(size > 40 * 4096);
	for (int pass = 0; pass < 2; pass++) {		/* with -shm, then without */
		st = opened(p, &reading);
		assert_true(store_begin(st, &e));
		assert_int_equal(ask_count(st, &count), 40);
		assert_true(store_commit(st, &e));
		store_drop(&st);
		unlink(shm);
		assert_true(is_blank(wal, &size));
	}
	/* Begun anew over the zeros, and not emptied: a crash loses nothing. */
	crash_with_rows(p, 41, 45, false);
	assert_false(is_blank(wal, &size));
	assert_int_equal(rows_of(p->path, ""), 45);
	/* Too large a one is cut to what is kept. */
	crash_with_rows(p, 46, 900, true);
	assert_true(is_blank(wal, &size));
	assert_int_equal(size, 2 << 20);
	assert_int_equal(rows_of(p->path, ""), 900);
}

/* Cut short between the header's zeros and those of the rest: no old frame is read. */
static void
a_log_half_emptied(void **state)
{
	static const unsigned char zeros[32];
	struct place *p = *state;
	char wal[128], shm[128];
	size_t size;
	FILE *f;

	snprintf(wal, sizeof(wal), "%s-wal", p->path);
	snprintf(shm, sizeof(shm), "%s-shm", p->path);
	crash_with_rows(p, 1, 40, false);		/* all of it is in the database, too */
	f = fopen(wal, "r+b");
	assert_non_null(f);
	assert_int_equal(fwrite(zeros, 1, sizeof(zeros), f), sizeof(zeros));
	fclose(f);
	unlink(shm);
	assert_false(is_blank(wal, &size));
	assert_int_equal(rows_of(p->path, ""), 40);
	crash_with_rows(p, 41, 42, false);
	assert_int_equal(rows_of(p->path, ""), 42);
}

/* More than the cache holds was written to the log before it was given up: the next writer's pages stand where it was. */
static void
what_one_gave_up_is_not_written_over_the_others(void **state)
{
	static const struct store_spec together = { .name = "together", .schemas = schemas, .schema_version = 3,
	    .shared = true, .wait_ms = 2000 };
	static unsigned char big[3000];
	struct place *p = *state;

	for (int cut = 0; cut < 2; cut++) {
		struct store *a = opened(p, &together), *b = opened(p, &together);
		int64_t base = cut * 10000;
		struct err e = {0};

		assert_true(sql_do(a, &add, &e, base, NULL, big, sizeof(big)));
		assert_true(store_checkpoint(a, cut == 1, &e));
		assert_true(store_begin(a, &e));
		for (int64_t n = 1; n <= 120; n++)
			assert_true(sql_do(a, &add, &e, base + n, NULL, big, sizeof(big)));
		store_rollback(a);
		assert_true(store_begin(b, &e));
		for (int64_t n = 1; n <= 100; n++)
			assert_true(sql_do(b, &add, &e, base + 1000 + n, NULL, big, sizeof(big)));
		assert_true(store_commit(b, &e));
		assert_int_equal(ask_count(a, &count), 101 * (cut + 1));
		store_drop(&a);
		store_drop(&b);
		assert_int_equal(rows_of(p->path, ""), 101 * (cut + 1));
	}
}

/* What SQLite's unix VFS does when a first connection comes: byte 128 held, the index emptied. */
static void
as_a_writer_that_starts(const char *shm, int said, int go)
{
	struct flock held = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 128, .l_len = 1 };
	int fd = open(shm, O_RDWR | O_CLOEXEC);
	char c = 'x';

	if (fd < 0 || fcntl(fd, F_SETLK, &held) != 0 || ftruncate(fd, 3) != 0 ||
	    write(said, &c, 1) != 1 || read(go, &c, 1) != 0)
		_exit(1);
	_exit(0);
}

static void
a_reader_while_a_writer_starts(void **state)
{
	static const struct store_spec reading = { .name = "reader", .read_only = true };
	struct place *p = *state;
	struct store *ro, *st;
	struct err e = {0};
	int status, said[2], go[2];
	char shm[128], c;
	pid_t child;

	crash_with_a_row(p, 1);
	snprintf(shm, sizeof(shm), "%s-shm", p->path);
	ro = opened(p, &reading);		/* beside a dead writer's log */
	assert_true(pipe2(said, O_CLOEXEC) == 0 && pipe2(go, O_CLOEXEC) == 0);
	child = fork();
	if (child == 0) {
		close(go[1]);
		as_a_writer_that_starts(shm, said[1], go[0]);
	}
	close(said[1]);
	assert_int_equal(read(said[0], &c, 1), 1);
	assert_false(store_begin(ro, &e));
	assert_int_equal(e.kind, ERR_BUSY);	/* nothing is wrong with it: look again */
	store_drop(&ro);
	close(go[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(said[0]);
	close(go[0]);
	st = opened(p, &spec);
	ro = opened(p, &reading);
	assert_true(store_begin(ro, &e));
	assert_int_equal(ask_count(ro, &count), 1);
	assert_true(store_commit(ro, &e));
	store_drop(&ro);
	store_drop(&st);
}

static void
writers_wait_their_turn(void **state)
{
	struct store_spec shared = spec;
	struct place *p = *state;
	struct store *a, *b;
	struct err e = {0};
	pid_t child[3];
	int status;

	shared.shared = true;
	a = opened(p, &shared);
	b = opened(p, &shared);
	assert_true(store_begin(a, &e));
	assert_false(store_begin(b, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	store_rollback(a);
	assert_true(store_begin(b, &e));
	store_drop(&b);					/* gives the lock back */
	store_drop(&a);
	shared.wait_ms = 20000;
	for (int64_t c = 0; c < 3; c++)
		if ((child[c] = fork()) == 0) {
			struct store *st = opened(p, &shared);

			for (int64_t n = 0; n < 40; n++)
				if (!sql_do(st, &add, &e, 100 * c + n, NULL, NULL, (size_t)0))
					_exit(1);
			store_drop(&st);
			_exit(0);
		}
	for (int c = 0; c < 3; c++) {
		assert_int_equal(waitpid(child[c], &status, 0), child[c]);
		assert_int_equal(status, 0);
	}
	a = opened(p, &shared);
	assert_int_equal(ask_count(a, &count), 120);
	store_drop(&a);
}

/* ---- later additions ---- */

static const char *const wider[] = { "CREATE TABLE more (n INTEGER PRIMARY KEY) STRICT;",
    "CREATE INDEX part_thing ON part (thing);", NULL };
static const char *const widest[] = { "ALTER TABLE more ADD COLUMN t TEXT;", NULL };
static const char *const wrong[] = { "CREATE TABLE most (n INTEGER PRIMARY KEY) STRICT;", "CREATE TABLE more (n);", NULL };

static void
an_older_store_is_brought_up_step_by_step(void **state)
{
	static const struct store_step steps[] = { { 4, wider }, { 5, widest } };
	static const struct sql mores = { "mores", "", "iT", "SELECT n, t FROM more" };
	struct place *p = *state;
	struct store_spec newer = spec;
	struct store *st = opened(p, &spec);
	struct err e = {0};

	assert_true(store_begin(st, &e));
	assert_true(sql_do(st, &add, &e, INT64_C(1), NULL, NULL, (size_t)0));
	assert_true(store_commit(st, &e));
	store_drop(&st);
	newer.steps = steps;
	newer.step_count = 1;
	st = opened(p, &newer);
	store_drop(&st);
	newer.step_count = 2;
	for (int again = 0; again < 2; again++) {
		DROP(rows_drop) struct rows *r = NULL;

		st = opened(p, &newer);
		assert_int_equal(ask_count(st, &count), 1);
		assert_true(sql_first(st, &r, &mores, &e));
		rows_drop(&r);
		store_drop(&st);
	}
	/* the program of before knows better than to open it */
	assert_false(store_open(&st, &spec, p->path, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	unlink(p->path);
	st = opened(p, &newer);		/* and a new one has it all */
	assert_int_equal(ask_count(st, &count), 0);
	store_drop(&st);
}

static void
a_step_that_fails_leaves_the_store_as_it_was(void **state)
{
	static const struct store_step good[] = { { 4, wider } }, bad[] = { { 4, wider }, { 5, wrong } };
	struct place *p = *state;
	struct store_spec newer = spec;
	struct store *st = opened(p, &spec);
	struct err e = {0};

	store_drop(&st);
	newer.steps = bad;
	newer.step_count = 2;
	assert_false(store_open(&st, &newer, p->path, &e));
	assert_null(st);
	st = opened(p, &spec);		/* still of version 3 */
	store_drop(&st);
	newer.steps = good;
	newer.step_count = 1;
	st = opened(p, &newer);
	store_drop(&st);
}

/* Whoever serves from a file that has no name any more loses what is written. */
static void
a_file_that_was_moved(void **state)
{
	struct place *p = *state;
	DROP(store_drop) struct store *st = opened(p, &spec);
	char away[128];

	snprintf(away, sizeof(away), "%s-away", p->path);
	assert_false(store_moved(st));
	assert_int_equal(rename(p->path, away), 0);
	assert_true(store_moved(st));
	assert_int_equal(rename(away, p->path), 0);
	assert_false(store_moved(st));
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(what_was_lost_stays_lost), CASE(values_come_back), CASE(much_in_one_transaction), CASE(marks_nest_and_rollback_forgets),
		CASE(a_constraint_is_a_conflict_and_cascades_work), CASE(the_fence_holds),
		CASE(a_query_is_lent_once), CASE(a_strangers_trigger_is_refused),
		CASE(another_schema_or_no_database_is_refused),
		CASE(an_older_store_is_brought_up_step_by_step), CASE(a_step_that_fails_leaves_the_store_as_it_was),
		CASE(another_type_in_a_column_is_tampering), CASE(a_column_is_read_to_its_end), CASE(a_reader_beside_a_writer),
		CASE(a_reader_after_a_crash), CASE(a_reader_and_what_lies_beside), CASE(a_reader_while_writers_come_and_go),
		CASE(an_emptied_log),
		CASE(a_log_half_emptied), CASE(what_one_gave_up_is_not_written_over_the_others),
		CASE(a_reader_while_a_writer_starts),
		CASE(writers_wait_their_turn), CASE(a_file_that_was_moved),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
