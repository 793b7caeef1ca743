/* tests/unit/test_letter.c - stored mails as a person reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "portal/control/letter.h"

static const struct { const char *raw, *to, *subject, *text; } rows[] = {
	{ "To: a@example.org\nSubject: Hello\n\nBody\n", "a@example.org", "Hello", "Body\n" },
	{ "to: a@example.org\r\nSUBJECT: Hello\r\n there\r\n\r\nBody\r\n", "a@example.org", "Hello there", "Body\r\n" },
	{ "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= =?UTF-8?B?IGFuIGFsbGU=?= !\n\n", "", "Gr\xc3\xbc\xc3\x9f" "e an alle !", "" },
	{ "Subject: =?utf-8?q?a_b?= =?iso-8859-1?q?x?=\n\n", "", "a b =?iso-8859-1?q?x?=", "" },
	{ "Content-Transfer-Encoding: quoted-printable\n\na=3D1 lo=\nng=\r\n er =zz =", "", "", "a=1 long er =zz =" },
	{ "Content-Transfer-Encoding: base64\n\nR3LDvMOf\r\nZQ==\r\n", "", "", "Gr\xc3\xbc\xc3\x9f" "e" },
	{ "Content-Transfer-Encoding: base64\n\n*not base64*", "", "", "*not base64*" },
	{ "Subject: no body", "", "no body", "" },
	{ "Tomato: x\nTo: b@example.org\n\n", "b@example.org", "", "" },
	{ "", "", "", "" },
};

static void
letters(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(letter_wipe) struct letter l = {0};
		struct err e = {0};

		assert_true(letter_read(&l, span_text(rows[i].raw), &e));
		assert_string_equal(l.to.data, rows[i].to);
		assert_string_equal(l.subject.data, rows[i].subject);
		assert_string_equal(l.text.data, rows[i].text);
		assert_non_null(l.date.data);
	}
}

static void
links(void **state)
{
	(void)state;
	assert_int_equal(letter_link("https://localhost:8443/verify/abc\nnext"), strlen("https://localhost:8443/verify/abc"));
	assert_int_equal(letter_link("http://a.example/x. Then"), strlen("http://a.example/x"));
	assert_int_equal(letter_link("http://a.example/\"onclick"), strlen("http://a.example/"));
	assert_int_equal(letter_link("javascript:alert(1)"), 0);
	assert_int_equal(letter_link("xhttp://a"), 0);
	assert_int_equal(letter_link(""), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(letters), cmocka_unit_test(links) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
