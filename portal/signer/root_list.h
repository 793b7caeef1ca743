/*
 * portal/signer/root_list.h - the root's list of revoked issuers (RFC 5280 section 5).
 *
 * The root's key is not on the machine, so its list is made by hand: the first at
 * the ceremony, a later one whenever the key is brought (`troth root-list`), before
 * the last one ends.  BR 7.2 allows a list about issuers twelve months.
 *
 * Stands on crl, keys.  Publishes nothing.
 */
#ifndef PORTAL_SIGNER_ROOT_LIST_H
#define PORTAL_SIGNER_ROOT_LIST_H
#include "portal/signer/keys.h"

/* Append the first list of a root to *into: empty, good for so many seconds. */
bool root_list_first(struct buf *into, struct ca_key *root, int64_t life, struct err *e) MUST;
struct root_list_entry { const unsigned char *serial; uint8_t reason; };	/* TICKET_SERIAL bytes; CRLReason */
/*
 * Append the list that follows dir/root.crl: whoever stands on that one stands on the new one, whose number is
 * above; `more` (NULL: nobody) from now on, too, if not yet.  The key is that of dir/root.crt, in key_path under a pass-phrase.  ERR_INPUT (no key there, or not
 * by this pass-phrase), ERR_CRYPTO (another root's key, or a list that this root did not sign), ERR_IO.
 */
bool root_list_next(struct buf *into, const char *dir, const char *key_path, const char *passphrase, int64_t life,
    const struct root_list_entry *more, struct err *e) MUST;
/*
 * dir/root.crl becomes this list (DER), and *taken true, if its number is higher, or if what lies there is no list of this root.
 * ERR_CRYPTO: not signed by dir/root.crt; ERR_INPUT: no number; ERR_IO.
 */
bool root_list_take(const char *dir, struct span der, bool *taken, struct err *e) MUST;
#endif
