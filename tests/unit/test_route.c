/* tests/unit/test_route.c - a row that promises too little stops the program; finding the right row. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "portal/ca/routes.h"
#include "portal/desk/audit.h"
#include "portal/desk/case_routes.h"
#include "portal/desk/disclose.h"
#include "portal/desk/routes.h"
#include "portal/desk/take.h"
#include "portal/people/routes.h"
#include "portal/public/routes.h"
#include "portal/trust/routes.h"
#include "portal/web/section.h"

static bool run(struct visit *v, struct err *e) { (void)v; return FAIL(e, ERR_IO, "not run here"); }

static const struct form_row one[] = { { "a", "A", FORM_TEXT, 0, 10, false, NULL } };
static const struct form_row unset[] = { { "a", "A", FORM_UNSET, 0, 10, false, NULL } };
static const struct form_row boundless[] = { { "a", "A", FORM_TEXT, 0, 0, false, NULL } };
static const struct form_row crossed[] = { { "a", "A", FORM_TEXT, 5, 4, false, NULL } };
static const struct form_row nameless[] = { { NULL, "A", FORM_TEXT, 0, 10, false, NULL } };
static const struct form_row reserved[] = { { "form", "A", FORM_TEXT, 0, 10, false, NULL } };
static const struct form_row choiceless[] = { { "a", "A", FORM_CHOICE, 0, 10, false, NULL } };
static const struct form_row doubled[] = { { "a", "A", FORM_TEXT, 0, 10, false, NULL }, { "a", "A", FORM_TEXT, 0, 10, false, NULL } };
static const struct form_row manies[] = { { "a", "A", FORM_MANY, 0, 10, false, NULL }, { "b", "B", FORM_MANY, 0, 10, false, NULL } };
static const struct form_row most[] = { { "q", "Q", FORM_MARKS, 0, FORM_MARKS_MAX, false, NULL } };
static const struct form_row marks[] = { { "q", "Q", FORM_MARKS, 0, FORM_MARKS_MAX + 1, false, NULL } };
static const struct form_row demanded[] = { { "q", "Q", FORM_MARKS, 0, 5, true, NULL } };
static const struct form_row two_marks[] = { { "q", "Q", FORM_MARKS, 0, 5, false, NULL }, { "r", "R", FORM_MARKS, 0, 5, false, NULL } };

#define OPEN	(enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL
#define NONE	NULL, 0

static const struct route bad_rows[] = {
	{ METHOD_UNSET, "/x", "x", OPEN, NONE, run },
	{ GET, NULL, "x", OPEN, NONE, run },
	{ GET, "x", "x", OPEN, NONE, run },
	{ GET, "/x//y", "x", OPEN, NONE, run },
	{ GET, "/x*", "x", OPEN, NONE, run },
	{ GET, "/*/x", "x", OPEN, NONE, run },
	{ GET, "/~x", "x", OPEN, NONE, run },
	{ GET, "/X", "x", OPEN, NONE, run },
	{ GET, "/x", NULL, OPEN, NONE, run },
	{ GET, "/x", "", OPEN, NONE, run },
	{ GET, "/x", "x", OPEN, NONE, NULL },
	{ GET, "/x", "x", (enum role)0, NEEDS_UNSET, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL, NONE, run },
	{ GET, "/x", "x", (enum role)0, NEEDS_NOTHING, PURPOSE_UNSET, GUARD_OPEN, NULL, NONE, run },
	{ GET, "/x", "x", (enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_UNSET, NULL, NONE, run },
	{ GET, "/x", "x", (enum role)0, NEEDS_NOTHING, PURPOSE_HOME, GUARD_OPEN, NULL, NONE, run },
	{ GET, "/x", "x", ROLE_MEMBER, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL, NONE, run },
	{ POST, "/x", "x", OPEN, NONE, run },
	{ GET, "/x", "x", (enum role)0, NEEDS_NOTHING, PURPOSE_JOIN, GUARD_FORM, NULL, NONE, run },
	{ POST, "/x", "x", ROLE_MEMBER, NEEDS_SESSION, PURPOSE_JOIN, GUARD_FORM, NULL, NONE, run },
	{ POST, "/x", "x", ROLE_MEMBER, NEEDS_SESSION, PURPOSE_HOME, GUARD_OWN, NULL, NONE, run },
	{ GET, "/x", "x", (enum role)0, NEEDS_SESSION, PURPOSE_HOME, GUARD_OWN, NULL, NONE, run },
	{ GET, "/x", "x", ROLE__COUNT, NEEDS_SESSION, PURPOSE_HOME, GUARD_OWN, NULL, NONE, run },
	{ GET, "/x", "x", ROLE_MEMBER, NEEDS_NOTHING, PURPOSE_HOME, GUARD_OWN, NULL, NONE, run },
	{ GET, "/x", "x", ROLE_MEMBER, NEEDS_SESSION, PURPOSE_HOME, GUARD_OWN_FORM, NULL, NONE, run },
	{ POST, "/x", "x", (enum role)0, NEEDS_NOTHING, PURPOSE_HOME, GUARD_MACHINE, NULL, NONE, run },
	{ POST, "/x", "x", (enum role)0, NEEDS_NOTHING, PURPOSE_HOME, GUARD_ONCE, NULL, NONE, run },
	{ GET, "/x", "x", ROLE_MEMBER, NEEDS_SESSION, PURPOSE_HOME, GUARD_OWN, "/x", NONE, run },
	{ POST, "/x", "x", ROLE_MEMBER, NEEDS_SESSION, PURPOSE_HOME, GUARD_OWN_FORM, NULL, NONE, run },
	{ POST, "/x", "x", ROLE_MEMBER, NEEDS_SESSION, PURPOSE_HOME, GUARD_OWN_FORM, "/y", NONE, run },
	{ POST, "/x", "x", ROLE_MEMBER, NEEDS_SESSION, PURPOSE_HOME, GUARD_OWN_FORM, "/y/*", NONE, run },
	{ GET, "/x", "x", OPEN, one, 0, run },
	{ GET, "/x", "x", OPEN, NULL, 1, run },
	{ GET, "/x", "x", OPEN, one, FORM_FIELDS_MAX + 1, run },
	{ GET, "/x", "x", OPEN, unset, 1, run },
	{ GET, "/x", "x", OPEN, boundless, 1, run },
	{ GET, "/x", "x", OPEN, crossed, 1, run },
	{ GET, "/x", "x", OPEN, nameless, 1, run },
	{ GET, "/x", "x", OPEN, reserved, 1, run },
	{ GET, "/x", "x", OPEN, choiceless, 1, run },
	{ GET, "/x", "x", OPEN, doubled, 2, run },
	{ GET, "/x", "x", OPEN, manies, 2, run },
};

