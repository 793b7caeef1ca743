#include <sodium.h>
#include "privacy/vault/seal.h"

_Static_assert(SEAL_KEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key size");
_Static_assert(SEAL_NONCE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce size");
_Static_assert(SEAL_TAG == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag size");

/* The place as additional data: every part has its length or a fixed one. */
static void
place_pack(struct buf *into, const struct seal_place *at)
{
	pack_text(into, "troth seal v1");
	pack_text(into, at->table);
	pack_u32(into, at->field);
	pack_i64(into, at->subject);
	pack_i64(into, at->object);
	pack_i64(into, at->version);
	pack_i64(into, at->key);
}

/* Room for n more bytes at the end of *into; NULL when there is no memory. */
static unsigned char *
room(struct buf *into, size_t n)
{
	static const unsigned char nothing[64];

	for (size_t left = n; left > 0; ) {
		size_t some = left < sizeof(nothing) ? left : sizeof(nothing);

		buf_add(into, nothing, some);
		left -= some;
	}
	return into->failed ? NULL : (unsigned char *)into->data + into->len - n;
}

bool
seal_close(struct buf *into, const unsigned char key[SEAL_KEY],
    const struct seal_place *at, struct span plain, struct err *e)
{
	DROP(buf_wipe) struct buf ad = {0}, padded = {0};
	unsigned char *out;
	size_t full = (plain.len / SEAL_BLOCK + 1) * SEAL_BLOCK;

	place_pack(&ad, at);
	TRY(buf_ok(&ad, e));
	buf_add(&padded, plain.p, plain.len);
	buf_add(&padded, "\x80", 1);
	if (room(&padded, full - plain.len - 1) == NULL)
		return buf_ok(&padded, e);
	out = room(into, SEAL_NONCE + full + SEAL_TAG);
	if (out == NULL)
		return buf_ok(into, e);
	randombytes_buf(out, SEAL_NONCE);
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(out + SEAL_NONCE, NULL,
	    (unsigned char *)padded.data, full, (unsigned char *)ad.data, ad.len,
	    NULL, out, key) != 0)
		return FAIL(e, ERR_CRYPTO, "seal: could not seal %s", at->table);
	return true;
}

bool
seal_open(struct buf *into, const unsigned char key[SEAL_KEY],
    const struct seal_place *at, struct span box, struct err *e)
{
	DROP(buf_wipe) struct buf ad = {0}, padded = {0};
	unsigned char *out;
	size_t full, len;

	if (box.p == NULL || box.len < SEAL_NONCE + SEAL_TAG + SEAL_BLOCK)
		return FAIL(e, ERR_CRYPTO, "seal: box of %s is too short", at->table);
	full = box.len - SEAL_NONCE - SEAL_TAG;
	place_pack(&ad, at);
	TRY(buf_ok(&ad, e));
	out = room(&padded, full);
	if (out == NULL)
		return buf_ok(&padded, e);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL,
	    box.p + SEAL_NONCE, full + SEAL_TAG, (unsigned char *)ad.data, ad.len,
	    box.p, key) != 0)
		return FAIL(e, ERR_CRYPTO, "seal: box of %s, field %u does not open",
		    at->table, (unsigned)at->field);
	if (sodium_unpad(&len, out, full, SEAL_BLOCK) != 0)
		return FAIL(e, ERR_CRYPTO, "seal: padding of %s", at->table);
	buf_add(into, out, len);
	return buf_ok(into, e);
}
