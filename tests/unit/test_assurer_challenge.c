/*
 * The assurer challenge in a whole keeper: what is drawn, when, how it is graded,
 * and that what is refused leaves everything as it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/assurer_challenge.h"
#include "tests/unit/bank_rig.h"
#include "tests/unit/trust_rig.h"

#define ANNA	"anna@example.org"
#define BEN	"ben@example.org"
#define PASS	"correct horse battery"
#define TOPICS	5
#define EACH	8

static int
site_up(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return -1;
	rig_open(r, NULL);
	*state = r;
	return 0;
}

static int
site_down(void **state)
{
	struct rig *r = *state;

	rig_drop(r);
	free(r);
	return 0;
}

#define REFUSED(r, kind_, why_) do { \
	assert_int_equal((r)->err.kind, (kind_)); \
	assert_int_equal((r)->err.why, (why_)); \
} while (0)

/* ---- what the keeper says ---- */

struct shown {
	int64_t		passed_at, next_at, id, until, ended_at;
	uint32_t	languages, right, needed, n;
	enum challenge_state state;
	struct { unsigned char hash[BANK_HASH]; uint32_t chosen; bool right; char because[BANK_WORDS]; } row[BANK_DRAW_MOST];
};

static void
look(struct rig *r, const unsigned char token[TOKEN_BYTES], struct shown *c)
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct span s;
	char text[BANK_LANGUAGE];

	assert_true(rig_look(r, KEEPER_CHALLENGE, token, &out, &b));
	s = span_buf(&out);
	rig_block(&s, &b);
	*c = (struct shown){ .passed_at = unpack_i64(&s), .next_at = 0 };
	c->next_at = unpack_i64(&s);
	assert_int_equal(unpack_u32(&s), r->set.trust.challenge_questions);
	(void)unpack_u32(&s);
	assert_int_equal(unpack_i64(&s), r->set.trust.challenge_time);
	assert_int_equal(unpack_i64(&s), r->set.trust.challenge_retry);
	assert_int_equal(unpack_i64(&s), r->set.trust.assurer_from);
	c->languages = unpack_u32(&s);
	for (uint32_t i = 0; i < c->languages; i++)
		unpack_text(&s, text, sizeof(text));
	c->state = unpack_u8(&s);
	c->id = unpack_i64(&s);
	unpack_text(&s, text, sizeof(text));
	(void)unpack_i64(&s);
	c->until = unpack_i64(&s);
	c->ended_at = unpack_i64(&s);
	c->right = unpack_u32(&s);
	c->needed = unpack_u32(&s);
	c->n = unpack_u32(&s);
	assert_true(c->n <= BANK_DRAW_MOST);
	for (uint32_t i = 0; i < c->n; i++) {
		unpack_exact(&s, c->row[i].hash, BANK_HASH);
		c->row[i].chosen = unpack_u32(&s);
		c->row[i].right = unpack_u8(&s) == 1;
		unpack_text(&s, c->row[i].because, sizeof(c->row[i].because));
	}
	assert_true(unpack_end(&s, "challenge", NULL));
}

static bool
begin(struct rig *r, const unsigned char token[TOKEN_BYTES], const char *language, int64_t *id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span s;

	rig_begin(&in, token);
	pack_text(&in, language);
	if (!rig_ask(r, KEEPER_CHALLENGE_BEGIN, &in, &out))
		return false;
	s = span_buf(&out);
	rig_block(&s, &b);
	*id = unpack_i64(&s);
	return unpack_end(&s, "begin", NULL);
}

static bool
answer_of(struct rig *r, const unsigned char token[TOKEN_BYTES], int64_t id, const uint32_t *chosen, uint32_t n, bool *passed,
    bool *began)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span s;

	rig_begin(&in, token);
	pack_i64(&in, id);
	pack_u32(&in, n);
	for (uint32_t i = 0; i < n; i++)
		pack_u32(&in, chosen[i]);
	if (!rig_ask(r, KEEPER_CHALLENGE_ANSWER, &in, &out))
		return false;
	s = span_buf(&out);
	rig_block(&s, &b);
	*passed = unpack_u8(&s) == 1;
	(void)unpack_u32(&s);
	assert_int_equal(unpack_u32(&s), n);
	*began = unpack_u8(&s) == 1;
	assert_int_equal((b.roles & 1u << ROLE_ASSURER) != 0, *began);
	return unpack_end(&s, "answer", NULL);
}

