/* tests/unit/test_name_change.c - a vouched name or birth date changes by a case and two officers: who sees what, when, and what makes it lapse. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/decision.h"
#include "privacy/keeper/doctor.h"
#include "tests/unit/case_rig.h"
#include "tests/unit/name_rig.h"
#include "tests/unit/office_rig.h"

struct scene { struct rig rig; struct shelf shelf; struct person officer[OFFICERS], ann, ben, cleo, sue; int64_t number; uint8_t index; };

static void
good(const struct scene *s, bool did)
{
	if (!did)
		fail_msg("refused: %d/%u %s", s->rig.err.kind, s->rig.err.why, s->rig.err.text);
}

/* Ann, for whom Ben and Cleo vouched, entered a new name and opened a case, which Sue works on. */
static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", NULL });
	office_open(&s->rig, s->officer);
	person_make(&s->rig, &s->ann, "ann", "Ann", "Briain", "1984-02-29", NULL);
	person_assurer(&s->rig, &s->ben, "ben", "Ben", "Adeyemi");
	person_assurer(&s->rig, &s->cleo, "cleo", "Cleo", "Marin");
	person_make(&s->rig, &s->sue, "sue", "Sue", "Staff", NULL, NULL);
	case_staff(&s->rig, &s->sue, ROLE_SUPPORT);
	word_plant(&s->rig, &s->ben, &s->ann, 35, 1, false);
	word_plant(&s->rig, &s->cleo, &s->ann, 35, 1, false);
	person_refresh(&s->rig, &s->ann);
	person_sign_in(&s->rig, &s->ann);
	good(s, name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_MARRIED, "Ann", "Zwirbel", &s->index));
	good(s, case_opens(&s->rig, &s->shelf, &s->ann, CASE_NAME_CHANGE, false, 0, "", "I have married", &s->number));
	good(s, desk_takes(&s->rig, &s->sue, s->number));
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

static bool
say(struct scene *s, struct person *p, int64_t number, unsigned what, unsigned from, unsigned to)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_i64(&in, number);
	pack_u8(&in, what);
	pack_u8(&in, from);
	pack_u8(&in, to);
	return rig_ask(&s->rig, KEEPER_NAME_CHANGE_SAY, &in, &out);
}

static bool
ask(struct scene *s, struct person *p, const char *reason, int64_t *id)
{
	DROP(buf_wipe) struct buf in = {0};

	pack_i64(&in, s->number);
	pack_text(&in, reason);
	return office_asks(&s->rig, p, KEEPER_NAME_CHANGE_ASK, &in, id);
}

static bool
shows(const struct buf *out, const char *text)
{
	return memmem(out->data, out->len, text, strlen(text)) != NULL;
}

/* Asked for, and open. */
static int64_t
asked(struct scene *s)
{
	int64_t id = 0;

	good(s, say(s, &s->ann, s->number, LINK_NAME, 0, s->index));
	good(s, ask(s, &s->sue, "the deed of marriage, seen by post", &id));
	return id;
}

static void
two_officers_agree_and_the_new_name_has_the_points(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	struct named_all names;
	struct case_seen seen;
	struct rig_mail mail;
	char said[256];
	unsigned is;
	int64_t id = asked(s);

	good(s, case_looks(&s->rig, &s->shelf, &s->ann, s->number, &seen));
	assert_int_equal(seen.change.decision, id);
	assert_int_equal(seen.change.state, DECISION_OPEN);
	good(s, office_looks(&s->rig, &s->officer[0], id, &out));
	assert_true(shows(&out, "Ann Briain") && shows(&out, "Ann Zwirbel"));
	rig_said(&s->rig, &s->ann, PURPOSE_NAME_CHANGE, said);
	assert_non_null(strstr(said, "old and new value were seen"));
	good(s, office_votes(&s->rig, &s->officer[0], id, true, &is));
	assert_int_equal(is, DECISION_OPEN);
	person_names(&s->rig, &s->ann, &names);
	assert_non_null(named_of(&names, 0));
	good(s, office_votes(&s->rig, &s->officer[1], id, true, &is));
	assert_int_equal(is, DECISION_AGREED);
	person_sign_in(&s->rig, &s->ann);
	person_names(&s->rig, &s->ann, &names);
	assert_null(named_of(&names, 0));
	assert_true(named_of(&names, s->index)->first);
	assert_int_equal(named_of(&names, s->index)->points, 70);
	/* decided: nobody sees both any more, and each of her addresses was told */
	good(s, office_looks(&s->rig, &s->officer[2], id, &out));
	assert_false(shows(&out, "Briain") || shows(&out, "Zwirbel"));
	assert_true(office_mailed(&s->rig, MAIL_DECIDED, "ann", &mail));
	assert_string_equal(mail.object, "your name or birth date was replaced");
	good(s, case_looks(&s->rig, &s->shelf, &s->ann, s->number, &seen));
	assert_int_equal(seen.change.state, DECISION_AGREED);
	assert_true(seen.change.yes == 2 && seen.change.no == 0);
}