static void
test_bad_rows(void **state)
{
	static const struct route twice[] = { { GET, "/x", "x", OPEN, NONE, run }, { GET, "/x", "y", OPEN, NONE, run } };
	struct route_table t[2] = { { twice, 2 } };
	struct err e = {0};

	(void)state;
	assert_false(route_check(t, 1, &e));
	t[0].count = 1;
	assert_true(route_check(t, 1, &e));
	t[1] = t[0];
	assert_false(route_check(t, 2, &e));
	for (size_t i = 0; i < COUNT(bad_rows); i++) {
		t[0] = (struct route_table){ &bad_rows[i], 1 };
		e = (struct err){0};
		if (route_check(t, 1, &e) || e.kind != ERR_INPUT)
			fail_msg("row %zu passed", i);
	}
}

/* Numbered marks: not more than a form has room for, none demanded, one set of them. */
static void
test_marks(void **state)
{
	static const struct { struct route row; bool good; } wants[] = {
		{ { GET, "/x", "x", OPEN, most, 1, run }, true },
		{ { GET, "/x", "x", OPEN, marks, 1, run }, false },
		{ { GET, "/x", "x", OPEN, demanded, 1, run }, false },
		{ { GET, "/x", "x", OPEN, two_marks, 2, run }, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wants); i++) {
		struct route_table t = { &wants[i].row, 1 };
		struct err e = {0};

		if (route_check(&t, 1, &e) != wants[i].good || (e.kind == ERR_INPUT) == wants[i].good)
			fail_msg("row %zu", i);
	}
}

