/*
 * privacy/facts/assurances.c - what the two see of an assurance afterwards, and what each
 * can still do about it: the member's points, the giver's list, confirming on screen,
 * taking back, withdrawing a parent's consent.
 */
#include <string.h>
#include "privacy/facts/address.h"
#include "privacy/facts/assurance.h"
#include "privacy/facts/footing.h"
#include "privacy/facts/founding.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/third_party.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define LISTED_MOST	200

struct listing { struct keeper *k; struct act *a; struct identity held; struct buf rows; uint32_t n; };
static void listing_wipe(struct listing *l) { buf_wipe(&l->rows); }

static bool
listing_pack(struct listing *l, struct err *e)
{
	pack_u32(l->a->out, l->n);
	buf_add(l->a->out, l->rows.data, l->rows.len);
	return buf_ok(&l->rows, e);
}

/* ---- my points ---- */

static bool
who_vouched(struct keeper *k, const struct assurance *a, struct buf *name, struct err *e)
{
	if (a->method == VOUCH_TTP)
		return third_party_text(k, a->third_party, name, e);
	return name_lent(k, a->giver, FIELD_SIGNER, name, e);
}

static bool
received_one(void *self, const struct assurance *a, struct err *e)
{
	struct listing *l = self;
	DROP(buf_wipe) struct buf name = {0};
	DROP(meeting_wipe) struct meeting m = {0};
	uint32_t flags = assurance_flags(l->k, a, l->a->now);

	if (l->n == LISTED_MOST)
		return true;
	/* For a date or names that are not held any more it counts for nothing. */
	if (!identity_holds(&l->held, a->names, a->birth))
		flags &= ~ASSURANCE_COUNTS;
	TRY(who_vouched(l->k, a, &name, e));
	TRY(meeting_get(l->k, &l->a->owner, a->id, &m, e));
	pack_i64(&l->rows, a->id);
	pack_bytes(&l->rows, name.data, name.len);
	pack_i64(&l->rows, a->points);
	pack_i64(&l->rows, a->met_day);
	pack_i64(&l->rows, a->made_at);
	pack_u8(&l->rows, a->method);
	pack_u32(&l->rows, flags);
	pack_i64(&l->rows, a->falls_at);
	pack_u32(&l->rows, a->names);
	pack_text(&l->rows, m.place);
	pack_u32(&l->rows, m.documents);
	pack_text(&l->rows, m.words);
	l->n++;
	return buf_ok(&l->rows, e);
}

static void
points_pack(const struct keeper *k, struct act *a, const struct points *p, const struct trust_facts *t, bool parent,
    enum founding_state founding)
{
	pack_i64(a->out, a->owner.number);
	pack_i64(a->out, p->assurance);
	pack_i64(a->out, p->experience);
	pack_i64(a->out, p->total);
	pack_i64(a->out, p->recorded);
	pack_i64(a->out, p->assurers);
	pack_u8(a->out, p->assurer);
	pack_u8(a->out, p->senior);
	pack_u8(a->out, p->founder);
	pack_u8(a->out, p->minor);
	pack_i64(a->out, p->give_most);
	pack_u32(a->out, p->unlocks);
	pack_i64(a->out, t->passed_at);
	pack_i64(a->out, t->founder_at == 0 ? 0 : t->founder_at + k->set->trust.founding_life);
	pack_i64(a->out, p->falls_at);
	pack_i64(a->out, p->day_to);
	pack_u8(a->out, t->standing);
	pack_u8(a->out, parent);
	pack_u8(a->out, founding);
	pack_u8(a->out, (unsigned)p->want_count);
	for (size_t i = 0; i < p->want_count; i++) {
		pack_u8(a->out, p->wants[i].kind);
		pack_u32(a->out, p->wants[i].unlock);
		pack_i64(a->out, p->wants[i].number);
		pack_i64(a->out, p->wants[i].least);
		pack_i64(a->out, p->wants[i].day);
	}
}

/* Certificates that stand on nothing any more; their names come from the register, beside the vault's account. */
static bool
lost_pack(struct keeper *k, struct act *a, const struct points *p, struct err *e)
{
	DROP(buf_wipe) struct buf rows = {0};
	struct record_line line = { .about = &a->owner, .purpose = a->purpose, .role = a->role };
	uint32_t n;

	TRY(footing_lost(k, a, p, &rows, &n, e));
	pack_u32(a->out, n);
	buf_add(a->out, rows.data, rows.len);
	if (n > 0)
		line.fields = FIELD_BIT(FIELD_CERT_BODY);
	return keeper_record(k, &line, a->now, NULL, e);
}

bool
op_points(struct keeper *k, struct act *a, struct err *e)
{
	DROP(listing_wipe) struct listing l = { .k = k, .a = a };
	DROP(vouchings_wipe) struct vouchings v = {0};
	enum founding_state founding;
	struct trust_facts t;
	struct points p;

	TRY(act_read(a, e));
	TRY(trust_points(k, &a->owner, a->now, &p, e));
	TRY(trust_get(k, a->owner.number, &t, e));
	TRY(vouchings_load(k, a->owner.number, 0, &v, e));
	TRY(identity_load(k, a->owner.number, &l.held, e));
	TRY(founding_state_of(k, a->owner.number, &founding, e));
	points_pack(k, a, &p, &t, a->now < v.parent_until, founding);
	TRY(assurance_received(k, a->owner.number, received_one, &l, e));
	TRY(listing_pack(&l, e));
	return lost_pack(k, a, &p, e);
}

/* ---- assurances given ---- */