static void
old_and_new_birth_date_are_readable_once_it_is_decided(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	unsigned is;
	int64_t id = 0, all;
	struct span a;

	person_fresh(&s->rig, &s->ann);
	good(s, birth_propose(&s->rig, &s->ann, "1984-03-01"));
	good(s, say(s, &s->ann, s->number, LINK_BIRTH, 0, 0));
	good(s, ask(s, &s->sue, "the certificate of birth", &id));
	good(s, office_looks(&s->rig, &s->officer[2], id, &out));
	assert_true(shows(&out, "1984-02-29") && shows(&out, "1984-03-01"));
	good(s, office_votes(&s->rig, &s->officer[2], id, true, &is));
	good(s, office_votes(&s->rig, &s->officer[1], id, true, &is));
	person_sign_in(&s->rig, &s->ann);
	person_fresh(&s->rig, &s->ann);
	rig_begin(&in, s->ann.token);
	pack_i64(&in, 0);
	pack_u32(&in, 50);
	assert_true(rig_ask(&s->rig, KEEPER_HISTORY, &in, &out));
	a = span_buf(&out);
	rig_block(&a, &b);
	all = unpack_i64(&a);
	for (int64_t place = all; place > 0; place--) {
		buf_reset(&in);
		rig_begin(&in, s->ann.token);
		pack_i64(&in, place);
		assert_true(rig_ask(&s->rig, KEEPER_HISTORY_ENTRY, &in, &out));
		if (shows(&out, "1984-02-29") && shows(&out, "1984-03-01"))
			return;
	}
	fail_msg("no line holds both");
}

static void
a_refused_change_leaves_everything(void **state)
{
	struct scene *s = *state;
	struct named_all names;
	struct rig_mail mail;
	unsigned is;
	int64_t id = asked(s);

	good(s, office_votes(&s->rig, &s->officer[0], id, false, &is));
	good(s, office_votes(&s->rig, &s->officer[1], id, false, &is));
	assert_int_equal(is, DECISION_REFUSED);
	person_names(&s->rig, &s->ann, &names);
	assert_true(named_of(&names, 0)->first && named_of(&names, 0)->vouched);
	assert_true(office_mailed(&s->rig, MAIL_DECIDED, "ann", &mail));
	/* and can be asked for again */
	good(s, ask(s, &s->sue, "a better copy came", &id));
}

/* Who has a tie to her, who asked, she herself: no vote, and no look at the names. */
static void
who_is_concerned_sees_and_decides_nothing(void **state)
{
	struct scene *s = *state;
	struct person *const tied[] = { &s->ben, &s->ann, &s->sue };
	int64_t id = asked(s);

	for (size_t i = 0; i < COUNT(tied); i++) {
		DROP(buf_wipe) struct buf out = {0};
		unsigned is;

		case_staff(&s->rig, tied[i], ROLE_OFFICER);
		good(s, office_looks(&s->rig, tied[i], id, &out));
		assert_false(shows(&out, "Briain") || shows(&out, "Zwirbel"));
		office_refused(&s->rig, office_votes(&s->rig, tied[i], id, true, &is), ERR_DENIED, WHY_DECISION_OWN);
	}
}

/* Where one officer alone is free the others may object to the notice; a tie is a tie: they see neither value, before nor after. */
static void
who_may_only_object_sees_no_value(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	int64_t id = asked(s);
	unsigned is;

	for (int i = 0; i < 2; i++)
		word_plant(&s->rig, &s->officer[i], &s->ann, 5, 1, false);
	good(s, office_votes(&s->rig, &s->officer[2], id, true, &is));
	assert_int_equal(is, DECISION_OPEN);
	good(s, office_looks(&s->rig, &s->officer[0], id, &out));
	assert_false(shows(&out, "Briain") || shows(&out, "Zwirbel"));
	good(s, office_votes(&s->rig, &s->officer[0], id, false, &is));
	buf_reset(&out);
	good(s, office_looks(&s->rig, &s->officer[0], id, &out));
	assert_false(shows(&out, "Briain") || shows(&out, "Zwirbel"));
	buf_reset(&out);
	good(s, office_looks(&s->rig, &s->officer[2], id, &out));
	assert_true(shows(&out, "Briain") && shows(&out, "Zwirbel"));
}

static unsigned
state_of(struct scene *s, int64_t id)
{
	struct decision d;

	rig_begin_hand(&s->rig);
	good(s, decision_get(&s->rig.keeper, id, &d, &s->rig.err));
	rig_end_hand(&s->rig);
	return d.state;
}

