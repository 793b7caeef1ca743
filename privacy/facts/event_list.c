#include "privacy/facts/event_list.h"
#include "privacy/facts/event_part.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/person_name.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/record.h"

static bool
takes_part(struct keeper *k, struct act *a, int64_t event, struct event *ev, struct err *e)
{
	struct event_part desk;
	bool found;

	TRY(event_get(k, event, ev, e));
	if (!event_pass_good(k, ev, a->now))
		return REFUSE(e, ERR_ABSENT, WHY_EVENT_ABSENT, "event list: over");
	if (ev->announcer == a->owner.number)
		return true;
	TRY(event_part_find(k, event, PART_ASSURER, a->owner.number, &desk, &found, e));
	return found || REFUSE(e, ERR_DENIED, WHY_EVENT_CHECK_IN, "event list: not checked in");
}

bool
event_list_may(struct keeper *k, struct act *a, int64_t event, struct err *e)
{
	struct event ev;

	TRY(act_in_role(a, ROLE_ASSURER, e));
	return takes_part(k, a, event, &ev, e);
}

struct list { struct keeper *k; struct act *a; struct buf rows; uint32_t n; int64_t key; };
static void list_wipe(struct list *l) { buf_wipe(&l->rows); }

/* Minors are on no list by name, whatever was ticked; nor is who entered no birth date. */
static bool
of_age(struct keeper *k, const struct owner *o, int64_t now, bool *yes, struct err *e)
{
	int64_t birth;

	TRY(trust_birth(k, o, &birth, e));
	*yes = birth != DAY_NONE && day_age(birth, day_of(now)) >= k->set->trust.adult_age;
	return true;
}

static bool
person_text(struct list *l, const struct owner *o, bool by_name, struct err *e)
{
	DROP(name_parts_wipe) struct name_parts p = {0};
	DROP(buf_wipe) struct buf initials = {0};
	uint8_t index;

	TRY(name_main(l->k, o->number, &index, e));
	TRY(name_open(l->k, l->a, ACTOR_ASSURER, o, index, &p, e));
	if (!by_name && p.whole.len > 0)
		TRY(person_name_initials(p.whole.data, &initials, e));
	if (by_name)
		pack_bytes(&l->rows, p.whole.data, p.whole.len);
	else
		pack_bytes(&l->rows, initials.data, initials.len);
	return buf_ok(&l->rows, e);
}

static bool
list_one(void *self, const struct event_part *p, struct err *e)
{
	struct list *l = self;
	struct owner o;
	struct record_line line = { .about = &o, .purpose = PURPOSE_EVENT_LIST, .role = ACTOR_ASSURER,
	    .actor = l->a->owner.number, .role_key = l->key };
	bool adult;

	TRY(member_owner(l->k, p->member, &o, NULL, e));
	TRY(of_age(l->k, &o, l->a->now, &adult, e));
	pack_i64(&l->rows, p->number);
	TRY(person_text(l, &o, p->named && adult, e));
	line.object = p->named && adult ? "printed by name" : "printed by initials";
	l->n++;
	return keeper_record(l->k, &line, l->a->now, NULL, e);
}

bool
event_list_take(struct keeper *k, struct act *a, int64_t event, struct buf *into, struct err *e)
{
	DROP(list_wipe) struct list l = { .k = k, .a = a };
	struct member_facts f;
	struct owner same;
	struct event ev;

	TRY(member_owner(k, a->owner.number, &same, &f, e));
	if ((f.roles & 1u << ROLE_ASSURER) == 0)
		return REFUSE(e, ERR_DENIED, WHY_ROLE, "event list: no assurer any more");
	TRY(takes_part(k, a, event, &ev, e));
	TRY(role_key(k, a->owner.number, a->now, &l.key, e));
	TRY(event_part_each(k, event, PART_VISITOR, list_one, &l, e));
	pack_text(into, ev.place);
	pack_i64(into, ev.begins);
	pack_i64(into, ev.ends);
	pack_i64(into, ev.east);
	pack_u32(into, l.n);
	buf_add(into, l.rows.data, l.rows.len);
	return act_record(k, a, "list of an event printed", e);
}