static bool
answer(struct rig *r, const unsigned char token[TOKEN_BYTES], int64_t id, const uint32_t *chosen, uint32_t n, bool *passed)
{
	bool began = true;

	if (!answer_of(r, token, id, chosen, n, passed, &began))
		return false;
	assert_false(began);
	return true;
}

/* The newest line of the history. */
static void
newest(struct rig *r, const unsigned char token[TOKEN_BYTES], uint32_t *purpose, char object[256])
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span s;

	rig_begin(&in, token);
	pack_i64(&in, 0);
	pack_u32(&in, 1);
	assert_true(rig_ask(r, KEEPER_HISTORY, &in, &out));
	s = span_buf(&out);
	rig_block(&s, &b);
	(void)unpack_i64(&s);
	assert_int_equal(unpack_u32(&s), 1);
	for (int i = 0; i < 3; i++)
		(void)unpack_i64(&s);
	(void)unpack_u8(&s);
	(void)unpack_u8(&s);
	*purpose = unpack_u32(&s);
	(void)unpack_i64(&s);
	unpack_text(&s, object, 256);
	assert_false(s.bad);
}

static void
said(struct rig *r, const unsigned char token[TOKEN_BYTES], const char *words)
{
	uint32_t purpose;
	char object[256];

	newest(r, token, &purpose, object);
	assert_int_equal(purpose, PURPOSE_CHALLENGE);
	assert_string_equal(object, words);
}

/* ---- answers ---- */

/* All right but the first `wrong`, which get another option or none. */
static void
fill(const struct bank *b, const struct shown *c, size_t wrong, uint32_t chosen[BANK_DRAW_MOST])
{
	for (uint32_t i = 0; i < c->n; i++) {
		const struct bank_key *k = bank_key_of(b, c->row[i].hash);

		assert_non_null(k);
		chosen[i] = k->right;
		if (i < wrong)
			chosen[i] = i % 2 == 0 ? 0 : k->type == BANK_MULTIPLE ? k->right & (k->right - 1) : k->right == 1 ? 2 : 1;
	}
}

static bool
take(struct rig *r, const unsigned char token[TOKEN_BYTES], const struct bank *b, size_t wrong)
{
	uint32_t chosen[BANK_DRAW_MOST];
	struct shown c;
	bool passed = false;
	int64_t id;

	assert_true(begin(r, token, bank_language(b), &id));
	look(r, token, &c);
	assert_int_equal(c.id, id);
	fill(b, &c, wrong, chosen);
	assert_true(answer(r, token, id, chosen, c.n, &passed));
	return passed;
}

struct scene { struct rig *r; struct bank *b; unsigned char anna[TOKEN_BYTES]; };

static void
scene_drop(struct scene *s)
{
	bank_drop(&s->b);
}

static struct scene
with_bank(void **state)
{
	struct scene s = { .r = *state, .b = made_bank("en", TOPICS, EACH, 1, 0) };

	assert_true(rig_bank(s.r, s.b));
	rig_member(s.r, ANNA, PASS, s.anna);
	return s;
}

/* ---- cases ---- */

static void
test_no_bank(void **state)
{
	DROP(scene_drop) struct scene s = { .r = *state, .b = made_bank("en", TOPICS, EACH, 1, 0) };
	struct shown c;
	int64_t id, ledger;

	rig_member(s.r, ANNA, PASS, s.anna);
	ledger = chain_size(s.r->keeper.chain);
	look(s.r, s.anna, &c);
	assert_true(c.state == CHALLENGE_NONE && c.n == 0 && c.languages == 0 && c.next_at == 0 && c.passed_at == 0);
	assert_false(begin(s.r, s.anna, "en", &id));
	REFUSED(s.r, ERR_ABSENT, WHY_CHALLENGE_BANK);
	assert_int_equal(chain_size(s.r->keeper.chain), ledger);	/* nothing happened, nothing is said */
	assert_true(rig_bank(s.r, s.b));
	assert_false(begin(s.r, s.anna, "de", &id));
	REFUSED(s.r, ERR_ABSENT, WHY_CHALLENGE_BANK);
	assert_false(begin(s.r, s.anna, "", &id));
	REFUSED(s.r, ERR_ABSENT, WHY_CHALLENGE_BANK);
	assert_true(begin(s.r, s.anna, "en", &id));
}

