/* tests/unit/test_mime.c - mails as bytes: headers nobody can break out of, words and bodies that decode to what they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <sodium.h>
#include <cmocka.h>
#include "portal/clerk/mime.h"

static struct mime
good(void)
{
	return (struct mime){ .from_name = "Troth", .from = "troth@example.org", .to = "ann@example.org",
	    .message_id = "1@example.org", .lang = "en", .subject = "Hello", .text = "A line.\n",
	    .date = 1795426200 };
}

static void
whole(void **state)
{
	DROP(buf_wipe) struct buf b = {0};
	struct mime m = good();
	struct err e = {0};

	(void)state;
	assert_true(mime_write(&b, &m, &e));
	assert_string_equal(b.data,
	    "From: \"Troth\"\r\n <troth@example.org>\r\nTo: <ann@example.org>\r\nSubject: Hello\r\n"
	    "Date: Mon, 23 Nov 2026 09:30:00 +0000\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n"
	    "Content-Language: en\r\nAuto-Submitted: auto-generated\r\n\r\nA line.\r\n");
	/* An answer that the program gives by itself (RFC 3834), and a list's mail (RFC 2919, 8058). */
	m.answers = true;
	m.answered = "7@mx.example";
	buf_reset(&b);
	assert_true(mime_write(&b, &m, &e));
	assert_non_null(strstr(b.data, "\r\nIn-Reply-To: <7@mx.example>\r\nReferences: <7@mx.example>\r\n"));
	assert_non_null(strstr(b.data, "\r\nAuto-Submitted: auto-replied\r\n"));
	m = good();
	m.stop = "https://ca.example/stop/x";
	m.list_id = "news.ca.example";
	buf_reset(&b);
	assert_true(mime_write(&b, &m, &e));
	assert_non_null(strstr(b.data, "\r\nList-Id: <news.ca.example>\r\n"));
	assert_non_null(strstr(b.data, "\r\nList-Unsubscribe: <https://ca.example/stop/x>\r\n"));
}

