/*
 * privacy/facts/slip_use.c - filling a slip, the assurer's list, withdrawing one; and bringing it along.
 */
#include <sodium.h>
#include <string.h>
#include "privacy/facts/assure.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/person.h"
#include "privacy/facts/plain.h"
#include "privacy/facts/session.h"
#include "privacy/facts/signin.h"
#include "privacy/facts/slip.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

/* ---- filling in ---- */

struct filling {
	char		password[KEEPER_TEXT_MAX + 1];
	struct span	source;
	struct slip	slip;
	struct slip_words words;
};
static void filling_wipe(struct filling *f) { sodium_memzero(f, sizeof(*f)); }

static bool
name_ok(const char *name, struct err *e)
{
	enum field_match same;
	struct err why = {0};

	if (name[0] == '\0')
		return REFUSE(e, ERR_INPUT, WHY_NAME_MISSING, "slip: no name");
	if (!plain_line(name) || !person_name_compare(name, name, &same, &why) || same != MATCH_SAME)
		return why.kind == ERR_MEMORY ? FAIL(e, why.kind, "%s", why.text) :
		    REFUSE(e, ERR_INPUT, WHY_NAME_SHAPE, "slip: a name");
	return person_name_script_ok(name) || REFUSE(e, ERR_INPUT, WHY_NAME_SCRIPTS, "slip: scripts of a name");
}

static bool
birth_ok(const char *typed, int64_t now, char into[11], struct err *e)
{
	DROP(buf_wipe) struct buf normal = {0};

	TRY(person_value(FIELD_BIRTH, typed, now, &normal, e));
	TRY(buf_ok(&normal, e));
	if (normal.len != 10)
		return REFUSE(e, ERR_INPUT, WHY_BIRTH_DATE, "slip: no birth date");
	memcpy(into, normal.data, 11);
	return true;
}

struct typed { char name[KEEPER_TEXT_MAX + 1], birth[64], place[KEEPER_TEXT_MAX + 1], met[32]; };
static void typed_wipe(struct typed *t) { explicit_bzero(t, sizeof(*t)); }

static bool
filling_read(struct act *a, struct filling *f, struct err *e)
{
	DROP(typed_wipe) struct typed t;
	uint32_t documents;
	bool accepts;

	unpack_text(&a->in, f->password, sizeof(f->password));
	f->source = unpack_bytes(&a->in);
	unpack_text(&a->in, t.name, sizeof(t.name));
	unpack_text(&a->in, t.birth, sizeof(t.birth));
	unpack_text(&a->in, t.place, sizeof(t.place));
	unpack_text(&a->in, t.met, sizeof(t.met));
	documents = unpack_u32(&a->in);
	accepts = unpack_u8(&a->in) == 1;
	f->slip.parent = unpack_u8(&a->in) == 1;
	f->slip.points = unpack_i64(&a->in);
	TRY(act_read(a, e));
	if (!accepts)
		return REFUSE(e, ERR_INPUT, WHY_ASSURE_AGREEMENT, "slip: the agreement was not accepted");
	if (strlen(t.name) > PERSON_NAME_MOST)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "slip: a long name");
	TRY(name_ok(t.name, e));
	memcpy(f->words.name, t.name, strlen(t.name) + 1);
	TRY(birth_ok(t.birth, a->now, f->words.birth, e));
	if (!day_read(t.met, &f->slip.met_day))
		return REFUSE(e, ERR_INPUT, WHY_BIRTH_DATE, "slip: no such day");
	return meeting_ok(&f->words.met, t.place, documents, true, e);
}

/* The rules that can be asked without knowing the member; all of them are when it is brought. */
static bool
may_fill(struct keeper *k, struct act *a, const struct filling *f, struct err *e)
{
	struct points own;
	int64_t open;
	uint32_t why;
	struct vouch_try t = { .giver = a->owner.number, .points = f->slip.points, .met_day = f->slip.met_day,
	    .names = 1, .names_known = 1, .method = VOUCH_SLIP };

	TRY(trust_points(k, &a->owner, a->now, &own, e));
	t.assurer = own.assurer;
	t.senior = own.senior;
	t.founder = own.founder;
	t.give_most = own.give_most;
	TRY(day_read(f->words.birth, &t.birth_day) || FAIL(e, ERR_INPUT, "slip: a birth date"));
	why = assure_why(vouch_check(&k->set->trust, &t, a->now).answer);
	if (why != WHY_NONE)
		return REFUSE(e, ERR_DENIED, why, "slip: not allowed");
	TRY(slip_count_open(k, a->owner.number, a->now, &open, e));
	return open < SLIPS_OPEN || REFUSE(e, ERR_DENIED, WHY_LIMIT, "slip: %lld are open", (long long)open);
}

