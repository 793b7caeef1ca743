/*
 * portal/control/crls.h - lists of revoked certificates that our issuers published, read back.
 *
 * A backup knows only what was revoked until it was made; whoever kept the lists that were published since (a mirror, a
 * member's cache, the old disk's www/crl) holds the rest, signed.  Files may be PEM or DER; each list must be an
 * issuer's of this site by name and signature, or the root's.  What they say goes into the signer's book (portal/signer/recall.h) and,
 * where it was news there, into the file that the keeper reads at its next start (privacy/facts/recall_record.h).
 *
 * Call while the site does not run; the working directory is the state folder.  Stands on recall, recall_record, file.
 */
#ifndef PORTAL_CONTROL_CRLS_H
#define PORTAL_CONTROL_CRLS_H
#include <openssl/x509.h>
#include "portal/signer/book.h"
#include "portal/signer/settings.h"

#define CRLS_MOST	4096		/* lists in one go */
#define CRLS_FILE_MOST	(256u << 20)	/* bytes of a file */

enum crls_trust {
	CRLS_NAMED,	/* a file that somebody named: it must be a list of ours */
	CRLS_FOLDER,	/* found in a folder: what is no list, or another CA's, is passed over */
	CRLS_FOUND	/* lay there unasked: a list that does not verify is passed over, too */
};

struct crls_one {
	X509_CRL	*crl;
	uint8_t		issuer;		/* its number */
	bool		whole;		/* of all the issuer's certificates; else of this shard */
	uint32_t	shard;
	size_t		folder;		/* lists found together have the same; 0: named alone */
	int64_t		number, made;	/* CRLNumber, thisUpdate */
};
struct crls {
	struct crls_issuer { uint8_t number; X509 *crt; } issuer[ISSUERS_MOST];
	size_t		issuers;
	X509		*root;
	X509_CRL	*root_list;	/* the newest of the root's; NULL: none */
	int64_t		root_number;
	struct crls_one	*one;
	size_t		count, folders;
};

/* Our issuers' certificates, from signer/. */
bool crls_open(struct crls *c, struct err *e) MUST;
void crls_wipe(struct crls *c);			/* fits DROP() */
/*
 * A file, or every file of a folder.  ERR_ABSENT, ERR_IO, ERR_INPUT (no list, a delta list, another CA's), ERR_TAMPER
 * (in our issuer's name, but not signed by it).
 */
bool crls_read(struct crls *c, const char *path, enum crls_trust trust, struct err *e) MUST;
/* Leave out those made at `at` or later; how many. */
size_t crls_before(struct crls *c, int64_t at);
/*
 * The time up to which they speak of every issuer and shard; 0: one is missing.  A list speaks of the moment it was made.
 * One that lay beside newer ones speaks of the newest's, when it was not due again by then: it was still the last.
 */
int64_t crls_reach(const struct crls *c, const struct signer_settings *set);

struct crls_sum { int64_t revoked, held, listed; };	/* listed: unknown to the book */
/* All of it, in one commit.  ERR_CONFLICT: keeper/recalled was not read yet, and is long. */
bool crls_apply(const struct crls *c, const struct signer_settings *set, struct crls_sum *sum, struct err *e) MUST;
#endif
