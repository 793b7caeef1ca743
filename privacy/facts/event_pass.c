#include "privacy/facts/event_part.h"
#include "privacy/facts/event_pass.h"
#include "privacy/facts/member.h"

/* Only whoever has the right code learns that checking in is what is missing. */
static bool
checked_in(struct keeper *k, const struct act *a, const struct event_part *p, struct err *e)
{
	struct event_part desk;
	bool found;

	if (p->member == a->owner.number)
		return REFUSE(e, ERR_DENIED, WHY_ASSURE_SELF, "pass: one's own");
	TRY(event_part_find(k, p->event, PART_ASSURER, a->owner.number, &desk, &found, e));
	return found || REFUSE(e, ERR_DENIED, WHY_EVENT_CHECK_IN, "pass: not checked in");
}

static bool
begin(struct keeper *k, struct act *a, const struct event_part *p, const struct event *ev, struct handover *h,
    struct err *e)
{
	struct owner member;

	*h = (struct handover){ .member = p->member, .assurer = a->owner.number, .pass = p->pass,
	    .kind = HANDOVER_EVENT, .state = HANDOVER_OPEN, .made_at = a->now, .expires = event_pass_until(k, ev) };
	TRY(handover_add(k, h, e));
	TRY(member_owner(k, p->member, &member, NULL, e));
	return handover_begin(k, a, &member, h, e);
}

bool
event_pass_take(struct keeper *k, struct act *a, const struct code_found *f, struct handover *h, bool *good,
    struct err *e)
{
	struct event_part p = {0};
	struct event ev;
	bool found, used;

	*good = false;
	TRY(event_part_get(k, f->ref, &p, &found, e));
	if (!found || !f->fits)
		return true;
	TRY(event_get(k, p.event, &ev, e));
	if (!event_pass_good(k, &ev, a->now))
		return true;
	TRY(checked_in(k, a, &p, e));
	TRY(handover_of_pass(k, p.pass, a->owner.number, h, &used, e));
	*good = !used || (h->state == HANDOVER_TAKEN && handover_is_live(k, h, a->now));
	return used || begin(k, a, &p, &ev, h, e);
}