static bool
given_one(void *self, const struct assurance *a, struct err *e)
{
	struct listing *l = self;
	DROP(buf_wipe) struct buf initials = {0};
	DROP(meeting_wipe) struct meeting m = {0};

	TRY(name_lent(l->k, a->member, FIELD_INITIALS, &initials, e));
	TRY(meeting_get(l->k, &l->a->owner, a->id, &m, e));
	pack_i64(&l->rows, a->id);
	pack_bytes(&l->rows, initials.data, initials.len);
	pack_i64(&l->rows, a->points);
	pack_i64(&l->rows, a->met_day);
	pack_i64(&l->rows, a->made_at);
	pack_u8(&l->rows, a->method);
	pack_u32(&l->rows, assurance_flags(l->k, a, l->a->now));
	pack_text(&l->rows, m.place);
	pack_u32(&l->rows, m.documents);
	l->n++;
	return buf_ok(&l->rows, e);
}

bool
op_assurances(struct keeper *k, struct act *a, struct err *e)
{
	DROP(listing_wipe) struct listing l = { .k = k, .a = a };
	int64_t before = unpack_i64(&a->in), all;
	uint32_t most = unpack_u32(&a->in);

	TRY(act_read(a, e));
	if (before < 0 || most < 1 || most > LISTED_MOST)
		return FAIL(e, ERR_INPUT, "assurances: %u of them", most);
	TRY(assurance_count_given(k, a->owner.number, &all, e));
	TRY(assurance_given(k, a->owner.number, before, most, given_one, &l, e));
	pack_i64(a->out, all);
	TRY(listing_pack(&l, e));
	return act_record(k, a, NULL, e);
}

/* ---- what each can still do ---- */

static bool
of_member(struct keeper *k, const struct act *a, int64_t id, struct assurance *row, struct err *e)
{
	TRY(assurance_get(k, id, row, e));
	return (row->member == a->owner.number && row->made_at != 0) ||
	    REFUSE(e, ERR_ABSENT, WHY_ASSURE_DONE, "assurance: not this member's");
}

bool
op_assurance_confirm(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	struct assurance row;
	struct owner giver;

	TRY(act_read(a, e));
	TRY(of_member(k, a, id, &row, e));
	if (row.withdrawn_at != 0)
		return REFUSE(e, ERR_CONFLICT, WHY_ASSURE_DONE, "assurance: withdrawn");
	if (row.confirmed_at != 0)
		return true;
	row.confirmed_at = a->now;
	TRY(assurance_set(k, &row, e));
	TRY(member_owner(k, row.giver, &giver, NULL, e));
	TRY(act_record_also(k, a, &giver, "confirmed on screen", e));
	return act_record(k, a, "confirmed on screen", e);
}

/* Both keep the reason beside the meeting. */
static bool
withdrawn_note(struct keeper *k, struct act *a, const struct owner *member, const struct assurance *row,
    const char *reason, struct err *e)
{
	DROP(meeting_wipe) struct meeting m = {0};

	TRY(meeting_get(k, &a->owner, row->id, &m, e));
	memcpy(m.words, reason, strlen(reason) + 1);	/* the caller measured it */
	TRY(meeting_put(k, &a->owner, row->id, &m, a->now, e));
	TRY(meeting_put(k, member, row->id, &m, a->now, e));
	return act_record_of(k, a, ACTOR_ASSURER, member, "taken back", "taken back", e);
}

bool
op_assurance_withdraw(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	char reason[KEEPER_TEXT_MAX + 1];
	struct assurance row;
	struct member_facts f;
	struct owner member;

	unpack_text(&a->in, reason, sizeof(reason));
	TRY(act_read(a, e));
	if (strlen(reason) >= WORDS_TEXT)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "withdraw: a long reason");
	if (strlen(reason) < 3 || !utf8_ok(reason, strlen(reason)))
		return REFUSE(e, ERR_INPUT, WHY_WORDS, "withdraw: no reason");
	TRY(assurance_get(k, id, &row, e));
	if (row.giver != a->owner.number || row.made_at == 0)
		return REFUSE(e, ERR_ABSENT, WHY_ASSURE_DONE, "withdraw: another's");
	if (row.withdrawn_at != 0)
		return REFUSE(e, ERR_CONFLICT, WHY_ASSURE_DONE, "withdraw: it is");
	if (!trust_may_withdraw(&k->set->trust, row.made_at, a->now))
		return REFUSE(e, ERR_DENIED, WHY_ASSURE_LATE, "withdraw: too late");
	TRY(member_owner(k, row.member, &member, &f, e));
	row.withdrawn_at = a->now;
	TRY(assurance_set(k, &row, e));
	TRY(withdrawn_note(k, a, &member, &row, reason, e));
	TRY(address_notify_primary(k, &member, f.lang, MAIL_ASSURANCE_WITHDRAWN, NULL, PURPOSE_ASSURE, a->now, e));
	TRY(trust_refresh(k, &member, a->now, NULL, e));
	return trust_refresh(k, &a->owner, a->now, NULL, e);
}

/* ---- a parent's consent ---- */

bool
op_parent_withdraw(struct keeper *k, struct act *a, struct err *e)
{
	struct trust_facts t;
	int64_t n;

	TRY(act_read(a, e));
	TRY(assurance_forget_parent(k, a->owner.number, &n, e));
	if (n == 0)
		return REFUSE(e, ERR_CONFLICT, WHY_PARENT, "parent: none is noted");
	TRY(trust_get(k, a->owner.number, &t, e));
	t.parent_gone_at = a->now;	/* a slip from before may be brought later (slip_use.c) */
	TRY(trust_put(k, a->owner.number, &t, e));
	TRY(act_record(k, a, "withdrawn", e));
	TRY(address_notify(k, &a->owner, a->lang, MAIL_PARENT, NULL, a->purpose, a->now, e));
	return trust_refresh(k, &a->owner, a->now, NULL, e);
}
