/* tests/unit/test_case.c - cases in the keeper: of members and of visitors, staff's work, fields opened, whom a case concerns, what ends by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/role.h"
#include "privacy/facts/setting.h"
#include "privacy/keeper/doctor.h"
#include "tests/unit/case_rig.h"

struct scene { struct rig rig; struct shelf shelf; struct person ann, ben, sue, sam, olu; };

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", NULL });
	person_make(&s->rig, &s->ann, "ann", "Ann", "Briain", "1984-02-29", NULL);
	person_make(&s->rig, &s->ben, "ben", "Ben", "Berg", "2012-02-29", NULL);
	person_make(&s->rig, &s->sue, "sue", "Sue", "Staff", NULL, NULL);
	person_make(&s->rig, &s->sam, "sam", "Sam", "Second", NULL, NULL);
	person_make(&s->rig, &s->olu, "olu", "Olu", "Officer", NULL, NULL);
	case_staff(&s->rig, &s->sue, ROLE_SUPPORT);
	case_staff(&s->rig, &s->sam, ROLE_SUPPORT);
	case_staff(&s->rig, &s->olu, ROLE_OFFICER);
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	rig_healthy(&s->rig);
	shelf_wipe(&s->shelf);
	rig_drop(&s->rig);
	free(s);
	return 0;
}

static void
refused(const struct scene *s, bool did, enum err_kind kind, uint32_t why)
{
	if (did || s->rig.err.kind != kind || s->rig.err.why != why)
		fail_msg("wanted %d/%u, got %d: %d/%u %s", kind, why, did, s->rig.err.kind, s->rig.err.why, s->rig.err.text);
}

static void
good(const struct scene *s, bool did)
{
	if (!did)
		fail_msg("refused: %d/%u %s", s->rig.err.kind, s->rig.err.why, s->rig.err.text);
}

/* A mail of this kind to this person, among those that wait; all of them go. */
static bool
mailed(struct scene *s, unsigned kind, const char *login, struct rig_mail *m)
{
	bool found = false;
	struct rig_mail one;

	while (rig_mail(&s->rig, &one))
		if (one.kind == kind && strncmp(one.to, login, strlen(login)) == 0) {
			*m = one;
			found = true;
		}
	return found;
}

static const struct case_seen *
find_text(const struct case_seen *x, const char *words)
{
	for (uint32_t i = 0; i < x->n; i++)
		if (strcmp(x->text[i].text, words) == 0)
			return x;
	return NULL;
}

/* ---- a member's case, from its opening to its end ---- */

static void
members_case(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	struct case_seen x;
	struct rig_mail m;
	int64_t number, other;
	bool found;

	good(s, case_opens(r, &s->shelf, &s->ann, CASE_CORRECTION, false, 0, "", "  My town is wrong.\n", &number));
	good(s, case_looks(r, &s->shelf, &s->ann, number, &x));
	assert_int_equal(x.kind, CASE_CORRECTION);
	assert_int_equal(x.state, CASE_OPEN);
	assert_int_equal(x.n, 1);
	assert_string_equal(x.text[0].text, "My town is wrong.");
	/* Nobody else's, and staff read nothing before they took it. */
	refused(s, case_looks(r, &s->shelf, &s->ben, number, &x), ERR_ABSENT, WHY_CASE_ABSENT);
	refused(s, case_says(r, &s->shelf, &s->ben, number, "hello"), ERR_ABSENT, WHY_CASE_ABSENT);
	assert_int_equal(desk_lists(r, &s->sue, number, &x, &found), 1);
	assert_true(found);
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	assert_int_equal(x.read, 0);
	refused(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_SAY, number, CASE_SAY_ANSWER, "soon"), ERR_DENIED, WHY_CASE_NOT_TAKEN);
	good(s, desk_takes(r, &s->sue, number));
	/* Two at once: one has it, the other is told; and reads nothing. */
	refused(s, desk_takes(r, &s->sam, number), ERR_CONFLICT, WHY_CASE_TAKEN);
	good(s, desk_looks(r, &s->shelf, &s->sam, number, &x));
	assert_int_equal(x.read, 0);
	good(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_SAY, number, CASE_SAY_NOTE, "looks like a typing error"));
	good(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_SAY, number, CASE_SAY_WAIT, "Which town is it?"));
	assert_true(mailed(s, MAIL_CASE, "ann", &m));
	assert_string_equal(m.object, "");
	good(s, case_looks(r, &s->shelf, &s->ann, number, &x));
	assert_int_equal(x.state, CASE_WAITING);
	assert_int_equal(x.n, 2);
	assert_null(find_text(&x, "looks like a typing error"));	/* notes are staff's */
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	assert_int_equal(x.n, 3);
	good(s, case_says(r, &s->shelf, &s->ann, number, "Lübeck"));
	good(s, case_looks(r, &s->shelf, &s->ann, number, &x));
	assert_int_equal(x.state, CASE_OPEN);
	/* A text of one case is none of another's. */
	good(s, case_opens(r, &s->shelf, &s->ben, CASE_ACCESS, false, 0, "", "what do you hold?", &other));
	for (size_t i = 0; i < s->shelf.n; i++)
		if (s->shelf.row[i].number == number)
			s->shelf.row[i].number = other;
	good(s, case_looks(r, &s->shelf, &s->ben, other, &x));
	assert_int_equal(x.n, 1);
	assert_int_equal(x.missing, 0);
	good(s, case_looks(r, &s->shelf, &s->ann, number, &x));
	assert_int_equal(x.n, 0);
	assert_int_equal(x.missing, 3);		/* the note is not hers to miss */
}