static const struct route rows[] = {
	{ GET,  "/", "front", OPEN, NONE, run },
	{ GET,  "/a/*", "star", OPEN, NONE, run },
	{ GET,  "/a/exact", "exact", OPEN, NONE, run },
	{ GET,  "/a", "own a", ROLE_MEMBER, NEEDS_SESSION, PURPOSE_HOME, GUARD_OWN, NULL, NONE, run },
	{ POST, "/a", "own a form", ROLE_MEMBER, NEEDS_SESSION, PURPOSE_HOME, GUARD_OWN_FORM, NULL, NONE, run },
	{ GET,  "/b/*", "own b", ROLE_MEMBER, NEEDS_SESSION, PURPOSE_HOME, GUARD_OWN, NULL, NONE, run },
	{ POST, "/c/*", "own c form", ROLE_MEMBER, NEEDS_SESSION, PURPOSE_HOME, GUARD_OWN_FORM, "/b/*", NONE, run },
	{ POST, "/d/*", "own d form", ROLE_MEMBER, NEEDS_SESSION, PURPOSE_HOME, GUARD_OWN_FORM, "/a", NONE, run },
	{ GET,  "/m/*", "machine", (enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_MACHINE, NULL, NONE, run },
};

static void
test_find(void **state)
{
	static const struct { enum method m; const char *path; bool own; const char *name, *tail; } wants[] = {
		{ GET, "/", false, "front", "" },
		{ GET, "/", true, NULL, "" },
		{ GET, "/a/b", false, "star", "b" },
		{ GET, "/a/exact", false, "exact", "" },
		{ GET, "/a/", false, NULL, "" },
		{ GET, "/a/b/c", false, NULL, "" },
		{ GET, "/a/*", false, "star", "*" },
		{ GET, "/a", false, NULL, "" },
		{ GET, "/a", true, "own a", "" },
		{ POST, "/a", true, "own a form", "" },
		{ POST, "/a/b", false, NULL, "" },
		{ GET, "/m/x/y//z", false, "machine", "x/y//z" },
		{ GET, "", false, NULL, "" },
	};
	const struct route_table t = { rows, COUNT(rows) };
	struct err e = {0};

	(void)state;
	assert_true(route_check(&t, 1, &e));
	for (size_t i = 0; i < COUNT(wants); i++) {
		const char *tail = NULL;
		const struct route *r = route_find(wants[i].m, wants[i].path, wants[i].own, &tail);

		if ((r == NULL) != (wants[i].name == NULL) || (r != NULL && strcmp(r->name, wants[i].name) != 0) ||
		    strcmp(tail, wants[i].tail) != 0)
			fail_msg("%s: %s, tail %s", wants[i].path, r == NULL ? "none" : r->name, tail);
	}
}

/* Where one comes back to who was asked for the password at a form. */
static void
test_page(void **state)
{
	static const struct { const char *path, *page; } wants[] = {
		{ "/a", "/a" }, { "/c/07", "/b/07" }, { "/d/07", "/a" },
	};
	const struct route_table t = { rows, COUNT(rows) };
	struct err e = {0};
	char into[8];

	(void)state;
	assert_true(route_check(&t, 1, &e));
	for (size_t i = 0; i < COUNT(wants); i++) {
		const char *tail;
		const struct route *r = route_find(POST, wants[i].path, true, &tail);

		assert_non_null(r);
		assert_true(route_page(r, wants[i].path, tail, into, sizeof(into)));
		assert_string_equal(into, wants[i].page);
		assert_false(route_page(r, wants[i].path, tail, into, strlen(wants[i].page)));
	}
}

/* The product's own tables, and that the navigation leads somewhere. */
static void
test_real(void **state)
{
	const struct route_table t[] = { { public_routes, public_route_count }, { people_routes, people_route_count },
	    { ca_routes, ca_route_count }, { trust_routes, trust_route_count },
	    { desk_routes, desk_route_count }, { take_routes, take_route_count },
	    { case_routes, case_route_count }, { disclose_routes, disclose_route_count }, { audit_routes, audit_route_count } };
	static const char *const needed[] = { "/home", "/password", "/policy" };
	struct err e = {0};
	const char *tail;

	(void)state;
	if (!route_check(t, COUNT(t), &e))
		fail_msg("%s", e.text);
	if (!route_ahead_check(people_ahead, people_ahead_count, &e))
		fail_msg("%s", e.text);
	for (const struct section *s = sections_own; s->name != NULL; s++)
		if (route_find(GET, s->path, true, &tail) == NULL)
			fail_msg("navigation: %s", s->path);
	for (const struct section *s = sections_public; s->name != NULL; s++)
		if (route_find(GET, s->path, false, &tail) == NULL)
			fail_msg("navigation: %s", s->path);
	for (size_t i = 0; i < COUNT(needed); i++)
		if (route_find(GET, needed[i], true, &tail) == NULL)
			fail_msg("the dispatcher leads to %s", needed[i]);
}

/* What may not be asked before its page is drawn. */
static void
test_ahead(void **state)
{
	const struct route_table t = { people_routes, people_route_count };
	static const struct { struct route_ahead row[2]; size_t n; bool good; } asks[] = {
		{ { { "/home", 1 }, { "/data", 1 } }, 2, true },
		{ { { "/home", 1 }, { "/home", 2 } }, 2, false },	/* twice */
		{ { { "/home", 0 } }, 1, false },			/* nothing asked */
		{ { { "/absent", 1 } }, 1, false },
		{ { { "/join", 1 } }, 1, false },			/* nobody's own */
		{ { { "/data/erase", 1 } }, 1, false },			/* no page */
		{ { { "/history", 1 } }, 1, false },			/* has fields */
		{ { { "/history/7", 1 } }, 1, false },			/* many pages */
	};
	struct err e = {0};

	(void)state;
	assert_true(route_check(&t, 1, &e));
	for (size_t i = 0; i < COUNT(asks); i++)
		if (route_ahead_check(asks[i].row, asks[i].n, &e) != asks[i].good)
			fail_msg("row %zu", i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_rows), cmocka_unit_test(test_marks),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_real),
		cmocka_unit_test(test_ahead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
