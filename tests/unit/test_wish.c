/* tests/unit/test_wish.c - lists: the setting, choosing, confirming, stopping, writing to those who confirmed. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/lists.h"
#include "tests/unit/keeper_rig.h"

#define PASS	"correct horse battery"
static const char *const sets[] = { "mail.lists=news: What is new; talk: Among us > https://lists.example.org/talk", "limit.mails_per_hour=10000", NULL };

static void
settings(void **state)
{
	static const struct { const char *text; int n; const char *last, *outside; } cases[] = {
		{ "", 0, "", "" }, { "news: What is new", 1, "news", "" }, { " news :What ; x-2: Y > https://a.example/ ; ", 2, "x-2", "https://a.example/" },
		{ "news", -1, "", "" }, { "News: x", -1, "", "" }, { "news:", -1, "", "" }, { ": x", -1, "", "" }, { "a: x; a: y", -1, "", "" },
		{ "a: x > http://a.example/", -1, "", "" }, { "a: x >", -1, "", "" }, { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: x", -1, "", "" }, { "a: x;;", -1, "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct mail_list lists[LISTS_MOST];
		struct err e = {0};
		size_t n;
		bool good = lists_read(cases[i].text, lists, &n, &e);

		if (good != (cases[i].n >= 0) || (!good && e.kind != ERR_INPUT))
			fail_msg("\"%s\": %s", cases[i].text, e.text);
		if (!good)
			continue;
		assert_int_equal(n, cases[i].n);
		if (n > 0) {
			assert_string_equal(lists[n - 1].name, cases[i].last);
			assert_string_equal(lists[n - 1].outside, cases[i].outside);
		}
	}
}

static bool
set(struct rig *r, const unsigned char token[TOKEN_BYTES], const char *list, unsigned on)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, token);
	pack_text(&in, list);
	pack_u8(&in, on);
	return rig_ask(r, KEEPER_LIST_SET, &in, &out);
}

/* How many were written to; -1: refused. */
static int64_t
written(struct rig *r, const char *list, const char *words)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	pack_text(&in, list);
	pack_text(&in, words);
	pack_i64(&in, 0);
	if (!rig_ask_as(r, KEEPER_PEER_CONTROL, KEEPER_LIST_MAIL, &in, &out))
		return -1;
	a = span_buf(&out);
	assert_int_equal(unpack_i64(&a), 0);
	return unpack_i64(&a);
}

static void
wanted_only_when_confirmed(void **state)
{
	unsigned char token[TOKEN_BYTES];
	struct rig_mail m, news;
	int64_t entries;
	struct rig r;

	(void)state;
	rig_open(&r, sets);
	rig_member(&r, "ann@example.org", PASS, token);
	assert_false(set(&r, token, "talk", 1));	/* kept elsewhere */
	assert_int_equal(r.err.why, WHY_FIELD_SHAPE);
	assert_false(set(&r, token, "olds", 1));
	assert_false(set(&r, token, "news", 2));
	assert_true(set(&r, token, "olds", 0));		/* stopping what is not there is fine */
	assert_true(set(&r, token, "news", 1));
	assert_true(rig_mail_of(&r, MAIL_LIST, &m));
	assert_string_equal(m.object, "news");
	assert_int_equal(written(&r, "news", "Too early."), 0);
	assert_true(rig_take(&r, m.token));
	assert_false(rig_take(&r, m.token));
	assert_true(set(&r, token, "news", 1));		/* asked for again: it stays */
	assert_int_equal(written(&r, "news", "Now."), 1);
	assert_int_equal(written(&r, "news", "Now."), 0);	/* the same words go once */
	assert_true(rig_mail_of(&r, MAIL_LIST_NEWS, &news));
	assert_string_equal(news.object, "news" MAIL_PART "Now.");
	assert_int_equal(written(&r, "olds", "x"), -1);
	assert_int_equal(written(&r, "news", ""), -1);
	assert_int_equal(written(&r, "news", "a" MAIL_PART "b"), -1);
	/* Its link stops the list, and so does the page; again it is stopped still, and the ledger hears of it once. */
	assert_true(rig_take(&r, news.token));
	entries = chain_settled(r.keeper.chain);
	assert_true(rig_take(&r, news.token));
	assert_int_equal(chain_settled(r.keeper.chain), entries);
	assert_int_equal(written(&r, "news", "Nobody."), 0);
	/* A link that was asked for before it was stopped confirms nothing any more. */
	assert_true(set(&r, token, "news", 1));
	assert_true(rig_mail_of(&r, MAIL_LIST, &m));
	assert_true(set(&r, token, "news", 0));
	assert_false(rig_take(&r, m.token));
	assert_int_equal(r.err.why, WHY_TOKEN);
	/* The newest link is the one that works. */
	assert_true(set(&r, token, "news", 1));
	assert_true(rig_mail_of(&r, MAIL_LIST, &m));
	assert_true(set(&r, token, "news", 1));
	assert_false(rig_take(&r, m.token));
	assert_true(rig_mail_of(&r, MAIL_LIST, &m));
	assert_true(rig_take(&r, m.token));
	assert_int_equal(written(&r, "news", "Back."), 1);
	assert_true(rig_take(&r, news.token));		/* what an old mail's link says is done, too */
	assert_int_equal(written(&r, "news", "Nobody again."), 0);
	rig_later(&r, 91 * DAY);
	assert_false(rig_take(&r, news.token));
	rig_drop(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(settings), cmocka_unit_test(wanted_only_when_confirmed) };

	return cmocka_run_group_tests_name("lists", tests, NULL, NULL);
}
