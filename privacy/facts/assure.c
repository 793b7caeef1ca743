#include <sodium.h>
#include <string.h>
#include "privacy/facts/address.h"
#include "privacy/facts/assure.h"
#include "privacy/facts/handover.h"
#include "privacy/facts/member.h"
#include "privacy/facts/paper.h"
#include "privacy/facts/third_party.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/hold.h"

#define OFFICIAL	(DOCUMENT_PASSPORT | DOCUMENT_IDENTITY_CARD | DOCUMENT_DRIVING | DOCUMENT_RESIDENCE | DOCUMENT_OTHER)

uint32_t
assure_why(enum vouch_answer answer)
{
	static const uint32_t why[VOUCH__COUNT] = {
		[VOUCH_SELF] = WHY_ASSURE_SELF, [VOUCH_NOT_ASSURER] = WHY_ASSURE_ASSURER,
		[VOUCH_NOT_SENIOR] = WHY_ASSURE_SENIOR, [VOUCH_NOT_FOUNDER] = WHY_ASSURE_FOUNDER,
		[VOUCH_METHOD] = WHY_ASSURE_FOUNDER, [VOUCH_NO_NAME] = WHY_ASSURE_NAME,
		[VOUCH_NO_BIRTH] = WHY_ASSURE_BIRTH, [VOUCH_POINTS] = WHY_ASSURE_POINTS,
		[VOUCH_FUTURE] = WHY_ASSURE_FUTURE, [VOUCH_LONG_AGO] = WHY_ASSURE_LONG_AGO,
		[VOUCH_BEFORE_BIRTH] = WHY_ASSURE_BEFORE_BIRTH, [VOUCH_AGAIN] = WHY_ASSURE_AGAIN,
		[VOUCH_TTP_ENOUGH] = WHY_ASSURE_TTP_ENOUGH, [VOUCH_TTP_FIRST] = WHY_ASSURE_TTP_FIRST,
	};

	return answer > VOUCH_YES && answer < VOUCH__COUNT ? why[answer] : WHY_NONE;
}

/* ---- the rules, asked of the rows as they are now ---- */

/* Founders vouch for each other as founders once; after that, or without both marks, in the ordinary way. */
static bool
as_founders(const struct vouchings *v, const struct points *giver, const struct points *member, int64_t who,
    enum vouch_method method)
{
	if (!giver->founder || !member->founder || method != VOUCH_MEETING)
		return false;
	for (size_t i = 0; i < v->received_count; i++)
		if (v->received[i].other == who && v->received[i].founding && v->received[i].withdrawn_at == 0)
			return false;
	return true;
}

bool
assure_check(struct keeper *k, const struct owner *giver, const struct owner *member,
    const struct assurance *a, int64_t now, bool *founding, uint32_t *why, struct err *e)
{
	DROP(vouchings_wipe) struct vouchings v = {0};
	struct points own, theirs;
	struct trust_facts facts;
	struct vouch_try t = { .giver = giver->number, .member = member->number, .points = a->points,
	    .met_day = a->met_day, .names = a->names, .method = a->method, .third_party = a->third_party };

	TRY(trust_points(k, giver, now, &own, e));
	TRY(trust_points(k, member, now, &theirs, e));
	TRY(trust_get(k, member->number, &facts, e));
	TRY(vouchings_load(k, member->number, 0, &v, e));
	TRY(trust_birth(k, member, &t.birth_day, e));
	TRY(name_bits(k, member->number, &t.names_known, e));
	t.assurer = own.assurer;
	t.senior = own.senior;
	t.founder = own.founder;
	t.member_founder = theirs.founder;
	t.give_most = own.give_most;
	t.received = v.received;
	t.received_count = v.received_count;
	/* Whoever links a new name or date vouches after a change: it is the one that this makes. */
	t.name_changed_at = a->link != LINK_NONE ? now : facts.name_changed_at;
	t.founding = as_founders(&v, &own, &theirs, giver->number, a->method);
	if (founding != NULL)
		*founding = t.founding;
	*why = assure_why(vouch_check(&k->set->trust, &t, now).answer);
	return true;
}

bool
meeting_ok(struct meeting *m, const char *place, uint32_t documents, bool papers, struct err *e)
{
	size_t n = strlen(place);

	if (n >= sizeof(m->place))
		return REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "assurance: a long place");
	if (n < 2 || !utf8_ok(place, n))
		return REFUSE(e, ERR_INPUT, WHY_ASSURE_PLACE, "assurance: no place");
	if ((documents & ~DOCUMENT_ALL) != 0 || (papers && (documents & OFFICIAL) == 0))
		return REFUSE(e, ERR_INPUT, WHY_ASSURE_DOCUMENTS, "assurance: documents %x", (unsigned)documents);
	memcpy(m->place, place, n + 1);
	m->documents = documents;
	return true;
}

