/* tests/unit/test_place.c - where the prover may connect, and the many ways to write "home". */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/un.h>
#include <cmocka.h>
#include "portal/prover/place.h"

static const struct { const char *address; bool good; } rows[] = {
	{ "1.1.1.1", true }, { "9.255.255.255", true }, { "11.0.0.0", true },
	{ "100.63.255.255", true }, { "100.128.0.0", true }, { "126.255.255.255", true }, { "128.0.0.1", true },
	{ "169.253.255.255", true }, { "169.255.0.0", true }, { "172.15.255.255", true },
	{ "172.32.0.0", true }, { "192.0.1.1", true }, { "192.167.255.255", true },
	{ "192.169.0.0", true }, { "198.17.255.255", true }, { "198.20.0.0", true }, { "223.255.255.255", true },
	{ "0.0.0.0", false }, { "0.1.2.3", false }, { "10.0.0.0", false }, { "10.255.255.255", false },
	{ "100.64.0.0", false }, { "100.127.255.255", false }, { "127.0.0.1", false }, { "127.255.255.254", false },
	{ "169.254.0.0", false }, { "169.254.169.254", false }, { "172.16.0.0", false },
	{ "172.31.255.255", false }, { "192.0.0.8", false }, { "192.0.2.1", false }, { "192.88.99.1", false },
	{ "192.168.0.1", false }, { "198.18.0.0", false }, { "198.19.255.255", false },
	{ "198.51.100.7", false }, { "203.0.113.7", false }, { "224.0.0.1", false },
	{ "239.255.255.255", false }, { "240.0.0.1", false }, { "255.255.255.255", false },

	{ "2606:4700:4700::1111", true }, { "2a00:1450::1", true }, { "2003::1", true }, { "3ffe::1", true },
	{ "2001:200::1", true }, { "2001:db7::1", true }, { "2001:db9::1", true },
	{ "::", false }, { "::1", false }, { "::ffff:8.8.8.8", false }, { "::ffff:127.0.0.1", false },
	{ "::127.0.0.1", false }, { "64:ff9b::7f00:1", false }, { "64:ff9b:1::1", false }, { "100::1", false },
	{ "2001::1", false }, { "2001:2::1", false }, { "2001:20::1", false }, { "2001:db8::1", false },
	{ "2002:7f00:1::1", false }, { "2620:4f:8000::1", false }, { "3fff::1", false }, { "5f00::1", false },
	{ "fc00::1", false }, { "fd12:3456::1", false }, { "fe80::1", false }, { "febf::1", false },
	{ "fec0::1", false }, { "ff02::1", false }, { "1fff::1", false }, { "4000::1", false },
};

static void
addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sockaddr_in in = { .sin_family = AF_INET };
		struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
		bool v4 = inet_pton(AF_INET, rows[i].address, &in.sin_addr) == 1;

		assert_true(v4 || inet_pton(AF_INET6, rows[i].address, &in6.sin6_addr) == 1);
		if (rows[i].good != (v4 ? place_public((struct sockaddr *)&in, sizeof(in)) :
		    place_public((struct sockaddr *)&in6, sizeof(in6))))
			fail_msg("%s", rows[i].address);
	}
}

static void
other_families(void **state)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x01010101) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	(void)state;
	assert_false(place_public((struct sockaddr *)&un, sizeof(un)));
	assert_true(place_public((struct sockaddr *)&in, sizeof(in)));
	assert_false(place_public((struct sockaddr *)&in, sizeof(in) - 1));
	in6.sin6_addr.s6_addr[0] = 0x26;
	assert_true(place_public((struct sockaddr *)&in6, sizeof(in6)));
	assert_false(place_public((struct sockaddr *)&in6, sizeof(in)));
}

/* By number and back: what lies in a range is found in that very one. */
static void
ranges(void **state)
{
	static const struct { const char *address, *range; } in[] = {
		{ "0.0.0.0", "0.0.0.0/8" }, { "10.1.2.3", "10.0.0.0/8" }, { "127.0.0.53", "127.0.0.0/8" }, { "192.168.178.1", "192.168.0.0/16" },
		{ "255.255.255.255", "240.0.0.0/4" }, { "::1", "::/3" }, { "::ffff:127.0.0.1", "::/3" }, { "fd00::53", "8000::/1" },
		{ "2002:7f00:1::1", "2002::/16" }, { "3fff::1", "3fff::/20" },
	};
	char text[PLACE_RANGE];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(in); i++) {
		assert_true(place_range(place_of(in[i].address), text));
		assert_string_equal(text, in[i].range);
	}
	while (place_range(n, text))
		n++;
	assert_in_range(n, 20, 64);	/* dns.c keeps a bit for each */
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(place_of(rows[i].address) == PLACE_NONE, rows[i].good);
	assert_true(place_of("") == PLACE_NONE && place_of("127.0.0.1@53") == PLACE_NONE && place_of("name.example") == PLACE_NONE);
	assert_false(place_range(PLACE_NONE, text));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses), cmocka_unit_test(other_families), cmocka_unit_test(ranges),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
