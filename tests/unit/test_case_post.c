/* tests/unit/test_case_post.c - cases by mail, as the keeper takes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/address_text.h"
#include "privacy/facts/case_post.h"
#include "privacy/facts/day.h"
#include "tests/unit/case_rig.h"

static const char *const sets[] = { "post.per_hour=4", "limit.mails_per_hour=10000", NULL };

struct post { const char *sender, *code, *words; unsigned char hash; bool is_signed; };

static bool
take(struct rig *r, const struct post *p, unsigned *what)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char hash[32] = { p->hash }, serial[16] = { 1 }, sha256[32] = {0}, signature[32] = { 0xff, p->hash };

	buf_add(&in, hash, sizeof(hash));
	pack_text(&in, p->sender);
	pack_text(&in, "de");
	pack_text(&in, p->code);
	pack_text(&in, "1@mx.example");
	pack_u8(&in, p->is_signed);
	buf_add(&in, serial, sizeof(serial));
	buf_add(&in, sha256, sizeof(sha256));
	buf_add(&in, signature, sizeof(signature));
	pack_u32(&in, 1);
	pack_text(&in, p->words);
	if (!rig_ask_as(r, KEEPER_PEER_POST, KEEPER_POST_TAKE, &in, &out))
		return false;
	assert_int_equal(out.len, 1);
	*what = (unsigned char)out.data[0];
	return true;
}

/* What waits for the clerk; told as carried in the same breath when `tell`. */
static uint32_t
carry(struct rig *r, int64_t *id, bool tell)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	pack_u32(&in, tell);
	if (tell)
		pack_i64(&in, *id);
	assert_true(rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_POST_CARRY, &in, &out));
	a = span_buf(&out);
	n = unpack_u32(&a);
	unpack_i64(&a);
	*id = unpack_i64(&a);
	return n;
}

static void
mails_open_cases(void **state)
{
	static const struct { struct post p; unsigned what; unsigned why; int64_t later; } cases[] = {
		{ { "ann@example.org", "", "Which lists?", 1, false }, POST_OPENED, 0, 0 },
		{ { "ann@example.org", "", "Which lists?", 1, false }, POST_KNOWN, 0, 0 },
		{ { "ann@example.org", "", "Another thing", 2, false }, 0, WHY_LIMIT, 0 },
		{ { "ann@example.org", "7KQM-3V9X-D2TP-84HQ", "Another thing", 2, false }, 0, WHY_LIMIT, 0 },
		{ { "Ann+lists@Example.org", "", "the same mailbox", 8, false }, 0, WHY_LIMIT, 0 },
		{ { "no address", "", "words", 3, false }, 0, WHY_ADDRESS_SHAPE, 0 },
		{ { "ben@example.org", "", " \n ", 3, false }, 0, WHY_WORDS, 0 },
		{ { "ben@example.org", "", "signed, by nobody", 3, true }, POST_OPENED, 0, 0 },
		{ { "cy@example.org", "", "words", 4, false }, POST_OPENED, 0, 0 },
		{ { "dan@example.org", "", "words", 5, false }, POST_OPENED, 0, 0 },
		{ { "eve@example.org", "", "the fifth of the hour", 6, false }, 0, WHY_LIMIT, 0 },
		{ { "eve@example.org", "", "an hour later", 6, false }, POST_OPENED, 0, HOUR + 1 },
		{ { "ann@example.org", "", "a day later", 7, false }, POST_OPENED, 0, DAY },
	};
	struct rig r;

	(void)state;
	rig_open(&r, sets);
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned what = 0;

		if (cases[i].later > 0)
			rig_later(&r, cases[i].later);
		if (take(&r, &cases[i].p, &what) != (cases[i].why == 0) || (cases[i].why != 0 && r.err.why != cases[i].why) ||
		    what != cases[i].what)
			fail_msg("%zu: %u, why %u", i, what, r.err.why);
	}
	rig_drop(&r);
}

