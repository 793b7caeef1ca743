/* tests/unit/test_tally.c - counts are exact: of what was committed, on its day, and of nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "privacy/facts/day.h"
#include "privacy/keeper/tally.h"
#include "tests/unit/keeper_rig.h"

#define PASSWORD "plenty of unrelated wooden hats"

struct told { int64_t all[TALLY__COUNT], month[TALLY__COUNT][TALLY_MONTHS], purpose[PURPOSE__COUNT]; };

static void
ask(struct rig *r, struct told *t)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;

	assert_true(rig_ask(r, KEEPER_TALLIES, &in, &out));
	s = span_buf(&out);
	assert_int_equal(unpack_u8(&s), TALLY__COUNT);
	for (size_t v = 0; v < TALLY__COUNT; v++) {
		t->all[v] = unpack_i64(&s);
		for (size_t m = 0; m < TALLY_MONTHS; m++)
			t->month[v][m] = unpack_i64(&s);
	}
	assert_int_equal(unpack_u32(&s), PURPOSE__COUNT);
	for (size_t p = 0; p < PURPOSE__COUNT; p++)
		t->purpose[p] = unpack_i64(&s);
	assert_true(unpack_end(&s, "tallies", NULL));
}

static void
test_counts(void **state)
{
	struct rig r;
	struct told t;
	unsigned char token[TOKEN_BYTES];
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;

	(void)state;
	rig_open(&r, NULL);
	ask(&r, &t);
	assert_int_equal(t.all[TALLY_JOINED], 0);
	rig_member(&r, "ann@example.org", PASSWORD, token);
	rig_member(&r, "bob@example.org", PASSWORD, token);
	assert_true(rig_join(&r, "waits@example.org", PASSWORD));	/* not yet a member */
	for (int i = 0; i < 3; i++)
		assert_true(rig_look(&r, KEEPER_DATA, token, &out, &b));
	ask(&r, &t);
	assert_int_equal(t.all[TALLY_JOINED], 2);
	assert_int_equal(t.month[TALLY_JOINED][0], 2);
	assert_int_equal(t.purpose[PURPOSE_OWN_VIEW], 3);
	assert_int_equal(t.purpose[PURPOSE_JOIN], 2);
	rig_drop(&r);
}

/* A request that is refused after it counted takes its counts back. */
static void
test_undone(void **state)
{
	struct rig r;
	struct told before, after;
	unsigned char token[TOKEN_BYTES];
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	(void)state;
	rig_open(&r, NULL);
	rig_member(&r, "ann@example.org", PASSWORD, token);
	ask(&r, &before);
	rig_begin(&in, token);
	pack_u32(&in, PURPOSE_ENROL);
	pack_u8(&in, 2);
	pack_u32(&in, FIELD_GIVEN);
	pack_bytes(&in, "Ann", 3);
	pack_u32(&in, FIELD_BIRTH);
	pack_bytes(&in, "2999-01-01", 10);
	assert_false(rig_ask(&r, KEEPER_DATA_SET, &in, &out));
	ask(&r, &after);
	assert_memory_equal(&before, &after, sizeof(before));
	rig_drop(&r);
}

/* What happened stands in its month; a year and a month later only in the sum. */
static void
test_months(void **state)
{
	struct rig r;
	struct told t;
	unsigned char token[TOKEN_BYTES];

	(void)state;
	rig_open(&r, NULL);	/* 18 November 2026 */
	rig_member(&r, "ann@example.org", PASSWORD, token);
	rig_later(&r, 20 * DAY);	/* December */
	rig_member(&r, "bob@example.org", PASSWORD, token);
	ask(&r, &t);
	assert_int_equal(t.month[TALLY_JOINED][0], 1);
	assert_int_equal(t.month[TALLY_JOINED][1], 1);
	rig_later(&r, 365 * DAY);
	ask(&r, &t);
	assert_int_equal(t.month[TALLY_JOINED][12], 1);
	assert_int_equal(t.all[TALLY_JOINED], 2);
	assert_int_equal(t.purpose[PURPOSE_JOIN], 0);	/* none in this month */
	rig_restart(&r);
	ask(&r, &t);
	assert_int_equal(t.all[TALLY_JOINED], 2);
	rig_drop(&r);
}

static void
test_month_days(void **state)
{
	static const struct { const char *day, *first; } rows[] = {
		{ "2026-01-01", "2026-01-01" }, { "2026-12-31", "2026-12-01" }, { "2028-02-29", "2028-02-01" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t day, first;

		assert_true(day_read(rows[i].day, &day) && day_read(rows[i].first, &first));
		assert_int_equal(day_month_first(day), first);
		assert_int_equal(day_month(day), day_month(first));
		assert_int_equal(day_month(first - 1), day_month(first) - 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts), cmocka_unit_test(test_undone), cmocka_unit_test(test_months),
		cmocka_unit_test(test_month_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
