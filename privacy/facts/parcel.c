#include <sodium.h>
#include "ledger/base/clock.h"
#include "privacy/facts/parcel.h"

#define LABEL		8u
#define NONCE		24u
#define TAG		16u

_Static_assert(NONCE == crypto_box_NONCEBYTES && TAG == crypto_box_MACBYTES &&
    PARCEL_KEY == crypto_box_PUBLICKEYBYTES && sizeof((struct parcel_key *)0)->shared ==
    crypto_box_BEFORENMBYTES, "sizes of crypto_box");

static const char label[] = "troth p2";

/* Room for n more bytes; NULL when there is no memory. */
static unsigned char *
room(struct buf *into, size_t n)
{
	static const unsigned char nothing[256];

	for (size_t left = n; left > 0; ) {
		size_t some = left < sizeof(nothing) ? left : sizeof(nothing);

		buf_add(into, nothing, some);
		left -= some;
	}
	return into->failed ? NULL : (unsigned char *)into->data + into->len - n;
}

/* ---- sealing ---- */

static bool
renew(struct parcel_key *k, const unsigned char keeper[PARCEL_KEY], struct err *e)
{
	unsigned char secret[crypto_box_SECRETKEYBYTES];
	bool good;

	k->until = 0;
	crypto_box_keypair(k->public, secret);
	good = crypto_box_beforenm(k->shared, keeper, secret) == 0;
	sodium_memzero(secret, sizeof(secret));
	if (!good)
		return FAIL(e, ERR_CRYPTO, "parcel: the keeper's key is no key");
	k->until = clock_mono_ms() + PARCEL_LIFE_MS;
	return true;
}

bool
parcel_seal(struct parcel_key *k, const unsigned char keeper[PARCEL_KEY], struct span plain,
    struct buf *into, struct err *e)
{
	unsigned char *nonce;

	parcel_sweep(k);
	if (k->until == 0)
		TRY(renew(k, keeper, e));
	buf_add(into, label, LABEL);
	buf_add(into, k->public, PARCEL_KEY);
	nonce = room(into, NONCE + TAG + plain.len);
	if (nonce == NULL)
		return buf_ok(into, e);
	randombytes_buf(nonce, NONCE);
	if (crypto_box_easy_afternm(nonce + NONCE, plain.p, plain.len, nonce, k->shared) != 0)
		return FAIL(e, ERR_CRYPTO, "parcel: sealing");
	return true;
}

void
parcel_sweep(struct parcel_key *k)
{
	if (k->until != 0 && k->until <= clock_mono_ms())
		sodium_memzero(k, sizeof(*k));
}

/* ---- opening ---- */

static bool
open_into(unsigned char *plain, struct span box, const unsigned char *public_key,
    const unsigned char *secret_key)
{
	const unsigned char *from = box.p + LABEL, *nonce = from + PARCEL_KEY;

	if (box.len < LABEL || memcmp(box.p, label, LABEL) != 0)
		return box.len >= crypto_box_SEALBYTES &&
		    crypto_box_seal_open(plain, box.p, box.len, public_key, secret_key) == 0;
	return box.len >= PARCEL_MORE && crypto_box_open_easy(plain, nonce + NONCE,
	    box.len - (PARCEL_MORE - TAG), nonce, from, secret_key) == 0;
}

bool
parcel_open(struct span box, const unsigned char public_key[PARCEL_KEY],
    const unsigned char secret_key[PARCEL_KEY], struct buf *into, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};
	bool parcel = box.len >= LABEL && memcmp(box.p, label, LABEL) == 0;
	unsigned char *at = room(&plain, box.len);

	if (at == NULL)
		return box.len == 0 ? FAIL(e, ERR_CRYPTO, "parcel: nothing") : buf_ok(&plain, e);
	if (!open_into(at, box, public_key, secret_key))
		return FAIL(e, ERR_CRYPTO, "parcel: it does not open");
	buf_add(into, at, box.len - (parcel ? PARCEL_MORE : crypto_box_SEALBYTES));
	return buf_ok(into, e);
}