/* Its end, and on again within two weeks. */
static void
closed_and_open_again(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	struct case_seen x;
	int64_t number, more[CASES_OWN];
	bool found;

	good(s, case_opens(r, &s->shelf, &s->ann, CASE_CORRECTION, false, 0, "", "My town is wrong.", &number));
	good(s, desk_takes(r, &s->sue, number));
	good(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_CLOSE, number, CASE_DONE, "It says Lübeck now."));
	refused(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_SAY, number, CASE_SAY_ANSWER, "more"), ERR_CONFLICT, WHY_CASE_CLOSED);
	desk_lists(r, &s->sue, number, &x, &found);
	assert_false(found);
	rig_later(r, 13 * 86400);
	person_sign_in(r, &s->ann);
	/* It would be one more than a member may have open. */
	for (int i = 0; i < CASES_OWN; i++)
		good(s, case_opens(r, &s->shelf, &s->ann, CASE_ACCESS, false, 0, "", "And this?", &more[i]));
	refused(s, case_says(r, &s->shelf, &s->ann, number, "It does not."), ERR_DENIED, WHY_LIMIT);
	good(s, case_says(r, &s->shelf, &s->ann, more[0], "An open one goes on."));
	person_sign_in(r, &s->sue);
	good(s, desk_takes(r, &s->sue, more[0]));
	good(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_CLOSE, more[0], CASE_DONE, "This, too."));
	good(s, case_says(r, &s->shelf, &s->ann, number, "It does not."));
	good(s, case_looks(r, &s->shelf, &s->ann, number, &x));
	assert_int_equal(x.state, CASE_REOPENED);
	assert_true(x.deadline >= rig_now(r) + 14 * 86400);
	person_sign_in(r, &s->sue);
	good(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_CLOSE, number, CASE_PARTLY, "Now it does."));
	rig_later(r, 14 * 86400);
	person_sign_in(r, &s->ann);
	refused(s, case_says(r, &s->shelf, &s->ann, number, "too late"), ERR_CONFLICT, WHY_CASE_CLOSED);
}

/* ---- without an account ---- */

static void
visitors_case(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	unsigned char token[TOKEN_BYTES], again[TOKEN_BYTES];
	char pass[CODE_TEXT], wrong[CODE_TEXT];
	struct case_seen x;
	int64_t number, other;
	bool found;

	good(s, visitor_opens(r, &s->shelf, CASE_REPORT, CASE_AGAINST_ASSURER, "", "An assurer sold points.", &number, pass, token));
	good(s, visitor_looks(r, &s->shelf, token, number, &x));
	assert_int_equal(x.n, 1);
	assert_int_equal(x.what & CASE_VISITORS, CASE_VISITORS);
	good(s, visitor_says(r, &s->shelf, token, number, "At a meeting in May."));
	/* The token ends after idling; number and pass-phrase lead back, and nothing near them. */
	rig_later(r, 31 * 60);
	refused(s, visitor_looks(r, &s->shelf, token, number, &x), ERR_DENIED, WHY_CASE_CODE);
	snprintf(wrong, sizeof(wrong), "%s", pass);
	wrong[8] = wrong[8] == '7' ? '8' : '7';
	refused(s, visitor_enters(r, number, wrong, again), ERR_DENIED, WHY_CASE_CODE);
	refused(s, visitor_enters(r, number + 1, pass, again), ERR_DENIED, WHY_CASE_CODE);
	refused(s, visitor_enters(r, number, "", again), ERR_DENIED, WHY_CASE_CODE);
	good(s, visitor_enters(r, number, pass, again));
	good(s, visitor_looks(r, &s->shelf, again, number, &x));
	assert_int_equal(x.n, 2);
	/* Guessing is held back. */
	for (int i = 0; i < 6; i++)
		assert_false(visitor_enters(r, number, wrong, token));
	refused(s, visitor_enters(r, number, pass, token), ERR_BUSY, WHY_SLOW_DOWN);
	/* Another case's token opens another case only; staff answer as always. */
	good(s, visitor_opens(r, &s->shelf, CASE_COMPLAINT, 0, "", "No answer for weeks.", &other, pass, token));
	good(s, visitor_looks(r, &s->shelf, token, other, &x));
	assert_int_equal(x.number, other);
	person_sign_in(r, &s->sue);
	assert_int_equal(desk_lists(r, &s->sue, other, &x, &found), 2);
	good(s, desk_takes(r, &s->sue, other));
	good(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_SAY, other, CASE_SAY_ANSWER, "We are sorry."));
	good(s, visitor_looks(r, &s->shelf, token, other, &x));
	assert_non_null(find_text(&x, "We are sorry."));
	/* Kinds that need an account do not open without one. */
	refused(s, visitor_opens(r, &s->shelf, CASE_NAME_CHANGE, 0, "", "new name", &other, pass, token), ERR_INPUT, WHY_FIELD_SHAPE);
	refused(s, visitor_opens(r, &s->shelf, CASE_BREACH, 0, "", "breach", &other, pass, token), ERR_INPUT, WHY_FIELD_SHAPE);
}

