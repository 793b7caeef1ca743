#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "privacy/facts/member.h"
#include "privacy/keeper/doctor.h"
#include "tests/unit/trust_rig.h"

#define DO(x)	do { if (!(x)) fail_msg("%s: %s", #x, r->err.text); } while (0)

static void
good(bool yes, const struct err *e, const char *doing)
{
	if (!yes)
		fail_msg("%s: %s", doing, e->text);
}

void
rig_begin_hand(struct rig *r)
{
	struct err e = {0};

	good(keeper_begin(&r->keeper, &e), &e, "begin");
	vault_fresh(r->keeper.vault);
	chain_mark(r->keeper.chain);
}

void
rig_end_hand(struct rig *r)
{
	struct err e = {0};

	good(keeper_end(&r->keeper, &e), &e, "end");
}

void
rig_healthy(struct rig *r)
{
	struct err e = {0};

	rig_begin_hand(r);
	good(doctor_look(&r->keeper, &e), &e, "doctor");
	rig_end_hand(r);
}

/* ---- people ---- */

static void
set(struct rig *r, struct person *p, unsigned n, const uint32_t *field, const char *const *value)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_u32(&in, PURPOSE_ENROL);
	pack_u8(&in, n);
	for (unsigned i = 0; i < n; i++) {
		pack_u32(&in, field[i]);
		pack_text(&in, value[i]);
	}
	DO(rig_ask(r, KEEPER_DATA_SET, &in, &out));
}

void
person_sign_in(struct rig *r, struct person *p)
{
	struct rig_block b;
	struct err e = {0};

	DO(rig_sign_in(r, p->address, TRUST_PASSWORD, p->token, &b));
	rig_begin_hand(r);
	good(member_owner(&r->keeper, b.member, &p->owner, NULL, &e), &e, "owner");
	rig_end_hand(r);
}

void
person_make(struct rig *r, struct person *p, const char *login, const char *given, const char *family,
    const char *birth, const char *number)
{
	snprintf(p->address, sizeof(p->address), "%s@example.org", login);
	rig_member(r, p->address, TRUST_PASSWORD, p->token);
	person_sign_in(r, p);
	set(r, p, 2, (const uint32_t[]){ FIELD_GIVEN, FIELD_FAMILY }, (const char *const[]){ given, family });
	if (birth == NULL)
		return;
	set(r, p, 2, (const uint32_t[]){ FIELD_BIRTH, FIELD_NATIONALITY }, (const char *const[]){ birth, "NL" });
	if (number != NULL)
		set(r, p, 2, (const uint32_t[]){ FIELD_DOC_KIND, FIELD_DOC_NUMBER },
		    (const char *const[]){ "passport", number });
}

/* Others that are needed only as the other end of a planted row: made once a rig. */
static int64_t
extra(struct rig *r, unsigned n)
{
	static char dir[sizeof(r->dir)];
	static int64_t made[8];
	struct person p = {0};

	if (strcmp(dir, r->dir) != 0) {
		memcpy(dir, r->dir, sizeof(dir));
		memset(made, 0, sizeof(made));
	}
	if (made[n] == 0) {
		snprintf(p.address, sizeof(p.address), "extra%u@example.org", n);
		rig_member(r, p.address, TRUST_PASSWORD, p.token);
		person_sign_in(r, &p);
		made[n] = p.owner.number;
	}
	return made[n];
}

static void
plant(struct rig *r, int64_t giver, int64_t member, int64_t points, int64_t birth)
{
	struct err e = {0};
	struct assurance a = { .giver = giver, .member = member, .points = points, .met_day = day_of(rig_now(r)),
	    .noted_at = rig_now(r), .made_at = rig_now(r), .birth = birth, .names = 1, .method = VOUCH_MEETING };

	good(assurance_add(&r->keeper, &a, &e), &e, "plant");
}

static void
refresh(struct rig *r, struct person *p)
{
	struct err e = {0};

	rig_begin_hand(r);
	good(trust_refresh(&r->keeper, &p->owner, rig_now(r), NULL, &e), &e, "refresh");
	rig_end_hand(r);
	person_sign_in(r, p);
}

