/*
 * portal/clerk/line.h - a connection to a peer that may be away for a while.
 *
 * The clerk outlives everybody it talks to: a peer that is not there is
 * ERR_BUSY at once, and is tried again at the next call half a second later or more.
 * One line belongs to one thread.
 *
 * Stands on ipc.
 */
#ifndef PORTAL_CLERK_LINE_H
#define PORTAL_CLERK_LINE_H
#include "ledger/base/ipc.h"

struct line {
	const char	*path;			/* static */
	unsigned char	secret[IPC_SECRET];
	struct ipc	*ipc;			/* NULL: not connected */
	int64_t		not_before;		/* clock_mono_ms() of the next try */
};

/* Read the secret from a file; connects nothing. */
bool line_init(struct line *l, const char *path, const char *secret_file, struct err *e) MUST;
/* ipc_call() on it, connecting when needed.  Its errors, and ERR_BUSY while the peer is away. */
bool line_call(struct line *l, uint32_t op, const struct buf *in, struct buf *out, struct err *e) MUST;
void line_wipe(struct line *l);		/* fits DROP() */
#endif
