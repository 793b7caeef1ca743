/* tests/unit/test_plain.c - what a member writes for others hides nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/plain.h"

static const struct { const char *text; bool line, lines; } cases[] = {
	{ "", true, true },
	{ "Café Zoë, Utrecht (1st floor)", true, true },
	{ "東京都 渋谷区", true, true },
	{ "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae\xd9\x88\xd8\xa7\xd9\x87\xd9\x85", true, true },	/* U+200C in a Persian word */
	{ "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xa7", true, true },	/* U+200D in a picture */
	{ "two\nlines", false, true },
	{ "ends\n", false, true },
	{ "a\tb", false, false },
	{ "a\r\nb", false, false },
	{ "bell \x07", false, false },
	{ "\xe2\x80\xaeturned", false, false },		/* U+202E */
	{ "hid\xe2\x80\x8b" "den", false, false },	/* U+200B */
	{ "line\xe2\x80\xa8sep", false, false },		/* U+2028 */
	{ "par\xe2\x80\xa9sep", false, false },		/* U+2029 */
	{ "private \xee\x80\x80", false, false },		/* U+E000 */
	{ "\xff", false, false },
	{ "cut \xc3", false, false },
};

static void
texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (plain_line(cases[i].text) != cases[i].line || plain_lines(cases[i].text) != cases[i].lines)
			fail_msg("case %zu: %s", i, cases[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(texts) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
