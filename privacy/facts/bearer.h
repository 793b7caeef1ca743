/*
 * privacy/facts/bearer.h - what a request of a certificate session holds in hand.
 *
 * A session that began with a client certificate is good together with that
 * certificate only (DESIGN.md section 6).  For a request that shows one, the
 * portal sends a digest of token and certificate in the token's place, and of
 * such a session the keeper knows the digest alone.  So whoever has the address
 * and shows another certificate, or none, is a stranger before anything is
 * opened, and no operation has to look at certificates.
 *
 * Stands on libsodium.  Does not say whether a certificate is good: the
 * register does, at each use.
 */
#ifndef PRIVACY_FACTS_BEARER_H
#define PRIVACY_FACTS_BEARER_H
#include "privacy/keeper/op.h"

#define BEARER_CERT	32	/* SHA-256 of the certificate's DER */

/* into may be token. */
void bearer_bind(unsigned char into[TOKEN_BYTES], const unsigned char token[TOKEN_BYTES],
    const unsigned char cert[BEARER_CERT]);
#endif
