/* tests/unit/test_host.c - what a member types as a domain or an address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include "portal/ca/host.h"
#include "portal/people/mailbox.h"
#include "privacy/keeper/why.h"

static const struct { const char *typed, *clean; uint32_t why; } domains[] = {
	{ "example.org", "example.org", 0 },
	{ "EXAMPLE.Org.", "example.org", 0 },
	{ "b\xc3\xbc" "cher.example", "xn--bcher-kva.example", 0 },
	{ "stra\xc3\x9f" "e.example", "xn--strae-oqa.example", 0 },	/* non-transitional: ß stays itself */
	{ "a-b.example.org", "a-b.example.org", 0 },
	{ "", NULL, WHY_DOMAIN_SHAPE },
	{ "localhost", NULL, WHY_DOMAIN_SHAPE },
	{ "a_b.example", NULL, WHY_DOMAIN_SHAPE },	/* libidn2 would delete the underscore */
	{ "a..b.example", NULL, WHY_DOMAIN_SHAPE },
	{ "-a.example", NULL, WHY_DOMAIN_SHAPE },
	{ "a-.example", NULL, WHY_DOMAIN_SHAPE },
	{ "*.example.org", NULL, WHY_DOMAIN_SHAPE },
	{ "10.0.0.1", NULL, WHY_DOMAIN_SHAPE },
	{ "example.org/x", NULL, WHY_DOMAIN_SHAPE },
	{ "exa mple.org", NULL, WHY_DOMAIN_SHAPE },
	{ "co.uk", NULL, WHY_DOMAIN_SUFFIX },
	{ "org", NULL, WHY_DOMAIN_SHAPE },
	{ "CO.UK", NULL, WHY_DOMAIN_SUFFIX },		/* libpsl alone would let it pass */
	{ "github.io", NULL, WHY_DOMAIN_SUFFIX },
	{ "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg.org", NULL, WHY_DOMAIN_SHAPE },
};

static void
test_domains(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(domains); i++) {
		struct err e = {0};
		char into[256];
		bool good = host_clean(domains[i].typed, into, &e);

		assert_int_equal(good, domains[i].clean != NULL);
		assert_int_equal(e.why, domains[i].why);
		if (good)
			assert_string_equal(into, domains[i].clean);
	}
}

static const struct { const char *name, *domain; bool within; } pairs[] = {
	{ "example.org", "example.org", true }, { "www.example.org", "example.org", true },
	{ "badexample.org", "example.org", false }, { "org", "example.org", false },
	{ "example.org", "www.example.org", false }, { ".example.org", "example.org", true },
};

static void
test_within(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++)
		assert_int_equal(host_within(pairs[i].name, pairs[i].domain), pairs[i].within);
}

static void
test_shown(void **state)
{
	char into[256];

	(void)state;
	host_shown("xn--bcher-kva.example", into);
	assert_string_equal(into, "b\xc3\xbc" "cher.example");
	host_shown("xn--zzzzzz.example", into);		/* no such label: as it is */
	assert_string_equal(into, "xn--zzzzzz.example");
}

/* A label that Punycode can read is not always one that IDNA allows: xn--ls8h is a picture. */
static void
test_idna(void **state)
{
	static const struct { const char *name; bool good; } names[] = {
		{ "www.example.org", true }, { "xn--bcher-kva.example.org", true }, { "*.xn--bcher-kva.example", true },
		{ "ada@xn--bcher-kva.example", true }, { "ada+xn--ls8h@example.org", true }, { "xn--ls8h.example.org", false },
		{ "*.xn--ls8h.example.org", false }, { "ada@xn--ls8h.example.org", false }, { "xn--zzzzzz.example", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		if (host_idna(names[i].name) != names[i].good)
			fail_msg("%s", names[i].name);
}

static const struct { const char *typed, *is; } mailboxes[] = {
	{ "Ann@EXAMPLE.org", "Ann@example.org" },
	{ "ann@b\xc3\xbc" "cher.example", "ann@xn--bcher-kva.example" },
	{ "ann", "ann" }, { "ann@", "ann@" }, { "ann@a..b", "ann@a..b" },
	{ "a@b@example.org", "a@b@example.org" },
};

static void
test_mailbox(void **state)
{
	char into[MAILBOX_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(mailboxes); i++)
		assert_string_equal(mailbox(mailboxes[i].typed, into), mailboxes[i].is);
}

/* As letters where these lead back to the same address; else as it stands. */
static void
test_mailbox_shown(void **state)
{
	static const struct { const char *known, *shown; } rows[] = {
		{ "ann@xn--bcher-kva.example", "ann@b\xc3\xbc" "cher.example" }, { "ann@example.org", "ann@example.org" },
		{ "xn--bcher-kva.example", "b\xc3\xbc" "cher.example" }, { "*.xn--bcher-kva.example", "*.b\xc3\xbc" "cher.example" },
		{ "xn--bcher-kva@example.org", "xn--bcher-kva@example.org" }, { "ann@xn--0.example", "ann@xn--0.example" },
		{ "\"a@b\"@xn--bcher-kva.example", "\"a@b\"@b\xc3\xbc" "cher.example" }, { "", "" }, { "@", "@" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char shown[MAILBOX_TEXT];

		mailbox_shown(rows[i].known, shown);
		assert_string_equal(shown, rows[i].shown);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_domains), cmocka_unit_test(test_mailbox_shown), cmocka_unit_test(test_within),
		cmocka_unit_test(test_idna), cmocka_unit_test(test_shown), cmocka_unit_test(test_mailbox),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
