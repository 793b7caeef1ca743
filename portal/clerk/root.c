/*
 * portal/clerk/root.c - the vault's root key is replaced in time, and old ones are destroyed.
 *
 * The keeper knows when; it does a slice a call, so that nobody who waits for it waits long.
 */
#include "ledger/base/log.h"
#include "portal/clerk/clerk.h"

bool
keep_root(struct clerk *c, struct err *e)
{
	bool worked = false;
	int64_t done = 0, left = 1;

	while (left > 0 && !c->stop->now) {
		DROP(buf_wipe) struct buf in = {0}, out = {0};
		struct span s;

		pack_u8(&in, 0);
		TRY(line_call(&c->keeper, KEEPER_ROTATE, &in, &out, e));
		s = span_buf(&out);
		unpack_i64(&s);
		unpack_i64(&s);
		done = unpack_i64(&s);
		left = unpack_i64(&s);
		unpack_i64(&s);
		unpack_i64(&s);
		TRY(unpack_end(&s, "rotation", e));
		worked = worked || done > 0;
	}
	if (worked)
		log_note("the root key was replaced");
	return true;
}
