/*
 * portal/clerk/faces.c - public faces of TLS certificates, from keeper to site store.
 *
 * A face carries the number of its ledger entry, which was committed before:
 * a crash in between is made good by asking from the highest number on.
 */
#include "ledger/base/clock.h"
#include "portal/clerk/clerk.h"
#include "portal/web/site.h"
#include "portal/web/visits.h"
#include "privacy/facts/ticket.h"
#include "privacy/keeper/op.h"

bool
faces_open(struct clerk *c, struct err *e)
{
	c->faces_since = -1;
	return store_open(&c->site, &site_spec, SITE_PATH, e);
}

void
faces_close(struct clerk *c)
{
	store_drop(&c->site);
}

/* After a sync that failed the store is opened anew: what is not in it is carried again. */
static bool
site_whole(struct clerk *c, struct err *e)
{
	if (c->site != NULL && !store_broken(c->site))
		return true;
	store_drop(&c->site);
	return faces_open(c, e);
}

/* Names joined by blanks: none has one inside (host names). */
static void
names_read(struct span *in, struct buf *names)
{
	uint32_t n = unpack_u32(in);

	for (uint32_t i = 0; i < n && !in->bad; i++) {
		char name[256];

		unpack_text(in, name, sizeof(name));
		if (i > 0)
			buf_text(names, " ");
		buf_text(names, name);
	}
}

static bool
carry_one(struct clerk *c, struct span *in, struct err *e)
{
	DROP(buf_wipe) struct buf names = {0};
	struct face f;

	unpack_exact(in, f.serial, sizeof(f.serial));
	f.profile = unpack_u8(in);
	f.not_before = unpack_i64(in);
	f.not_after = unpack_i64(in);
	unpack_exact(in, f.sha256, sizeof(f.sha256));
	buf_text(&names, "");
	names_read(in, &names);
	f.number = unpack_i64(in);
	if (in->bad)
		return FAIL(e, ERR_IO, "list of faces");
	TRY(buf_ok(&names, e));
	f.names = names.data;
	TRY(site_face_put(c->site, &f, e));
	if (f.number > c->faces_since)
		c->faces_since = f.number;
	return true;
}

bool
carry_faces(struct clerk *c, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	TRY(site_whole(c, e));
	if (c->faces_since < 0)
		TRY(site_face_head(c->site, &c->faces_since, e));
	pack_i64(&in, c->faces_since);
	TRY(line_call(&c->keeper, KEEPER_FACES, &in, &out, e));
	a = span_buf(&out);
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && !c->stop->now; i++)
		TRY(carry_one(c, &a, e));
	return c->stop->now ? true : unpack_end(&a, "faces", e);
}

/* Not quite a face: what the public pages were opened, once its day is over. */
bool
tidy_visits(struct clerk *c, struct err *e)
{
	return site_whole(c, e) && visits_sweep(c->site, clock_now() / DAY, e);
}
