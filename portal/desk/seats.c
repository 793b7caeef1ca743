/* portal/desk/seats.c - the public list of seats, asking two officers about one, and one's own name on the list. */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/desk/case_facts.h"
#include "portal/desk/case_routes.h"
#include "portal/people/mailbox.h"
#include "portal/people/routes.h"
#include "portal/trust/officer.h"

static void seats_drop(struct seats_view **w) { wipe_free(*w); }

static bool
read_seats(struct visit *v, struct seats_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0}, in = {0};
	struct span a;
	uint32_t n;

	TRY(visit_ask_open(v, KEEPER_SEATS, &in, &out, &a, e));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && w->n < SEATS_SHOWN && !a.bad; i++) {
		struct seat_line *l = &w->row[w->n++];

		l->role = unpack_u8(&a);
		l->since = unpack_i64(&a);
		l->until = unpack_i64(&a);
		unpack_text(&a, l->name, sizeof(l->name));
		l->role_name = seat_words(l->role);
		if (l->role < ROLE__COUNT)
			w->count[l->role]++;
	}
	for (n = unpack_u32(&a); n > 0 && w->guests < COUNT(w->guest) && !a.bad; n--) {
		struct guest_seat_line *g = &w->guest[w->guests++];

		g->since = unpack_i64(&a);
		g->until = unpack_i64(&a);
		unpack_text(&a, g->community, sizeof(g->community));
		unpack_text(&a, g->site, sizeof(g->site));
		unpack_text(&a, g->name, sizeof(g->name));
	}
	return unpack_end(&a, "seats", e);
}

bool
seats_show(struct visit *v, struct err *e)
{
	DROP(seats_drop) struct seats_view *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "seats");
	TRY(read_seats(v, w, e));
	page_seats(&v->page, v, w);
	return buf_ok(&v->page, e);
}

/* The form lies behind the password, as all that officers ask for. */
bool
seat_ask_show(struct visit *v, struct err *e)
{
	TRY(visit_tell(v, KEEPER_WHO, e));
	page_seat_ask(&v->page, v);
	return buf_ok(&v->page, e);
}

static unsigned
kind_typed(const struct visit *v)
{
	const char *seat = form_text(&v->form, "seat");
	bool give = strcmp(form_text(&v->form, "do"), "give") == 0;

	if (strcmp(seat, "support") == 0)
		return give ? DECISION_SUPPORT_GIVE : DECISION_SUPPORT_END;
	if (strcmp(seat, "officer") == 0)
		return give ? DECISION_OFFICER_GIVE : DECISION_OFFICER_END;
	return give ? DECISION_AUDITOR_GIVE : DECISION_AUDITOR_END;
}

static bool
ask(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_u8(&in, kind_typed(v));
	pack_mailbox(&in, form_text(&v->form, "who"));
	pack_text(&in, form_text(&v->form, "reason"));
	return visit_ask(v, KEEPER_ROLE_ASK, &in, &out, &a, e) && decision_go(v, a, e);
}

bool
seat_ask(struct visit *v, struct err *e)
{
	if (form_good(&v->form)) {
		if (ask(v, e))
			return true;
		if (!visit_fault(v, e, e->why == WHY_WORDS ? "reason" : "who"))
			return false;
	}
	v->status = 422;
	return seat_ask_show(v, e);
}

bool
seat_name(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t guest = form_number(&v->form, "guest");
	char to[64] = "/settings";
	struct span a;

	if (!form_good(&v->form))
		return FAIL(e, ERR_INPUT, "seat: form");
	if (guest > 0)
		snprintf(to, sizeof(to), "/guest/%lld", (long long)guest);
	visit_ask_begin(v, &in);
	pack_u8(&in, form_text(&v->form, "on")[0] == '1');
	if (!visit_ask(v, KEEPER_SEAT_NAME, &in, &out, &a, e)) {
		if (!visit_fault(v, e, NULL))
			return false;
		v->status = 422;
		return settings_show(v, e);
	}
	TRY(unpack_end(&a, "seat name", e));
	return visit_go(v, true, to, e);
}
