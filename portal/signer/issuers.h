/*
 * portal/signer/issuers.h - every issuer there is, read from the signer's folder: certificates, and what the root's list says.
 *
 * An issuer is there when S/NAME.crt is; a number whose files were lost for good stays free.  Each certificate, and
 * the list S/root.crl, must be what the root signed.  A serial on the list makes its issuer revoked for good: there is no hold on
 * issuers (RFC 5280 section 5.3.1, BR 7.2.2).
 *
 * Stands on issuer, libcrypto.  Opens no private key, so that anybody of ours may look.
 */
#ifndef PORTAL_SIGNER_ISSUERS_H
#define PORTAL_SIGNER_ISSUERS_H
#include "portal/signer/issuer.h"

struct issuer_facts {
	unsigned	number;
	struct buf	der;			/* its certificate */
	unsigned char	serial[TICKET_SERIAL], sha256[32];
	int64_t		not_before, not_after;
	int64_t		revoked_at;		/* 0: not revoked */
	uint8_t		reason;			/* RFC 5280 CRLReason, of a revoked one */
	bool		newest;			/* of its profile */
};
struct issuers {
	struct issuer_facts one[ISSUERS_MOST];	/* a generation after the other, by profile */
	size_t		count;
	int64_t		root_not_after;
};

/* ERR_IO (a file is missing or no certificate), ERR_TAMPER (not signed by the root). */
bool issuers_read(struct issuers *l, const char *dir, struct err *e) MUST;
/* Ask the root's list alone: those of l that stand on it get revoked_at and reason, by their der.  The same errors. */
bool issuers_judge(struct issuers *l, const char *dir, struct err *e) MUST;
void issuers_wipe(struct issuers *l);		/* fits DROP() */
/* NULL: there is none. */
const struct issuer_facts *issuers_get(const struct issuers *l, unsigned number);
/* The one that signs certificates of a profile: the newest.  NULL when that is revoked: no older one takes its place. */
const struct issuer_facts *issuers_signing(const struct issuers *l, unsigned profile);
/* "keyCompromise": of the reasons that an issuer is revoked for, by CRLReason; NULL: none of them. */
const char *issuer_reason_name(unsigned reason);
/* The CRLReason; 0: none. */
uint8_t issuer_reason_named(const char *name);
#endif
