/*
 * portal/web/fcgi.h - one worker process: M threads that answer FastCGI requests.
 *
 * nginx's connections wait together (portal/web/peers.h): none of them holds a thread.
 * Each thread has its own connections to keeper, signer and prover and its own
 * connection to the site store; nothing is shared but what was made before the
 * threads.  SIGTERM or SIGINT ends it: requests that are being answered are
 * finished first.
 *
 * Stands on peers, reply and dispatch.  Does not fork and does not listen.
 */
#ifndef PORTAL_WEB_FCGI_H
#define PORTAL_WEB_FCGI_H
#include "portal/web/pass.h"
#include "portal/web/visit.h"

#define FCGI_THREADS_MOST	256

struct fcgi {
	const struct site	*site;
	int			listen_fd;	/* not blocking */
	int			pass[PASS__ENDS];	/* of pass_open(), the same of all workers */
	uid_t			may[3];		/* users who may ask: root, who we are, nginx; may_count of them */
	size_t			may_count;	/* 0: everybody */
	size_t			threads;
	const char		*store;		/* path of the site store; NULL: none */
	unsigned char		keeper[IPC_SECRET], signer[IPC_SECRET], prover[IPC_SECRET];
	const char		*keeper_path, *signer_path, *prover_path;	/* sockets; NULL: none */
};

/* Block the signals that end a worker; before any thread is made. */
bool fcgi_signals(struct err *e) MUST;
/*
 * Serve until told to end.  Fails: ERR_BUSY (keeper, signer or prover not there
 * within 20 s), ERR_IO, and what opening the store gives.
 */
bool fcgi_serve(const struct fcgi *f, struct err *e) MUST;
#endif
