/* tests/unit/test_object.c - what a history line was about: every shape the keeper writes, in two languages. */
#include "tests/unit/place.h"
#include "tests/unit/catalog.h"
#include "portal/people/object.h"

static const struct pair german[] = {
	{ "", "Content-Type: text/plain; charset=UTF-8\n" },
	{ "Passport", "Reisepass" },
	{ "agreed", "angenommen" },
	{ "agreement {1}, statement {2}", "Erklärung {2}, Vereinbarung {1}" },
	{ "all forms: {1}", "alle Formulare: {1}" },
	{ "case {1}: {2}", "Fall {1}: {2}" },
	{ "decision {1}", "Entscheidung {1}" },
	{ "decision {1}: {2}", "Entscheidung {1}: {2}" },
	{ "form {1}: {2}", "Formular {1}: {2}" },
	{ "not passed, {1} of {2}", "nicht bestanden, {1} von {2}" },
	{ "officer", "Amtsträger" },
	{ "passed, {1} of {2}", "bestanden, {1} von {2}" },
	{ "reminder", "Erinnerung" },
	{ "revoked", "widerrufen" },
	{ "security notice {1} begins: members whose {2} was opened in the role {3}", "Sicherheitsmeldung {1} beginnt: alle, deren {2} in der Rolle {3} geöffnet wurde" },
	{ "security notice {1}: sent; of {2} members it concerns {3}, {4} by mail", "Sicherheitsmeldung {1}: gesandt; {3} von {2}, {4} mit Mail" },
	{ "shown to an assurer", "einem Assurer gezeigt" },
	{ "sign in by certificate", "Anmelden mit Zertifikat" },
	{ "signed, {1} points", "unterschrieben, {1} Punkte" },
	{ "taken over", "übernommen" },
	{ "{1} on", "{1} an" },
	{ "{1}, from now", "ab jetzt {1}" },
	{ "{1}, opened {2} UTC; two officers delayed telling, {3} to {4}: {5}",
	  "{1} am {2} UTC geöffnet, mitzuteilen von {3} bis {4} aufgeschoben: {5}" },
	{ "{1}, serial {2}", "{1}, Nummer {2}" },
	{ "{1}: off", "{1}: aus" },
};

static const struct { const char *object, *german; } rows[] = {
	{ "", "" },
	{ "example.org", "example.org" },
	{ "security notice 12 begins: members whose birth date was opened in the role officer",
	  "Sicherheitsmeldung 12 beginnt: alle, deren birth date in der Rolle Amtsträger geöffnet wurde" },
	{ "security notice 12: sent; of 40 members it concerns 3, 2 by mail", "Sicherheitsmeldung 12: gesandt; 3 von 40, 2 mit Mail" },
	{ "revoked", "widerrufen" },
	{ "revoked, serial 0a1b", "widerrufen, Nummer 0a1b" },
	{ "example.org, serial 0a1b", "example.org, Nummer 0a1b" },
	{ "reminder on, serial 0a1b", "Erinnerung an, Nummer 0a1b" },
	{ "agreement 3, statement 12", "Erklärung 12, Vereinbarung 3" },
	{ "decision 7", "Entscheidung 7" },
	{ "decision 7: agreed", "Entscheidung 7: angenommen" },
	{ "officer, from now", "ab jetzt Amtsträger" },
	{ "passed, 23 of 25", "bestanden, 23 von 25" },
	{ "not passed, 17 of 25", "nicht bestanden, 17 von 25" },
	{ "sign in by certificate: off", "Anmelden mit Zertifikat: aus" },
	{ "signed, 35 points", "unterschrieben, 35 Punkte" },
	{ "shown to an assurer", "einem Assurer gezeigt" },
	{ "form 12: taken over", "Formular 12: übernommen" },
	{ "case 12345678: address, opened 2026-11-28 09:30 UTC; two officers delayed telling, 2026-11-28 to 2026-12-12: to be sure: yes",
	    "Fall 12345678: address am 2026-11-28 09:30 UTC geöffnet, mitzuteilen von 2026-11-28 bis 2026-12-12 aufgeschoben: to be sure: yes" },
	{ "all forms: no longer offered", "alle Formulare: no longer offered" },
	/* Words of a page are no words of the keeper; names stay even where they look like a frame. */
	{ "Passport", "Passport" },
	{ "{1}, serial {2}", "{1}, Nummer {2}" },
	{ ", serial 0a1b", ", serial 0a1b" },
	{ "revoked, serial ", "revoked, serial " },
	{ "example.org: no record", "example.org: no record" },
};

static void
test_english(void **state)
{
	struct visit v = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf b = {0};

		object_say(&v, rows[i].object, &b);
		assert_string_equal(b.len == 0 ? "" : b.data, rows[i].object);
	}
}

static void
test_german(void **state)
{
	DROP(buf_wipe) struct buf mo = {0};
	struct visit v = {0};
	const char *lang;
	struct err e = {0};

	(void)state;
	make_mo(&mo, german, COUNT(german), false);
	GOOD(words_add("de", span_buf(&mo), &e));
	v.words = words_pick("de", &lang);
	assert_non_null(v.words);
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf b = {0};

		object_say(&v, rows[i].object, &b);
		assert_string_equal(b.len == 0 ? "" : b.data, rows[i].german);
	}
	words_drop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_english), cmocka_unit_test(test_german) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