/* ---- noting ---- */

struct note {				/* what an assurer typed */
	int64_t		handover;
	char		place[KEEPER_TEXT_MAX + 1], met[32], third_party[KEEPER_TEXT_MAX + 1];
	uint32_t	documents, names;
	bool		accepts, parent, paper;
	int64_t		points;
	struct link	link;
};
static void note_wipe(struct note *n) { sodium_memzero(n, sizeof(*n)); }

static bool
note_read(struct act *a, struct note *n, struct err *e)
{
	n->handover = unpack_i64(&a->in);
	unpack_text(&a->in, n->place, sizeof(n->place));
	unpack_text(&a->in, n->met, sizeof(n->met));
	n->documents = unpack_u32(&a->in);
	n->names = unpack_u32(&a->in);
	n->accepts = unpack_u8(&a->in) == 1;
	n->parent = unpack_u8(&a->in) == 1;
	n->paper = unpack_u8(&a->in) == 1;
	n->points = unpack_i64(&a->in);
	n->link.what = unpack_u8(&a->in);
	n->link.from = unpack_u8(&a->in);
	n->link.to = unpack_u8(&a->in);
	unpack_text(&a->in, n->third_party, sizeof(n->third_party));
	TRY(act_read(a, e));
	return n->accepts || REFUSE(e, ERR_INPUT, WHY_ASSURE_AGREEMENT, "assurance: the agreement was not accepted");
}

/* Bits of the names that were compared and agreed, or shown. */
static uint32_t
seen_bits(const struct handover *h)
{
	uint32_t seen = 0;

	for (unsigned i = 0; i < VOUCH_NAMES; i++)
		if (h->name_match[i] == MATCH_SAME || h->name_match[i] == MATCH_SPELLING ||
		    (h->shown & (FIELD_BIT(FIELD_GIVEN) | FIELD_BIT(FIELD_FAMILY))) != 0)
			seen |= 1u << i;
	return seen;
}

/* Only what was seen is vouched for. */
static bool
names_seen(struct keeper *k, const struct handover *h, uint32_t names, struct err *e)
{
	uint32_t there, seen = seen_bits(h);

	TRY(name_bits(k, h->member, &there, e));
	return (names != 0 && (names & ~(there & seen)) == 0) ||
	    REFUSE(e, ERR_DENIED, WHY_ASSURE_NAME, "assurance: names %x, seen %x", (unsigned)names, (unsigned)seen);
}

/* The date on the papers: the one that is held or, with a deed that says so, the proposed one. */
static bool
birth_seen(const struct handover *h, const struct link *l, struct err *e)
{
	bool agreed = l->what == LINK_BIRTH ? h->proposed != 0 : h->match[TRIED_BIRTH] == MATCH_SAME;

	return agreed || (h->shown & FIELD_BIT(FIELD_BIRTH)) != 0 ||
	    REFUSE(e, ERR_DENIED, WHY_ASSURE_BIRTH, "assurance: the birth date was not compared");
}

/* A link needs the deed: it shows both names, and the new one is among those vouched for. */
static bool
link_seen(struct keeper *k, const struct handover *h, const struct note *n, struct err *e)
{
	if (n->link.what == LINK_NONE)
		return true;
	if ((n->documents & DOCUMENT_DEED) == 0)
		return REFUSE(e, ERR_INPUT, WHY_ASSURE_DOCUMENTS, "assurance: a link without a deed");
	TRY(name_link_fits(k, h->member, &n->link, e));
	return n->link.what != LINK_NAME ||
	    ((n->names & 1u << n->link.to) != 0 && (seen_bits(h) & 1u << n->link.from) != 0) ||
	    REFUSE(e, ERR_DENIED, WHY_ASSURE_NAME, "assurance: a name of the link was not compared");
}

static bool
row_fill(struct keeper *k, struct act *a, const struct note *n, const struct handover *h,
    const struct owner *member, struct assurance *row, struct err *e)
{
	uint32_t why;

	*row = (struct assurance){
		.giver = a->owner.number, .member = member->number, .points = n->points, .noted_at = a->now,
		.names = n->names, .method = handover_method(h), .parent = n->parent, .paper = n->paper,
		.link = n->link.what, .link_from = n->link.from, .link_to = n->link.to,
	};
	if (!day_read(n->met, &row->met_day))
		return REFUSE(e, ERR_INPUT, WHY_BIRTH_DATE, "assurance: no such day");
	TRY(vault_version(k->vault, member->number, FIELD_BIRTH, BIRTH_HELD, &row->birth, e));
	if (row->method == VOUCH_TTP)
		TRY(third_party_find(k, a, n->third_party, &row->third_party, e));
	TRY(assure_check(k, &a->owner, member, row, a->now, &row->founding, &why, e));
	return why == WHY_NONE || REFUSE(e, ERR_DENIED, why, "assurance: not allowed");
}

