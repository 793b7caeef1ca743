/* tests/unit/test_say.c - catalogs, choosing a language, messages with marks, times. */
#include "tests/unit/place.h"
#include "tests/unit/catalog.h"

#define NOW	1780000000

static const struct pair german[] = {
	{ "", "Content-Type: text/plain; charset=UTF-8\n" },
	{ "<a>go</a> {1}", "{1} <a>los</a>" },
	{ "<a>lost</a>", "verloren" },
	{ "<a>nested</a>", "</a>verkehrt<a>" },
	{ "Empty", "" },
	{ "Home", "Zu Hause" },
	{ "just now", "gerade eben" },
	{ "{1} days ago", "vor {1} Tagen" },
	{ "{1} twice", "{1} und {1}" },
};

static void
add_german(const char *lang, bool swapped)
{
	DROP(buf_wipe) struct buf mo = {0};
	struct err e = {0};

	make_mo(&mo, german, COUNT(german), swapped);
	GOOD(words_add(lang, span_buf(&mo), &e));
}

static void
test_catalog(void **state)
{
	struct visit v = { .now = NOW };

	(void)state;
	for (int swapped = 0; swapped < 2; swapped++) {
		add_german("de", swapped != 0);
		v.words = words_pick("de", &v.lang);
		assert_non_null(v.words);
		assert_string_equal(v.lang, "de");
		assert_string_equal(say(&v, "Home"), "Zu Hause");
		assert_string_equal(say(&v, "Empty"), "Empty");
		assert_string_equal(say(&v, "Unknown"), "Unknown");
		assert_string_equal(say(&v, ""), "");
		v.words = NULL;
		assert_string_equal(say(&v, "Home"), "Home");
		words_drop();
	}
}

/* No damaged byte may lead out of the file. */
static void
test_damaged(void **state)
{
	DROP(buf_wipe) struct buf mo = {0};
	static const struct pair unsorted[] = { { "b", "1" }, { "a", "2" } };
	struct err e = {0};

	(void)state;
	make_mo(&mo, german, COUNT(german), false);
	for (size_t cut = 0; cut < mo.len; cut++) {
		e = (struct err){0};
		BAD(words_add("de", span_of(mo.data, cut), &e), ERR_INPUT);
	}
	for (size_t at = 0; at < mo.len; at++) {
		struct visit v = { .now = NOW };

		for (int bit = 0; bit < 8; bit++) {
			mo.data[at] = (char)(mo.data[at] ^ 1 << bit);
			if (words_add("de", span_buf(&mo), &e)) {
				v.words = words_pick("de", &v.lang);
				for (size_t i = 0; i < COUNT(german); i++)
					assert_non_null(say(&v, german[i].id));
				words_drop();
			}
			mo.data[at] = (char)(mo.data[at] ^ 1 << bit);
		}
	}
	buf_reset(&mo);
	make_mo(&mo, unsorted, 2, false);
	BAD(words_add("de", span_buf(&mo), &e), ERR_INPUT);
	BAD(words_add("a-language-too-long", span_buf(&mo), &e), ERR_INPUT);
}

static void
test_pick(void **state)
{
	static const struct { const char *asked, *lang; } wants[] = {
		{ NULL, "en" }, { "", "en" }, { "de", "de" }, { "DE-AT", "de" }, { "en", "en" }, { "fr", "en" },
		{ "fr, de;q=0.5", "de" }, { "en, de", "en" }, { "de, en", "de" }, { "en;q=0.8, de;q=0.9", "de" },
		{ "en;q=0.9,de;q=0.85", "en" }, { "de;q=0", "en" }, { "de;q=0.0, en", "en" }, { "de;q=nonsense", "en" },
		{ "*", "en" }, { "pt-BR,pt;q=0.9,de;q=0.1", "de" }, { ",,, ;;q=, de ;q=1", "de" }, { "dex", "en" },
		{ "d", "en" }, { "de;q=0.999,en;q=0.99", "de" },
	};

	(void)state;
	add_german("de", false);
	for (size_t i = 0; i < COUNT(wants); i++) {
		const char *lang = NULL;
		const struct words *w = words_pick(wants[i].asked, &lang);

		if (strcmp(lang, wants[i].lang) != 0 || (w == NULL) != (strcmp(lang, "en") == 0))
			fail_msg("%s: %s", wants[i].asked, lang);
	}
	words_drop();
}

