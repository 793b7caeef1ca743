#include <string.h>
#include "portal/signer/names.h"

static bool
label_ok(const char *s, size_t n)
{
	if (n == 0 || n > 63 || s[0] == '-' || s[n - 1] == '-')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9') || s[i] == '-'))
			return false;
	/* RFC 5891 section 4.2.3.1: "--" in third place is for A-labels alone. */
	return n < 4 || s[2] != '-' || s[3] != '-' || memcmp(s, "xn", 2) == 0;
}

static bool
host_ok(const char *s, size_t n)
{
	size_t labels = 0;
	bool digits = true;

	if (n == 0 || n > 253)
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
