/* tests/unit/test_case_rule.c - deadlines, who may work on a case, which fields may be opened: each against a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/case_rule.h"

static int64_t
moment(const char *text, int64_t hour)
{
	int64_t day;

	assert_true(day_read(text, &day));
	return day * DAY + hour * HOUR;
}

/* ---- deadlines ---- */

/* opened (at an hour), months; the last day of the time */
static const struct { const char *opened; int64_t hour, months; const char *last; } deadlines[] = {
	{ "2026-11-27", 20, 1, "2026-12-27" }, { "2026-11-27", 0, 1, "2026-12-27" }, { "2026-11-30", 23, 1, "2026-12-30" },
	{ "2026-12-31", 12, 1, "2027-01-31" }, { "2026-12-01", 1, 1, "2027-01-01" }, { "2027-01-31", 12, 1, "2027-02-28" },
	{ "2027-01-29", 12, 1, "2027-02-28" }, { "2028-01-29", 12, 1, "2028-02-29" }, { "2028-01-31", 12, 1, "2028-02-29" },
	{ "2028-02-29", 12, 1, "2028-03-29" }, { "2026-12-31", 12, 2, "2027-02-28" }, { "2027-12-31", 12, 2, "2028-02-29" },
	{ "2026-11-30", 12, 3, "2027-02-28" }, { "2027-11-30", 12, 3, "2028-02-29" }, { "2026-08-31", 12, 1, "2026-09-30" },
	{ "2026-10-31", 12, 3, "2027-01-31" },
};

static void
months(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(deadlines); i++) {
		int64_t opened = moment(deadlines[i].opened, deadlines[i].hour), end = case_months(opened, deadlines[i].months);
		char last[11];

		day_write(day_of(end - 1), last);
		if (strcmp(last, deadlines[i].last) != 0 || end % DAY != 0)
			fail_msg("%s and %lld months: %s", deadlines[i].opened, (long long)deadlines[i].months, last);
	}
}

static void
clocks(void **state)
{
	int64_t at = moment("2026-12-31", 23);

	(void)state;
	assert_int_equal(case_deadline(CASE_ACCESS, at), moment("2027-02-01", 0));
	assert_int_equal(case_deadline(CASE_CERTIFICATE, at), at + 24 * HOUR);
	assert_int_equal(case_deadline(CASE_BREACH, at), at + 72 * HOUR);
	assert_int_equal(case_escalates(CASE_ACCESS, at), at + 20 * DAY);
	assert_int_equal(case_escalates(CASE_CERTIFICATE, at), at);
}

static const struct { unsigned kind; int64_t extended, months; const char *now; int64_t hour; bool may; } extensions[] = {
	{ CASE_ACCESS, 0, 1, "2026-12-01", 0, true }, { CASE_ACCESS, 0, 2, "2026-12-27", 23, true },
	{ CASE_ACCESS, 0, 2, "2026-12-28", 0, false }, { CASE_ACCESS, 0, 3, "2026-12-01", 0, false },
	{ CASE_ACCESS, 0, 0, "2026-12-01", 0, false }, { CASE_ACCESS, 1, 1, "2026-12-01", 0, false },
	{ CASE_ACCESS, 0, -1, "2026-12-01", 0, false }, { CASE_CERTIFICATE, 0, 1, "2026-11-27", 13, false },
	{ CASE_ACCESS, 2, 1, "2026-12-01", 0, false },
};

static void
extending(void **state)
{
	int64_t opened = moment("2026-11-27", 12);

	(void)state;
	for (size_t i = 0; i < COUNT(extensions); i++)
		if (case_may_extend((enum case_kind)extensions[i].kind, opened, extensions[i].extended, extensions[i].months,
		    moment(extensions[i].now, extensions[i].hour)) != extensions[i].may)
			fail_msg("extension %zu", i);
	/* Reopened: two weeks at least, and never sooner than it was. */
	assert_int_equal(case_deadline_again(moment("2027-02-01", 0), moment("2026-12-10", 5)), moment("2027-02-01", 0));
	assert_int_equal(case_deadline_again(moment("2026-12-28", 0), moment("2026-12-26", 5)), moment("2027-01-10", 0));
}

/* ---- who may work on it: every combination, said the other way round ---- */

