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
#include "privacy/facts/name.h"
#include "privacy/facts/published.h"
#include "tests/unit/trust_rig.h"

#define ANNA	"anna@example.org"
#define BEN	"ben@example.org"

struct people {			/* Anna is an assurer, Ben a member */
	struct rig	rig;
	struct person	anna, ben;
};

#define REFUSED(r, kind_, why_) do { \
	assert_int_equal((r)->err.kind, (kind_)); \
	assert_int_equal((r)->err.why, (why_)); \
} while (0)

/* ---- people ---- */

static int
up(void **state)
{
	struct people *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return -1;
	rig_open(&p->rig, (const char *const[]){ "limit.mails_per_hour=20", NULL });
	person_make(&p->rig, &p->anna, "anna", "Anna-Lena Maria", "van der Berg", "1984-02-29", NULL);
	person_make(&p->rig, &p->ben, "ben", "Ben", "Okafor", "1990-01-01", NULL);
	person_vouched(&p->rig, &p->anna, 3, true);
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

static const struct sql
sql_passed = { "test_passed", "ii", "", "UPDATE trust SET passed_at = $1 WHERE member = $2" };

/* As if the challenge had been passed then (0: never), and nobody had reckoned anew since. */
static void
challenge(struct rig *r, const struct person *who, int64_t passed_at)
{
	struct err e = {0};

	rig_begin_hand(r);
	assert_true(sql_do(r->keeper.store, &sql_passed, &e, passed_at, who->owner.number));
	rig_end_hand(r);
}

/* ---- history ---- */

struct entry { int64_t number, fields; unsigned kind, role, purpose, has_values; char object[256]; };

/* The entry so many places before the newest; looking adds one, so it is one look. */
static void
before(struct rig *r, const unsigned char token[TOKEN_BYTES], uint32_t back, struct entry *x)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span s;

	rig_begin(&in, token);
	pack_i64(&in, 0);
	pack_u32(&in, back + 1);
	assert_true(rig_ask(r, KEEPER_HISTORY, &in, &out));
	s = span_buf(&out);
	rig_block(&s, &b);
	unpack_i64(&s);
	for (uint32_t n = unpack_u32(&s); n > 0; n--) {
		unpack_i64(&s);
		x->number = unpack_i64(&s);
		unpack_i64(&s);
		x->kind = unpack_u8(&s);
		x->role = unpack_u8(&s);
		x->purpose = unpack_u32(&s);
		x->fields = unpack_i64(&s);
		unpack_text(&s, x->object, sizeof(x->object));
		x->has_values = unpack_u8(&s);
		unpack_u8(&s);
	}
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
	struct announced a;
	struct due d[8];
	struct entry x;
	struct seen seen;

	look(r, p->anna.token, &seen);
	assert_int_equal(seen.may, 1);
	assert_int_equal(seen.id, 0);
	assert_string_equal(seen.name, "Anna-Lena V.");
	/* The preview is the owner's own look at a name, no disclosure. */
	newest(r, p->anna.token, &x);
	assert_int_equal(x.purpose, PURPOSE_NAMES);

	assert_true(announce(r, p->anna.token, &munich, &a));
	assert_int_equal(a.replaces, 0);
	newest(r, p->anna.token, &x);
	assert_int_equal(x.number, a.number);
	assert_int_equal(x.purpose, PURPOSE_DIRECTORY);
	assert_int_equal(x.kind, KIND_DISCLOSURE);
	assert_int_equal(x.fields, FIELD_BIT(FIELD_GIVEN) | FIELD_BIT(FIELD_FAMILY));
	assert_string_equal(x.object, "listed");
	assert_int_equal(x.has_values, 1);
	look(r, p->anna.token, &seen);
	assert_int_equal(seen.id, a.id);
	assert_int_equal(seen.state, PUBLISHED_ANNOUNCED);

	assert_false(stands(r, p->ben.token, a.id));
	REFUSED(r, ERR_ABSENT, WHY_LISTING_ABSENT);
	assert_true(stands(r, p->anna.token, a.id));
	assert_true(stands(r, p->anna.token, a.id));
	assert_int_equal(due(r, d), 0);
}