static bool
fill(struct keeper *k, struct act *a, struct filling *f, unsigned char token[TOKEN_BYTES], struct err *e)
{
	struct code c = {0};
	char code[CODE_TEXT];
	bool good;

	f->slip.giver = a->owner.number;
	f->slip.made_at = a->now;
	f->slip.expires = a->now + k->set->trust.slip_life;
	TRY(name_lend(k, a, a->role, &a->owner, FIELD_SIGNER, false, e));
	good = slip_add(k, &f->slip, &f->words, &c, e);
	code_print(&c, code);
	code_wipe(&c);
	TRY(good);
	TRY(act_record(k, a, "filled in", e));
	buf_add(a->out, token, TOKEN_BYTES);
	sodium_memzero(token, TOKEN_BYTES);
	session_block(a->out, a);
	pack_i64(a->out, f->slip.number);
	pack_text(a->out, code);
	sodium_memzero(code, sizeof(code));
	pack_i64(a->out, f->slip.expires);
	return buf_ok(a->out, e);
}

/* What is wrong with it is said before the password is hashed. */
bool
op_slip_new(struct keeper *k, struct act *a, struct err *e)
{
	DROP(filling_wipe) struct filling f = {0};
	unsigned char token[TOKEN_BYTES];
	bool entered;

	TRY(filling_read(a, &f, e));
	TRY(may_fill(k, a, &f, e));
	TRY(act_password(k, a, f.password, f.source, token, &entered, e));
	return !entered || fill(k, a, &f, token, e);
}

/* ---- the assurer's own ---- */

struct slips { struct buf rows; uint32_t n; };
static void slips_wipe(struct slips *s) { buf_wipe(&s->rows); }

static bool
slip_one(void *self, const struct slip *s, struct err *e)
{
	struct slips *l = self;

	pack_i64(&l->rows, s->number);
	pack_u8(&l->rows, s->state);
	pack_i64(&l->rows, s->made_at);
	pack_i64(&l->rows, s->met_day);
	pack_i64(&l->rows, s->points);
	pack_i64(&l->rows, s->expires);
	pack_i64(&l->rows, s->ended_at);
	l->n++;
	return buf_ok(&l->rows, e);
}

bool
op_slips(struct keeper *k, struct act *a, struct err *e)
{
	DROP(slips_wipe) struct slips l = {0};

	TRY(act_read(a, e));
	TRY(slip_each(k, a->owner.number, a->now, slip_one, &l, e));
	pack_u32(a->out, l.n);
	buf_add(a->out, l.rows.data, l.rows.len);
	return true;
}

bool
op_slip_withdraw(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	struct slip s;
	bool found;

	TRY(act_read(a, e));
	TRY(slip_get(k, number, &s, &found, e));
	if (!found || s.giver != a->owner.number)
		return REFUSE(e, ERR_ABSENT, WHY_SLIP, "slip: none of this member's");
	if (s.state != SLIP_OPEN)
		return REFUSE(e, ERR_CONFLICT, WHY_SLIP, "slip: it is over");
	TRY(slip_end(k, number, SLIP_WITHDRAWN, a->now, e));
	return act_record(k, a, "withdrawn", e);
}

/* ---- bringing one ---- */

struct bringing {
	char		typed[KEEPER_TEXT_MAX + 1];
	struct code_found code;
	struct slip	slip;
	struct slip_words words;
	struct owner	giver;
	struct assurance row;
};

static void
bringing_wipe(struct bringing *b)
{
	code_wipe(&b->code.code);
	sodium_memzero(b, sizeof(*b));
}

/* One answer, and about the same work, for wrong, used, withdrawn and over; each counts for who typed it. */
static bool
slip_find(struct keeper *k, struct act *a, struct bringing *b, struct err *e)
{
	bool there = false;

	TRY(code_may_try(k, a->owner.number, a->now, e));
	TRY(code_look(k, b->typed, &b->code, e));
	if (b->code.known && b->code.kind == CODE_SLIP)
		TRY(slip_get(k, b->code.ref, &b->slip, &there, e));
	if (there && b->code.fits && b->slip.state == SLIP_OPEN && a->now < b->slip.expires)
		return b->slip.giver != a->owner.number ||
		    REFUSE(e, ERR_DENIED, WHY_ASSURE_SELF, "slip: one's own");
	TRY(code_was_wrong(k, a->owner.number, a->now, e));
	a->keep = true;
	return REFUSE(e, ERR_DENIED, WHY_SLIP, "slip: no such code");
}

/* Which of one's names are the one on the slip, but for spelling. */
static bool
names_agree(struct keeper *k, struct act *a, const char *name, uint32_t *bits, struct err *e)
{
	struct name_row rows[VOUCH_NAMES];
	size_t n;

	*bits = 0;
	TRY(name_list(k, a->owner.number, rows, &n, e));
	for (size_t i = 0; i < n; i++) {
		DROP(name_parts_wipe) struct name_parts p = {0};
		enum field_match m;

		TRY(name_open(k, a, a->role, &a->owner, rows[i].index, &p, e));
		TRY(person_name_compare(p.whole.data, name, &m, e));
		if (m != MATCH_DIFFERS)
			*bits |= 1u << rows[i].index;
	}
	return true;
}

