/*
 * portal/web/visits.h - how often public pages were opened: pages, not people.
 *
 * Counted are a page's group, the family of the browser and the registrable
 * domain a link came from, each by itself and by day, so that no row joins two
 * of them.  nginx reduces the two headers to a family and a host before anything
 * of them gets here (nginx/nginx.conf.in).  Own pages are not counted, nor is who
 * asks by Sec-GPC not to be.
 *
 * Small counts are neither shown nor kept: a name stays in the worker's memory until it was
 * counted VISITS_LEAST times on a day, and is forgotten with the day or the worker if it never
 * was.  What is counted that often is written once a minute.
 *
 * Stands on the site store; on host for registrable domains.
 */
#ifndef PORTAL_WEB_VISITS_H
#define PORTAL_WEB_VISITS_H
#include "ledger/store/store.h"

#define VISITS_LEAST	10
#define VISITS_KEPT	400		/* days a row stays */
#define VISITS_NAME	64		/* bytes with NUL: longer domains are counted as others */
#define VISITS_MOST	512		/* names a worker holds at a time; further ones are "other" */

enum visits_kind { VISITS_PAGE = 1, VISITS_BROWSER, VISITS_SITE, VISITS__COUNT };

/* A public page was shown.  browser: a family, or NULL; host: where the link stood, or NULL.  Never waits for the store. */
void visits_note(const char *page, const char *browser, const char *host);
/* Write what this worker counted often, at most once a minute, or at its end.  A failure keeps it for the next time. */
bool visits_write(struct store *st, int64_t now, bool at_end, struct err *e) MUST;

/* ---- the site store (visits_shared.c) ---- */
extern const char visits_schema[];
/* n more of this kind and name on a day.  In the caller's transaction. */
bool visits_add(struct store *st, int64_t day, enum visits_kind kind, const char *name, int64_t n, struct err *e) MUST;
struct visits_sum { char name[VISITS_NAME]; int64_t n; };
/* Sums of at least VISITS_LEAST since a day, largest first; *n of them, at most `most`. */
bool visits_sums(struct store *st, enum visits_kind kind, int64_t since, struct visits_sum *into, size_t most,
    size_t *n, struct err *e) MUST;
/* What is older than VISITS_KEPT days goes. */
bool visits_sweep(struct store *st, int64_t today, struct err *e) MUST;
#endif