/* What was being decided about is not what it was: nobody may agree to it. */
static void
another_text_ends_the_decision(void **state)
{
	struct scene *s = *state;
	unsigned is;
	int64_t id = asked(s);

	good(s, office_votes(&s->rig, &s->officer[0], id, true, &is));
	good(s, name_put(&s->rig, &s->ann, s->index, NAME_SORT_MARRIED, "Ann", "Other", NULL));
	assert_int_equal(state_of(s, id), DECISION_LAPSED);
	office_refused(&s->rig, office_votes(&s->rig, &s->officer[1], id, true, &is), ERR_CONFLICT, WHY_DECISION_DONE);
	good(s, ask(s, &s->sue, "with the name as it is spelled", &id));
	/* said otherwise, taken back, or the case closed */
	good(s, say(s, &s->ann, s->number, LINK_NAME, 0, s->index));
	assert_int_equal(state_of(s, id), DECISION_LAPSED);
	good(s, ask(s, &s->sue, "once more", &id));
	good(s, say(s, &s->ann, s->number, LINK_NONE, 0, 0));
	assert_int_equal(state_of(s, id), DECISION_LAPSED);
	id = asked(s);
	good(s, desk_writes(&s->rig, &s->shelf, &s->sue, KEEPER_DESK_CLOSE, s->number, CASE_WITHDRAWN, "as you wished"));
	assert_int_equal(state_of(s, id), DECISION_LAPSED);
}

static int
by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* However many cases of this kind somebody had. */
static void
another_text_ends_the_decision_of_the_last_of_many_cases(void **state)
{
	struct scene *s = *state;
	int64_t number[CASES_OWN + 1] = { s->number }, id;

	good(s, say(s, &s->ann, s->number, LINK_NAME, 0, s->index));
	for (size_t i = 1; i < COUNT(number); i++) {
		if (i == CASES_OWN) {	/* no more may be open: one is closed */
			qsort(number, i, sizeof(number[0]), by_number);
			if (number[0] != s->number)
				good(s, desk_takes(&s->rig, &s->sue, number[0]));
			good(s, desk_writes(&s->rig, &s->shelf, &s->sue, KEEPER_DESK_CLOSE, number[0], CASE_WITHDRAWN, "as you wished"));
		}
		good(s, case_opens(&s->rig, &s->shelf, &s->ann, CASE_NAME_CHANGE, false, 0, "", "once more", &number[i]));
		good(s, say(s, &s->ann, number[i], LINK_NAME, 0, s->index));
	}
	qsort(number, COUNT(number), sizeof(number[0]), by_number);
	if (number[CASES_OWN] != s->number)
		good(s, desk_takes(&s->rig, &s->sue, number[CASES_OWN]));
	s->number = number[CASES_OWN];
	id = asked(s);
	good(s, name_put(&s->rig, &s->ann, s->index, NAME_SORT_MARRIED, "Ann", "Other", NULL));
	assert_int_equal(state_of(s, id), DECISION_LAPSED);
}

static void
what_does_not_fit_is_refused(void **state)
{
	struct scene *s = *state;
	int64_t id, other;
	unsigned is;

	office_refused(&s->rig, ask(s, &s->sue, "nothing was said yet", &id), ERR_CONFLICT, WHY_NAME_CHANGE_NONE);
	office_refused(&s->rig, say(s, &s->ann, s->number, LINK_NAME, s->index, 0), ERR_CONFLICT, WHY_NAME_CHANGE);
	office_refused(&s->rig, say(s, &s->ann, s->number, LINK_NAME, 0, 0), ERR_CONFLICT, WHY_NAME_CHANGE);
	office_refused(&s->rig, say(s, &s->ann, s->number, LINK_NAME, 0, 15), ERR_CONFLICT, WHY_NAME_CHANGE);
	office_refused(&s->rig, say(s, &s->ann, s->number, LINK_BIRTH, 0, 0), ERR_CONFLICT, WHY_NAME_CHANGE);
	office_refused(&s->rig, say(s, &s->ann, s->number, 9, 0, 0), ERR_CONFLICT, WHY_NAME_CHANGE);
	office_refused(&s->rig, say(s, &s->ben, s->number, LINK_NAME, 0, s->index), ERR_ABSENT, WHY_CASE_ABSENT);
	good(s, case_opens(&s->rig, &s->shelf, &s->ann, CASE_COMPLAINT, false, 0, "", "it takes long", &other));
	office_refused(&s->rig, say(s, &s->ann, other, LINK_NAME, 0, s->index), ERR_ABSENT, WHY_CASE_ABSENT);
	id = asked(s);
	office_refused(&s->rig, ask(s, &s->sue, "twice", &id), ERR_CONFLICT, WHY_DECISION_DONE);
	office_refused(&s->rig, ask(s, &s->officer[0], "not staff", &id), ERR_ABSENT, WHY_CASE_ABSENT);
	office_refused(&s->rig, ask(s, &s->sue, "", &id), ERR_INPUT, WHY_WORDS);
	/* an assurer linked it meanwhile: the decision is over */
	good(s, office_votes(&s->rig, &s->officer[0], id = 1, true, &is));
	good(s, name_do(&s->rig, &s->ann, KEEPER_NAME_ERASE, 0));
	office_refused(&s->rig, office_votes(&s->rig, &s->officer[1], id, true, &is), ERR_CONFLICT, WHY_DECISION_DONE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(two_officers_agree_and_the_new_name_has_the_points), TEST(old_and_new_birth_date_are_readable_once_it_is_decided),
		TEST(a_refused_change_leaves_everything), TEST(who_is_concerned_sees_and_decides_nothing),
		TEST(who_may_only_object_sees_no_value), TEST(another_text_ends_the_decision),
		TEST(another_text_ends_the_decision_of_the_last_of_many_cases), TEST(what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
