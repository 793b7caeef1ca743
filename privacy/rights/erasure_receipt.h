/*
 * privacy/rights/erasure_receipt.h - what proves to anybody that an erasure was done.
 *
 * A tlog-proof (ledger/proof.h) of the tombstone's entry whose extra line shows its record
 * (ledger/shown.h): it names the erasure's number and the two days, and no person.
 * The entry is one about the site, so that nothing of the erased is needed to make it.
 *
 * Also: the tombstones that the signer has not heard of yet.
 *
 * Stands on chain, detail, trail, proof, shown, grave.
 */
#ifndef PRIVACY_RIGHTS_ERASURE_RECEIPT_H
#define PRIVACY_RIGHTS_ERASURE_RECEIPT_H
#include "privacy/rights/erasure.h"

/*
 * Of any entry about the site: its ledger number, its place among those, and the words that its record holds as
 * a text.  Appended; nothing when no checkpoint covers it yet.  The record is shown whole: of one that names an actor none may be made.
 */
bool site_receipt(struct keeper *k, int64_t number, int64_t place, const char *words, struct buf *into, struct err *e) MUST;
/* The same of an erasure. */
bool erasure_receipt(struct keeper *k, const struct erasure *x, struct buf *into, struct err *e) MUST;
/* With pack_bytes each (rights/grave.h), *n of them. */
bool graves_open(struct keeper *k, struct buf *into, uint32_t *n, struct err *e) MUST;
#endif