/* ---- fields ---- */

static unsigned
field_at(const struct case_seen *x, uint32_t field)
{
	for (unsigned i = 0; i < x->fields; i++)
		if (x->field[i].field == field)
			return i;
	fail_msg("field %u is not listed", field);
	return 0;
}

static void
fields_opened(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	struct case_seen x;
	struct rig_mail m;
	char said[256];
	int64_t number;
	bool asked;

	good(s, case_opens(r, &s->shelf, &s->ann, CASE_ACCESS, false, 0, "", "What do you hold?", &number));
	good(s, desk_takes(r, &s->sue, number));
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	for (unsigned i = 0; i < x.fields; i++) {
		assert_string_equal(x.field[i].value, "");
		assert_int_equal(x.field[i].until, 0);
		assert_int_not_equal(x.field[i].field, FIELD_BIRTH);	/* she did not tick it */
	}
	assert_true(x.field[field_at(&x, FIELD_FAMILY)].held);
	assert_false(x.field[field_at(&x, FIELD_SUFFIX)].held);
	refused(s, desk_opens(r, &s->sue, number, FIELD_BIRTH, "to be sure", &asked), ERR_DENIED, WHY_CASE_FIELD);
	refused(s, desk_opens(r, &s->sue, number, FIELD_NATIONALITY, "to be sure", &asked), ERR_DENIED, WHY_CASE_FIELD);
	refused(s, desk_opens(r, &s->sue, number, FIELD_DOC_NUMBER, "to be sure", &asked), ERR_DENIED, WHY_CASE_FIELD);
	refused(s, desk_opens(r, &s->sue, number, FIELD_FAMILY, "", &asked), ERR_INPUT, WHY_WORDS);
	refused(s, desk_opens(r, &s->sam, number, FIELD_FAMILY, "to be sure", &asked), ERR_DENIED, WHY_CASE_NOT_TAKEN);
	good(s, desk_opens(r, &s->sue, number, FIELD_FAMILY, "two people ask", &asked));
	assert_false(asked);
	/* Told before it was shown: by mail, and in the history with the reason. */
	assert_true(mailed(s, MAIL_CASE_FIELD, "ann", &m));
	assert_string_equal(m.object, "family name");
	rig_said(r, &s->ann, PURPOSE_CASE_REQUEST, said);
	assert_non_null(strstr(said, "family name: two people ask"));
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	assert_string_equal(x.field[field_at(&x, FIELD_FAMILY)].value, "Briain");
	assert_string_equal(x.field[field_at(&x, FIELD_GIVEN)].value, "");
	rig_later(r, 601);
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	assert_string_equal(x.field[field_at(&x, FIELD_FAMILY)].value, "");
	/* Closed while a field is open: it is closed, too. */
	good(s, desk_opens(r, &s->sue, number, FIELD_ADDRESS, "to write to her", &asked));
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	assert_int_equal(strncmp(x.field[field_at(&x, FIELD_ADDRESS)].value, "ann", 3), 0);
	good(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_CLOSE, number, CASE_DONE, "All of it stands under My data."));
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	assert_string_equal(x.field[field_at(&x, FIELD_ADDRESS)].value, "");
	refused(s, desk_opens(r, &s->sue, number, FIELD_ADDRESS, "once more", &asked), ERR_CONFLICT, WHY_CASE_CLOSED);
}

