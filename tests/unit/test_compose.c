/* tests/unit/test_compose.c - texts as JSON and as a page, orders that are none, and that the tables agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "privacy/rights/compose.h"
#include "privacy/rights/export_sections.h"

static void
texts(void **state)
{
	static const struct { const char *text, *json, *page; } rows[] = {
		{ "", "\"\"", "" },
		{ "Zoë 日本 \xf0\x9f\x98\x80", "\"Zoë 日本 \xf0\x9f\x98\x80\"", "Zoë 日本 \xf0\x9f\x98\x80" },
		{ "a\"b\\c/d", "\"a\\\"b\\\\c/d\"", "a&#34;b\\c/d" },
		{ "<b>&'</b>", "\"<b>&'</b>\"", "&lt;b&gt;&amp;&#39;&lt;/b&gt;" },
		{ "one\ntwo\tthree", "\"one\\ntwo\\tthree\"", "one\ntwo\tthree" },
		{ "bell\x07", "\"bell\xef\xbf\xbd\"", "bell\xef\xbf\xbd" },
		{ "\x1b[0m\x7f", "\"\xef\xbf\xbd[0m\xef\xbf\xbd\"", "\xef\xbf\xbd[0m\xef\xbf\xbd" },
		{ "bad \xff\xfe", "\"bad \xef\xbf\xbd\xef\xbf\xbd\"", "bad \xef\xbf\xbd\xef\xbf\xbd" },
		{ "cut \xe6\x97", "\"cut \xef\xbf\xbd\xef\xbf\xbd\"", "cut \xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xef\xbf\xbe", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf json = {0}, page = {0};

		json_string(&json, span_text(rows[i].text));
		page_text(&page, span_text(rows[i].text));
		pack_u8(&page, 0);
		assert_string_equal(json.data, rows[i].json);
		assert_string_equal(page.data, rows[i].page);
	}
}

static void
days(void **state)
{
	static const struct { int64_t day; const char *want; } rows[] = {
		{ 0, "1970-01-01" }, { 11016, "2000-02-29" }, { -719162, "" }, { INT64_MIN, "" }, { INT64_MAX, "" }, { 2932896, "9999-12-31" },
	};
	char text[11];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		day_text(rows[i].day, text);
		assert_string_equal(text, rows[i].want);
	}
}

static bool
composed(const struct compose_order *o, struct err *e)
{
	DROP(buf_wipe) struct buf packed = {0}, out = {0};

	compose_pack(o, &packed);
	return compose(span_buf(&packed), &out, e);
}

/* A tape of the first section that says too little, too much, or nothing that could stand there. */
static void
orders_that_are_none(void **state)
{
	DROP(buf_wipe) struct buf tape = {0}, phrase = {0};
	struct compose_order o = { .what = COMPOSE_JSON, .begins = true, .made_at = 1, .site = "Troth", .lang = "en" };
	struct err e = {0};

	(void)state;
	assert_true(composed(&o, &e));
	o.what = COMPOSE__COUNT;
	assert_false(composed(&o, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	o.what = COMPOSE_JSON;
	tape_row(&tape);
	o.tape = span_buf(&tape);
	assert_false(composed(&o, &e));		/* no section */
	buf_reset(&tape);
	tape_section(&tape, 200);
	o.tape = span_buf(&tape);
	assert_false(composed(&o, &e));		/* none of that number */
	buf_reset(&tape);
	tape_section(&tape, 0);
	tape_row(&tape);
	tape_int(&tape, 1);
	o.tape = span_buf(&tape);
	assert_false(composed(&o, &e));		/* half a row */
	assert_int_equal(e.kind, ERR_INPUT);
	buf_reset(&tape);
	pack_u8(&tape, 9);
	o.tape = span_buf(&tape);
	assert_false(composed(&o, &e));		/* no item */
	o.tape = span_of(NULL, 0);
	pack_u32(&phrase, PHRASES_MOST + 1);
	o.words = span_buf(&phrase);
	assert_false(composed(&o, &e));
	o.words = span_of(NULL, 0);
	o.begins = false;
	o.ends = true;
	assert_false(composed(&o, &e));		/* the end of a file that was not begun */
}

/* Every value of every type, also where the tape holds another one than the column says. */
static void
any_value_in_any_column(void **state)
{
	(void)state;
	for (int kind = 0; kind < 4; kind++)
		for (int what = COMPOSE_PAGE; what <= COMPOSE_JSON; what++) {
			DROP(buf_wipe) struct buf tape = {0};
			struct compose_order o = { .what = (enum compose)what, .begins = true, .ends = true, .site = "T", .lang = "en" };
			struct err e = {0};

			for (size_t s = 0; s < export_section_count; s++) {
				tape_section(&tape, s);
				tape_row(&tape);
				for (size_t i = 0; i < export_sections[s]->count; i++)
					switch (kind) {
					case 0:
						tape_null(&tape);
						break;
					case 1:
						tape_int(&tape, i % 3 == 0 ? INT64_MIN : i % 3 == 1 ? INT64_MAX : 1);
						break;
					case 2:
						tape_bytes(&tape, span_of("\xff\0\"<", 4));
						break;
					default:
						tape_list(&tape, 1);
						pack_text(&tape, "x");
					}
				tape_end(&tape);
			}
			o.tape = span_buf(&tape);
			assert_true(composed(&o, &e));
		}
}

static void
tables_agree(void **state)
{
	size_t phrases = 0;

	(void)state;
	for (size_t i = 0; i < export_section_count; i++) {
		const struct export_section *s = export_sections[i];
		const struct export_reader *r = export_readers[i];

		assert_non_null(s->name);
		assert_non_null(s->label);
		assert_true((r->sql == NULL) != (r->walk == NULL));
		/* read as it stands: one column of the statement for each of the table */
		if (r->sql != NULL && r->row == NULL)
			assert_int_equal(strlen(r->sql->out), strlen(r->sql->in) - 1 + s->count);
		for (size_t n = 0; n < i; n++)
			assert_string_not_equal(s->name, export_sections[n]->name);
		for (size_t c = 0; c < s->count; c++) {
			for (size_t n = 0; n < c; n++)
				assert_string_not_equal(s->column[c].name, s->column[n].name);
			assert_int_equal(s->column[c].words != NULL, s->column[c].type == COLUMN_WORD || s->column[c].type == COLUMN_BITS);
			assert_non_null(s->column[c].label);
		}
	}
	while (export_phrase(phrases) != NULL)
		phrases++;
	assert_true(phrases > 200 && phrases < PHRASES_MOST);
}

/* What the copy calls by a number everywhere else has a word here: a new one can't be forgotten. */
static void
every_number_has_its_word(void **state)
{
	static const struct { const char *section, *column; unsigned from, to; } rows[] = {
		{ "mails", "what", MAIL_JOIN, MAIL_USE__COUNT }, { "decisions", "kind", 1, DECISION_KIND__COUNT },
		{ "settings", "setting", 1, SETTING__COUNT }, { "handovers", "kind", 1, HANDOVER_KIND__COUNT },
		{ "cases", "kind", 1, CASE_KIND__COUNT }, { "cases", "outcome", 1, CASE_OUTCOME__COUNT },
		{ "names", "kind", 1, NAME_SORT__COUNT }, { "roles", "role", 1, ROLE__COUNT },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t s = 0; s < export_section_count; s++)
			for (size_t c = 0; c < export_sections[s]->count; c++) {
				const struct export_column *column = &export_sections[s]->column[c];

				if (strcmp(export_sections[s]->name, rows[i].section) != 0 || strcmp(column->name, rows[i].column) != 0)
					continue;
				for (unsigned n = rows[i].from; n < rows[i].to; n++)
					if (column_word(column, n) == NULL && !(column->words != NULL && strcmp(rows[i].section, "mails") == 0 && (n == MAIL_RESET_UNKNOWN || n == MAIL_TEST)))
						fail_msg("%s, %s: %u has no word", rows[i].section, rows[i].column, n);
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts), cmocka_unit_test(days), cmocka_unit_test(orders_that_are_none),
		cmocka_unit_test(any_value_in_any_column), cmocka_unit_test(tables_agree), cmocka_unit_test(every_number_has_its_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
