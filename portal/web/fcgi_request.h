/*
 * portal/web/fcgi_request.h - one FastCGI request, taken from a connection's bytes as they come.
 *
 * In the role of responder, one request at a time, as nginx sends them.  What the
 * program reads stands in known places, so that it is wiped there: addresses hold
 * tokens, bodies passwords.  Whoever multiplexes, aborts, asks for values or wants
 * another role gets no answer: the connection is to be closed.
 *
 * Source: FastCGI specification 1.0, sections 3.3 (records), 3.4 (name-value pairs),
 * 5.1 (BEGIN_REQUEST), 5.2 (PARAMS), 5.3 (STDIN).
 * Stands on pack.  Does not know sockets, pages or routes.
 */
#ifndef PORTAL_WEB_FCGI_REQUEST_H
#define PORTAL_WEB_FCGI_REQUEST_H
#include "ledger/base/pack.h"

#define FCGI_HEADER		8u		/* bytes before each record, and of BEGIN_REQUEST's body */
#define FCGI_PARAMS_MOST	131072u		/* bytes of all parameters: four times what nginx lets through */

enum fcgi_param {		/* what nginx/fastcgi.conf hands over; others are passed by */
	FCGI_METHOD, FCGI_URI, FCGI_CONTENT_TYPE, FCGI_CONTENT_LENGTH, FCGI_REMOTE_ADDR, FCGI_FETCH_SITE,
	FCGI_ACCEPT_LANGUAGE, FCGI_BROWSER, FCGI_CAME_FROM, FCGI_UNCOUNTED, FCGI_CLIENT_VERIFY,
	FCGI_CLIENT_CERT, FCGI_DOCUMENT_URI, FCGI_PARAM__COUNT
};

struct fcgi_request {
	size_t		body_most;	/* bytes; of a longer body nothing is left and too_large is set */
	enum { FCGI_NONE, FCGI_PARAMS, FCGI_STDIN, FCGI_WHOLE } part;	/* WHOLE: ready to be answered */
	int		id;
	bool		keep;		/* the connection is for further requests */
	bool		too_large;
	const char	*param[FCGI_PARAM__COUNT];	/* when whole; NULL: not sent */
	struct buf	params, body;
	/* the record at hand */
	unsigned char	header[FCGI_HEADER], begin[FCGI_HEADER];
	size_t		header_len, content, padding, done;	/* bytes: there; to come; of the content taken */
};

/*
 * Take all of these bytes.  Fails: ERR_INPUT (no FastCGI as above, a parameter that is no text, a
 * body of another length than was said, bytes behind a whole request), ERR_MEMORY.  Then r is of
 * no use any more but to be wiped.
 */
bool fcgi_request_take(struct fcgi_request *r, struct span bytes, struct err *e) MUST;
/* Some of it has come. */
bool fcgi_request_begun(const struct fcgi_request *r);
/* Begin with the next one: what the last held is wiped, its room kept. */
void fcgi_request_next(struct fcgi_request *r);
void fcgi_request_wipe(struct fcgi_request *r);
#endif
