/* tests/unit/test_strength.c - which passwords are strong enough, and that none takes long to judge. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "ledger/base/clock.h"
#include "ledger/base/err.h"
#include "portal/people/strength.h"

#define PASSWORD	256	/* bytes: the longest that the forms take */
#define MOST_MS		1000

static void
strong_or_not(void **state)
{
	static const struct { const char *password, *address; bool strong; } rows[] = {
		{ "seven wooden hats on tuesday", "ann@example.org", true },
		{ "correct horse battery staple, and a much longer sentence that goes on behind the first piece of it", "", true },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa seven wooden hats", "", true },
		{ "password1", "", false }, { "12/12/1984", "", false }, { "qwertyuiop", "", false }, { "abcdefghijkl", "", false },
		{ "ann.example.long", "ann.example.long@example.org", false }, { "", "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if ((strength_advice(rows[i].password, rows[i].address) == NULL) != rows[i].strong)
			fail_msg("\"%s\"", rows[i].password);
}

/* Short patterns of digits are dates in very many ways. */
static void
none_takes_long(void **state)
{
	static const char *const patterns[] = { "21", "12", "20121", "1", "a", "4@", "0oO0", "\xc3\xa4", "1984" };

	(void)state;
	for (size_t i = 0; i < COUNT(patterns); i++) {
		char password[PASSWORD + 1];
		int64_t began = clock_mono_ms();

		for (size_t n = 0; n < PASSWORD; n++)
			password[n] = patterns[i][n % strlen(patterns[i])];
		password[PASSWORD] = '\0';
		assert_non_null(strength_advice(password, "ann@example.org"));
		if (clock_mono_ms() - began > MOST_MS)
			fail_msg("\"%s\": %lld ms", patterns[i], (long long)(clock_mono_ms() - began));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(strong_or_not), cmocka_unit_test(none_takes_long) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
