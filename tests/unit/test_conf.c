/* tests/unit/test_conf.c - what a configuration may say, and what each mistake is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>
#include "ledger/base/conf.h"

struct target {
	int64_t		port, life;
	bool		open;
	const char	*name, *level;
};

static const struct conf_row rows[] = {
	{ "web.port", CONF_INT, "8443", 0, 65535, NULL, offsetof(struct target, port), "The port." },
	{ "cert.life", CONF_SECONDS, "90d", 1, 3 * 365 * 86400LL, NULL,
	    offsetof(struct target, life), "How long it lives." },
	{ "site.open", CONF_BOOL, "no", 0, 0, NULL, offsetof(struct target, open), "May one join?" },
	{ "site.name", CONF_TEXT, "Troth", 1, 20, NULL, offsetof(struct target, name), "Its name." },
	{ "site.level", CONF_CHOICE, "low", 0, 0, "low|middle|high",
	    offsetof(struct target, level), "How strict." },
};

static char path[] = "/tmp/test_conf.XXXXXX";

static void
write_file(const char *text, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static bool
load_text(struct conf **c, struct target *t, const char *text, struct err *e)
{
	write_file(text, strlen(text));
	return conf_load(c, rows, COUNT(rows), t, path, NULL, 0, e);
}

static void
defaults(void **state)
{
	DROP(conf_drop) struct conf *c = NULL;
	struct target t;
	struct err e = {0};

	(void)state;
	assert_true(conf_load(&c, rows, COUNT(rows), &t, "/tmp/no/such.conf", NULL, 0, &e));
	assert_int_equal(t.port, 8443);
	assert_int_equal(t.life, 90 * 86400);
	assert_false(t.open);
	assert_string_equal(t.name, "Troth");
	assert_string_equal(t.level, "low");
}

static void
good_lines(void **state)
{
	static const struct { const char *text; struct target want; } good[] = {
		{ "", { 8443, 7776000, false, "Troth", "low" } },
		{ "# nothing\n\n   \n", { 8443, 7776000, false, "Troth", "low" } },
		{ "web.port = 0", { 0, 7776000, false, "Troth", "low" } },
		{ "web.port=65535#c\ncert.life\t=\t2y\n", { 65535, 63072000, false, "Troth", "low" } },
		{ "cert.life = 90", { 8443, 90, false, "Troth", "low" } },
		{ "cert.life = 15m", { 8443, 900, false, "Troth", "low" } },
		{ "cert.life = 12h\r\nsite.open = yes\r\n", { 8443, 43200, true, "Troth", "low" } },
		{ "\xef\xbb\xbfweb.port = 1\n", { 1, 7776000, false, "Troth", "low" } },
		{ "site.open = true", { 8443, 7776000, true, "Troth", "low" } },
		{ "site.open = off", { 8443, 7776000, false, "Troth", "low" } },
		{ "site.name = \"a # b \\\" \\\\\" # c", { 8443, 7776000, false, "a # b \" \\", "low" } },
		{ "site.name = two words  # c", { 8443, 7776000, false, "two words", "low" } },
		{ "site.name = J\303\266rg\nsite.level = high",
		    { 8443, 7776000, false, "J\303\266rg", "high" } },
		{ "site.name = a=b\nsite.level = \"middle\"", { 8443, 7776000, false, "a=b", "middle" } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		DROP(conf_drop) struct conf *c = NULL;
		struct target t;
		struct err e = {0};

		if (!load_text(&c, &t, good[i].text, &e))
			fail_msg("row %zu: %s", i, e.text);
		assert_int_equal(t.port, good[i].want.port);
		assert_int_equal(t.life, good[i].want.life);
		assert_int_equal(t.open, good[i].want.open);
		assert_string_equal(t.name, good[i].want.name);
		assert_string_equal(t.level, good[i].want.level);
	}
}

static void
bad_lines(void **state)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "web.port = 65536", ":1: web.port takes 0 to 65535" },
		{ "\n\xef\xbb\xbfweb.port = 1", ":2: no setting is called" },
		{ "web.port = -1", ":1: web.port takes" }, { "web.port = ", ":1: web.port takes" },
		{ "web.port = 1x", ":1: web.port takes" }, { "web.port = +1", ":1: web.port takes" },
		{ "web.port = 0x10", ":1: web.port takes" }, { "web.port = 1 2", ":1: web.port takes" },
		{ "web.port = 99999999999999999999", ":1: web.port takes" },
		{ "\ncert.life = 4y", ":2: cert.life takes 1 to 3y" },
		{ "cert.life = 0", "takes" }, { "cert.life = 1w", "takes" },
		{ "cert.life = 1dd", "takes" }, { "cert.life = d", "takes" },
		{ "cert.life = 9223372036854775807y", "takes" },
		{ "site.open = maybe", "takes yes or no" }, { "site.open = YES", "takes yes or no" },
		{ "site.name = ", "takes text of 1 to 20 bytes" },
		{ "site.name = 123456789012345678901", "takes text of 1 to 20 bytes" },
		{ "site.name = \"a\tb\"", "control character" },
		{ "site.name = \"open", "closing quote is missing" },
		{ "site.name = \"a\\n\"", "are known" },
		{ "site.name = \"a\" b", "follows the closing quote" },
		{ "site.name = a\"b", "a quote within" },
		{ "site.level = mid", "takes one of low|middle|high" },
		{ "site.level = low|middle", "takes one of" }, { "site.level = ", "takes one of" },
		{ "web.port = 1\nweb.port = 1", ":2: web.port is set twice" },
		{ "web.prt = 1", ":1: no setting is called 'web.prt'" },
		{ "= 1", "no setting is called ''" }, { "web.port", "not 'name = value'" },
		{ "site.name = \377", "not UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct conf *c;
		struct target t;
		struct err e = {0};

		assert_false(load_text(&c, &t, bad[i].text, &e));
		assert_null(c);
		assert_int_equal(e.kind, ERR_INPUT);
		if (strstr(e.text, bad[i].says) == NULL)
			fail_msg("row %zu says: %s", i, e.text);
		assert_string_equal(t.name, "Troth");	/* no pointer into what was freed */
	}
}

