/*
 * portal/prover/service.h - many look-ups at once behind one socket.
 *
 * The socket's thread only takes requests in and hands answers out; a fixed
 * number of workers (settings.prover_at_once) look up, one request each, each
 * with its own deadline.  When all are busy the next request is told ERR_BUSY
 * at once: whoever waits in front of a form should try again, not queue here.
 *
 * Stands on ipc and look.
 */
#ifndef PORTAL_PROVER_SERVICE_H
#define PORTAL_PROVER_SERVICE_H
#include <signal.h>
#include "ledger/base/ipc.h"
#include "portal/prover/dns.h"

#define STATEMENT_SECRET	64	/* bytes: libsodium's Ed25519 secret key */

struct prover;
/*
 * peers: channel secrets, copied.  key and settings are borrowed and live
 * longer than the prover; dns is taken over.  Starts no thread.
 */
bool prover_open(struct prover **out, struct dns **dns, const struct settings *s,
    const unsigned char *key, const struct ipc_peer *peers, size_t peer_count, struct err *e) MUST;
/* Start the workers and serve listen_fd (taken over) until *stop. */
bool prover_serve(struct prover *p, int listen_fd, const volatile sig_atomic_t *stop,
    struct err *e) MUST;
void prover_drop(struct prover **p);
#endif
