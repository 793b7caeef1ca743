/*
 * What members publish: the directory's lines from the announcement to their end,
 * what a crash leaves half, and messages by way of a line; each refusal with its why.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <sodium.h>
#include "privacy/facts/contact.h"
#include "privacy/facts/member.h"
#include "privacy/facts/published.h"
#include "tests/unit/keeper_rig.h"

#define ANNA	"anna@example.org"
#define BEN	"ben@example.org"
#define PASS	"correct horse battery"
#define GIVERS	3

struct people {			/* Anna is an assurer, Ben a member */
	struct rig	rig;
	unsigned char	anna[TOKEN_BYTES], ben[TOKEN_BYTES];
	int64_t		anna_number, ben_number, givers[GIVERS];
};

#define REFUSED(r, kind_, why_) do { \
	assert_int_equal((r)->err.kind, (kind_)); \
	assert_int_equal((r)->err.why, (why_)); \
} while (0)

/* ---- people ---- */

static void
tell(struct rig *r, const unsigned char token[TOKEN_BYTES], const char *given, const char *family, const char *birth)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, token);
	pack_u32(&in, PURPOSE_ENROL);
	pack_u8(&in, 3);
	pack_u32(&in, FIELD_GIVEN);
	pack_text(&in, given);
	pack_u32(&in, FIELD_FAMILY);
	pack_text(&in, family);
	pack_u32(&in, FIELD_BIRTH);
	pack_text(&in, birth);
	assert_true(rig_ask(r, KEEPER_DATA_SET, &in, &out));
}

static int64_t
number_of(struct rig *r, const unsigned char token[TOKEN_BYTES])
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;

	assert_true(rig_look(r, KEEPER_WHO, token, &out, &b));
	return b.member;
}

static const struct sql
sql_assured = { "test_assured", "iiiiiii", "",
	"INSERT INTO assurance (id, giver, member, third_party, points, met_day, noted_at, made_at, withdrawn_at,"
	" falls_at, confirmed_at, objected_at, birth, names, method, founding, parent, paper, link, link_from,"
	" link_to) VALUES ($1, $2, $3, 0, 35, $4, $5, $6, 0, 0, 0, 0, $7, 1, 1, 0, 0, 0, 0, 0, 0)" },
sql_passed = { "test_passed", "iii", "",
	"INSERT INTO trust (member, main_name, passed_at, founder_at, standing, standing_at, name_changed_at, next_at)"
	" VALUES ($1, 0, $2, 0, 0, 0, 0, 0) ON CONFLICT (member) DO UPDATE SET passed_at = $3" },
sql_role = { "test_role", "ii", "", "UPDATE member SET roles = $1 WHERE number = $2" };

/* As if three had vouched for this member, and the challenge were passed then (0: not passed). */
static void
plant(struct people *p, int64_t member, int64_t passed_at)
{
	struct keeper *k = &p->rig.keeper;
	int64_t version, now = rig_now(&p->rig);
	struct err e = {0};

	assert_true(store_begin(k->store, &e));
	assert_true(vault_version(k->vault, member, FIELD_BIRTH, 0, &version, &e));
	for (int i = 0; i < GIVERS; i++)
		assert_true(sql_do(k->store, &sql_assured, &e, member + i, p->givers[i], member, now / DAY_SECONDS - 9,
		    now, now, version));
	assert_true(sql_do(k->store, &sql_passed, &e, member, passed_at, passed_at));
	assert_true(sql_do(k->store, &sql_role, &e, INT64_C(1) << ROLE_MEMBER | INT64_C(1) << ROLE_ASSURER, member));
	assert_true(store_commit(k->store, &e));
}

static void
challenge(struct people *p, int64_t member, int64_t passed_at)
{
	struct err e = {0};

	assert_true(store_begin(p->rig.keeper.store, &e));
	assert_true(sql_do(p->rig.keeper.store, &sql_passed, &e, member, passed_at, passed_at));
	assert_true(store_commit(p->rig.keeper.store, &e));
}