/* The hand-over is over with it: the assurer keeps date, place, points and the member's initials. */
static bool
note_keep(struct keeper *k, struct act *a, const struct owner *member, struct handover *h, struct assurance *row,
    const struct meeting *m, struct err *e)
{
	TRY(assurance_add(k, row, e));
	TRY(meeting_put(k, &a->owner, row->id, m, a->now, e));
	TRY(name_lend(k, a, ACTOR_ASSURER, member, FIELD_INITIALS, false, e));
	TRY(handover_note(k, h, HANDOVER_WAS_NOTED, 0, a->now, e));
	TRY(handover_finish(k, h, HANDOVER_DONE, a->now, e));
	return act_record_of(k, a, ACTOR_ASSURER, member, "noted, to be signed", "noted, to be signed", e);
}

bool
op_assure_draft(struct keeper *k, struct act *a, struct err *e)
{
	DROP(note_wipe) struct note n = {0};
	DROP(meeting_wipe) struct meeting m = {0};
	struct assurance row;
	struct owner member;
	struct handover h;

	TRY(note_read(a, &n, e));
	TRY(handover_live(k, n.handover, a->owner.number, a->now, &h, e));
	if (h.kind == HANDOVER_LOST)
		return REFUSE(e, ERR_DENIED, WHY_HANDOVER_OVER, "assurance: this hand-over is for a lost account");
	TRY(member_owner(k, h.member, &member, NULL, e));
	TRY(meeting_ok(&m, n.place, n.documents, handover_method(&h) != VOUCH_TOPUP, e));
	TRY(names_seen(k, &h, n.names, e));
	TRY(link_seen(k, &h, &n, e));
	TRY(birth_seen(&h, &n.link, e));
	TRY(row_fill(k, a, &n, &h, &member, &row, e));
	TRY(note_keep(k, a, &member, &h, &row, &m, e));
	pack_i64(a->out, row.id);
	return true;
}

/* ---- drafts ---- */

struct drafts { struct keeper *k; struct act *a; struct buf rows; uint32_t n; };
static void drafts_wipe(struct drafts *d) { buf_wipe(&d->rows); }

/* Can the link still be made, and to what was compared? */
static bool
link_may(struct keeper *k, const struct assurance *draft, uint32_t *why, struct err *e)
{
	struct link l = { draft->link, draft->link_from, draft->link_to };
	struct err none = {0};

	if (l.what == LINK_NONE)
		return true;
	if (l.what == LINK_NAME && (draft->names & 1u << l.to) == 0)
		*why = WHY_LINK;
	else if (!name_link_fits(k, draft->member, &l, &none))
		*why = none.why;
	return *why != WHY_NONE || none.kind == ERR_NONE || FAIL(e, none.kind, "%s", none.text);
}

bool
assure_may_sign(struct keeper *k, const struct owner *giver, struct assurance *draft, int64_t now,
    struct owner *member, uint32_t *why, struct err *e)
{
	struct birth_known birth;

	TRY(member_owner(k, draft->member, member, NULL, e));
	TRY(assure_check(k, giver, member, draft, now, &draft->founding, why, e));
	if (*why != WHY_NONE)
		return true;
	TRY(birth_known(k, draft->member, &birth, e));
	if (!birth_reaches(&birth, draft->birth)) {
		*why = WHY_ASSURE_BIRTH;
		return true;
	}
	return link_may(k, draft, why, e);
}

static bool
draft_one(void *self, const struct assurance *row, struct err *e)
{
	struct drafts *d = self;
	DROP(buf_wipe) struct buf initials = {0};
	DROP(meeting_wipe) struct meeting m = {0};
	struct assurance draft = *row;
	struct owner member;
	uint32_t why;

	TRY(name_lent(d->k, row->member, FIELD_INITIALS, &initials, e));
	TRY(meeting_get(d->k, &d->a->owner, row->id, &m, e));
	TRY(assure_may_sign(d->k, &d->a->owner, &draft, d->a->now, &member, &why, e));
	pack_i64(&d->rows, row->id);
	pack_bytes(&d->rows, initials.data, initials.len);
	pack_i64(&d->rows, row->points);
	pack_i64(&d->rows, row->met_day);
	pack_u8(&d->rows, row->method);
	pack_u32(&d->rows, assurance_flags(d->k, row, d->a->now));
	pack_text(&d->rows, m.place);
	pack_u32(&d->rows, m.documents);
	pack_i64(&d->rows, row->noted_at + d->k->set->trust.draft_life);
	pack_u32(&d->rows, why);
	d->n++;
	return buf_ok(&d->rows, e);
}

