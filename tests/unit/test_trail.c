/*
 * The way from one entry about somebody to the one before: its arithmetic, the
 * pointers of a real keeper's entries, and what becomes of wrong ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/member.h"
#include "privacy/keeper/doctor.h"
#include "privacy/keeper/record.h"
#include "tests/unit/keeper_rig.h"

#define LONG	20000

static int
setup(void **state)
{
	static struct rig r;

	rig_open(&r, NULL);
	*state = &r;
	return 0;
}

static int
teardown(void **state)
{
	rig_drop(*state);
	return 0;
}

static void
places(void **state)
{
	static const struct { int64_t place, far; } cases[] = {
		{ 0, -1 }, { 1, 0 }, { 2, 1 }, { 3, 0 }, { 4, 3 }, { 5, 4 }, { 6, 3 }, { 7, 0 },
		{ 8, 7 }, { 14, 7 }, { 15, 0 }, { 30, 15 }, { 1023, 0 }, { 1024, 1023 },
		{ INT64_MAX, 0 }, { INT64_MAX - 1, (INT64_MAX - 1) / 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (trail_far(cases[i].place) != cases[i].far)
			fail_msg("%lld -> %lld", (long long)cases[i].place, (long long)trail_far(cases[i].place));
}

/* Ledger numbers are made up: place * 3 + 5. */
static int64_t
number_of(int64_t place)
{
	return place < 0 ? -1 : place * 3 + 5;
}

static void
pointers_of_the_next(void **state)
{
	struct trail t = {0};

	(void)state;
	for (int64_t n = 0; n < LONG; n++) {
		int64_t place = n;

		assert_int_equal(trail_next_before(&t), number_of(n - 1));
		assert_int_equal(trail_next_far(&t), number_of(trail_far(n)));
		trail_push(&t, number_of(n));
		assert_int_equal(t.entries, n + 1);
		for (size_t i = 0; i < t.count; i++, place = trail_far(place))
			assert_int_equal(t.number[i], number_of(place));
		assert_int_equal(place, -1);
		assert_true(t.count <= 16);
	}
}

/* From anywhere to anywhere in at most 3 log2 steps. */
static void
few_steps(void **state)
{
	int most = 0;

	(void)state;
	for (int64_t from = LONG - 200; from < LONG; from++)
		for (int64_t to = 0; to <= from; to += 7) {
			int steps = 0;

			for (int64_t at = from; at != to; steps++)
				at = trail_far(at) >= to ? trail_far(at) : at - 1;
			most = steps > most ? steps : most;
		}
	if (most > 45)
		fail_msg("%d steps", most);
}

/* Lines about the site between those of a member, some of one batch. */
static struct owner
grow(struct rig *r, int64_t lines)
{
	struct keeper *k = &r->keeper;
	unsigned char token[TOKEN_BYTES];
	struct rig_block b;
	DROP(buf_wipe) struct buf out = {0};
	struct owner o;
	struct err e = {0};

	rig_member(r, "ana@example.org", "correct horse battery", token);
	assert_true(rig_look(r, KEEPER_WHO, token, &out, &b));
	assert_true(member_owner(k, b.member, &o, NULL, &e));
	for (int64_t n = 0; n < lines; n++) {
		struct record_line l = { .about = &o, .purpose = PURPOSE_HOME, .role = ACTOR_OWNER };

		assert_true(keeper_begin(k, &e));
		assert_true(keeper_record_site(k, PURPOSE_SITE, "tick", rig_now(r), NULL, &e));
		for (int64_t i = 0; i <= n % 3; i++)
			assert_true(keeper_record(k, &l, rig_now(r), NULL, &e));
		assert_true(keeper_end(k, &e));
	}
	return o;
}

static void
each_place_is_found(void **state)
{
	struct rig *r = *state;
	struct owner o = grow(r, 60);
	DROP(trail_entry_wipe) struct trail_entry x = {0}, back = {0};
	struct trail t;
	struct err e = {0};

	rig_restart(r);
	assert_true(trail_load(&r->keeper, &o, &t, &e));
	assert_true(t.entries > 120);
	assert_true(trail_find(&r->keeper, &o, t.entries - 1, &back, &e));
	for (int64_t place = t.entries - 1; place >= 0; place--) {
		assert_true(trail_find(&r->keeper, &o, place, &x, &e));
		assert_int_equal(x.place, place);
		assert_int_equal(x.number, back.number);
		assert_int_equal(back.place, place);
		if (place > 0)
			assert_true(trail_older(&r->keeper, &o, &back, &e));
	}
	assert_false(trail_older(&r->keeper, &o, &back, &e));
	assert_int_equal(e.kind, ERR_ABSENT);
	assert_false(trail_find(&r->keeper, &o, t.entries, &x, &e));
	assert_int_equal(e.kind, ERR_ABSENT);
	assert_false(trail_find(&r->keeper, &o, -1, &x, &e));
	assert_int_equal(e.kind, ERR_ABSENT);
	assert_true(doctor_look(&r->keeper, &e));
}