static void
birth_dates(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	struct case_seen x;
	int64_t number;
	bool asked;

	/* Whoever has no more than her session lets nobody see what lies behind her password. */
	refused(s, case_opens(r, &s->shelf, &s->ann, CASE_CORRECTION, true, 0, "", "My birth date is wrong.", &number), ERR_DENIED, WHY_PASSWORD_NEEDED);
	assert_true(rig_again(r, s->ann.token, TRUST_PASSWORD));
	good(s, case_opens(r, &s->shelf, &s->ann, CASE_CORRECTION, true, 0, "", "My birth date is wrong.", &number));
	good(s, desk_takes(r, &s->sue, number));
	good(s, desk_opens(r, &s->sue, number, FIELD_BIRTH, "it is what she asks", &asked));
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	assert_string_equal(x.field[field_at(&x, FIELD_BIRTH)].value, "1984-02-29");
	/* An age is a band. */
	good(s, case_opens(r, &s->shelf, &s->ben, CASE_MINOR, true, 0, "", "I am too young.", &number));
	good(s, desk_takes(r, &s->sue, number));
	refused(s, desk_opens(r, &s->sue, number, FIELD_BIRTH, "how old", &asked), ERR_DENIED, WHY_CASE_FIELD);
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	assert_int_equal(x.band, CASE_BAND_MAY);
	good(s, desk_opens(r, &s->sue, number, 0, "parents ask", &asked));
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	assert_int_equal(x.band, CASE_BAND_UNDER);
}

static void
asked_first(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	struct case_seen x;
	struct rig_mail m;
	int64_t number;
	bool asked;

	rig_begin_hand(r);
	assert_true(setting_put(&r->keeper, s->ann.owner.number, SETTING_ASK_FIRST, 1, &r->err));
	rig_end_hand(r);
	good(s, case_opens(r, &s->shelf, &s->ann, CASE_OBJECTION, false, 0, "", "I object.", &number));
	good(s, desk_takes(r, &s->sue, number));
	good(s, desk_opens(r, &s->sue, number, FIELD_GIVEN, "to address her", &asked));
	assert_true(asked);
	assert_true(mailed(s, MAIL_CASE_ASKS, "ann", &m));
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	assert_string_equal(x.field[field_at(&x, FIELD_GIVEN)].value, "");
	good(s, case_looks(r, &s->shelf, &s->ann, number, &x));
	assert_int_equal(x.what & CASE_ASKED, CASE_ASKED);
	good(s, case_allows(r, &s->ann, number, 1, false));
	good(s, desk_opens(r, &s->sue, number, FIELD_GIVEN, "to address her", &asked));
	assert_true(asked);
	good(s, case_allows(r, &s->ann, number, 1, true));
	good(s, desk_opens(r, &s->sue, number, FIELD_GIVEN, "to address her", &asked));
	assert_false(asked);
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	assert_string_equal(x.field[field_at(&x, FIELD_GIVEN)].value, "Ann");
	/* Taken back: what was open is closed. */
	good(s, case_allows(r, &s->ann, number, 1, false));
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	assert_string_equal(x.field[field_at(&x, FIELD_GIVEN)].value, "");
	refused(s, case_allows(r, &s->ben, number, 1, true), ERR_ABSENT, WHY_CASE_ABSENT);
}

/* ---- whom a case concerns ---- */

static void
finding(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	unsigned char token[TOKEN_BYTES];
	char pass[CODE_TEXT], said[256], who[32];
	struct case_seen x;
	int64_t number, own;
	bool found, asked;

	good(s, visitor_opens(r, &s->shelf, CASE_LOST_ACCESS, 0, "", "I lost my mailbox.", &number, pass, token));
	good(s, desk_takes(r, &s->sue, number));
	refused(s, desk_opens(r, &s->sue, number, FIELD_GIVEN, "who is it", &asked), ERR_CONFLICT, WHY_CASE_MEMBER);
	good(s, desk_finds(r, &s->sue, number, CASE_FIND_ADDRESS, "an@example.org", &found));
	assert_false(found);
	good(s, desk_finds(r, &s->sue, number, CASE_FIND_ADDRESS, "%", &found));
	assert_false(found);
	good(s, desk_finds(r, &s->sue, number, CASE_FIND_DOMAIN, "example.org", &found));
	assert_false(found);
	good(s, desk_finds(r, &s->sue, number, CASE_FIND_SERIAL, "00:11", &found));
	assert_false(found);
	good(s, desk_finds(r, &s->sue, number, CASE_FIND_ADDRESS, s->ann.address, &found));
	assert_true(found);
	rig_said(r, &s->ann, PURPOSE_CASE_FIND, said);
	assert_non_null(strstr(said, "found whom it concerns"));
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	assert_int_equal(x.what & CASE_LINKED, CASE_LINKED);
	good(s, desk_opens(r, &s->sue, number, FIELD_GIVEN, "compared with what she says", &asked));
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	assert_string_equal(x.field[field_at(&x, FIELD_GIVEN)].value, "Ann");
	/* No birth date in a case she did not open. */
	refused(s, desk_opens(r, &s->sue, number, FIELD_BIRTH, "compared", &asked), ERR_DENIED, WHY_CASE_FIELD);
	/* In a member's own case there is nobody to be looked for. */
	good(s, case_opens(r, &s->shelf, &s->ann, CASE_ACCESS, false, 0, "", "What do you hold?", &own));
	good(s, desk_takes(r, &s->sue, own));
	refused(s, desk_finds(r, &s->sue, own, CASE_FIND_NUMBER, "1234567890", &found), ERR_DENIED, WHY_CASE_FIELD);
	/* By member number; oneself: the case goes back to the list. */
	good(s, visitor_opens(r, &s->shelf, CASE_COMPLAINT, 0, "", "Sue does not answer.", &number, pass, token));
	good(s, desk_takes(r, &s->sue, number));
	snprintf(who, sizeof(who), "%lld", (long long)s->sue.owner.number);
	good(s, desk_finds(r, &s->sue, number, CASE_FIND_NUMBER, who, &found));
	refused(s, desk_looks(r, &s->shelf, &s->sue, number, &x), ERR_ABSENT, WHY_CASE_ABSENT);
	good(s, desk_takes(r, &s->sam, number));
}