static int
up(void **state)
{
	struct people *p = calloc(1, sizeof(*p));
	unsigned char token[TOKEN_BYTES];

	if (p == NULL)
		return -1;
	rig_open(&p->rig, (const char *const[]){ "limit.mails_per_hour=20", NULL });
	rig_member(&p->rig, ANNA, PASS, p->anna);
	rig_member(&p->rig, BEN, PASS, p->ben);
	for (int i = 0; i < GIVERS; i++) {
		char address[32];

		snprintf(address, sizeof(address), "giver%d@example.org", i);
		rig_member(&p->rig, address, PASS, token);
		p->givers[i] = number_of(&p->rig, token);
	}
	p->anna_number = number_of(&p->rig, p->anna);
	p->ben_number = number_of(&p->rig, p->ben);
	tell(&p->rig, p->anna, "Anna-Lena Maria", "van der Berg", "1984-02-29");
	plant(p, p->anna_number, rig_now(&p->rig));
	*state = p;
	return 0;
}

static int
down(void **state)
{
	struct people *p = *state;

	rig_drop(&p->rig);
	free(p);
	return 0;
}

/* Signed in again when a session has become too old. */
static void
again(struct people *p)
{
	assert_true(rig_sign_in(&p->rig, ANNA, PASS, p->anna, NULL));
	assert_true(rig_sign_in(&p->rig, BEN, PASS, p->ben, NULL));
}

/* ---- history ---- */

struct entry { int64_t number, fields; unsigned kind, role, purpose, has_values; char object[256]; };

/* The entry so many places before the newest. */
static void
before(struct rig *r, const unsigned char token[TOKEN_BYTES], int64_t back, struct entry *x)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span s;
	int64_t place = 0, all;

	do {
		rig_begin(&in, token);
		pack_i64(&in, place);
		pack_u32(&in, 1);
		assert_true(rig_ask(r, KEEPER_HISTORY, &in, &out));
		s = span_buf(&out);
		rig_block(&s, &b);
		all = unpack_i64(&s);
		assert_int_equal(unpack_u32(&s), 1);
		unpack_i64(&s);
		place = place == 0 && back > 0 ? all - back + 1 : 0;
	} while (place != 0);
	x->number = unpack_i64(&s);
	unpack_i64(&s);
	x->kind = unpack_u8(&s);
	x->role = unpack_u8(&s);
	x->purpose = unpack_u32(&s);
	x->fields = unpack_i64(&s);
	unpack_text(&s, x->object, sizeof(x->object));
	x->has_values = unpack_u8(&s);
	unpack_u8(&s);
	assert_true(unpack_end(&s, "history", NULL));
}

static void
newest(struct rig *r, const unsigned char token[TOKEN_BYTES], struct entry *x)
{
	before(r, token, 0, x);
}

/* ---- the line ---- */

struct line { unsigned yes; const char *name, *region, *languages; unsigned placed; int64_t lat, lon; };
struct announced { int64_t id, change, number, replaces; };

static const struct line munich = { 1, "Anna-Lena V.", "München", "de en", 1, 481, 116 };

static bool
announce(struct rig *r, const unsigned char token[TOKEN_BYTES], const struct line *l, struct announced *x)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span s;

	rig_begin(&in, token);
	pack_u8(&in, l->yes);
	pack_text(&in, l->name);
	pack_text(&in, l->region);
	pack_text(&in, l->languages);
	pack_u8(&in, l->placed);
	pack_i64(&in, l->lat);
	pack_i64(&in, l->lon);
	if (!rig_ask(r, KEEPER_LISTING_ANNOUNCE, &in, &out))
		return false;
	s = span_buf(&out);
	rig_block(&s, &b);
	x->id = unpack_i64(&s);
	x->change = unpack_i64(&s);
	x->number = unpack_i64(&s);
	x->replaces = unpack_i64(&s);
	return unpack_end(&s, "announce", &r->err);
}

static bool
stands(struct rig *r, const unsigned char *token, int64_t id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	if (token != NULL)
		rig_begin(&in, token);
	pack_i64(&in, id);
	return rig_ask_as(r, token != NULL ? KEEPER_PEER_PORTAL : KEEPER_PEER_CLERK, KEEPER_PUBLISHED_STANDS, &in, &out);
}

static bool
over(struct rig *r, int64_t id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	pack_i64(&in, id);
	return rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_PUBLISHED_OVER, &in, &out);
}

