/*
 * portal/signer/bury.h - the signer remembers that somebody was erased.
 *
 * The keeper's tombstone (privacy/rights/grave.h) is one more deed in the book, and so a
 * record of the journal (ledger/tombstone.h): a keeper put back from a backup finds here
 * which keys must go again.  Told twice, it is kept once.
 *
 * Stands on book, grave.  Knows no person.
 */
#ifndef PORTAL_SIGNER_BURY_H
#define PORTAL_SIGNER_BURY_H
#include "portal/signer/signer.h"

enum ipc_turn tombstone_run(void *self, struct ipc_ask *a);	/* SIGNER_TOMBSTONE */
#endif
