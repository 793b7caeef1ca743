/*
 * privacy/keeper/child.h - a child of the keeper that knows nothing.
 *
 * Forked before any key is read, behind one socket, in a jail without files and
 * network.  A tiny parent of the child stays beside it and forks it anew when it
 * dies; it ends when the keeper's end of the socket does.
 *
 * Stands on jail and log.  Does not know what the child works at (argon.h, packer.h).
 */
#ifndef PRIVACY_KEEPER_CHILD_H
#define PRIVACY_KEEPER_CHILD_H
#include "ledger/base/err.h"

struct child_spec {
	const char	*name;			/* for the log */
	/* In the child, closed in, with its end of a SOCK_SEQPACKET pair.  Returns when the keeper is gone. */
	void		(*run)(int fd, void *arg);
	/* In its parent, after a child died and before the next one is there: tell the keeper. */
	void		(*anew)(int fd);
	void		*arg;			/* lives as long as the processes */
};

/*
 * Fork the child and its parent; *fd is the keeper's end.  Call before keys are
 * read and threads are made.  ERR_IO.  The child jails itself (without Landlock
 * only when unwalled); when it can't, the keeper's end is closed from there.
 */
bool child_start(int *fd, const struct child_spec *s, bool unwalled, struct err *e) MUST;
#endif
