/* tests/unit/test_buf.c - appending, escaping and failing of the growing byte string. */
#include "tests/unit/place.h"
#include "ledger/base/buf.h"

static void
escapes_by_place(void **state)
{
	static const struct { void (*add)(struct buf *, const char *); const char *in, *out; } rows[] = {
		{ buf_text, "<a>", "<a>" },
		{ buf_html, "<a href=\"x\" b='y'>&", "&lt;a href=&#34;x&#34; b=&#39;y&#39;&gt;&amp;" },
		{ buf_html, "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ buf_html, NULL, "" },
		{ buf_arg, "a b/c?d&e=f%\xc3\xbc~", "a%20b%2Fc%3Fd%26e%3Df%25%C3%BC~" },
		{ buf_arg, NULL, "" },
		{ buf_url, "/a?b=1&c=2", "/a?b=1&amp;c=2" },
		{ buf_url, "https://example.org/\"", "https://example.org/&#34;" },
		{ buf_url, "//example.org", "#" },
		{ buf_url, "/\\example.org", "#" },
		{ buf_url, "javascript:alert(1)", "#" },
		{ buf_url, "http://example.org", "#" },
		{ buf_url, NULL, "#" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf b = {0};

		rows[i].add(&b, rows[i].in);
		assert_string_equal(b.data == NULL ? "" : b.data, rows[i].out);
	}
}

static void
grows_and_is_reset(void **state)
{
	DROP(buf_wipe) struct buf b = {0};
	struct err e = {0};

	(void)state;
	for (int i = 0; i < 10000; i++)
		buf_fmt(&b, "%d,", i);
	GOOD(buf_ok(&b, &e));
	assert_int_equal(b.len, 48890);
	assert_int_equal(b.data[b.len], '\0');
	assert_memory_equal(b.data + b.len - 5, "9999,", 5);
	buf_reset(&b);
	assert_int_equal(b.len, 0);
	buf_hex(&b, "\x00\xff\x1a", 3);
	assert_string_equal(b.data, "00ff1a");
	buf_add(&b, NULL, 0);
	assert_int_equal(b.len, 6);
	buf_wipe(&b);
	assert_null(b.data);
}

static void
failure_sticks(void **state)
{
	DROP(buf_wipe) struct buf b = {0};
	struct err e = {0};
	char wide[1100];

	(void)state;
	memset(wide, 'x', sizeof(wide) - 1);
	wide[sizeof(wide) - 1] = '\0';
	buf_text(&b, "before");
	buf_fmt(&b, "%s", wide);		/* more than a call may hold */
	buf_text(&b, "after");
	assert_int_equal(b.len, 6);
	BAD(buf_ok(&b, &e), ERR_MEMORY);
	buf_reset(&b);
	GOOD(buf_ok(&b, &e));
	buf_add(&b, wide, (size_t)SIZE_MAX / 2);	/* refused before a byte is read */
	BAD(buf_ok(&b, &e), ERR_MEMORY);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(escapes_by_place), cmocka_unit_test(grows_and_is_reset),
		cmocka_unit_test(failure_sticks),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
