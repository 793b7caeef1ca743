#include <sodium.h>
#include "privacy/vault/share.h"

/* The product in GF(256), without a branch or a look-up that depends on a or b. */
static uint8_t
times(uint8_t a, uint8_t b)
{
	unsigned x = a, y = b, r = 0;

	for (unsigned i = 0; i < 8; i++) {
		r ^= x & (0u - (y >> i & 1u));
		x = (x << 1) ^ (0x11bu & (0u - (x >> 7 & 1u)));
	}
	return (uint8_t)r;
}

/* a^254: the inverse; 0 of 0. */
static uint8_t
inverse(uint8_t a)
{
	uint8_t square = a, r = 1;

	for (int i = 1; i < 8; i++) {
		square = times(square, square);
		r = times(r, square);
	}
	return r;
}

void
share_point(const unsigned char secret[SHARE_SECRET], const unsigned char *coefficients, unsigned need,
    uint8_t index, unsigned char y[SHARE_SECRET])
{
	for (size_t i = 0; i < SHARE_SECRET; i++) {
		uint8_t v = 0;

		for (unsigned k = need - 1; k-- > 0; )
			v = times(v ^ coefficients[k * SHARE_SECRET + i], index);
		y[i] = v ^ secret[i];
	}
}

bool
share_split(const unsigned char secret[SHARE_SECRET], const unsigned char set[SHARE_SET], unsigned need,
    unsigned of, struct share *into, struct err *e)
{
	unsigned char coefficients[(SHARES_MOST - 1) * SHARE_SECRET];

	if (need < 2 || need > of || of > SHARES_MOST)
		return FAIL(e, ERR_INPUT, "shares: at least 2 are needed, of at most %d", SHARES_MOST);
	randombytes_buf(coefficients, sizeof(coefficients));
	for (unsigned i = 0; i < of; i++) {
		into[i].need = (uint8_t)need;
		into[i].index = (uint8_t)(i + 1);
		memcpy(into[i].set, set, SHARE_SET);
		share_point(secret, coefficients, need, into[i].index, into[i].y);
	}
	sodium_memzero(coefficients, sizeof(coefficients));
	return true;
}

static bool
fit(const struct share *s, size_t n, struct err *e)
{
	if (n == 0 || n < s[0].need)
		return FAIL(e, ERR_ABSENT, "shares: %zu of %u that are needed", n, n == 0 ? 0u : (unsigned)s[0].need);
	for (size_t i = 0; i < s[0].need; i++) {
		if (s[i].need != s[0].need || memcmp(s[i].set, s[0].set, SHARE_SET) != 0 || s[i].index == 0)
			return FAIL(e, ERR_INPUT, "shares: share %zu is of another backup key than the first", i + 1);
		for (size_t j = 0; j < i; j++)
			if (s[i].index == s[j].index)
				return FAIL(e, ERR_INPUT, "shares: number %u came twice", (unsigned)s[i].index);
	}
	return s[0].need > 0 || FAIL(e, ERR_INPUT, "shares: none is needed");
}

/* Lagrange's basis at 0 for the i-th of the first `need` indexes; minus is plus here. */
static uint8_t
weight(const struct share *s, size_t i)
{
	uint8_t over = 1, under = 1;

	for (size_t j = 0; j < s[0].need; j++) {
		if (j == i)
			continue;
		over = times(over, s[j].index);
		under = times(under, s[j].index ^ s[i].index);
	}
	return times(over, inverse(under));
}

bool
share_join(const struct share *s, size_t n, unsigned char secret[SHARE_SECRET], struct err *e)
{
	TRY(fit(s, n, e));
	memset(secret, 0, SHARE_SECRET);
	for (size_t i = 0; i < s[0].need; i++) {
		uint8_t w = weight(s, i);

		for (size_t b = 0; b < SHARE_SECRET; b++)
			secret[b] ^= times(w, s[i].y[b]);
	}
	return true;
}

static void
pack(const struct share *s, unsigned char into[SHARE_BYTES])
{
	memcpy(into, s->set, SHARE_SET);
	into[SHARE_SET] = s->need;
	into[SHARE_SET + 1] = s->index;
	memcpy(into + SHARE_SET + 2, s->y, SHARE_SECRET);
}

/* The first four bytes of BLAKE2b-256 over what comes before. */
static void
check_of(const unsigned char *bytes, unsigned char into[4])
{
	unsigned char hash[crypto_generichash_BYTES];

	crypto_generichash(hash, sizeof(hash), bytes, SHARE_BYTES - 4, NULL, 0);
	memcpy(into, hash, 4);
}

void
share_print(const struct share *s, char into[SHARE_TEXT])
{
	unsigned char bytes[SHARE_BYTES];
	char hex[SHARE_BYTES * 2 + 1], *at = into;

	pack(s, bytes);
	check_of(bytes, bytes + SHARE_BYTES - 4);
	sodium_bin2hex(hex, sizeof(hex), bytes, sizeof(bytes));
	for (size_t i = 0; i < SHARE_BYTES * 2; i++) {
		if (i > 0 && i % 4 == 0)
			*at++ = '-';
		*at++ = hex[i];
	}
	*at = '\0';
	sodium_memzero(bytes, sizeof(bytes));
	sodium_memzero(hex, sizeof(hex));
}

bool
share_parse(struct share *s, const char *text, struct err *e)
{
	unsigned char bytes[SHARE_BYTES], check[4];
	size_t n = 0, len = strlen(text);
	const char *end = NULL;
	bool good = sodium_hex2bin(bytes, sizeof(bytes), text, len, " -\t\r\n", &n, &end) == 0 && n == sizeof(bytes) &&
	    end == text + len;

	if (good) {
		check_of(bytes, check);
		good = sodium_memcmp(check, bytes + SHARE_BYTES - 4, sizeof(check)) == 0;
	}
	memcpy(s->set, bytes, SHARE_SET);
	s->need = bytes[SHARE_SET];
	s->index = bytes[SHARE_SET + 1];
	memcpy(s->y, bytes + SHARE_SET + 2, SHARE_SECRET);
	sodium_memzero(bytes, sizeof(bytes));
	return good || FAIL(e, ERR_INPUT, "this is not a share, or something in it was mistyped");
}
