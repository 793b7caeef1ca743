/*
 * portal/signer/crl.h - certificate revocation lists (RFC 5280 section 5).
 *
 * One list an issuer and shard.  A certificate names its shard's list from the
 * first one on; with one shard that list is the issuer's full and complete CRL
 * and bears no issuing distribution point (BR 7.2.2.1: not recommended on
 * full ones, and some software refuses the critical extension).  As soon as there are
 * several, each carries it, critical, with the very bytes of the certificates' URI.
 *
 * Stands on der, keys.  Which certificates are on it is the book's.
 */
#ifndef PORTAL_SIGNER_CRL_H
#define PORTAL_SIGNER_CRL_H
#include "portal/signer/keys.h"

struct crl {
	int64_t		number;			/* strictly increasing */
	int64_t		this_update, next_update;
	struct buf	entries;		/* by crl_entry_add, in order of serial */
	const char	*part;			/* URI of the issuing distribution point; NULL: full */
};

/*
 * this_update is set by then: no revocation is later than the list that tells of it, also when the clock was put back.
 * reason: RFC 5280 CRLReason; 0 (unspecified) leaves the extension out.
 */
void crl_entry_add(struct crl *c, const unsigned char *serial, size_t n, int64_t at, uint8_t reason);
/* Append the signed list to *into. */
bool crl_build(struct buf *into, const struct crl *c, struct ca_key *issuer, struct err *e) MUST;
void crl_wipe(struct crl *c);
#endif
