/*
 * portal/trust/points.c - a member's points: what they add up to, what they unlock, what is
 * missing, who vouched; confirming a vouching on screen or objecting to it; offering to be
 * a founder; a parent's consent.
 */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/ca/hex.h"
#include "portal/trust/meeting.h"
#include "portal/trust/routes.h"
#include "portal/trust/words.h"
#include "privacy/facts/ticket.h"
#include "privacy/facts/trust_policy.h"

static void
points_drop(struct points_view **p)
{
	if (*p != NULL) {
		wipe_free((*p)->row);
		explicit_bzero(*p, sizeof(**p));
	}
	wipe_free(*p);
}

static void
sums_read(struct span *a, struct points_view *p)
{
	p->member = unpack_i64(a);
	p->assurance = unpack_i64(a);
	p->experience = unpack_i64(a);
	p->total = unpack_i64(a);
	p->recorded = unpack_i64(a);
	p->assurers = unpack_i64(a);
	p->assurer = unpack_u8(a) != 0;
	p->senior = unpack_u8(a) != 0;
	p->founder = unpack_u8(a) != 0;
	p->minor = unpack_u8(a) != 0;
	p->give_most = unpack_i64(a);
	p->unlocks = unpack_u32(a);
	p->passed_at = unpack_i64(a);
	p->founder_until = unpack_i64(a);
	p->falls_at = unpack_i64(a);
	p->falls_to = unpack_i64(a);
	p->standing = (enum standing)unpack_u8(a);
	p->parent = unpack_u8(a) != 0;
	p->founding = (enum founding_state)unpack_u8(a);
}

static bool
wants_read(struct span *a, struct points_view *p, struct err *e)
{
	p->wants = unpack_u8(a);
	if (p->wants > POINTS_WANTS)
		return FAIL(e, ERR_IO, "points: %zu wants", p->wants);
	for (size_t i = 0; i < p->wants; i++) {
		struct want *w = &p->want[i];

		w->kind = (enum want_kind)unpack_u8(a);
		w->unlock = (enum unlock)unpack_u32(a);
		w->number = unpack_i64(a);
		w->least = unpack_i64(a);
		w->day = unpack_i64(a);
	}
	return true;
}

static void
vouch_read(const struct visit *v, struct span *a, struct vouch_row *r)
{
	DROP(buf_wipe) struct buf documents = {0};
	unsigned method;

	snprintf(r->id, sizeof(r->id), "%lld", (long long)unpack_i64(a));
	unpack_text(a, r->who, sizeof(r->who));
	r->points = unpack_i64(a);
	r->met_at = unpack_i64(a) * DAY;
	r->made_at = unpack_i64(a);
	method = unpack_u8(a);
	r->method = method_words(method);
	r->in_person = vouch_in_person((enum vouch_method)method);
	r->flags = unpack_u32(a);
	r->falls_at = unpack_i64(a);
	r->names = (uint32_t)__builtin_popcount(unpack_u32(a));
	unpack_text(a, r->place, sizeof(r->place));
	documents_say(v, unpack_u32(a), &documents);
	said_keep(&documents, r->documents, sizeof(r->documents));
	unpack_text(a, r->words, sizeof(r->words));
}

static bool
ask_points(struct visit *v, struct points_view *p, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_POINTS, &in, &out, &a, e));
	sums_read(&a, p);
	TRY(wants_read(&a, p, e));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && i < VOUCHES_SHOWN && !a.bad; i++)
		vouch_read(v, &a, &p->row[p->n++]);
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && !a.bad; i++)
		lost_cert_read(&a, p->losts < LOST_SHOWN ? &p->lost[p->losts++] : NULL);
	return unpack_end(&a, "points", e);
}

static bool
points_get(struct visit *v, struct points_view **p, struct err *e)
{
	if ((*p = calloc(1, sizeof(**p))) == NULL || ((*p)->row = calloc(VOUCHES_SHOWN, sizeof(*(*p)->row))) == NULL)
		return FAIL(e, ERR_MEMORY, "points");
	return ask_points(v, *p, e);
}

bool
points_show(struct visit *v, struct err *e)
{
	DROP(points_drop) struct points_view *p = NULL;

	TRY(points_get(v, &p, e));
	page_points(&v->page, v, p);
	return buf_ok(&v->page, e);
}

bool
vouch_confirm(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (!form_good(&v->form))
		return FAIL(e, ERR_INPUT, "confirm: form");
	visit_ask_begin(v, &in);
	pack_i64(&in, form_number(&v->form, "id"));
	TRY(visit_ask(v, KEEPER_ASSURANCE_CONFIRM, &in, &out, &a, e));
	return visit_go(v, true, "/points", e);
}

/* ---- objecting ---- */

bool
object_show(struct visit *v, struct err *e)
{
	DROP(points_drop) struct points_view *p = NULL;

	TRY(points_get(v, &p, e));
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->row[i].id, v->tail) == 0) {
			page_object(&v->page, v, &p->row[i]);
			return buf_ok(&v->page, e);
		}
	return FAIL(e, ERR_ABSENT, "objection: none of that number");
}

bool
object_send(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t id;

	TRY(tail_number(v, &id, e));
	if (form_good(&v->form)) {
		visit_ask_begin(v, &in);
		pack_i64(&in, id);
		pack_text(&in, form_text(&v->form, "words"));
		if (visit_ask(v, KEEPER_ASSURANCE_OBJECT, &in, &out, &a, e))
			return visit_go(v, true, "/points", e);
		if (!visit_fault(v, e, e->why == WHY_WORDS ? "words" : NULL))
			return false;
	}
	v->status = 422;
	return object_show(v, e);
}

/* ---- founders ---- */

bool
founder_offer(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (!form_good(&v->form))
		return FAIL(e, ERR_INPUT, "founder: form");
	visit_ask_begin(v, &in);
	pack_u8(&in, form_text(&v->form, "on")[0] == '1');
	TRY(visit_ask(v, KEEPER_FOUNDER_OFFER, &in, &out, &a, e));
	return visit_go(v, true, "/points", e);
}

/* ---- a parent's consent ---- */

bool
parent_show(struct visit *v, struct err *e)
{
	TRY(visit_tell(v, KEEPER_WHO, e));
	page_parent(&v->page, v);
	return buf_ok(&v->page, e);
}

bool
parent_withdraw(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_PARENT_WITHDRAW, &in, &out, &a, e));
	return visit_go(v, true, "/points", e);
}