static void
test_drawn(void **state)
{
	DROP(scene_drop) struct scene s = with_bank(state);
	struct shown c, again;
	size_t topic[TOPICS] = {0};
	int64_t id, second, ledger;

	assert_true(begin(s.r, s.anna, "en", &id));
	said(s.r, s.anna, "begun");
	look(s.r, s.anna, &c);
	assert_true(c.state == CHALLENGE_OPEN && c.id == id && c.n == 25 && c.languages == 1);
	assert_int_equal(c.until, rig_now(s.r) + 3600);
	for (uint32_t i = 0; i < c.n; i++) {
		const struct bank_key *k = bank_key_of(s.b, c.row[i].hash);

		assert_non_null(k);
		topic[k->name[1] - '0']++;
		for (uint32_t j = 0; j < i; j++)
			assert_memory_not_equal(c.row[i].hash, c.row[j].hash, BANK_HASH);
		/* Before the answers there is nothing to be learned. */
		assert_true(c.row[i].chosen == 0 && !c.row[i].right && c.row[i].because[0] == '\0');
	}
	for (size_t t = 0; t < TOPICS; t++)
		assert_int_equal(topic[t], 5);
	/* The second tab gets the same try, and no more time. */
	rig_later(s.r, 100);
	ledger = chain_size(s.r->keeper.chain);
	assert_true(begin(s.r, s.anna, "en", &second));
	assert_int_equal(second, id);
	assert_int_equal(chain_size(s.r->keeper.chain), ledger);
	look(s.r, s.anna, &again);
	assert_int_equal(again.until, c.until);
	assert_memory_equal(again.row, c.row, sizeof(c.row));
}

static void
test_grades(void **state)
{
	static const struct { size_t wrong; bool passes; const char *says; } tries[] = {
		{ 25, false, "not passed, 0 of 25" }, { 6, false, "not passed, 19 of 25" },
		{ 5, true, "passed, 20 of 25" }, { 2, true, "passed, 23 of 25" }, { 0, true, "passed, 25 of 25" },
	};
	DROP(scene_drop) struct scene s = with_bank(state);

	for (size_t i = 0; i < COUNT(tries); i++) {
		unsigned char token[TOKEN_BYTES];
		struct trust_facts t;
		struct rig_block b;
		struct shown c;
		char address[64];

		snprintf(address, sizeof(address), "member%zu@example.org", i);
		rig_member(s.r, address, PASS, token);
		assert_int_equal(take(s.r, token, s.b, tries[i].wrong), tries[i].passes);
		said(s.r, token, tries[i].says);
		look(s.r, token, &c);
		said(s.r, token, "looked at");
		assert_true(c.state == CHALLENGE_GRADED && c.n == 25 && c.needed == 20);
		assert_int_equal(c.right, 25 - tries[i].wrong);
		assert_int_equal(c.passed_at, tries[i].passes ? rig_now(s.r) : 0);
		/* A reason for each wrong answer, and for no other. */
		for (uint32_t q = 0; q < c.n; q++) {
			const struct bank_key *k = bank_key_of(s.b, c.row[q].hash);

			assert_int_equal(c.row[q].right, q >= tries[i].wrong);
			assert_string_equal(c.row[q].because, q >= tries[i].wrong ? "" : k->because);
		}
		{
			DROP(buf_wipe) struct buf out = {0};

			assert_true(rig_look(s.r, KEEPER_WHO, token, &out, &b));
		}
		assert_true(trust_get(&s.r->keeper, b.member, &t, &s.r->err));
		assert_int_equal(t.passed_at, c.passed_at);
	}
}