void
person_vouched(struct rig *r, struct person *p, unsigned assurances, bool passed)
{
	struct trust_facts t;
	struct err e = {0};
	int64_t birth, giver[8];

	for (unsigned i = 0; i < assurances; i++)
		giver[i] = extra(r, i);
	rig_begin_hand(r);
	good(vault_version(r->keeper.vault, p->owner.number, FIELD_BIRTH, 0, &birth, &e), &e, "version");
	for (unsigned i = 0; i < assurances; i++)
		plant(r, giver[i], p->owner.number, 35, birth);
	good(trust_get(&r->keeper, p->owner.number, &t, &e), &e, "facts");
	t.passed_at = passed ? rig_now(r) : 0;
	good(trust_put(&r->keeper, p->owner.number, &t, &e), &e, "facts");
	rig_end_hand(r);
	refresh(r, p);
}

void
person_experienced(struct rig *r, struct person *p, unsigned given)
{
	int64_t member = extra(r, 0);

	rig_begin_hand(r);
	for (unsigned i = 0; i < given; i++)
		plant(r, p->owner.number, member, 0, 0);
	rig_end_hand(r);
	refresh(r, p);
}

void
person_assurer(struct rig *r, struct person *p, const char *login, const char *given, const char *family)
{
	person_make(r, p, login, given, family, "1970-01-01", NULL);
	person_vouched(r, p, 3, true);
	person_experienced(r, p, 25);
}

void
person_facts(struct rig *r, struct person *p, const struct trust_facts *t)
{
	struct err e = {0};

	rig_begin_hand(r);
	good(trust_put(&r->keeper, p->owner.number, t, &e), &e, "facts");
	rig_end_hand(r);
	refresh(r, p);
}

void
person_points(struct rig *r, const struct person *p, struct points *into)
{
	struct err e = {0};

	rig_begin_hand(r);
	good(trust_points(&r->keeper, &p->owner, rig_now(r), into, &e), &e, "points");
	rig_end_hand(r);
}

uint32_t
person_roles(struct rig *r, const struct person *p)
{
	struct member_facts f;
	struct owner o;
	struct err e = {0};

	rig_begin_hand(r);
	good(member_owner(&r->keeper, p->owner.number, &o, &f, &e), &e, "roles");
	rig_end_hand(r);
	return f.roles;
}

/* ---- a meeting ---- */

const char *
meet_today(const struct rig *r)
{
	static char today[11];

	day_write(day_of(rig_now(r)), today);
	return today;
}

bool
meet_code_shown(struct rig *r, struct person *member, int64_t id, char code[CODE_TEXT])
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct span s;
	char name[256];

	code[0] = '\0';
	DO(rig_look(r, KEEPER_HANDOVERS, member->token, &out, &b));
	s = span_buf(&out);
	rig_block(&s, &b);
	unpack_text(&s, name, sizeof(name));
	for (uint32_t n = unpack_u32(&s); n > 0; n--) {
		int64_t one = unpack_i64(&s);
		char text[CODE_TEXT + 1];

		unpack_u8(&s), unpack_u8(&s), unpack_i64(&s), unpack_i64(&s);
		unpack_text(&s, text, sizeof(text));
		unpack_text(&s, name, sizeof(name));
		for (uint32_t u = unpack_u32(&s); u > 0; u--)
			unpack_i64(&s), unpack_u8(&s), unpack_i64(&s);
		if (one == id)
			memcpy(code, text, CODE_TEXT);
	}
	assert_false(s.bad);
	return code[0] != '\0';
}

bool
meet_code(struct rig *r, struct person *member, unsigned kind, char code[CODE_TEXT], int64_t *id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span s;

	if (!rig_again(r, member->token, TRUST_PASSWORD))
		return false;
	rig_begin(&in, member->token);
	pack_u8(&in, kind);
	if (!rig_ask(r, KEEPER_HANDOVER_NEW, &in, &out))
		return false;
	s = span_buf(&out);
	rig_block(&s, &b);
	*id = unpack_i64(&s);
	return meet_code_shown(r, member, *id, code);
}