/* A changed line is a new one; the old one goes when that stands, not before. */
static void
test_changed_and_ended(void **state)
{
	struct people *p = *state;
	struct rig *r = &p->rig;
	struct announced a, b;
	struct due d[8];
	struct entry x;
	struct seen seen;

	assert_true(announce(r, p->anna.token, &munich, &a));
	assert_true(stands(r, p->anna.token, a.id));
	assert_true(announce(r, p->anna.token, &(struct line){ 1, "", "Wien", "", 0, 0, 0 }, &b));
	assert_int_equal(b.replaces, a.id);
	newest(r, p->anna.token, &x);
	assert_int_equal(x.fields, 0);
	assert_int_equal(due(r, d), 0);
	assert_true(stands(r, p->anna.token, b.id));
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

	assert_true(taken_down(r, p->anna.token));
	newest(r, p->anna.token, &x);
	assert_int_equal(x.purpose, PURPOSE_DIRECTORY);
	assert_string_equal(x.object, "taken down");
	assert_false(taken_down(r, p->anna.token));
	REFUSED(r, ERR_ABSENT, WHY_LISTING_ABSENT);
	assert_false(stands(r, p->anna.token, b.id));
	REFUSED(r, ERR_ABSENT, WHY_LISTING_ABSENT);
	look(r, p->anna.token, &seen);
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

	assert_true(announce(r, p->anna.token, &munich, &a));
	assert_false(over(r, a.id));
	assert_int_equal(r->err.kind, ERR_CONFLICT);
	assert_int_equal(due(r, d), 0);
	rig_later(r, PUBLISHED_WAIT);
	assert_int_equal(due(r, d), 1);
	assert_int_equal(d[0].state, PUBLISHED_ANNOUNCED);
	/* Not in the site store: cancelled, and the entry says so. */
	assert_true(over(r, a.id));
	newest(r, p->anna.token, &x);
	assert_string_equal(x.object, "announced and never shown");
	assert_int_equal(x.role, ACTOR_SYSTEM);
	assert_false(stands(r, p->anna.token, a.id));
	REFUSED(r, ERR_ABSENT, WHY_LISTING_ABSENT);

	/* In the site store: it stands, on the clerk's word. */
	assert_true(announce(r, p->anna.token, &munich, &a));
	rig_restart(r);
	rig_later(r, PUBLISHED_WAIT);
	assert_int_equal(due(r, d), 1);
	assert_true(stands(r, NULL, a.id));
	assert_int_equal(due(r, d), 0);

	/* Sent twice: the first of the two is over at once, what stood stays. */
	assert_true(announce(r, p->anna.token, &munich, &b));
	assert_int_equal(b.replaces, a.id);
	{
		struct announced c;

		assert_true(announce(r, p->anna.token, &munich, &c));
		assert_int_equal(due(r, d), 1);
		assert_int_equal(d[0].id, b.id);
		assert_true(over(r, b.id));
		rig_later(r, PUBLISHED_WAIT);
		assert_true(over(r, c.id));
	}
	assert_int_equal(due(r, d), 0);
	assert_true(stands(r, p->anna.token, a.id));
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

	assert_true(announce(r, p->anna.token, &munich, &a));
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
		if (announce(r, p->anna.token, &rows[i].l, &a) || r->err.kind != rows[i].kind || r->err.why != rows[i].why)
			fail_msg("row %zu: kind %d, why %u (%s)", i, (int)r->err.kind, r->err.why, r->err.text);
	}
	/* What is refused discloses nothing and leaves nothing half. */
	assert_int_equal(chain_size(r->keeper.chain), size);
	for (size_t i = 0; i < COUNT(good); i++)
		if (!announce(r, p->anna.token, &good[i], &a))
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

	l.name = "Ben O.";
	look(r, p->ben.token, &seen);
	assert_int_equal(seen.may, 0);
	assert_string_equal(seen.name, "");
	assert_false(announce(r, p->ben.token, &l, &a));
	REFUSED(r, ERR_DENIED, WHY_ROLE);
	assert_false(taken_down(r, p->ben.token));
	REFUSED(r, ERR_ABSENT, WHY_LISTING_ABSENT);

	/* The role alone, without what it stands for. */
	person_vouched(r, &p->ben, 3, true);
	challenge(r, &p->ben, 0);
	assert_false(announce(r, p->ben.token, &l, &a));
	REFUSED(r, ERR_DENIED, WHY_LISTED);
	look(r, p->ben.token, &seen);
	assert_int_equal(seen.may, 0);
	assert_string_equal(seen.name, "");
	challenge(r, &p->ben, rig_now(r));
	assert_true(announce(r, p->ben.token, &l, &a));

	/* Within 72 hours of a recovery nothing is published, and what stands can be taken down. */
	assert_true(stands(r, p->ben.token, a.id));
	{
		struct err e = {0};

		assert_true(store_begin(r->keeper.store, &e));
		assert_true(member_bar(&r->keeper, p->ben.owner.number, rig_now(r) + 1000, &e));
		assert_true(store_commit(r->keeper.store, &e));
	}
	assert_false(announce(r, p->ben.token, &l, &a));
	REFUSED(r, ERR_DENIED, WHY_BAR);
	assert_true(taken_down(r, p->ben.token));
}

