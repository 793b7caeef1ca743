/*
 * portal/web/dispatch.h - from one HTTP request to one answer.
 *
 * Everything a route's row promises is checked here, before the handler runs:
 * the address, where the browser says the request comes from (Sec-Fetch-Site;
 * README.md, security), the method, the body's size and shape, the form's
 * token.  What the session may do the keeper says when the handler asks it;
 * visit_ask() holds its answer against the row once more.  Whether the session
 * lives the keeper is asked before a form's handler runs, and before a page
 * below /~TOKEN is shown whose handler asked nothing.
 *
 * A public page that is the same for everybody of one language is drawn once for
 * some seconds (visit->same_for, portal/web/kept.h): dispatch_kept() finds it.
 *
 * Origin is never looked at: with no-referrer browsers send "null".
 */
#ifndef PORTAL_WEB_DISPATCH_H
#define PORTAL_WEB_DISPATCH_H
#include "portal/web/ahead.h"
#include "portal/web/answer.h"

#define URI_MAX		16384		/* bytes: an OCSP request in base64 fits */

struct asked {				/* one request as the server handed it over; NULL: not sent */
	const char	*method, *uri, *content_type, *fetch_site, *accept_language;
	struct span	body;
	bool		too_large;	/* the body was over FORM_FILES_MAX and not read */
	struct span	source;		/* the peer's address */
	struct span	client_cert;	/* DER, verified by nginx */
	/* of the headers nginx left: a family of browsers, the host a link stood on, "1": do not count (Sec-GPC) */
	const char	*browser, *came_from, *uncounted;
};

/*
 * Answer.  The caller has set v->site, the connections and v->store, all else
 * zero; afterwards v->status, v->page and the rest are what to send.
 */
void dispatch(struct visit *v, const struct asked *a);
/*
 * Was this answer given to others a moment ago?  Then v->page and *head are what to send, v->route and
 * v->status are set, and it was counted; dispatch() is not needed.  Never waits for keeper or disk.
 * busy: nobody could draw it now, so that one of a minute ago is better than none.
 */
bool dispatch_kept(struct visit *v, const struct asked *a, bool busy, struct buf *head);
/* After dispatch(), with the header lines of its answer: keep it for others, when it may be. */
void dispatch_keep(const struct visit *v, const struct asked *a, const struct buf *head);
/*
 * Is this the address of a page whose question is known from its row (v->site->ahead)?  Then what->op and
 * what->in are what to ask the keeper, and dispatch() is to be called with v->ahead when it was answered.
 */
bool dispatch_ahead(struct visit *v, const struct asked *a, struct ahead *what);
/* Wipe all that a request left in v, the page too. */
void dispatch_end(struct visit *v);
#endif
