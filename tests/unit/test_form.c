/* tests/unit/test_form.c - fields by their rows, urlencoded and multipart. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "portal/web/form.h"

#define BOUNDARY "----b0undary"
#define TYPE "multipart/form-data; boundary=" BOUNDARY

static const struct form_row rows[] = {
	{ "text", "Text", FORM_TEXT, 2, 10, false, NULL },
	{ "area", "Area", FORM_AREA, 0, 20, false, NULL },
	{ "secret", "Secret", FORM_SECRET, 3, 20, false, NULL },
	{ "tick", "Tick", FORM_TICK, 0, 1, false, NULL },
	{ "choice", "Choice", FORM_CHOICE, 1, 10, false, "red|blue sky|a" },
	{ "number", "Number", FORM_NUMBER, 1, 31, false, NULL },
	{ "serial", "Serial", FORM_SERIAL, 4, 40, false, NULL },
	{ "many", "Many", FORM_MANY, 0, 3, false, NULL },
	{ "file", "File", FORM_FILE, 0, 16, false, NULL },
};

static const struct form_row must[] = {
	{ "text", "Text", FORM_TEXT, 0, 10, true, NULL },
	{ "secret", "Secret", FORM_SECRET, 0, 10, true, NULL },
	{ "tick", "Tick", FORM_TICK, 0, 1, true, NULL },
	{ "choice", "Choice", FORM_CHOICE, 1, 10, true, "red|blue" },
	{ "number", "Number", FORM_NUMBER, 0, 10, true, NULL },
	{ "many", "Many", FORM_MANY, 0, 3, true, NULL },
	{ "file", "File", FORM_FILE, 0, 10, true, NULL },
};

static void
read_form(struct form *f, const struct form_row *r, size_t n, const char *body, size_t len)
{
	struct err e = {0};

	form_begin(f, r, n);
	if (!form_read(f, span_of(body, len), &e))
		fail_msg("%s", e.text);
}

static const struct { const char *body, *name, *text; bool fault, broken; } values[] = {
	{ "text=abc", "text", "abc", false, false },
	{ "text=++abc%20%0d%0a", "text", "abc", false, false },
	{ "text=a%2Bb+c", "text", "a+b c", false, false },
	{ "text=%C3%A4%C3%B6", "text", "\303\244\303\266", false, false },
	{ "text=%c3%a4%C3%B6", "text", "\303\244\303\266", false, false },
	{ "text=", "text", "", false, false },
	{ "text", "text", "", false, false },
	{ "", "text", "", false, false },
	{ "&&text=abc&", "text", "abc", false, false },
	{ "te%78t=abc", "text", "abc", false, false },
	{ "text=a=b", "text", "a=b", false, false },
	{ "text=a", "text", "a", true, false },
	{ "text=12345678901", "text", "12345678901", true, false },
	{ "text=a%09b", "text", "a\tb", true, false },
	{ "text=a%7fb", "text", "a\177b", true, false },
	{ "text=a%E2%81%A6b", "text", "a\342\201\246b", true, false },	/* U+2066 turns what follows */
	{ "area=a%E2%80%AAb", "area", "a\342\200\252b", true, false },
	{ "text=%", "text", "", true, true },
	{ "text=%4", "text", "", true, true },
	{ "text=%4g", "text", "", true, true },
	{ "text=ab%00cd", "text", "", true, true },
	{ "text=%80abc", "text", "", true, true },
	{ "text=%ed%a0%80", "text", "", true, true },
	{ "text=%c0%80", "text", "", true, true },
	{ "text=abc&text=def", "text", "abc", true, true },
	{ "area=a%0D%0Ab%0Dc%0A", "area", "a\nb\nc\n", false, false },
	{ "area=++%0D%0A%09+", "area", "", false, false },
	{ "area=a%08", "area", "a\b", true, false },
	{ "secret=++a+b++", "secret", "  a b  ", false, false },
	{ "secret=ab", "secret", "ab", true, false },
	{ "tick=1", "tick", "1", false, false },
	{ "tick=on", "tick", "on", true, false },
	{ "choice=red", "choice", "red", false, false },
	{ "choice=blue+sky", "choice", "blue sky", false, false },
	{ "choice=blue", "choice", "blue", true, false },
	{ "choice=red%7Cblue+sky", "choice", "red|blue sky", true, false },
	{ "choice=", "choice", "", false, false },
	{ "number=31", "number", "31", false, false },
	{ "number=+007+", "number", "007", false, false },
	{ "number=0", "number", "0", true, false },
	{ "number=32", "number", "32", true, false },
	{ "number=-1", "number", "-1", true, false },
	{ "number=1e3", "number", "1e3", true, false },
	{ "number=99999999999999999999999", "number", "99999999999999999999999", true, false },
	{ "serial=DE:AD+be%20ef", "serial", "deadbeef", false, false },
	{ "serial=xyz", "serial", "xyz", true, false },
	{ "serial=ab", "serial", "ab", true, false },
};

