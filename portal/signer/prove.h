/*
 * portal/signer/prove.h - that somebody holds a key: a request made with it names a word that the keeper gave.
 *
 * The keyless child looks at the request as at any other; what comes of it is a proof under
 * the key that tickets and receipts are made with, which the keeper believes.  A key that is known to be
 * weak or was reported before is no reason to refuse: it is given up by this.
 *
 * Stands on errand, ticket.  Signs nothing.
 */
#ifndef PORTAL_SIGNER_PROVE_H
#define PORTAL_SIGNER_PROVE_H
#include "portal/signer/errand.h"

enum ipc_turn prove_run(void *self, struct ipc_ask *a);		/* SIGNER_PROVE */
#endif
