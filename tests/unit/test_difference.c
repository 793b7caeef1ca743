/* What was taken out of a text and what is new in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "portal/public/difference.h"

/* "[-out-]", "[+in+]", what stays as it is, a change a line; "under: " where a heading is named. */
static void
shown(const struct difference *d, struct buf *into)
{
	for (size_t i = 0; i < d->n; i++) {
		if (d->changed[i].under != NULL)
			buf_fmt(into, "%s: ", d->changed[i].under);
		for (size_t p = 0; p < d->changed[i].n; p++) {
			const struct piece *x = &d->piece[d->changed[i].first + p];

			buf_fmt(into, x->kind == PIECE_OUT ? "%s[-%s-]" : x->kind == PIECE_IN ? "%s[+%s+]" : "%s%s", p > 0 ? " " : "", x->text);
		}
		buf_text(into, "\n");
	}
}

#define LINES(...) { (const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *) }

static void
told_by_paragraph_and_word(void **state)
{
	const struct { struct lines was, is; const char *says; } cases[] = {
		{ LINES("a b c"), LINES("a b c"), "" },
		{ LINES("one two three four"), LINES("one two five four"), "one two [-three-] [+five+] four\n" },
		{ LINES("a b c d", "e f g h"), LINES("e f g h"), "[-a b c d-]\n" },
		{ LINES("e f g h"), LINES("e f g h", "new words here"), "[+new words here+]\n" },
		{ LINES("apples and pears"), LINES("something else altogether"), "[+something else altogether+]\n[-apples and pears-]\n" },
		{ LINES("# Head", "stays as it is", "we keep it a day"), LINES("# Head", "stays as it is", "we keep it a week"), "Head: we keep it a [-day-] [+week+]\n" },
		{ LINES("# A", "x y z q", "# B", "k l m n"), LINES("# A", "x y z r", "# B", "k l m o"), "A: x y z [-q-] [+r+]\nB: k l m [-n-] [+o+]\n" },
		{ LINES("- it costs nothing now"), LINES("- it costs little now"), "it costs [-nothing-] [+little+] now\n" },
		{ LINES("## An old heading"), LINES("## A new heading"), "A new heading: [-An old-] [+A new+] heading\n" },
		{ LINES("p q r s", "t u v w"), LINES("t u v x", "p q r s"), "[+t u v x+]\n[-t u v w-]\n" },
		{ LINES("<b>\"&amp;\" stays</b>"), LINES("<b>\"&amp;\" goes</b>"), "<b>\"&amp;\" [-stays</b>-] [+goes</b>+]\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		DROP(difference_wipe) struct difference d = {0};
		DROP(buf_wipe) struct buf says = {0};
		struct err e = {0};

		buf_text(&says, "");
		if (!difference_make(&cases[i].was, &cases[i].is, &d, &e))
			fail_msg("%zu: %s", i, e.text);
		shown(&d, &says);
		assert_string_equal(says.data == NULL ? "" : says.data, cases[i].says);
	}
}

static void
empty_and_endless(void **state)
{
	static const char *many[DIFFERENCE_LINES + 1];
	struct lines none = { NULL, 0 }, one = LINES("a"), all = { many, COUNT(many) };
	struct difference d = {0};
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(many); i++)
		many[i] = "x";
	assert_true(difference_make(&none, &none, &d, &e));
	assert_int_equal(d.n, 0);
	difference_wipe(&d);
	assert_true(difference_make(&none, &one, &d, &e));
	assert_int_equal(d.n, 1);
	difference_wipe(&d);
	assert_false(difference_make(&one, &all, &d, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	difference_wipe(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(told_by_paragraph_and_word), cmocka_unit_test(empty_and_endless) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
