/*
 * portal/web/published.h - the root and the issuers, as files that nginx serves.
 *
 * Names, ends and fingerprints for the pages: of the root, read once at start from DIR/www, and of issuers, which
 * portal/ca/issuers_now.h asks for.  Holds no key and checks no signature: the files are the operator's own.
 *
 * Links libcrypto.
 */
#ifndef PORTAL_WEB_PUBLISHED_H
#define PORTAL_WEB_PUBLISHED_H
#include "ledger/base/pack.h"

struct published {
	char	subject[160];		/* common name, after the organisation unless that begins it */
	char	pem[64], der[64];	/* "/root.pem": paths on this site */
	char	sha256[65], sha1[41];	/* lower-case hex */
	int64_t	not_after;
	int64_t	revoked_at;		/* 0: not, or not known */
	bool	replaced;		/* a newer issuer signs in its place */
};

/* The folder's root.der; *there false: it has none yet.  ERR_INPUT (no certificate), ERR_IO. */
bool published_root(const char *folder, struct published *root, bool *there, struct err *e) MUST;
/* One from its certificate; name is that of its files ("issuer-robot-tls").  ERR_INPUT. */
bool published_of(struct published *p, const char *name, struct span der, struct err *e) MUST;
/* The one line of a file (a checkpoint key); "" when there is none. */
void published_key(const char *path, char *into, size_t size);
#endif
