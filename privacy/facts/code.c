#include <sodium.h>
#include <string.h>
#include "privacy/facts/code.h"

#define PAYLOAD	(CODE_FINDER + CODE_SECRET)
#define ALL	(PAYLOAD + 1)
#define GROUP	4

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* ---- GF(2^5), modulus x^5 + x^2 + 1 ---- */

/* v times a, the root. */
static unsigned
times_root(unsigned v)
{
	v <<= 1;
	return (v & 32u) != 0 ? v ^ 37u : v;
}

/* a*x1 + a^2*x2 + ... by Horner from the last on; the check value is this sum itself, as -1 = 1. */
static unsigned
check_of(const unsigned char values[PAYLOAD])
{
	unsigned sum = 0;

	for (size_t i = PAYLOAD; i-- > 0;)
		sum = times_root(sum ^ values[i]);
	return sum;
}

/* ---- characters ---- */

/* 0 to 31, or -1. */
static int
value_of(char c)
{
	const char *at;

	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	at = c == '\0' ? NULL : strchr(alphabet, c);
	return at == NULL ? -1 : (int)(at - alphabet);
}

/* Bytes of a space or a hyphen at the text's beginning; 0: something else. */
static size_t
separator(const char *s)
{
	static const char *const all[] = { " ", "\t", "\r", "\n", "-", "_", "\xc2\xa0", "\xc2\xad",
	    "\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x92", "\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x88\x92" };

	for (size_t i = 0; i < COUNT(all); i++)
		if (strncmp(s, all[i], strlen(all[i])) == 0)
			return strlen(all[i]);
	return 0;
}

/* ---- the code ---- */

static void
from_values(const unsigned char values[PAYLOAD], struct code *c)
{
	*c = (struct code){0};
	for (size_t i = 0; i < CODE_FINDER; i++)
		c->finder[i] = alphabet[values[i] & 31];
	for (size_t i = 0; i < CODE_SECRET; i++)
		c->secret[i] = alphabet[values[CODE_FINDER + i] & 31];
}

static void
to_values(const struct code *c, unsigned char values[PAYLOAD])
{
	for (size_t i = 0; i < CODE_FINDER; i++)
		values[i] = (unsigned char)(value_of(c->finder[i]) & 31);
	for (size_t i = 0; i < CODE_SECRET; i++)
		values[CODE_FINDER + i] = (unsigned char)(value_of(c->secret[i]) & 31);
}

void
code_make(struct code *c)
{
	unsigned char values[PAYLOAD];

	/* 256 is a multiple of 32: the low five bits are even */
	randombytes_buf(values, sizeof(values));
	from_values(values, c);
	sodium_memzero(values, sizeof(values));
}

void
code_print(const struct code *c, char into[CODE_TEXT])
{
	unsigned char values[ALL];
	char *to = into;

	to_values(c, values);
	values[PAYLOAD] = (unsigned char)check_of(values);
	for (size_t i = 0; i < ALL; i++) {
		if (i > 0 && i % GROUP == 0)
			*to++ = '-';
		*to++ = alphabet[values[i]];
	}
	*to = '\0';
	sodium_memzero(values, sizeof(values));
}

static bool
read_values(const char *s, unsigned char values[ALL], struct err *e)
{
	size_t n = 0, skip;
	int v;

	for (; *s != '\0'; s++) {
		skip = separator(s);
		if (skip > 0) {
			s += skip - 1;
			continue;
		}
		v = value_of(*s);
		if (v < 0)
			return FAIL(e, ERR_INPUT, "code: a character that stands in none");
		if (n == ALL)
			return FAIL(e, ERR_INPUT, "code: too long");
		values[n++] = (unsigned char)v;
	}
	if (n < ALL)
		return FAIL(e, ERR_INPUT, "code: too short");
	if (check_of(values) != values[PAYLOAD])
		return FAIL(e, ERR_INPUT, "code: mistyped");
	return true;
}

bool
code_read(const char *text, struct code *c, struct err *e)
{
	unsigned char values[ALL] = {0};
	bool good = read_values(text, values, e);

	*c = (struct code){0};
	if (good)
		from_values(values, c);
	sodium_memzero(values, sizeof(values));
	return good;
}

void
code_hash(const unsigned char key[CODE_KEY], enum code_kind kind, const struct code *c,
    unsigned char hash[CODE_HASH])
{
	static const char label[] = "troth code";
	unsigned char text[sizeof(label) + 1 + PAYLOAD];

	/* every part has a fixed length */
	memcpy(text, label, sizeof(label));
	text[sizeof(label)] = (unsigned char)kind;
	memcpy(text + sizeof(label) + 1, c->finder, CODE_FINDER);
	memcpy(text + sizeof(label) + 1 + CODE_FINDER, c->secret, CODE_SECRET);
	crypto_generichash(hash, CODE_HASH, text, sizeof(text), key, CODE_KEY);
	sodium_memzero(text, sizeof(text));
}

bool
code_hash_same(const unsigned char a[CODE_HASH], const unsigned char b[CODE_HASH])
{
	return sodium_memcmp(a, b, CODE_HASH) == 0;
}

void
code_wipe(struct code *c)
{
	sodium_memzero(c, sizeof(*c));
}
