/* tests/unit/test_language.c - languages by code and by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <string.h>
#include "portal/trust/language.h"

static void
the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < language_count(); i++) {
		const struct language *l = language_at(i);

		if (strlen(l->code) < 2 || strlen(l->code) > 3 || strspn(l->code, "abcdefghijklmnopqrstuvwxyz") != strlen(l->code))
			fail_msg("code %s", l->code);
		if (i > 0 && strcmp(language_at(i - 1)->code, l->code) >= 0)
			fail_msg("%s stands too late or twice", l->code);
		/* each way to type it leads to it, and to nothing else */
		if (language_find(l->code) != l || language_find(l->own) != l || language_find(l->english) != l)
			fail_msg("%s is not found by one of its names", l->code);
	}
}

static void
typed(void **state)
{
	static const struct { const char *typed, *codes; } rows[] = {
		{ "", "" }, { "  ", "" }, { " , ;", "" }, { "de", "de" }, { "DE", "de" }, { "Deutsch", "de" }, { "german", "de" },
		{ "de, en", "de en" }, { "de en", "de en" }, { "de; English / francais", "de en fr" }, { "de,de,Deutsch", "de" },
		{ "Bahasa Indonesia", "id" }, { "bahasa indonesia en", NULL }, { "日本語", "ja" }, { "tieng viet", "vi" },
		{ "ΕΛΛΗΝΙΚΆ", "el" }, { "norsk bokmal, en", "nb en" }, { "xx", NULL }, { "de, xx", NULL }, { "de xx", NULL }, { "klingon", NULL },
		{ "de en fr es it pt nl da", "de en fr es it pt nl da" }, { "de en fr es it pt nl da sv", NULL },
		{ "\xff\xfe", NULL },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL },
		{ "ase bfi fsl gsg gsw hsb kab de", "ase bfi fsl gsg gsw hsb kab de" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char codes[LANGUAGES_CODES];
		bool good = languages_read(rows[i].typed, codes);

		if (good != (rows[i].codes != NULL) || (good && strcmp(codes, rows[i].codes) != 0))
			fail_msg("row %zu: %s", i, codes);
	}
}

static void
said(void **state)
{
	DROP(buf_wipe) struct buf b = {0};

	(void)state;
	languages_say("de el xx", &b);
	assert_string_equal(b.data, "Deutsch, Ελληνικά, xx");
	assert_true(languages_hold("de el", "el"));
	assert_true(languages_hold("de el", "de"));
	assert_false(languages_hold("de el", "e"));
	assert_false(languages_hold("gsw", "sw"));
	assert_false(languages_hold("", "de"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_table), cmocka_unit_test(typed), cmocka_unit_test(said) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
