/* tests/unit/test_template.c - gaps, blocks and includes, and what is our own mistake. */
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>
#include "portal/control/file.h"
#include "portal/control/template.h"

static char top[200];

static const struct template_value values[] = {
	{ "NAME", "value" }, { "yes", "1" }, { "no", "" }, { "EMPTY", "" },
};

static const struct { const char *text, *filled; } rows[] = {
	{ "a @NAME@ b @EMPTY@@NAME@\n", "a value b value\n" },
	{ "mail@example, @ alone, @@\n", "mail@example, @ alone, @@\n" },
	{ "@if yes\nin\n@end\nout\n", "in\nout\n" },
	{ "@if no\nin @UNKNOWN@\n@end\nout\n", "out\n" },
	{ "\t@include part\nend\n", "\tpart value\nend\n" },
	{ "no newline", "no newline\n" },
	{ "", "" },
	{ "@UNKNOWN@\n", NULL },
	{ "@if unknown\n@end\n", NULL },
	{ "@if yes\nno end\n", NULL },
	{ "@if yes\n@if yes\n@end\n@end\n", NULL },
	{ "@include itself\n", NULL },
	{ "@include absent\n", NULL },
};

static void
put(const char *name, const char *text)
{
	char path[240];
	struct err e = {0};

	snprintf(path, sizeof(path), "%s/%s", top, name);
	assert_true(file_put(path, text, strlen(text), 0600, &e));
}

static void
texts(void **state)
{
	(void)state;
	put("part", "# a comment of its own\n\tpart @NAME@\n");
	put("itself", "@include itself\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf b = {0};
		struct err e = {0};
		bool good;

		put("main", rows[i].text);
		good = template_fill(&b, top, "main", values, COUNT(values), &e);
		assert_int_equal(good, rows[i].filled != NULL);
		if (good)
			assert_string_equal(b.data == NULL ? "" : b.data, rows[i].filled);
		else
			assert_true(e.kind == ERR_INPUT || e.kind == ERR_ABSENT);
	}
}

static int
set_up(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(top, sizeof(top), "%s/test_template.XXXXXX", tmp == NULL ? "/tmp" : tmp);
	return mkdtemp(top) == NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(texts) };

	return cmocka_run_group_tests(tests, set_up, NULL);
}
