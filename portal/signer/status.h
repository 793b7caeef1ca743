/*
 * portal/signer/status.h - what is known of one certificate: plainly, or as an OCSP answer.
 *
 * A serial the book does not have under this issuer is unknown, never good.
 * An answer without nonce is kept and given again for half its life, four days at most.
 *
 * Stands on book, ocsp, recent.  Parses no OCSP request: the portal does, and the
 * CertID it hands over is checked against the issuer's own hashes.
 */
#ifndef PORTAL_SIGNER_STATUS_H
#define PORTAL_SIGNER_STATUS_H
#include "portal/signer/signer.h"

enum ipc_turn status_run(void *self, struct ipc_ask *a);	/* SIGNER_STATUS */
enum ipc_turn ocsp_run(void *self, struct ipc_ask *a);		/* SIGNER_OCSP */
#endif
