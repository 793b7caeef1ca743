/*
 * portal/clerk/copies.c - members' copies of their data are made: the keeper is told to go on.
 *
 * The clerk sees a job ticket and how many steps are done, nothing else.  A copy
 * that has more steps than fit into one turn goes on in the next, so that
 * revocation lists and checkpoints do not wait for it.
 */
#include "ledger/base/clock.h"
#include "portal/clerk/clerk.h"

#define TURN_MS		200

/* *on: there may be more to do, for this copy or another. */
static bool
go_on(struct clerk *c, const unsigned char ticket[TOKEN_BYTES], bool *over, bool *on, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct err why = {0};
	struct span a;

	buf_add(&in, ticket, TOKEN_BYTES);
	*over = *on = true;
	if (!line_call(&c->keeper, KEEPER_EXPORT_GO, &in, &out, &why)) {
		if (why.kind == ERR_ABSENT)
			return true;	/* its member took it back */
		*on = false;
		if (why.kind == ERR_BUSY || why.kind == ERR_CONFLICT)
			return true;	/* in the next turn */
		*e = why;
		return false;
	}
	a = span_buf(&out);
	*over = unpack_u8(&a) != 0;
	(void)unpack_i64(&a);
	return unpack_end(&a, "copy", e);
}

static bool
next(struct clerk *c, unsigned char ticket[TOKEN_BYTES], bool *found, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	struct span a;

	TRY(line_call(&c->keeper, KEEPER_EXPORT_NEXT, NULL, &out, e));
	a = span_buf(&out);
	*found = unpack_u8(&a) != 0;
	if (*found)
		unpack_exact(&a, ticket, TOKEN_BYTES);
	return unpack_end(&a, "copies", e);
}

bool
make_copies(struct clerk *c, struct err *e)
{
	unsigned char ticket[TOKEN_BYTES];
	int64_t until = clock_mono_ms() + TURN_MS;
	bool over = true, on = true;

	while (on && !c->stop->now && clock_mono_ms() < until) {
		if (over)
			TRY(next(c, ticket, &on, e));
		if (on)
			TRY(go_on(c, ticket, &over, &on, e));
	}
	explicit_bzero(ticket, sizeof(ticket));
	return true;
}
