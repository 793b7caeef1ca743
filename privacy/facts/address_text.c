#include <string.h>
#include "privacy/facts/address_text.h"
#include "privacy/keeper/why.h"

#define LOCAL_MOST	64u	/* RFC 5321 section 4.5.3.1.1 */
#define LABEL_MOST	63u	/* RFC 1035 section 2.3.4 */

static bool
local_ok(const char *s, size_t n)
{
	static const char also[] = "!#$%&'*+-/=?^_`{|}~";

	if (n == 0 || n > LOCAL_MOST || s[0] == '.' || s[n - 1] == '.')
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = s[i];
		bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || (c != '\0' && strchr(also, c) != NULL);

		if (!word && !(c == '.' && s[i - 1] != '.'))
			return false;
	}
	return true;
}

/* LDH labels, at least two, the last one not a number (that would be an IP address). */
static bool
domain_ok(const char *s)
{
	size_t labels = 0, len = 0;
	bool digits = true;

	for (const char *p = s;; p++) {
		char c = *p;

		if (c == '.' || c == '\0') {
			if (len == 0 || len > LABEL_MOST || p[-1] == '-')
				return false;
			labels++;
			if (c == '\0')
				return labels >= 2 && !digits;
			len = 0;
			digits = true;
			continue;
		}
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && len > 0)))
			return false;
		digits = digits && c >= '0' && c <= '9';
		len++;
	}
}

bool
address_normalise(const char *text, char into[ADDRESS_MAX], struct err *e)
{
	const char *at = strrchr(text, '@');
	size_t n = strlen(text);

	if (at == NULL || n >= ADDRESS_MAX || !local_ok(text, (size_t)(at - text)))
		return REFUSE(e, ERR_INPUT, WHY_ADDRESS_SHAPE, "address: shape");
	memcpy(into, text, n + 1);
	for (char *p = into + (at - text); *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	if (!domain_ok(into + (at - text) + 1))
		return REFUSE(e, ERR_INPUT, WHY_ADDRESS_SHAPE, "address: domain");
	return true;
}

void
address_mailbox(const char *address, char into[ADDRESS_MAX])
{
	const char *at = strrchr(address, '@'), *plus = strchr(address, '+');
	size_t n = 0;

	for (const char *p = address; *p != '\0' && n < ADDRESS_MAX - 1; p++) {
		if (p == plus && p > address && at != NULL && p < at)
			p = at;
		into[n++] = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
	}
	into[n] = '\0';
}
