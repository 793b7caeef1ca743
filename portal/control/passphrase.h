/*
 * portal/control/passphrase.h - the pass-phrase of the root's key, from whoever brought it.
 *
 * Stands on err.  Keeps nothing: who reads it wipes it.
 */
#ifndef PORTAL_CONTROL_PASSPHRASE_H
#define PORTAL_CONTROL_PASSPHRASE_H
#include "ledger/base/err.h"

#define PASSPHRASE	80	/* bytes with NUL */

/* One line from standard input; a terminal does not show it.  ERR_INPUT (none), ERR_IO. */
bool passphrase_read(char into[PASSPHRASE], struct err *e) MUST;
#endif
