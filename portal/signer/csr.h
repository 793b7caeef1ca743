/*
 * portal/signer/csr.h - is this a certificate request we would work with?
 *
 * Takes what a stranger pasted or uploaded (PEM or DER) and says what is wrong
 * with it, or gives its DER, the hash of its key and the names in it.  Runs in
 * the signer's keyless child: here, and only here, OpenSSL decodes what
 * strangers wrote.
 *
 * Stands on der, profile, names, keycheck.  Does not judge who may have which
 * name, and keeps nothing.
 */
#ifndef PORTAL_SIGNER_CSR_H
#define PORTAL_SIGNER_CSR_H
#include "portal/signer/keycheck.h"
#include "portal/signer/op.h"

#define CSR_MAX		65536		/* bytes pasted or uploaded */

struct csr {
	enum csr_verdict verdict;
	struct buf	der;			/* set when the verdict is CSR_GOOD or CSR_NAMES_ODD */
	unsigned char	key_hash[32];		/* SHA-256 of the SubjectPublicKeyInfo */
	char		key[24];		/* "ECDSA P-256" */
	unsigned	name_count;
	struct ticket_name names[TICKET_NAMES];	/* kind 0: neither DNS name nor address; lower case where it doesn't matter */
};

/* Judge input[0..n).  weak may be NULL.  The caller wipes input.  ERR_MEMORY only. */
bool csr_check(struct csr *c, struct span input, const struct weak_keys *weak, struct err *e) MUST;
void csr_wipe(struct csr *c);			/* fits DROP() */
/* The SubjectPublicKeyInfo inside a request's DER; empty when it isn't one.  Copies nothing. */
struct span csr_spki(struct span der);
#endif
