/* tests/unit/test_address_text.c - what an e-mail address looks like here, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "privacy/facts/address_text.h"
#include "privacy/keeper/why.h"

#define L63	"abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0"

static void
good(void **state)
{
	static const struct { const char *typed, *kept; } rows[] = {
		{ "anna@example.org", "anna@example.org" },
		{ "Anna.B@EXAMPLE.Org", "Anna.B@example.org" },		/* the part before the @ is the mail server's */
		{ "a+b!#$%&'*-/=?^_`{|}~@example.org", "a+b!#$%&'*-/=?^_`{|}~@example.org" },
		{ "x@xn--bcher-kva.example", "x@xn--bcher-kva.example" },
		{ L63 "1@example.org", L63 "1@example.org" },
		{ "x@" L63 ".org", "x@" L63 ".org" },
		{ "x@1.example.org", "x@1.example.org" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char into[ADDRESS_MAX];
		struct err e = {0};

		if (!address_normalise(rows[i].typed, into, &e))
			fail_msg("%s: %s", rows[i].typed, e.text);
		assert_string_equal(into, rows[i].kept);
	}
}

static void
mailboxes(void **state)
{
	static const struct { const char *address, *mailbox; } rows[] = {
		{ "anna@example.org", "anna@example.org" }, { "Anna.B@example.org", "anna.b@example.org" },
		{ "anna+1@example.org", "anna@example.org" }, { "ANNA+a+b@example.org", "anna@example.org" },
		{ "+anna@example.org", "+anna@example.org" }, { "anna+@example.org", "anna@example.org" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char into[ADDRESS_MAX];

		address_mailbox(rows[i].address, into);
		assert_string_equal(into, rows[i].mailbox);
	}
}

static void
bad(void **state)
{
	static const char *const rows[] = {
		"", "@", "anna", "anna@", "@example.org", "anna@example", "anna@example.", "anna@.org", "anna@exa..org",
		".anna@example.org", "anna.@example.org", "an..na@example.org", "an na@example.org", "\"anna\"@example.org",
		"anna@127.0.0.1", "anna@[127.0.0.1]", "anna@example.1", "anna@-example.org", "anna@example-.org",
		"anna@exam_ple.org", "anna@example.org ", "anna@example.org\r\nBcc: x@example.org", "anna@b@",
		"\xc3\xa4nna@example.org", "anna@\xc3\xa4.example", L63 "12@example.org", "x@" L63 "1.org",
	};
	char into[ADDRESS_MAX], longest[ADDRESS_MAX + 8];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = {0};

		if (address_normalise(rows[i], into, &e) || e.kind != ERR_INPUT || e.why != WHY_ADDRESS_SHAPE)
			fail_msg("'%s': %s, why %u", rows[i], err_kind_name(e.kind), e.why);
		assert_null(strchr(e.text, '@'));	/* a log line says nothing of it */
	}
	/* Labels in order, and one byte too many of them. */
	for (size_t most = ADDRESS_MAX - 1; most <= ADDRESS_MAX; most++) {
		memset(longest, 'a', sizeof(longest));
		for (size_t at = 1; at < most; at += 50)
			longest[at] = at == 1 ? '@' : '.';
		longest[most] = '\0';
		assert_int_equal(strlen(longest), most);
		assert_int_equal(address_normalise(longest, into, NULL), most < ADDRESS_MAX);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(good), cmocka_unit_test(mailboxes), cmocka_unit_test(bad) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
