/* tests/unit/test_person_name.c - names on papers and names as entered: the same, the same but for spelling, or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/person_name.h"
#include "privacy/facts/spelling.h"

#define S MATCH_SAME
#define P MATCH_SPELLING
#define D MATCH_DIFFERS

static const struct { const char *held, *typed; enum field_match match; } pairs[] = {
	/* the same: case, forms, dashes, apostrophes, spaces */
	{ "Anna Schmidt", "Anna Schmidt", S },
	{ "Anna Schmidt", "ANNA SCHMIDT", S },
	{ "Anna Schmidt", "anna schmidt", S },
	{ "Anna Schmidt", "  Anna\t\xc2\xa0 Schmidt ", S },
	{ "Jos\u00e9 N\u00fa\u00f1ez", "Jose\u0301 Nu\u0301n\u0303ez", S },		/* NFC, NFD */
	{ "Jos\u00e9 N\u00fa\u00f1ez", "JOS\u00c9 N\u00da\u00d1EZ", S },
	{ "Gro\u00df", "GROSS", S },
	{ "\u039f\u03b4\u03c5\u03c3\u03c3\u03b5\u03cd\u03c2", "\u039f\u0394\u03a5\u03a3\u03a3\u0395\u038e\u03a3", S },	/* final sigma */
	{ "O'Brien", "O\u2019Brien", S },
	{ "O'Brien", "o\u02bcbrien", S },
	{ "O\u2018Neill", "O`Neill", S },
	{ "Anna-Lena Maier", "Anna\u2010Lena Maier", S },
	{ "Anna-Lena Maier", "Anna\u2011Lena\u3000Maier", S },
	{ "Anna-Lena Maier", "Anna\u2013Lena Maier", S },
	{ "Martin Luther King Jr.", "Martin Luther King, Jr", S },
	{ "J. R. R. Tolkien", "J R R Tolkien", S },
	{ "\u0641\u0627\u0637\u0645\u0629\u200c\u0632\u0647\u0631\u0627", "\u0641\u0627\u0637\u0645\u0629\u0632\u0647\u0631\u0627", S },
	{ "\u5c71\u7530 \u592a\u90ce", "\u5c71\u7530\u3000\u592a\u90ce", S },
	{ "\u0418\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u043e\u0432", "\u0418\u0412\u0410\u041d \u041f\u0415\u0422\u0420\u041e\u0412", S },
	/* spelling: accents and the letters of travel documents */
	{ "Jos\u00e9 N\u00fa\u00f1ez", "Jose Nunez", P },
	{ "J\u00fcrgen M\u00fcller", "Juergen Mueller", P },
	{ "J\u00fcrgen M\u00fcller", "JURGEN MULLER", P },
	{ "J\u00fcrgen M\u00fcller", "Jurgen Mueller", P },
	{ "S\u00f8ren \u00d8deg\u00e5rd", "Soeren Oedegaard", P },
	{ "S\u00f8ren \u00d8deg\u00e5rd", "Soren Odegard", P },
	{ "\u00c6gir \u00de\u00f3r", "AEGIR THOR", P },
	{ "\u0141ukasz \u017b\u00f3\u0142\u0107", "Lukasz Zolc", P },
	{ "\u0110or\u0111e", "Dorde", P },
	{ "I\u015f\u0131k", "ISIK", P },
	{ "Nguy\u1ec5n V\u0103n \u0110\u1ee9c", "Nguyen Van Duc", P },
	{ "Philipp", "Philip", P },
	/* transcriptions */
	{ "\u0418\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u043e\u0432", "Ivan Petrov", P },
	{ "\u0414\u043c\u0438\u0442\u0440\u0438\u0439 \u0427\u0430\u0439\u043a\u043e\u0432\u0441\u043a\u0438\u0439", "Dmitriy Chaykovskiy", P },
	{ "\u042e\u043b\u0438\u044f", "Yulia", P },
	{ "\u0425\u0440\u0443\u0449\u0451\u0432", "Khrushchev", P },
	{ "\u0413\u0435\u043e\u0440\u0433\u0438\u0439", "Georgii", P },
	{ "\u0393\u03b9\u03ac\u03bd\u03bd\u03b7\u03c2 \u03a0\u03b1\u03c0\u03b1\u03b4\u03cc\u03c0\u03bf\u03c5\u03bb\u03bf\u03c2", "Giannis Papadopoulos", P },
	{ "\u039f\u03b4\u03c5\u03c3\u03c3\u03b5\u03cd\u03c2", "\u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3", P },	/* capitals without tonos */
	/* hyphens, apostrophes, spaces or none */
	{ "O'Brien", "OBrien", P },
	{ "O'Brien", "O Brien", P },
	{ "Anna-Lena Maier", "Anna Lena Maier", P },
	{ "Anna-Lena Maier", "Annalena Maier", P },
	{ "van der Berg", "Vanderberg", P },
	{ "\u5c71\u7530 \u592a\u90ce", "\u5c71\u7530\u592a\u90ce", P },
	/* order, missing middle names, initials */
	{ "Anna Schmidt", "Schmidt Anna", P },
	{ "Anna Schmidt", "SCHMIDT, Anna", P },
	{ "Anna Maria Schmidt", "Anna Schmidt", P },
	{ "Anna Schmidt", "Anna Maria Schmidt", P },
	{ "Anna Maria Schmidt", "Anna M. Schmidt", P },
	{ "Anna M Schmidt", "Anna Maria Schmidt", P },
	{ "John Quincy Adams", "Adams John Q", P },
	{ "Gabriel Jos\u00e9 Garc\u00eda M\u00e1rquez", "Gabriel Garcia", P },
	/* different people */
	{ "Anna Schmidt", "Anna Schmitt", D },
	{ "Anna Schmidt", "Anne Schmidt", D },
	{ "Anna Schmidt", "Anna", D },
	{ "Anna Schmidt", "Schmidt", D },
	{ "Anna Maria Schmidt", "A M Schmidt", D },
	{ "Anna Maria Schmidt", "Anna B. Schmidt", D },
	{ "Anna Maria Schmidt", "Anna Schmidt Berg", D },
	{ "Anna Anna", "Anna Berg", D },
	{ "Anna Schmidt", "Hannah Schmidt", D },
	{ "Anna", "Anna Maria", D },
	{ "Anna Schmidt", "", D },
	{ "", "Anna", D },
	{ "", "", D },
	{ "...", "...", D },
	{ "\u5c71\u7530", "\u5c71\u672c", D },
	{ "\u305f\u306a\u304b", "\u3060\u306a\u304b", D },				/* voiced, unvoiced */
	{ "\u0930\u093e\u092e", "\u0930\u092e\u093e", D },				/* Rama, Ramaa: vowel signs count */
	{ "\u0418\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u043e\u0432", "Ivan Pavlov", D },
	{ "Max Muster", "Eva Muster", D },
};