/* The code that the answer bears adds to its case; it is not the pass-phrase, and no other case's. */
static void
a_code_adds(void **state)
{
	const struct post first = { "ann@example.org", "", "Which lists?", 1, false };
	struct post more = { "other@example.net", NULL, "And why?", 2, false };
	char code[64];
	struct rig_mail m;
	struct rig r;
	unsigned what;
	int64_t id = 0;

	(void)state;
	rig_open(&r, sets);
	assert_true(take(&r, &first, &what));
	assert_true(rig_mail_of(&r, MAIL_CASE_TAKEN, &m));
	assert_string_equal(m.to, "ann@example.org");
	snprintf(code, sizeof(code), "%.*s", (int)strcspn(m.object, MAIL_PART), m.object);
	assert_string_equal(strrchr(m.object, MAIL_PART[0]) + 1, "1@mx.example");
	more.code = code;
	assert_true(take(&r, &more, &what));
	assert_int_equal(what, POST_ADDED);
	assert_false(rig_mail_of(&r, MAIL_CASE_TAKEN, &m));
	/* Two texts wait, until they are told to stand. */
	assert_int_equal(carry(&r, &id, false), 2);
	assert_int_equal(carry(&r, &id, true), 1);
	assert_int_equal(carry(&r, &id, true), 0);
	rig_drop(&r);
}

/* ---- letters, and sorting ---- */

static bool
letter(struct rig *r, const struct person *p, unsigned kind, const char *day, const char *words, int64_t *number)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span a;

	rig_begin(&in, p->token);
	pack_u8(&in, kind);
	pack_text(&in, day);
	pack_text(&in, words);
	if (!rig_ask(r, KEEPER_DESK_LETTER, &in, &out))
		return false;
	a = span_buf(&out);
	rig_block(&a, &b);
	*number = unpack_i64(&a);
	return true;
}

static bool
sorted(struct rig *r, const struct person *p, int64_t number, unsigned kind)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_i64(&in, number);
	pack_u8(&in, kind);
	return rig_ask(r, KEEPER_DESK_SORT, &in, &out);
}

static void
letters(void **state)
{
	static const struct { unsigned kind; int64_t days; const char *words; unsigned why; } cases[] = {
		{ CASE_COMPLAINT, 0, "It took long.", 0 }, { CASE_ERASURE, -3, "Erase me.", 0 }, { CASE_OTHER, -366, "What is this?", 0 },
		{ CASE_COMPLAINT, 1, "From tomorrow", WHY_LETTER_DAY }, { CASE_COMPLAINT, -367, "Too old", WHY_LETTER_DAY },
		{ CASE_COMPLAINT, 0, " ", WHY_WORDS }, { CASE_REPORT, 0, "They look", WHY_ROLE }, { CASE_NAME_CHANGE, 0, "x", WHY_FIELD_SHAPE },
		{ 0, 0, "x", WHY_FIELD_SHAPE }, { CASE_KIND__COUNT, 0, "x", WHY_FIELD_SHAPE },
	};
	struct person sue = {0}, ann = {0};
	struct case_seen x;
	int64_t number = 0;
	bool found;
	struct rig r;

	(void)state;
	rig_open(&r, sets);
	person_make(&r, &ann, "ann", "Ann", "Briain", "1984-02-29", "X 1");
	person_make(&r, &sue, "sue", "Sue", "Adeyemi", "1984-02-29", "X 2");
	assert_false(letter(&r, &ann, CASE_COMPLAINT, "2026-11-20", "No seat", &number));
	assert_int_equal(r.err.why, WHY_ROLE);
	case_staff(&r, &sue, ROLE_SUPPORT);
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t today = day_of(rig_now(&r));
		char day[11];

		day_write(today + cases[i].days, day);
		if (letter(&r, &sue, cases[i].kind, day, cases[i].words, &number) != (cases[i].why == 0) ||
		    (cases[i].why != 0 && r.err.why != cases[i].why))
			fail_msg("%zu: why %u", i, r.err.why);
		if (cases[i].why != 0)
			continue;
		desk_lists(&r, &sue, number, &x, &found);
		assert_true(found && (x.what & CASE_LETTER) != 0 && (x.what & CASE_MINE) != 0 && x.kind == cases[i].kind);
		assert_int_equal(day_of(x.opened), today + cases[i].days);
		assert_int_equal(x.deadline, case_deadline((enum case_kind)x.kind, x.opened));
	}
	assert_false(letter(&r, &sue, CASE_COMPLAINT, "2026-02-30", "No such day", &number));
	assert_int_equal(r.err.why, WHY_LETTER_DAY);
	rig_drop(&r);
}

