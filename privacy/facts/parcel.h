/*
 * privacy/facts/parcel.h - bytes that the signer seals to the keeper.
 *
 * What the signer keeps until the keeper has it is encrypted to the keeper's public
 * key: X25519 between that and a key pair of the signer's own that lives a minute,
 * XSalsa20-Poly1305 with a random 192-bit nonce for each parcel (crypto_box of
 * libsodium).  The short-lived secret key is gone as soon as the shared key is made,
 * the shared key after the minute.  That minute is what makes a parcel cheap: a key
 * pair for each, as crypto_box_seal() makes it, costs half of what signing a
 * certificate does.  It gives nothing away: nonces of 192 random bits do not meet,
 * and whoever reads the signer's memory within the minute finds the certificates
 * themselves there, which it keeps for longer (recent.h).  A book that is stolen
 * without that memory opens to nobody but the keeper.
 *
 * A parcel says who may read it, not who made it: the keeper believes the receipt
 * beside it, which holds the hash of what is inside.
 *
 * Bytes: "troth p2", [32] short-lived public key, [24] nonce, [16] tag, ciphertext.
 * What does not begin so is from before there were parcels, a crypto_box_seal();
 * its first bytes are a random public key, so the two are not mistaken.
 */
#ifndef PRIVACY_FACTS_PARCEL_H
#define PRIVACY_FACTS_PARCEL_H
#include "ledger/base/pack.h"

#define PARCEL_KEY	32u
#define PARCEL_MORE	(8u + PARCEL_KEY + 24u + 16u)	/* bytes a parcel is longer than its content */
#define PARCEL_LIFE_MS	60000

/* The sender's; all zeros at first.  Holds secrets: it belongs in locked memory. */
struct parcel_key {
	unsigned char	shared[32], public[PARCEL_KEY];
	int64_t		until;		/* on the monotonic clock, ms; 0: none */
};

/* Append a parcel to `keeper` (its public key).  Makes *k anew when its time is over.  ERR_CRYPTO, ERR_MEMORY. */
bool parcel_seal(struct parcel_key *k, const unsigned char keeper[PARCEL_KEY], struct span plain,
    struct buf *into, struct err *e) MUST;
/* Wipe *k when its time is over: call now and then. */
void parcel_sweep(struct parcel_key *k);

/* Append what is inside.  ERR_CRYPTO: not for this key, or changed on its way; ERR_MEMORY. */
bool parcel_open(struct span box, const unsigned char public_key[PARCEL_KEY],
    const unsigned char secret_key[PARCEL_KEY], struct buf *into, struct err *e) MUST;
#endif