static void
compare(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++)
		for (int turn = 0; turn < 2; turn++) {
			const char *a = turn == 0 ? pairs[i].held : pairs[i].typed;
			const char *b = turn == 0 ? pairs[i].typed : pairs[i].held;
			enum field_match m;
			struct err e = {0};
			bool same;

			assert_true(person_name_compare(a, b, &m, &e));
			if (m != pairs[i].match)
				fail_msg("'%s' and '%s': %d", a, b, (int)m);
			assert_true(person_name_same(a, b, &same, &e));
			assert_int_equal(same, m == MATCH_SAME);
		}
}

static void
refused(void **state)
{
	static char longest[PERSON_NAME_MOST + 2];
	const char *const bad[] = { "\xff", "Anna\xc3", "\xed\xa0\x80", longest };
	enum field_match m;
	bool same;

	(void)state;
	memset(longest, 'a', sizeof(longest) - 1);
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct err e = {0};

		assert_false(person_name_compare("Anna", bad[i], &m, &e));
		assert_int_equal(e.kind, ERR_INPUT);
		assert_int_equal(m, MATCH_DIFFERS);
		assert_false(person_name_compare(bad[i], "Anna", &m, &e));
		assert_false(person_name_same(bad[i], bad[i], &same, &e));
		assert_false(same);
	}
	longest[PERSON_NAME_MOST] = '\0';
	assert_true(person_name_compare(longest, "a", &m, &(struct err){0}));
	assert_int_equal(m, MATCH_SPELLING);	/* one long letter is a doubled one */
	/* more words than are looked at one by one */
	for (size_t i = 1; i < PERSON_NAME_MOST; i += 2)
		longest[i] = ' ';
	assert_true(person_name_compare(longest, "a a a", &m, &(struct err){0}));
	assert_int_equal(m, MATCH_DIFFERS);
	assert_true(person_name_compare(longest, longest, &m, &(struct err){0}));
	assert_int_equal(m, MATCH_SAME);
}

