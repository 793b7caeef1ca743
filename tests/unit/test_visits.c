/* tests/unit/test_visits.c - page counts: added up by day, small ones neither told nor kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include <pthread.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "portal/web/site.h"
#include "portal/web/visits.h"

#define TODAY	INT64_C(20784)
#define NOW	(TODAY * DAY + 3600)

struct scene { char dir[64]; struct store *st; };

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	struct err e = {0};
	char path[96];

	snprintf(s->dir, sizeof(s->dir), "/tmp/visits.XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	snprintf(path, sizeof(path), "%s/site.db", s->dir);
	assert_true(store_open(&s->st, &site_spec, path, &e));
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;
	char command[96];

	store_drop(&s->st);
	snprintf(command, sizeof(command), "%s/site.db", s->dir);
	unlink(command);
	free(s);
	return 0;
}

static int64_t
sum(struct scene *s, enum visits_kind kind, const char *name, int64_t since)
{
	struct visits_sum row[10];
	struct err e = {0};
	size_t n;

	assert_true(visits_sums(s->st, kind, since, row, COUNT(row), &n, &e));
	for (size_t i = 0; i < n; i++)
		if (strcmp(row[i].name, name) == 0)
			return row[i].n;
	return 0;
}

static void
put(struct scene *s, int64_t day, enum visits_kind kind, const char *name, int64_t n)
{
	struct err e = {0};

	assert_true(store_begin(s->st, &e));
	assert_true(visits_add(s->st, day, kind, name, n, &e));
	assert_true(store_commit(s->st, &e));
}

static void
test_small(void **state)
{
	struct scene *s = *state;
	struct err e = {0};

	put(s, TODAY - 1, VISITS_PAGE, "roots", 10);
	put(s, TODAY, VISITS_PAGE, "roots", 12);
	put(s, TODAY, VISITS_PAGE, "imprint", 9);
	assert_int_equal(sum(s, VISITS_PAGE, "roots", TODAY - 1), 22);
	assert_int_equal(sum(s, VISITS_PAGE, "imprint", TODAY - 1), 0);	/* nine: not told */
	assert_int_equal(sum(s, VISITS_BROWSER, "roots", TODAY - 1), 0);
	assert_true(visits_sweep(s->st, TODAY, &e));
	assert_int_equal(sum(s, VISITS_PAGE, "roots", TODAY - 1), 22);
	assert_true(visits_sweep(s->st, TODAY + VISITS_KEPT, &e));
	assert_int_equal(sum(s, VISITS_PAGE, "roots", 0), 12);		/* old ones go whatever they are */
}

/* Is there a row of this name, however small? */
static bool
kept(struct scene *s, const char *name)
{
	static const struct sql look = { "look", "t", "i", "SELECT n FROM visits WHERE name = $1" };
	DROP(rows_drop) struct rows *r = NULL;
	struct err e = {0};

	assert_true(sql_first(s->st, &r, &look, &e, name));
	return r != NULL;
}

/* What is counted seldom is in no file, not for a minute, and goes with its day. */
static void
test_seldom(void **state)
{
	struct scene *s = *state;
	struct err e = {0};

	assert_true(visits_write(s->st, NOW + 10 * DAY, true, &e));
	for (int i = 0; i < 9; i++)
		visits_note("seldom", "Seldom", "seldom.example");
	assert_true(visits_write(s->st, NOW + 10 * DAY, true, &e));
	assert_false(kept(s, "seldom"));
	assert_false(kept(s, "Seldom"));
	assert_false(kept(s, "seldom.example"));
	assert_true(visits_write(s->st, NOW + 11 * DAY, true, &e));	/* the day is over */
	visits_note("seldom", "Seldom", "seldom.example");
	assert_true(visits_write(s->st, NOW + 11 * DAY, true, &e));
	assert_false(kept(s, "seldom"));
}

static void
test_noted(void **state)
{
	struct scene *s = *state;
	struct err e = {0};

	for (int i = 0; i < 10; i++)
		visits_note("help", "Firefox", "www.forum.example.co.uk");
	for (int i = 0; i < 10; i++)
		visits_note("help", NULL, i % 2 == 0 ? "192.0.2.7" : "co.uk");	/* an address and a public suffix are no site */
	assert_true(visits_write(s->st, NOW, false, &e));
	assert_int_equal(sum(s, VISITS_PAGE, "help", TODAY), 0);	/* not before its minute is over */
	assert_true(visits_write(s->st, NOW + MINUTE, false, &e));
	assert_int_equal(sum(s, VISITS_PAGE, "help", TODAY), 20);
	assert_int_equal(sum(s, VISITS_BROWSER, "Firefox", TODAY), 10);
	assert_int_equal(sum(s, VISITS_SITE, "example.co.uk", TODAY), 10);
	assert_int_equal(sum(s, VISITS_SITE, "192.0.2.7", TODAY), 0);
}

