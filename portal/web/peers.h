/*
 * portal/web/peers.h - the connections of one worker, and which of them has a request for us.
 *
 * All of them wait in one epoll: none holds a thread while nothing is asked on it, and a
 * request that comes in pieces waits for its rest here.  What stands in a peer belongs to
 * one thread at a time: to the one in peers_next(), then to the one that answers.
 *
 * Stands on fcgi_request.  Does not answer, and knows no pages.
 */
#ifndef PORTAL_WEB_PEERS_H
#define PORTAL_WEB_PEERS_H
#include <stdatomic.h>
#include "portal/web/fcgi_request.h"

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
	atomic_uint		turns;		/* peers.c: orders what one thread leaves before what the next one finds */
	struct peer		*behind;	/* whoever queues it */
	void			*with;		/* whoever hands it on */
};

/* listen_fd: not blocking, stays the caller's; body_most: of each request, bytes.  ERR_IO, ERR_MEMORY. */
bool peers_open(struct peers **ps, int listen_fd, size_t body_most, struct err *e) MUST;
/* Closes all connections.  NULL, and fits DROP(). */
void peers_drop(struct peers **ps);
/*
 * The next one with a whole request; waits for it, wait_ms at most (-1: without end).  One thread at a
 * time.  NULL: *watched is what became readable; or it is NULL too, and a signal came, the time is over
 * (e->kind ERR_NONE), or ERR_IO.
 */
struct peer *peers_next(struct peers *ps, int wait_ms, void **watched, struct err *e);
/* Tell `what` whenever fd is readable, until it is closed. */
bool peers_watch(struct peers *ps, int fd, void *what) MUST;
/* Any thread, for a peer that it got: wait for its next request, or close when !keep. */
void peers_back(struct peers *ps, struct peer *p, bool keep);
#endif
