/* tests/unit/test_day.c - days of the calendar, birthdays, and where it is tomorrow already. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/day.h"

static const struct { const char *text; int64_t day; } days[] = {
	{ "1970-01-01", 0 }, { "1970-01-02", 1 }, { "1969-12-31", -1 }, { "1900-01-01", -25567 },
	{ "1900-02-28", -25509 }, { "1900-03-01", -25508 }, { "2000-02-29", 11016 }, { "2000-03-01", 11017 },
	{ "2008-02-29", 13938 }, { "2026-11-22", 20779 }, { "2100-02-28", 47540 }, { "2100-03-01", 47541 },
	{ "9999-12-31", 2932896 },
};

static const char *const no_days[] = {
	"", "2", "20", "2026", "2026-", "2026-1", "2026-11", "2026-11-", "2026-11-2", "2026-11-222", "2026-11-22 ",
	" 2026-11-22", "2026/11/22", "22.11.2026", "2026-00-10", "2026-13-10", "2026-11-00", "2026-11-31",
	"2026-02-29", "2026-02-30", "1900-02-29", "2100-02-29", "2027-02-29", "2024-02-30", "2026-04-31", "2026-01-32",
	"1899-12-31", "0000-01-01", "-026-01-01", "+026-01-01", "2026-0a-01", "2026-01-0a", "2026-11-22\n",
};

static void
reading(void **state)
{
	char text[11];
	int64_t day;

	(void)state;
	for (size_t i = 0; i < COUNT(days); i++) {
		assert_true(day_read(days[i].text, &day));
		assert_int_equal(day, days[i].day);
		day_write(day, text);
		assert_string_equal(text, days[i].text);
	}
	for (size_t i = 0; i < COUNT(no_days); i++)
		if (day_read(no_days[i], &day))
			fail_msg("'%s' is no day", no_days[i]);
}

/* Every day from 1900 to 2200 follows the one before and comes back as it was written. */
static void
every_day(void **state)
{
	char text[11];
	int64_t day, again;

	(void)state;
	assert_true(day_read("1900-01-01", &day));
	for (; day < 84000; day++) {
		day_write(day, text);
		assert_true(day_read(text, &again));
		assert_int_equal(again, day);
	}
}

/* A month later: the same number, or the last day of a shorter month; over year ends and leap days. */
static const struct { const char *day; int64_t months; const char *then; } months_on[] = {
	{ "2026-11-27", 1, "2026-12-27" }, { "2026-12-31", 1, "2027-01-31" }, { "2027-01-31", 1, "2027-02-28" },
	{ "2028-01-31", 1, "2028-02-29" }, { "2028-01-30", 1, "2028-02-29" }, { "2028-02-29", 1, "2028-03-29" },
	{ "2027-12-31", 2, "2028-02-29" }, { "2026-12-31", 2, "2027-02-28" }, { "2026-11-30", 3, "2027-02-28" },
	{ "2026-08-31", 1, "2026-09-30" }, { "2026-03-31", 1, "2026-04-30" }, { "2026-12-01", 1, "2027-01-01" },
	{ "2028-02-29", 12, "2029-02-28" }, { "2027-02-28", 12, "2028-02-28" }, { "2026-11-27", 12, "2027-11-27" },
	{ "2027-11-27", -12, "2026-11-27" }, { "2028-02-29", -12, "2027-02-28" }, { "2026-01-15", -1, "2025-12-15" },
	{ "2099-12-31", 2, "2100-02-28" }, { "2026-05-31", 0, "2026-05-31" },
};

static void
months_later(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(months_on); i++) {
		char text[11];
		int64_t day;

		assert_true(day_read(months_on[i].day, &day));
		day_write(day_months_on(day, months_on[i].months), text);
		if (strcmp(text, months_on[i].then) != 0)
			fail_msg("%s and %lld months: %s", months_on[i].day, (long long)months_on[i].months, text);
	}
}

static const struct { const char *birth, *on; int64_t age; } ages[] = {
	{ "2008-11-22", "2026-11-21", 17 }, { "2008-11-22", "2026-11-22", 18 }, { "2008-11-22", "2026-11-23", 18 },
	{ "2008-11-22", "2008-11-22", 0 }, { "2008-11-22", "2008-11-21", -1 }, { "2008-02-29", "2026-02-28", 17 },
	{ "2008-02-29", "2026-03-01", 18 }, { "2008-02-29", "2028-02-28", 19 }, { "2008-02-29", "2028-02-29", 20 },
	{ "2008-12-31", "2026-01-01", 17 }, { "2008-12-31", "2026-12-30", 17 }, { "2008-12-31", "2026-12-31", 18 },
	{ "2008-01-01", "2025-12-31", 17 }, { "2008-01-01", "2026-01-01", 18 }, { "1900-01-01", "2026-11-22", 126 },
	{ "2027-01-01", "2026-11-22", -1 },
};

static void
age(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ages); i++) {
		int64_t birth, on;

		assert_true(day_read(ages[i].birth, &birth) && day_read(ages[i].on, &on));
		if (day_age(birth, on) != ages[i].age)
			fail_msg("born %s, on %s: %d", ages[i].birth, ages[i].on, (int)day_age(birth, on));
	}
}

static const struct { int64_t at, utc, latest; } moments[] = {
	{ 0, 0, 0 }, { 86399, 0, 1 }, { 86400, 1, 1 }, { -1, -1, 0 }, { -86400, -1, -1 }, { -86401, -2, -1 },
	{ 36000 - 1, 0, 0 }, { 36000, 0, 1 },	/* 10:00 UTC: midnight on Kiritimati */
};

static void
moment(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(moments); i++) {
		assert_int_equal(day_of(moments[i].at), moments[i].utc);
		assert_int_equal(day_latest(moments[i].at), moments[i].latest);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading), cmocka_unit_test(every_day), cmocka_unit_test(months_later), cmocka_unit_test(age), cmocka_unit_test(moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