/* ---- what ends a line though nobody clicked ---- */

static int64_t
listed(struct people *p)
{
	struct announced a;

	assert_true(announce(&p->rig, p->anna.token, &munich, &a));
	assert_true(stands(&p->rig, p->anna.token, a.id));
	return a.id;
}

static void
ended_by_itself(struct people *p, int64_t line)
{
	struct rig *r = &p->rig;
	struct due d[8];
	struct entry x = {0};
	struct seen seen;

	if (due(r, d) != 1 || d[0].id != line || d[0].state != PUBLISHED_ENDING)
		fail_msg("the line does not end");
	person_sign_in(r, &p->anna);
	for (uint32_t back = 0; back < 20 && strcmp(x.object, "taken down") != 0; back++)
		before(r, p->anna.token, 2 * back, &x);	/* each look before is a line by now */
	assert_string_equal(x.object, "taken down");
	assert_int_equal(x.purpose, PURPOSE_DIRECTORY);
	assert_int_equal(x.role, ACTOR_SYSTEM);
	look(r, p->anna.token, &seen);
	assert_int_equal(seen.id, 0);
	assert_true(over(r, line));
}

static void
facts_of(struct rig *r, const struct person *who, struct trust_facts *t)
{
	struct err e = {0};

	rig_begin_hand(r);
	assert_true(trust_get(&r->keeper, who->owner.number, t, &e));
	rig_end_hand(r);
}

/* No assurer any more: suspended, or without the points. */
static void
test_ends_with_the_role(void **state)
{
	struct people *p = *state;
	struct rig *r = &p->rig;
	int64_t line = listed(p);
	struct trust_facts t;
	struct announced a;

	facts_of(r, &p->anna, &t);
	t.standing = STANDING_SUSPENDED;
	person_facts(r, &p->anna, &t);
	ended_by_itself(p, line);
	assert_false(announce(r, p->anna.token, &munich, &a));
	REFUSED(r, ERR_DENIED, WHY_ROLE);
	/* It does not come back by itself. */
	t.standing = STANDING_GOOD;
	person_facts(r, &p->anna, &t);
	person_sign_in(r, &p->anna);
	line = listed(p);
}

/* Her name is replaced by somebody who saw the deed. */
static void
test_ends_with_the_name(void **state)
{
	struct people *p = *state;
	struct rig *r = &p->rig;
	struct act a = { .row = &keeper_rows[KEEPER_ASSURE_SIGN], .purpose = PURPOSE_NAME_LINK, .role = ACTOR_OWNER,
	    .now = rig_now(r), .owner = p->ben.owner };
	struct link l = { LINK_NAME, 0, 1 };
	int64_t line = listed(p);
	struct err e = {0};

	rig_begin_hand(r);
	assert_true(vault_put(r->keeper.vault, &p->anna.owner, FIELD_GIVEN, 1, span_text("Anna"), a.now, &e));
	assert_true(vault_put(r->keeper.vault, &p->anna.owner, FIELD_FAMILY, 1, span_text("Okafor"), a.now, &e));
	assert_true(name_row_put(&r->keeper, p->anna.owner.number, 1, NAME_SORT_MARRIED, a.now, &e));
	if (!name_link_make(&r->keeper, &a, &p->anna.owner, &l, ACTOR_ASSURER, &e))
		fail_msg("%s", e.text);
	assert_true(vault_settled(r->keeper.vault, &e));
	rig_end_hand(r);
	ended_by_itself(p, line);
	{
		struct seen seen;

		look(r, p->anna.token, &seen);
		assert_int_equal(seen.may, 1);
		assert_string_equal(seen.name, "Anna O.");
	}
}