static void
test_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		DROP(form_wipe) struct form f = {0};

		read_form(&f, rows, COUNT(rows), values[i].body, strlen(values[i].body));
		if (strcmp(form_text(&f, values[i].name), values[i].text) != 0 || form_good(&f) == values[i].fault ||
		    (form_fault_of(&f, values[i].name) != NULL) != values[i].fault || f.broken != values[i].broken)
			fail_msg("%s: '%s', %zu faults, broken %d", values[i].body, form_text(&f, values[i].name),
			    f.faults, f.broken);
	}
}

static void
test_what_belongs_to_no_field(void **state)
{
	static const char *const bodies[] = { "other=1", "text=abc&other", "%zz=1", "%ff=1", "form=a&form=b", "=x",
	    "a-name-that-is-far-longer-than-any-field-of-ours-could-ever-be-or-ever-become=1" };
	DROP(form_wipe) struct form many = {0};
	DROP(buf_wipe) struct buf body = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(bodies); i++) {
		DROP(form_wipe) struct form f = {0};

		read_form(&f, rows, COUNT(rows), bodies[i], strlen(bodies[i]));
		if (f.fault_top == NULL || !f.broken)
			fail_msg("%s", bodies[i]);
	}
	for (int i = 0; i < 1000; i++)
		buf_text(&body, "many=a&");
	read_form(&many, rows, COUNT(rows), body.data, body.len);
	assert_non_null(many.fault_top);
	assert_true(many.broken);
	assert_int_equal(many.many_count, 3);
}

static void
test_required(void **state)
{
	static const char full[] = "text=a&secret=b&tick=1&choice=red&number=0&many=x&file=y";
	DROP(form_wipe) struct form f = {0}, g = {0};

	(void)state;
	read_form(&f, must, COUNT(must), "", 0);
	assert_int_equal(f.faults, COUNT(must));
	assert_false(f.broken);
	assert_string_equal(form_fault_of(&f, "tick"), "Tick this to go on.");
	assert_string_equal(form_fault_of(&f, "file"), "Choose a file.");
	read_form(&g, must, COUNT(must), full, strlen(full));
	assert_true(form_good(&g));
	assert_true(form_ticked(&g, "tick"));
}

static void
test_many(void **state)
{
	static const char three[] = "many=a&many=+b+&many=c%26", four[] = "many=a&many=b&many=c&many=d";
	DROP(form_wipe) struct form f = {0}, g = {0};

	(void)state;
	read_form(&f, rows, COUNT(rows), three, strlen(three));
	assert_true(form_good(&f));
	assert_int_equal(f.many_count, 3);
	assert_string_equal(f.many[1], "b");
	assert_string_equal(f.many[2], "c&");
	read_form(&g, rows, COUNT(rows), four, strlen(four));
	assert_false(form_good(&g));
}

static void
test_shown(void **state)
{
	static const char body[] = "text=abc&secret=hidden&number=7";
	DROP(form_wipe) struct form f = {0};
	char date[FORM_DATE];

	(void)state;
	read_form(&f, rows, COUNT(rows), body, strlen(body));
	assert_string_equal(form_shown(&f, "text"), "abc");
	assert_string_equal(form_shown(&f, "secret"), "");
	assert_string_equal(form_shown(&f, "no such"), "");
	assert_int_equal(form_number(&f, "number"), 7);
	form_day(&f, "number", "number", "number", date);
	assert_string_equal(date, "0007-07-07");
	form_put(&f, "text", "put");
	form_put(&f, "elsewhere", "too");
	assert_string_equal(form_shown(&f, "text"), "put");
	assert_string_equal(form_shown(&f, "elsewhere"), "too");
	assert_string_equal(form_text(&f, "text"), "abc");
	form_fault(&f, "text", "first");
	form_fault(&f, "text", "second");
	assert_int_equal(f.faults, 1);
	assert_string_equal(form_wrong(&f, "text"), "first");
}

