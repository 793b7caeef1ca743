/*
 * portal/ca/request.h - a certificate request, as the signer's keyless child read it.
 *
 * The portal parses no PKCS#10: it sends the bytes to the child and shows what
 * came back.
 */
#ifndef PORTAL_CA_REQUEST_H
#define PORTAL_CA_REQUEST_H
#include "portal/signer/op.h"
#include "portal/web/visit.h"

struct request {
	unsigned	verdict;		/* enum csr_verdict */
	struct buf	der;
	unsigned char	key_hash[32];
	char		key[64];		/* "ECDSA P-256" */
	struct request_name { unsigned kind; char text[256]; } *name;	/* enum name_kind */
	size_t		names;
};

#define REQUEST_MOST	65536	/* bytes as typed or uploaded */

/*
 * Reads what was typed for the field "request" and marks what is wrong with it there.
 * Nothing typed is the form's own fault.  A private key does not come back on the page,
 * whatever else is wrong with the form.  Fails: as ipc_call, ERR_MEMORY.
 */
bool request_typed(struct request *r, struct visit *v, struct span typed, struct err *e) MUST;
void request_wipe(struct request *r);		/* fits DROP() */
/* The sentence for a verdict, as a message id; NULL when the request is good. */
const char *request_fault(unsigned verdict);
/* PEM of the DER, appended. */
bool request_pem(struct buf *into, const struct request *r, struct err *e) MUST;
#endif
