/* tests/unit/test_trust_words.c - numbers of meetings in words, and a code as a picture. */
#include "tests/unit/place.h"
#include "tests/unit/catalog.h"
#include "portal/trust/qr.h"
#include "portal/trust/words.h"

static const struct pair german[] = {
	{ "", "Content-Type: text/plain; charset=UTF-8\n" },
	{ "Name {1}, {2}", "{2} ({1}. Name)" },
	{ "names", "Namen" },
	{ "passport", "Reisepass" },
	{ "{1} days", "{1} Tage" },
};

static void
durations(void **state)
{
	static const struct { int64_t seconds; const char *says; } rows[] = {
		{ 86400, "24 hours" }, { 3600, "1 hour" }, { 7200, "2 hours" }, { 2 * 86400, "2 days" }, { 60 * 86400, "60 days" },
		{ 365 * 86400, "1 year" }, { 7 * 365 * 86400LL, "7 years" }, { 366 * 86400, "366 days" }, { 90 * 60, "90 minutes" },
		{ 60, "1 minute" }, { 90, "1 minute" },
	};
	struct visit v = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf b = {0};

		duration_say(&v, rows[i].seconds, &b);
		assert_string_equal(b.data, rows[i].says);
	}
}

static void
lists(void **state)
{
	DROP(buf_wipe) struct buf papers = {0}, none = {0}, seen = {0}, name = {0};
	struct visit v = {0};

	(void)state;
	documents_say(&v, DOCUMENT_PASSPORT | DOCUMENT_DRIVING, &papers);
	assert_string_equal(papers.data, "passport, driving licence");
	documents_say(&v, 0, &none);
	assert_int_equal(none.len, 0);
	fields_say(&v, FIELD_BIT(FIELD_GIVEN) | FIELD_BIT(FIELD_FAMILY) | FIELD_BIT(FIELD_DOC_NUMBER), &seen);
	assert_string_equal(seen.data, "names, document number");
	name_called(&v, 2, NAME_SORT_MARRIED, &name);
	assert_string_equal(name.data, "Name 2, name of marriage");
	/* numbers nobody knows are said as such */
	assert_string_equal(method_words(99), "unknown");
	assert_string_equal(name_sort_words(0), "unknown");
	assert_string_equal(handover_act_words(0), "unknown");
	assert_string_equal(handover_kind_words(99), "unknown");
	assert_string_equal(handover_state_words(0), "unknown");
}

static void
other_languages(void **state)
{
	DROP(buf_wipe) struct buf mo = {0}, days = {0}, name = {0}, seen = {0};
	struct visit v = {0};
	struct err e = {0};

	(void)state;
	make_mo(&mo, german, COUNT(german), false);
	GOOD(words_add("de", span_buf(&mo), &e));
	v.words = words_pick("de", &v.lang);
	assert_non_null(v.words);
	duration_say(&v, 60 * 86400, &days);
	assert_string_equal(days.data, "60 Tage");
	name_called(&v, 1, NAME_SORT_PAPERS, &name);
	assert_string_equal(name.data, "as on the papers (1. Name)");
	fields_say(&v, FIELD_BIT(FIELD_GIVEN) | FIELD_BIT(FIELD_BIRTH), &seen);
	assert_string_equal(seen.data, "Namen, birth date");
	words_drop();
}

static void
kept_in_little_room(void **state)
{
	DROP(buf_wipe) struct buf b = {0};
	char into[8];

	(void)state;
	said_keep(&b, into, sizeof(into));
	assert_string_equal(into, "");
	buf_text(&b, "Lübeck");
	said_keep(&b, into, sizeof(into));
	assert_string_equal(into, "Lübeck");
	buf_text(&b, "s");
	said_keep(&b, into, sizeof(into));
	assert_string_equal(into, "Lüb…");
	buf_reset(&b);
	buf_text(&b, "abcüüüüü");	/* no half character is left before the dots */
	said_keep(&b, into, sizeof(into));
	assert_string_equal(into, "abc…");
}

static void
pictures(void **state)
{
	DROP(qr_wipe) struct qr q = {0}, same = {0}, other = {0};
	struct qr none;
	struct err e = {0};
	char much[102];

	(void)state;
	GOOD(qr_draw("7KQM3V9XD2TP84HQ", &q, &e));
	assert_int_equal(q.width, 25 + 8);		/* version 2 and the quiet zone */
	assert_memory_equal(q.path.data, "M4 4h7v1h-7z", 12);	/* the first finder's upper edge */
	GOOD(qr_draw_code("7KQM-3V9X-D2TP-84HQ", &same, &e));
	assert_string_equal(q.path.data, same.path.data);
	GOOD(qr_draw("7KQM3V9XD2TP84HR", &other, &e));
	assert_string_not_equal(q.path.data, other.path.data);
	memset(much, 'A', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	BAD(qr_draw(much, &none, &e), ERR_INPUT);
	BAD(qr_draw("", &none, &e), ERR_INPUT);
	BAD(qr_draw("Grüße", &none, &e), ERR_INPUT);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(durations), cmocka_unit_test(lists), cmocka_unit_test(other_languages),
		cmocka_unit_test(kept_in_little_room), cmocka_unit_test(pictures),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
