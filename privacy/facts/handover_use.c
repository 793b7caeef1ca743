/*
 * privacy/facts/handover_use.c - what an assurer does with a code: taking it, comparing
 * what the papers say, being shown the fields, leaving.
 *
 * Each step is two lines: one for the member whose data it is, by an assurer, and
 * one for the assurer.  Without a live hand-over of this very assurer nothing is opened.
 */
#include <sodium.h>
#include <string.h>
#include "privacy/facts/event_pass.h"
#include "privacy/facts/lost.h"
#include "privacy/facts/member.h"
#include "privacy/facts/person.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

/* ---- taking ---- */

bool
handover_begin(struct keeper *k, struct act *a, const struct owner *member, struct handover *h, struct err *e)
{
	a->purpose = h->kind == HANDOVER_LOST ? PURPOSE_LOST_MATCH : PURPOSE_HANDOVER;
	h->state = HANDOVER_TAKEN;
	h->assurer = a->owner.number;
	h->taken_at = h->used_at = a->now;
	TRY(handover_set(k, h, e));
	TRY(handover_note(k, h, HANDOVER_WAS_TAKEN, 0, a->now, e));
	TRY(name_lend(k, a, a->role, &a->owner, FIELD_SIGNER, false, e));
	return act_record_of(k, a, ACTOR_ASSURER, member, "taken by an assurer", "taken", e);
}

static bool
refused(struct err *e)
{
	return REFUSE(e, ERR_DENIED, WHY_HANDOVER, "hand-over: no such code");
}

/*
 * A wrong secret of a code that exists: its owner sees it, and the third one ends it.  Nobody
 * else had taken it; a line for who typed it would tell them that there is such a code.
 */
static bool
wrong_secret(struct keeper *k, struct act *a, struct handover *h, struct err *e)
{
	struct owner o;

	TRY(member_owner(k, h->member, &o, NULL, e));
	h->wrong++;
	TRY(handover_note(k, h, HANDOVER_WAS_TRIED, 0, a->now, e));
	if (h->wrong < k->set->trust.handover_wrong)
		return handover_set(k, h, e);
	TRY(handover_finish(k, h, HANDOVER_SPENT, a->now, e));
	struct record_line l = { .about = &o, .purpose = PURPOSE_HANDOVER, .role = ACTOR_ASSURER,
	    .object = "ended by wrong codes", .actor = a->owner.number };

	TRY(role_key(k, a->owner.number, a->now, &l.role_key, e));
	return keeper_record(k, &l, a->now, NULL, e);
}

/* One answer, and about the same work, for wrong, used, withdrawn, over and another's; each counts for the assurer. */
static bool
take_wrong(struct keeper *k, struct act *a, struct handover *h, bool counts, struct err *e)
{
	TRY(code_was_wrong(k, a->owner.number, a->now, e));
	if (counts)
		TRY(wrong_secret(k, a, h, e));
	a->keep = true;
	return refused(e);
}

/* What nobody was met for takes a senior assurer: another one would use the code up in vain. */
static bool
senior_enough(struct keeper *k, const struct act *a, const struct handover *h, struct err *e)
{
	struct points own;

	if (h->kind != HANDOVER_TTP && h->kind != HANDOVER_TOPUP)
		return true;
	TRY(trust_points(k, &a->owner, a->now, &own, e));
	return own.senior || REFUSE(e, ERR_DENIED, WHY_ASSURE_SENIOR, "hand-over: for a senior assurer");
}

