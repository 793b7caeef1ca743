/*
 * portal/web/kept.h - public answers that are the same for everybody, for some seconds.
 *
 * By path and language, for all threads of a worker: such an answer is given again without
 * looking at routes or drawing anything.  What may be kept, and for how long, the page's
 * handler says (visit->same_for); dispatch.c sees to it that nothing of one visitor is.
 *
 * Stands on buf.  Does not know visits or FastCGI.
 */
#ifndef PORTAL_WEB_KEPT_H
#define PORTAL_WEB_KEPT_H
#include "ledger/base/buf.h"

#define KEPT_MOST	64u		/* answers; another one of the same place takes it */
#define KEPT_KEY	96		/* bytes of path and language with two NULs: longer ones are not kept */
#define KEPT_BYTES	65536u		/* nor are answers longer than this */

struct route;				/* portal/web/route.h */

/*
 * Is there one that holds at `now`, or did until less than `late` ago (seconds)?  Then head and page, both empty
 * before, are what to send.
 */
bool kept_get(const char *path, const char *lang, int64_t now, int64_t late, const struct route **r, struct buf *head,
    struct buf *page);
/* An answer that may be given for same_for seconds from `now` on. */
void kept_put(const char *path, const char *lang, int64_t now, int64_t same_for, const struct route *r,
    const struct buf *head, const struct buf *page);
void kept_drop(void);			/* all of them */
#endif
