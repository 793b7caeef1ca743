/* Shares of a secret: reckoned as elsewhere, any so many join it, fewer say nothing, mistypes are found. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <sodium.h>
#include "privacy/vault/share.h"

static const unsigned char set[SHARE_SET] = { 1, 2, 3, 4 };

/* Made by another program: secret 0, 1, 2 ...; coefficients 7i + 3 and 13i + 5. */
static void
vectors(void **state)
{
	static const struct { uint8_t index; const char *y; } rows[] = {
		{ 1, "06190c37226578535e31c4cffafdd0abb6897c679295a8838ee1f4bfaaad405b" },
		{ 2, "125d5c83de4a0bf4d17eb2cd103f1eda8f409ac5357abb84a155340b5679b5ea" },
		{ 200, "ed2346f543892cabfbb9fadfcbf108e4c1adcbda2f70773a6a6d6d52e4de0c1d" },
	};
	unsigned char secret[SHARE_SECRET], c[2 * SHARE_SECRET], y[SHARE_SECRET];
	struct share s[3];
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < SHARE_SECRET; i++) {
		secret[i] = (unsigned char)i;
		c[i] = (unsigned char)(7 * i + 3);
		c[SHARE_SECRET + i] = (unsigned char)(13 * i + 5);
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		char hex[2 * SHARE_SECRET + 1];

		share_point(secret, c, 3, rows[i].index, y);
		assert_string_equal(sodium_bin2hex(hex, sizeof(hex), y, sizeof(y)), rows[i].y);
		s[i] = (struct share){ .need = 3, .index = rows[i].index };
		memcpy(s[i].y, y, sizeof(y));
	}
	assert_true(share_join(s, 3, y, &e));
	assert_memory_equal(y, secret, sizeof(y));
}

/* Every set of `need` out of `of`, in every size up to 7. */
static void
any_so_many_join(void **state)
{
	unsigned char secret[SHARE_SECRET], got[SHARE_SECRET];
	struct share all[7], some[7];
	struct err e = {0};

	(void)state;
	for (unsigned of = 2; of <= 7; of++)
		for (unsigned need = 2; need <= of; need++) {
			randombytes_buf(secret, sizeof(secret));
			assert_true(share_split(secret, set, need, of, all, &e));
			for (unsigned bits = 0; bits < 1u << of; bits++) {
				size_t n = 0;

				for (unsigned i = 0; i < of; i++)
					if ((bits >> i & 1) != 0)
						some[n++] = all[i];
				if (n < need) {
					e = (struct err){0};
					assert_false(share_join(some, n, got, &e));
					assert_int_equal(e.kind, ERR_ABSENT);
					continue;
				}
				assert_true(share_join(some, n, got, &e));
				assert_memory_equal(got, secret, sizeof(got));
			}
		}
}

/* With one share too few every secret is as likely: some other share makes any of them. */
static void
too_few_say_nothing(void **state)
{
	unsigned char secret[SHARE_SECRET], other[SHARE_SECRET], got[SHARE_SECRET];
	struct share s[2], forged[2];
	struct err e = {0};

	(void)state;
	randombytes_buf(secret, sizeof(secret));
	randombytes_buf(other, sizeof(other));
	assert_true(share_split(secret, set, 2, 2, s, &e));
	forged[0] = s[0];
	forged[1] = s[1];
	/* Two points make a line: through `other` at 0 and the first share. */
	for (size_t i = 0; i < SHARE_SECRET; i++) {
		unsigned char slope[SHARE_SECRET] = { (unsigned char)(s[0].y[i] ^ other[i]) }, base[SHARE_SECRET] = { other[i] };
		unsigned char y[SHARE_SECRET];

		share_point(base, slope, 2, 2, y);
		forged[1].y[i] = y[0];
	}
	assert_true(share_join(forged, 2, got, &e));
	assert_memory_equal(got, other, sizeof(got));
}

static void
printed_and_typed(void **state)
{
	unsigned char secret[SHARE_SECRET];
	char text[SHARE_TEXT], typed[2 * SHARE_TEXT];
	struct share s[3], back;
	struct err e = {0};
	size_t n = 0;

	(void)state;
	randombytes_buf(secret, sizeof(secret));
	assert_true(share_split(secret, set, 2, 3, s, &e));
	share_print(&s[2], text);
	assert_int_equal(strlen(text), SHARE_TEXT - 1);
	assert_true(share_parse(&back, text, &e));
	assert_memory_equal(&back, &s[2], sizeof(back));
	for (const char *at = text; *at != '\0'; at++) {
		typed[n++] = (char)(*at >= 'a' && *at <= 'f' ? *at - 32 : *at == '-' ? ' ' : *at);
		if (*at == '-')
			typed[n++] = ' ';
	}
	typed[n] = '\0';
	assert_true(share_parse(&back, typed, &e));
	assert_memory_equal(&back, &s[2], sizeof(back));
	/* Each single digit matters. */
	for (size_t i = 0; i < strlen(text); i++) {
		char was = text[i];

		if (was == '-')
			continue;
		text[i] = was == '0' ? '1' : '0';
		assert_false(share_parse(&back, text, &e));
		text[i] = was;
	}
	text[strlen(text) - 1] = '\0';
	assert_false(share_parse(&back, text, &e));
	assert_false(share_parse(&back, "", &e));
	assert_false(share_parse(&back, "no share at all", &e));
}

static void
refused(void **state)
{
	unsigned char secret[SHARE_SECRET] = {0}, other[SHARE_SET] = { 9 };
	struct share s[SHARES_MOST + 1], t[2];
	struct err e = {0};

	(void)state;
	assert_false(share_split(secret, set, 1, 3, s, &e));
	assert_false(share_split(secret, set, 4, 3, s, &e));
	assert_false(share_split(secret, set, 2, SHARES_MOST + 1, s, &e));
	assert_true(share_split(secret, set, 2, 3, s, &e));
	assert_true(share_split(secret, other, 2, 2, t, &e));
	e = (struct err){0};
	s[1] = s[0];
	assert_false(share_join(s, 2, secret, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	s[1] = t[1];
	assert_false(share_join(s, 2, secret, &e));
	e = (struct err){0};
	assert_false(share_join(s, 0, secret, &e));
	assert_int_equal(e.kind, ERR_ABSENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors), cmocka_unit_test(any_so_many_join), cmocka_unit_test(too_few_say_nothing),
		cmocka_unit_test(printed_and_typed), cmocka_unit_test(refused),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