static bool
birth_agrees(struct keeper *k, struct act *a, const char *birth, bool *agrees, struct err *e)
{
	DROP(buf_wipe) struct buf held = {0};
	bool found;

	TRY(act_open(k, a, FIELD_BIRTH, BIRTH_HELD, &held, NULL, &found, e));
	TRY(buf_ok(&held, e));
	*agrees = birth_compare(held.len > 0 ? held.data : "", birth) == MATCH_SAME;
	return true;
}

/* Its assurer has waited for it. */
static bool
ended(struct keeper *k, struct act *a, const struct slip *s, struct err *e)
{
	struct owner giver;

	TRY(slip_end(k, s->number, SLIP_OVER, a->now, e));
	TRY(member_owner(k, s->giver, &giver, NULL, e));
	return act_record_also(k, a, &giver, "ended: it differed too often", e);
}

/* Which of the two differs is not told. */
static bool
differs(struct keeper *k, struct act *a, const struct slip *s, struct err *e)
{
	TRY(slip_differed(k, s, e));
	if (s->wrong + 1 >= k->set->trust.handover_matches)
		TRY(ended(k, a, s, e));
	TRY(act_record(k, a, "brought along, and differs", e));
	a->keep = true;
	return REFUSE(e, ERR_DENIED, WHY_SLIP_DIFFERS, "slip: says something else");
}

static bool
compare(struct keeper *k, struct act *a, struct bringing *b, struct err *e)
{
	bool born;

	TRY(slip_open(k, &b->slip, &b->code.code, &b->words, e));
	TRY(names_agree(k, a, b->words.name, &b->row.names, e));
	TRY(birth_agrees(k, a, b->words.birth, &born, e));
	return (b->row.names != 0 && born) || differs(k, a, &b->slip, e);
}

/* The rules, as they are now: somebody suspended since is no assurer, and consent withdrawn since is none. */
static bool
judge(struct keeper *k, struct act *a, struct bringing *b, struct err *e)
{
	struct trust_facts t;
	uint32_t why;

	b->row.giver = b->slip.giver;
	b->row.member = a->owner.number;
	b->row.points = b->slip.points;
	b->row.met_day = b->slip.met_day;
	b->row.noted_at = b->slip.made_at;
	b->row.confirmed_at = a->now;
	b->row.method = VOUCH_SLIP;
	TRY(trust_get(k, a->owner.number, &t, e));
	b->row.parent = b->slip.parent && b->slip.made_at > t.parent_gone_at;
	TRY(vault_version(k->vault, a->owner.number, FIELD_BIRTH, BIRTH_HELD, &b->row.birth, e));
	TRY(member_owner(k, b->slip.giver, &b->giver, NULL, e));
	TRY(assure_check(k, &b->giver, &a->owner, &b->row, a->now, &b->row.founding, &why, e));
	return why == WHY_NONE || REFUSE(e, ERR_DENIED, why, "slip: not allowed");
}

static bool
record(struct keeper *k, struct act *a, struct bringing *b, struct err *e)
{
	TRY(assurance_add(k, &b->row, e));
	TRY(meeting_put(k, &b->giver, b->row.id, &b->words.met, a->now, e));
	TRY(name_lend(k, a, a->role, &a->owner, FIELD_INITIALS, false, e));
	TRY(act_record(k, a, "brought along and confirmed", e));
	TRY(slip_end(k, b->slip.number, SLIP_USED, a->now, e));
	a->purpose = PURPOSE_ASSURE;
	return assure_make(k, a, &b->giver, &a->owner, &b->row, &b->words.met, e);
}

static bool
bring_answer(struct keeper *k, struct act *a, const struct bringing *b, struct err *e)
{
	DROP(buf_wipe) struct buf signer = {0};

	TRY(name_lent(k, b->slip.giver, FIELD_SIGNER, &signer, e));
	pack_bytes(a->out, signer.data, signer.len);
	pack_text(a->out, b->words.met.place);
	pack_i64(a->out, b->slip.met_day);
	pack_u32(a->out, b->words.met.documents);
	pack_i64(a->out, b->slip.points);
	pack_i64(a->out, b->row.id);
	return true;
}

bool
op_slip_bring(struct keeper *k, struct act *a, struct err *e)
{
	DROP(bringing_wipe) struct bringing b = {0};
	unsigned sure;

	unpack_text(&a->in, b.typed, sizeof(b.typed));
	sure = unpack_u8(&a->in);
	TRY(act_read(a, e));
	TRY(slip_find(k, a, &b, e));
	if ((a->steps & STEP_NAMES) == 0 || (a->steps & STEP_BIRTH) == 0)
		return REFUSE(e, ERR_DENIED, WHY_HANDOVER_DATA, "slip: nothing to compare yet");
	TRY(compare(k, a, &b, e));
	TRY(judge(k, a, &b, e));
	TRY(sure == 1 ? record(k, a, &b, e) : act_record(k, a, "brought along, and agrees", e));
	return bring_answer(k, a, &b, e);
}
