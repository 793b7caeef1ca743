/* portal/trust/listing.c - an assurer's own line in the directory: look, preview, publish, take down. */
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/log.h"
#include "portal/trust/line.h"
#include "portal/trust/routes.h"
#include "portal/trust/stands.h"

struct own {			/* what the keeper and the site store say of one's own line */
	bool			may, listed;
	int64_t			since;
	char			name[LINE_NAME];	/* that could be shown */
	struct directory_line	line;			/* when listed */
};

static void own_wipe(struct own *o) { explicit_bzero(o, sizeof(*o)); }

static bool
own_ask(struct visit *v, struct own *o, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t id;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_LISTING, &in, &out, &a, e));
	o->may = unpack_u8(&a) == 1;
	id = unpack_i64(&a);
	unpack_u8(&a);
	o->since = unpack_i64(&a);
	unpack_text(&a, o->name, sizeof(o->name));
	TRY(unpack_end(&a, "listing", e));
	/* The keeper knows whose; what shows, and whether it does, the site store. */
	return id == 0 || directory_get(v->store, id, &o->line, &o->listed, e);
}

/* next: as it would stand, NULL without a preview. */
static bool
show(struct visit *v, const struct own *o, const struct directory_line *next, struct err *e)
{
	struct listing_view w = { .may = o->may, .listed = o->listed, .preview = next != NULL, .since = o->since,
	    .name = o->name };

	if (o->listed)
		line_fill(&w.line, &o->line, -1);
	if (next != NULL) {
		line_fill(&w.next, next, -1);
		w.codes = next->languages;
	}
	page_listing(&v->page, v, &w);
	explicit_bzero(&w, sizeof(w));
	return buf_ok(&v->page, e);
}

bool
listing_show(struct visit *v, struct err *e)
{
	DROP(own_wipe) struct own o = {0};
	char spot[SPOT_TEXT] = "";

	TRY(own_ask(v, &o, e));
	if (o.listed && o.line.placed)
		spot_write(o.line.spot, spot);
	form_put(&v->form, "named", o.listed && o.line.name[0] != '\0' ? "1" : "");
	form_put(&v->form, "region", o.line.region);
	form_put(&v->form, "languages", o.line.languages);
	form_put(&v->form, "place", spot);
	return show(v, &o, NULL, e);
}

bool
listing_preview(struct visit *v, struct err *e)
{
	DROP(own_wipe) struct own o = {0};
	struct directory_line next = {0};

	TRY(own_ask(v, &o, e));
	if (form_good(&v->form) && !o.may)
		return REFUSE(e, ERR_DENIED, WHY_LISTED, "listing: not for this member");
	if (form_good(&v->form))
		TRY(line_typed(v, form_ticked(&v->form, "named") ? o.name : "", &next, e));
	if (!form_good(&v->form))
		v->status = 422;
	return show(v, &o, form_good(&v->form) ? &next : NULL, e);
}

/* ---- publishing: the keeper's ledger first, then the row, then the keeper is told ---- */

static bool
announce(struct visit *v, struct directory_line *l, int64_t *replaces, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_u8(&in, 1);
	pack_text(&in, l->name);
	pack_text(&in, l->region);
	pack_text(&in, l->languages);
	pack_u8(&in, l->placed);
	pack_i64(&in, l->spot.lat);
	pack_i64(&in, l->spot.lon);
	TRY(visit_ask(v, KEEPER_LISTING_ANNOUNCE, &in, &out, &a, e));
	l->id = unpack_i64(&a);
	l->change = unpack_i64(&a);
	l->number = unpack_i64(&a);
	*replaces = unpack_i64(&a);
	return unpack_end(&a, "announcement", e);
}

bool
listing_publish(struct visit *v, struct err *e)
{
	struct directory_line l = {0};
	int64_t replaces;

	if (form_good(&v->form))
		TRY(line_typed(v, form_text(&v->form, "name"), &l, e));
	if (!form_good(&v->form) || !announce(v, &l, &replaces, e)) {
		DROP(own_wipe) struct own o = {0};

		if (form_good(&v->form) && !visit_fault(v, e, NULL))
			return false;
		TRY(own_ask(v, &o, e));
		v->status = 422;
		return show(v, &o, NULL, e);
	}
	TRY(directory_put(v->store, &l, replaces, e));
	TRY(published_tell(v, l.id, &directory_announced, e));
	return visit_go(v, true, "/directory/mine", e);
}

bool
listing_end(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_LISTING_END, &in, &out, &a, e));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && !a.bad; i++) {
		struct err trouble = {0};

		if (!announced_remove(v->store, &directory_announced, unpack_i64(&a), &trouble))
			log_err("a line of the directory is left to the clerk", &trouble);
	}
	TRY(unpack_end(&a, "taken down", e));
	return visit_go(v, true, "/directory/mine", e);
}