#define PART(name) "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n"
#define UPLOAD(name) "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"C:\\\\my \\\"key\\\".csr\"\r\n" \
	"Content-Type: application/octet-stream\r\n\r\n"
#define END "\r\n--" BOUNDARY "--\r\n"
#define B(s) s, sizeof(s) - 1

static void
test_multipart(void **state)
{
	static const char good[] = PART("text") "abc\r\n" UPLOAD("file") "a\0b\r\n--c" END;
	static const char empty[] = PART("text") "\r\n" UPLOAD("file") END;
	DROP(form_wipe) struct form f = {0}, g = {0};
	struct err e = {0};

	(void)state;
	form_begin(&f, rows, COUNT(rows));
	if (!form_read_multipart(&f, span_of(B(good)), TYPE, &e))
		fail_msg("%s", e.text);
	assert_true(form_good(&f));
	assert_string_equal(form_text(&f, "text"), "abc");
	assert_int_equal(form_bytes(&f, "file").len, 8);
	assert_memory_equal(form_bytes(&f, "file").p, "a\0b\r\n--c", 8);
	form_begin(&g, rows, COUNT(rows));
	assert_true(form_read_multipart(&g, span_of(B(empty)), "multipart/form-data; charset=utf-8; boundary=\"" BOUNDARY "\"", &e));
	assert_true(form_good(&g));
	assert_int_equal(form_bytes(&g, "file").len, 0);
}