static void
few_searches(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	unsigned char token[TOKEN_BYTES];
	char pass[CODE_TEXT];
	int64_t number;
	bool found;

	good(s, visitor_opens(r, &s->shelf, CASE_LOST_ACCESS, 0, "", "I lost my mailbox.", &number, pass, token));
	good(s, desk_takes(r, &s->sue, number));
	for (int i = 0; i < CASE_FINDS_HOUR; i++)
		good(s, desk_finds(r, &s->sue, number, CASE_FIND_ADDRESS, "nobody@example.org", &found));
	refused(s, desk_finds(r, &s->sue, number, CASE_FIND_ADDRESS, s->ann.address, &found), ERR_DENIED, WHY_CASE_FINDS);
	rig_later(r, 3601);
	person_sign_in(r, &s->sue);
	good(s, desk_finds(r, &s->sue, number, CASE_FIND_ADDRESS, s->ann.address, &found));
	assert_true(found);
}

/* ---- who may ---- */

static void
reports_about_staff(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	struct person pat = {0};
	struct case_seen x;
	struct rig_mail m;
	char who[32];
	int64_t number;
	bool found;

	/* Against support staff: officers alone see it. */
	good(s, case_opens(r, &s->shelf, &s->ann, CASE_REPORT, false, CASE_AGAINST_SUPPORT, "", "Staff looked for no reason.", &number));
	desk_lists(r, &s->sue, number, &x, &found);
	assert_false(found);
	refused(s, desk_takes(r, &s->sue, number), ERR_ABSENT, WHY_CASE_ABSENT);
	refused(s, desk_looks(r, &s->shelf, &s->sue, number, &x), ERR_ABSENT, WHY_CASE_ABSENT);
	desk_lists(r, &s->olu, number, &x, &found);
	assert_true(found);
	good(s, desk_takes(r, &s->olu, number));
	good(s, desk_looks(r, &s->shelf, &s->olu, number, &x));
	assert_int_equal(x.n, 1);
	/* Against an officer by number: that one finds no such case, another does; whatever the writer took them for. */
	person_make(r, &pat, "pat", "Pat", "Officer", NULL, NULL);
	case_staff(r, &pat, ROLE_OFFICER);
	snprintf(who, sizeof(who), "%lld", (long long)s->olu.owner.number);
	good(s, case_opens(r, &s->shelf, &s->ann, CASE_REPORT, false, CASE_AGAINST_MEMBER, who, "Olu sold a decision.", &number));
	while (rig_mail(r, &m))
		continue;
	rig_later(r, 20 * 86400);
	rig_sweep(r);
	/* told to who may take it, and to nobody else */
	found = false;
	while (rig_mail(r, &m)) {
		if (m.kind != MAIL_DESK)
			continue;
		assert_int_not_equal(strncmp(m.to, "sue", 3), 0);
		assert_int_not_equal(strncmp(m.to, "sam", 3), 0);
		found = true;
	}
	assert_true(found);
	person_sign_in(r, &s->olu);
	person_sign_in(r, &pat);
	desk_lists(r, &s->olu, number, &x, &found);
	assert_false(found);
	refused(s, desk_takes(r, &s->olu, number), ERR_ABSENT, WHY_CASE_ABSENT);
	good(s, desk_takes(r, &pat, number));
}

