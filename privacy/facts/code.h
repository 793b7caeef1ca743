/*
 * privacy/facts/code.h - the codes people show, print and type: hand-overs, event passes, slips, receipts.
 *
 *	7KQM-3V9X-D2TP-84HQ
 *
 * Sixteen characters: five to find the row by (25 bits, stored clear, no
 * secret), ten of secret (50 bits, stored only as a keyed hash), one to check
 * for slips of the finger.  The alphabet is Crockford's base 32: digits and
 * capital letters without I, L, O and U.
 *
 * The check character is the one value c in GF(2^5) for which
 * c + a*x1 + a^2*x2 + ... + a^15*x15 = 0 (a a root of x^5 + x^2 + 1, so of
 * order 31).  All weights are non-zero and different, so every wrong single
 * character and every exchange of any two, neighbours or not, is noticed; 1 in
 * 32 other mistakes is not.  (ISO 7064 MOD 37,36 does less and needs the
 * look-alikes.)
 *
 * Reading takes small letters, spaces, any hyphen, O for 0, I and L for 1.
 *
 * 50 bits withstand guessing because three wrong secrets end a hand-over; a
 * thief of the store has no key for the hash.
 *
 * Stands on libsodium.  Knows no store, counts no tries, and does not tell
 * whether a code is live.
 */
#ifndef PRIVACY_FACTS_CODE_H
#define PRIVACY_FACTS_CODE_H
#include "ledger/base/err.h"

#define CODE_FINDER	5	/* characters */
#define CODE_SECRET	10
#define CODE_TEXT	20	/* bytes as printed, with NUL */
#define CODE_KEY	32	/* bytes */
#define CODE_HASH	32

enum code_kind {		/* append only: it is hashed */
	CODE_HANDOVER = 1,
	CODE_EVENT_PASS,
	CODE_SLIP,
	CODE_ERASURE,		/* leads to the receipt of an erasure */
	CODE_CASE,		/* the pass-phrase of a case opened without an account */
	CODE_CASE_MAIL,		/* lets a further mail be added to a case; shows nothing of it */
	CODE_LOST,		/* on the sheet that two assurers confirm, of a case of lost access */
};

struct code {
	char finder[CODE_FINDER + 1];
	char secret[CODE_SECRET + 1];
};

/* A new random one.  The caller makes the finder unique in its table, and wipes. */
void code_make(struct code *c);
/* In groups of four, with the check character. */
void code_print(const struct code *c, char into[CODE_TEXT]);
/*
 * What somebody typed or scanned.  ERR_INPUT: too short or long, a character
 * that is none of the alphabet, or the check character does not fit.  That
 * says nothing about whether a code exists.
 */
bool code_read(const char *text, struct code *c, struct err *e) MUST;
/* BLAKE2b-256 under key over kind, finder and secret: the same secret hashes differently in another kind. */
void code_hash(const unsigned char key[CODE_KEY], enum code_kind kind, const struct code *c,
    unsigned char hash[CODE_HASH]);
/* In constant time. */
bool code_hash_same(const unsigned char a[CODE_HASH], const unsigned char b[CODE_HASH]) MUST;
void code_wipe(struct code *c);
#endif
