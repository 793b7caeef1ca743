#include <sodium.h>
#include <string.h>
#include "portal/web/token.h"

#define MAC		16
#define WHOLE		(4 + 2 * MAC)		/* bytes before base64 */
#define CLOCK_SLACK	60			/* seconds a worker's clock may run behind another's */

static void
add_u32(crypto_generichash_state *h, uint32_t v)
{
	unsigned char b[4] = { (unsigned char)(v >> 24), (unsigned char)(v >> 16), (unsigned char)(v >> 8), (unsigned char)v };

	crypto_generichash_update(h, b, sizeof(b));
}

/* Its key is the session's token, which only its owner has, or the site's own; every part has its length before it. */
static void
mac(const struct visit *v, const char *path, bool own, uint32_t at, const struct span *bound,
    unsigned char into[MAC])
{
	crypto_generichash_state h;
	size_t len = strlen(path);

	crypto_generichash_init(&h, own ? v->token : v->site->form_key, own ? TOKEN_BYTES : FORM_KEY, MAC);
	add_u32(&h, (bound == NULL ? 1u : 2u) << 8 | own);
	add_u32(&h, (uint32_t)len);
	crypto_generichash_update(&h, (const unsigned char *)path, len);
	add_u32(&h, at);
	if (bound != NULL) {
		add_u32(&h, (uint32_t)bound->len);
		crypto_generichash_update(&h, bound->p, bound->len);
	}
	crypto_generichash_final(&h, into, MAC);
	sodium_memzero(&h, sizeof(h));
}

void
token_make(const struct visit *v, const char *path, bool own, struct span bound, char into[96])
{
	uint32_t at = (uint32_t)v->now;
	unsigned char whole[WHOLE] = { (unsigned char)(at >> 24), (unsigned char)(at >> 16),
	    (unsigned char)(at >> 8), (unsigned char)at };

	mac(v, path, own, at, NULL, whole + 4);
	/* Most forms are bound to nothing further: their second half says so, and fits nothing. */
	if (bound.len > 0)
		mac(v, path, own, at, &bound, whole + 4 + MAC);
	sodium_bin2base64(into, 96, whole, sizeof(whole), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

enum token_verdict
token_check(const struct visit *v, const char *path, bool own, const struct span *bound, const char *posted)
{
	unsigned char whole[WHOLE] = {0}, want[MAC];
	static const unsigned char unbound[MAC];
	struct span time = span_of(whole, 4);
	size_t len = 0;
	uint32_t at;

	if (sodium_base642bin(whole, sizeof(whole), posted, strlen(posted), NULL, &len, NULL,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 || len != sizeof(whole))
		return TOKEN_BAD;
	at = unpack_u32(&time);
	if (bound != NULL && sodium_memcmp(whole + 4 + MAC, unbound, MAC) == 0)
		return TOKEN_BAD;
	mac(v, path, own, at, bound, want);
	if (sodium_memcmp(want, whole + 4 + (bound == NULL ? 0 : MAC), MAC) != 0)
		return TOKEN_BAD;
	return v->now + CLOCK_SLACK < (int64_t)at || v->now - (int64_t)at > TOKEN_LIFE ? TOKEN_OLD : TOKEN_GOOD;
}

bool
token_parse(const char *text, unsigned char into[TOKEN_BYTES])
{
	size_t len = 0;

	return strlen(text) == 32 && sodium_base642bin(into, TOKEN_BYTES, text, 32, NULL, &len, NULL,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 && len == TOKEN_BYTES;
}

void
token_text(const unsigned char token[TOKEN_BYTES], char into[33])
{
	sodium_bin2base64(into, 33, token, TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