static bool
taken_down(struct rig *r, const unsigned char token[TOKEN_BYTES])
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct span s;

	if (!rig_look(r, KEEPER_LISTING_END, token, &out, &b))
		return false;
	s = span_buf(&out);
	rig_block(&s, &b);
	assert_int_equal(unpack_u32(&s), 1);
	unpack_i64(&s);
	return unpack_end(&s, "end", &r->err);
}

struct seen { unsigned may, state; int64_t id; char name[256]; };

static void
look(struct rig *r, const unsigned char token[TOKEN_BYTES], struct seen *x)
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct span s;

	assert_true(rig_look(r, KEEPER_LISTING, token, &out, &b));
	s = span_buf(&out);
	rig_block(&s, &b);
	x->may = unpack_u8(&s);
	x->id = unpack_i64(&s);
	x->state = unpack_u8(&s);
	unpack_i64(&s);
	unpack_text(&s, x->name, sizeof(x->name));
	assert_true(unpack_end(&s, "listing", NULL));
}

struct due { int64_t id, change, number; unsigned kind, state; };

static uint32_t
due(struct rig *r, struct due into[8])
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;
	uint32_t n;

	pack_i64(&in, 8);
	assert_true(rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_PUBLISHED_OPEN, &in, &out));
	s = span_buf(&out);
	n = unpack_u32(&s);
	for (uint32_t i = 0; i < n; i++) {
		into[i].id = unpack_i64(&s);
		into[i].kind = unpack_u8(&s);
		into[i].state = unpack_u8(&s);
		into[i].change = unpack_i64(&s);
		into[i].number = unpack_i64(&s);
	}
	assert_true(unpack_end(&s, "open", NULL));
	return n;
}

static void
test_walk(void **state)
{
	struct people *p = *state;
	struct rig *r = &p->rig;
	struct announced a, b;
	struct due d[8];
	struct entry x;
	struct seen seen;

	look(r, p->anna, &seen);
	assert_int_equal(seen.may, 1);
	assert_int_equal(seen.id, 0);
	assert_string_equal(seen.name, "Anna-Lena V.");
	/* The preview is the owner's own look at a name, no disclosure. */
	newest(r, p->anna, &x);
	assert_int_equal(x.purpose, PURPOSE_NAMES);

	assert_true(announce(r, p->anna, &munich, &a));
	assert_int_equal(a.replaces, 0);
	newest(r, p->anna, &x);
	assert_int_equal(x.number, a.number);
	assert_int_equal(x.purpose, PURPOSE_DIRECTORY);
	assert_int_equal(x.kind, KIND_DISCLOSURE);
	assert_int_equal(x.fields, FIELD_BIT(FIELD_GIVEN) | FIELD_BIT(FIELD_FAMILY));
	assert_string_equal(x.object, "listed");
	assert_int_equal(x.has_values, 1);
	look(r, p->anna, &seen);
	assert_int_equal(seen.id, a.id);
	assert_int_equal(seen.state, PUBLISHED_ANNOUNCED);

	assert_false(stands(r, p->ben, a.id));
	REFUSED(r, ERR_ABSENT, WHY_LISTING_ABSENT);
	assert_true(stands(r, p->anna, a.id));
	assert_true(stands(r, p->anna, a.id));
	assert_int_equal(due(r, d), 0);

	/* A changed line is a new one; the old one goes when that stands, not before. */
	assert_true(announce(r, p->anna, &(struct line){ 1, "", "Wien", "", 0, 0, 0 }, &b));
	assert_int_equal(b.replaces, a.id);
	newest(r, p->anna, &x);
	assert_int_equal(x.fields, 0);
	assert_int_equal(due(r, d), 0);
	assert_true(stands(r, p->anna, b.id));
	assert_int_equal(due(r, d), 1);
	assert_int_equal(d[0].id, a.id);
	assert_int_equal(d[0].change, a.change);
	assert_int_equal(d[0].number, a.number);
	assert_int_equal(d[0].kind, PUBLISHED_LISTING);
	assert_int_equal(d[0].state, PUBLISHED_ENDING);
	assert_false(over(r, b.id));
	assert_int_equal(r->err.kind, ERR_CONFLICT);
	assert_true(over(r, a.id));
	assert_true(over(r, a.id));
	assert_int_equal(due(r, d), 0);

	assert_true(taken_down(r, p->anna));
	newest(r, p->anna, &x);
	assert_int_equal(x.purpose, PURPOSE_DIRECTORY);
	assert_string_equal(x.object, "taken down");
	assert_false(taken_down(r, p->anna));
	REFUSED(r, ERR_ABSENT, WHY_LISTING_ABSENT);
	assert_false(stands(r, p->anna, b.id));
	REFUSED(r, ERR_ABSENT, WHY_LISTING_ABSENT);
	look(r, p->anna, &seen);
	assert_int_equal(seen.id, 0);
	assert_int_equal(due(r, d), 1);
	assert_true(over(r, b.id));
}

