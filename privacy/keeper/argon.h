/*
 * privacy/keeper/argon.h - slow hashes, made in a child that knows nothing.
 *
 * Argon2id takes tens of milliseconds and 64 MiB; an opening takes 25
 * microseconds and must not wait for it.  So the keeper hands jobs to a child
 * over one socket and puts the request off.  The child is forked before any
 * key is read; what it is given has already been keyed with the pepper
 * (credential.h), so it never sees a password.  It is forked anew when it dies
 * (child.h); jobs on the way are then given again.
 *
 * The queue is bounded (ERR_BUSY, WHY_HASH_QUEUE).  Classes take turns job by
 * job and joins get half of the room at most, so that a flood of them neither
 * holds up those who sign in nor turns them away.
 *
 * Stands on child, ipc's asks and libsodium.  Does not know what is being hashed.
 */
#ifndef PRIVACY_KEEPER_ARGON_H
#define PRIVACY_KEEPER_ARGON_H
#include "ledger/base/ipc.h"

#define ARGON_HASH	32
#define ARGON_SALT	16
#define ARGON_JOBS	12		/* most hashes of one request */

enum argon_class { ARGON_SIGN_IN, ARGON_OWN, ARGON_JOIN, ARGON_RECOVERY, ARGON_CLASSES };

struct argon_job {
	unsigned char	input[32], salt[ARGON_SALT];
	uint32_t	passes, memory_kib;
	unsigned char	hash[ARGON_HASH];	/* the result */
};
struct argon_work {			/* the jobs of one request, in the order they were asked */
	struct argon_job job[ARGON_JOBS];
	size_t		count;
};

/*
 * Fork the hashing child and its parent; *fd is the keeper's end.  Call before
 * keys are read and threads are made.  ERR_IO.  The child jails itself (without
 * Landlock only when unwalled); when it can't, argon_alive() turns false.
 */
bool argon_start(int *fd, int threads, bool unwalled, struct err *e) MUST;

struct argon;
/* Owns fd.  At most `queue` requests wait.  again: puts a request into the next batch. */
bool argon_open(struct argon **out, int fd, int threads, int queue,
    void (*again)(void *, struct ipc_ask *), void *server, struct err *e) MUST;
void argon_drop(struct argon **a);
/*
 * Put *ask off until its jobs are done.  ERR_BUSY with WHY_HASH_QUEUE (queue
 * full, or the child failed this request), ERR_INPUT (no jobs or too many).
 */
bool argon_ask(struct argon *a, struct ipc_ask *ask, enum argon_class c,
    const struct argon_job *jobs, size_t n, struct err *e) MUST;
/* The finished jobs of a request that comes back; NULL in its first turn. */
struct argon_work *argon_done(const struct ipc_ask *ask);
/* Read results; for ipc_service.watch. */
void argon_readable(struct argon *a);
int argon_fd(const struct argon *a);
/* False: the child's parent is gone, or a hash has been under way for limit_s (0: as long as it likes): nothing can be hashed any more. */
bool argon_alive(const struct argon *a, int64_t limit_s);
#endif