static void
ties(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	struct person asa = {0};
	struct case_seen x;
	int64_t number, own;
	char who[32], said[256];
	bool found;

	/* An assurer of staff vouched for Ben. */
	person_assurer(r, &asa, "asa", "Asa", "Adeyemi");
	case_staff(r, &asa, ROLE_SUPPORT);
	good(s, meet_whole(r, &asa, &s->ben, "Ben Berg", "2012-02-29", 10));
	person_sign_in(r, &s->ben);
	good(s, case_opens(r, &s->shelf, &s->ben, CASE_ACCESS, false, 0, "", "What do you hold?", &number));
	refused(s, desk_takes(r, &asa, number), ERR_DENIED, WHY_CASE_TIE);
	good(s, desk_takes(r, &s->sue, number));
	/* Nor as a deputy, nor who holds no such role. */
	snprintf(who, sizeof(who), "%lld", (long long)asa.owner.number);
	refused(s, desk_hands(r, &s->sue, number, CASE_HAND_DEPUTY, who), ERR_ABSENT, WHY_DECISION_SUBJECT);
	refused(s, desk_hands(r, &s->sue, number, CASE_HAND_DEPUTY, s->ann.address), ERR_ABSENT, WHY_DECISION_SUBJECT);
	good(s, desk_hands(r, &s->sue, number, CASE_HAND_DEPUTY, s->sam.address));
	good(s, desk_looks(r, &s->shelf, &s->sam, number, &x));
	assert_int_equal(x.read, 1);
	good(s, desk_hands(r, &s->sue, number, CASE_HAND_OVER, ""));
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	assert_int_equal(x.read, 0);
	good(s, desk_hands(r, &s->sam, number, CASE_HAND_BACK, ""));
	/* One's own: not in the list, not to be taken. */
	good(s, case_opens(r, &s->shelf, &s->sue, CASE_COMPLAINT, false, 0, "", "about the desk", &own));
	desk_lists(r, &s->sue, own, &x, &found);
	assert_false(found);
	refused(s, desk_takes(r, &s->sue, own), ERR_ABSENT, WHY_CASE_ABSENT);
	/* Nobody else is left: the member is asked, and with their yes it is marked. */
	rig_begin_hand(r);
	assert_true(role_set(&r->keeper, &s->sue.owner, ROLE_SUPPORT, false, ACTOR_SYSTEM, rig_now(r), &r->err));
	assert_true(role_set(&r->keeper, &s->sam.owner, ROLE_SUPPORT, false, ACTOR_SYSTEM, rig_now(r), &r->err));
	rig_end_hand(r);
	refused(s, desk_takes(r, &asa, number), ERR_DENIED, WHY_CASE_FREE);
	good(s, case_looks(r, &s->shelf, &s->ben, number, &x));
	assert_int_equal(x.what & CASE_FREE_ASKED, CASE_FREE_ASKED);
	good(s, case_allows(r, &s->ben, number, 2, true));
	good(s, desk_takes(r, &asa, number));
	rig_said(r, &s->ben, PURPOSE_CASE_WORK, said);
	assert_non_null(strstr(said, "nobody else was free"));
}

static void
no_staff_no_desk(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;

	refused(s, rig_look(&s->rig, KEEPER_DESK, s->ann.token, &out, &b), ERR_DENIED, WHY_ROLE);
	refused(s, desk_takes(&s->rig, &s->ann, 12345678), ERR_DENIED, WHY_ROLE);
}

/* ---- time ---- */

static void
deadlines(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	struct case_seen x;
	struct rig_mail m;
	int64_t number, first;
	bool found;

	good(s, case_opens(r, &s->shelf, &s->ann, CASE_ERASURE, false, 0, "", "Please erase it.", &number));
	good(s, case_looks(r, &s->shelf, &s->ann, number, &x));
	first = x.deadline;
	good(s, desk_takes(r, &s->sue, number));
	refused(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_EXTEND, number, 3, "much to do"), ERR_DENIED, WHY_CASE_LATE);
	desk_lists(r, &s->olu, number, &x, &found);
	assert_false(found);			/* it does not wait long enough for officers */
	while (rig_mail(r, &m))
		continue;
	rig_later(r, 20 * 86400);
	rig_sweep(r);
	assert_true(mailed(s, MAIL_DESK, "olu", &m));
	assert_string_equal(m.object, "");
	rig_sweep(r);
	assert_false(mailed(s, MAIL_DESK, "olu", &m));	/* once */
	person_sign_in(r, &s->olu);
	person_sign_in(r, &s->sue);
	desk_lists(r, &s->olu, number, &x, &found);
	assert_true(found);
	assert_int_equal(x.what & CASE_LATE, CASE_LATE);
	refused(s, desk_takes(r, &s->olu, number), ERR_DENIED, WHY_ROLE);
	good(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_EXTEND, number, 2, "Three stores have to be looked through."));
	assert_true(mailed(s, MAIL_CASE, "ann", &m));
	person_sign_in(r, &s->ann);
	good(s, case_looks(r, &s->shelf, &s->ann, number, &x));
	assert_int_equal(x.state, CASE_EXTENDED);
	assert_int_equal(x.deadline, case_months(x.opened, 3));
	assert_true(x.deadline > first);
	assert_non_null(find_text(&x, "Three stores have to be looked through."));
	refused(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_EXTEND, number, 1, "once more"), ERR_DENIED, WHY_CASE_LATE);
	/* After the first month there is no extension. */
	person_sign_in(r, &s->ben);
	good(s, case_opens(r, &s->shelf, &s->ben, CASE_ERASURE, false, 0, "", "Mine, too.", &number));
	rig_later(r, 32 * 86400);
	person_sign_in(r, &s->sue);
	good(s, desk_takes(r, &s->sue, number));
	refused(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_EXTEND, number, 1, "late"), ERR_DENIED, WHY_CASE_LATE);
}

