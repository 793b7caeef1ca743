/* Any bytes as a prover's statement: refused, or exactly what was signed. */
#include <sodium.h>
#include <string.h>
#include "privacy/facts/statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static unsigned char public_key[32], secret[64];
	static const unsigned char seed[32] = { 1 };
	struct buf signed_bytes = {0}, again = {0};
	struct statement s;

	if (public_key[0] == 0 && (sodium_init() < 0 || crypto_sign_seed_keypair(public_key, secret, seed) != 0))
		return 0;
	(void)!statement_open(&s, span_of(p, n), public_key, NULL);
	/* The same bytes under a good signature: what is believed packs to the same bytes again. */
	if (n < STATEMENT_MAX) {
		unsigned char signature[64];
		struct buf message = {0};

		buf_text(&message, "troth statement v1\n");
		buf_add(&message, p, n);
		crypto_sign_detached(signature, NULL, (const unsigned char *)message.data, message.len, secret);
		buf_add(&signed_bytes, p, n);
		buf_add(&signed_bytes, signature, sizeof(signature));
		if (statement_open(&s, span_buf(&signed_bytes), public_key, NULL) &&
		    (!statement_sign(&again, &s, secret, NULL) || again.len != signed_bytes.len ||
		    memcmp(again.data, signed_bytes.data, again.len) != 0))
			__builtin_trap();
		buf_wipe(&message);
	}
	buf_wipe(&signed_bytes);
	buf_wipe(&again);
	return 0;
}
