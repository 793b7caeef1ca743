/*
 * portal/ca/issuers_now.h - the issuers as they stand now, for pages: asked of the signer.
 *
 * Another one may have been made, or one revoked, since the portal started.  While the signer is away, those of the first
 * generation are known by name alone.
 *
 * Stands on issuer, published.
 */
#ifndef PORTAL_CA_ISSUERS_NOW_H
#define PORTAL_CA_ISSUERS_NOW_H
#include "portal/signer/issuer.h"
#include "portal/web/published.h"
#include "portal/web/visit.h"

struct issuers_now {
	size_t		n;
	bool		known;			/* the signer said so */
	unsigned	number[ISSUERS_MOST];
	char		name[ISSUERS_MOST][ISSUER_NAME];
	struct published p[ISSUERS_MOST];	/* unless known, its name alone */
};

/* A generation after the other.  What keeps it from knowing goes to the log. */
void issuers_now(struct visit *v, struct issuers_now *l);
#endif