static void
test_time(void **state)
{
	DROP(scene_drop) struct scene s = with_bank(state);
	uint32_t chosen[BANK_DRAW_MOST];
	unsigned char ben[TOKEN_BYTES];
	struct shown c;
	bool passed;
	int64_t id, until;

	/* To the very second. */
	rig_member(s.r, BEN, PASS, ben);
	assert_true(begin(s.r, ben, "en", &id));
	assert_true(begin(s.r, s.anna, "en", &id));
	for (int i = 0; i < 4; i++) {		/* signs of life: sessions end after 30 idle minutes */
		rig_later(s.r, 900);
		look(s.r, s.anna, &c);
		fill(s.b, &c, 0, chosen);
	}
	assert_int_equal(rig_now(s.r), c.until);
	assert_true(answer(s.r, s.anna, id, chosen, c.n, &passed) && passed);

	assert_true(rig_sign_in(s.r, BEN, PASS, ben, NULL));
	look(s.r, ben, &c);
	assert_int_equal(c.state, CHALLENGE_OPEN);
	until = c.until;
	fill(s.b, &c, 0, chosen);
	rig_later(s.r, 1);
	assert_false(answer(s.r, ben, c.id, chosen, c.n, &passed));
	REFUSED(s.r, ERR_CONFLICT, WHY_CHALLENGE_OVER);
	look(s.r, ben, &c);
	/* Nothing of it was kept, and there is nothing to show. */
	assert_true(c.state == CHALLENGE_LATE && c.n == 0 && c.ended_at == 0 && c.passed_at == 0);
	assert_int_equal(c.next_at, until + 3600);
	assert_false(begin(s.r, ben, "en", &id));
	REFUSED(s.r, ERR_DENIED, WHY_CHALLENGE_EARLY);
	rig_later(s.r, 3598);
	assert_true(rig_sign_in(s.r, BEN, PASS, ben, NULL));
	assert_false(begin(s.r, ben, "en", &id));
	REFUSED(s.r, ERR_DENIED, WHY_CHALLENGE_EARLY);
	rig_later(s.r, 1);
	assert_true(begin(s.r, ben, "en", &id));
}

static void
test_retry(void **state)
{
	DROP(scene_drop) struct scene s = with_bank(state);
	struct shown c;
	int64_t id, first;

	assert_false(take(s.r, s.anna, s.b, 10));
	look(s.r, s.anna, &c);
	first = c.id;
	assert_int_equal(c.next_at, rig_now(s.r) + 3600);
	assert_false(begin(s.r, s.anna, "en", &id));
	REFUSED(s.r, ERR_DENIED, WHY_CHALLENGE_EARLY);
	rig_later(s.r, 1700);
	look(s.r, s.anna, &c);
	rig_later(s.r, 1700);
	look(s.r, s.anna, &c);
	assert_int_equal(c.next_at, rig_now(s.r) + 200);
	rig_later(s.r, 200);
	look(s.r, s.anna, &c);
	assert_int_equal(c.next_at, 0);
	assert_int_equal(c.state, CHALLENGE_GRADED);	/* readable until the next begins */
	assert_true(begin(s.r, s.anna, "en", &id));
	assert_int_not_equal(id, first);
	look(s.r, s.anna, &c);
	assert_true(c.state == CHALLENGE_OPEN && c.right == 0 && c.ended_at == 0);
	/* Once passed there is no next. */
	{
		uint32_t chosen[BANK_DRAW_MOST];
		bool passed;

		fill(s.b, &c, 3, chosen);
		assert_true(answer(s.r, s.anna, id, chosen, c.n, &passed) && passed);
	}
	rig_later(s.r, 100);
	look(s.r, s.anna, &c);
	assert_true(c.next_at == 0 && c.passed_at == rig_now(s.r) - 100);
	assert_false(begin(s.r, s.anna, "en", &id));
	REFUSED(s.r, ERR_CONFLICT, WHY_CHALLENGE_PASSED);
}

