/*
 * portal/signer/witness.h - the ledger's first witness: it signs a checkpoint only of a
 * tree that provably extends the last one it signed.
 *
 * Stands on book (the last head), ledger/tree, ledger/checkpoint.  Sees no entry.
 */
#ifndef PORTAL_SIGNER_WITNESS_H
#define PORTAL_SIGNER_WITNESS_H
#include "portal/signer/signer.h"

enum ipc_turn head_run(void *self, struct ipc_ask *a);		/* SIGNER_HEAD */
enum ipc_turn checkpoint_run(void *self, struct ipc_ask *a);	/* SIGNER_CHECKPOINT */
#endif
