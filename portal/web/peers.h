/*
 * portal/web/peers.h - the connections of one worker, and which of them has a request for us.
 *
 * All of them wait in one epoll: none holds a thread while nothing is asked on it, and a
 * request that comes in pieces waits for its rest here.  What stands in a peer belongs to
 * one thread at a time: to the one in peers_next(), then to the one that answers.
 *
 * Whoever asks sees only that a connection was closed, not why, and what it had sent there is lost.
 * So a worker that ends closes none: it passes on what waits, and each other one behind its answer.
 * Half a request stays: its rest, when it comes, is answered.  Where there is no other worker: take
 * no new ones, answer what still comes, close each behind its answer, and drop the rest when nobody
 * has said anything for a while.
 *
 * Stands on fcgi_request and pass.  Does not answer, and knows no pages.
 */
#ifndef PORTAL_WEB_PEERS_H
#define PORTAL_WEB_PEERS_H
#include <stdatomic.h>
#include <sys/types.h>
#include "portal/web/fcgi_request.h"
#include "portal/web/pass.h"

/*
 * Connections at a time; further ones wait in the listening socket.  More than nginx keeps of both
 * its workers (nginx/nginx.conf.in), few enough for all of them to hold the largest upload at once.
 */
#define PEERS_MOST	160u

struct peers;
struct peer {
	int			fd;		/* blocking */
	struct fcgi_request	request;
	struct peer		*before, *after;	/* peers.c */
	bool			given;		/* peers.c: to whoever answers */
	atomic_uint		turns;		/* peers.c: orders what one thread leaves before what the next one finds */
	struct peer		*behind;	/* whoever queues it */
	void			*with;		/* whoever hands it on */
};

/*
 * listen_fd: not blocking, stays the caller's; so does pass (of pass_open(), all workers' the same; NULL: there are
 * no others).  body_most: of each request, bytes.  ERR_IO, ERR_MEMORY.
 */
bool peers_open(struct peers **ps, int listen_fd, const int pass[PASS__ENDS], size_t body_most, struct err *e) MUST;
/*
 * From here on take only connections that were made as one of these users (0: any); may stays the caller's.
 * Whoever asks is believed what stands in the request, a certificate that was shown as well.
 */
void peers_only(struct peers *ps, const uid_t may[], size_t n);
/* Closes all connections.  NULL, and fits DROP(). */
void peers_drop(struct peers **ps);
/*
 * The next one with a whole request; waits for it, wait_ms at most (-1: without end).  One thread at a
 * time.  NULL: *watched is what became readable; or it is NULL too, and a signal came, the time is over,
 * or no descriptor was left for a newcomer and the door rested meanwhile (e->kind ERR_NONE), or ERR_IO.
 */
struct peer *peers_next(struct peers *ps, int wait_ms, void **watched, struct err *e);
/* Tell `what` whenever fd is readable, until it is closed. */
bool peers_watch(struct peers *ps, int fd, void *what) MUST;
/* Its descriptor was closed: what was heard of it and not told yet is not told any more.  The thread of peers_next(). */
void peers_forget(struct peers *ps, const void *what);
/* Any thread, for a peer that it got: wait for its next request, or close when !keep. */
void peers_back(struct peers *ps, struct peer *p, bool keep);
/* From here on nobody new is let in, and nobody stays behind an answer.  The thread of peers_next(). */
void peers_leave(struct peers *ps);
/* Whoever is still being answered hears no more: its thread finds the connection closed. */
void peers_cut(struct peers *ps);
size_t peers_here(struct peers *ps);	/* connections */
size_t peers_away(const struct peers *ps);	/* those that peers_next() gave and that are not back yet */
#endif