/* Wrong in one thing each; afterwards the right answers still count. */
static void
test_refused(void **state)
{
	DROP(scene_drop) struct scene s = with_bank(state);
	uint32_t good[BANK_DRAW_MOST], bad[BANK_DRAW_MOST], single = 0, truth = 0;
	unsigned char ben[TOKEN_BYTES];
	struct shown c, after;
	int64_t id, other, ledger;
	bool passed;

	rig_member(s.r, BEN, PASS, ben);
	assert_true(begin(s.r, s.anna, "en", &id));
	assert_true(begin(s.r, ben, "en", &other));
	look(s.r, s.anna, &c);
	fill(s.b, &c, 0, good);
	for (uint32_t i = 0; i < c.n; i++) {
		enum bank_type type = bank_key_of(s.b, c.row[i].hash)->type;

		single = type == BANK_SINGLE ? i : single;
		truth = type == BANK_TRUEFALSE ? i : truth;
	}
	struct { uint32_t at, chosen, n; int64_t id; enum err_kind kind; enum why why; } wrong[] = {
		{ single, 1u << 4, 25, id, ERR_INPUT, WHY_CHALLENGE_OPTION },		/* of four options the fifth */
		{ single, 1u << 31, 25, id, ERR_INPUT, WHY_CHALLENGE_OPTION },
		{ single, 3, 25, id, ERR_INPUT, WHY_CHALLENGE_OPTION },			/* two where one can be chosen */
		{ truth, 4, 25, id, ERR_INPUT, WHY_CHALLENGE_OPTION },
		{ truth, 3, 25, id, ERR_INPUT, WHY_CHALLENGE_OPTION },
		{ 0, good[0], 24, id, ERR_INPUT, WHY_CHALLENGE_OPTION },
		{ 0, good[0], 26, id, ERR_INPUT, WHY_CHALLENGE_OPTION },
		{ 0, good[0], 0, id, ERR_INPUT, WHY_CHALLENGE_OPTION },
		{ 0, good[0], 25, other, ERR_CONFLICT, WHY_CHALLENGE_OVER },		/* somebody else's */
		{ 0, good[0], 25, id + 1, ERR_CONFLICT, WHY_CHALLENGE_OVER },
		{ 0, good[0], 25, 0, ERR_CONFLICT, WHY_CHALLENGE_OVER },
	};
	ledger = chain_size(s.r->keeper.chain);
	for (size_t i = 0; i < COUNT(wrong); i++) {
		memcpy(bad, good, sizeof(bad));
		bad[25] = 0;
		bad[wrong[i].at] = wrong[i].chosen;
		if (answer(s.r, s.anna, wrong[i].id, bad, wrong[i].n, &passed))
			fail_msg("answers %zu were taken", i);
		REFUSED(s.r, wrong[i].kind, wrong[i].why);
	}
	assert_int_equal(chain_size(s.r->keeper.chain), ledger);
	look(s.r, s.anna, &after);
	assert_memory_equal(&after, &c, sizeof(c));
	look(s.r, ben, &after);
	assert_int_equal(after.state, CHALLENGE_OPEN);
	assert_true(answer(s.r, s.anna, id, good, c.n, &passed) && passed);
	/* Twice: the first one counts. */
	fill(s.b, &c, 25, bad);
	assert_false(answer(s.r, s.anna, id, bad, c.n, &passed));
	REFUSED(s.r, ERR_CONFLICT, WHY_CHALLENGE_OVER);
	look(s.r, s.anna, &after);
	assert_int_equal(after.right, 25);
}