static void
run(struct visit *v, const char *msgid, const char *const *marks, size_t n, struct buf *b)
{
	const char *at = say_run(v, msgid, marks, n);

	buf_reset(b);
	for (size_t i; (i = run_next(&at, marks, n, b)) < n;)
		buf_fmt(b, "[%s]", marks[i]);
}

static void
test_runs(void **state)
{
	static const char *const marks[] = { "<a>", "</a>", "{1}" };
	static const char *const one[] = { "{1}" };
	DROP(buf_wipe) struct buf b = {0};
	struct visit v = { .now = NOW };

	(void)state;
	add_german("de", false);
	run(&v, "<a>go</a> {1}", marks, 3, &b);
	assert_string_equal(b.data, "[<a>]go[</a>] [{1}]");
	v.words = words_pick("de", &v.lang);
	run(&v, "<a>go</a> {1}", marks, 3, &b);
	assert_string_equal(b.data, "[{1}] [<a>]los[</a>]");
	/* A translation that loses, repeats or crosses its marks is not used. */
	run(&v, "<a>lost</a>", marks, 2, &b);
	assert_string_equal(b.data, "[<a>]lost[</a>]");
	run(&v, "<a>nested</a>", marks, 2, &b);
	assert_string_equal(b.data, "[<a>]nested[</a>]");
	run(&v, "{1} twice", one, 1, &b);
	assert_string_equal(b.data, "[{1}] twice");
	run(&v, "1 < 2 {2} & more", one, 0, &b);
	assert_string_equal(b.data, "1 &lt; 2 {2} &amp; more");
	words_drop();
}

static void
test_times(void **state)
{
	static const int64_t day = 86400;
	static const struct { int64_t at; const char *says; } wants[] = {
		{ 0, "never" }, { NOW, "just now" }, { NOW - 59, "just now" }, { NOW - 60, "1 minute ago" },
		{ NOW - 3 * 60, "3 minutes ago" }, { NOW - 3600, "1 hour ago" }, { NOW - 47 * 3600, "47 hours ago" },
		{ NOW - 2 * day, "2 days ago" }, { NOW - 99 * day, "99 days ago" }, { NOW - 100 * day, "3 months ago" },
		{ NOW - 800 * day, "2 years ago" }, { NOW + 30, "in less than a minute" }, { NOW + 89, "in 1 minute" },
		{ NOW + 90, "in 2 minutes" }, { NOW + 59 * 60 + 29, "in 59 minutes" }, { NOW + 3599, "in 1 hour" }, { NOW + 119 * 60, "in 2 hours" },
		{ NOW + 71 * 3600, "in 3 days" }, { NOW + 2 * day - 60, "in 2 days" }, { NOW - 119 * 60, "1 hour ago" },
		{ NOW + 5 * day, "in 5 days" }, { NOW + 400 * day, "in 13 months" },
	};
	DROP(buf_wipe) struct buf b = {0};
	struct visit v = { .now = NOW };

	(void)state;
	for (size_t i = 0; i < COUNT(wants); i++) {
		buf_reset(&b);
		say_ago_text(&v, wants[i].at, &b);
		if (strncmp(b.data, wants[i].says, strlen(wants[i].says)) != 0)
			fail_msg("%lld: %s", (long long)wants[i].at, b.data);
	}
	buf_reset(&b);
	say_ago(&v, NOW - 120, &b);
	assert_string_equal(b.data, "<time datetime=\"2026-05-28T20:24:40Z\">2 minutes ago "
	    "<span class=\"utc\">(2026-05-28 20:24 UTC)</span></time>");
	add_german("de", false);
	v.words = words_pick("de", &v.lang);
	buf_reset(&b);
	say_ago_text(&v, NOW - 3 * day, &b);
	assert_non_null(strstr(b.data, "vor 3 Tagen"));
	words_drop();
}

static void
test_load(void **state)
{
	const struct place *p = *state;
	DROP(buf_wipe) struct buf mo = {0};
	struct err e = {0};
	const char *lang;
	char path[128];
	FILE *f;

	GOOD(words_load("/nonexistent/for/sure", &e));
	make_mo(&mo, german, COUNT(german), false);
	snprintf(path, sizeof(path), "%s/de.mo", p->dir);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(mo.data, 1, mo.len, f), mo.len);
	fclose(f);
	GOOD(words_load(p->dir, &e));
	assert_non_null(words_pick("de", &lang));
	words_drop();
	f = fopen(path, "w");
	assert_non_null(f);
	fclose(f);
	BAD(words_load(p->dir, &e), ERR_INPUT);
	words_drop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_catalog),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_pick),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_times),
		CASE(test_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