static void
dates(void **state)
{
	static const struct { int64_t at; const char *text; } rows[] = {
		{ 0, "Thu, 01 Jan 1970 00:00:00 +0000" },
		{ 951827696, "Tue, 29 Feb 2000 12:34:56 +0000" },
		{ 4102444799, "Thu, 31 Dec 2099 23:59:59 +0000" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf b = {0};

		mime_date(&b, rows[i].at);
		assert_string_equal(b.data, rows[i].text);
	}
}

static void
addresses(void **state)
{
	static const char *const ok[] = { "a@b", "a.b+c@example.org", "a'b@example.org", "\303\244@b\303\274.example" };
	static const char *const bad[] = { "", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\r\nX: y", "<a@b>", "\"a\"@b",
		"a@b,c@d", "a@[1.2.3.4]", "a@b\n", "a\t@b", "a(x)@b", "a@b;", "\377@b" };

	(void)state;
	for (size_t i = 0; i < COUNT(ok); i++)
		if (!mime_address_ok(ok[i]))
			fail_msg("%s", ok[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (mime_address_ok(bad[i]))
			fail_msg("%s", bad[i]);
}

/* Whatever would begin a header of its own, or is no text, is refused. */
static void
refused(void **state)
{
	struct { const char *says; struct mime m; } rows[] = {
		{ "recipient", good() }, { "sender", good() }, { "subject: CR LF", good() }, { "subject: NUL-less control", good() },
		{ "subject: not UTF-8", good() }, { "name: LF", good() }, { "id: without @", good() },
		{ "id: > inside", good() }, { "id: blank", good() }, { "id: one bracket", good() }, { "text: CR", good() }, { "text: not UTF-8", good() }, { "lang", good() },
		{ "answered: CR LF", good() }, { "list: blank", good() },
	};

	(void)state;
	rows[0].m.to = "a@b>\r\nBcc: <c@d";
	rows[1].m.from = "nobody";
	rows[2].m.subject = "a\r\nBcc: x@y";
	rows[3].m.subject = "a\vb";
	rows[4].m.subject = "\303(";
	rows[5].m.from_name = "a\nb";
	rows[6].m.message_id = "abc";
	rows[7].m.message_id = "a@b>x";
	rows[8].m.message_id = "a @b";
	rows[9].m.message_id = "<a@b";
	rows[10].m.text = "a\rb";
	rows[11].m.text = "\377";
	rows[12].m.lang = "en\r\nX: y";
	rows[13].m.answered = "a@b\r\nX: y";
	rows[14].m.list_id = "news ca.example";
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf b = {0};
		struct err e = {0};

		if (mime_write(&b, &rows[i].m, &e) || e.kind != ERR_INPUT)
			fail_msg("%s", rows[i].says);
	}
}

/* ---- encoded words, read back ---- */

static void
decode(struct buf *into, const char *value)
{
	while (*value != '\0') {
		const char *end = strstr(value, "?=");
		unsigned char bin[128];
		size_t n;

		assert_int_equal(strncmp(value, "=?UTF-8?B?", 10), 0);
		assert_non_null(end);
		assert_true(end + 2 - value <= 75);
		assert_int_equal(sodium_base642bin(bin, sizeof(bin), value + 10, (size_t)(end - value - 10), NULL, &n,
		    NULL, sodium_base64_VARIANT_ORIGINAL), 0);
		assert_true(utf8_ok(bin, n));	/* no character was cut in two */
		buf_add(into, bin, n);
		value = end + 2;
		if (*value != '\0') {
			assert_int_equal(strncmp(value, "\r\n ", 3), 0);
			value += 3;
		}
	}
}

static void
encoded_words(void **state)
{
	static const char *const rows[] = {
		"\303\244", "Tr\303\244\303\274th \342\200\223 \343\201\256", "=?UTF-8?Q?no?=",
		"12345678901234567890123456789012345678901234\303\244\303\244\303\244\303\244\303\244\303\244\303\244\303\244\303\244\303\244",
		"\360\237\224\221\360\237\224\221\360\237\224\221\360\237\224\221\360\237\224\221\360\237\224\221\360\237\224\221\360\237\224\221\360\237\224\221\360\237\224\221\360\237\224\221\360\237\224\221",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf b = {0}, back = {0};

		mime_words(&b, rows[i], 9);
		decode(&back, b.data);
		assert_string_equal(back.data, rows[i]);
	}
}

static void
folded(void **state)
{
	DROP(buf_wipe) struct buf b = {0}, back = {0};
	const char *long_one = "May a member of this quite long named community certificate authority have "
	    "certificates for a-rather-long-domain-name.example-organisation.example?";
	size_t used = 9;

	(void)state;
	mime_words(&b, long_one, used);
	for (size_t i = 0; i < b.len; i++) {
		if (b.data[i] == '\r') {
			assert_int_equal(b.data[i + 1], '\n');
			assert_int_equal(b.data[i + 2], ' ');
			i++;
			used = 0;
			continue;
		}
		assert_true(++used <= 76);
		buf_add(&back, &b.data[i], 1);
	}
	assert_string_equal(back.data, long_one);
}

/* ---- quoted-printable, read back ---- */

static void
quoted_rows(void **state)
{
	static const struct { const char *text, *coded; } rows[] = {
		{ "", NULL },
		{ "plain\n", "plain\r\n" },
		{ "no end", "no end\r\n" },
		{ "a=b\n", "a=3Db\r\n" },
		{ "blank \ntab\t\nlast ", "blank=20\r\ntab=09\r\nlast=20\r\n" },
		{ "\303\244\n\n", "=C3=A4\r\n\r\n" },
		{ "123456789012345678901234567890123456789012345678901234567890123456789012345\n",
		  "123456789012345678901234567890123456789012345678901234567890123456789012345\r\n" },
		{ "1234567890123456789012345678901234567890123456789012345678901234567890123456\n",
		  "123456789012345678901234567890123456789012345678901234567890123456789012345=\r\n6\r\n" },
		{ "1234567890123456789012345678901234567890123456789012345678901234567890123\303\244\n",
		  "1234567890123456789012345678901234567890123456789012345678901234567890123=\r\n=C3=A4\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf b = {0};

		mime_quoted(&b, rows[i].text);
		if (rows[i].coded == NULL)
			assert_int_equal(b.len, 0);
		else
			assert_string_equal(b.data, rows[i].coded);
	}
}

static void
coding_chosen(void **state)
{
	static char long_line[1100];
	static const struct { const char *text; bool seven; } rows[] = {
		{ "short\n", true }, { "", true }, { "tab\there\n", true }, { "\303\244\n", false }, { "bell\a\n", false },
	};
	struct mime m = good();

	(void)state;
	for (size_t i = 0; i <= COUNT(rows); i++) {
		DROP(buf_wipe) struct buf b = {0};
		struct err e = {0};

		memset(long_line, 'x', 999);
		m.text = i < COUNT(rows) ? rows[i].text : long_line;
		assert_true(mime_write(&b, &m, &e));
		assert_true((strstr(b.data, "Encoding: 7bit\r\n") != NULL) == (i < COUNT(rows) && rows[i].seven));
		for (const char *at = b.data; (at = strchr(at, '\n')) != NULL; at++)
			assert_int_equal(at[-1], '\r');
	}
}

static void
names(void **state)
{
	static const struct { const char *name, *begins; } rows[] = {
		{ "", "From: <troth@example.org>\r\n" },
		{ "Troth, the post", "From: \"Troth, the post\"\r\n <" },
		{ "a \"b\" \\c", "From: \"a \\\"b\\\" \\\\c\"\r\n <" },
		{ "Tr\303\244th", "From: =?UTF-8?B?VHLDpHRo?=\r\n <" },
	};
	struct mime m = good();

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf b = {0};
		struct err e = {0};

		m.from_name = rows[i].name;
		assert_true(mime_write(&b, &m, &e));
		if (strncmp(b.data, rows[i].begins, strlen(rows[i].begins)) != 0)
			fail_msg("%s", b.data);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole), cmocka_unit_test(dates), cmocka_unit_test(addresses),
		cmocka_unit_test(refused), cmocka_unit_test(encoded_words), cmocka_unit_test(folded),
		cmocka_unit_test(quoted_rows), cmocka_unit_test(coding_chosen), cmocka_unit_test(names),
	};
	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