/* A question is changed while it is being answered: what was shown is what counts. */
static void
test_versions(void **state)
{
	DROP(scene_drop) struct scene s = with_bank(state);
	DROP(bank_drop) struct bank *later = made_bank("en", TOPICS, EACH, 2, 1);
	uint32_t chosen[BANK_DRAW_MOST];
	unsigned char ben[TOKEN_BYTES];
	struct shown c;
	bool passed;
	int64_t id;

	assert_true(begin(s.r, s.anna, "en", &id));
	assert_true(rig_bank(s.r, later));
	look(s.r, s.anna, &c);
	fill(s.b, &c, 1, chosen);
	assert_true(answer(s.r, s.anna, id, chosen, c.n, &passed) && passed);
	look(s.r, s.anna, &c);
	assert_int_equal(c.right, 24);
	assert_non_null(strstr(c.row[0].because, "version 1"));
	/* Who begins now gets the new ones, all of them. */
	rig_member(s.r, BEN, PASS, ben);
	assert_true(begin(s.r, ben, "en", &id));
	look(s.r, ben, &c);
	for (uint32_t i = 0; i < c.n; i++)
		assert_non_null(bank_key_of(later, c.row[i].hash));
	/* The old ones once more: the very same keys are current again. */
	assert_true(rig_bank(s.r, s.b));
	look(s.r, s.anna, &c);
	assert_int_equal(c.right, 24);
}

/* A bank of fewer questions than the last one: what is gone is drawn no more. */
static void
test_fewer(void **state)
{
	DROP(scene_drop) struct scene s = with_bank(state);
	DROP(bank_drop) struct bank *fewer = made_bank("en", TOPICS, 5, 1, 0), *german = made_bank("de", TOPICS, 6, 1, 0);
	struct shown c;
	int64_t id;

	assert_true(rig_bank(s.r, fewer));
	assert_true(rig_bank(s.r, german));
	assert_true(begin(s.r, s.anna, "en", &id));
	look(s.r, s.anna, &c);
	assert_int_equal(c.languages, 2);
	for (uint32_t i = 0; i < c.n; i++)
		assert_non_null(bank_key_of(fewer, c.row[i].hash));
}

static void
test_restart(void **state)
{
	DROP(scene_drop) struct scene s = with_bank(state);
	uint32_t chosen[BANK_DRAW_MOST];
	struct shown c, after;
	bool passed;
	int64_t id;

	assert_true(begin(s.r, s.anna, "en", &id));
	look(s.r, s.anna, &c);
	rig_restart(s.r);
	look(s.r, s.anna, &after);
	assert_memory_equal(&after, &c, sizeof(c));
	fill(s.b, &c, 4, chosen);
	assert_true(answer(s.r, s.anna, id, chosen, c.n, &passed) && passed);
	look(s.r, s.anna, &c);
	rig_restart(s.r);
	look(s.r, s.anna, &after);
	assert_memory_equal(&after, &c, sizeof(c));
}

/* The address from before the last password entry shows the questions and hands nothing in. */
static void
test_old_token(void **state)
{
	DROP(scene_drop) struct scene s = with_bank(state);
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	uint32_t chosen[BANK_DRAW_MOST];
	unsigned char old[TOKEN_BYTES];
	struct shown c;
	bool passed;
	int64_t id;

	assert_true(begin(s.r, s.anna, "en", &id));
	look(s.r, s.anna, &c);
	fill(s.b, &c, 0, chosen);
	memcpy(old, s.anna, sizeof(old));
	rig_begin(&in, s.anna);
	pack_text(&in, PASS);
	pack_bytes(&in, "192.0.2.1", 9);
	assert_true(rig_ask(s.r, KEEPER_PASSWORD_AGAIN, &in, &out));
	memcpy(s.anna, out.data, sizeof(s.anna));
	assert_false(answer(s.r, old, id, chosen, c.n, &passed));
	REFUSED(s.r, ERR_DENIED, WHY_SESSION_OLD);
	assert_false(begin(s.r, old, "en", &id));
	REFUSED(s.r, ERR_DENIED, WHY_SESSION_OLD);
	assert_true(answer(s.r, s.anna, id, chosen, c.n, &passed) && passed);
}

