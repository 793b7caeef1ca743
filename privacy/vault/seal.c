#include <endian.h>
#include <sodium.h>
#include <string.h>
#include "privacy/vault/nonce.h"

#define PLACE		128		/* bytes of a place's additional data at most */

_Static_assert(SEAL_KEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key size");
_Static_assert(SEAL_NONCE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce size");
_Static_assert(SEAL_TAG == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag size");

/* ---- the place as additional data: every part has its length or a fixed one ---- */

static unsigned char *
put_u32(unsigned char *at, uint32_t v)
{
	v = htobe32(v);
	memcpy(at, &v, sizeof(v));
	return at + sizeof(v);
}

static unsigned char *
put_i64(unsigned char *at, int64_t v)
{
	uint64_t u = htobe64((uint64_t)v);

	memcpy(at, &u, sizeof(u));
	return at + sizeof(u);
}

static unsigned char *
put_text(unsigned char *at, const char *s, size_t n)
{
	at = put_u32(at, (uint32_t)n);
	memcpy(at, s, n);
	return at + n;
}

/* As pack would write it, but on the stack: eight boxes are opened and closed for one page. */
static bool
place_pack(unsigned char into[PLACE], size_t *n, const struct seal_place *place, struct err *e)
{
	static const char what[] = "troth seal v1";
	size_t table = strlen(place->table);
	unsigned char *at;

	if (table > PLACE - (sizeof(what) - 1) - 3 * sizeof(uint32_t) - 4 * sizeof(int64_t))
		return FAIL(e, ERR_INPUT, "seal: the name of %s is too long", place->table);
	at = put_text(into, what, sizeof(what) - 1);
	at = put_text(at, place->table, table);
	at = put_u32(at, place->field);
	at = put_i64(at, place->subject);
	at = put_i64(at, place->object);
	at = put_i64(at, place->version);
	at = put_i64(at, place->key);
	*n = (size_t)(at - into);
	return true;
}

/* ---- padding ---- */

/*
 * How many bytes stand before the padding of the last block; false: it is none.
 * Constant-time as sodium_unpad(), which took 800 instructions for each box.
 */
static bool
unpad(const unsigned char *p, size_t full, size_t *len)
{
	const unsigned char *block = p + full - SEAL_BLOCK;
	uint64_t word[SEAL_BLOCK / 8], last = 0, all = 0;
	size_t zeros = 0, in;

	memcpy(word, block, sizeof(word));
	/* last: of the words that are not zero the last one; zeros: bytes after it */
	for (size_t i = 0; i < COUNT(word); i++) {
		uint64_t some = 0 - (uint64_t)(word[i] != 0);

		last = (be64toh(word[i]) & some) | (last & ~some);
		zeros = (zeros + 8) & ~(size_t)some;
		all |= word[i];
	}
	in = (size_t)__builtin_ctzll(last | UINT64_C(1) << 63) / 8;
	*len = full - zeros - in - 1;
	return (all != 0) & ((last >> (8 * in) & 0xff) == 0x80);
}

/* Room for n more bytes after *into's, which it does not hold yet; NULL when there is no memory. */
static unsigned char *
room(struct buf *into, size_t n)
{
	size_t need = into->len + n + 1;

	if (into->cap < need)
		buf_room(into, into->len == 0 ? need : need * 3 / 2);
	return into->failed ? NULL : (unsigned char *)into->data + into->len;
}

/* *into holds n more bytes, of `written` that were put there. */
static void
grown(struct buf *into, size_t n, size_t written)
{
	sodium_memzero(into->data + into->len + n, written - n);
	into->len += n;
	into->data[into->len] = '\0';
}

/* ---- boxes: padded, closed and opened in the place where they are to stand ---- */

bool
seal_close(struct buf *into, const unsigned char key[SEAL_KEY],
    const struct seal_place *at, struct span plain, struct err *e)
{
	unsigned char *out, *text, place[PLACE];
	size_t full = (plain.len / SEAL_BLOCK + 1) * SEAL_BLOCK, place_len;

	TRY(place_pack(place, &place_len, at, e));
	out = room(into, SEAL_NONCE + full + SEAL_TAG);
	if (out == NULL)
		return buf_ok(into, e);
	nonce_draw(out);
	text = out + SEAL_NONCE;
	if (plain.len > 0)
		memcpy(text, plain.p, plain.len);
	memset(text + plain.len, 0, full - plain.len);
	text[plain.len] = 0x80;
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(text, NULL, text, full, place, place_len,
	    NULL, out, key) != 0) {
		grown(into, 0, SEAL_NONCE + full + SEAL_TAG);
		return FAIL(e, ERR_CRYPTO, "seal: could not seal %s", at->table);
	}
	grown(into, SEAL_NONCE + full + SEAL_TAG, SEAL_NONCE + full + SEAL_TAG);
	return true;
}

bool
seal_open(struct buf *into, const unsigned char key[SEAL_KEY],
    const struct seal_place *at, struct span box, struct err *e)
{
	unsigned char *out, place[PLACE];
	size_t full, len = 0, place_len;
	bool good;

	if (box.p == NULL || box.len < SEAL_NONCE + SEAL_TAG + SEAL_BLOCK)
		return FAIL(e, ERR_CRYPTO, "seal: box of %s is too short", at->table);
	full = box.len - SEAL_NONCE - SEAL_TAG;
	TRY(place_pack(place, &place_len, at, e));
	out = room(into, full);
	if (out == NULL)
		return buf_ok(into, e);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL,
	    box.p + SEAL_NONCE, full + SEAL_TAG, place, place_len, box.p, key) != 0) {
		grown(into, 0, full);
		return FAIL(e, ERR_CRYPTO, "seal: box of %s, field %u does not open",
		    at->table, (unsigned)at->field);
	}
	good = unpad(out, full, &len);
	grown(into, good ? len : 0, full);
	return good || FAIL(e, ERR_CRYPTO, "seal: padding of %s", at->table);
}
