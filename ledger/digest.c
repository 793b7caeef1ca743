/*
 * EVP's bookkeeping costs as much as hashing the 65 or 105 bytes of a node or
 * leaf; the calls under it are deprecated for what they leave out (other
 * providers, engines), not for what they do: the same code of the processor's own instructions.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <stdlib.h>
#include "ledger/digest.h"

void
digest_pieces(unsigned char into[DIGEST_BYTES], const struct span *pieces, size_t count)
{
	SHA256_CTX context;
	int good = SHA256_Init(&context);

	for (size_t i = 0; i < count; i++)
		if (pieces[i].len > 0)
			good &= SHA256_Update(&context, pieces[i].p, pieces[i].len);
	good &= SHA256_Final(into, &context);	/* which wipes what it held of the message */
	if (good != 1)
		abort();
}

/* The hot path: one piece, no loop. */
void
digest(unsigned char into[DIGEST_BYTES], const void *p, size_t n)
{
	SHA256_CTX context;

	if (SHA256_Init(&context) != 1 || SHA256_Update(&context, p, n) != 1 ||
	    SHA256_Final(into, &context) != 1)
		abort();
}