/* What the portal announced and never said to stand. */
static void
test_half_done(void **state)
{
	struct people *p = *state;
	struct rig *r = &p->rig;
	struct announced a, b;
	struct due d[8];
	struct entry x;

	assert_true(announce(r, p->anna, &munich, &a));
	assert_false(over(r, a.id));
	assert_int_equal(r->err.kind, ERR_CONFLICT);
	assert_int_equal(due(r, d), 0);
	rig_later(r, PUBLISHED_WAIT);
	assert_int_equal(due(r, d), 1);
	assert_int_equal(d[0].state, PUBLISHED_ANNOUNCED);
	/* Not in the site store: cancelled, and the entry says so. */
	assert_true(over(r, a.id));
	newest(r, p->anna, &x);
	assert_string_equal(x.object, "announced and never shown");
	assert_int_equal(x.role, ACTOR_SYSTEM);
	assert_false(stands(r, p->anna, a.id));
	REFUSED(r, ERR_ABSENT, WHY_LISTING_ABSENT);

	/* In the site store: it stands, on the clerk's word. */
	assert_true(announce(r, p->anna, &munich, &a));
	rig_restart(r);
	rig_later(r, PUBLISHED_WAIT);
	assert_int_equal(due(r, d), 1);
	assert_true(stands(r, NULL, a.id));
	assert_int_equal(due(r, d), 0);

	/* Sent twice: the first of the two is over at once, what stood stays. */
	assert_true(announce(r, p->anna, &munich, &b));
	assert_int_equal(b.replaces, a.id);
	{
		struct announced c;

		assert_true(announce(r, p->anna, &munich, &c));
		assert_int_equal(due(r, d), 1);
		assert_int_equal(d[0].id, b.id);
		assert_true(over(r, b.id));
		rig_later(r, PUBLISHED_WAIT);
		assert_true(over(r, c.id));
	}
	assert_int_equal(due(r, d), 0);
	assert_true(stands(r, p->anna, a.id));
}

/* The site store holds what nobody published: the clerk learns which. */
static void
test_strays(void **state)
{
	struct people *p = *state;
	struct rig *r = &p->rig;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct announced a;
	struct span s;

	assert_true(announce(r, p->anna, &munich, &a));
	pack_u8(&in, PUBLISHED_LISTING);
	pack_i64(&in, 4711);
	pack_i64(&in, a.id);
	pack_i64(&in, -1);
	assert_true(rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_PUBLISHED_STRAYS, &in, &out));
	s = span_buf(&out);
	assert_int_equal(unpack_u32(&s), 2);
	assert_int_equal(unpack_i64(&s), 4711);
	assert_int_equal(unpack_i64(&s), -1);
	assert_true(unpack_end(&s, "strays", NULL));
	in.data[0] = PUBLISHED_EVENT;	/* of another kind it is none */
	assert_true(rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_PUBLISHED_STRAYS, &in, &out));
	s = span_buf(&out);
	assert_int_equal(unpack_u32(&s), 3);
	for (int kind = 0; kind <= PUBLISHED_KIND__COUNT; kind += PUBLISHED_KIND__COUNT) {
		in.data[0] = (char)kind;
		assert_false(rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_PUBLISHED_STRAYS, &in, &out));
		assert_int_equal(r->err.kind, ERR_INPUT);
	}
	buf_reset(&in);
	pack_u8(&in, PUBLISHED_LISTING);
	pack_u8(&in, 1);
	assert_false(rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_PUBLISHED_STRAYS, &in, &out));
	assert_int_equal(r->err.kind, ERR_INPUT);
	for (int64_t limit = 0; limit <= PUBLISHED_AT_ONCE + 1; limit += PUBLISHED_AT_ONCE + 1) {
		buf_reset(&in);
		pack_i64(&in, limit);
		assert_false(rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_PUBLISHED_OPEN, &in, &out));
		assert_int_equal(r->err.kind, ERR_INPUT);
	}
}