static void
test_multipart_bad(void **state)
{
	static const struct { const char *body; size_t len; const char *type; } wants[] = {
		{ B(""), TYPE },
		{ B("--" BOUNDARY), TYPE },
		{ B(PART("text")), TYPE },
		{ B(PART("text") "abc"), TYPE },
		{ B(PART("text") "abc\r\n--" BOUNDARY), TYPE },
		{ B(PART("text") "abc\r\n--" BOUNDARY "-"), TYPE },
		{ B(PART("text") "abc\r\n--" BOUNDARY "x--"), TYPE },
		{ B("--" BOUNDARY "\r\nContent-Disposition: form-data\r\n\r\nabc" END), TYPE },
		{ B("--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nabc" END), TYPE },
		{ B("--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"text\r\n\r\nabc" END), TYPE },
		{ B("--" BOUNDARY "\r\nContent-Disposition: attachment; name=\"text\"\r\n\r\nabc" END), TYPE },
		{ B("--" BOUNDARY "\r\nX: \0\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nabc" END), TYPE },
		{ B("--" BOUNDARY "\r\n\r\nabc" END), TYPE },
		{ B(PART("text") "abc" END), "multipart/form-data" },
		{ B(PART("text") "abc" END), "multipart/form-data; boundary=" },
		{ B(PART("text") "abc" END), "multipart/form-data; boundary=\"" },
		{ B(PART("text") "abc" END), "multipart/form-data; boundary=a\nb" },
		{ B(PART("text") "abc" END), "multipart/form-data; boundary=12345678901234567890123456789012345678901234567890123456789012345678901" },
		{ B(PART("text") "abc" END), "multipart/form-data; boundary=other" },
		{ B(PART("text") "abc" END), "multipart/mixed; boundary=" BOUNDARY },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wants); i++) {
		DROP(form_wipe) struct form f = {0};
		struct err e = {0};

		form_begin(&f, rows, COUNT(rows));
		if (form_read_multipart(&f, span_of(wants[i].body, wants[i].len), wants[i].type, &e) || e.kind != ERR_INPUT)
			fail_msg("row %zu: %s", i, err_kind_name(e.kind));
	}
}

static void
test_multipart_many(void **state)
{
	DROP(buf_wipe) struct buf body = {0};
	DROP(form_wipe) struct form f = {0};
	struct err e = {0};

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_text(&body, PART("many") "a\r\n");
	buf_text(&body, "--" BOUNDARY "--");
	form_begin(&f, rows, COUNT(rows));
	assert_false(form_read_multipart(&f, span_buf(&body), TYPE, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

/* Nothing may be read beyond the body: each one stands alone in its memory for ASan. */
static void
test_bounds(void **state)
{
	static const char *const bodies[] = { "%", "a%4", "text=%4", "text=%", "=", "&", "text=a&text", "--" BOUNDARY "\r\n" };

	(void)state;
	for (size_t i = 0; i < COUNT(bodies); i++) {
		size_t len = strlen(bodies[i]);
		char *alone = malloc(len);
		DROP(form_wipe) struct form f = {0}, g = {0};
		struct err e = {0};

		assert_non_null(alone);
		memcpy(alone, bodies[i], len);
		read_form(&f, rows, COUNT(rows), alone, len);
		form_begin(&g, rows, COUNT(rows));
		(void)!form_read_multipart(&g, span_of(alone, len), TYPE, &e);
		free(alone);
	}
}

/* ---- numbered sets of marks ---- */

static const struct form_row marked[] = {
	{ "try", "Try", FORM_NUMBER, 1, 99, false, NULL },
	{ "q", "Questions", FORM_MARKS, 0, 12, false, NULL },
	{ "q13", "Like one of them", FORM_TEXT, 0, 10, false, NULL },
};

static void
test_marks(void **state)
{
	static const struct { const char *body; size_t n; uint32_t marks; bool fault, broken; } wants[] = {
		{ "", 1, 0, false, false },
		{ "q1=0", 1, 1, false, false },
		{ "q1=7", 1, 128, false, false },
		{ "q12=1&q12=3", 12, 10, false, false },
		{ "q1=0&q2=1&q1=2", 1, 5, false, false },
		{ "q1=0&q2=1&q1=2", 2, 2, false, false },
		{ "q1=%30", 1, 1, false, false },
		{ "q1=8", 1, 0, true, false },
		{ "q1=", 1, 0, true, false },
		{ "q1", 1, 0, true, false },
		{ "q1=00", 1, 0, true, false },
		{ "q1=x", 1, 0, true, false },
		{ "q1=%ff", 1, 0, true, false },
		{ "q1=%00", 1, 0, true, false },
		{ "q1=1&q1=1", 1, 2, true, true },
		{ "q=1", 1, 0, true, true },
		{ "q0=1", 1, 0, true, true },
		{ "q01=1", 1, 0, true, true },
		{ "q14=1", 1, 0, true, true },
		{ "q100=1", 1, 0, true, true },
		{ "q1x=1", 1, 0, true, true },
		{ "x1=1", 1, 0, true, true },
		{ "q1=%zz", 1, 0, true, true },
		{ "q13=words", 12, 0, false, false },
		{ "try=7&q5=1", 5, 2, false, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wants); i++) {
		DROP(form_wipe) struct form f;

		read_form(&f, marked, COUNT(marked), wants[i].body, strlen(wants[i].body));
		if (form_marks(&f, wants[i].n) != wants[i].marks || form_good(&f) == wants[i].fault || f.broken != wants[i].broken)
			fail_msg("row %zu (%s): %x, %zu faults%s", i, wants[i].body, form_marks(&f, wants[i].n), f.faults,
			    f.broken ? ", broken" : "");
		assert_true(form_marks(&f, 0) == 0 && form_marks(&f, FORM_MARKS_MAX + 1) == 0);
	}
}

/* Sixty questions with eight ticks each, as the largest form of ours may send them. */
static void
test_marks_many(void **state)
{
	static const struct form_row sixty[] = { { "q", "Questions", FORM_MARKS, 0, FORM_MARKS_MAX, false, NULL } };
	DROP(buf_wipe) struct buf b = {0};
	DROP(form_wipe) struct form f;

	(void)state;
	for (int n = 1; n <= FORM_MARKS_MAX; n++)
		for (int m = 0; m < FORM_MARK_VALUES; m++)
			buf_fmt(&b, "q%d=%d&", n, m);
	read_form(&f, sixty, 1, b.data, b.len);
	assert_true(form_good(&f));
	for (size_t n = 1; n <= FORM_MARKS_MAX; n++)
		assert_int_equal(form_marks(&f, n), 255);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_what_belongs_to_no_field),
		cmocka_unit_test(test_required),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_shown),
		cmocka_unit_test(test_multipart),
		cmocka_unit_test(test_multipart_bad),
		cmocka_unit_test(test_multipart_many),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_marks), cmocka_unit_test(test_marks_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
