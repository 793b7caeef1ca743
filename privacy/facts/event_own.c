/*
 * privacy/facts/event_own.c - what a member sees of events: their own, and how one stands for them.
 *
 * A visitor's events are found by their sealed codes (a hand-over's code is left closed),
 * an assurer's by looking whether they are checked in at those that run now.  Nobody is
 * told who comes: the announcer and the checked-in assurers see how many.
 */
#include <string.h>
#include "privacy/facts/assurance.h"
#include "privacy/facts/event_part.h"
#include "privacy/facts/name.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/erase.h"

#define RUNNING_MOST	500	/* events that are looked through for an assurer's check-in */
#define CODES_MOST	(100 + HANDOVERS_OPEN)	/* of passes and open hand-overs */

/* ---- one event, as it stands for the act's owner ---- */

struct stand { struct event ev; struct event_part visit; uint32_t what; int64_t coming, assurers; };

static bool
stand_counts(struct keeper *k, struct stand *s, int64_t now, struct err *e)
{
	TRY(event_part_count(k, s->ev.id, PART_VISITOR, &s->coming, e));
	TRY(event_part_count(k, s->ev.id, PART_ASSURER, &s->assurers, e));
	if (s->ev.off_at != 0)
		s->what |= EVENT_IS_OFF;
	if (event_is_open(&s->ev, now))
		s->what |= EVENT_IS_OPEN | (s->coming >= s->ev.capacity ? EVENT_IS_FULL : 0);
	if (event_pass_good(k, &s->ev, now) && now >= event_day(&s->ev))
		s->what |= EVENT_IS_ON;
	return true;
}

static bool
stand_of(struct keeper *k, struct act *a, int64_t id, struct stand *s, struct err *e)
{
	struct event_part desk;
	bool coming, checked_in;

	*s = (struct stand){0};
	TRY(event_get(k, id, &s->ev, e));
	TRY(event_part_find(k, id, PART_VISITOR, a->owner.number, &s->visit, &coming, e));
	TRY(event_part_find(k, id, PART_ASSURER, a->owner.number, &desk, &checked_in, e));
	if (coming)
		s->what |= EVENT_IS_COMING | (s->visit.named ? EVENT_IS_NAMED : 0);
	s->what |= checked_in ? EVENT_IS_DESK : 0;
	s->what |= s->ev.announcer == a->owner.number ? EVENT_IS_MINE : 0;
	return stand_counts(k, s, a->now, e);
}

static void
facts_pack(const struct keeper *k, const struct stand *s, struct buf *into)
{
	pack_i64(into, s->ev.id);
	pack_u32(into, s->what);
	pack_i64(into, s->ev.begins);
	pack_i64(into, s->ev.ends);
	pack_i64(into, s->ev.east);
	pack_i64(into, event_pass_until(k, &s->ev));
	pack_text(into, s->ev.place);
}

/* ---- all of one's own ---- */

struct codes { int64_t id[CODES_MOST]; size_t n; };

static bool
code_there(void *self, enum field f, int64_t object, int64_t since, bool opened, struct span value, struct err *e)
{
	struct codes *c = self;

	(void)f, (void)since, (void)opened, (void)value, (void)e;
	if (c->n < CODES_MOST)
		c->id[c->n++] = object;
	return true;
}

struct list { struct buf rows; uint32_t n; };
static void list_wipe(struct list *l) { buf_wipe(&l->rows); }

static bool
visit_pack(struct keeper *k, struct act *a, int64_t event, const char *code, struct list *l, struct err *e)
{
	struct stand s;
	int64_t used;
	bool shown;

	TRY(stand_of(k, a, event, &s, e));
	if ((s.what & EVENT_IS_COMING) == 0)
		return FAIL(e, ERR_TAMPER, "event: a code without its row");
	TRY(handover_count_pass(k, s.visit.pass, &used, e));
	/* Within 72 hours of a recovery nobody hands anything over. */
	shown = event_pass_good(k, &s.ev, a->now) && a->now >= a->bar_until;
	facts_pack(k, &s, &l->rows);
	pack_text(&l->rows, shown ? code : "");
	pack_i64(&l->rows, s.visit.number);
	pack_i64(&l->rows, used);
	l->n++;
	return buf_ok(&l->rows, e);
}

/* Codes of hand-overs and of an erasure lie beside the passes and are not for this page: they are not opened. */
static bool
pass_pack(struct keeper *k, struct act *a, int64_t id, struct list *l, struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};
	char code[EVENT_CODE_TEXT];
	int64_t event;
	struct handover h;
	bool found, good;

	TRY(handover_get(k, id, &h, &found, e));
	if (!found)
		TRY(erase_code_is(k, a->owner.number, id, &found, e));
	if (found)
		return true;
	TRY(act_open(k, a, FIELD_CODE, id, &text, NULL, &found, e));
	if (!found || !event_code_read(&text, code, &event))
		return FAIL(e, ERR_TAMPER, "event: a pass without its code");
	good = visit_pack(k, a, event, code, l, e);
	explicit_bzero(code, sizeof(code));
	return good;
}

