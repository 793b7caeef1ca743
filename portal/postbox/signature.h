/*
 * portal/postbox/signature.h - is this mail signed with a certificate of this site?
 *
 * CMS (RFC 5652, S/MIME 4.0): the signature is right, and its certificate was issued for mail beneath this
 * site's root and is in its time.  The time of signing must stand in it and be SIGNATURE_AGE ago at most, so that nobody sends
 * somebody's old mail again.  Whether it was revoked and whose it is, the keeper's register
 * judges by its serial and its hash: a certificate that somebody else made by an issuer's stolen key is none of the register's.
 * What an issuer signed that stood on the root's list when the postbox started is none either.  Neither From nor the envelope has to name the address in the certificate.
 *
 * The mark is a hash of the serial and of the signed attributes: the same for one signature, whatever stands around it.  Bytes
 * behind the message, further certificates and what is unsigned in it anybody can change.
 *
 * Stands on OpenSSL.  Roots and issuers are read in signature_open(), before the walls are up.  One signer: a mail
 * signed by several, or that names more digests than that one's, bears no mark; it is not looked into further.
 */
#ifndef PORTAL_POSTBOX_SIGNATURE_H
#define PORTAL_POSTBOX_SIGNATURE_H
#include "ledger/base/pack.h"

#define SIGNATURE_SERIAL	16
#define SIGNATURE_CERT	32
#define SIGNATURE_MARK	32
#define SIGNATURE_AGE	(7 * 86400)	/* seconds; the keeper remembers signatures for longer */
#define SIGNATURE_MOST		(4u << 20)	/* bytes of a CMS message */

struct signature_roots;
struct signature {		/* of a good one: its certificate's serial and SHA-256, and its mark */
	unsigned char	serial[SIGNATURE_SERIAL], sha256[SIGNATURE_CERT], mark[SIGNATURE_MARK];
};
/* The certificates below www/, root.der and issuer-*.der, and the root's list.  ERR_ABSENT, ERR_INPUT, ERR_MEMORY. */
bool signature_open(struct signature_roots **out, struct err *e) MUST;
void signature_drop(struct signature_roots **r);
/*
 * *good: as said above, at time now; *by then says of whom, else it is zeros.  covered empty: the message holds what it signs, and
 * that is appended to *held, good or not.  A message that is none is not good and no error.
 * ERR_MEMORY: then nothing is known of it.
 */
bool signature_check(struct signature_roots *r, struct span message, struct span covered, int64_t now,
    struct buf *held, bool *good, struct signature *by, struct err *e) MUST;
#endif