/* Invented names fill no memory and no store: what is too much is counted as other. */
static void
test_flood(void **state)
{
	struct scene *s = *state;
	struct err e = {0};
	char host[64];

	for (int i = 0; i < 5000; i++) {
		snprintf(host, sizeof(host), "flood%d.example.org.uk", i);
		visits_note("help", "Firefox", host);
	}
	assert_true(visits_write(s->st, NOW, true, &e));
	assert_int_equal(sum(s, VISITS_PAGE, "help", TODAY), 5000);
	for (int i = 0; i < 5000; i++) {
		snprintf(host, sizeof(host), "flood%d.example", i);
		visits_note("help", "Firefox", host);
	}
	assert_true(visits_write(s->st, NOW, true, &e));
	assert_true(sum(s, VISITS_SITE, "other", TODAY) > 4000);
	assert_int_equal(sum(s, VISITS_PAGE, "help", TODAY), 10000);
	assert_false(kept(s, "flood7.example"));
}

static atomic_bool done;

static void *
write_all(void *self)
{
	struct scene *s = self;
	struct err e = {0};
	bool *good = malloc(sizeof(*good));

	assert_non_null(good);
	*good = visits_write(s->st, NOW + 20 * DAY, true, &e);
	atomic_store(&done, true);
	return good;
}

static int64_t
ms(void)
{
	struct timespec t;

	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &t), 0);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

/* While the store is somebody else's, whoever counts waits for nothing, and no count is lost or doubled. */
static void
test_busy_store(void **state)
{
	struct scene *s = *state;
	struct store *other = NULL;
	struct err e = {0};
	char path[96];
	int64_t began, n = 15;
	void *wrote;
	pthread_t t;

	assert_true(visits_write(s->st, NOW + 20 * DAY, true, &e));
	for (int i = 0; i < 15; i++)
		visits_note("busy", NULL, NULL);
	snprintf(path, sizeof(path), "%s/site.db", s->dir);
	assert_true(store_open(&other, &site_spec, path, &e));
	assert_true(store_begin(other, &e));
	assert_int_equal(pthread_create(&t, NULL, write_all, s), 0);
	began = ms();
	while (ms() - began < 300) {
		int64_t before = ms();

		visits_note("busy", NULL, NULL);
		n++;
		assert_true(ms() - before < 200);
		assert_false(atomic_load(&done));
		if (ms() - began < 250)
			usleep(50000);
	}
	store_rollback(other);
	store_drop(&other);
	assert_int_equal(pthread_join(t, &wrote), 0);
	assert_true(*(bool *)wrote);
	free(wrote);
	assert_true(visits_write(s->st, NOW + 20 * DAY, true, &e));
	assert_int_equal(sum(s, VISITS_PAGE, "busy", TODAY + 20), n);
}

/* What could not be written is written the next time. */
static void
test_failing_store(void **state)
{
	struct scene *s = *state;
	struct store *other = NULL;
	struct err e = {0};
	char path[96];

	assert_true(visits_write(s->st, NOW + 21 * DAY, true, &e));
	for (int i = 0; i < 15; i++)
		visits_note("failing", NULL, NULL);
	snprintf(path, sizeof(path), "%s/site.db", s->dir);
	assert_true(store_open(&other, &site_spec, path, &e));
	assert_true(store_begin(other, &e));
	assert_false(visits_write(s->st, NOW + 21 * DAY, true, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	store_rollback(other);
	store_drop(&other);
	visits_note("failing", NULL, NULL);
	/* A day that is over is written whole, though its minute is not. */
	assert_true(visits_write(s->st, NOW + 22 * DAY, false, &e));
	assert_int_equal(sum(s, VISITS_PAGE, "failing", TODAY + 21), 16);
	visits_note("failing", NULL, NULL);
	assert_true(visits_write(s->st, NOW + 22 * DAY, true, &e));
	assert_int_equal(sum(s, VISITS_PAGE, "failing", TODAY + 21), 16);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_small, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_noted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_flood, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_seldom, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_busy_store, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_failing_store, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