static void
sorting(void **state)
{
	const struct post mail = { "cy@example.org", "", "Who looks at my data?", 1, false };
	struct person sue = {0}, sam = {0};
	struct shelf shelf = {0};
	struct case_seen x;
	struct rig_mail m;
	int64_t number;
	unsigned what;
	bool found;
	struct rig r;

	(void)state;
	rig_open(&r, sets);
	person_make(&r, &sue, "sue", "Sue", "Adeyemi", "1984-02-29", "X 2");
	person_make(&r, &sam, "sam", "Sam", "Adeyemi", "1984-02-29", "X 3");
	case_staff(&r, &sue, ROLE_SUPPORT);
	case_staff(&r, &sam, ROLE_SUPPORT);
	assert_true(take(&r, &mail, &what));
	assert_true(rig_mail_of(&r, MAIL_CASE_TAKEN, &m));
	number = strtoll(strchr(m.object, '\f') + 1, NULL, 10);
	assert_false(sorted(&r, &sue, number, CASE_ACCESS));
	assert_int_equal(r.err.why, WHY_CASE_NOT_TAKEN);
	assert_true(desk_takes(&r, &sue, number));
	assert_false(sorted(&r, &sam, number, CASE_ACCESS));
	assert_false(sorted(&r, &sue, number, CASE_OTHER));
	assert_false(sorted(&r, &sue, number, CASE_BREACH));
	assert_true(sorted(&r, &sue, number, CASE_CERTIFICATE));
	desk_lists(&r, &sue, number, &x, &found);
	assert_true(found && x.kind == CASE_CERTIFICATE && x.deadline == x.opened + 24 * HOUR);
	/* Once. */
	assert_false(sorted(&r, &sue, number, CASE_ACCESS));
	assert_int_equal(r.err.why, WHY_FIELD_SHAPE);
	/* A report is none of support's any more. */
	assert_true(take(&r, &(const struct post){ "dee@example.org", "", "Somebody looks too much.", 2, false }, &what));
	assert_true(rig_mail_of(&r, MAIL_CASE_TAKEN, &m));
	number = strtoll(strchr(m.object, '\f') + 1, NULL, 10);
	assert_true(desk_takes(&r, &sue, number));
	assert_true(sorted(&r, &sue, number, CASE_REPORT));
	desk_lists(&r, &sue, number, &x, &found);
	assert_false(found);
	assert_false(desk_looks(&r, &shelf, &sue, number, &x));
	rig_drop(&r);
}

/* ---- what came back ---- */

static int64_t
failing(struct rig *r, const struct person *p)
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	char text[ADDRESS_MAX];
	struct span a;

	assert_true(rig_look(r, KEEPER_ADDRESSES, p->token, &out, &b));
	a = span_buf(&out);
	rig_block(&a, &b);
	assert_int_equal(unpack_u32(&a), 1);
	unpack_i64(&a);
	unpack_text(&a, text, sizeof(text));
	unpack_u8(&a);
	unpack_u8(&a);
	unpack_i64(&a);
	unpack_u32(&a);
	return unpack_i64(&a);
}

static void
came_back(struct rig *r, const char *message_id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	pack_text(&in, message_id);
	assert_true(rig_ask_as(r, KEEPER_PEER_POST, KEEPER_POST_BOUNCE, &in, &out));
	assert_int_equal(out.len, 0);
}

static const struct sql sql_ids = { "test_message_id", "i", "t", "SELECT message_id FROM mail WHERE kind = $1 ORDER BY id DESC LIMIT 1" };

static void
bounces(void **state)
{
	char id[320];
	struct person ann = {0};
	struct err e = {0};
	struct rig r;

	(void)state;
	rig_open(&r, sets);
	person_make(&r, &ann, "ann", "Ann", "Briain", "1984-02-29", "X 1");
	{
		DROP(rows_drop) struct rows *rows = NULL;

		assert_true(sql_first(r.keeper.store, &rows, &sql_ids, &e, (int64_t)MAIL_JOIN));
		snprintf(id, sizeof(id), "%s", rows_text(rows, 0));
	}
	came_back(&r, "0123456789abcdef0123456789abcdef@localhost");
	assert_int_equal(failing(&r, &ann), 0);
	came_back(&r, id);
	assert_int_equal(failing(&r, &ann), rig_now(&r));
	rig_later(&r, 60);
	came_back(&r, id);		/* since when stays */
	assert_int_equal(failing(&r, &ann), rig_now(&r) - 60);
	rig_drop(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(mails_open_cases), cmocka_unit_test(a_code_adds), cmocka_unit_test(letters),
		cmocka_unit_test(sorting), cmocka_unit_test(bounces) };

	return cmocka_run_group_tests_name("cases by mail", tests, NULL, NULL);
}