static void
certificate_problem(void **state)
{
	struct scene *s = *state;
	unsigned char token[TOKEN_BYTES];
	char pass[CODE_TEXT];
	struct case_seen x;
	struct rig_mail m;
	int64_t number;

	good(s, visitor_opens(&s->rig, &s->shelf, CASE_CERTIFICATE, 0, "", "Serial 01: this server phishes.", &number, pass, token));
	assert_true(mailed(s, MAIL_DESK, "sue", &m));
	good(s, visitor_looks(&s->rig, &s->shelf, token, number, &x));
	assert_int_equal(x.deadline, x.opened + 24 * 3600);
	assert_int_equal(x.what & CASE_LATE, CASE_LATE);
}

/* A year after its end texts, keys and people are gone; number, kind, days and outcome stay. */
static void
skeleton(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	unsigned char token[TOKEN_BYTES];
	char pass[CODE_TEXT];
	struct case_row c;
	struct case_seen x;
	int64_t number;
	struct err e = {0};

	good(s, visitor_opens(r, &s->shelf, CASE_COMPLAINT, 0, "", "No answer for weeks.", &number, pass, token));
	good(s, desk_takes(r, &s->sue, number));
	good(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_CLOSE, number, CASE_REFUSED, "It was answered."));
	rig_later(r, 364 * 86400);
	rig_sweep(r);
	good(s, visitor_enters(r, number, pass, token));
	rig_later(r, 2 * 86400);
	rig_sweep(r);
	refused(s, visitor_enters(r, number, pass, token), ERR_DENIED, WHY_CASE_CODE);
	refused(s, visitor_looks(r, &s->shelf, token, number, &x), ERR_DENIED, WHY_CASE_CODE);
	rig_begin_hand(r);
	assert_true(case_get(&r->keeper, number, &c, &e));
	rig_end_hand(r);
	assert_int_equal(c.kind, CASE_COMPLAINT);
	assert_int_equal(c.outcome, CASE_REFUSED);
	assert_true(c.opened > 0 && c.closed > 0);
	assert_int_equal(c.member + c.about + c.staff + c.deputy, 0);
	rig_begin_hand(r);
	assert_false(keys_get(vault_keys(r->keeper.vault), c.owner.key, (unsigned char[SEAL_KEY]){0}, &e));
	rig_end_hand(r);
	assert_int_equal(e.kind, ERR_ABSENT);
	rig_restart(r);		/* doctor finds nothing amiss at the end */
}

/* ---- no case is held for good ---- */

static void
nobody_holds_a_case(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	struct case_seen x;
	int64_t number, other;
	char said[256];

	good(s, case_opens(r, &s->shelf, &s->ann, CASE_ACCESS, false, 0, "", "What do you hold?", &number));
	good(s, case_opens(r, &s->shelf, &s->ben, CASE_ACCESS, false, 0, "", "And of me?", &other));
	good(s, desk_takes(r, &s->sue, number));
	good(s, desk_takes(r, &s->sue, other));
	good(s, desk_hands(r, &s->sue, other, CASE_HAND_DEPUTY, s->sam.address));
	rig_later(r, CASE_ESCALATES - 60);
	person_sign_in(r, &s->sam);
	refused(s, desk_takes(r, &s->sam, number), ERR_CONFLICT, WHY_CASE_TAKEN);
	rig_later(r, 60);
	good(s, desk_looks(r, &s->shelf, &s->sam, number, &x));
	assert_int_equal(x.what & (CASE_TAKEN | CASE_WAITS), CASE_TAKEN | CASE_WAITS);
	good(s, desk_takes(r, &s->sam, number));
	person_sign_in(r, &s->sue);
	refused(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_SAY, number, CASE_SAY_ANSWER, "soon"), ERR_DENIED, WHY_CASE_NOT_TAKEN);
	person_sign_in(r, &s->ann);
	rig_said(r, &s->ann, PURPOSE_CASE_WORK, said);
	assert_non_null(strstr(said, ": taken"));
	/* Whose seat is over works on nothing: the deputy has it, or nobody. */
	rig_begin_hand(r);
	assert_true(role_set(&r->keeper, &s->sue.owner, ROLE_SUPPORT, false, ACTOR_OFFICER, rig_now(r), &r->err));
	rig_end_hand(r);
	good(s, desk_writes(r, &s->shelf, &s->sam, KEEPER_DESK_SAY, other, CASE_SAY_ANSWER, "It is with me now."));
	rig_begin_hand(r);
	assert_true(role_set(&r->keeper, &s->sam.owner, ROLE_SUPPORT, false, ACTOR_OFFICER, rig_now(r), &r->err));
	rig_end_hand(r);
	case_staff(r, &s->sue, ROLE_SUPPORT);
	good(s, desk_looks(r, &s->shelf, &s->sue, other, &x));
	assert_int_equal(x.what & (CASE_TAKEN | CASE_WAITS), 0);
	good(s, desk_takes(r, &s->sue, other));
}

