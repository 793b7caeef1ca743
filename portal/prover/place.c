#include "portal/prover/place.h"
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct range { unsigned char bits[16]; unsigned length; };

static const struct range v4[] = {
	{ { 0 }, 8 },				/* this network */
	{ { 10 }, 8 },				/* RFC 1918 */
	{ { 100, 64 }, 10 },			/* RFC 6598 shared, CGNAT */
	{ { 127 }, 8 },				/* loopback */
	{ { 169, 254 }, 16 },			/* link-local, cloud metadata */
	{ { 172, 16 }, 12 },			/* RFC 1918 */
	{ { 192, 0, 0 }, 24 },			/* IETF protocol assignments */
	{ { 192, 0, 2 }, 24 },			/* documentation */
	{ { 192, 31, 196 }, 24 },		/* AS112 */
	{ { 192, 52, 193 }, 24 },		/* AMT */
	{ { 192, 88, 99 }, 24 },		/* 6to4 relay, deprecated */
	{ { 192, 168 }, 16 },			/* RFC 1918 */
	{ { 192, 175, 48 }, 24 },		/* AS112 */
	{ { 198, 18 }, 15 },			/* benchmarking */
	{ { 198, 51, 100 }, 24 },		/* documentation */
	{ { 203, 0, 113 }, 24 },		/* documentation */
	{ { 224 }, 4 },				/* multicast */
	{ { 240 }, 4 },				/* reserved and broadcast */
};

static const struct range v6[] = {
	{ { 0x00 }, 3 },			/* loopback, mapped, compatible, NAT64, discard: global unicast is 2000::/3 alone */
	{ { 0x40 }, 2 },			/* unassigned, SRv6 */
	{ { 0x80 }, 1 },			/* unassigned, unique local, link-local, multicast */
	{ { 0x20, 0x01, 0x00 }, 23 },		/* IETF assignments: Teredo, benchmarking, ORCHID */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },	/* documentation */
	{ { 0x20, 0x02 }, 16 },			/* 6to4: an IPv4 address inside */
	{ { 0x26, 0x20, 0x00, 0x4f, 0x80, 0x00 }, 48 },	/* AS112 */
	{ { 0x3f, 0xff, 0x00 }, 20 },		/* documentation, RFC 9637 */
};

static bool
within(const unsigned char *address, const struct range *r)
{
	unsigned whole = r->length / 8, rest = r->length % 8;
	unsigned mask = rest == 0 ? 0 : (0xff00u >> rest) & 0xffu;

	return memcmp(address, r->bits, whole) == 0 &&
	    (address[whole < 16 ? whole : 15] & mask) == (r->bits[whole < 16 ? whole : 15] & mask);
}

/* The first of r[0..n) that holds it, or PLACE_NONE. */
static size_t
first_of(const unsigned char *address, const struct range *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (within(address, &r[i]))
			return i;
	return PLACE_NONE;
}

bool
place_public(const struct sockaddr *a, size_t len)
{
	if (a->sa_family == AF_INET && len >= sizeof(struct sockaddr_in)) {
		struct sockaddr_in in;

		memcpy(&in, a, sizeof(in));
		return first_of((const unsigned char *)&in.sin_addr, v4, COUNT(v4)) == PLACE_NONE;
	}
	if (a->sa_family == AF_INET6 && len >= sizeof(struct sockaddr_in6)) {
		struct sockaddr_in6 in6;

		memcpy(&in6, a, sizeof(in6));
		return first_of(in6.sin6_addr.s6_addr, v6, COUNT(v6)) == PLACE_NONE;
	}
	return false;
}

/* Ranges are numbered v4 first. */
size_t
place_of(const char *address)
{
	unsigned char bits[16];
	size_t i = PLACE_NONE;

	if (inet_pton(AF_INET, address, bits) == 1)
		return first_of(bits, v4, COUNT(v4));
	if (inet_pton(AF_INET6, address, bits) == 1)
		i = first_of(bits, v6, COUNT(v6));
	return i == PLACE_NONE ? PLACE_NONE : COUNT(v4) + i;
}

bool
place_range(size_t number, char into[PLACE_RANGE])
{
	char text[INET6_ADDRSTRLEN];
	const struct range *r;

	if (number >= COUNT(v4) + COUNT(v6))
		return false;
	r = number < COUNT(v4) ? &v4[number] : &v6[number - COUNT(v4)];
	if (inet_ntop(number < COUNT(v4) ? AF_INET : AF_INET6, r->bits, text, sizeof(text)) == NULL)
		return false;
	snprintf(into, PLACE_RANGE, "%s/%u", text, r->length);
	return true;
}
