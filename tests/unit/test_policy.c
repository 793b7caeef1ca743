/* Versions of the policies: which is in force on which day, what is news, and that each one's words are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "portal/public/policy_text.h"

static const struct policy_version three[] = {
	{ POLICY_AGREEMENT, 1, "2026-01-01", true, "First." },
	{ POLICY_STATEMENT, 1, "2026-01-01", true, "First." },
	{ POLICY_STATEMENT, 2, "2027-12-31", false, "Words." },
	{ POLICY_STATEMENT, 3, "2028-02-29", true, "Much." },
};
static const struct policy_table table = { three, COUNT(three) };

static int64_t
at(const char *day, int64_t seconds)
{
	int64_t number = 0;

	assert_true(day_read(day, &number));
	return number * DAY + seconds;
}

static void
in_force_by_day(void **state)
{
	static const struct { const char *day; int64_t seconds; unsigned number, news; } cases[] = {
		{ "1970-01-01", 0, 3, 3 },		/* before the first: a clock that is wrong */
		{ "2026-01-01", -1, 3, 3 },
		{ "2026-01-01", 0, 1, 3 },
		{ "2027-12-31", -1, 1, 3 },		/* the last second of the year but one day */
		{ "2027-12-31", 0, 2, 3 },
		{ "2028-02-29", -1, 2, 3 },		/* announced, not in force */
		{ "2028-02-29", 0, 3, 3 },
		{ "2028-03-29", 86399, 3, 3 },		/* news for thirty days */
		{ "2028-03-30", 0, 3, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t now = at(cases[i].day, cases[i].seconds);
		const struct policy_version *news = policy_news(&table, POLICY_STATEMENT, now);

		assert_int_equal(policy_at(&table, POLICY_STATEMENT, now)->number, cases[i].number);
		assert_int_equal(news == NULL ? 0 : news->number, cases[i].news);
	}
	assert_null(policy_news(&table, POLICY_AGREEMENT, at("2026-01-02", 0)));	/* a first one changes nothing */
	assert_int_equal(policy_newest(&table, POLICY_STATEMENT)->number, 3);
	assert_null(policy_find(&table, POLICY_STATEMENT, 4));
	assert_null(policy_find(&table, POLICY_AGREEMENT, 0));
}

/* The program's own: numbers without gaps, days in order, and a text for each. */
static void
every_version_is_kept(void **state)
{
	(void)state;
	for (int which = POLICY_AGREEMENT; which < POLICY__COUNT; which++) {
		const char *before = "";
		unsigned number = 0;

		for (size_t i = 0; i < policy_versions.n; i++) {
			const struct policy_version *v = &policy_versions.row[i];
			const struct policy_text *t;

			if (v->which != (enum policy)which)
				continue;
			assert_int_equal(v->number, ++number);
			assert_true(at(v->from, 0) > 0 && strcmp(v->from, before) > 0);
			before = v->from;
			t = policy_text(v->which, v->number, "en");
			if (t == NULL || t->text.n < 10 || t->text.n > DIFFERENCE_LINES)
				fail_msg("policy %d, version %u: no text", which, v->number);
		}
		assert_true(number > 0);
	}
}

/* In a reader's language where it was kept; a difference has one language on both sides. */
static void
in_which_language(void **state)
{
	const struct policy_text *pair[2];

	(void)state;
	assert_string_equal(policy_text(POLICY_STATEMENT, 1, "de")->lang, "en");
	assert_string_equal(policy_text(POLICY_STATEMENT, 3, "de")->lang, "de");
	assert_string_equal(policy_text(POLICY_STATEMENT, 3, "xx")->lang, "en");
	assert_null(policy_text(POLICY_STATEMENT, 999, "en"));
	assert_true(policy_text_pair(pair, POLICY_STATEMENT, 2, 3, "de"));
	assert_string_equal(pair[0]->lang, "en");
	assert_string_equal(pair[1]->lang, "en");
	assert_true(policy_text_pair(pair, POLICY_STATEMENT, 3, 3, "de"));
	assert_string_equal(pair[1]->lang, "de");
	assert_false(policy_text_pair(pair, POLICY_STATEMENT, 3, 999, "de"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(in_force_by_day), cmocka_unit_test(every_version_is_kept),
		cmocka_unit_test(in_which_language) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
