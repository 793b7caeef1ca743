/* tests/unit/test_incoming.c - what becomes of a stranger's mail: its words, who sent it, whether it may be answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "portal/postbox/decode.h"
#include "portal/postbox/incoming.h"
#include "portal/postbox/lmtp.h"

#define HEAD	"Return-Path: <ann@example.org>\nMessage-ID: <1@example.org>\n"

static int
up(void **state)
{
	(void)state;
	decode_open();
	return 0;
}

static int
down(void **state)
{
	(void)state;
	decode_close();
	return 0;
}

static void
words(void **state)
{
	static const struct { const char *mail, *text; bool dropped; } cases[] = {
		{ HEAD "\nhello\n\n\n\nthere \t\n", "hello\n\nthere", false },
		{ HEAD "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nK=F6ln =\nam Rhein=20\n",
		    "K\xc3\xb6ln am Rhein", false },
		{ HEAD "Content-Type: text/plain;\n charset=\"windows-1252\"\nContent-Transfer-Encoding: BASE64\n\ngCA1\n", "\xe2\x82\xac 5", false },
		{ HEAD "Content-Type: text/plain; charset=no-such\n\n\xe9t\xe9\n", "\xc3\xa9t\xc3\xa9", false },
		{ HEAD "Content-Type: text/plain; charset=utf-8\n\nbad \xff byte\x07\n", "bad \xef\xbf\xbd byte", false },
		{ HEAD "Content-Type: text/html\n\n<style>x{}</style><p>a &lt; b</p><br>c<script>d</script>\n", "a < b\n\nc", false },
		{ HEAD "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html\n\n<i>h</i>\n--b\n\nplain\n--b--\n", "plain", false },
		{ HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: image/png\n\nx\n--b--\n", "one", true },
		{ HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment\n\nno\n--b\n\nyes\n--b--\n", "yes", true },
		{ HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\n\ncut off", "cut off", false },
		{ HEAD "Content-Type: multipart/mixed\n\nno boundary\n", NULL, false },
		{ HEAD "Content-Type: image/png\n\nx\n", NULL, false },
		{ HEAD "\n \n", NULL, false }, { "", NULL, false },
		{ "From: ann@example.org\n\nno Return-Path: kept aside, not thrown away\n", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		DROP(incoming_wipe) struct incoming m = {0};
		struct err e = {0};
		bool good = incoming_read(&m, span_text(cases[i].mail), NULL, "ca.example", &e);

		if (good != (cases[i].text != NULL) || (!good && (e.kind != ERR_INPUT || m.automatic)))
			fail_msg("%zu: %s", i, e.text);
		if (!good)
			continue;
		assert_string_equal(m.text.data, cases[i].text);
		assert_int_equal(m.dropped, cases[i].dropped);
	}
}

static void
heads(void **state)
{
	static const struct { const char *head, *sender, *code; bool automatic; } cases[] = {
		{ "Return-Path: <ann@example.org>\n", "ann@example.org", "", false },
		{ "return-path:\n <ann@example.org> \nSubject: Re: x [7KQM-3V9X-D2TP-84HQ]\n", "ann@example.org", "7KQM-3V9X-D2TP-84HQ", false },
		{ "Return-Path: <a@b.example>\nSubject: [list] AW: [7KQM-3V9X-D2TP-84HQ] and more\n", "a@b.example", "7KQM-3V9X-D2TP-84HQ", false },
		{ "Return-Path: <>\n", "", "", true },
		{ "Return-Path: <a@b.example>\nAuto-Submitted: auto-replied (absent)\n", "a@b.example", "", true },
		{ "Return-Path: <a@b.example>\nAuto-Submitted: no\n", "a@b.example", "", false },
		{ "Return-Path: <a@b.example>\nPrecedence: Bulk\n", "a@b.example", "", true },
		{ "Return-Path: <a@b.example>\nList-Id: <x>\n", "a@b.example", "", true },
		{ "Return-Path: <a@b.example>\nList-Post: NO\n", "a@b.example", "", true },
		{ "Return-Path: <owner-talk@b.example>\n", "owner-talk@b.example", "", true },
		{ "Return-Path: <talk-request@b.example>\n", "talk-request@b.example", "", true },
		{ "Return-Path: <a@b.example>\nMessage-ID: <1@ca.example>\n", "a@b.example", "", true },
		{ "Return-Path: <a@b.example>\nMessage-ID: <1@ca.example.org>\n", "a@b.example", "", false },
		{ "Return-Path: <MAILER-DAEMON@b.example>\n", "MAILER-DAEMON@b.example", "", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		DROP(incoming_wipe) struct incoming m = {0};
		DROP(buf_wipe) struct buf mail = {0};

		buf_text(&mail, cases[i].head);
		buf_text(&mail, "\nwords\n");
		assert_true(incoming_read(&m, span_buf(&mail), NULL, "ca.example", NULL));
		assert_string_equal(m.sender, cases[i].sender);
		assert_string_equal(m.code, cases[i].code);
		if (m.automatic != cases[i].automatic)
			fail_msg("%zu: automatic %d", i, m.automatic);
	}
}

/* The same mail is the same by LMTP and by Maildir; another one is another. */
static void
known_again(void **state)
{
	DROP(incoming_wipe) struct incoming a = {0}, b = {0}, c = {0};

	(void)state;
	assert_true(incoming_read(&a, span_text(HEAD "\nwords\n"), NULL, "", NULL));
	assert_true(incoming_read(&b, span_text("Message-ID: <1@example.org>\r\nReceived: x\r\n\r\nwords\r\n"), "ann@example.org", "", NULL));
	assert_true(incoming_read(&c, span_text("Message-ID: <1@example.org>\r\n\r\nwords\r\n"), "ben@example.org", "", NULL));
	assert_string_equal(b.id, "1@example.org");
	assert_memory_equal(a.hash, b.hash, sizeof(a.hash));
	assert_memory_not_equal(a.hash, c.hash, sizeof(a.hash));
}

