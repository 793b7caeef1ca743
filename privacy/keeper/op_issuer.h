/*
 * privacy/keeper/op_issuer.h - when an issuer of certificates is revoked, and which the ledger speaks of: part of op.h, which includes it by op_case.h.
 *
 * Bearers and blocks as op.h says.  Numbers 410 to 414.
 *
 * MAIL_ISSUER_GONE: the issuer of a certificate of yours was revoked, and the certificate with it.
 */
#ifndef PRIVACY_KEEPER_OP_ISSUER_H
#define PRIVACY_KEEPER_OP_ISSUER_H

#define ISSUER_GONE_MOST	64	/* serials in one go */
#define ISSUER_EVENT		"issuer"		/* of KEEPER_SYSTEM_ENTRY */
#define ISSUER_NEW		ISSUER_EVENT ": new, "	/* what an entry about a new one begins with; its name and a comma follow */

enum keeper_op_issuer {			/* numbers of enum keeper_op */
	/* (X) u8 profile of an issuer that the root revoked, n * [16] serial (n <= ISSUER_GONE_MOST) of certificates that it signed
	   -> i64 how many of them became revoked by it.  Each is so from now on, in its owner's line; its ticket is carried by the clerk, its owner told by mail. */
	KEEPER_ISSUER_GONE = 410,
	/* (X) i64 before which of the site's own entries (0: from the newest) -> i64 where to go on (0: that was all), u32 n,
	   n * text name: issuers that were made, as `troth issuer new` said before it made them.  A slice of the entries a call. */
	KEEPER_ISSUERS_SAID
};
#endif
