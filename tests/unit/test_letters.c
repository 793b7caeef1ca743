/* tests/unit/test_letters.c - every mail there is: complete, plain, and true to its purpose. */
#include <setjmp.h>
#include <stdarg.h>
#include <sodium.h>
#include <cmocka.h>
#include "portal/clerk/letters.h"
#include "portal/clerk/mime.h"
#include "privacy/purpose.h"

static const unsigned char token[TOKEN_BYTES] = { 0xfb, 0xff, 1, 2, 3 };
#define TOKEN_TEXT	"-_8BAgMAAAAAAAAAAAAAAAAAAAAAAAAA"

static struct letter_ask
ask(unsigned kind)
{
	return (struct letter_ask){ .kind = kind, .purpose = PURPOSE_JOIN, .object = "the {object} of it",
	    .token = token, .expires = 1795426200, .site = "Troth & friends",
	    .base = "https://localhost:8443" };
}

/* Which kinds have a link, and where it leads; NULL: none. */
static const char *const paths[MAIL_USE__COUNT] = {
	[MAIL_JOIN] = "/verify/", [MAIL_ADDRESS] = "/verify/", [MAIL_RESET] = "/reset/",
	[MAIL_DOMAIN] = "/verify/", [MAIL_EXPIRY] = "/verify/", [MAIL_CONTACT] = "/contact/",
	[MAIL_ERASE_ASKED] = "/verify/", [MAIL_ERASE_NOW] = "/erase/", [MAIL_LIST] = "/verify/", [MAIL_LIST_NEWS] = "/stop/",
	[MAIL_LOST] = "/lost/", [MAIL_LOST_OPEN] = "/lost/open/",
	[MAIL_CLOSING] = "/verify/", [MAIL_DORMANT] = "/verify/",
};

static void
all_kinds(void **state)
{
	(void)state;
	for (unsigned kind = 1; kind < MAIL_USE__COUNT; kind++) {
		DROP(buf_wipe) struct buf subject = {0}, text = {0};
		struct letter_ask a = ask(kind);
		struct err e = {0};
		char link[128];

		if (kind == MAIL_RESET_UNKNOWN)
			continue;
		assert_true(letters_write(&subject, &text, &a, &e));
		assert_true(subject.len > 10 && subject.len < 100 && strchr(subject.data, '\n') == NULL);
		assert_null(strstr(subject.data, "{site}"));
		assert_null(strstr(text.data, "{site}"));
		assert_null(strstr(text.data, "{until}"));
		assert_non_null(strstr(text.data, "Why you get this mail:\n"));
		assert_non_null(strstr(text.data, "To make you a member"));
		assert_non_null(strstr(text.data, "-- \nTroth & friends\nhttps://localhost:8443/\n"));
		snprintf(link, sizeof(link), "\nhttps://localhost:8443%s" TOKEN_TEXT "\n", paths[kind] == NULL ? "" : paths[kind]);
		if ((strstr(text.data, link) != NULL) != (paths[kind] != NULL) ||
		    (strstr(text.data, TOKEN_TEXT) != NULL) != (paths[kind] != NULL))
			fail_msg("kind %u: %s", kind, text.data);
		/* until when: of a link, or of points that stand */
		assert_true((strstr(text.data, "2026-11-23 09:30 UTC") != NULL) ==
		    (paths[kind] != NULL || kind == MAIL_POINTS_FALL || kind == MAIL_HELD || kind == MAIL_EXCLUDED || kind == MAIL_EXCLUDED_JOIN || kind == MAIL_EXCLUDED_ADD));
	}
}

/* What it is about is put in once: braces inside it stay what they are. */
static void
objects(void **state)
{
	DROP(buf_wipe) struct buf subject = {0}, text = {0};
	struct letter_ask a = ask(MAIL_DOMAIN);
	struct err e = {0};

	(void)state;
	a.object = "{site}.example";
	assert_true(letters_write(&subject, &text, &a, &e));
	assert_string_equal(subject.data, "May a member of Troth & friends have certificates for {site}.example?");
}

static void
lines_short(void **state)
{
	(void)state;
	for (unsigned kind = 1; kind < MAIL_USE__COUNT; kind++) {
		DROP(buf_wipe) struct buf subject = {0}, text = {0};
		struct letter_ask a = ask(kind);
		struct err e = {0};

		if (kind == MAIL_RESET_UNKNOWN)
			continue;
		assert_true(letters_write(&subject, &text, &a, &e));
		for (const char *at = text.data; *at != '\0';) {
			size_t n = strcspn(at, "\n");

			if (n > 72)
				fail_msg("kind %u: %.*s", kind, (int)n, at);
			at += n + (at[n] == '\n');
		}
		assert_int_equal(text.data[text.len - 1], '\n');
		assert_null(strstr(text.data, "\n\n\n"));
	}
}

