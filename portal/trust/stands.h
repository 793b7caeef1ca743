/*
 * portal/trust/stands.h - the last step of publishing: the row stands, and the keeper is told.
 *
 * The keeper's ledger went first (privacy/facts/published.h), then the room's row
 * was put into the site store.  What fails from there on the clerk makes good.
 *
 * Stands on visit.
 */
#ifndef PORTAL_TRUST_STANDS_H
#define PORTAL_TRUST_STANDS_H
#include "portal/web/announced.h"
#include "portal/web/visit.h"

/* The row of this id stands.  ERR_ABSENT: it ended while this was under way, by another window or the keeper itself; the row is gone again. */
bool published_tell(struct visit *v, int64_t id, const struct announced *rows, struct err *e) MUST;
#endif