/* Names of hers: another one, for which the same people vouched. */
static void
second_name(struct people *p)
{
	static const struct sql both = { "test_both_names", "i", "", "UPDATE assurance SET names = 3 WHERE member = $1" };
	struct rig *r = &p->rig;
	struct err e = {0};

	rig_begin_hand(r);
	assert_true(vault_put(r->keeper.vault, &p->anna.owner, FIELD_GIVEN, 1, span_text("Anna"), rig_now(r), &e));
	assert_true(vault_put(r->keeper.vault, &p->anna.owner, FIELD_FAMILY, 1, span_text("Okafor"), rig_now(r), &e));
	assert_true(name_row_put(&r->keeper, p->anna.owner.number, 1, NAME_SORT_ARTIST, rig_now(r), &e));
	assert_true(sql_do(r->keeper.store, &both, &e, p->anna.owner.number));
	rig_end_hand(r);
}

static bool
name_step(struct people *p, uint32_t op, unsigned index)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	assert_true(rig_again(&p->rig, p->anna.token, TRUST_PASSWORD));
	rig_begin(&in, p->anna.token);
	pack_u8(&in, index);
	return rig_ask(&p->rig, op, &in, &out);
}

/* What shows is the name that comes first: with another one first, or without it, the line is wrong. */
static void
test_ends_with_the_name_in_front(void **state)
{
	struct people *p = *state;
	int64_t line;

	second_name(p);
	line = listed(p);
	assert_true(name_step(p, KEEPER_NAME_MAIN, 0));		/* it is first already */
	assert_true(stands(&p->rig, p->anna.token, line));
	assert_true(name_step(p, KEEPER_NAME_MAIN, 1));
	ended_by_itself(p, line);
	assert_true(name_step(p, KEEPER_NAME_MAIN, 0));
	line = listed(p);
	assert_true(name_step(p, KEEPER_NAME_ERASE, 0));
	ended_by_itself(p, line);
}

/* A name that others vouched for goes as a whole. */
static bool
erase_name(struct rig *r, const unsigned char token[TOKEN_BYTES])
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, token);
	pack_u8(&in, 0);
	return rig_ask(r, KEEPER_NAME_ERASE, &in, &out);
}

static bool
erase_birth(struct rig *r, const unsigned char token[TOKEN_BYTES])
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, token);
	pack_u32(&in, FIELD_BIRTH);
	return rig_ask(r, KEEPER_DATA_ERASE, &in, &out);
}

static void
ends_when(struct people *p, bool (*erase)(struct rig *, const unsigned char *))
{
	struct rig *r = &p->rig;
	struct line l = munich;
	struct announced a;

	l.name = "";
	assert_true(announce(r, p->anna.token, &l, &a));
	assert_true(stands(r, p->anna.token, a.id));
	assert_true(rig_again(r, p->anna.token, TRUST_PASSWORD));
	if (!erase(r, p->anna.token))
		fail_msg("%s", r->err.text);
	ended_by_itself(p, a.id);
}

static void
test_ends_with_an_erased_name(void **state)
{
	ends_when(*state, erase_name);
}

static void
test_ends_with_an_erased_birth_date(void **state)
{
	ends_when(*state, erase_birth);
}

