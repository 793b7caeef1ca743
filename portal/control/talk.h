/*
 * portal/control/talk.h - control's side of the sockets.
 *
 * Every command that asks a process does it here: one connection, one call,
 * with the secret from control/secrets.  The working directory is the state
 * folder.
 *
 * Stands on ipc, file.
 */
#ifndef PORTAL_CONTROL_TALK_H
#define PORTAL_CONTROL_TALK_H
#include "ledger/base/ipc.h"

#define TALK_WAIT_MS	10000

/*
 * Ask process `whom` ("keeper", "signer" or "prover") for operation op.  in and
 * out may be NULL.  Fails: ERR_BUSY (does it run?) and whatever it refuses with.
 */
bool talk(const char *whom, uint32_t op, const struct buf *in, struct buf *out, int wait_ms,
    struct err *e) MUST;
#define PORTAL_SOCKET	"run/portal.sock"
/* Does anybody take connections at this socket? */
bool talk_listens(const char *path);
/* Does it answer READY (operation 1 of each)? */
bool talk_ready(const char *whom);
#endif
