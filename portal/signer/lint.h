/*
 * portal/signer/lint.h - the last look at a certificate before it is signed.
 *
 * Reads the finished to-be-signed bytes as a stranger would and holds them against
 * a table of rules of its own (BR 4.3.1.2: linting before signing).  It shares
 * the names of OIDs with build.c but none of its tables: what a profile row
 * forgets or doubles is found here.
 *
 * Stands on lint_view, names, the names of OIDs.  Signs nothing, changes nothing.
 * Certificates of the ceremony: lint_authority.h.
 */
#ifndef PORTAL_SIGNER_LINT_H
#define PORTAL_SIGNER_LINT_H
#include "portal/signer/keys.h"

struct lint_facts {		/* what the rules compare with */
	bool		mail;		/* else a TLS server certificate */
	bool		client_auth;	/* mail: it was asked for */
	bool		individual;	/* mail: a person's name was certified */
	int64_t		now;
	int64_t		life;		/* seconds at most */
	const struct ca_key *issuer;
	const struct oid *level;
	const unsigned char *serial;	/* TICKET_SERIAL bytes */
};

/* ERR_INPUT with the name of the first rule that does not hold. */
bool lint_tbs(struct span tbs, const struct lint_facts *f, struct err *e) MUST;
#endif