/* The young are never listed, and whoever is of age one day later may be. */
static void
test_young(void **state)
{
	struct people *p = *state;
	struct rig *r = &p->rig;
	struct announced a;
	struct person eva;
	struct seen seen;

	person_make(r, &eva, "eva", "Eva", "Young", "2008-11-19", NULL);	/* 18 on the day after the rig's */
	person_vouched(r, &eva, 3, true);
	look(r, eva.token, &seen);
	assert_int_equal(seen.may, 0);
	assert_string_equal(seen.name, "");
	assert_false(announce(r, eva.token, &(struct line){ 1, "", "Wien", "", 0, 0, 0 }, &a));
	REFUSED(r, ERR_DENIED, WHY_LISTED);
	rig_later(r, 2 * DAY);
	person_sign_in(r, &eva);
	look(r, eva.token, &seen);
	assert_int_equal(seen.may, 1);
	assert_string_equal(seen.name, "Eva Y.");
	assert_true(announce(r, eva.token, &(struct line){ 1, "Eva Y.", "Wien", "", 0, 0, 0 }, &a));
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

	assert_true(member_owner(k, p->anna.owner.number, &o, NULL, &e));
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

	assert_true(send(r, p->ben.token, line, "\n Hello,\n\nmay we meet on Friday?\t Ben \n\n"));
	newest(r, p->ben.token, &x);
	assert_int_equal(x.purpose, PURPOSE_CONTACT);
	assert_int_equal(x.role, ACTOR_OWNER);
	assert_int_equal(x.fields, 0);
	assert_int_equal(messages(p, p->ben.owner.number), 1);
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
	assert_int_equal(messages(p, p->ben.owner.number), 0);

	newest(r, p->anna.token, &x);
	assert_int_equal(x.purpose, PURPOSE_CONTACT);
	assert_int_equal(x.kind, KIND_DISCLOSURE);
	assert_int_equal(x.fields, FIELD_BIT(FIELD_ADDRESS));
	newest(r, p->ben.token, &x);
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
	assert_true(announce(r, p->anna.token, &munich, &a));
	for (int i = 0; i < 3; i++) {
		assert_false(send(r, p->ben.token, i == 0 ? a.id : i == 1 ? 4711 : -line, "Hello"));
		REFUSED(r, ERR_ABSENT, WHY_LISTING_ABSENT);
	}
	/* Who is no assurer any more is taken down when somebody writes to them, at the latest. */
	challenge(r, &p->anna, 0);
	assert_false(send(r, p->ben.token, line, "Hello"));
	REFUSED(r, ERR_ABSENT, WHY_LISTING_ABSENT);
	assert_int_equal(due(r, d), 2);
	newest(r, p->anna.token, &x);
	assert_string_equal(x.object, "taken down");
	assert_int_equal(x.role, ACTOR_SYSTEM);
	challenge(r, &p->anna, rig_now(r));
	assert_false(send(r, p->ben.token, line, "Hello"));
	REFUSED(r, ERR_ABSENT, WHY_LISTING_ABSENT);
	assert_false(rig_mail(r, &m));
	assert_int_equal(messages(p, p->ben.owner.number), 0);
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
		assert_true(send(r, p->ben.token, line, "Hello"));
	assert_true(rig_mail_of(r, MAIL_CONTACT, &m));
	assert_true(reply(r, m.token, "Yes"));		/* what was answered counts as well */
	assert_false(send(r, p->ben.token, line, "Hello"));
	REFUSED(r, ERR_DENIED, WHY_CONTACT_MANY);
	rig_later(r, DAY);
	person_sign_in(r, &p->ben);
	person_sign_in(r, &p->anna);
	memset(text, 'x', sizeof(text));
	text[MESSAGE_MAX] = '\0';
	assert_true(send(r, p->ben.token, line, text));
	do
		assert_true(rig_mail_of(r, MAIL_CONTACT, &m));
	while (strlen(m.object) < MESSAGE_MAX);
	assert_true(reply(r, m.token, text));		/* and an answer as long */
	assert_true(rig_mail_of(r, MAIL_CONTACT_ANSWER, &m));
	while (strlen(m.object) < 2 * MESSAGE_MAX)
		assert_true(rig_mail_of(r, MAIL_CONTACT_ANSWER, &m));
	text[MESSAGE_MAX] = 'x';
	text[MESSAGE_MAX + 1] = '\0';
	assert_false(send(r, p->ben.token, line, text));
	REFUSED(r, ERR_INPUT, WHY_FIELD_LONG);
	for (int i = 0; i < 3; i++) {
		assert_false(send(r, p->ben.token, line, i == 0 ? "" : i == 1 ? "a\rb" : "a" MAIL_PART "b"));
		REFUSED(r, ERR_INPUT, WHY_FIELD_SHAPE);
	}
	/* Oneself may be written to: one sees what others would get. */
	assert_true(send(r, p->anna.token, line, "to myself"));
	assert_true(rig_mail_of(r, MAIL_CONTACT, &m));
	while (strcmp(m.object, MAIL_PART "to myself") != 0)
		assert_true(rig_mail_of(r, MAIL_CONTACT, &m));
	assert_true(reply(r, m.token, "from myself"));
}

