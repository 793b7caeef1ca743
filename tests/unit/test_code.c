/* tests/unit/test_code.c - codes survive being printed, read aloud and mistyped. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <sodium.h>
#include "privacy/facts/code.h"

/* The check character was computed apart from the program. */
#define FIXED	"7KQM-3V9X-D2TP-84HQ"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static bool
same(const struct code *a, const struct code *b)
{
	return strcmp(a->finder, b->finder) == 0 && strcmp(a->secret, b->secret) == 0;
}

/* What is printed comes back, in any shape people give it. */
static void
round_trip(void **state)
{
	(void)state;
	for (int trial = 0; trial < 2000; trial++) {
		struct code c, again;
		struct err e = {0};
		char text[CODE_TEXT], typed[64];
		size_t n = 0;

		code_make(&c);
		code_print(&c, text);
		assert_int_equal(strlen(text), 19);
		assert_int_equal(strspn(text, "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), 19);
		assert_int_equal(strlen(c.finder), CODE_FINDER);
		assert_true(code_read(text, &again, &e) && same(&c, &again));
		for (const char *p = text; *p != '\0'; p++) {
			char l = *p >= 'A' && *p <= 'Z' && randombytes_uniform(2) == 0 ? (char)(*p - 'A' + 'a') : *p;

			l = l == '0' && randombytes_uniform(2) == 0 ? "Oo"[randombytes_uniform(2)] : l;
			l = l == '1' && randombytes_uniform(2) == 0 ? "IiLl"[randombytes_uniform(4)] : l;
			l = l == '-' ? "- _\t"[randombytes_uniform(4)] : l;
			typed[n++] = l;
			if (randombytes_uniform(4) == 0)
				typed[n++] = ' ';
		}
		typed[n] = '\0';
		if (!code_read(typed, &again, &e) || !same(&c, &again))
			fail_msg("'%s' for %s", typed, text);
	}
}

/* Each wrong single character and each exchange of two different ones is noticed. */
static void
slips(void **state)
{
	(void)state;
	for (int trial = 0; trial < 40; trial++) {
		struct code c, again;
		struct err e = {0};
		char text[CODE_TEXT], wrong[CODE_TEXT];

		code_make(&c);
		code_print(&c, text);
		for (size_t i = 0; i < 19; i++) {
			for (const char *l = alphabet; *l != '\0' && text[i] != '-'; l++) {
				memcpy(wrong, text, sizeof(wrong));
				wrong[i] = *l;
				assert_int_equal(code_read(wrong, &again, &e), *l == text[i]);
			}
			for (size_t k = 0; k < i; k++) {
				if (text[i] == '-' || text[k] == '-' || text[i] == text[k])
					continue;
				memcpy(wrong, text, sizeof(wrong));
				wrong[i] = text[k];
				wrong[k] = text[i];
				e = (struct err){0};
				assert_false(code_read(wrong, &again, &e));
				assert_int_equal(e.kind, ERR_INPUT);
				assert_string_equal(again.secret, "");
			}
		}
	}
}

/* About one in 32 random texts of the right length passes the check. */
static void
others(void **state)
{
	int passed = 0;

	(void)state;
	for (int trial = 0; trial < 32000; trial++) {
		struct code c;
		struct err e = {0};
		char text[17] = {0};

		for (int i = 0; i < 16; i++)
			text[i] = alphabet[randombytes_uniform(32)];
		passed += code_read(text, &c, &e);
	}
	assert_in_range(passed, 800, 1200);
}

static const char *const bad[] = {
	"", " ", "----", "0", "0000-0000-0000-000", "0000-0000-0000-0000-0", "0000-0000-0000-0001", "U000-0000-0000-0000",
	"0000-0000-0000-000u", "0000.0000.0000.0000", "0000-0000-0000-000\xc3\xa9", "0000-0000-0000-000\xff",
	"0000-0000-0000-000*", "0000\xe2\x80", "1000-0000-0000-0000", "https://example.org/0000000000000000",
};

static const char *const good[] = {
	"0000-0000-0000-0000", "0000000000000000", "OoOo OoOo OoOo OoOo", "0000\xe2\x80\x91" "0000\xe2\x80\x93" "0000\xe2\x88\x92" "0000",
	"  0000\xc2\xa0" "0000--0000 \r\n0000\t", "00-00-00-00-00-00-00-00",
};

static void
shapes(void **state)
{
	struct code c;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct err e = {0};

		if (code_read(bad[i], &c, &e) || e.kind != ERR_INPUT)
			fail_msg("'%s' is taken", bad[i]);
		assert_true(sodium_is_zero((const unsigned char *)&c, sizeof(c)));
	}
	for (size_t i = 0; i < COUNT(good); i++) {
		struct err e = {0};

		if (!code_read(good[i], &c, &e))
			fail_msg("'%s': %s", good[i], e.text);
		assert_string_equal(c.finder, "00000");
		assert_string_equal(c.secret, "0000000000");
	}
}

/* A code that stands on paper stays readable by later versions: this one is fixed. */
static void
fixed(void **state)
{
	struct code c = { "7KQM3", "V9XD2TP84H" }, again;
	struct err e = {0};
	char text[CODE_TEXT];

	(void)state;
	code_print(&c, text);
	assert_string_equal(text, FIXED);
	assert_true(code_read(FIXED, &again, &e) && same(&c, &again));
}

static void
hashes(void **state)
{
	unsigned char key[CODE_KEY] = {1}, other_key[CODE_KEY] = {2}, a[CODE_HASH], b[CODE_HASH];
	struct code c = { "7KQM3", "V9XD2TP84H" }, finder = { "7KQM4", "V9XD2TP84H" }, secret = { "7KQM3", "V9XD2TP84J" };

	(void)state;
	code_hash(key, CODE_HANDOVER, &c, a);
	code_hash(key, CODE_HANDOVER, &c, b);
	assert_true(code_hash_same(a, b));
	code_hash(other_key, CODE_HANDOVER, &c, b);
	assert_false(code_hash_same(a, b));
	code_hash(key, CODE_EVENT_PASS, &c, b);
	assert_false(code_hash_same(a, b));
	code_hash(key, CODE_HANDOVER, &finder, b);
	assert_false(code_hash_same(a, b));
	code_hash(key, CODE_HANDOVER, &secret, b);
	assert_false(code_hash_same(a, b));
	code_wipe(&c);
	assert_true(sodium_is_zero((const unsigned char *)&c, sizeof(c)));
}

/* Every character of the alphabet turns up about as often as every other, in every place. */
static void
spread(void **state)
{
	static int seen[CODE_FINDER + CODE_SECRET][128];

	(void)state;
	for (int trial = 0; trial < 16000; trial++) {
		struct code c;

		code_make(&c);
		for (size_t i = 0; i < CODE_FINDER; i++)
			seen[i][(unsigned char)c.finder[i]]++;
		for (size_t i = 0; i < CODE_SECRET; i++)
			seen[CODE_FINDER + i][(unsigned char)c.secret[i]]++;
	}
	/* 500 expected, a deviation of 22: seven of them on either side */
	for (size_t i = 0; i < CODE_FINDER + CODE_SECRET; i++)
		for (const char *l = alphabet; *l != '\0'; l++)
			assert_in_range(seen[i][(unsigned char)*l], 340, 660);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip), cmocka_unit_test(slips), cmocka_unit_test(others), cmocka_unit_test(shapes),
		cmocka_unit_test(fixed), cmocka_unit_test(hashes), cmocka_unit_test(spread),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
