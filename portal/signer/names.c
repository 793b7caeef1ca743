#include <stdint.h>
#include <string.h>
#include "portal/signer/names.h"

/* ---- A-labels: Punycode (RFC 3492) ---- */

/* Section 6.1. */
static uint32_t
adapt(uint32_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;

	delta /= first ? 700 : 2;
	delta += delta / points;
	for (; delta > 455; k += 36)
		delta /= 35;
	return k + 36 * delta / (delta + 38);
}

/* Section 3.3: adds one number of variable length to *at; false when it is none or too great. */
static bool
number_add(const char **s, const char *end, uint32_t bias, uint32_t *at)
{
	uint64_t weight = 1, value = *at;

	for (uint32_t k = 36; *s < end && weight <= UINT32_MAX; k += 36) {
		uint32_t least = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias, digit;
		char c = *(*s)++;

		if (c == '-')
			return false;
		digit = c >= 'a' ? (uint32_t)(c - 'a') : (uint32_t)(c - '0') + 26;
		value += digit * weight;
		if (value > UINT32_MAX)
			return false;
		*at = (uint32_t)value;
		if (digit < least)
			return true;
		weight *= 36 - least;
	}
	return false;
}

/* s, lower-case letters, digits and hyphens, names at least one character beyond ASCII, and none that is a control or a surrogate. */
static bool
punycode_ok(const char *s, size_t n)
{
	const char *end = s + n, *plain = end;
	uint32_t point = 0x80, at = 0, bias = 72, points;

	while (plain > s && plain[-1] != '-')
		plain--;
	points = plain == s ? 0 : (uint32_t)(plain - s) - 1;
	if (plain == end || (plain != s && points == 0))
		return false;
	for (bool first = true; plain < end; first = false) {
		uint32_t was = at;

		if (!number_add(&plain, end, bias, &at))
			return false;
		points++;
		bias = adapt(at - was, points, first);
		if (at / points > 0x10ffff - point)
			return false;
		point += at / points;
		at = at % points + 1;
		if (point < 0xa0 || (point >= 0xd800 && point <= 0xdfff))
			return false;
	}
	return true;
}

/* ---- names ---- */

static bool
label_ok(const char *s, size_t n)
{
	if (n == 0 || n > 63 || s[0] == '-' || s[n - 1] == '-')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9') || s[i] == '-'))
			return false;
	/* RFC 5891 section 4.2.3.1: "--" in third place is for A-labels alone. */
	return n < 4 || s[2] != '-' || s[3] != '-' ||
	    (memcmp(s, "xn", 2) == 0 && punycode_ok(s + 4, n - 4));
}

/*
 * Within a zone that no certificate may name: those of IP addresses (BR 4.2.2), and
 * onion names, which are not in the DNS (RFC 7686), so that nobody can prove one there.
 */
static bool
reserved(const char *s, size_t n)
{
	static const char *const tails[] = { ".in-addr.arpa", ".ip6.arpa", ".onion" };

	for (size_t i = 0; i < COUNT(tails); i++) {
		size_t t = strlen(tails[i]);

		if ((n > t && memcmp(s + n - t, tails[i], t) == 0) ||
		    (n + 1 == t && memcmp(s, tails[i] + 1, n) == 0))
			return true;
	}
	return false;
}

static bool
host_ok(const char *s, size_t n)
{
	size_t labels = 0;
	bool digits = true;

	if (n == 0 || n > 253 || reserved(s, n))
		return false;
	for (const char *end = s + n; ; labels++) {
		const char *dot = memchr(s, '.', (size_t)(end - s));
		size_t len = (size_t)((dot == NULL ? end : dot) - s);

		if (!label_ok(s, len))
			return false;
		if (dot != NULL) {
			s = dot + 1;
			continue;
		}
		for (size_t i = 0; i < len; i++)
			digits = digits && s[i] >= '0' && s[i] <= '9';
		return labels > 0 && !digits;	/* at least two labels, no IPv4 address */
	}
}

bool
name_is_dns(const char *s, size_t n)
{
	if (n > 2 && s[0] == '*' && s[1] == '.')
		return n <= 253 && host_ok(s + 2, n - 2);
	return host_ok(s, n);
}

bool
name_is_mail(const char *s, size_t n)
{
	const char *at = n > 254 ? NULL : memchr(s, '@', n);
	size_t local = at == NULL ? 0 : (size_t)(at - s);

	if (local == 0 || local > 64 || s[0] == '.' || s[local - 1] == '.')
		return false;
	for (size_t i = 0; i < local; i++) {
		bool alnum = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') ||
		    (s[i] >= '0' && s[i] <= '9');

		if (!alnum && (s[i] == '\0' || strchr(".!#$%&'*+-/=?^_`{|}~", s[i]) == NULL))
			return false;
		if (s[i] == '.' && s[i + 1] == '.')
			return false;
	}
	return host_ok(at + 1, n - local - 1);
}
