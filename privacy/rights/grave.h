/*
 * privacy/rights/grave.h - a tombstone on its way from keeper to signer.
 *
 * The keeper hands the clerk each tombstone (ledger/tombstone.h) with a MAC under the
 * key that it shares with the signer alone; the signer believes it by that, and keeps it
 * in its own journal.  i64 entry, erasure, key, tags, [32] leaf hash, [32] keyed
 * BLAKE2b-256 over "troth tombstone" and all before it.
 *
 * Stands on tombstone, libsodium.
 */
#ifndef PRIVACY_RIGHTS_GRAVE_H
#define PRIVACY_RIGHTS_GRAVE_H
#include "ledger/tombstone.h"
#include "privacy/facts/ticket.h"

#define GRAVE_BYTES	96

void grave_pack(struct buf *into, const struct tombstone *t, const unsigned char hash[LEAF_HASH],
    const unsigned char key[TICKET_KEY]);
/* ERR_CRYPTO: the MAC; ERR_INPUT: the size. */
bool grave_unpack(struct tombstone *t, unsigned char hash[LEAF_HASH], struct span wire,
    const unsigned char key[TICKET_KEY], struct err *e) MUST;
#endif
