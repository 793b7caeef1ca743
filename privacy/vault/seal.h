/*
 * privacy/vault/seal.h - one sealed value, bound to the place it belongs to.
 *
 * XChaCha20-Poly1305-IETF (libsodium) under a 256-bit key, with a random
 * 192-bit nonce (no counter to lose, no bound reached in practice).  The
 * additional data is the place, every part length-prefixed: table, field,
 * subject, object, row version, key.  A box copied to another row, field,
 * person or version therefore does not open.  Plaintexts are padded to whole
 * blocks (ISO/IEC 7816-4), so that "DE" and "stateless" have one length.
 *
 * The cipher does not commit to its key: a box must only ever be tried with
 * the one key its row names, never with several in turn.
 *
 * Stands on pack, nonce and libsodium.  Finds no keys and stores nothing.
 */
#ifndef PRIVACY_VAULT_SEAL_H
#define PRIVACY_VAULT_SEAL_H
#include "ledger/base/pack.h"

#define SEAL_KEY	32		/* bytes */
#define SEAL_NONCE	24
#define SEAL_TAG	16
#define SEAL_BLOCK	32u		/* plaintexts are padded to a multiple of it */

struct seal_place {
	const char	*table;		/* "sealed", "entry", "mail": constants */
	uint32_t	field;		/* enum field, or the table's own number of a column */
	int64_t		subject;	/* whose; 0: nobody's yet */
	int64_t		object;		/* which row */
	int64_t		version;	/* of the row, from 1, never used again */
	int64_t		key;		/* id of the key (privacy/vault/key.h) */
};

/* Append nonce, ciphertext and tag to *into.  ERR_MEMORY. */
bool seal_close(struct buf *into, const unsigned char key[SEAL_KEY],
    const struct seal_place *at, struct span plain, struct err *e) MUST;
/* Append the plaintext to *into.  ERR_CRYPTO: another place, key or a changed box; ERR_MEMORY. */
bool seal_open(struct buf *into, const unsigned char key[SEAL_KEY],
    const struct seal_place *at, struct span box, struct err *e) MUST;
#endif
