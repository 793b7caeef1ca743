#include <sodium.h>
#include "privacy/facts/bearer.h"

void
bearer_bind(unsigned char into[TOKEN_BYTES], const unsigned char token[TOKEN_BYTES],
    const unsigned char cert[BEARER_CERT])
{
	static const unsigned char label[] = "troth certificate session";
	crypto_generichash_state h;

	crypto_generichash_init(&h, label, sizeof(label) - 1, TOKEN_BYTES);
	crypto_generichash_update(&h, token, TOKEN_BYTES);
	crypto_generichash_update(&h, cert, BEARER_CERT);
	crypto_generichash_final(&h, into, TOKEN_BYTES);
	sodium_memzero(&h, sizeof(h));
}
