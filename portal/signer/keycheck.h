/*
 * portal/signer/keycheck.h - may this public key stand in a certificate?
 *
 * BR 6.1.1.3, 6.1.5, 6.1.6: size, exponent, small factors, close primes (Fermat,
 * 100 rounds), the ROCA fingerprint (CVE-2017-15361), points on their curve, and
 * lists of known weak keys.
 *
 * Stands on profile and OpenSSL's BN.  Does not ask whether a key was reported
 * compromised: that is the book's.
 */
#ifndef PORTAL_SIGNER_KEYCHECK_H
#define PORTAL_SIGNER_KEYCHECK_H
#include "portal/signer/op.h"
#include "portal/signer/profile.h"

struct weak_keys;	/* lists of hashes, mapped read-only */

/*
 * Map every regular file of the folder: sorted lines of 64 lower-case hex
 * digits, the SHA-256 of a SubjectPublicKeyInfo.  "" gives an empty set.
 * Fails: ERR_IO, ERR_INPUT (a file of another shape or out of order).
 */
bool weak_keys_open(struct weak_keys **out, const char *folder, struct err *e) MUST;
bool weak_keys_have(const struct weak_keys *w, const unsigned char hash[32]) MUST;
void weak_keys_drop(struct weak_keys **w);

/* CSR_GOOD or what is wrong: CSR_KEY_KIND, _SMALL, _LARGE, _EXPONENT, _WEAK, _ROCA, _KNOWN. */
enum csr_verdict key_check(struct span spki, const unsigned char hash[32], const struct weak_keys *weak);
#endif
