/*
 * portal/prover/fetch.h - one small file over HTTP from a stranger's server.
 *
 * libcurl does the transfer and nothing else: names come from dns.h and are
 * pinned, every socket is checked against place.h, redirects are followed
 * here, each hop resolved and checked anew.  No proxy, cookie, credential,
 * compression or HTTP/0.9; no certificate is checked behind a redirect to
 * https, because the body proves what is proved, not the server.
 *
 * Stands on dns, host, place.  Does not know what the body should be.
 */
#ifndef PORTAL_PROVER_FETCH_H
#define PORTAL_PROVER_FETCH_H
#include <stdatomic.h>
#include "portal/prover/dns.h"

#define FETCH_BODY_MAX		1024u	/* bytes; more is FETCH_TOO_MUCH */
#define FETCH_HEAD_MAX		16384u	/* bytes of header lines of one answer */
#define FETCH_REDIRECTS_MAX	5

enum fetch_outcome {
	FETCH_ANSWER = 1,	/* status and body are set */
	FETCH_NO_ADDRESS,	/* the name has none */
	FETCH_BOGUS,		/* DNSSEC validation of its address failed */
	FETCH_NO_ANSWER,	/* DNS or server: refused, broken off, deadline */
	FETCH_REFUSED_PLACE,	/* private or special address, other port or scheme */
	FETCH_TOO_MUCH		/* redirects, header lines or body */
};

struct fetched {
	enum fetch_outcome outcome;
	bool		secure;			/* every address used was DNSSEC-secure */
	long		status;
	char		host[256];		/* where it ended: host of the last hop */
	size_t		len;
	char		body[FETCH_BODY_MAX];
};

/* Once, in main, while files can still be opened. */
bool fetch_prepare(struct err *e) MUST;
/*
 * GET http://host[:port]path until the clock_mono_ms() time `until`.  *stop
 * true ends it early.  Fails only with ERR_MEMORY.
 */
bool fetch(struct fetched *into, struct dns *dns, const struct settings *s, const char *host,
    const char *path, int64_t until, const atomic_bool *stop, struct err *e) MUST;
#endif
