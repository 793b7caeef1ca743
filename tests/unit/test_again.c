/* tests/unit/test_again.c - a form sent twice makes one of what it makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "ledger/base/clock.h"
#include "privacy/keeper/again.h"
#include "tests/unit/case_rig.h"

struct scene { struct rig rig; struct shelf shelf; struct person ann, ben; };

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	struct err e = {0};

	*state = s;
	rig_open(&s->rig, NULL);
	if (!again_open(&s->rig.keeper.again_told, &e))
		fail_msg("%s", e.text);
	person_make(&s->rig, &s->ann, "ann", "Ann", "Briain", "1984-02-29", NULL);
	person_make(&s->rig, &s->ben, "ben", "Ben", "Berg", "1984-02-29", NULL);
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	rig_healthy(&s->rig);
	shelf_wipe(&s->shelf);
	again_drop(&s->rig.keeper.again_told);
	rig_drop(&s->rig);
	free(s);
	return 0;
}

static int64_t
opened(struct scene *s, struct person *p, const char *words)
{
	int64_t number = 0;

	if (!case_opens(&s->rig, &s->shelf, p, CASE_COMPLAINT, false, CASE_AGAINST_NOBODY, "", words, &number))
		fail_msg("refused: %d/%u %s", s->rig.err.kind, s->rig.err.why, s->rig.err.text);
	return number;
}

static int64_t
entries(struct scene *s)
{
	return chain_settled(s->rig.keeper.chain);
}

/* The site store has one row of an id. */
static void
one_row(struct scene *s)
{
	buf_wipe(&s->shelf.row[--s->shelf.n].box);
}

static void
one_case_of_a_form_sent_twice(void **state)
{
	struct scene *s = *state;
	int64_t first = opened(s, &s->ann, "It took long"), so_far = entries(s), size = (int64_t)s->shelf.n;

	assert_int_equal(opened(s, &s->ann, "It took long"), first);
	assert_int_equal(entries(s), so_far);
	assert_memory_equal(s->shelf.row[size].box.data, s->shelf.row[size - 1].box.data, s->shelf.row[size].box.len);
	assert_int_equal(s->shelf.row[size].id, s->shelf.row[size - 1].id);
	one_row(s);
	assert_int_not_equal(opened(s, &s->ann, "It took too long"), first);
	assert_int_not_equal(opened(s, &s->ben, "It took too long"), first);
	/* what is older, and what is not the newest of its session, is a new one */
	assert_int_not_equal(opened(s, &s->ann, "It took long"), first);
	so_far = opened(s, &s->ben, "Hello");
	rig_later(&s->rig, AGAIN_LIFE);
	assert_int_not_equal(opened(s, &s->ben, "Hello"), so_far);
}

/* Another act of the session ends it; a look does not. */
static void
another_act_in_between(void **state)
{
	struct scene *s = *state;
	struct case_seen x = {0};
	int64_t number = opened(s, &s->ann, "Hello");

	assert_true(case_says(&s->rig, &s->shelf, &s->ann, number, "Any news?"));
	assert_true(case_looks(&s->rig, &s->shelf, &s->ann, number, &x));
	assert_int_equal(x.texts, 2);
	assert_true(case_says(&s->rig, &s->shelf, &s->ann, number, "Any news?"));
	one_row(s);
	assert_true(case_looks(&s->rig, &s->shelf, &s->ann, number, &x));
	assert_int_equal(x.texts, 2);
	(void)opened(s, &s->ann, "Something else");
	assert_true(case_says(&s->rig, &s->shelf, &s->ann, number, "Any news?"));
	assert_true(case_looks(&s->rig, &s->shelf, &s->ann, number, &x));
	assert_int_equal(x.texts, 3);
}

/* Somebody without an account, by their pass-phrase. */
static void
a_visitor_too(void **state)
{
	struct scene *s = *state;
	unsigned char token[TOKEN_BYTES];
	char pass[CODE_TEXT];
	struct case_seen x = {0};
	int64_t number;

	assert_true(visitor_opens(&s->rig, &s->shelf, CASE_COMPLAINT, CASE_AGAINST_NOBODY, "", "Hello", &number, pass, token));
	assert_true(visitor_says(&s->rig, &s->shelf, token, number, "Any news?"));
	assert_true(visitor_says(&s->rig, &s->shelf, token, number, "Any news?"));
	one_row(s);
	assert_true(visitor_looks(&s->rig, &s->shelf, token, number, &x));
	assert_int_equal(x.texts, 2);
	assert_true(visitor_says(&s->rig, &s->shelf, token, number, "Any news today?"));
	assert_true(visitor_looks(&s->rig, &s->shelf, token, number, &x));
	assert_int_equal(x.texts, 3);
}

/* Somebody without an account, by the number in their form: what it is about and what they say count as well, for all who have that form. */
static void
a_form_of_nobodys_too(void **state)
{
	static const struct { unsigned form; enum case_kind kind; const char *words; bool same; } rows[] = {
		{ 1, CASE_COMPLAINT, "Hello", false }, { 1, CASE_COMPLAINT, "Hello", true }, { 2, CASE_COMPLAINT, "Hello", false },
		{ 1, CASE_COMPLAINT, "Hello", true }, { 1, CASE_ACCESS, "Hello", false }, { 1, CASE_COMPLAINT, "Hello!", false },
		{ 1, CASE_COMPLAINT, "Hello", false },
	};
	struct scene *s = *state;
	unsigned char token[TOKEN_BYTES], before[TOKEN_BYTES] = {0};
	int64_t number, last[3] = {0};
	char pass[CODE_TEXT], first[CODE_TEXT] = "";

	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t so_far = entries(s);

		visitor_form[0] = (unsigned char)rows[i].form;
		assert_true(visitor_opens(&s->rig, &s->shelf, rows[i].kind, CASE_AGAINST_NOBODY, "", rows[i].words, &number, pass, token));
		assert_int_equal(number == last[rows[i].form], rows[i].same);
		assert_int_equal(entries(s) == so_far, rows[i].same);
		if (rows[i].same) {
			assert_string_equal(pass, first);
			assert_memory_equal(token, before, TOKEN_BYTES);
			one_row(s);
		} else if (i == 0) {
			memcpy(first, pass, sizeof(first));
			memcpy(before, token, sizeof(before));
		}
		last[rows[i].form] = number;
	}
}

/* A batch that failed is undone: what was answered in it counts no more. */
static void
forgotten_with_its_batch(void **state)
{
	struct scene *s = *state;
	int64_t first = opened(s, &s->ann, "Hello");

	again_forget(s->rig.keeper.again_told);
	assert_int_not_equal(opened(s, &s->ann, "Hello"), first);
}

/* What lies in memory goes by itself, and also when the clock was set back. */
static void
swept(void **state)
{
	struct scene *s = *state;
	struct again *g = s->rig.keeper.again_told;
	int64_t first = opened(s, &s->ann, "Hello"), now = clock_now(), next;

	again_sweep(g, now + AGAIN_LIFE - 1);
	assert_int_equal(opened(s, &s->ann, "Hello"), first);
	one_row(s);
	again_sweep(g, now + AGAIN_LIFE);
	next = opened(s, &s->ann, "Hello");
	assert_int_not_equal(next, first);
	again_sweep(g, now - 1);
	assert_int_not_equal(opened(s, &s->ann, "Hello"), next);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_case_of_a_form_sent_twice, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_act_in_between, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_visitor_too, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_form_of_nobodys_too, set_up, tear_down),
		cmocka_unit_test_setup_teardown(forgotten_with_its_batch, set_up, tear_down),
		cmocka_unit_test_setup_teardown(swept, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