static bool
take(struct keeper *k, struct act *a, const struct code_found *f, struct handover *h, struct err *e)
{
	struct owner member;
	bool there = false, mine;

	if (f->known && f->kind == CODE_EVENT_PASS) {
		TRY(event_pass_take(k, a, f, h, &there, e));
		return there || take_wrong(k, a, h, false, e);
	}
	if (f->known && f->kind == CODE_LOST) {
		TRY(lost_take(k, a, f, h, &there, e));
		return there || take_wrong(k, a, h, false, e);
	}
	if (f->known && f->kind == CODE_HANDOVER)
		TRY(handover_get(k, f->ref, h, &there, e));
	if (there && f->fits && h->member == a->owner.number)
		return REFUSE(e, ERR_DENIED, WHY_ASSURE_SELF, "hand-over: one's own");
	there = there && handover_is_live(k, h, a->now);
	mine = there && f->fits && h->state == HANDOVER_TAKEN && h->assurer == a->owner.number;
	if (mine)
		return true;		/* typed twice */
	if (!there || !f->fits || h->state != HANDOVER_OPEN)
		return take_wrong(k, a, h, there && !f->fits && h->state == HANDOVER_OPEN, e);
	TRY(senior_enough(k, a, h, e));
	TRY(member_owner(k, h->member, &member, NULL, e));
	return handover_begin(k, a, &member, h, e);
}

static void found_wipe(struct code_found *f) { code_wipe(&f->code); }

bool
op_handover_take(struct keeper *k, struct act *a, struct err *e)
{
	DROP(found_wipe) struct code_found f = {0};
	struct handover h = {0};
	char typed[KEEPER_TEXT_MAX + 1];
	bool good;

	unpack_text(&a->in, typed, sizeof(typed));
	TRY(act_read(a, e));
	TRY(code_may_try(k, a->owner.number, a->now, e));
	good = code_look(k, typed, &f, e);
	sodium_memzero(typed, sizeof(typed));
	TRY(good);
	TRY(take(k, a, &f, &h, e));
	pack_i64(a->out, h.id);
	return true;
}

/* ---- how it stands ---- */

/* Those that were compared; once the names were shown, all of them. */
static bool
block_names(struct keeper *k, struct act *a, const struct handover *h, struct err *e)
{
	bool all = (h->shown & (FIELD_BIT(FIELD_GIVEN) | FIELD_BIT(FIELD_FAMILY))) != 0;
	struct name_row rows[VOUCH_NAMES];
	size_t n, told = 0;

	TRY(name_list(k, h->member, rows, &n, e));
	for (size_t i = 0; i < n; i++)
		told += all || h->name_match[rows[i].index] != 0;
	pack_u8(a->out, (unsigned)told);
	for (size_t i = 0; i < n; i++) {
		if (!all && h->name_match[rows[i].index] == 0)
			continue;
		pack_u8(a->out, rows[i].index);
		pack_u8(a->out, rows[i].sort);
		pack_u8(a->out, h->name_match[rows[i].index]);
	}
	return true;
}

static int64_t
idle_until(const struct trust_policy *p, const struct handover *h)
{
	int64_t idle = h->used_at + p->handover_idle;

	return idle < h->expires ? idle : h->expires;
}

/* What the assurer may know without a field being opened: no name, no date; "young" once the date agreed. */
static bool
block(struct keeper *k, struct act *a, const struct handover *h, struct err *e)
{
	const struct trust_policy *p = &k->set->trust;
	struct owner member;
	struct points giver, receiver;
	uint32_t vouched;
	bool proposed, seen = (h->shown & FIELD_BIT(FIELD_BIRTH)) != 0;
	bool knows = h->match[TRIED_BIRTH] == MATCH_SAME || seen;

	TRY(member_owner(k, h->member, &member, NULL, e));
	TRY(trust_points(k, &a->owner, a->now, &giver, e));
	TRY(trust_points(k, &member, a->now, &receiver, e));
	TRY(name_vouched(k, h->member, &vouched, e));
	TRY(vault_has(k->vault, h->member, FIELD_BIRTH, BIRTH_PROPOSED, NULL, &proposed, e));
	pack_u8(a->out, h->kind);
	pack_u8(a->out, handover_method(h));
	pack_i64(a->out, idle_until(p, h));
	pack_u8(a->out, giver.founder && receiver.founder && handover_method(h) == VOUCH_MEETING);
	pack_i64(a->out, giver.founder && receiver.founder ? p->founding_points : giver.give_most);
	pack_u8(a->out, knows && receiver.minor);
	for (unsigned i = 0; i < TRIED__COUNT; i++)
		pack_u8(a->out, h->tries[i] < p->handover_matches ? (unsigned)(p->handover_matches - h->tries[i]) : 0);
	for (unsigned i = TRIED_BIRTH; i < TRIED__COUNT; i++)
		pack_u8(a->out, h->match[i]);
	TRY(block_names(k, a, h, e));
	pack_i64(a->out, (int64_t)h->shown);
	pack_u8(a->out, proposed && (h->proposed || seen));
	pack_u32(a->out, vouched);
	return true;
}