static const struct { const char *name; bool ok; } scripts[] = {
	{ "", true }, { " - ", true }, { "Anna-Lena O'Brien", true }, { "Jos\u00e9 N\u00fa\u00f1ez", true },
	{ "Jose\u0301", true }, { "\u0418\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u043e\u0432", true },
	{ "\u0393\u03b9\u03ac\u03bd\u03bd\u03b7\u03c2", true }, { "\u05d3\u05d5\u05d3 \u05db\u05d4\u05df", true },
	{ "\u0641\u0627\u0637\u0645\u0629", true }, { "\u0930\u093e\u092e", true }, { "\u0e2a\u0e21\u0e0a\u0e32\u0e22", true },
	{ "\u5c71\u7530 \u592a\u90ce", true }, { "\u3084\u307e\u3060 \u30bf\u30ed\u30a6", true },
	{ "\u5c71\u7530 \u305f\u308d\u3046 \u30b8\u30e7\u30fc\u30b8 George", true },	/* Han, both kana, Latin */
	{ "\u30af\u30ea\u30b9\u30fbLee", true }, { "\uae40 \uc601\ud76c", true },
	{ "\u91d1 \uae40 Kim", true }, { "\u738b \u3128\u3128 Wang", true }, { "\u738b Wang", true },
	{ "Louis 14", true }, { "\u0664\u0665 \u0641", true }, { "\u1e9e\u00df", true },
	/* mixed */
	{ "\u0410nna", false },			/* Cyrillic A */
	{ "Ann\u0430", false }, { "P\u03b1ul", false }, { "\u0418\u03b1", false }, { "Anna \u0418\u0432\u0430\u043d", false },
	{ "David \u05d3\u05d5\u05d3", false }, { "Fatima \u0641", false }, { "\u5c71 \u0418", false },
	{ "\u5c71 \u05d3", false }, { "\u3084 \uae40", false }, { "\u3084 \u3128", false }, { "\u3128 \uae40", false },
	{ "\uae40 \u30bf George", false }, { "\u05d3 \u0641", false }, { "\u0930 \u0e2a", false },
	{ "\u13a0nna", false },			/* Cherokee */
	{ "1 \u0661", false }, { "\u0967 \u0661", false }, { "\xff", false },
};

static void
one_script(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(scripts); i++)
		if (person_name_script_ok(scripts[i].name) != scripts[i].ok)
			fail_msg("'%s'", scripts[i].name);
}

static const struct { const char *name, *initials; } shorts[] = {
	{ "Anna Schmidt", "A. S." }, { "anna maria schmidt", "A. M. S." }, { "Anna-Lena Maria Schmidt", "A. M. S." },
	{ "  Anna   Schmidt ", "A. S." }, { "O'Brien", "O." }, { "'t Hooft", "T. H." }, { "\u00c9mile Zola", "\u00c9. Z." },
	{ "E\u0301mile", "\u00c9." }, { "\u00e9mile", "\u00c9." }, { "\u01c6iva", "\u01c5." }, { "Ludwig van Beethoven Jr.", "L. V. B. J." },
	{ "a b c d e f", "A. B. C. D." }, { "\u5c71\u7530 \u592a\u90ce", "\u5c71. \u592a." }, { "\u0438\u0432\u0430\u043d", "\u0418." },
	{ "", "" }, { "   ", "" }, { "- -", "" }, { "4 Anna", "A." },
};

