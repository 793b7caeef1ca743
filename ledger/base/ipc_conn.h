/*
 * ledger/base/ipc_conn.h - one connection of the server; private to ipc_conn.c and ipc_server.c.
 *
 * A connection reads one whole frame, checks it against the service's tables by
 * its head alone, queues it, and later hands its answer out.  Stands on
 * ipc_frame.  Does not run operations, open or close batches, or wait.
 *
 * What the kernel watches a connection for is changed as rarely as may be: one that
 * waits for its answer goes on being watched for bytes until some come ahead of time.
 */
#ifndef LEDGER_BASE_IPC_CONN_H
#define LEDGER_BASE_IPC_CONN_H
#include <sys/epoll.h>
#include "ledger/base/ipc_frame.h"

/* Bytes taken in before a frame's length is known, at most. */
#define IPC_SCRATCH	32768u

/*
 * Where a connection stands.  Only READING ones are read from: a peer that
 * sends ahead waits in the kernel's buffer until its answer went out.
 */
enum stand { READING, QUEUED, PUT_OFF, ANSWERING };

struct ipc_conn {
	struct ipc_ask	ask;		/* first: ipc_again() gets back to us from it */
	struct ipc_conn	*next;		/* in the queue */
	int		fd;		/* -1: the peer is gone while its request is not done */
	enum stand	stand;
	uint32_t	watched;	/* EPOLLIN, EPOLLOUT or 0; that its peer hung up is told always */
	bool		spoilt;		/* put off in a batch that failed: refuse, don't run */
	bool		closing;	/* close once the answer went out */
	unsigned	peer;		/* 0: no HELLO yet */
	int64_t		since;		/* clock_mono_ms() of the last progress */
	uint64_t	id;		/* of the request at hand */
	size_t		frame;		/* its bytes within `in`, head included */
	struct buf	in;
	unsigned char	head[IPC_ANSWER_HEAD];
	size_t		sent;
};

struct ipc_server {
	int			listen_fd;
	struct ipc_service	*svc;
	struct ipc_conn		**conns;
	size_t			count, room;	/* room: 0 when told to stop */
	size_t			most;		/* what is shared out (ipc_room.h) */
	size_t			max_batch;
	struct ipc_conn		*first, **last;	/* the queue */
	int			epoll_fd;
	bool			accepting;	/* listen_fd is watched */
	int64_t			tick_at, pause_until;
	bool			used;		/* the stack, since it was last wiped at: */
	int64_t			wiped_at;
	unsigned char		scratch[IPC_SCRATCH];
};

/* Frees c and what its request left; closes its descriptor. */
void ipc_conn_drop(const struct ipc_server *s, struct ipc_conn *c);
/* The peer is gone: close, but keep what a request that is still on its way needs. */
void ipc_conn_gone(const struct ipc_server *s, struct ipc_conn *c);
/* From now on the kernel tells of these events. */
void ipc_conn_watch(struct ipc_server *s, struct ipc_conn *c, uint32_t events);
/* Read what is there; a whole frame is queued, a bad one ends the connection. */
void ipc_conn_read(struct ipc_server *s, struct ipc_conn *c);
/* The request of c is done: c->ask holds its answer or refusal.  Starts sending. */
void ipc_conn_answer(struct ipc_server *s, struct ipc_conn *c);
/* Send on, after an answer that did not fit at once. */
void ipc_conn_flush(struct ipc_server *s, struct ipc_conn *c);
/* Put the request of c at the end of the queue. */
void ipc_queue_add(struct ipc_server *s, struct ipc_conn *c);
#endif
