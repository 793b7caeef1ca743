#include <sodium.h>
#include <string.h>
#include "privacy/rights/age.h"

#define FILE_KEY	16u
#define KEY		32u
#define SALT		16u
#define PIECE		(64u << 10)
#define TAG		crypto_aead_chacha20poly1305_ietf_ABYTES
#define LABEL		"age-encryption.org/v1/scrypt"
#define BASE64		sodium_base64_VARIANT_ORIGINAL_NO_PADDING

struct secrets { unsigned char file[FILE_KEY], wrap[KEY], mac[KEY], payload[KEY]; };

static void secrets_wipe(struct secrets *s) { sodium_memzero(s, sizeof(*s)); }

/* HKDF-SHA256 (RFC 5869) of one block. */
static void
derive(const unsigned char *in, size_t n, const unsigned char *salt, size_t salt_len, const char *info, unsigned char into[KEY])
{
	static const unsigned char none[KEY], one = 1;
	crypto_auth_hmacsha256_state s;
	unsigned char prk[KEY];

	crypto_auth_hmacsha256_init(&s, salt_len == 0 ? none : salt, salt_len == 0 ? sizeof(none) : salt_len);
	crypto_auth_hmacsha256_update(&s, in, n);
	crypto_auth_hmacsha256_final(&s, prk);
	crypto_auth_hmacsha256_init(&s, prk, sizeof(prk));
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)info, strlen(info));
	crypto_auth_hmacsha256_update(&s, &one, 1);
	crypto_auth_hmacsha256_final(&s, into);
	sodium_memzero(prk, sizeof(prk));
	sodium_memzero(&s, sizeof(s));
}

static void
base64(struct buf *b, const unsigned char *p, size_t n)
{
	char text[128];

	sodium_bin2base64(text, sizeof(text), p, n, BASE64);
	buf_text(b, text);
}

/* The file key, wrapped with what the pass-phrase gives. */
static bool
stanza(struct buf *head, struct secrets *s, struct span phrase, struct err *e)
{
	static const unsigned char nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
	unsigned char salted[sizeof(LABEL) - 1 + SALT], *salt = salted + sizeof(LABEL) - 1, box[FILE_KEY + TAG];

	memcpy(salted, LABEL, sizeof(LABEL) - 1);
	randombytes_buf(salt, SALT);
	if (crypto_pwhash_scryptsalsa208sha256_ll(phrase.p, phrase.len, salted, sizeof(salted), UINT64_C(1) << AGE_LOG_N, 8, 1,
	    s->wrap, sizeof(s->wrap)) != 0)
		return FAIL(e, ERR_CRYPTO, "age: scrypt");
	crypto_aead_chacha20poly1305_ietf_encrypt(box, NULL, s->file, sizeof(s->file), NULL, 0, NULL, nonce, s->wrap);
	buf_text(head, "age-encryption.org/v1\n-> scrypt ");
	base64(head, salt, SALT);
	buf_fmt(head, " %d\n", AGE_LOG_N);
	base64(head, box, sizeof(box));
	buf_text(head, "\n---");
	return true;
}

static void
mac(struct buf *head, const struct secrets *s)
{
	crypto_auth_hmacsha256_state h;
	unsigned char tag[crypto_auth_hmacsha256_BYTES];

	crypto_auth_hmacsha256_init(&h, s->mac, sizeof(s->mac));
	crypto_auth_hmacsha256_update(&h, (const unsigned char *)head->data, head->len);
	crypto_auth_hmacsha256_final(&h, tag);
	buf_text(head, " ");
	base64(head, tag, sizeof(tag));
	buf_text(head, "\n");
}

/* Each piece under its number; the last one says that it is. */
static void
pieces(struct buf *into, const struct secrets *s, struct span plain)
{
	unsigned char nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES] = {0}, box[PIECE + TAG];
	size_t at = 0;

	for (uint32_t i = 0; !nonce[11]; i++) {
		size_t n = plain.len - at > PIECE ? PIECE : plain.len - at;

		nonce[7] = (unsigned char)(i >> 24);
		nonce[8] = (unsigned char)(i >> 16);
		nonce[9] = (unsigned char)(i >> 8);
		nonce[10] = (unsigned char)i;
		nonce[11] = at + n == plain.len;
		crypto_aead_chacha20poly1305_ietf_encrypt(box, NULL, plain.p + at, n, NULL, 0, NULL, nonce, s->payload);
		buf_add(into, box, n + TAG);
		at += n;
	}
}

bool
age_close(struct span plain, struct span phrase, struct buf *into, struct err *e)
{
	DROP(secrets_wipe) struct secrets s;
	DROP(buf_wipe) struct buf head = {0};
	unsigned char nonce[16];

	randombytes_buf(s.file, sizeof(s.file));
	randombytes_buf(nonce, sizeof(nonce));
	derive(s.file, sizeof(s.file), NULL, 0, "header", s.mac);
	derive(s.file, sizeof(s.file), nonce, sizeof(nonce), "payload", s.payload);
	TRY(stanza(&head, &s, phrase, e));
	if (head.failed)
		return buf_ok(&head, e);
	mac(&head, &s);
	TRY(buf_ok(&head, e));
	buf_add(into, head.data, head.len);
	buf_add(into, nonce, sizeof(nonce));
	pieces(into, &s, plain);
	return buf_ok(into, e);
}