static const char *
text(const struct buf *b)
{
	return b->data == NULL ? "" : b->data;
}

static void
initials(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shorts); i++) {
		DROP(buf_wipe) struct buf b = {0};
		struct err e = {0};

		assert_true(person_name_initials(shorts[i].name, &b, &e));
		if (strcmp(text(&b), shorts[i].initials) != 0)
			fail_msg("'%s': '%s'", shorts[i].name, text(&b));
		assert_false(person_name_initials("\xff", &b, &e));
		assert_int_equal(e.kind, ERR_INPUT);
	}
}

static void
whole(void **state)
{
	DROP(buf_wipe) struct buf b = {0};

	(void)state;
	person_name_whole(&b, "Anna", "", "Schmidt", NULL);
	assert_string_equal(b.data, "Anna Schmidt");
	buf_reset(&b);
	person_name_whole(&b, NULL, NULL, NULL, NULL);
	assert_string_equal(text(&b), "");
	person_name_whole(&b, "A", "B", "C", "D");
	assert_string_equal(b.data, "A B C D");
}

#define LONG63	"123456789012345678901234567890123456789012345678901234567890123"

static const struct { const char *held, *typed; enum field_match birth, number, kind; } papers[] = {
	{ "2001-02-03", "2001-02-03", S, S, S }, { "2001-02-03", "2001-03-02", D, D, D },
	{ "2001-02-03", "2001-02-0", D, D, D }, { "2001-02-03", "", D, D, D }, { "", "", D, D, D },
	{ "2001-02-03", "20010203", D, S, D }, { "passport", "passport", D, S, S }, { "passport", "identity card", D, D, D },
	{ "passport", "passports", D, D, D }, { "C01X00T47", "c01x 00t-47", D, S, D }, { "C01X00T47", "C01XO0T47", D, P, D },
	{ "C01X00T47", "CO1XOOT47", D, P, D }, { "AI1", "A11", D, P, D }, { "C01X00T47", "C01X00T48", D, D, D },
	{ "C01X00T47", "C01X00T4", D, D, D }, { "AB.12/3", "ab123", D, S, D }, { "---", "---", D, D, S },
	{ LONG63, LONG63, D, S, S }, { LONG63 "4", LONG63 "4", D, D, D }, { LONG63, LONG63 "4", D, D, D },
};

static void
documents(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(papers); i++)
		for (int turn = 0; turn < 2; turn++) {
			const char *a = turn == 0 ? papers[i].held : papers[i].typed;
			const char *b = turn == 0 ? papers[i].typed : papers[i].held;

			if (birth_compare(a, b) != papers[i].birth || document_number_compare(a, b) != papers[i].number ||
			    document_kind_compare(a, b) != papers[i].kind)
				fail_msg("'%s' and '%s'", a, b);
		}
}

/* The loose spelling of a loose spelling is itself. */
static void
settled(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		DROP(buf_wipe) struct buf once = {0};
		DROP(buf_wipe) struct buf twice = {0};

		spelling_loose(pairs[i].held, strlen(pairs[i].held), &once);
		spelling_loose(text(&once), once.len, &twice);
		if (once.len != twice.len || (once.len > 0 && memcmp(once.data, twice.data, once.len) != 0))
			fail_msg("%s: %s", pairs[i].held, text(&once));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compare), cmocka_unit_test(refused), cmocka_unit_test(one_script),
		cmocka_unit_test(initials), cmocka_unit_test(whole), cmocka_unit_test(documents), cmocka_unit_test(settled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
