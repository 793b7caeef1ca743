/*
 * portal/desk/cases.h - the ciphertexts of what is written in cases, in the site store.
 *
 * A row is a box that only the keeper opens, under the number of its case.  Id, change id and ledger
 * number are the keeper's (privacy/facts/case.h), whose entry was committed before; the portal
 * puts the row, the clerk removes it.
 *
 * Stands on ledger/store.  Does not know who wrote it, nor to whom it is shown.
 */
#ifndef PORTAL_DESK_CASES_H
#define PORTAL_DESK_CASES_H
#include "ledger/store/store.h"
#include "portal/web/announced.h"
#include "privacy/keeper/op.h"

extern const char cases_schema[];		/* a step of site_spec */
extern const struct announced case_texts_announced;

struct case_text_row { int64_t id, change, number, of; struct span box; };	/* of: the case */

bool case_texts_put(struct store *st, const struct case_text_row *r, struct err *e) MUST;
/* TEXTS BROUGHT of op.h: all of a case, oldest first, at most CASE_TEXTS_MOST. */
bool case_texts_pack(struct store *st, int64_t of, struct buf *into, struct err *e) MUST;
#endif
