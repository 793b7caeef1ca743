/*
 * portal/control/outbox.h - where the outbox responder is found.
 *
 * The responder itself is `troth outbox`, started by `troth run` when there is
 * no mail server and the site is localhost.
 */
#ifndef PORTAL_CONTROL_OUTBOX_H
#define PORTAL_CONTROL_OUTBOX_H
#include "ledger/base/err.h"

#define OUTBOX_SOCKET	"run/outbox.sock"
#define OUTBOX_SECRET	"control/outbox.secret"	/* printable, one segment of an address, no newline */

/* A new secret, for this start.  ERR_IO, ERR_FULL. */
bool outbox_secret_make(struct err *e) MUST;
#endif
