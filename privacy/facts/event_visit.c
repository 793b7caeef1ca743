/*
 * privacy/facts/event_visit.c - signing up for an event and leaving it; checking in as an assurer.
 *
 * What a member's history keeps says that they did, and not of which event: the
 * event itself is to be forgotten (event_part.h).
 */
#include "privacy/facts/event_part.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/erase_field.h"

/* ---- visitors ---- */

/* Of two who want the last place the second finds it taken: requests are answered one after the other. */
static bool
place_left(struct keeper *k, const struct event *ev, int64_t member, struct err *e)
{
	struct event_part there;
	int64_t taken;
	bool found;

	TRY(event_part_find(k, ev->id, PART_VISITOR, member, &there, &found, e));
	if (found)
		return REFUSE(e, ERR_CONFLICT, WHY_EVENT_TWICE, "event: signed up already");
	TRY(event_part_count(k, ev->id, PART_VISITOR, &taken, e));
	return taken < ev->capacity || REFUSE(e, ERR_CONFLICT, WHY_EVENT_FULL, "event: %lld came before", (long long)taken);
}

bool
op_event_sign_up(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	struct event_part p = { .event = id, .member = a->owner.number, .sort = PART_VISITOR };
	struct event ev;

	p.named = unpack_u8(&a->in) == 1;
	TRY(act_read(a, e));
	if ((a->steps & STEP_NAMES) == 0 || (a->steps & STEP_BIRTH) == 0)
		return REFUSE(e, ERR_DENIED, WHY_HANDOVER_DATA, "event: nothing to compare yet");
	TRY(event_get(k, id, &ev, e));
	if (!event_is_open(&ev, a->now))
		return REFUSE(e, ERR_ABSENT, WHY_EVENT_ABSENT, "event: not open");
	TRY(place_left(k, &ev, p.member, e));
	TRY(event_part_add(k, &p, e));
	TRY(event_code_make(k, &a->owner, &p, a->now, e));
	TRY(document_used(k, a->owner.number, a->now, e));
	TRY(act_record(k, a, p.named ? "signed up, to be listed by name" : "signed up, to be listed by initials", e));
	pack_i64(a->out, p.number);
	return true;
}

bool
op_event_leave(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	struct event_part p;
	bool found;

	TRY(act_read(a, e));
	TRY(event_part_find(k, id, PART_VISITOR, a->owner.number, &p, &found, e));
	if (!found)
		return REFUSE(e, ERR_ABSENT, WHY_EVENT_ABSENT, "event: not signed up");
	/* Who may not sign up within 72 hours of a recovery may still leave. */
	a->purpose = PURPOSE_EVENT_VISIT;
	TRY(event_visitor_end(k, &p, HANDOVER_WITHDRAWN, a->now, e));
	return act_record(k, a, "left an event", e);
}

/* ---- assurers ---- */

static bool
may_check_in(struct keeper *k, struct act *a, const struct event *ev, struct err *e)
{
	struct points own;
	struct event_part p;
	bool removed;

	if (!event_pass_good(k, ev, a->now) || ev->announcer == 0 || a->now < event_day(ev))
		return REFUSE(e, ERR_ABSENT, WHY_EVENT_ABSENT, "event: not its day");
	TRY(trust_points(k, &a->owner, a->now, &own, e));
	if (!own.assurer && !own.founder)
		return REFUSE(e, ERR_DENIED, WHY_ASSURE_ASSURER, "event: not an assurer");
	TRY(event_part_find(k, ev->id, PART_REMOVED, a->owner.number, &p, &removed, e));
	return !removed || REFUSE(e, ERR_DENIED, WHY_EVENT_REMOVED, "event: taken off its assurers");
}

/* The announcer sees the name of who checked in; so do those they vouch for. */
bool
op_event_check_in(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	struct event_part p = { .event = id, .member = a->owner.number, .sort = PART_ASSURER }, there;
	struct event ev;
	bool found;

	TRY(act_read(a, e));
	TRY(event_get(k, id, &ev, e));
	TRY(may_check_in(k, a, &ev, e));
	TRY(event_part_find(k, id, PART_ASSURER, a->owner.number, &there, &found, e));
	if (found)
		return true;		/* pressed twice */
	TRY(name_lend(k, a, a->role, &a->owner, FIELD_SIGNER, false, e));
	TRY(event_part_add(k, &p, e));
	return act_record(k, a, "checked in as an assurer", e);
}

/* By the announcer: the assurer is told in their history, and does not come back. */
static bool
take_off(struct keeper *k, struct act *a, const struct event *ev, struct event_part *p, struct err *e)
{
	struct owner o;

	if (ev->announcer != a->owner.number)
		return REFUSE(e, ERR_ABSENT, WHY_EVENT_ABSENT, "event: another's");
	TRY(event_part_delete(k, p->id, e));
	p->sort = PART_REMOVED;
	TRY(event_part_add(k, p, e));
	TRY(member_owner(k, p->member, &o, NULL, e));
	return act_record_of(k, a, ACTOR_ASSURER, &o, "taken off the assurers of an event",
	    "took somebody off the assurers of an event", e);
}

bool
op_event_check_out(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in), other = unpack_i64(&a->in);
	struct event_part p;
	struct event ev;
	bool found;

	TRY(act_read(a, e));
	TRY(event_get(k, id, &ev, e));
	TRY(other == 0 ? event_part_find(k, id, PART_ASSURER, a->owner.number, &p, &found, e) :
	    event_part_get(k, other, &p, &found, e));
	if (!found || p.event != id || p.sort != PART_ASSURER)
		return REFUSE(e, ERR_ABSENT, WHY_EVENT_ABSENT, "event: not checked in");
	/* Who may not check in within 72 hours of a recovery may still check out. */
	a->purpose = PURPOSE_EVENT;
	if (p.member != a->owner.number)
		return take_off(k, a, &ev, &p, e);
	TRY(event_part_delete(k, p.id, e));
	return act_record(k, a, "checked out as an assurer", e);
}
