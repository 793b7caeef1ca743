/* tests/unit/test_clock.c - dates written by hand agree with the C library's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "ledger/base/clock.h"

static void
agrees(int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;
	char want[40], got[21];

	assert_non_null(gmtime_r(&t, &tm));
	snprintf(want, sizeof(want), "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
	    tm.tm_hour, tm.tm_min, tm.tm_sec);
	clock_iso(at, got);
	assert_string_equal(got, want);
}

static void
test_iso(void **state)
{
	static const struct { int64_t at; const char *says; } rows[] = {
		{ 0, "1970-01-01T00:00:00Z" }, { -1, "1969-12-31T23:59:59Z" },
		{ INT64_C(951782399), "2000-02-28T23:59:59Z" }, { INT64_C(951782400), "2000-02-29T00:00:00Z" },
		{ INT64_C(4107542399), "2100-02-28T23:59:59Z" }, { INT64_C(4107542400), "2100-03-01T00:00:00Z" },
		{ INT64_C(253402300799), "9999-12-31T23:59:59Z" }, { INT64_C(253402300800), "?" },
		{ INT64_C(-62167219200), "0000-01-01T00:00:00Z" }, { INT64_C(-62167219201), "?" },
		{ INT64_MAX, "?" }, { INT64_MIN, "?" },
	};
	char got[21];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		clock_iso(rows[i].at, got);
		assert_string_equal(got, rows[i].says);
	}
}

/* Every day of five hundred years, and a stride that meets every hour, minute and second. */
static void
test_as_the_library(void **state)
{
	(void)state;
	for (int64_t day = -70 * 365; day < 430 * 366; day++)
		agrees(day * DAY + 43199);
	for (int64_t at = -INT64_C(60000000000); at < INT64_C(250000000000); at += INT64_C(1234567891))
		agrees(at);
	for (int64_t at = 1700000000; at < 1700000000 + 2 * DAY; at += 7)
		agrees(at);
}

static void
test_stopped_and_moved(void **state)
{
	int64_t now;

	(void)state;
	clock_fix(1000);
	assert_int_equal(clock_now(), 1000);
	clock_fix(0);
	now = clock_now();
	clock_shift(DAY);
	assert_in_range(clock_now() - now, DAY, DAY + 60);
	clock_shift(0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_iso),
		cmocka_unit_test(test_as_the_library),
		cmocka_unit_test(test_stopped_and_moved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
