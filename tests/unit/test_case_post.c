/* tests/unit/test_case_post.c - cases by mail, as the keeper takes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/case_post.h"
#include "tests/unit/case_rig.h"

static const char *const sets[] = { "post.per_hour=4", "limit.mails_per_hour=10000", NULL };

struct post { const char *sender, *code, *words; unsigned char hash; bool is_signed; };

static bool
take(struct rig *r, const struct post *p, unsigned *what)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char hash[32] = { p->hash }, serial[16] = { 1 };

	buf_add(&in, hash, sizeof(hash));
	pack_text(&in, p->sender);
	pack_text(&in, "de");
	pack_text(&in, p->code);
	pack_u8(&in, p->is_signed);
	buf_add(&in, serial, sizeof(serial));
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

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(mails_open_cases), cmocka_unit_test(a_code_adds) };

	return cmocka_run_group_tests_name("cases by mail", tests, NULL, NULL);
}