static void
test_wrong_lines(void **state)
{
	static const char sixty[] = "äääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää";
	static const struct { struct line l; enum err_kind kind; enum why why; } rows[] = {
		{ { 0, "", "Wien", "", 0, 0, 0 }, ERR_DENIED, WHY_NONE },
		{ { 2, "", "Wien", "", 0, 0, 0 }, ERR_DENIED, WHY_NONE },
		{ { 1, "Anna-Lena B.", "Wien", "", 0, 0, 0 }, ERR_CONFLICT, WHY_NONE },
		{ { 1, "Anna-Lena", "Wien", "", 0, 0, 0 }, ERR_CONFLICT, WHY_NONE },
		{ { 1, "", "", "de", 0, 0, 0 }, ERR_INPUT, WHY_FIELD_SHAPE },
		{ { 1, "", "Wi\nen", "", 0, 0, 0 }, ERR_INPUT, WHY_FIELD_SHAPE },
		{ { 1, "", "Wi\342\200\256en", "", 0, 0, 0 }, ERR_INPUT, WHY_FIELD_SHAPE },
		{ { 1, "", "Wi\x7f", "", 0, 0, 0 }, ERR_INPUT, WHY_FIELD_SHAPE },
		{ { 1, "", sixty, "", 0, 0, 0 }, ERR_INPUT, WHY_NONE },
		{ { 1, "", "Wien", "DE", 0, 0, 0 }, ERR_INPUT, WHY_FIELD_SHAPE },
		{ { 1, "", "Wien", "d", 0, 0, 0 }, ERR_INPUT, WHY_FIELD_SHAPE },
		{ { 1, "", "Wien", "deut", 0, 0, 0 }, ERR_INPUT, WHY_FIELD_SHAPE },
		{ { 1, "", "Wien", "de ", 0, 0, 0 }, ERR_INPUT, WHY_FIELD_SHAPE },
		{ { 1, "", "Wien", "de  en", 0, 0, 0 }, ERR_INPUT, WHY_FIELD_SHAPE },
		{ { 1, "", "Wien", "de,en", 0, 0, 0 }, ERR_INPUT, WHY_FIELD_SHAPE },
		{ { 1, "", "Wien", "", 1, 901, 0 }, ERR_INPUT, WHY_FIELD_SHAPE },
		{ { 1, "", "Wien", "", 1, -901, 0 }, ERR_INPUT, WHY_FIELD_SHAPE },
		{ { 1, "", "Wien", "", 1, 0, 1801 }, ERR_INPUT, WHY_FIELD_SHAPE },
		{ { 1, "", "Wien", "", 1, 0, INT64_MIN }, ERR_INPUT, WHY_FIELD_SHAPE },
	};
	static const struct line good[] = {
		{ 1, "", "Wien", "", 0, 0, 0 }, { 1, "", "", "", 1, -900, 1800 }, { 1, "Anna-Lena V.", "Æbeltoft, Jütland", "da de kab", 1, 900, -1800 },
	};
	struct people *p = *state;
	struct rig *r = &p->rig;
	int64_t size = chain_size(r->keeper.chain);
	struct announced a;

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (announce(r, p->anna, &rows[i].l, &a) || r->err.kind != rows[i].kind || r->err.why != rows[i].why)
			fail_msg("row %zu: kind %d, why %u (%s)", i, (int)r->err.kind, r->err.why, r->err.text);
	}
	/* What is refused discloses nothing and leaves nothing half. */
	assert_int_equal(chain_size(r->keeper.chain), size);
	for (size_t i = 0; i < COUNT(good); i++)
		if (!announce(r, p->anna, &good[i], &a))
			fail_msg("good row %zu: %s", i, r->err.text);
}

