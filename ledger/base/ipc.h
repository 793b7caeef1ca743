/*
 * ledger/base/ipc.h - frames between our processes over a Unix socket.
 *
 * A request is { u32 op, u32 length, u64 id } and a body; the answer repeats
 * op and id and puts { u32 err_kind, u32 why } before its body.  Anything else
 * ends the connection, never the process.  The first frame of a connection is
 * HELLO (op 0): the peer's name and the 32-byte channel secret both sides read
 * from their own folder before they closed themselves in; under one uid this,
 * not the socket's path, decides which operations a peer may call.
 *
 * The server is one thread and one epoll(7).  It gathers every complete frame
 * that is waiting into a batch, so that one commit serves many requests:
 * begin -> each handler -> end (commit) -> answers go out.  When end() fails
 * every answer of the batch becomes that failure.  A handler may put its answer
 * off (IPC_LATER) while a child hashes; ipc_again() puts the request back into
 * a later batch, also when its peer is gone by then, so that what it did counts.
 * One put off in a batch whose end() failed is refused then, and not run again.
 *
 * Stands on pack, clock, log.  Knows no operation.
 */
#ifndef LEDGER_BASE_IPC_H
#define LEDGER_BASE_IPC_H
#include <signal.h>
#include "ledger/base/pack.h"

#define IPC_SECRET	32		/* bytes */
#define IPC_FRAME_MAX	(1u << 22)	/* bytes: no operation may allow more */
#define IPC_HELLO	0u

/* ---- client ---- */
struct ipc;				/* one connection; not thread-safe */

/*
 * Connect to the server at path (relative to the working directory is fine) as
 * peer `name`.  Waits at most wait_ms.  Fails: ERR_BUSY (nobody listens, the
 * backlog is full or this peer has all connections it may have), ERR_DENIED
 * (secret refused), ERR_TIMEOUT, ERR_IO.
 */
bool ipc_open(struct ipc **out, const char *path, const char *name,
    const unsigned char secret[IPC_SECRET], int wait_ms, struct err *e) MUST;
/*
 * Send `in` as operation op, wait for its answer, put the body into *out
 * (reset first; may be NULL).  A refusal by the server comes back as its kind
 * and why.  ERR_TIMEOUT and ERR_IO mean the outcome is unknown; the connection
 * is closed then and reopened by the next call.
 */
bool ipc_call(struct ipc *c, uint32_t op, const struct buf *in, struct buf *out,
    int wait_ms, struct err *e) MUST;
void ipc_drop(struct ipc **c);

/*
 * The two halves of a call, for whoever waits for several things at once: ipc_ask() sends, and
 * when ipc_fd() is readable ipc_take() reads the answer.  One question at a time is under way
 * on a connection.  They fail as ipc_call() does, but nothing is ever sent twice, and one that
 * was closed stays so, since opening it means to wait: ERR_BUSY.
 */
bool ipc_ask(struct ipc *c, uint32_t op, const struct buf *in, int wait_ms, struct err *e) MUST;
bool ipc_take(struct ipc *c, struct buf *out, int wait_ms, struct err *e) MUST;
int ipc_fd(const struct ipc *c);	/* -1: closed */
void ipc_hang_up(struct ipc *c);	/* whatever was asked has no answer any more */

/* ---- server ---- */
struct ipc_server;
struct ipc_ask {			/* one request being answered */
	uint32_t	op;
	unsigned	peer;		/* bit of the peer that asks */
	struct span	in;		/* the body; lives until the answer went out */
	struct buf	out;		/* the answer's body, wiped after sending */
	struct err	err;		/* set kind to refuse */
	void		*work;		/* the handler's own, across IPC_LATER */
	void		(*work_drop)(void *);	/* frees work; may be NULL */
};
enum ipc_turn { IPC_ANSWER, IPC_LATER };

struct ipc_op {				/* a table indexed by op; run NULL: no such op */
	const char	*name;
	uint32_t	least, most;	/* bytes of body, inclusive */
	unsigned	peers;		/* bits of those who may call it */
	enum ipc_turn	(*run)(void *self, struct ipc_ask *a);
};
struct ipc_peer { const char *name; unsigned bit; unsigned char secret[IPC_SECRET]; };

struct ipc_service {
	const struct ipc_op	*ops;
	uint32_t		op_count;
	const struct ipc_peer	*peers;
	size_t			peer_count;
	void			*self;
	/* May be NULL.  A false from begin or end refuses the whole batch with *e. */
	bool	(*begin)(void *self, struct err *e);
	bool	(*end)(void *self, struct err *e);
	/* May be NULL.  Called between batches, every tick_ms (0: 1000). */
	void	(*tick)(void *self);
	int	tick_ms;
	/* Further descriptors to watch for reading (children), open as long as the server: called when readable. */
	size_t	watch_count;
	struct ipc_watch { int fd; void (*run)(void *self, int fd); } watch[8];
	uint32_t max_batch;		/* 0: 256 */
	uint32_t max_conns;		/* 0: 512; at least 16, of which each peer finds its share (ipc_room.h) */
};

/* Bind and listen (mode 0660, backlog 256), replacing a dead socket file at once: the path is never free.  7 bytes are added to it meanwhile. */
bool ipc_listen(int *fd, const char *path, struct err *e) MUST;
/* Takes over listen_fd and keeps a pointer to *svc. */
bool ipc_server_open(struct ipc_server **out, int listen_fd,
    struct ipc_service *svc, struct err *e) MUST;
/* Serve until *stop becomes true (signals interrupt the wait). */
bool ipc_serve(struct ipc_server *s, const volatile sig_atomic_t *stop, struct err *e) MUST;
/* From tick or watch: the put-off request *a goes into the next batch again. */
void ipc_again(struct ipc_server *s, struct ipc_ask *a);
void ipc_server_drop(struct ipc_server **s);

/* Read a 32-byte secret from a file of exactly that size; fails as secret_read does. */
bool ipc_secret_read(const char *path, unsigned char into[IPC_SECRET], struct err *e) MUST;
/* The secret of each of these peers, whose names and bits are set, from folder/NAME. */
bool ipc_peers_read(struct ipc_peer *peers, size_t n, const char *folder, struct err *e) MUST;
#endif
