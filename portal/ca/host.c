#include <ctype.h>
#include <idn2.h>
#include <libpsl.h>
#include <stdlib.h>
#include <string.h>
#include "portal/ca/host.h"
#include "privacy/keeper/why.h"

static void text_free(char **p) { idn2_free(*p); }

/* Labels of 1 to 63 octets; letters, digits and inner hyphens, or anything beyond ASCII. */
static bool
labels_good(const char *s)
{
	size_t label = 0, labels = 1;

	for (const char *p = s; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '.') {
			if (label == 0 || p[-1] == '-')
				return false;
			label = 0, labels++;
			continue;
		}
		if (c < 0x80 && !isalnum(c) && c != '-')
			return false;
		if (c == '-' && label == 0)
			return false;
		label++;
	}
	return label > 0 && s[strlen(s) - 1] != '-' && labels > 1;
}

static bool
ascii_good(const char *s)
{
	size_t label = 0;

	for (const char *p = s; *p != '\0'; p++) {
		label = *p == '.' ? 0 : label + 1;
		if (label > 63)
			return false;
	}
	/* An all-digit last label would be read as an IPv4 address. */
	return strlen(s) <= 253 && strspn(strrchr(s, '.') + 1, "0123456789") != strlen(strrchr(s, '.') + 1);
}

bool
host_ascii(const char *typed, char into[256], struct err *e)
{
	DROP(text_free) char *ascii = NULL;
	char given[256];
	size_t n = strlen(typed);
	int rc;

	if (n > 0 && typed[n - 1] == '.')
		n--;
	if (n == 0 || n > 253)
		return REFUSE(e, ERR_INPUT, WHY_DOMAIN_SHAPE, "domain of %zu bytes", n);
	memcpy(given, typed, n);
	given[n] = '\0';
	if (!labels_good(given))
		return REFUSE(e, ERR_INPUT, WHY_DOMAIN_SHAPE, "domain: labels");
	rc = idn2_to_ascii_8z(given, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
	if (rc == IDN2_MALLOC)
		return FAIL(e, ERR_MEMORY, "domain");
	if (rc != IDN2_OK)
		return REFUSE(e, ERR_INPUT, WHY_DOMAIN_SHAPE, "domain: labels");
	for (char *p = ascii; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	if (!labels_good(ascii) || !ascii_good(ascii))
		return REFUSE(e, ERR_INPUT, WHY_DOMAIN_SHAPE, "domain: A-labels");
	memcpy(into, ascii, strlen(ascii) + 1);
	return true;
}

bool
host_clean(const char *typed, char into[256], struct err *e)
{
	TRY(host_ascii(typed, into, e));
	if (psl_is_public_suffix2(psl_builtin(), into, PSL_TYPE_ANY) != 0)
		return REFUSE(e, ERR_INPUT, WHY_DOMAIN_SUFFIX, "domain: public suffix");
	return true;
}

bool
host_registrable(const char *host, char into[256])
{
	char clean[256];
	struct err e = {0};
	const char *domain;

	if (!host_clean(host, clean, &e))
		return false;
	domain = psl_registrable_domain(psl_builtin(), clean);
	if (domain == NULL)
		return false;
	snprintf(into, 256, "%s", domain);
	return true;
}

void
host_shown(const char *name, char into[256])
{
	DROP(text_free) char *shown = NULL, *back = NULL;
	bool same = idn2_to_unicode_8z8z(name, &shown, 0) == IDN2_OK &&
	    idn2_to_ascii_8z(shown, &back, IDN2_NONTRANSITIONAL) == IDN2_OK &&
	    strcmp(back, name) == 0 && strlen(shown) < 256;

	snprintf(into, 256, "%s", same ? shown : name);
}

bool
host_idna(const char *name)
{
	const char *at = strchr(name, '@'), *host = at != NULL ? at + 1 : strncmp(name, "*.", 2) == 0 ? name + 2 : name;
	DROP(text_free) char *ascii = NULL;

	return strstr(host, "xn--") == NULL || (idn2_to_ascii_8z(host, &ascii, IDN2_NONTRANSITIONAL) == IDN2_OK &&
	    strcmp(ascii, host) == 0);
}

bool
host_within(const char *name, const char *domain)
{
	size_t n = strlen(name), d = strlen(domain);

	return n == d ? strcmp(name, domain) == 0 :
	    n > d && name[n - d - 1] == '.' && strcmp(name + n - d, domain) == 0;
}
