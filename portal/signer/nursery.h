/*
 * portal/signer/nursery.h - the keyless child that reads strangers' requests.
 *
 * Before any key is read the signer forks a nursery, a process that holds one
 * end of a socket pair and the mapped lists of weak keys and nothing else.  The nursery
 * forks a worker, and another whenever one dies; workers are jailed: no files,
 * no sockets, no fork.  So a flaw in parsing costs one request.  What a worker
 * says is a stranger's word too: the signer believes its verdict on keys and no more.
 *
 * Messages are datagrams in order (SOCK_SEQPACKET): to the worker { u64 id,
 * request }, back { u64 id, u8 what, answer }.
 *
 * Stands on csr, jail, pack.
 */
#ifndef PORTAL_SIGNER_NURSERY_H
#define PORTAL_SIGNER_NURSERY_H
#include <sys/types.h>
#include "portal/signer/csr.h"

enum nursery_word { NURSERY_ANSWER = 1, NURSERY_DIED };	/* DIED: the oldest unanswered one is lost */

struct nursery { int fd; pid_t pid; };

/*
 * Fork it.  Call with no key in memory and no thread running.  unwalled: see
 * jail_close().  ERR_IO.
 */
bool nursery_start(struct nursery *n, const char *weak_folder, bool unwalled, struct err *e) MUST;
/* Hand over a request; never waits.  ERR_BUSY: the queue is full. */
bool nursery_send(struct nursery *n, int64_t id, struct span request, struct err *e) MUST;
/*
 * Take one message; never waits.  into: the answer, in SIGNER_CSR's answer form,
 * preceded by [32] the key's hash (zeros unless the key is good).  ERR_BUSY:
 * nothing there; ERR_IO: the nursery is gone.
 */
bool nursery_take(struct nursery *n, int64_t *id, enum nursery_word *what, struct buf *into,
    struct err *e) MUST;
/* Hang up: worker and nursery end by themselves; our jail lets us neither kill nor wait. */
void nursery_stop(struct nursery *n);
#endif