bool
meet_take(struct rig *r, struct person *assurer, const char *code, int64_t *id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span s;

	rig_begin(&in, assurer->token);
	pack_text(&in, code);
	if (!rig_ask(r, KEEPER_HANDOVER_TAKE, &in, &out))
		return false;
	s = span_buf(&out);
	rig_block(&s, &b);
	*id = unpack_i64(&s);
	return !s.bad;
}

static void
met_read(struct span *s, struct met *m)
{
	struct rig_block b;

	*m = (struct met){0};
	rig_block(s, &b);
	unpack_u8(s), unpack_u8(s), unpack_i64(s), unpack_u8(s);
	m->most = unpack_i64(s);
	m->young = unpack_u8(s);
	for (int i = 0; i < 4; i++)
		m->left[i] = unpack_u8(s);
	m->birth = unpack_u8(s);
	m->kind = unpack_u8(s);
	m->number = unpack_u8(s);
	m->names = unpack_u8(s);
	for (unsigned i = 0; i < m->names; i++) {
		m->index[i] = unpack_u8(s);
		unpack_u8(s);
		m->match[i] = unpack_u8(s);
	}
	m->shown = unpack_i64(s);
	m->proposed = unpack_u8(s);
	m->vouched = unpack_u32(s);
	assert_false(s->bad);
}

bool
meet_match(struct rig *r, struct person *assurer, int64_t id, const char *name, const char *birth, const char *kind,
    const char *number, struct met *m)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;

	rig_begin(&in, assurer->token);
	pack_i64(&in, id);
	pack_text(&in, name);
	pack_text(&in, birth);
	pack_text(&in, kind);
	pack_text(&in, number);
	if (!rig_ask(r, KEEPER_HANDOVER_MATCH, &in, &out))
		return false;
	s = span_buf(&out);
	met_read(&s, m);
	return true;
}

bool
meet_draft(struct rig *r, struct person *assurer, int64_t id, const struct draft_words *w, int64_t *draft)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span s;

	rig_begin(&in, assurer->token);
	pack_i64(&in, id);
	pack_text(&in, w->place == NULL ? "Utrecht" : w->place);
	pack_text(&in, w->met == NULL ? meet_today(r) : w->met);
	pack_u32(&in, w->documents);
	pack_u32(&in, w->names);
	pack_u8(&in, !w->refuses);
	pack_u8(&in, w->parent);
	pack_u8(&in, w->paper);
	pack_i64(&in, w->points);
	pack_u8(&in, w->link);
	pack_u8(&in, w->from);
	pack_u8(&in, w->to);
	pack_text(&in, w->third_party == NULL ? "" : w->third_party);
	if (!rig_ask(r, KEEPER_ASSURE_DRAFT, &in, &out))
		return false;
	s = span_buf(&out);
	rig_block(&s, &b);
	*draft = unpack_i64(&s);
	return !s.bad;
}

bool
meet_sign(struct rig *r, struct person *assurer, int64_t draft, uint32_t *why)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span s;

	rig_begin(&in, assurer->token);
	pack_text(&in, TRUST_PASSWORD);
	pack_bytes(&in, "192.0.2.1", 9);
	pack_u32(&in, 1);
	pack_i64(&in, draft);
	if (!rig_ask(r, KEEPER_ASSURE_SIGN, &in, &out))
		return false;
	s = span_buf(&out);
	unpack_exact(&s, assurer->token, TOKEN_BYTES);
	rig_block(&s, &b);
	assert_int_equal(unpack_u32(&s), 1);
	assert_int_equal(unpack_i64(&s), draft);
	*why = unpack_u32(&s);
	assert_false(s.bad);
	return true;
}

bool
meet_whole(struct rig *r, struct person *assurer, struct person *member, const char *name, const char *birth, int64_t points)
{
	struct draft_words w = { .documents = DOCUMENT_PASSPORT, .names = 1, .points = points };
	char code[CODE_TEXT] = "";
	int64_t id, draft;
	uint32_t why;
	struct met m;

	return meet_code(r, member, HANDOVER_SCREEN, code, &id) && meet_take(r, assurer, code, &id) &&
	    meet_match(r, assurer, id, name, birth, "", "", &m) && meet_draft(r, assurer, id, &w, &draft) &&
	    meet_sign(r, assurer, draft, &why) && why == WHY_NONE;
}