static bool
visits_pack(struct keeper *k, struct act *a, struct list *l, struct err *e)
{
	struct codes c = { .n = 0 };

	TRY(vault_range(k->vault, &a->owner, FIELD_CODE, FIELD_CODE, 0, code_there, &c, e));
	for (size_t i = 0; i < c.n; i++)
		TRY(pass_pack(k, a, c.id[i], l, e));
	return true;
}

static bool
own_pack(const struct keeper *k, const struct stand *s, struct list *l, struct err *e)
{
	facts_pack(k, s, &l->rows);
	l->n++;
	return buf_ok(&l->rows, e);
}

static bool
desks_pack(struct keeper *k, struct act *a, struct list *l, struct err *e)
{
	int64_t running[RUNNING_MOST];
	size_t n = 0;

	if ((a->roles & 1u << ROLE_ASSURER) != 0)
		TRY(event_running(k, a->now, running, COUNT(running), &n, e));
	for (size_t i = 0; i < n; i++) {
		struct event_part desk;
		struct stand s;
		bool found;

		TRY(event_part_find(k, running[i], PART_ASSURER, a->owner.number, &desk, &found, e));
		if (!found)
			continue;
		TRY(stand_of(k, a, running[i], &s, e));
		TRY(own_pack(k, &s, l, e));
	}
	return true;
}

/* Announced ones; those where one is checked in, too, come with the desks. */
static bool
announced_pack(struct keeper *k, struct act *a, struct list *l, struct err *e)
{
	int64_t own[EVENTS_OWN];
	size_t n;

	TRY(published_ids(k, a->owner.number, PUBLISHED_EVENT, own, COUNT(own), &n, e));
	for (size_t i = 0; i < n; i++) {
		struct stand s;

		TRY(stand_of(k, a, own[i], &s, e));
		if ((s.what & EVENT_IS_DESK) == 0 || (s.what & EVENT_IS_ON) == 0)
			TRY(own_pack(k, &s, l, e));
	}
	return true;
}

bool
op_events(struct keeper *k, struct act *a, struct err *e)
{
	DROP(list_wipe) struct list visits = {0}, own = {0};

	TRY(act_read(a, e));
	a->purpose = PURPOSE_EVENT_VISIT;	/* looking is not barred after a recovery; see visit_pack */
	TRY(visits_pack(k, a, &visits, e));
	TRY(desks_pack(k, a, &own, e));
	TRY(announced_pack(k, a, &own, e));
	pack_u32(a->out, visits.n);
	buf_add(a->out, visits.rows.data, visits.rows.len);
	pack_u32(a->out, own.n);
	buf_add(a->out, own.rows.data, own.rows.len);
	return visits.n == 0 || act_record(k, a, "passes shown", e);
}

/* ---- one ---- */

struct desk { struct keeper *k; struct list list; };
static void desk_wipe(struct desk *d) { list_wipe(&d->list); }

static bool
desk_one(void *self, const struct event_part *p, struct err *e)
{
	struct desk *d = self;
	DROP(buf_wipe) struct buf name = {0};

	TRY(name_lent(d->k, p->member, FIELD_SIGNER, &name, e));
	pack_i64(&d->list.rows, p->id);
	pack_bytes(&d->list.rows, name.data, name.len);
	d->list.n++;
	return buf_ok(&d->list.rows, e);
}

static bool
count_one(void *self, const struct assurance *row, struct err *e)
{
	(void)row, (void)e;
	++*(int64_t *)self;
	return true;
}

bool
op_event(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in), drafts = 0;
	DROP(desk_wipe) struct desk d = { .k = k };
	struct stand s;
	bool inside;

	TRY(act_read(a, e));
	TRY(stand_of(k, a, id, &s, e));
	if (!s.ev.stands && s.what == 0)
		return REFUSE(e, ERR_ABSENT, WHY_EVENT_ABSENT, "event: nobody announces it");
	inside = (s.what & (EVENT_IS_MINE | EVENT_IS_DESK)) != 0;
	if (inside)
		TRY(assurance_drafts(k, a->owner.number, count_one, &drafts, e));
	facts_pack(k, &s, a->out);
	pack_i64(a->out, s.visit.number);
	pack_i64(a->out, inside ? s.coming : -1);
	pack_i64(a->out, inside ? s.assurers : -1);
	pack_i64(a->out, drafts);
	if ((s.what & EVENT_IS_MINE) != 0)
		TRY(event_part_each(k, id, PART_ASSURER, desk_one, &d, e));
	pack_u32(a->out, d.list.n);
	buf_add(a->out, d.list.rows.data, d.list.rows.len);
	return true;
}
