/*
 * portal/signer/ocsp.h - OCSP answers (RFC 6960), signed by a delegated responder.
 *
 * Stands on der, keys.  Which status is true is the book's; parsing requests is
 * the portal's.  Only the CertID comes through from a stranger, and it is
 * echoed only when every field of it is what we would have written.
 */
#ifndef PORTAL_SIGNER_OCSP_H
#define PORTAL_SIGNER_OCSP_H
#include "portal/signer/keys.h"

#define OCSP_NONCE_MOST	131		/* bytes of the DER of an OCTET STRING of 128: RFC 9654's most */
#define OCSP_SHA1	1
#define OCSP_SHA256	2

enum ocsp_status { OCSP_GOOD = 0, OCSP_REVOKED, OCSP_UNKNOWN };	/* the CHOICE's tags */

struct ocsp_answer {
	struct span	cert_id;		/* DER, checked */
	enum ocsp_status status;
	uint8_t		reason;			/* OCSP_REVOKED: CRLReason, 0 is left out */
	int64_t		revoked_at;
	int64_t		this_update, next_update;
	struct span	nonce;			/* the extension's value; empty: none */
};

/*
 * A DER CertID that names `issuer` by this digest.  *serial: the INTEGER's
 * contents.  ERR_INPUT (not a CertID, or another digest), ERR_ABSENT (another issuer).
 */
bool ocsp_cert_id(struct span cert_id, unsigned digest, const struct ca_key *issuer,
    struct span *serial, struct err *e) MUST;
/* Whether a nonce is one to echo: an OCTET STRING of 1..128 bytes (RFC 9654 section 2.1). */
bool ocsp_nonce_ok(struct span nonce) MUST;
/* Append an OCSPResponse to *into. */
bool ocsp_build(struct buf *into, const struct ocsp_answer *a, struct ca_key *responder,
    struct err *e) MUST;
#endif
