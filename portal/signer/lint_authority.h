/*
 * portal/signer/lint_authority.h - the last look at a certificate of the ceremony before it is signed.
 *
 * The same for root, issuers and OCSP responders as lint.h is for subscribers'
 * certificates: reads the to-be-signed bytes, holds them against rules of its own
 * (BR 7.1.2.1, 7.1.2.8, 7.1.2.10; S/MIME BR 7.1.2.2) and shares no table with build.c.
 *
 * Stands on lint_view, keys.  Signs nothing, changes nothing.
 */
#ifndef PORTAL_SIGNER_LINT_AUTHORITY_H
#define PORTAL_SIGNER_LINT_AUTHORITY_H
#include "portal/signer/keys.h"

struct lint_authority {
	unsigned	profile;	/* PROFILE_ROOT to PROFILE_RESPONDER */
	bool		individual;	/* a mail issuer that certifies people's names too */
	bool		constrained;	/* name constraints were set */
	int64_t		now;
	const struct ca_key *issuer;	/* of a root: its own key */
	const struct oid *level;	/* an issuer's own policy */
};

/* ERR_INPUT with the name of the first rule that does not hold. */
bool lint_authority(struct span tbs, const struct lint_authority *f, struct err *e) MUST;
#endif
