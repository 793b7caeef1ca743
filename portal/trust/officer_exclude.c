/* portal/trust/officer_exclude.c - whom two officers excluded: the list, asking for an exclusion, asking for its end. */
#include <stdlib.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/people/mailbox.h"
#include "portal/trust/officer.h"
#include "portal/trust/routes.h"

static void exclusions_drop(struct exclusions_view **w) { wipe_free(*w); }

bool
exclusions_show(struct visit *v, struct err *e)
{
	DROP(exclusions_drop) struct exclusions_view *w = calloc(1, sizeof(*w));
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "exclusions");
	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_EXCLUSIONS, &in, &out, &a, e));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && w->n < EXCLUSIONS_SHOWN && !a.bad; i++) {
		struct exclusion_line *l = &w->row[w->n++];

		snprintf(l->id, sizeof(l->id), "%lld", (long long)unpack_i64(&a));
		l->member = unpack_i64(&a);
		l->since = unpack_i64(&a);
		l->until = unpack_i64(&a);
		l->ended = unpack_i64(&a);
		l->live = l->ended == 0;
		w->live += l->live;
	}
	TRY(unpack_end(&a, "exclusions", e));
	page_exclusions(&v->page, v, w);
	return buf_ok(&v->page, e);
}

/* Asked for by what *in says; refused, the page comes again with the fault at that field. */
static bool
ask(struct visit *v, uint32_t op, struct buf *in, const char *field, const char *reason, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	struct span a;

	pack_text(in, form_text(&v->form, reason));
	if (visit_ask(v, op, in, &out, &a, e))
		return decision_go(v, a, e);
	if (!visit_fault(v, e, e->why == WHY_WORDS ? reason : field))
		return false;
	v->status = 422;
	return exclusions_show(v, e);
}

bool
exclude_ask(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};

	if (!form_good(&v->form)) {
		v->status = 422;
		return exclusions_show(v, e);
	}
	visit_ask_begin(v, &in);
	pack_mailbox(&in, form_text(&v->form, "who"));
	return ask(v, KEEPER_EXCLUDE_ASK, &in, "who", "reason", e);
}

bool
exclude_end_ask(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};

	if (!form_good(&v->form)) {
		v->status = 422;
		return exclusions_show(v, e);
	}
	visit_ask_begin(v, &in);
	pack_i64(&in, form_number(&v->form, "exclusion"));
	return ask(v, KEEPER_EXCLUDE_END_ASK, &in, "exclusion", "because", e);
}
