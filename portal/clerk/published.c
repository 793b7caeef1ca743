/*
 * portal/clerk/published.c - what members published: keeper and site store are brought to agree.
 *
 * The keeper announces first and the portal commits its row afterwards
 * (privacy/facts/published.h), so a crash can leave one without the other.  What
 * was announced and not told to stand: it stands if the row is there, else the
 * keeper cancels it, on the ledger.  What ended: the row goes, then the keeper
 * forgets it.  And a part of all rows at each turn is shown to the keeper: those
 * that nobody publishes go, wherever they came from.  Each step may be repeated.
 */
#include "ledger/base/log.h"
#include "portal/clerk/clerk.h"
#include "portal/desk/cases.h"
#include "portal/trust/directory.h"
#include "portal/trust/events.h"

static const struct announced *const rows_of[PUBLISHED_KIND__COUNT] = {
	[PUBLISHED_LISTING] = &directory_announced, [PUBLISHED_EVENT] = &events_announced, [PUBLISHED_CASE] = &case_texts_announced,
};

struct open_one { int64_t id, change; unsigned kind, state; };

/* What moved on meanwhile, by its owner or the portal, is looked at again in the next round. */
static bool
tell(struct clerk *c, uint32_t op, int64_t id, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	struct err why = {0};

	pack_i64(&in, id);
	if (line_call(&c->keeper, op, &in, NULL, &why) || why.kind == ERR_ABSENT || why.kind == ERR_CONFLICT)
		return true;
	*e = why;
	return false;
}

static bool
finish_one(struct clerk *c, const struct open_one *x, struct err *e)
{
	const struct announced *rows = x->kind < PUBLISHED_KIND__COUNT ? rows_of[x->kind] : NULL;
	bool there;

	if (rows == NULL)
		return FAIL(e, ERR_IO, "published: kind %u", x->kind);
	if (x->state == PUBLISHED_ENDING) {
		TRY(announced_remove(c->site, rows, x->id, e));
		return tell(c, KEEPER_PUBLISHED_OVER, x->id, e);
	}
	TRY(announced_has(c->site, rows, x->id, x->change, &there, e));
	TRY(tell(c, there ? KEEPER_PUBLISHED_STANDS : KEEPER_PUBLISHED_OVER, x->id, e));
	log_note(there ? "finished a publication that was interrupted" : "cancelled a publication that was interrupted");
	return true;
}

/* *more: there may be others. */
static bool
finish_open(struct clerk *c, bool *more, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	pack_i64(&in, PUBLISHED_AT_ONCE);
	TRY(line_call(&c->keeper, KEEPER_PUBLISHED_OPEN, &in, &out, e));
	a = span_buf(&out);
	n = unpack_u32(&a);
	*more = n == PUBLISHED_AT_ONCE;
	for (uint32_t i = 0; i < n && !c->stop->now; i++) {
		struct open_one x;

		x.id = unpack_i64(&a);
		x.kind = unpack_u8(&a);
		x.state = unpack_u8(&a);
		x.change = unpack_i64(&a);
		unpack_i64(&a);
		if (a.bad)
			return FAIL(e, ERR_IO, "list of published ones");
		TRY(finish_one(c, &x, e));
	}
	return c->stop->now ? true : unpack_end(&a, "published", e);
}

/* The next few rows of a kind; from the beginning again after the last. */
static bool
compare_some(struct clerk *c, unsigned kind, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t ids[PUBLISHED_AT_ONCE], after = c->strays_after[kind] == 0 ? INT64_MIN : c->strays_after[kind];
	struct span a;
	uint32_t strays;
	size_t n;

	TRY(announced_ids(c->site, rows_of[kind], after, ids, COUNT(ids), &n, e));
	c->strays_after[kind] = n == COUNT(ids) ? ids[n - 1] : 0;
	if (n == 0)
		return true;
	pack_u8(&in, kind);
	for (size_t i = 0; i < n; i++)
		pack_i64(&in, ids[i]);
	TRY(line_call(&c->keeper, KEEPER_PUBLISHED_STRAYS, &in, &out, e));
	a = span_buf(&out);
	strays = unpack_u32(&a);
	for (uint32_t i = 0; i < strays && !a.bad; i++)
		TRY(announced_remove(c->site, rows_of[kind], unpack_i64(&a), e));
	if (strays > 0)
		log_note("removed published rows that nobody stands behind");
	return unpack_end(&a, "strays", e);
}

bool
finish_published(struct clerk *c, struct err *e)
{
	bool more = true;

	/* What came by mail was announced and can have no row before it is carried. */
	TRY(carry_mailed(c, e));
	while (more && !c->stop->now)
		TRY(finish_open(c, &more, e));
	for (unsigned kind = 0; kind < PUBLISHED_KIND__COUNT && !c->stop->now; kind++)
		if (rows_of[kind] != NULL)
			TRY(compare_some(c, kind, e));
	return true;
}