/* Who may not be listed, and whose name nobody gets. */
static void
test_who_may(void **state)
{
	struct people *p = *state;
	struct rig *r = &p->rig;
	struct line l = munich;
	struct announced a;
	struct seen seen;

	tell(r, p->ben, "Ben", "Okafor", "1990-01-01");
	l.name = "Ben O.";
	look(r, p->ben, &seen);
	assert_int_equal(seen.may, 0);
	assert_string_equal(seen.name, "");
	assert_false(announce(r, p->ben, &l, &a));
	REFUSED(r, ERR_DENIED, WHY_ROLE);
	assert_false(taken_down(r, p->ben));
	REFUSED(r, ERR_ABSENT, WHY_LISTING_ABSENT);

	/* The role alone, without what it stands for. */
	plant(p, p->ben_number, 0);
	assert_false(announce(r, p->ben, &l, &a));
	REFUSED(r, ERR_DENIED, WHY_LISTED);
	look(r, p->ben, &seen);
	assert_int_equal(seen.may, 0);
	assert_string_equal(seen.name, "");
	challenge(p, p->ben_number, rig_now(r));
	assert_true(announce(r, p->ben, &l, &a));

	/* Within 72 hours of a recovery nothing is published, and what stands can be taken down. */
	assert_true(stands(r, p->ben, a.id));
	{
		struct err e = {0};

		assert_true(store_begin(r->keeper.store, &e));
		assert_true(member_bar(&r->keeper, p->ben_number, rig_now(r) + 1000, &e));
		assert_true(store_commit(r->keeper.store, &e));
	}
	assert_false(announce(r, p->ben, &l, &a));
	REFUSED(r, ERR_DENIED, WHY_BAR);
	assert_true(taken_down(r, p->ben));
}

/* FACT_OPT_IN: for this purpose no name opens before its owner said yes, and none at all for another's asking. */
static void
test_opt_in(void **state)
{
	struct people *p = *state;
	struct keeper *k = &p->rig.keeper;
	DROP(buf_wipe) struct buf into = {0};
	struct act a = { .row = &keeper_rows[KEEPER_LISTING_ANNOUNCE], .purpose = PURPOSE_DIRECTORY, .role = ACTOR_OWNER,
	    .now = rig_now(&p->rig) };
	struct err e = {0};
	struct owner o;
	bool found;

	assert_true(member_owner(k, p->anna_number, &o, NULL, &e));
	a.owner = o;
	assert_false(act_open(k, &a, FIELD_GIVEN, 0, &into, NULL, &found, &e));
	assert_int_equal(e.kind, ERR_DENIED);
	assert_false(act_open_of(k, &a, ACTOR_SYSTEM, &o, FIELD_GIVEN, 0, &into, &found, &e));
	assert_int_equal(e.kind, ERR_DENIED);
	assert_int_equal(into.len, 0);
	assert_int_equal(vault_opened(k->vault, o.number), 0);
	a.opted_in = true;
	assert_true(act_open(k, &a, FIELD_GIVEN, 0, &into, NULL, &found, &e));
	vault_fresh(k->vault);
}

/* ---- messages ---- */

static bool
send(struct rig *r, const unsigned char token[TOKEN_BYTES], int64_t id, const char *text)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, token);
	pack_i64(&in, id);
	pack_text(&in, text);
	return rig_ask(r, KEEPER_CONTACT_SEND, &in, &out);
}

static bool
reply(struct rig *r, const unsigned char token[TOKEN_BYTES], const char *text)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, token);
	pack_text(&in, text);
	return rig_ask(r, KEEPER_CONTACT_ANSWER, &in, &out);
}

static int64_t
listed(struct people *p)
{
	struct announced a;

	assert_true(announce(&p->rig, p->anna, &munich, &a));
	assert_true(stands(&p->rig, p->anna, a.id));
	return a.id;
}

static int64_t
messages(struct people *p, int64_t member)
{
	static const struct sql count = { "test_messages", "ii", "i",
		"SELECT CAST(count(*) AS bigint) FROM sealed WHERE subject = $1 AND field = $2 AND box IS NOT NULL" };
	DROP(rows_drop) struct rows *r = NULL;
	struct err e = {0};

	assert_true(sql_first(p->rig.keeper.store, &r, &count, &e, member, (int64_t)FIELD_MESSAGE));
	return rows_i64(r, 0);
}

