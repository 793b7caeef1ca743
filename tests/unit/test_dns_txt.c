/* tests/unit/test_dns_txt.c - TXT record data, joined and compared; and the names we would ask for. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "portal/prover/dns_txt.h"
#include "portal/prover/host.h"

#define BYTES(s)	(const unsigned char *)(s), sizeof(s) - 1

static const struct {
	const char *says;
	const unsigned char *data;
	size_t n;
	const char *text;	/* NULL: malformed */
} rows[] = {
	{ "one string", BYTES("\003abc"), "abc" },
	{ "two strings are one text", BYTES("\003abc\002de"), "abcde" },
	{ "an empty string", BYTES("\000"), "" },
	{ "empty strings between", BYTES("\001a\000\001b"), "ab" },
	{ "nothing at all", BYTES(""), NULL },
	{ "length past the end", BYTES("\004abc"), NULL },
	{ "second length past the end", BYTES("\001a\377b"), NULL },
};

static void
joined(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned char text[16];
		size_t len;
		bool good = txt_join(span_of(rows[i].data, rows[i].n), text, sizeof(text), &len);

		if (good != (rows[i].text != NULL) || (good &&
		    (len != strlen(rows[i].text) || memcmp(text, rows[i].text, len) != 0)))
			fail_msg("%s", rows[i].says);
	}
}

static void
too_long(void **state)
{
	unsigned char data[200], text[16];
	size_t len;

	(void)state;
	memset(data, 'a', sizeof(data));
	data[0] = 199;
	assert_false(txt_join(span_of(data, sizeof(data)), text, sizeof(text), &len));
	data[0] = 17;
	assert_false(txt_join(span_of(data, 18), text, sizeof(text), &len));
	data[0] = 16;
	assert_true(txt_join(span_of(data, 17), text, sizeof(text), &len));
}

static void
found(void **state)
{
	const struct span set[] = {
		span_of(BYTES("\006v=spf1")), span_of(BYTES("\377broken")), span_of(BYTES("\002no\002nc\001e")),
	};

	(void)state;
	assert_true(txt_has(set, COUNT(set), "nonce"));
	assert_false(txt_has(set, COUNT(set), "nonc"));
	assert_false(txt_has(set, COUNT(set), "nonce1"));
	assert_false(txt_has(set, COUNT(set), "Nonce"));
	assert_false(txt_has(set, COUNT(set), ""));
	assert_false(txt_has(set, 0, "nonce"));
}

static void
hosts(void **state)
{
	static const char *const good[] = {
		"example.org", "a.b", "xn--bcher-kva.example", "1.a-b.c3", "x--y.example", "3com.example",
	};
	static const char *const bad[] = {
		"", ".", "org", "example.org.", ".example.org", "a..b", "Example.org", "ex_ample.org",
		"-a.org", "a-.org", "127.0.0.1", "example.123", "[::1]", "::1", "a b.org", "b\303\274cher.example",
		"a.org/", "a.org:80", "*.example.org", "0x7f.1",
		"a123456789012345678901234567890123456789012345678901234567890123.org",
	};
	char long_name[300];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		if (!host_ok(good[i]))
			fail_msg("%s", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (host_ok(bad[i]))
			fail_msg("%s", bad[i]);
	for (size_t i = 0; i < 254; i++)
		long_name[i] = i % 2 == 0 ? 'a' : '.';
	long_name[253] = '\0';
	assert_true(host_ok(long_name));
	memcpy(long_name + 253, ".a", 3);
	assert_false(host_ok(long_name));
}

static void
parents(void **state)
{
	(void)state;
	assert_string_equal(host_parent("www.example.org"), "example.org");
	assert_string_equal(host_parent("example.org"), "org");
	assert_null(host_parent("org"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joined), cmocka_unit_test(too_long), cmocka_unit_test(found),
		cmocka_unit_test(hosts), cmocka_unit_test(parents),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
