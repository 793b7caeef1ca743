#include <stdlib.h>
#include <string.h>
#include "ledger/base/wipe.h"
#include "portal/trust/handovers.h"
#include "portal/trust/words.h"
#include "privacy/facts/trust_policy.h"

void
handovers_wipe(struct handovers_view *w)
{
	for (size_t i = 0; w->row != NULL && i < w->n; i++)
		qr_wipe(&w->row[i].qr);
	wipe_free(w->row);
	explicit_bzero(w, sizeof(*w));
}

static void
use_read(const struct visit *v, struct span *a, struct handover_row *r)
{
	DROP(buf_wipe) struct buf named = {0};
	struct handover_use *u = &r->use[0];

	memmove(u + 1, u, (USES_SHOWN - 1) * sizeof(*u));
	u->at = unpack_i64(a);
	u->says = handover_act_words(unpack_u8(a));
	fields_say(v, (uint64_t)unpack_i64(a), &named);
	said_keep(&named, u->fields, sizeof(u->fields));
	r->uses += r->uses < USES_SHOWN;
}

static bool
row_read(const struct visit *v, struct span *a, struct handover_row *r, struct err *e)
{
	uint32_t uses;

	snprintf(r->id, sizeof(r->id), "%lld", (long long)unpack_i64(a));
	r->kind = unpack_u8(a);
	r->state = unpack_u8(a);
	r->made_at = unpack_i64(a);
	r->expires = unpack_i64(a);
	unpack_text(a, r->code, sizeof(r->code));
	unpack_text(a, r->assurer, sizeof(r->assurer));
	uses = unpack_u32(a);
	for (uint32_t i = 0; i < uses && !a->bad; i++)
		use_read(v, a, r);
	r->kind_name = handover_kind_words(r->kind);
	r->state_name = handover_state_words(r->state);
	r->live = r->state == HANDOVER_OPEN || r->state == HANDOVER_TAKEN;
	if (a->bad)
		return FAIL(e, ERR_IO, "hand-overs: answer");
	return r->state != HANDOVER_OPEN || r->code[0] == '\0' || qr_draw_code(r->code, &r->qr, e);
}

bool
handovers_ask(struct visit *v, struct handovers_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	if ((w->row = calloc(HANDOVERS_SHOWN, sizeof(*w->row))) == NULL)
		return FAIL(e, ERR_MEMORY, "hand-overs");
	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_HANDOVERS, &in, &out, &a, e));
	unpack_text(&a, w->name, sizeof(w->name));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && i < HANDOVERS_SHOWN && !a.bad; i++) {
		TRY(row_read(v, &a, &w->row[w->n++], e));
		w->live += w->row[i].live;
	}
	duration_keep(v, v->site->trust->handover_life, w->life);
	duration_keep(v, v->site->trust->handover_printed, w->printed);
	duration_keep(v, v->site->trust->handover_idle, w->idle);
	w->ready = (v->session.steps & STEP_NAMES) != 0 && (v->session.steps & STEP_BIRTH) != 0;
	return unpack_end(&a, "hand-overs", e);
}
