/*
 * portal/web/published.h - the root and the issuers, as files that nginx serves.
 *
 * Read once at start from DIR/www (root.der, issuer-NAME.der): names, ends and
 * fingerprints for the pages.  How issuers stand now: portal/ca/issuers_now.h.  Holds no key and checks no signature: the files
 * are the operator's own.
 *
 * Links libcrypto.
 */
#ifndef PORTAL_WEB_PUBLISHED_H
#define PORTAL_WEB_PUBLISHED_H
#include "ledger/base/pack.h"

#define PUBLISHED_MOST	68	/* the root and every generation of four issuers */

struct published {
	char	subject[160];		/* common name, after the organisation unless that begins it */
	char	pem[64], der[64];	/* "/root.pem": paths on this site */
	char	sha256[65], sha1[41];	/* lower-case hex */
	int64_t	not_after;
	int64_t	revoked_at;		/* 0: not, or not known */
	bool	replaced;		/* a newer issuer signs in its place */
};

/*
 * The root comes first when it is there.  A folder that is missing or empty
 * gives *n 0.  Fails: ERR_INPUT (a file that is no certificate), ERR_IO.
 */
bool published_read(const char *folder, struct published into[PUBLISHED_MOST], size_t *n, struct err *e) MUST;
/* One from its certificate; name is that of its files ("issuer-robot-tls").  ERR_INPUT. */
bool published_of(struct published *p, const char *name, struct span der, struct err *e) MUST;
/* The one line of a file (a checkpoint key); "" when there is none. */
void published_key(const char *path, char *into, size_t size);
#endif