/* Whoever has mails sent to an address does not learn from a line that takes no message any more whose it is. */
static void
test_contact_of_whom(void **state)
{
	struct people *p = *state;
	struct rig *r = &p->rig;
	int64_t line = listed(p);

	r->set.trust.contacts_per_day = 1000;
	for (int64_t i = 0; i < r->set.max_mails_per_hour; i++)
		assert_true(rig_join(r, p->anna.address, TRUST_PASSWORD));
	for (int64_t i = 0; i < r->set.max_mails_per_hour; i++)
		assert_true(send(r, p->ben.token, line, "Hello"));
	assert_false(send(r, p->ben.token, line, "Hello"));
	REFUSED(r, ERR_DENIED, WHY_LIMIT);
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

	assert_true(send(r, p->ben.token, line, "Hello"));
	assert_true(rig_mail_of(r, MAIL_CONTACT, &m));
	assert_true(send(r, p->ben.token, line, "Hello again"));
	rig_later(r, r->set.trust.contact_life - 1);
	assert_true(rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	assert_int_equal(messages(p, p->ben.owner.number), 2);
	rig_later(r, 1);
	assert_false(reply(r, m.token, "Too late"));
	REFUSED(r, ERR_ABSENT, WHY_TOKEN);
	assert_true(rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	assert_int_equal(messages(p, p->ben.owner.number), 0);
	assert_false(rig_mail_of(r, MAIL_CONTACT, &late));	/* the one that was never sent */
	person_sign_in(r, &p->ben);
	before(r, p->ben.token, 1, &x);
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
		assert_true(send(r, p->ben.token, line, "Hello"));
		assert_true(rig_mail_of(r, MAIL_CONTACT, &m));
		assert_true(send(r, p->ben.token, line, "Hello"));
		assert_true(keeper_begin(&r->keeper, &e));
		vault_fresh(r->keeper.vault);
		assert_true(contact_forget(&r->keeper, end == 0 ? p->anna.owner.number : p->ben.owner.number, rig_now(r), &e));
		assert_true(vault_settled(r->keeper.vault, &e));
		assert_true(keeper_end(&r->keeper, &e));
		assert_false(reply(r, m.token, "Gladly"));
		REFUSED(r, ERR_ABSENT, WHY_TOKEN);
		assert_false(rig_mail_of(r, MAIL_CONTACT, &m));
		newest(r, p->ben.token, &x);
		assert_string_equal(x.object, end == 0 ? "a message that was not answered" : "a message to a listed assurer");
	}
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, up, down)
	const struct CMUnitTest tests[] = {
		CASE(test_walk), CASE(test_changed_and_ended), CASE(test_half_done), CASE(test_strays), CASE(test_wrong_lines), CASE(test_who_may),
		CASE(test_ends_with_the_role), CASE(test_ends_with_the_name), CASE(test_ends_with_the_name_in_front),
		CASE(test_ends_with_an_erased_name), CASE(test_ends_with_an_erased_birth_date),
		CASE(test_young), CASE(test_opt_in), CASE(test_contact), CASE(test_contact_nobody), CASE(test_contact_limits), CASE(test_contact_of_whom),
		CASE(test_contact_old), CASE(test_contact_forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