bool
op_handover_look(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	struct handover h;

	TRY(act_read(a, e));
	TRY(handover_live(k, id, a->owner.number, a->now, &h, e));
	return block(k, a, &h, e);
}

/* ---- which are under way ---- */

struct under_way { const struct keeper *k; struct buf rows; uint32_t n; };
static void under_way_wipe(struct under_way *u) { buf_wipe(&u->rows); }

static bool
under_way_one(void *self, const struct handover *h, struct err *e)
{
	static const uint64_t of[TRIED__COUNT] = {
		[TRIED_NAME] = FIELD_BIT(FIELD_GIVEN) | FIELD_BIT(FIELD_FAMILY), [TRIED_BIRTH] = FIELD_BIT(FIELD_BIRTH),
		[TRIED_KIND] = FIELD_BIT(FIELD_DOC_KIND), [TRIED_NUMBER] = FIELD_BIT(FIELD_DOC_NUMBER),
	};
	struct under_way *u = self;
	uint64_t compared = 0;

	for (unsigned i = 0; i < TRIED__COUNT; i++)
		compared |= h->match[i] != 0 ? of[i] : 0;
	pack_i64(&u->rows, h->id);
	pack_u8(&u->rows, h->kind);
	pack_i64(&u->rows, h->taken_at);
	pack_i64(&u->rows, idle_until(&u->k->set->trust, h));
	pack_i64(&u->rows, (int64_t)compared);
	u->n++;
	return buf_ok(&u->rows, e);
}

/* Less than op_handover_look tells of each: nothing about the member. */
bool
op_meetings(struct keeper *k, struct act *a, struct err *e)
{
	DROP(under_way_wipe) struct under_way u = { .k = k };

	TRY(act_read(a, e));
	TRY(handover_each_used(k, a->owner.number, a->now, MEETINGS_LISTED, under_way_one, &u, e));
	pack_u32(a->out, u.n);
	buf_add(a->out, u.rows.data, u.rows.len);
	return true;
}

/* ---- comparing ---- */

struct typed { char name[KEEPER_TEXT_MAX + 1], birth[64], kind[64], number[128]; };
static void typed_wipe(struct typed *t) { sodium_memzero(t, sizeof(*t)); }

static bool
try_left(struct keeper *k, struct handover *h, enum tried t, struct err *e)
{
	if (h->tries[t] >= k->set->trust.handover_matches)
		return REFUSE(e, ERR_DENIED, WHY_HANDOVER_TRIES, "hand-over: field %u was compared often enough", t);
	h->tries[t]++;
	return true;
}

static bool
better(uint8_t *held, enum field_match m)
{
	if (*held == 0 || m < *held)
		*held = (uint8_t)m;
	return true;
}

/* Against each of the member's names: the assurer learns which of them, by number and kind, not how it is written. */
static bool
match_names(struct keeper *k, struct act *a, const struct owner *o, const char *typed, struct handover *h,
    struct err *e)
{
	struct name_row rows[VOUCH_NAMES];
	size_t n;

	TRY(try_left(k, h, TRIED_NAME, e));
	TRY(name_list(k, o->number, rows, &n, e));
	for (size_t i = 0; i < n; i++) {
		DROP(name_parts_wipe) struct name_parts p = {0};
		enum field_match m;
		struct err why = {0};

		TRY(name_open(k, a, ACTOR_ASSURER, o, rows[i].index, &p, e));
		if (!person_name_compare(p.whole.data, typed, &m, &why))
			return why.kind == ERR_INPUT ?
			    REFUSE(e, ERR_INPUT, WHY_NAME_SHAPE, "hand-over: typed name") : FAIL(e, why.kind, "%s", why.text);
		better(&h->name_match[rows[i].index], m);
		better(&h->match[TRIED_NAME], m);
	}
	return true;
}