static void
hands(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits < 1u << 8; bits++) {
		struct case_hand h = { .officers = bits & 1, .own = bits & 2, .vouched = bits & 4, .others_free = bits & 8,
		    .consent = bits & 16, .roles = 1u << ROLE_MEMBER };
		bool fits;
		enum case_may got, want;

		h.roles |= (bits & 32) != 0 ? 1u << ROLE_SUPPORT : 0;
		h.roles |= (bits & 64) != 0 ? 1u << ROLE_OFFICER : 0;
		h.roles |= (bits & 128) != 0 ? 1u << ROLE_AUDITOR | 1u << ROLE_ASSURER : 0;
		fits = h.officers ? (bits & 64) != 0 : (bits & 32) != 0;
		want = !fits ? CASE_MAY_ROLE : h.own ? CASE_MAY_OWN : !h.vouched ? CASE_MAY :
		    h.others_free || !h.consent ? CASE_MAY_VOUCHED : CASE_MAY_MARKED;
		got = case_may_work(&h);
		if (got != want)
			fail_msg("hand %u: %d, not %d", bits, (int)got, (int)want);
		/* Nobody works on their own, whatever else there is. */
		assert_true(!h.own || (got != CASE_MAY && got != CASE_MAY_MARKED));
	}
}

/* ---- fields: kind × field, as a picture: a address, n names, b birth date ---- */

static const char *const pictures[CASE_KIND__COUNT] = {
	[CASE_ACCESS] = "anb", [CASE_CORRECTION] = "anb", [CASE_ERASURE] = "an", [CASE_RESTRICTION] = "an", [CASE_OBJECTION] = "an",
	[CASE_COMPLAINT] = "an", [CASE_LOST_ACCESS] = "an", [CASE_NAME_CHANGE] = "nb", [CASE_MINOR] = "a", [CASE_REPORT] = "an",
	[CASE_CERTIFICATE] = "a", [CASE_DECEASED] = "an", [CASE_BREACH] = "", [CASE_DISCLOSURE] = "", [CASE_OTHER] = "",
};

static bool
pictured(unsigned kind, unsigned f)
{
	char sign = f == FIELD_ADDRESS ? 'a' : f >= FIELD_GIVEN && f <= FIELD_SUFFIX ? 'n' : f == FIELD_BIRTH ? 'b' : '-';

	return strchr(pictures[kind], sign) != NULL;
}

static void
field_matrix(void **state)
{
	(void)state;
	for (unsigned kind = CASE_ACCESS; kind < CASE_KIND__COUNT; kind++)
		for (unsigned f = 1; f < FIELD__COUNT; f++) {
			bool may = case_may_field((enum case_kind)kind, (enum field)f, true);

			if (may != pictured(kind, f))
				fail_msg("kind %u, field %s", kind, fields[f].name);
			/* Without its owner's tick a birth date stays closed; with everything else that makes no difference. */
			assert_int_equal(case_may_field((enum case_kind)kind, (enum field)f, false), may && f != FIELD_BIRTH);
		}
}

/* What a kind opens its purpose allows, to support staff and to no other role; of a report, to officers too: some go to them alone. */
static void
purposes_agree(void **state)
{
	(void)state;
	for (unsigned kind = CASE_ACCESS; kind < CASE_KIND__COUNT; kind++) {
		const struct case_kind_row *r = &case_kinds[kind];
		unsigned roles = 1u << ACTOR_SUPPORT | (kind == CASE_REPORT ? 1u << ACTOR_OFFICER : 0);

		assert_non_null(r->name);
		if (r->fields == 0 && !r->band)
			continue;
		assert_true(purpose_allows(r->purpose, ACTOR_SUPPORT, r->fields, NULL));
		assert_int_equal(purposes[r->purpose].facts & FACT_CASE, FACT_CASE);
		assert_int_equal(purposes[r->purpose].roles, roles);
		assert_true(purposes[r->purpose].told);
		for (unsigned role = 1; role < ACTOR__COUNT; role++)
			if ((roles & 1u << role) == 0)
				assert_false(purpose_allows(r->purpose, (enum entry_role)role, r->fields, NULL));
	}
}

static void
openers(void **state)
{
	(void)state;
	assert_true(case_kind_ok(CASE_ACCESS, CASE_BY_MEMBER));
	assert_true(case_kind_ok(CASE_LOST_ACCESS, CASE_BY_VISITOR));
	assert_false(case_kind_ok(CASE_LOST_ACCESS, CASE_BY_MEMBER));
	assert_true(case_kind_ok(CASE_CORRECTION, CASE_BY_VISITOR));
	assert_false(case_kind_ok(CASE_NAME_CHANGE, CASE_BY_VISITOR));
	assert_false(case_kind_ok(CASE_BREACH, CASE_BY_MEMBER | CASE_BY_VISITOR));
	assert_false(case_kind_ok(0, 7));
	assert_false(case_kind_ok(CASE_KIND__COUNT, 7));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(months), cmocka_unit_test(clocks), cmocka_unit_test(extending), cmocka_unit_test(hands),
		cmocka_unit_test(field_matrix), cmocka_unit_test(purposes_agree), cmocka_unit_test(openers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