static void
test_contact(void **state)
{
	struct people *p = *state;
	struct rig *r = &p->rig;
	int64_t line = listed(p);
	struct rig_mail m, answer, known;
	struct entry x;

	assert_true(send(r, p->ben, line, "\n Hello,\n\nmay we meet on Friday?\t Ben \n\n"));
	newest(r, p->ben, &x);
	assert_int_equal(x.purpose, PURPOSE_CONTACT);
	assert_int_equal(x.role, ACTOR_OWNER);
	assert_int_equal(x.fields, 0);
	assert_int_equal(messages(p, p->ben_number), 1);
	assert_true(rig_mail_of(r, MAIL_CONTACT, &m));
	assert_string_equal(m.to, ANNA);
	assert_string_equal(m.object, MAIL_PART "Hello,\n\nmay we meet on Friday?\t Ben");

	/* Looking, or another kind of link, takes nothing. */
	assert_false(rig_take(r, m.token));
	REFUSED(r, ERR_ABSENT, WHY_TOKEN);
	assert_false(reply(r, m.token, "  \n"));
	REFUSED(r, ERR_INPUT, WHY_FIELD_SHAPE);
	assert_true(reply(r, m.token, "Gladly.\nAnna"));
	assert_false(reply(r, m.token, "Gladly.\nAnna"));
	REFUSED(r, ERR_ABSENT, WHY_TOKEN);
	assert_int_equal(messages(p, p->ben_number), 0);

	newest(r, p->anna, &x);
	assert_int_equal(x.purpose, PURPOSE_CONTACT);
	assert_int_equal(x.kind, KIND_DISCLOSURE);
	assert_int_equal(x.fields, FIELD_BIT(FIELD_ADDRESS));
	newest(r, p->ben, &x);
	assert_int_equal(x.purpose, PURPOSE_CONTACT);
	assert_int_equal(x.role, ACTOR_SYSTEM);
	assert_int_equal(x.fields, FIELD_BIT(FIELD_ADDRESS) | FIELD_BIT(FIELD_MESSAGE));

	assert_true(rig_mail_of(r, MAIL_CONTACT_ANSWER, &answer));
	assert_string_equal(answer.to, BEN);
	assert_string_equal(answer.object, ANNA MAIL_PART "Gladly.\nAnna" MAIL_PART "Hello,\n\nmay we meet on Friday?\t Ben");
	assert_true(rig_mail_of(r, MAIL_CONTACT_KNOWN, &known));
	assert_string_equal(known.to, ANNA);
	assert_string_equal(known.object, BEN);
}

/* A line that does not stand, for whatever reason, is one sentence. */
static void
test_contact_nobody(void **state)
{
	struct people *p = *state;
	struct rig *r = &p->rig;
	int64_t line = listed(p);
	struct announced a;
	struct rig_mail m;
	struct entry x;
	struct due d[8];

	while (rig_mail(r, &m))
		continue;
	assert_true(announce(r, p->anna, &munich, &a));
	for (int i = 0; i < 3; i++) {
		assert_false(send(r, p->ben, i == 0 ? a.id : i == 1 ? 4711 : -line, "Hello"));
		REFUSED(r, ERR_ABSENT, WHY_LISTING_ABSENT);
	}
	/* Who is no assurer any more is taken down when somebody writes to them, at the latest. */
	challenge(p, p->anna_number, 0);
	assert_false(send(r, p->ben, line, "Hello"));
	REFUSED(r, ERR_ABSENT, WHY_LISTING_ABSENT);
	assert_int_equal(due(r, d), 2);
	newest(r, p->anna, &x);
	assert_string_equal(x.object, "taken down");
	assert_int_equal(x.role, ACTOR_SYSTEM);
	challenge(p, p->anna_number, rig_now(r));
	assert_false(send(r, p->ben, line, "Hello"));
	REFUSED(r, ERR_ABSENT, WHY_LISTING_ABSENT);
	assert_false(rig_mail(r, &m));
	assert_int_equal(messages(p, p->ben_number), 0);
}

