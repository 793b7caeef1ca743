/*
 * privacy/vault/share.h - a secret that so many of a few people can bring together.
 *
 * Shamir's scheme over GF(256) with the polynomial x^8 + x^4 + x^3 + x + 1 (A. Shamir,
 * "How to share a secret", 1979): each byte of the secret is the value at 0 of a
 * polynomial of degree need - 1 with random other coefficients, a share its value at the
 * share's index.  Fewer shares than needed say nothing at all about the secret.
 *
 * A share in print is lower-case hex in groups of four: 4 bytes of the set (which secret),
 * need, index, 32 bytes, 4 bytes of BLAKE2b over those.  The check finds what was mistyped; it
 * does not find somebody who makes up a share: whether the joined secret is the right one
 * is the caller's to see, by its public half.
 *
 * Stands on base and libsodium.  Multiplies without tables, in the same time for all values.
 */
#ifndef PRIVACY_VAULT_SHARE_H
#define PRIVACY_VAULT_SHARE_H
#include "ledger/base/buf.h"

#define SHARE_SECRET	32
#define SHARE_SET	4
#define SHARES_MOST	16
#define SHARE_BYTES	(SHARE_SET + 2 + SHARE_SECRET + 4)
#define SHARE_TEXT	(SHARE_BYTES * 2 + SHARE_BYTES / 2)	/* bytes with NUL: a dash less than groups */

struct share { unsigned char set[SHARE_SET]; uint8_t need, index; unsigned char y[SHARE_SECRET]; };	/* index 1..255 */

/* `of` shares into[0..of), any `need` of which give the secret.  ERR_INPUT: not 2 <= need <= of <= SHARES_MOST. */
bool share_split(const unsigned char secret[SHARE_SECRET], const unsigned char set[SHARE_SET], unsigned need,
    unsigned of, struct share *into, struct err *e) MUST;
/* What split does with given coefficients: (need - 1) * SHARE_SECRET bytes, the lowest power first. */
void share_point(const unsigned char secret[SHARE_SECRET], const unsigned char *coefficients, unsigned need,
    uint8_t index, unsigned char y[SHARE_SECRET]);
/* From n shares, of which the first `need` are used.  ERR_ABSENT: too few; ERR_INPUT: two alike, or of several sets. */
bool share_join(const struct share *s, size_t n, unsigned char secret[SHARE_SECRET], struct err *e) MUST;
void share_print(const struct share *s, char into[SHARE_TEXT]);
/* Blanks, dashes and case do not matter.  ERR_INPUT: not a share, or mistyped. */
bool share_parse(struct share *s, const char *text, struct err *e) MUST;
#endif