/* ---- LMTP ---- */

struct got { unsigned n; char mail[256], sender[64]; enum taken says; };

static enum taken
take(void *self, struct span mail, const char *sender)
{
	struct got *g = self;

	snprintf(g->mail, sizeof(g->mail), "%.*s", (int)mail.len, (const char *)mail.p);
	snprintf(g->sender, sizeof(g->sender), "%.60s", sender);
	g->n++;
	return g->says;
}

#define BEGIN	"LHLO mx\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<cases@ca.example>\r\nDATA\r\n"

static void
dialogue(void **state)
{
	static const struct { const char *in, *codes; unsigned taken; const char *mail; enum taken says; } cases[] = {
		{ BEGIN "x\r\n..y\r\n.\r\n", "220 250 250 250 354 250", 1, "x\r\n.y\r\n", TAKE_DONE },
		{ BEGIN "x\r\n.\r\n", "220 250 250 250 354 450", 1, "x\r\n", TAKE_LATER },
		{ BEGIN "x\r\n.\r\n", "220 250 250 250 354 554", 1, "x\r\n", TAKE_WORDLESS },
		{ BEGIN "x\n.\nMAIL FROM:<b@c.example>\r\n.\r\n", "220 250 250 250 354 250", 1, "x\n.\nMAIL FROM:<b@c.example>\r\n", TAKE_DONE },
		{ "MAIL FROM:<a@b>\r\nRCPT TO:<cases@ca.example>\r\nDATA\r\nHELO x\r\nEHLO x\r\n", "220 503 503 503 500 500", 0, "", TAKE_DONE },
		{ "LHLO mx\r\nMAIL FROM:<a@b>\r\nRCPT TO:<Cases+more@CA.example>\r\nRCPT TO:<x@ca.example>\r\nRCPT TO:<cases@other>\r\nDATA\r\n.\r\n",
		    "220 250 250 250 550 550 354 250", 1, "", TAKE_DONE },
		{ "LHLO mx\r\nMAIL FROM:<> SIZE=101\r\nMAIL FROM:<> SIZE=100\r\nRCPT TO:<cases@ca.example>\r\nRCPT TO:<cases@ca.example>\r\nDATA\r\nx\r\n.\r\n",
		    "220 250 552 250 250 250 354 250 250", 1, "x\r\n", TAKE_DONE },
		{ BEGIN "0123456789012345678901234567890123456789012345678901234567890123456789\r\n0123456789012345678901234567890123456789\r\n.\r\nQUIT\r\n",
		    "220 250 250 250 354 552 221", 0, "", TAKE_DONE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct got g = { .says = cases[i].says };
		const struct lmtp_door door = { .host = "ca.example", .address = { "ca@ca.example", "cases@ca.example" }, .most = 100,
		    .take = take, .self = &g };
		DROP(lmtp_wipe) struct lmtp l = {0};
		DROP(buf_wipe) struct buf out = {0}, codes = {0};

		lmtp_begin(&l, &door, &out);
		for (const char *c = cases[i].in; *c != '\0'; c++)	/* byte by byte */
			lmtp_feed(&l, span_of(c, 1), &out);
		for (const char *line = out.data; line != NULL && *line != '\0'; line = strchr(line, '\n') + 1)
			if (line[3] == ' ')
				buf_fmt(&codes, "%s%.3s", codes.len > 0 ? " " : "", line);
		assert_string_equal(codes.data, cases[i].codes);
		assert_int_equal(g.n, cases[i].taken);
		assert_string_equal(g.mail, cases[i].mail);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(words), cmocka_unit_test(heads), cmocka_unit_test(known_again), cmocka_unit_test(dialogue) };

	return cmocka_run_group_tests_name("mail that comes in", tests, up, down);
}