/* With the points already there, the pass makes an assurer; sessions end, as always when a role changes. */
static void
test_role(void **state)
{
	DROP(scene_drop) struct scene s = with_bank(state);
	DROP(buf_wipe) struct buf out = {0};
	uint32_t chosen[BANK_DRAW_MOST];
	struct person p;
	struct shown c;
	bool passed, began;
	int64_t id;

	person_make(s.r, &p, "zoe", "Zoe", "Novak", "1980-02-29", "X1234567");
	person_vouched(s.r, &p, 3, false);
	assert_int_equal(person_roles(s.r, &p) & 1u << ROLE_ASSURER, 0);
	assert_true(begin(s.r, p.token, "en", &id));
	look(s.r, p.token, &c);
	fill(s.b, &c, 0, chosen);
	assert_true(answer_of(s.r, p.token, id, chosen, c.n, &passed, &began));
	assert_true(passed && began);
	assert_false(rig_look(s.r, KEEPER_WHO, p.token, &out, NULL));
	REFUSED(s.r, ERR_DENIED, WHY_SESSION_OVER);
	assert_int_not_equal(person_roles(s.r, &p) & 1u << ROLE_ASSURER, 0);
	person_sign_in(s.r, &p);
	look(s.r, p.token, &c);
	assert_true(c.passed_at != 0 && c.right == 25);
}

/* One number from the keeper's store. */
static int64_t
ask_count(struct rig *r, const char *text)
{
	const struct sql s = { text, "", "i", text };
	DROP(rows_drop) struct rows *rows = NULL;
	int64_t n;

	assert_true(sql_first(r->keeper.store, &rows, &s, &r->err));
	n = rows_i64(rows, 0);
	return n;
}

static void
test_sealed(void **state)
{
	DROP(scene_drop) struct scene s = with_bank(state);

	assert_false(take(s.r, s.anna, s.b, 25));
	assert_int_equal(ask_count(s.r, "SELECT CAST(count(*) AS bigint) FROM sitting WHERE answers IS NOT NULL"), 1);
	/* 25 answers, right and needed: in clear they would be 108 bytes, most of them zero. */
	assert_int_equal(ask_count(s.r, "SELECT CAST(count(*) AS bigint) FROM sitting WHERE instr(answers, zeroblob(3)) > 0"), 0);
	assert_true(ask_count(s.r, "SELECT CAST(length(answers) AS bigint) FROM sitting") > 108);
}

/* ---- frames that bring questions ---- */

static void
test_frames(void **state)
{
	DROP(bank_drop) struct bank *b = made_bank("en", TOPICS, EACH, 1, 0), *few = made_bank("en", 7, 3, 1, 0);
	DROP(bank_drop) struct bank *shifted = made_bank("en", TOPICS, EACH, 1, 1), *german = made_bank("de", TOPICS, EACH, 1, 0);
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig *r = *state;
	uint32_t n = (uint32_t)bank_count(b);
	int64_t number, ledger = chain_size(r->keeper.chain);

	/* Out of turn, unfinished, another language between: nothing becomes current. */
	assert_false(rig_bank_put(r, b, 1, 1));
	REFUSED(r, ERR_DENIED, WHY_NONE);
	assert_true(rig_bank_put(r, b, 0, 0));
	assert_false(rig_bank_put(r, b, 2, 2));
	REFUSED(r, ERR_DENIED, WHY_NONE);
	assert_false(rig_bank_put(r, german, 1, 1));
	REFUSED(r, ERR_DENIED, WHY_NONE);
	assert_false(rig_bank_put(r, b, 0, 1));			/* the same name twice */
	REFUSED(r, ERR_CONFLICT, WHY_NONE);
	assert_false(rig_bank_done(r, b, n, &number));
	REFUSED(r, ERR_DENIED, WHY_NONE);
	assert_false(rig_bank_done(r, b, 0, &number));
	REFUSED(r, ERR_DENIED, WHY_NONE);
	assert_false(rig_bank_done(r, german, 1, &number));
	REFUSED(r, ERR_DENIED, WHY_NONE);
	assert_false(rig_bank(r, few));				/* 21 questions */
	REFUSED(r, ERR_INPUT, WHY_NONE);
	assert_int_equal(ask_count(r, "SELECT CAST(count(*) AS bigint) FROM question_key"), 0);
	assert_int_equal(chain_size(r->keeper.chain), ledger);
	/* The next load forgets what was begun. */
	assert_true(rig_bank(r, b));
	assert_int_equal(ask_count(r, "SELECT CAST(count(*) AS bigint) FROM question_key WHERE current = 1"), n);
	assert_int_equal(ask_count(r, "SELECT CAST(count(*) AS bigint) FROM question_stage"), 0);
	assert_int_equal(chain_size(r->keeper.chain), ledger + 1);
	/* Another answer under an old version. */
	assert_false(rig_bank(r, shifted));
	REFUSED(r, ERR_CONFLICT, WHY_NONE);
	assert_int_equal(chain_size(r->keeper.chain), ledger + 1);
	/* A key that is none; and nobody but the operator brings any. */
	pack_u32(&in, 0);
	pack_text(&in, "en");
	pack_text(&in, "t0");
	pack_bytes(&in, "no key at all, but long enough", 30);
	assert_false(rig_ask_as(r, KEEPER_PEER_CONTROL, KEEPER_BANK_PUT, &in, &out));
	REFUSED(r, ERR_INPUT, WHY_NONE);
	assert_false(rig_ask_as(r, KEEPER_PEER_PORTAL, KEEPER_BANK_PUT, &in, &out));
	assert_false(rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_BANKS, NULL, &out));
	assert_false(rig_ask_as(r, KEEPER_PEER_PORTAL, KEEPER_BANKS, NULL, &out));
}

