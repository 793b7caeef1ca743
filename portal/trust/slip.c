/* portal/trust/slip.c - bringing a slip along: its code, what it says, and confirming it. */
#include <string.h>
#include "build/pages/pages.h"
#include "portal/trust/event_facts.h"
#include "portal/trust/routes.h"
#include "portal/trust/words.h"
#include "privacy/facts/day.h"

static void brought_wipe(struct brought_view *w) { explicit_bzero(w, sizeof(*w)); }

static bool
draw(struct visit *v, const struct brought_view *w, struct err *e)
{
	page_slip_bring(&v->page, v, w);
	return buf_ok(&v->page, e);
}

bool
slip_show(struct visit *v, struct err *e)
{
	struct brought_view w = {0};

	TRY(visit_tell(v, KEEPER_WHO, e));
	return draw(v, &w, e);
}

static bool
bring(struct visit *v, bool sure, struct brought_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0}, documents = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_text(&in, form_text(&v->form, "code"));
	pack_u8(&in, sure);
	TRY(visit_ask(v, KEEPER_SLIP_BRING, &in, &out, &a, e));
	unpack_text(&a, w->signer, sizeof(w->signer));
	unpack_text(&a, w->place, sizeof(w->place));
	w->met_at = unpack_i64(&a) * DAY;
	documents_say(v, unpack_u32(&a), &documents);
	said_keep(&documents, w->documents, sizeof(w->documents));
	w->points = unpack_i64(&a);
	unpack_i64(&a);
	w->agrees = true;
	return unpack_end(&a, "slip", e);
}

static bool
refused(struct visit *v, struct err *e)
{
	struct brought_view none = {0};

	if (form_good(&v->form) && !visit_fault(v, e, "code"))
		return false;
	v->status = 422;
	return draw(v, &none, e);
}

/* What it says is shown before anything is recorded. */
bool
slip_look(struct visit *v, struct err *e)
{
	DROP(brought_wipe) struct brought_view w = {0};

	if (!form_good(&v->form) || !bring(v, false, &w, e))
		return refused(v, e);
	snprintf(w.code, sizeof(w.code), "%s", form_text(&v->form, "code"));
	return draw(v, &w, e);
}

bool
slip_confirm(struct visit *v, struct err *e)
{
	DROP(brought_wipe) struct brought_view w = {0};

	if (!form_good(&v->form) || !bring(v, true, &w, e))
		return refused(v, e);
	return visit_go(v, true, "/points", e);
}