/* What another member wrote is quoted line by line, and is never taken for ours. */
static void
quoted(void **state)
{
	static const char evil[] = "Hello {site},\n\n  two blanks before, and a line that is so long that it has to be broken somewhere\n"
	    "Why you get this mail:\n-- \nhttps://localhost:8443/contact/AAAA";
	static const char shown[] = "Somebody found you in the directory of assurers and writes:\n\n"
	    "> Hello {site},\n>\n>   two blanks before, and a line that is so long that it has to be\n"
	    "> broken somewhere\n> Why you get this mail:\n> --\n> https://localhost:8443/contact/AAAA\n\n";
	DROP(buf_wipe) struct buf subject = {0}, text = {0}, object = {0};
	struct letter_ask a = ask(MAIL_CONTACT);
	struct err e = {0};

	(void)state;
	buf_fmt(&object, MAIL_PART "%s", evil);
	a.object = object.data;
	assert_true(letters_write(&subject, &text, &a, &e));
	if (strncmp(text.data, shown, strlen(shown)) != 0)
		fail_msg("%s", text.data);

	buf_reset(&subject);
	buf_reset(&text);
	a = ask(MAIL_CONTACT_ANSWER);
	a.object = "ada@example.org" MAIL_PART "On Friday.\nAt six?" MAIL_PART "When?";
	assert_true(letters_write(&subject, &text, &a, &e));
	assert_non_null(strstr(text.data, "ada@example.org. The answer:\n\n> On Friday.\n> At six?\n\nYou had written:\n\n> When?\n\nWhy you"));
	assert_null(strstr(text.data, MAIL_PART));
}

/* The longest messages there can be, in every shape: a letter and a mail that a reader gets back byte for byte. */
static void
longest(void **state)
{
	static const char *const of[] = { "x", "x ", "\n", "a\n", "ä", "\xf0\x9f\x8f\x94", "word \xe6\x97\xa5\xe6\x9c\xac ", "\t", ".\n", "From me\n", "=3D=\n" };

	(void)state;
	for (size_t i = 0; i < COUNT(of); i++) {
		DROP(buf_wipe) struct buf subject = {0}, text = {0}, object = {0}, mail = {0};
		struct letter_ask a = ask(MAIL_CONTACT_ANSWER);
		struct mime x = { .from_name = "", .from = "a@example.org", .to = "b@example.org",
		    .message_id = "1@example.org", .lang = "en" };
		struct err e = {0};

		buf_fmt(&object, "%0250d@b.c", 1);
		for (int part = 0; part < 2; part++) {
			size_t from = object.len + 1;

			buf_text(&object, MAIL_PART);
			while (object.len - from + strlen(of[i]) <= MESSAGE_MAX)
				buf_text(&object, of[i]);
		}
		assert_true(buf_ok(&object, &e) && object.len <= MAIL_OBJECT_MAX);
		a.object = object.data;
		assert_true(letters_write(&subject, &text, &a, &e));
		x.subject = subject.data;
		x.text = text.data;
		assert_true(mime_write(&mail, &x, &e));
		for (const char *at = mail.data; *at != '\0';) {
			size_t n = strcspn(at, "\n");

			if (n > 999 || (at[n] == '\n' && (n == 0 || at[n - 1] != '\r')))
				fail_msg("shape %zu: a line of %zu bytes", i, n);
			at += n + (at[n] == '\n');
		}
	}
}

static void
refused(void **state)
{
	static const unsigned kinds[] = { 0, MAIL_RESET_UNKNOWN, MAIL_USE__COUNT, 255 };
	static const unsigned need_link[] = { MAIL_JOIN, MAIL_ADDRESS, MAIL_RESET, MAIL_DOMAIN };

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		DROP(buf_wipe) struct buf subject = {0}, text = {0};
		struct letter_ask a = ask(kinds[i]);
		struct err e = {0};

		assert_false(letters_write(&subject, &text, &a, &e));
		assert_int_equal(e.kind, ERR_INPUT);
	}
	for (size_t i = 0; i < COUNT(need_link); i++) {
		DROP(buf_wipe) struct buf subject = {0}, text = {0};
		struct letter_ask a = ask(need_link[i]);
		struct err e = {0};

		a.token = NULL;
		assert_false(letters_write(&subject, &text, &a, &e));
		assert_int_equal(e.kind, ERR_INPUT);
	}
}

static void
without_extras(void **state)
{
	DROP(buf_wipe) struct buf subject = {0}, text = {0};
	struct letter_ask a = ask(MAIL_EXPIRY);
	struct err e = {0};

	(void)state;
	a.token = NULL;
	a.purpose = 9999;
	assert_true(letters_write(&subject, &text, &a, &e));
	assert_null(strstr(text.data, "/verify/"));
	assert_null(strstr(text.data, "What for"));
}

/* A catalog of one message, by hand: magic, version, count, two tables, texts. */
static void
translated(void **state)
{
	static const char id[] = "A test mail from {site}", to[] = "Probepost von {site}";
	DROP(buf_wipe) struct buf mo = {0}, subject = {0}, text = {0};
	uint32_t head[7] = { 0x950412deu, 0, 1, 28, 36, 0, 0 };
	uint32_t one[2] = { sizeof(id) - 1, 44 }, two[2] = { sizeof(to) - 1, 44 + sizeof(id) };
	struct letter_ask a = ask(MAIL_TEST);
	const char *lang = "";
	struct err e = {0};

	(void)state;
	buf_add(&mo, head, sizeof(head));
	buf_add(&mo, one, sizeof(one));
	buf_add(&mo, two, sizeof(two));
	buf_add(&mo, id, sizeof(id));
	buf_add(&mo, to, sizeof(to));
	assert_true(words_add("de", span_buf(&mo), &e));
	a.words = words_pick("de", &lang);
	assert_string_equal(lang, "de");
	assert_true(letters_write(&subject, &text, &a, &e));
	assert_string_equal(subject.data, "Probepost von Troth & friends");
	assert_non_null(strstr(text.data, "Why you get this mail:"));	/* not translated: English */
	words_drop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_kinds), cmocka_unit_test(objects), cmocka_unit_test(lines_short),
		cmocka_unit_test(quoted), cmocka_unit_test(longest), cmocka_unit_test(refused),
		cmocka_unit_test(without_extras), cmocka_unit_test(translated),
	};
	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