/* Whoever fills a case neither keeps staff from answering nor from ending it. */
static void
room_for_the_last_word(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	struct case_seen x;
	char words[64];
	int64_t number;
	unsigned n = 1;

	good(s, case_opens(r, &s->shelf, &s->ann, CASE_OBJECTION, false, 0, "", "I object.", &number));
	good(s, desk_takes(r, &s->sue, number));
	for (; snprintf(words, sizeof(words), "And once more, %u.", n), case_says(r, &s->shelf, &s->ann, number, words); n++)
		shelf_wipe(&s->shelf);
	assert_int_equal(s->rig.err.why, WHY_CASE_FULL);
	assert_int_equal(n, CASE_TEXTS_MOST - CASE_TEXTS_STAFF);
	for (; snprintf(words, sizeof(words), "Noted, %u.", n), desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_SAY, number, CASE_SAY_NOTE, words); n++)
		shelf_wipe(&s->shelf);
	assert_int_equal(s->rig.err.why, WHY_CASE_FULL);
	assert_int_equal(n, CASE_TEXTS_MOST - 1);
	good(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_CLOSE, number, CASE_DONE, "Done."));
	person_sign_in(r, &s->ann);
	good(s, case_looks(r, &s->shelf, &s->ann, number, &x));
	assert_int_equal(x.state, CASE_CLOSED);
}

/* However many cases of others wait, and for however long: what goes to officers alone stands in their list. */
static void
not_crowded_out(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	struct case_seen x;
	int64_t number;
	bool found;

	rig_begin_hand(r);
	for (int i = 0; i < CASES_LISTED; i++) {
		struct case_row c = { .kind = CASE_CERTIFICATE };

		assert_true(case_add(&r->keeper, &c, rig_now(r), &r->err));
	}
	rig_end_hand(r);
	good(s, case_opens(r, &s->shelf, &s->ann, CASE_REPORT, false, CASE_AGAINST_SUPPORT, "", "Staff looked for no reason.", &number));
	desk_lists(r, &s->olu, number, &x, &found);
	assert_true(found);
}

/* ---- seats ---- */

static void
terms(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	struct rig_mail m;

	rig_later(r, 300 * 86400);
	rig_sweep(r);
	assert_int_not_equal(person_roles(r, &s->sue) & 1u << ROLE_SUPPORT, 0);
	while (rig_mail(r, &m))
		continue;
	rig_later(r, 40 * 86400);
	rig_sweep(r);
	assert_true(mailed(s, MAIL_ROLE_ENDS, "sue", &m));
	assert_string_equal(m.object, "support");
	rig_sweep(r);
	assert_false(mailed(s, MAIL_ROLE_ENDS, "sue", &m));
	rig_later(r, 30 * 86400);
	rig_sweep(r);
	assert_int_equal(person_roles(r, &s->sue) & 1u << ROLE_SUPPORT, 0);
	assert_int_equal(person_roles(r, &s->olu) & 1u << ROLE_OFFICER, 0);
	assert_true(mailed(s, MAIL_ROLE, "sue", &m));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(members_case), TEST(closed_and_open_again), TEST(visitors_case), TEST(fields_opened), TEST(birth_dates), TEST(asked_first), TEST(finding),
		TEST(few_searches), TEST(reports_about_staff), TEST(ties), TEST(no_staff_no_desk), TEST(deadlines),
		TEST(certificate_problem), TEST(skeleton),
		TEST(nobody_holds_a_case), TEST(room_for_the_last_word), TEST(not_crowded_out), TEST(terms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
