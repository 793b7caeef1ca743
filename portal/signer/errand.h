/*
 * portal/signer/errand.h - a stranger's request on its way to the keyless child and back.
 *
 * A handler that needs a request looked at sends it on an errand and is run
 * again when the child has answered, or died over it.  A request that only wants
 * its verdict (SIGNER_CSR) is answered here; whoever issues asks for the key's
 * hash.  What the child says of the key is believed, and no more (nursery.h).
 *
 * Stands on nursery, recent, book.  Reads no request itself; one that only wants
 * its verdict is wiped here: it may hold a private key.
 */
#ifndef PORTAL_SIGNER_ERRAND_H
#define PORTAL_SIGNER_ERRAND_H
#include "portal/signer/signer.h"

/* Send a request to the child; the handler of *a runs again when it is back.  ERR_BUSY: too many are out. */
bool errand_send(struct signer *s, struct ipc_ask *a, struct span request, struct err *e) MUST;
/* The child's descriptor is readable; self: struct signer. */
void errand_watch(void *self, int fd);
/*
 * The errand of a handler that runs again: the answer without the leading key
 * hash, and that hash (zeros: no good key).  ERR_BUSY: the child died over it.
 */
bool errand_answer(struct ipc_ask *a, unsigned char key_hash[32], struct span *answer,
    struct err *e) MUST;

enum ipc_turn csr_run(void *self, struct ipc_ask *a);		/* SIGNER_CSR */
#endif
