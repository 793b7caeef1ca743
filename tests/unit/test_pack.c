/* tests/unit/test_pack.c - frames: what goes in comes out, what does not fit is noticed. */
#include "tests/unit/place.h"
#include "ledger/base/pack.h"

static void
round_trip(void **state)
{
	DROP(buf_wipe) struct buf b = {0};
	struct err e = {0};
	struct span s, bytes;
	unsigned char four[4];
	char text[16];

	(void)state;
	pack_u8(&b, 255);
	pack_u32(&b, 0x01020304);
	pack_i64(&b, INT64_MIN);
	pack_i64(&b, -2);
	pack_bytes(&b, "\0x", 2);
	pack_bytes(&b, NULL, 0);
	pack_text(&b, "gr\xc3\xbc\xc3\x9f");
	pack_text(&b, NULL);
	buf_add(&b, "abcd", 4);
	assert_memory_equal(b.data, "\xff\x01\x02\x03\x04\x80", 6);
	s = span_buf(&b);
	assert_int_equal(unpack_u8(&s), 255);
	assert_int_equal(unpack_u32(&s), 0x01020304);
	assert_true(unpack_i64(&s) == INT64_MIN);
	assert_true(unpack_i64(&s) == -2);
	bytes = unpack_bytes(&s);
	assert_int_equal(bytes.len, 2);
	assert_memory_equal(bytes.p, "\0x", 2);
	assert_int_equal(unpack_bytes(&s).len, 0);
	unpack_text(&s, text, sizeof(text));
	assert_string_equal(text, "gr\xc3\xbc\xc3\x9f");
	unpack_text(&s, text, sizeof(text));
	assert_string_equal(text, "");
	unpack_exact(&s, four, 4);
	assert_memory_equal(four, "abcd", 4);
	GOOD(unpack_end(&s, "frame", &e));
}

static void
what_does_not_fit_is_bad(void **state)
{
	static const struct { const char *bytes; size_t len; char how; } rows[] = {
		{ "", 0, '1' }, { "\1\2\3", 3, '4' }, { "\1\2\3\4\5\6\7", 7, '8' },
		{ "\0\0\0\5abcd", 8, 'b' }, { "\xff\xff\xff\xff", 4, 'b' }, { "\0\0", 2, 'b' },
		{ "abc", 3, 'e' }, { "\0\0\0\4abcd", 8, 't' }, { "\0\0\0\2a\0", 6, 't' },
		{ "\0\0\0\1\xff", 5, 't' }, { "\1\2", 2, '1' },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span s = span_of(rows[i].bytes, rows[i].len);
		unsigned char four[4] = { 1, 1, 1, 1 };
		struct err e = {0};
		char text[4];

		switch (rows[i].how) {
		case '1': (void)unpack_u8(&s); break;
		case '4': assert_int_equal(unpack_u32(&s), 0); break;
		case '8': (void)unpack_i64(&s); break;
		case 'b': assert_int_equal(unpack_bytes(&s).len, 0); break;
		case 'e': unpack_exact(&s, four, 4); assert_int_equal(four[0], 0); break;
		case 't': unpack_text(&s, text, sizeof(text)); assert_string_equal(text, ""); break;
		}
		BAD(unpack_end(&s, "frame", &e), ERR_INPUT);
	}
}

static void
utf8_by_the_book(void **state)
{
	static const struct { const char *text; size_t len; bool good; } rows[] = {
		{ "", 0, true }, { "abc", 3, true }, { "\xc3\xbc", 2, true },
		{ "\xe2\x82\xac", 3, true }, { "\xf0\x9f\x98\x80", 4, true },
		{ "\xf4\x8f\xbf\xbf", 4, true }, { "\xef\xbf\xbf", 3, true },
		{ "a\0b", 3, false }, { "\x80", 1, false }, { "\xc3", 1, false },
		{ "\xc0\x80", 2, false }, { "\xc1\xbf", 2, false }, { "\xe0\x9f\xbf", 3, false },
		{ "\xed\xa0\x80", 3, false }, { "\xf0\x8f\xbf\xbf", 4, false },
		{ "\xf4\x90\x80\x80", 4, false }, { "\xf5\x80\x80\x80", 4, false },
		{ "\xe2\x82", 2, false }, { "\xe2\x28\xa1", 3, false }, { "\xff", 1, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (utf8_ok(rows[i].text, rows[i].len) != rows[i].good)
			fail_msg("row %zu", i);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(round_trip), cmocka_unit_test(what_does_not_fit_is_bad),
		cmocka_unit_test(utf8_by_the_book),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
