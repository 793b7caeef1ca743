#include <sodium.h>
#include "privacy/facts/token.h"

/* No key and no salt: nobody guesses 192 random bits. */
void
token_hash(const unsigned char token[TOKEN_BYTES], unsigned char hash[TOKEN_HASH])
{
	crypto_generichash(hash, TOKEN_HASH, token, TOKEN_BYTES, NULL, 0);
}

void
token_make(unsigned char token[TOKEN_BYTES], unsigned char hash[TOKEN_HASH])
{
	randombytes_buf(token, TOKEN_BYTES);
	token_hash(token, hash);
}

int64_t
id_random(void)
{
	uint64_t bits;

	do
		randombytes_buf(&bits, sizeof(bits));
	while ((bits >> 16) == 0);
	return (int64_t)(bits >> 16);
}