bool
op_drafts(struct keeper *k, struct act *a, struct err *e)
{
	DROP(drafts_wipe) struct drafts d = { .k = k, .a = a };

	TRY(act_read(a, e));
	TRY(assurance_drafts(k, a->owner.number, draft_one, &d, e));
	pack_u32(a->out, d.n);
	buf_add(a->out, d.rows.data, d.rows.len);
	return act_record(k, a, "to be signed", e);
}

bool
op_draft_drop(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	struct assurance row;
	struct owner member;

	TRY(act_read(a, e));
	TRY(assurance_get(k, id, &row, e));
	if (row.giver != a->owner.number)
		return REFUSE(e, ERR_ABSENT, WHY_ASSURE_DONE, "draft: another's");
	TRY(hold_free(k, a->owner.number, FIELD_MEETING, e));
	TRY(member_owner(k, row.member, &member, NULL, e));
	TRY(assurance_drop(k, &row, &a->owner, a->now, e));
	return act_record_of(k, a, ACTOR_ASSURER, &member, "dropped, not signed", "dropped, not signed", e);
}

/* ---- one that is signed ---- */

static bool
meeting_hand_over(struct keeper *k, struct act *a, const struct owner *giver, const struct owner *member,
    const struct assurance *row, const struct meeting *m, struct err *e)
{
	bool now = giver->number == a->owner.number;
	struct meeting own;
	char said[64];
	struct record_pair p = { .of = member, .actor = giver, .role = ACTOR_ASSURER,
	    .actor_role = now ? a->role : ACTOR_SYSTEM, .object = said, .actor_object = said };

	TRY(meeting_get(k, giver, row->id, &own, e));
	meeting_wipe(&own);
	TRY(meeting_put(k, member, row->id, m, a->now, e));
	snprintf(said, sizeof(said), "signed, %lld points", (long long)row->points);
	return act_record_pair(k, a, &p, e);
}

/* Consent is a purpose of its own, and its noting is told like its end. */
static bool
parent_noted(struct keeper *k, struct act *a, const struct owner *giver, const struct owner *member, struct err *e)
{
	struct record_line l = { .about = member, .purpose = PURPOSE_PARENT, .role = ACTOR_ASSURER,
	    .actor = giver->number };
	struct member_facts f;
	struct owner same;

	TRY(member_owner(k, member->number, &same, &f, e));
	TRY(role_key(k, giver->number, a->now, &l.role_key, e));
	TRY(keeper_record(k, &l, a->now, NULL, e));
	return address_notify_primary(k, member, f.lang, MAIL_PARENT, NULL, PURPOSE_PARENT, a->now, e);
}

bool
assure_make(struct keeper *k, struct act *a, const struct owner *giver, const struct owner *member,
    struct assurance *row, const struct meeting *m, struct err *e)
{
	struct link l = { row->link, row->link_from, row->link_to };
	struct member_facts f;
	struct owner same;

	if (l.what != LINK_NONE)
		TRY(name_link_make(k, a, member, &l, ACTOR_ASSURER, e));
	/* It vouches for the date that was compared: with a link of dates that is the new one. */
	if (l.what == LINK_BIRTH)
		TRY(vault_version(k->vault, member->number, FIELD_BIRTH, BIRTH_HELD, &row->birth, e));
	row->made_at = a->now;
	TRY(assurance_set(k, row, e));
	tally_event(k, TALLY_ASSURANCE);
	if (row->paper)
		TRY(paper_add(k, row, a->now, e));
	if (row->parent)
		TRY(parent_noted(k, a, giver, member, e));
	TRY(meeting_hand_over(k, a, giver, member, row, m, e));
	TRY(member_owner(k, member->number, &same, &f, e));
	TRY(address_notify_primary(k, member, f.lang, row->method == VOUCH_TTP ? MAIL_THIRD_PARTY : MAIL_ASSURED,
	    NULL, PURPOSE_ASSURE, a->now, e));
	TRY(trust_refresh(k, member, a->now, NULL, e));
	return trust_refresh(k, giver, a->now, NULL, e);
}
