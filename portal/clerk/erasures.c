/*
 * portal/clerk/erasures.c - erasures are driven on, and told to whom they concern.
 *
 * Each call lets the keeper do one stage of every erasure that is due, in a commit of
 * its own (privacy/rights/erasure.h).  What it answers is carried: tombstones to the
 * signer, who keeps them in its journal, and serial numbers of server certificates whose
 * names are to go from the site store.  Then the keeper is told; each step may be repeated.
 */
#include "ledger/base/log.h"
#include "portal/clerk/clerk.h"
#include "portal/signer/op.h"
#include "portal/web/site.h"
#include "privacy/keeper/op.h"
#include "privacy/rights/grave.h"

#define RUNS_AT_ONCE	40	/* calls in a row while a stage follows another */

/* One tombstone; the number of its erasure goes into told. */
static bool
bury(struct clerk *c, struct span wire, struct buf *told, uint32_t *n, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	struct span s = wire;

	pack_bytes(&in, wire.p, wire.len);
	TRY(line_call(&c->signer, SIGNER_TOMBSTONE, &in, NULL, e));
	unpack_i64(&s);
	pack_i64(told, unpack_i64(&s));
	++*n;
	return true;
}

static bool
tombstones(struct clerk *c, struct span *a, struct buf *told, uint32_t *n, struct err *e)
{
	for (uint32_t left = unpack_u32(a); left > 0 && !a->bad; left--) {
		struct span wire = unpack_bytes(a);
		struct err one = {0};

		if (a->bad || wire.len != GRAVE_BYTES)
			return FAIL(e, ERR_IO, "list of tombstones");
		/* The signer is away: the next round brings it again, and the rest goes on. */
		if (!bury(c, wire, told, n, &one))
			*e = one;
	}
	return true;
}

static bool
names_off(struct clerk *c, struct span *a, struct buf *told, uint32_t *n, struct err *e)
{
	for (uint32_t left = unpack_u32(a); left > 0 && !a->bad; left--) {
		unsigned char serial[SITE_SERIAL];

		unpack_exact(a, serial, sizeof(serial));
		if (a->bad)
			return FAIL(e, ERR_IO, "list of certificates without names");
		TRY(site_face_strip(c->site, serial, e));
		buf_add(told, serial, sizeof(serial));
		++*n;
	}
	/* What stood there leaves the write-ahead log, too. */
	return *n == 0 || store_checkpoint(c->site, true, e);
}

static bool
tell(struct clerk *c, uint32_t graves, const struct buf *numbers, uint32_t stripped, const struct buf *serials,
    struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};

	if (graves == 0 && stripped == 0)
		return true;
	pack_u32(&in, graves);
	buf_add(&in, numbers->data, numbers->len);
	pack_u32(&in, stripped);
	buf_add(&in, serials->data, serials->len);
	return line_call(&c->keeper, KEEPER_ERASE_TOLD, &in, NULL, e);
}

/* *more: a stage was done, another may follow. */
static bool
run(struct clerk *c, bool *more, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0}, numbers = {0}, serials = {0};
	struct err late = {0};
	uint32_t graves = 0, stripped = 0;
	struct span a;

	TRY(line_call(&c->keeper, KEEPER_ERASE_RUN, NULL, &out, e));
	a = span_buf(&out);
	*more = unpack_u8(&a) != 0;
	TRY(tombstones(c, &a, &numbers, &graves, &late));
	TRY(names_off(c, &a, &serials, &stripped, e));
	TRY(unpack_end(&a, "erasures", e));
	TRY(tell(c, graves, &numbers, stripped, &serials, e));
	*more = *more || graves > 0;
	return err_hand_on(e, &late);
}

bool
run_erasures(struct clerk *c, struct err *e)
{
	bool more = true;

	for (int i = 0; more && i < RUNS_AT_ONCE && !c->stop->now; i++)
		TRY(run(c, &more, e));
	return true;
}