/* The date held, or one that is proposed beside it: then a deed is to be seen. */
static bool
match_birth(struct keeper *k, struct act *a, const struct owner *o, const char *typed, struct handover *h,
    struct err *e)
{
	DROP(buf_wipe) struct buf held = {0}, proposed = {0}, normal = {0};
	bool found;

	TRY(person_value(FIELD_BIRTH, typed, a->now, &normal, e));
	TRY(try_left(k, h, TRIED_BIRTH, e));
	TRY(act_open_of(k, a, ACTOR_ASSURER, o, FIELD_BIRTH, BIRTH_HELD, &held, &found, e));
	TRY(act_open_of(k, a, ACTOR_ASSURER, o, FIELD_BIRTH, BIRTH_PROPOSED, &proposed, &found, e));
	TRY(buf_ok(&held, e) && buf_ok(&proposed, e));
	better(&h->match[TRIED_BIRTH], birth_compare(held.len > 0 ? held.data : "", normal.data));
	if (found && proposed.len > 0 && birth_compare(proposed.data, normal.data) == MATCH_SAME)
		h->proposed = 1;
	return true;
}

static bool
match_document(struct keeper *k, struct act *a, const struct owner *o, enum field f, const char *typed,
    struct handover *h, struct err *e)
{
	DROP(buf_wipe) struct buf held = {0}, normal = {0};
	enum tried t = f == FIELD_DOC_KIND ? TRIED_KIND : TRIED_NUMBER;
	const char *is;
	bool found;

	TRY(person_value(f, typed, a->now, &normal, e));
	TRY(try_left(k, h, t, e));
	TRY(act_open_of(k, a, ACTOR_ASSURER, o, f, 0, &held, &found, e));
	TRY(buf_ok(&held, e));
	is = held.len > 0 ? held.data : "";
	return better(&h->match[t], f == FIELD_DOC_KIND ? document_kind_compare(is, normal.data) :
	    document_number_compare(is, normal.data));
}

static bool
match_all(struct keeper *k, struct act *a, const struct owner *o, const struct typed *t, struct handover *h,
    uint64_t *compared, struct err *e)
{
	if (t->name[0] != '\0') {
		TRY(match_names(k, a, o, t->name, h, e));
		*compared |= FIELD_BIT(FIELD_GIVEN) | FIELD_BIT(FIELD_FAMILY);
	}
	if (t->birth[0] != '\0') {
		TRY(match_birth(k, a, o, t->birth, h, e));
		*compared |= FIELD_BIT(FIELD_BIRTH);
	}
	if (t->kind[0] != '\0') {
		TRY(match_document(k, a, o, FIELD_DOC_KIND, t->kind, h, e));
		*compared |= FIELD_BIT(FIELD_DOC_KIND);
	}
	if (t->number[0] != '\0') {
		TRY(match_document(k, a, o, FIELD_DOC_NUMBER, t->number, h, e));
		*compared |= FIELD_BIT(FIELD_DOC_NUMBER);
	}
	return *compared != 0 || REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "hand-over: nothing to compare");
}

bool
op_handover_match(struct keeper *k, struct act *a, struct err *e)
{
	DROP(typed_wipe) struct typed t = {0};
	int64_t id = unpack_i64(&a->in);
	uint64_t compared = 0;
	struct owner member;
	struct handover h;

	unpack_text(&a->in, t.name, sizeof(t.name));
	unpack_text(&a->in, t.birth, sizeof(t.birth));
	unpack_text(&a->in, t.kind, sizeof(t.kind));
	unpack_text(&a->in, t.number, sizeof(t.number));
	TRY(act_read(a, e));
	TRY(handover_live(k, id, a->owner.number, a->now, &h, e));
	if (h.kind == HANDOVER_LOST)
		a->purpose = PURPOSE_LOST_MATCH;
	TRY(member_owner(k, h.member, &member, NULL, e));
	TRY(match_all(k, a, &member, &t, &h, &compared, e));
	h.used_at = a->now;
	TRY(handover_set(k, &h, e));
	TRY(handover_note(k, &h, HANDOVER_WAS_MATCHED, compared, a->now, e));
	TRY(act_record_of(k, a, ACTOR_ASSURER, &member, "compared with papers", "compared with papers", e));
	return block(k, a, &h, e);
}

