/*
 * portal/signer/finish.h - what was signed and may not have reached the keeper.
 *
 * Until told "stored" the certificate is kept, sealed to the keeper: whoever
 * finishes what a crash left can carry it without reading it.
 *
 * Stands on book, recent.  Issues nothing.
 */
#ifndef PORTAL_SIGNER_FINISH_H
#define PORTAL_SIGNER_FINISH_H
#include "portal/signer/signer.h"

enum ipc_turn pending_run(void *self, struct ipc_ask *a);	/* SIGNER_PENDING */
enum ipc_turn stored_run(void *self, struct ipc_ask *a);	/* SIGNER_STORED */
#endif
