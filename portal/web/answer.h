/*
 * portal/web/answer.h - the HTTP side of an answer: which status a failure has,
 * the page that says so, and the header lines of every answer.
 *
 * Visitors read a plain sentence: what was wrong, what to do.  err.text never
 * reaches them.
 */
#ifndef PORTAL_WEB_ANSWER_H
#define PORTAL_WEB_ANSWER_H
#include "portal/web/visit.h"

/* Why a request is answered without its handler. */
enum stop {
	STOP_NONE,
	STOP_QUESTION,		/* an address below /~TOKEN that was not reached from our pages: sign in? */
	STOP_BROWSER,		/* no Sec-Fetch-Site: we can't tell where this comes from */
	STOP_ELSEWHERE,		/* a form that another site sent */
	STOP_ABSENT,		/* no such page */
	STOP_METHOD,		/* not this method; v->allow names those that are */
	STOP_TYPE,		/* a body of a kind we don't read */
	STOP_LARGE,		/* a body over its limit */
	STOP_BROKEN,		/* a form that can't be read */
	STOP_MEMORY,		/* there was no memory to read it */
	STOP_TOKEN,		/* the form's hidden token is wrong or too old */
	STOP__COUNT
};

struct problem {		/* what the problem page shows; texts are message ids */
	int		status, retry_after;	/* retry_after: seconds, 0: none */
	const char	*title, *says;
};

/* Replace whatever v holds by the page for a stop, or for *e.  Cannot fail: a last sentence needs no memory. */
void answer_stop(struct visit *v, enum stop why);
void answer_fault(struct visit *v, const struct err *e);

/* Status and header lines with the empty line behind them, as CGI wants them. */
void answer_head(const struct visit *v, struct buf *into);
#endif
