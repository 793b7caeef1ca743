/*
 * portal/ca/issuers_now.h - the issuers as they stand now, for pages: asked of the signer.
 *
 * Another one may have been made, or one revoked, since the portal started.  While the signer is away none is known: nobody is
 * told to believe one that may be revoked.
 *
 * Stands on issuer, published.
 */
#ifndef PORTAL_CA_ISSUERS_NOW_H
#define PORTAL_CA_ISSUERS_NOW_H
#include "portal/signer/issuer.h"
#include "portal/web/published.h"
#include "portal/web/visit.h"

#define ISSUERS_SAME_FOR	5	/* seconds for which a page of them is everybody's: strangers cost no call each */

struct issuers_now {
	size_t		n;
	bool		known;			/* the signer said so; else n is 0 */
	unsigned	number[ISSUERS_MOST];
	char		name[ISSUERS_MOST][ISSUER_NAME];
	struct published p[ISSUERS_MOST];
};

/* A generation after the other.  What keeps it from knowing goes to the log. */
void issuers_now(struct visit *v, struct issuers_now *l);
#endif
