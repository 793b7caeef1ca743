/*
 * portal/web/ahead.h - questions to the keeper that are under way while no thread waits for them.
 *
 * Some pages ask the keeper one thing, with nothing but their session (struct route_ahead,
 * portal/web/route.h).  Theirs is asked as soon as the request is read, over a line that nobody
 * else uses meanwhile; when the answer is there the page is drawn with it.  Nobody sleeps for it,
 * so nobody has to be woken: that is half of what such a page costs the portal's threads.
 *
 * All lines belong to the listening thread; one that is lent belongs to whom it was lent.
 *
 * Stands on ipc and peers.  Does not know visits or pages.
 */
#ifndef PORTAL_WEB_AHEAD_H
#define PORTAL_WEB_AHEAD_H
#include <stdatomic.h>
#include "ledger/base/ipc.h"
#include "portal/web/peers.h"

struct ahead {			/* what was asked, and what came: out, or err */
	uint32_t	op;
	struct buf	in, out;
	struct err	err;
};

enum line_state { LINE_FREE, LINE_ASKED, LINE_LENT };

struct line {
	_Atomic(enum line_state) state;
	struct ahead	ahead;
	struct peer	*peer;		/* who asked; NULL when free */
	int64_t		began;		/* clock_mono_ms() */
	struct ipc	*keeper;	/* NULL: not opened yet */
};

struct lines;

/*
 * n lines to the keeper at path, opened when they are needed; what comes back on them peers_next() tells.
 * After wait_ms without an answer that is ERR_TIMEOUT.  path and secret stay the caller's.  ERR_MEMORY.
 */
bool lines_open(struct lines **ls, size_t n, const char *path, const unsigned char secret[IPC_SECRET], struct peers *ps,
    int64_t wait_ms, struct err *e) MUST;
void lines_drop(struct lines **ls);	/* NULL, and fits DROP() */
/* One that is free, its ahead.in empty; NULL: none. */
struct line *lines_free(struct lines *ls);
/* Ask ahead.op with ahead.in for p.  False: the keeper can't be asked so, and the line stays free. */
bool lines_ask(struct lines *ls, struct line *l, struct peer *p);
/* Something came on a line: true when that was the answer, or that there is none any more (ahead.err). */
bool lines_take(struct lines *ls, struct line *l);
/* One whose answer did not come in time, with ahead.err set; NULL: none.  Call it now and then. */
struct line *lines_late(struct lines *ls);
bool lines_asked(const struct lines *ls);	/* is there any answer to wait for? */
/* To be given back by another thread. */
void line_lend(struct line *l);
void line_back(struct line *l);		/* wiped and free again */
#endif
