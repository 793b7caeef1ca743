/*
 * portal/clerk/mailed.c - texts of cases that came by mail, from the keeper into the site store.
 *
 * The keeper committed and answered for them already; they wait with it, sealed, until they are
 * told to stand here.  A row that is there from before a crash is not put twice.
 */
#include "portal/clerk/clerk.h"
#include "portal/desk/cases.h"

static bool
keep_one(struct clerk *c, struct span *a, int64_t *id, struct err *e)
{
	struct case_text_row r = { .of = unpack_i64(a) };

	r.id = *id = unpack_i64(a);
	r.change = unpack_i64(a);
	r.number = unpack_i64(a);
	r.box = unpack_bytes(a);
	if (a->bad)
		return FAIL(e, ERR_IO, "texts that came by mail");
	return case_texts_put(c->site, &r, e);
}

bool
carry_mailed(struct clerk *c, struct err *e)
{
	int64_t ids[POST_CARRIED];
	uint32_t n = 0;

	do {
		DROP(buf_wipe) struct buf in = {0}, out = {0};
		struct span a;

		pack_u32(&in, n);
		for (uint32_t i = 0; i < n; i++)
			pack_i64(&in, ids[i]);
		TRY(line_call(&c->keeper, KEEPER_POST_CARRY, &in, &out, e));
		a = span_buf(&out);
		n = unpack_u32(&a);
		if (n > POST_CARRIED)
			return FAIL(e, ERR_IO, "texts that came by mail: %u", n);
		for (uint32_t i = 0; i < n; i++)
			TRY(keep_one(c, &a, &ids[i], e));
		TRY(unpack_end(&a, "texts that came by mail", e));
	} while (n > 0 && !c->stop->now);
	return true;
}