static void
test_banks(void **state)
{
	DROP(bank_drop) struct bank *b = made_bank("en", TOPICS, EACH, 1, 0);
	DROP(buf_wipe) struct buf out = {0};
	unsigned char digest[BANK_HASH];
	struct rig *r = *state;
	char language[BANK_LANGUAGE];
	struct span s, had;

	assert_true(rig_bank(r, b));
	assert_true(bank_digest(b, digest, &r->err));
	assert_true(rig_ask_as(r, KEEPER_PEER_CONTROL, KEEPER_BANKS, NULL, &out));
	s = span_buf(&out);
	assert_int_equal(unpack_u32(&s), 1);
	unpack_text(&s, language, sizeof(language));
	assert_string_equal(language, "en");
	had = unpack_bytes(&s);
	assert_int_equal(had.len, sizeof(digest));
	assert_memory_equal(had.p, digest, sizeof(digest));
	assert_int_equal(unpack_u8(&s), 1);
	assert_int_equal(unpack_u32(&s), bank_count(b));
	assert_int_equal(unpack_i64(&s), rig_now(r));
	assert_int_equal(unpack_i64(&s), chain_size(r->keeper.chain) - 1);
	assert_true(unpack_end(&s, "banks", &r->err));
}

/* The operator asks for more than a topic holds: others fill up; for more than there is: told so. */
static void
test_settings(void **state)
{
	static const char *const sixty[] = { "trust.challenge.questions=40", "trust.challenge.pass=100", "trust.challenge.retry=0", NULL };
	struct rig *r = *state;
	DROP(scene_drop) struct scene s = { .r = r, .b = made_bank("en", TOPICS, EACH, 1, 0) };
	struct shown c;
	int64_t id;

	rig_drop(r);
	rig_open(r, sixty);
	assert_true(rig_bank(r, s.b));
	rig_member(r, ANNA, PASS, s.anna);
	assert_false(take(r, s.anna, s.b, 1));
	look(r, s.anna, &c);
	assert_true(c.n == 40 && c.needed == 40 && c.right == 39 && c.next_at == 0);
	r->set.trust.challenge_questions = 41;
	assert_false(begin(r, s.anna, "en", &id));
	REFUSED(r, ERR_ABSENT, WHY_CHALLENGE_BANK);
	look(r, s.anna, &c);
	assert_true(c.state == CHALLENGE_GRADED && c.n == 40);		/* the old one is still there */
	r->set.trust.challenge_questions = 40;
	assert_true(take(r, s.anna, s.b, 0));
}

#define HERE(f) cmocka_unit_test_setup_teardown(f, site_up, site_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		HERE(test_no_bank), HERE(test_drawn), HERE(test_grades), HERE(test_time), HERE(test_retry), HERE(test_refused),
		HERE(test_versions), HERE(test_fewer), HERE(test_restart), HERE(test_old_token), HERE(test_role), HERE(test_sealed),
		HERE(test_frames), HERE(test_banks), HERE(test_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