/* A pointer to somebody else's entry, to another place, to nowhere. */
static void
wrong_pointers(void **state)
{
	struct rig *r = *state;
	struct owner o = grow(r, 3);
	DROP(trail_entry_wipe) struct trail_entry x = {0};
	struct trail t, good;
	struct err e = {0};

	assert_true(trail_load(&r->keeper, &o, &good, &e));
	for (int64_t number = -1; number < chain_size(r->keeper.chain) + 2; number++) {
		if (number == good.number[0])
			continue;
		e = (struct err){0};
		assert_false(trail_at(&r->keeper, &o, good.entries - 1, number, &x, &e));
		assert_int_equal(e.kind, ERR_TAMPER);
	}
	/* Even one that the keeper itself sealed is caught on reading. */
	assert_true(keeper_begin(&r->keeper, &e));
	t = good;
	t.entries++;
	t.number[0] = 0;
	assert_true(trail_store(&r->keeper, &o, &t, &e));
	assert_false(trail_find(&r->keeper, &o, 0, &x, &e));
	assert_int_equal(e.kind, ERR_TAMPER);
	/* From a number that is not the row's any more: the batch that would store it is not kept. */
	assert_true(trail_store(&r->keeper, &o, &t, &e));
	assert_false(store_commit(r->keeper.store, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	chain_rolled_back(r->keeper.chain);
	assert_true(doctor_look(&r->keeper, &e));
}

/* Rows written by somebody with a pen on the store; undone before the next. */
static void
forged_rows(void **state)
{
	static const struct { struct sql s; const char *finds; } rows[] = {
		{ { "of another", "", "", "UPDATE subject SET trail = (SELECT trail FROM subject WHERE number = 0)"
		    " WHERE number <> 0" }, "does not open" },
		{ { "gone", "", "", "UPDATE subject SET trail = NULL WHERE number <> 0" }, "missing" },
		{ { "one less", "", "", "UPDATE subject SET entries = entries - 1 WHERE number <> 0" }, "does not open" },
		{ { "none left", "", "", "UPDATE subject SET entries = 0 WHERE number <> 0" }, "missing" },
		{ { "below none", "", "", "UPDATE subject SET entries = -4 WHERE number <> 0" }, "missing" },
		{ { "forgotten", "", "", "UPDATE subject SET entries = 0, trail = NULL WHERE number <> 0" }, "" },
		{ { "entry of nobody", "", "", "DELETE FROM detail WHERE number = 2" }, "place" },
	};
	struct rig *r = *state;
	struct store *st = r->keeper.store;

	grow(r, 5);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = {0};

		assert_true(store_begin(st, &e));
		assert_true(sql_do(st, &rows[i].s, &e));
		assert_true(sql_changed(st) > 0);
		if (doctor_look(&r->keeper, &e))
			fail_msg("%s was not found", rows[i].s.name);
		assert_int_equal(e.kind, ERR_TAMPER);
		if (strstr(e.text, rows[i].finds) == NULL)
			fail_msg("%s: \"%s\"", rows[i].s.name, e.text);
		vault_fresh(r->keeper.vault);
		store_rollback(st);
	}
}

/* A subject's whole row from an older copy opens: its next entry repeats a place, and the count of all tells. */
static void
an_old_row_put_back(void **state)
{
	static const struct sql
	get = { "get", "i", "ib", "SELECT entries, trail FROM subject WHERE number = $1" },
	put = { "put", "ibi", "", "UPDATE subject SET entries = $1, trail = $2 WHERE number = $3" };
	struct rig *r = *state;
	struct keeper *k = &r->keeper;
	struct owner o = grow(r, 5);
	struct record_line l = { .about = &o, .purpose = PURPOSE_HOME, .role = ACTOR_OWNER };
	DROP(rows_drop) struct rows *row = NULL;
	DROP(buf_wipe) struct buf box = {0};
	struct err e = {0};
	int64_t entries;

	assert_true(sql_first(k->store, &row, &get, &e, o.number));
	entries = rows_i64(row, 0);
	buf_add(&box, rows_bytes(row, 1).p, rows_bytes(row, 1).len);
	rows_drop(&row);
	for (int round = 0; round < 2; round++) {
		assert_true(keeper_begin(k, &e));
		if (round == 1)
			assert_true(sql_do(k->store, &put, &e, entries, (const void *)box.data, box.len, o.number));
		assert_true(keeper_record(k, &l, rig_now(r), NULL, &e));
		assert_true(keeper_end(k, &e));
	}
	assert_false(doctor_look(k, &e));
	assert_int_equal(e.kind, ERR_TAMPER);
	assert_non_null(strstr(e.text, "count"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places), cmocka_unit_test(pointers_of_the_next), cmocka_unit_test(few_steps),
		cmocka_unit_test_setup_teardown(each_place_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(wrong_pointers, setup, teardown),
		cmocka_unit_test_setup_teardown(forged_rows, setup, teardown),
		cmocka_unit_test_setup_teardown(an_old_row_put_back, setup, teardown),
	};

	return cmocka_run_group_tests_name("trail", tests, NULL, NULL);
}
