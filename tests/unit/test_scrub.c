/* tests/unit/test_scrub.c - what stays of a line in nginx's error log, and what must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "portal/control/scrub.h"

static const struct { const char *line, *kept; } rows[] = {
	{ "2026/11/22 09:54:49 [error] 17#17: *5 connect() to unix:run/portal.sock failed (111: Connection refused) "
	    "while connecting to upstream, client: 192.0.2.7, server: , request: \"GET /~SECRET/data HTTP/1.1\", "
	    "upstream: \"fastcgi://unix:run/portal.sock:\", host: \"localhost:8443\", referrer: \"https://x/~SECRET\"",
	    "error: connect() to unix:run/portal.sock failed (111: Connection refused) while connecting to upstream" },
	{ "2026/11/22 09:54:49 [error] 17#17: *5 client intended to send too large body: 300000 bytes, client: 192.0.2.7",
	    "error: client intended to send too large body: 300000 bytes" },
	{ "2026/11/22 09:54:49 [crit] 17#17: *9 open() \"/srv/www/~SECRET\" failed (13: Permission denied), client: ::1",
	    "crit: open() \"...\" failed (13: Permission denied)" },
	{ "2026/11/22 09:54:49 [error] 17#17: *9 FastCGI sent in stderr: \"SECRET, client: no\" while reading response, client: ::1",
	    "error: FastCGI sent in stderr: \"...\"" },
	{ "2026/11/22 09:54:49 [warn] 17#17: *9 something about 192.0.2.7 and 2001:db8::7 and [::1]:443 and /~SECRET/x and a@SECRET",
	    "warn: something about ... and ... and ... and ... and ..." },
	{ "2026/11/22 09:54:49 [error] 17#17: *9 bad \xc3\xa4 byte \x01", "error: bad ?? byte ?" },
	{ "2026/11/22 09:54:49 [emerg] 17#17: bind() to 0.0.0.0:80 failed (98: Address already in use)",
	    "emerg: bind() to ... failed (98: Address already in use)" },
	{ "nginx: [emerg] unknown directive \"frob\" in nginx.conf:7", "nginx: [emerg] unknown directive \"...\" in nginx.conf:7" },
	{ "2026/11/22 09:54:49 [notice] 17#17: using inherited sockets from \"5;6;\"", NULL },
	{ "2026/11/22 09:54:49 [info] 17#17: *5 client 192.0.2.7 closed keepalive connection", NULL },
	{ "SECRET second line of what a program wrote", NULL },
	{ "2026/11/22 09:54 [error] SECRET", NULL },
	{ "2026/11/22 09:54:49 [SECRET] 17#17: x", NULL },
	{ "2026/11/22 09:54:49 [error", NULL },
	{ "2026/11/22 09:54:49 [error] no colon", NULL },
	{ "", NULL },
};

static void
lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf b = {0};
		bool kept = scrub_line(rows[i].line, strlen(rows[i].line), &b);

		assert_int_equal(kept, rows[i].kept != NULL);
		if (kept)
			assert_string_equal(b.data, rows[i].kept);
	}
}

static struct buf said;

static void
say(const char *line)
{
	buf_text(&said, line);
	buf_text(&said, "\n");
}

/* Bytes come as the pipe gives them: cut anywhere, and sometimes without an end. */
static void
pieces(void **state)
{
	static const char two[] = "2026/11/22 09:54:49 [error] 1#1: *1 first, client: SECRET\n"
	    "2026/11/22 09:54:50 [error] 1#1: *2 second, client: SECRET\n";
	struct scrub s = {0};

	(void)state;
	for (size_t size = 1; size < sizeof(two); size++) {
		buf_reset(&said);
		for (size_t at = 0; at < sizeof(two) - 1; at += size)
			scrub_feed(&s, two + at, at + size < sizeof(two) - 1 ? size : sizeof(two) - 1 - at, say);
		assert_string_equal(said.data, "error: first\nerror: second\n");
	}
	buf_wipe(&s.partial);
	buf_wipe(&said);
}

static void
overlong(void **state)
{
	static char line[3 * SCRUB_LINE_MAX];
	static const char head[] = "2026/11/22 09:54:49 [error] 1#1: *1 ", next[] =
	    "\n2026/11/22 09:54:49 [error] 1#1: *1 next, client: x\n";
	struct scrub s = {0};

	(void)state;
	memset(line, 'x', sizeof(line));
	memcpy(line, head, sizeof(head) - 1);
	scrub_feed(&s, line, sizeof(line), say);
	assert_true(s.partial.len <= SCRUB_LINE_MAX);
	scrub_feed(&s, next, sizeof(next) - 1, say);
	assert_string_equal(said.data, "error: next\n");
	buf_wipe(&s.partial);
	buf_wipe(&said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines), cmocka_unit_test(pieces), cmocka_unit_test(overlong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