static void
test_contact_limits(void **state)
{
	struct people *p = *state;
	struct rig *r = &p->rig;
	int64_t line = listed(p);
	char text[KEEPER_TEXT_MAX];
	struct rig_mail m;

	for (int i = 0; i < r->set.trust.contacts_per_day; i++)
		assert_true(send(r, p->ben, line, "Hello"));
	assert_true(rig_mail_of(r, MAIL_CONTACT, &m));
	assert_true(reply(r, m.token, "Yes"));		/* what was answered counts as well */
	assert_false(send(r, p->ben, line, "Hello"));
	REFUSED(r, ERR_DENIED, WHY_CONTACT_MANY);
	rig_later(r, DAY_SECONDS);
	again(p);
	memset(text, 'x', sizeof(text));
	text[MESSAGE_MAX] = '\0';
	assert_true(send(r, p->ben, line, text));
	text[MESSAGE_MAX] = 'x';
	text[MESSAGE_MAX + 1] = '\0';
	assert_false(send(r, p->ben, line, text));
	REFUSED(r, ERR_INPUT, WHY_FIELD_LONG);
	for (int i = 0; i < 3; i++) {
		assert_false(send(r, p->ben, line, i == 0 ? "" : i == 1 ? "a\rb" : "a" MAIL_PART "b"));
		REFUSED(r, ERR_INPUT, WHY_FIELD_SHAPE);
	}
	/* Oneself may be written to: one sees what others would get. */
	assert_true(send(r, p->anna, line, "to myself"));
	assert_true(rig_mail_of(r, MAIL_CONTACT, &m));
	while (strcmp(m.object, MAIL_PART "to myself") != 0)
		assert_true(rig_mail_of(r, MAIL_CONTACT, &m));
	assert_true(reply(r, m.token, "from myself"));
}

/* What nobody answers is forgotten, link and all. */
static void
test_contact_old(void **state)
{
	struct people *p = *state;
	struct rig *r = &p->rig;
	DROP(buf_wipe) struct buf out = {0};
	int64_t line = listed(p);
	struct rig_mail m, late;
	struct entry x;

	assert_true(send(r, p->ben, line, "Hello"));
	assert_true(rig_mail_of(r, MAIL_CONTACT, &m));
	assert_true(send(r, p->ben, line, "Hello again"));
	rig_later(r, r->set.trust.contact_life - 1);
	assert_true(rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	assert_int_equal(messages(p, p->ben_number), 2);
	rig_later(r, 1);
	assert_false(reply(r, m.token, "Too late"));
	REFUSED(r, ERR_ABSENT, WHY_TOKEN);
	assert_true(rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	assert_int_equal(messages(p, p->ben_number), 0);
	assert_false(rig_mail_of(r, MAIL_CONTACT, &late));	/* the one that was never sent */
	assert_true(rig_sign_in(r, BEN, PASS, p->ben, NULL));
	before(r, p->ben, 1, &x);
	assert_int_equal(x.purpose, PURPOSE_KEEP_TIDY);
	assert_string_equal(x.object, "a message that was not answered");
}

/* An erasure of either end takes message, mail and link with it. */
static void
test_contact_forget(void **state)
{
	struct people *p = *state;
	struct rig *r = &p->rig;
	int64_t line = listed(p);
	struct rig_mail m;
	struct err e = {0};
	struct entry x;

	for (int end = 0; end < 2; end++) {
		assert_true(send(r, p->ben, line, "Hello"));
		assert_true(rig_mail_of(r, MAIL_CONTACT, &m));
		assert_true(send(r, p->ben, line, "Hello"));
		assert_true(keeper_begin(&r->keeper, &e));
		vault_fresh(r->keeper.vault);
		assert_true(contact_forget(&r->keeper, end == 0 ? p->anna_number : p->ben_number, rig_now(r), &e));
		assert_true(vault_settled(r->keeper.vault, &e));
		assert_true(keeper_end(&r->keeper, &e));
		assert_false(reply(r, m.token, "Gladly"));
		REFUSED(r, ERR_ABSENT, WHY_TOKEN);
		assert_false(rig_mail_of(r, MAIL_CONTACT, &m));
		newest(r, p->ben, &x);
		assert_string_equal(x.object, end == 0 ? "a message that was not answered" : "a message to a listed assurer");
	}
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, up, down)
	const struct CMUnitTest tests[] = {
		CASE(test_walk), CASE(test_half_done), CASE(test_strays), CASE(test_wrong_lines), CASE(test_who_may),
		CASE(test_opt_in), CASE(test_contact), CASE(test_contact_nobody), CASE(test_contact_limits),
		CASE(test_contact_old), CASE(test_contact_forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
