/*
 * portal/signer/issue.h - a certificate, on a ticket of the keeper, once.
 *
 * Ticket and key are checked, the certificate is built, linted, signed, sealed
 * to the keeper and entered in the book; only then it goes out.  The same ticket
 * again gets the same certificate while that is remembered, and is told where it
 * is afterwards.  Refusals: SIGNER_WHY_ of op.h.
 *
 * Stands on build, lint, keys, book, recent, errand.  Nothing of a request is
 * used but its key, and whose names stand in the ticket is the keeper's to know.
 */
#ifndef PORTAL_SIGNER_ISSUE_H
#define PORTAL_SIGNER_ISSUE_H
#include "portal/signer/signer.h"

enum ipc_turn issue_run(void *self, struct ipc_ask *a);		/* SIGNER_ISSUE */
#endif