static void
bad_files(void **state)
{
	static const char nul[] = "web.port = 1\0\nweb.port = 2";
	DROP(buf_wipe) struct buf b = {0};
	struct conf *c;
	struct target t;
	struct err e = {0};

	(void)state;
	write_file(nul, sizeof(nul));
	assert_false(conf_load(&c, rows, COUNT(rows), &t, path, NULL, 0, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	for (size_t i = 0; i < (1u << 20) + 5000; i++)
		buf_add(&b, "#", 1);
	write_file(b.data, b.len);
	assert_false(conf_load(&c, rows, COUNT(rows), &t, path, NULL, 0, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_false(conf_load(&c, rows, COUNT(rows), &t, "/tmp", NULL, 0, &e));
	assert_int_equal(e.kind, ERR_IO);
}

static void
set_words(void **state)
{
	static const struct { const char *words[2], *name; enum err_kind kind; } sets[] = {
		{ { "site.name=one", "site.name=two" }, "two", ERR_NONE },
		{ { "site.name=# \"x", "web.port=1" }, "# \"x", ERR_NONE },
		{ { "site.name=a=b", "web.port=1" }, "a=b", ERR_NONE },
		{ { "site.name", "web.port=1" }, NULL, ERR_INPUT },
		{ { "=x", "web.port=1" }, NULL, ERR_INPUT },
		{ { "nothing=x", "web.port=1" }, NULL, ERR_INPUT },
		{ { "web.port= 1", "web.port=1" }, NULL, ERR_INPUT },
		{ { "site.name=a\nb", "web.port=1" }, NULL, ERR_INPUT },
		{ { "site.name=\377", "web.port=1" }, NULL, ERR_INPUT },
	};

	(void)state;
	write_file("site.name = file\n", 17);
	for (size_t i = 0; i < COUNT(sets); i++) {
		DROP(conf_drop) struct conf *c = NULL;
		struct target t;
		struct err e = {0};
		bool ok = conf_load(&c, rows, COUNT(rows), &t, path, sets[i].words, 2, &e);

		assert_int_equal(e.kind, sets[i].kind);
		assert_true(ok == (e.kind == ERR_NONE));
		if (ok)
			assert_string_equal(t.name, sets[i].name);
	}
}

/* A default that its own row forbids, or a row without a kind, is our bug: no start. */
static void
bad_rows(void **state)
{
	static const struct conf_row bad[] = {
		{ "web.port", CONF_INT, "70000", 0, 65535, NULL, offsetof(struct target, port), "" },
		{ "web.port", 0, "1", 0, 65535, NULL, offsetof(struct target, port), "" },
		{ "site.level", CONF_CHOICE, "x", 0, 0, "a|b", offsetof(struct target, level), "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct conf *c;
		struct target t;
		struct err e = {0};

		assert_false(conf_load(&c, &bad[i], 1, &t, NULL, NULL, 0, &e));
		assert_int_equal(e.kind, ERR_INPUT);
	}
}

/* What is explained can be loaded again and means the same. */
static void
explained(void **state)
{
	static const char *const sets[] = { "site.name=a \"b\" \\ #", "cert.life=2y", "site.open=yes" };
	DROP(conf_drop) struct conf *c = NULL, *again = NULL;
	DROP(buf_wipe) struct buf b = {0};
	struct target t, u;
	struct err e = {0};

	(void)state;
	assert_true(conf_load(&c, rows, COUNT(rows), &t, NULL, sets, COUNT(sets), &e));
	conf_explain(&b, rows, COUNT(rows), &t);
	assert_true(buf_ok(&b, &e));
	assert_non_null(strstr(b.data, "# The port.\n# 0 to 65535; default: 8443\nweb.port = 8443\n"));
	assert_non_null(strstr(b.data, "cert.life = 2y\n"));
	if (!load_text(&again, &u, b.data, &e))
		fail_msg("%s", e.text);
	assert_int_equal(u.life, t.life);
	assert_int_equal(u.open, t.open);
	assert_string_equal(u.name, t.name);
}

static int
file_setup(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 || close(fd) != 0;
}

static int
file_teardown(void **state)
{
	(void)state;
	return unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults), cmocka_unit_test(good_lines), cmocka_unit_test(bad_lines),
		cmocka_unit_test(bad_files), cmocka_unit_test(set_words), cmocka_unit_test(bad_rows),
		cmocka_unit_test(explained),
	};

	return cmocka_run_group_tests(tests, file_setup, file_teardown);
}
