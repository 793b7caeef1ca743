/*
 * portal/signer/change.h - a certificate is revoked, suspended or resumed, on a ticket.
 *
 * A revoked one never comes back and keeps its first date; of its reason only
 * "the key was lost" is taken later.  Server certificates are never suspended.
 * The same ticket again gets the same receipt.
 *
 * Stands on profile, book.  Lists and OCSP answers follow from the book.
 */
#ifndef PORTAL_SIGNER_CHANGE_H
#define PORTAL_SIGNER_CHANGE_H
#include "portal/signer/signer.h"

enum ipc_turn change_run(void *self, struct ipc_ask *a);	/* SIGNER_CHANGE */
#endif