/* ---- showing ---- */

struct shown { struct buf rows; uint32_t n; uint64_t fields; };
static void shown_wipe(struct shown *s) { buf_wipe(&s->rows); }

static bool
show_one(struct keeper *k, struct act *a, const struct owner *o, enum field f, uint8_t index, struct shown *s,
    struct err *e)
{
	DROP(buf_wipe) struct buf value = {0};
	bool found;

	TRY(act_open_of(k, a, ACTOR_ASSURER, o, f, index, &value, &found, e));
	if (!found || value.len == 0)
		return true;
	pack_u32(&s->rows, (uint32_t)f);
	pack_u8(&s->rows, index);
	pack_bytes(&s->rows, value.data, value.len);
	s->n++;
	s->fields |= FIELD_BIT(f);
	return buf_ok(&s->rows, e);
}

/* Who notes a third party's check, or adds to it, has a form before them and no document. */
static bool
show_all(struct keeper *k, struct act *a, const struct owner *o, const struct handover *h, struct shown *s,
    struct err *e)
{
	static const enum field document[] = { FIELD_NATIONALITY, FIELD_DOC_KIND, FIELD_DOC_NUMBER };
	bool met = vouch_in_person(handover_method(h));
	struct name_row rows[VOUCH_NAMES];
	size_t n;

	TRY(name_list(k, o->number, rows, &n, e));
	for (size_t i = 0; i < n; i++)
		for (unsigned f = FIELD_GIVEN; f <= FIELD_SUFFIX; f++)
			TRY(show_one(k, a, o, (enum field)f, rows[i].index, s, e));
	TRY(show_one(k, a, o, FIELD_BIRTH, BIRTH_HELD, s, e));
	TRY(show_one(k, a, o, FIELD_BIRTH, BIRTH_PROPOSED, s, e));
	for (size_t i = 0; met && i < COUNT(document); i++)
		TRY(show_one(k, a, o, document[i], 0, s, e));
	return true;
}

bool
op_handover_show(struct keeper *k, struct act *a, struct err *e)
{
	DROP(shown_wipe) struct shown s = {0};
	int64_t id = unpack_i64(&a->in);
	struct owner member;
	struct handover h;

	TRY(act_read(a, e));
	TRY(handover_live(k, id, a->owner.number, a->now, &h, e));
	if (h.kind == HANDOVER_LOST)
		return REFUSE(e, ERR_DENIED, WHY_LOST_MATCH, "hand-over: nothing is shown for a lost account");
	TRY(member_owner(k, h.member, &member, NULL, e));
	TRY(show_all(k, a, &member, &h, &s, e));
	h.shown |= s.fields;
	h.used_at = a->now;
	TRY(handover_set(k, &h, e));
	TRY(handover_note(k, &h, HANDOVER_WAS_SHOWN, s.fields, a->now, e));
	TRY(act_record_of(k, a, ACTOR_ASSURER, &member, "shown to an assurer", "shown", e));
	TRY(block(k, a, &h, e));
	pack_u32(a->out, s.n);
	buf_add(a->out, s.rows.data, s.rows.len);
	return true;
}

bool
op_handover_leave(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	struct owner member;
	struct handover h;

	TRY(act_read(a, e));
	TRY(handover_live(k, id, a->owner.number, a->now, &h, e));
	if (h.kind == HANDOVER_LOST)
		a->purpose = PURPOSE_LOST_MATCH;
	TRY(member_owner(k, h.member, &member, NULL, e));
	TRY(handover_note(k, &h, HANDOVER_WAS_LEFT, 0, a->now, e));
	TRY(handover_finish(k, &h, HANDOVER_DONE, a->now, e));
	return act_record_of(k, a, ACTOR_ASSURER, &member, "left without vouching", "left", e);
}
