/* tests/unit/test_telling.c - a field opened for a report: told at once, or later where two officers said so; and always told. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/role.h"
#include "privacy/facts/setting.h"
#include "privacy/facts/telling.h"
#include "privacy/keeper/doctor.h"
#include "privacy/rights/restored.h"
#include "privacy/vault/key.h"
#include "tests/unit/case_rig.h"
#include "tests/unit/name_rig.h"
#include "tests/unit/office_rig.h"

struct scene { struct rig rig; struct shelf shelf; struct person officer[OFFICERS], ann, ben, sue, sam; };

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", NULL });
	office_open(&s->rig, s->officer);
	person_make(&s->rig, &s->ann, "ann", "Ann", "Briain", "1984-02-29", NULL);
	person_make(&s->rig, &s->ben, "ben", "Ben", "Berg", NULL, NULL);
	person_make(&s->rig, &s->sue, "sue", "Sue", "Staff", NULL, NULL);
	person_make(&s->rig, &s->sam, "sam", "Sam", "Second", NULL, NULL);
	case_staff(&s->rig, &s->sue, ROLE_SUPPORT);
	case_staff(&s->rig, &s->sam, ROLE_SUPPORT);
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;
	struct vault_sums sums;

	rig_healthy(&s->rig);
	vault_summed(s->rig.keeper.vault, &sums);	/* each opening stands in an entry, whoever it is about */
	assert_int_equal(sums.opened, sums.told);
	shelf_wipe(&s->shelf);
	rig_drop(&s->rig);
	free(s);
	return 0;
}

static void
good(const struct scene *s, bool did)
{
	if (!did)
		fail_msg("refused: %d/%u %s", s->rig.err.kind, s->rig.err.why, s->rig.err.text);
}

/* ---- steps ---- */

/* Ben reports somebody; Sue takes it. */
static int64_t
report(struct scene *s)
{
	int64_t number;

	person_sign_in(&s->rig, &s->ben);
	good(s, case_opens(&s->rig, &s->shelf, &s->ben, CASE_REPORT, false, CASE_AGAINST_ASSURER, "", "Somebody sold points.", &number));
	person_sign_in(&s->rig, &s->sue);
	good(s, desk_takes(&s->rig, &s->sue, number));
	return number;
}

static void
find(struct scene *s, int64_t number, const struct person *whom)
{
	bool found;

	good(s, desk_finds(&s->rig, &s->sue, number, CASE_FIND_ADDRESS, whom->address, &found));
	assert_true(found);
}

static bool
ask(struct scene *s, struct person *p, int64_t number, int64_t days, const char *reason, int64_t *decision)
{
	DROP(buf_wipe) struct buf in = {0};

	pack_i64(&in, number);
	pack_i64(&in, days);
	pack_text(&in, reason);
	return office_asks(&s->rig, p, KEEPER_TELLING_ASK, &in, decision);
}

static void
vote(struct scene *s, int64_t decision, bool yes, int64_t wanted)
{
	unsigned is = 0;

	for (int i = 0; i < 2; i++) {
		person_sign_in(&s->rig, &s->officer[i]);
		good(s, office_votes(&s->rig, &s->officer[i], decision, yes, &is));
	}
	assert_int_equal(is, wanted);
}

/* A report about Ann in Sue's hands, of which she is told later. */
static int64_t
delayed(struct scene *s, int64_t days)
{
	int64_t number = report(s), decision;

	find(s, number, &s->ann);
	good(s, ask(s, &s->sue, number, days, "she would warn the others", &decision));
	vote(s, decision, true, DECISION_AGREED);
	return number;
}

static void
open_field(struct scene *s, int64_t number, enum field f, const char *reason)
{
	bool asked = true;

	good(s, desk_opens(&s->rig, &s->sue, number, f, reason, &asked));
	assert_false(asked);
}

/* Lines of somebody's history. */
static int64_t
lines(struct scene *s, const struct person *p)
{
	struct trail t;

	assert_true(trail_load(&s->rig.keeper, &p->owner, &t, &s->rig.err));
	return t.entries;
}

static void
newest(struct scene *s, const struct owner *o, struct trail_entry *x)
{
	struct trail t;

	assert_true(trail_load(&s->rig.keeper, o, &t, &s->rig.err));
	assert_true(trail_find(&s->rig.keeper, o, t.entries - 1, x, &s->rig.err));
}

static void
no_mail_about_it(struct scene *s)
{
	struct rig_mail m;

	while (rig_mail(&s->rig, &m))
		assert_true(m.kind != MAIL_CASE_FIELD && m.kind != MAIL_FIELD_LATER);
}

/* How many a security notice to those whose address staff opened would meet. */
static int64_t
met(struct scene *s, enum field f, unsigned role, int64_t since, int64_t until)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t id = 0, found = 0;
	bool done = false;

	for (unsigned what = 2; !done; what = 1) {	/* count; then go on */
		struct span a;

		buf_reset(&in);
		pack_u8(&in, what);
		pack_i64(&in, id);
		pack_text(&in, "");
		pack_i64(&in, what == 1 ? 0 : (int64_t)FIELD_BIT(f));
		pack_u8(&in, role);
		pack_i64(&in, since);
		pack_i64(&in, until);
		good(s, rig_ask_as(&s->rig, KEEPER_PEER_CONTROL, KEEPER_ANNOUNCE, &in, &out));
		a = span_buf(&out);
		id = unpack_i64(&a);
		unpack_i64(&a);
		found = unpack_i64(&a);
		unpack_i64(&a);
		done = unpack_u8(&a) != 0;
	}
	return found;
}

struct telling_seen { int64_t decision, number, asked_at, openings, days, since, until, ended; unsigned state; };

/* The decision that stands first in an officer's list of them. */
static int64_t
first_listed(struct scene *s, struct person *officer)
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct span a;

	person_sign_in(&s->rig, officer);
	good(s, rig_look(&s->rig, KEEPER_DECISIONS, officer->token, &out, &b));
	a = span_buf(&out);
	rig_block(&a, &b);
	assert_true(unpack_u32(&a) > 0);
	return unpack_i64(&a);
}

/* How many the officer's list shows; the newest of them. */
static uint32_t
listed(struct scene *s, struct person *officer, struct telling_seen *one)
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct span a;
	uint32_t n;

	person_sign_in(&s->rig, officer);
	good(s, rig_look(&s->rig, KEEPER_TELLINGS, officer->token, &out, &b));
	a = span_buf(&out);
	rig_block(&a, &b);
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n; i++) {
		struct telling_seen t = { .decision = unpack_i64(&a) };

		t.number = unpack_i64(&a);
		t.asked_at = unpack_i64(&a);
		t.openings = unpack_i64(&a);
		t.state = unpack_u8(&a);
		t.days = unpack_i64(&a);
		t.since = unpack_i64(&a);
		t.until = unpack_i64(&a);
		t.ended = unpack_i64(&a);
		if (i == 0)
			*one = t;
	}
	assert_true(unpack_end(&a, "tellings", NULL));
	return n;
}

static void
erase_ask(struct scene *s, struct person *p)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	person_sign_in(&s->rig, p);
	person_fresh(&s->rig, p);
	rig_begin(&in, p->token);
	good(s, rig_ask(&s->rig, KEEPER_ERASE_ASK, &in, &out));
}

/* Its 72 hours are over; the clerk drives it to its end. */
static void
erase_run(struct scene *s)
{
	DROP(buf_wipe) struct buf out = {0};

	rig_later(&s->rig, 3 * DAY + 1);
	for (int i = 0; i < 20; i++)
		good(s, rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_ERASE_RUN, NULL, &out));
}

/* In force now, and how often what; each opening counts once, on the day it was made. */
static int64_t
report_counts(struct scene *s, uint32_t what, int64_t *live)
{
	DROP(buf_wipe) struct buf out = {0};
	int64_t sum = 0;
	struct span a;

	good(s, rig_ask(&s->rig, KEEPER_REPORT, NULL, &out));
	a = span_buf(&out);
	unpack_i64(&a);
	*live = unpack_i64(&a);
	unpack_i64(&a);
	for (uint32_t n = unpack_u32(&a); n > 0; n--) {
		uint32_t is = unpack_u32(&a);

		unpack_i64(&a);
		sum += is == what ? unpack_i64(&a) : 0 * unpack_i64(&a);
	}
	assert_true(unpack_end(&a, "report", NULL));
	return sum;
}

/* ---- told at once ---- */

static void
told_at_once(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t number = report(s), before;
	struct case_seen x;
	struct rig_mail m;
	char said[256];
	bool asked;

	rig_begin_hand(r);
	assert_true(setting_put(&r->keeper, s->ann.owner.number, SETTING_ASK_FIRST, 1, &r->err));
	rig_end_hand(r);
	office_refused(r, desk_opens(r, &s->sue, number, FIELD_GIVEN, "who is it", &asked), ERR_CONFLICT, WHY_CASE_MEMBER);
	/* Who reported is found like anybody else, so that nobody learns by it who that was. */
	find(s, number, &s->ben);
	before = lines(s, &s->ann);
	find(s, number, &s->ann);
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	assert_int_equal(x.what & CASE_LINKED, CASE_LINKED);
	assert_int_equal(lines(s, &s->ann), before);	/* nothing of hers is open yet */
	person_sign_in(r, &s->ben);
	good(s, case_looks(r, &s->shelf, &s->ben, number, &x));
	assert_int_equal(x.what & (CASE_LINKED | CASE_FOUND), 0);
	person_sign_in(r, &s->sue);
	office_refused(r, desk_opens(r, &s->sue, number, FIELD_BIRTH, "to be sure", &asked), ERR_DENIED, WHY_CASE_FIELD);
	office_refused(r, desk_opens(r, &s->sue, number, FIELD_NATIONALITY, "to be sure", &asked), ERR_DENIED, WHY_CASE_FIELD);
	/* She wants to be asked first; a report does not wait for that. */
	open_field(s, number, FIELD_FAMILY, "compared with the report");
	assert_true(office_mailed(r, MAIL_CASE_FIELD, "ann", &m));
	assert_string_equal(m.object, "family name");
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	person_sign_in(r, &s->ann);
	rig_said(r, &s->ann, PURPOSE_CASE_FRAUD, said);
	assert_non_null(strstr(said, "family name: compared with the report"));
	rig_said(r, &s->ann, PURPOSE_CASE_WORK, said);
	assert_non_null(strstr(said, ": read"));
	office_sweep(r);
	rig_said(r, &s->ann, PURPOSE_CASE_FIND, said);
	assert_non_null(strstr(said, "found whom it concerns, on 2026-11-"));
	no_mail_about_it(s);
}

/* The wrong one was found, and a field of theirs opened: nothing of the right one is open by that, and both are told. */
static void
found_anew(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t number = report(s);
	struct case_seen x;
	char said[256];

	find(s, number, &s->ann);
	open_field(s, number, FIELD_FAMILY, "compared with the report");
	person_make(r, &s->ben, "dee", "Dee", "Dorn", NULL, NULL);
	find(s, number, &s->ben);
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &x));
	for (unsigned i = 0; i < x.fields; i++)
		assert_string_equal(x.field[i].value, "");
	office_sweep(r);
	person_sign_in(r, &s->ann);
	rig_said(r, &s->ann, PURPOSE_CASE_FIND, said);
	assert_non_null(strstr(said, "found whom it concerns"));
	rig_later(r, TELLING_FOUND);
	office_sweep(r);
	person_sign_in(r, &s->ben);
	rig_said(r, &s->ben, PURPOSE_CASE_FIND, said);
	assert_non_null(strstr(said, "found whom it concerns"));
}

/* It came by mail, signed by Dee, and was sorted: she is not whom it concerns, and whom it concerns can be found. */
static void
reported_by_signed_mail(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t number = report(s);
	struct person dee = {0};
	struct case_row c;
	bool found;

	person_make(r, &dee, "dee", "Dee", "Dorn", NULL, NULL);
	rig_begin_hand(r);
	assert_true(case_get(&r->keeper, number, &c, &r->err));
	c.flags |= CASE_MAILED | CASE_SIGNED;
	c.about = dee.owner.number;
	c.officers = true;
	c.staff = 0;
	assert_true(case_set(&r->keeper, &c, &r->err));
	rig_end_hand(r);
	person_sign_in(r, &s->officer[0]);
	good(s, desk_takes(r, &s->officer[0], number));
	good(s, desk_finds(r, &s->officer[0], number, CASE_FIND_ADDRESS, s->ann.address, &found));
	assert_true(found);
	/* Of officers' reports whom it concerns stays: of anybody else it is not even said whether they are a member. */
	good(s, desk_finds(r, &s->officer[0], number, CASE_FIND_ADDRESS, dee.address, &found));
	assert_false(found);
	good(s, desk_finds(r, &s->officer[0], number, CASE_FIND_ADDRESS, "nobody@example.org", &found));
	assert_false(found);
}

/* The wrong one was found first: telling the right one is delayed, and the wrong one waits no longer for that. */
static void
found_wrongly_before(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t number = report(s), decision;
	struct person dee = {0};
	char said[256];

	person_make(r, &dee, "dee", "Dee", "Dorn", NULL, NULL);
	find(s, number, &dee);
	find(s, number, &s->ann);
	good(s, ask(s, &s->sue, number, 30, "she would warn the others", &decision));
	vote(s, decision, true, DECISION_AGREED);
	rig_later(r, TELLING_FOUND);
	office_sweep(r);
	person_sign_in(r, &s->ann);
	rig_said(r, &s->ann, PURPOSE_CASE_FIND, said);
	assert_string_equal(said, "");
	person_sign_in(r, &dee);
	rig_said(r, &dee, PURPOSE_CASE_FIND, said);
	assert_non_null(strstr(said, "found whom it concerns"));
}

/* Nothing was opened: told a week later all the same, or with the case's end. */
static void
a_finding_is_told(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t number = report(s);
	char said[256];

	find(s, number, &s->ann);
	rig_later(r, TELLING_FOUND - 1);
	office_sweep(r);
	person_sign_in(r, &s->ann);
	rig_said(r, &s->ann, PURPOSE_CASE_FIND, said);
	assert_string_equal(said, "");
	rig_later(r, 1);
	office_sweep(r);
	rig_said(r, &s->ann, PURPOSE_CASE_FIND, said);
	assert_non_null(strstr(said, "found whom it concerns"));
	number = report(s);
	find(s, number, &s->sam);	/* of staff: officers have it now */
	office_refused(r, desk_takes(r, &s->sue, number), ERR_ABSENT, WHY_CASE_ABSENT);
	person_sign_in(r, &s->sam);
	office_refused(r, desk_takes(r, &s->sam, number), ERR_ABSENT, WHY_CASE_ABSENT);
	person_sign_in(r, &s->officer[0]);
	good(s, desk_takes(r, &s->officer[0], number));
	good(s, desk_writes(r, &s->shelf, &s->officer[0], KEEPER_DESK_CLOSE, number, CASE_REFUSED, "It was nothing."));
	office_sweep(r);
	person_sign_in(r, &s->sam);
	rig_said(r, &s->sam, PURPOSE_CASE_FIND, said);
	assert_non_null(strstr(said, "found whom it concerns"));
}

/* ---- asking ---- */

static void
asking(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t number = report(s), other, decision;
	char long_reason[REASON_TEXT + 8];
	const struct row { int64_t days; const char *reason; enum err_kind kind; uint32_t why; } wrong[] = {
		{ 0, "she would warn the others", ERR_INPUT, WHY_TELLING },
		{ -1, "she would warn the others", ERR_INPUT, WHY_TELLING },
		{ TELLING_DAYS_MOST + 1, "she would warn the others", ERR_INPUT, WHY_TELLING },
		{ INT64_MAX, "she would warn the others", ERR_INPUT, WHY_TELLING },
		{ 14, "", ERR_INPUT, WHY_WORDS },
		{ 14, long_reason, ERR_INPUT, WHY_FIELD_LONG },
	};
	bool found;

	memset(long_reason, 'x', sizeof(long_reason) - 1);
	long_reason[sizeof(long_reason) - 1] = '\0';
	office_refused(r, ask(s, &s->sue, number, 14, "she would warn", &decision), ERR_CONFLICT, WHY_CASE_MEMBER);
	find(s, number, &s->ann);
	for (size_t i = 0; i < COUNT(wrong); i++)
		office_refused(r, ask(s, &s->sue, number, wrong[i].days, wrong[i].reason, &decision), wrong[i].kind, wrong[i].why);
	office_refused(r, ask(s, &s->sam, number, 14, "she would warn", &decision), ERR_DENIED, WHY_CASE_NOT_TAKEN);
	person_sign_in(r, &s->ann);
	good(s, case_opens(r, &s->shelf, &s->ann, CASE_COMPLAINT, false, 0, "", "It took long.", &other));
	good(s, desk_takes(r, &s->sue, other));
	office_refused(r, ask(s, &s->sue, other, 14, "she would warn", &decision), ERR_DENIED, WHY_CASE_FIELD);
	good(s, ask(s, &s->sue, number, TELLING_DAYS_MOST, "she would warn", &decision));
	office_refused(r, ask(s, &s->sue, number, 1, "once more", &decision), ERR_CONFLICT, WHY_DECISION_DONE);
	/* Whom it concerns stays, now that officers are asked about one. */
	office_refused(r, desk_finds(r, &s->sue, number, CASE_FIND_ADDRESS, s->sam.address, &found), ERR_CONFLICT, WHY_TELLING_CASE);
	/* Until they agree, it is told at once; agreed, no earlier opening becomes untold. */
	open_field(s, number, FIELD_GIVEN, "could not wait");
	assert_int_equal(met(s, FIELD_GIVEN, ACTOR_SUPPORT, rig_now(r) - DAY, rig_now(r)), 1);
	vote(s, decision, false, DECISION_REFUSED);
	office_refused(r, ask(s, &s->sue, number, 1, "again", &decision), ERR_CONFLICT, WHY_DECISION_DONE);
}

/* ---- deciding ---- */

/* Of how many decisions an officer's home says that they wait. */
static int64_t
unvoted(struct scene *s, const struct person *officer)
{
	int64_t n = -1;

	assert_true(decision_unvoted(&s->rig.keeper, officer->owner.number, &n, &s->rig.err));
	return n;
}

/* One that everybody may see; its number. */
static int64_t
exclusion_asked(struct scene *s, struct person *officer, const struct person *whom)
{
	DROP(buf_wipe) struct buf in = {0};
	int64_t id;

	pack_text(&in, whom->address);
	pack_text(&in, "lent out a key");
	person_sign_in(&s->rig, officer);
	good(s, office_asks(&s->rig, officer, KEEPER_EXCLUDE_ASK, &in, &id));
	return id;
}

/* Two who did not ask and have no tie; whom it is about finds nothing, and one alone is never enough. */
static void
who_decides(void **state)
{
	DROP(buf_wipe) struct buf out = {0};
	struct scene *s = *state;
	struct rig *r = &s->rig;
	struct person asa = {0};
	struct telling_seen t = {0};
	int64_t number, decision;
	int64_t before;
	unsigned is = 0;
	bool found;

	before = exclusion_asked(s, &s->officer[0], &s->sam);
	person_assurer(r, &asa, "asa", "Asa", "Adeyemi");
	case_staff(r, &asa, ROLE_OFFICER);
	good(s, meet_whole(r, &asa, &s->ann, "Ann Briain", "1984-02-29", 10));
	/* Officer 0 is reported; officer 1 works on it, and asks. */
	person_sign_in(r, &s->ann);
	good(s, case_opens(r, &s->shelf, &s->ann, CASE_REPORT, false, CASE_AGAINST_OFFICER, "", "A vote was sold.", &number));
	person_sign_in(r, &s->officer[1]);
	good(s, desk_takes(r, &s->officer[1], number));
	good(s, desk_finds(r, &s->officer[1], number, CASE_FIND_ADDRESS, s->officer[0].address, &found));
	assert_true(found);
	good(s, ask(s, &s->officer[1], number, 3, "he would warn the buyer", &decision));
	person_sign_in(r, &s->officer[0]);
	office_refused(r, office_looks(r, &s->officer[0], decision, &out), ERR_ABSENT, WHY_NONE);
	office_refused(r, office_votes(r, &s->officer[0], decision, false, &is), ERR_ABSENT, WHY_NONE);
	assert_int_equal(listed(s, &s->officer[0], &t), 0);
	/* Neither what waits nor a number that is missing tells officer 0 of it. */
	assert_int_equal(unvoted(s, &s->officer[0]), 0);
	assert_int_equal(unvoted(s, &s->officer[1]), 1);	/* the exclusion that officer 0 asked for */
	assert_int_equal(unvoted(s, &s->officer[2]), 2);
	assert_true(decision >= CASE_NUMBER_LEAST + (int64_t)CASE_NUMBER_SPAN);
	rig_later(r, 1);
	assert_int_equal(exclusion_asked(s, &s->officer[0], &s->ben), before + 1);
	/* The newest stands first, whatever its number. */
	assert_int_equal(first_listed(s, &s->officer[2]), before + 1);
	office_refused(r, office_votes(r, &s->officer[1], decision, true, &is), ERR_DENIED, WHY_DECISION_OWN);
	assert_int_equal(listed(s, &s->officer[2], &t), 1);
	assert_int_equal(t.state, DECISION_OPEN);
	good(s, office_looks(r, &s->officer[2], decision, &out));
	good(s, office_votes(r, &s->officer[2], decision, true, &is));
	assert_int_equal(is, DECISION_OPEN);
	/* Asa vouched for who reported; and no notice of seven days stands in for the second. */
	person_sign_in(r, &asa);
	office_refused(r, office_votes(r, &asa, decision, true, &is), ERR_DENIED, WHY_DECISION_OWN);
	rig_later(r, 8 * 86400);
	office_sweep(r);
	assert_int_equal(listed(s, &s->officer[2], &t), 1);
	assert_int_equal(t.state, DECISION_OPEN);
	assert_int_equal(t.since, 0);
	/* Undecided for thirty days it lapses. */
	rig_later(r, 23 * 86400);
	office_sweep(r);
	listed(s, &s->officer[2], &t);
	assert_int_equal(t.state, DECISION_LAPSED);
}

/* The first two make it so; a third who comes at the same time is told.  A case that is closed asks for nothing any more. */
static void
two_at_once_and_a_case_that_ends(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t number = report(s), decision;
	struct telling_seen t = {0};
	unsigned is = 0;

	find(s, number, &s->ann);
	good(s, ask(s, &s->sue, number, 5, "she would warn", &decision));
	vote(s, decision, true, DECISION_AGREED);
	person_sign_in(r, &s->officer[2]);
	office_refused(r, office_votes(r, &s->officer[2], decision, true, &is), ERR_CONFLICT, WHY_DECISION_DONE);
	number = report(s);
	find(s, number, &s->ann);
	good(s, ask(s, &s->sue, number, 5, "she would warn", &decision));
	good(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_CLOSE, number, CASE_DONE, "Done."));
	office_refused(r, office_votes(r, &s->officer[2], decision, true, &is), ERR_CONFLICT, WHY_DECISION_DONE);
	listed(s, &s->officer[2], &t);
	assert_int_equal(t.state, DECISION_LAPSED);
}

/* ---- told later ---- */

static void
told_when_the_delay_ends(void **state)
{
	DROP(trail_entry_wipe) struct trail_entry x = {0};
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t number = delayed(s, 14), opened, before;
	struct telling_seen t = {0};
	struct case_seen seen;
	struct rig_mail m;
	char said[256];

	no_mail_about_it(s);
	person_sign_in(r, &s->ann);
	before = lines(s, &s->ann);
	open_field(s, number, FIELD_ADDRESS, "compared with the report");
	opened = rig_now(r);
	rig_later(r, 60);
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &seen));
	assert_int_equal(strncmp(seen.field[0].value, "ann@", 4), 0);
	assert_int_equal(seen.telling.state, DECISION_AGREED);
	assert_int_equal(seen.telling.until, opened + 14 * DAY);
	/* Not a line, not a mail; and yet a notice about that opening reaches her at once. */
	office_sweep(r);
	assert_int_equal(lines(s, &s->ann), before);
	no_mail_about_it(s);
	assert_int_equal(met(s, FIELD_ADDRESS, ACTOR_SUPPORT, opened - 60, opened), 1);
	assert_int_equal(met(s, FIELD_FAMILY, ACTOR_SUPPORT, opened - 60, opened), 0);
	assert_int_equal(met(s, FIELD_ADDRESS, ACTOR_OFFICER, opened - 60, opened), 0);
	assert_int_equal(met(s, FIELD_ADDRESS, ACTOR_SUPPORT, opened + 700, opened + DAY), 0);
	assert_int_equal(listed(s, &s->officer[0], &t), 1);
	assert_int_equal(t.openings, 1);
	assert_int_equal(t.ended, 0);
	rig_later(r, 14 * DAY - 61);
	office_sweep(r);
	assert_int_equal(lines(s, &s->ann), before);
	rig_later(r, 1);
	office_sweep(r);
	assert_true(office_mailed(r, MAIL_FIELD_LATER, "ann", &m));
	assert_string_equal(m.object, "address");
	newest(s, &s->ann.owner, &x);
	while (x.opened.purpose != PURPOSE_CASE_FRAUD)
		assert_true(trail_older(&r->keeper, &s->ann.owner, &x, &r->err));
	assert_int_equal(x.leaf.role, ACTOR_SUPPORT);
	assert_int_equal(x.opened.fields, FIELD_BIT(FIELD_ADDRESS));
	assert_int_equal(x.opened.actor, s->sue.owner.number);
	snprintf(said, sizeof(said), "case %lld: address, opened 2026-11-18 ", (long long)number);
	assert_int_equal(strncmp(x.opened.object, said, strlen(said)), 0);
	assert_non_null(strstr(x.opened.object, "UTC; two officers delayed telling, 2026-11-18 to 2026-12-02: compared with the report"));
	/* The day of the opening counts for a notice, not that of the line. */
	assert_int_equal(met(s, FIELD_ADDRESS, ACTOR_SUPPORT, opened - 60, opened), 1);
	assert_int_equal(met(s, FIELD_ADDRESS, ACTOR_SUPPORT, rig_now(r) - DAY, rig_now(r)), 0);
	listed(s, &s->officer[0], &t);
	assert_int_equal(t.ended, rig_now(r));
	/* It never comes again: what is opened now is told now. */
	person_sign_in(r, &s->sue);
	open_field(s, number, FIELD_FAMILY, "to write to her");
	assert_true(office_mailed(r, MAIL_CASE_FIELD, "ann", &m));
}

/* So many delays end at once that one turn writes the end of a part of them: what it tells of the others names the day all the same. */
static void
told_before_its_end_is_written(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t done, number = delayed(s, 3);
	char said[256];

	open_field(s, number, FIELD_GIVEN, "to be sure");
	rig_later(r, 4 * DAY);
	rig_begin_hand(r);
	assert_true(looks_tell(&r->keeper, rig_now(r), 16, &done, &r->err));
	rig_end_hand(r);
	assert_int_equal(done, 2);
	person_sign_in(r, &s->ann);
	rig_said(r, &s->ann, PURPOSE_CASE_FRAUD, said);
	assert_non_null(strstr(said, "delayed telling, 2026-11-18 to 2026-11-21: to be sure"));
}

/* Told with the case's end, though a field was open; reopened, at once. */
static void
told_when_the_case_ends(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t number = delayed(s, 30);
	struct case_seen seen;
	struct rig_mail m;
	char said[256];

	open_field(s, number, FIELD_GIVEN, "to be sure");
	good(s, desk_looks(r, &s->shelf, &s->sue, number, &seen));
	good(s, desk_writes(r, &s->shelf, &s->sue, KEEPER_DESK_CLOSE, number, CASE_DONE, "Looked into."));
	office_sweep(r);
	assert_true(office_mailed(r, MAIL_FIELD_LATER, "ann", &m));
	person_sign_in(r, &s->ann);
	rig_said(r, &s->ann, PURPOSE_CASE_FRAUD, said);
	assert_non_null(strstr(said, "delayed telling, 2026-11-18 to 2026-11-18: to be sure"));
	rig_later(r, DAY);
	person_sign_in(r, &s->ben);
	good(s, case_says(r, &s->shelf, &s->ben, number, "It happened again."));
	person_sign_in(r, &s->sue);
	open_field(s, number, FIELD_FAMILY, "once more");
	assert_true(office_mailed(r, MAIL_CASE_FIELD, "ann", &m));
}

/* Its opener is erased: the case ends, and whom it is about is told all the same, though the keeper was down on the day. */
static void
told_though_its_opener_goes(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t number = delayed(s, 30);
	struct rig_mail m;

	open_field(s, number, FIELD_GIVEN, "to be sure");
	erase_ask(s, &s->ben);
	no_mail_about_it(s);
	erase_run(s);
	rig_restart(r);
	rig_later(r, 3 * DAY);
	office_sweep(r);
	assert_true(office_mailed(r, MAIL_FIELD_LATER, "ann", &m));
	office_sweep(r);	/* the case's keys go */
}

/* Before she is erased she is told, by a mail that her end does not take back. */
static void
told_before_an_erasure(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t number = delayed(s, 30);
	struct telling_seen t = {0};
	struct rig_mail m;
	char said[256], who[32];
	bool found;

	open_field(s, number, FIELD_GIVEN, "to be sure");
	erase_ask(s, &s->ann);
	no_mail_about_it(s);
	rig_later(r, 3 * DAY - 10);
	office_sweep(r);
	person_sign_in(r, &s->ann);
	rig_said(r, &s->ann, PURPOSE_CASE_FRAUD, said);
	assert_string_equal(said, "");
	erase_run(s);
	assert_true(office_mailed(r, MAIL_FIELD_LATER, "ann", &m));
	office_sweep(r);
	listed(s, &s->officer[0], &t);
	assert_true(t.ended > 0);
	assert_int_equal(t.openings, 0);
	rig_later(r, 40 * DAY);
	office_sweep(r);	/* its day came, too: nobody is left to be told */
	number = report(s);
	snprintf(who, sizeof(who), "%lld", (long long)s->ann.owner.number);
	good(s, desk_finds(r, &s->sue, number, CASE_FIND_NUMBER, who, &found));
	assert_false(found);
}

/* A backup from before her erasure is put back: there is nobody to tell, and nothing waits for that. */
static void
erased_before_a_restore(void **state)
{
	DROP(buf_wipe) struct buf out = {0};
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t number = delayed(s, 10), now = rig_now(r);
	struct tombstone t = { .erasure = 1, .key = s->ann.owner.key, .tags = s->ann.owner.tags };
	struct keys *keys = vault_keys(r->keeper.vault);
	struct telling_seen seen = {0};
	struct err e = {0};

	open_field(s, number, FIELD_GIVEN, "to be sure");
	rig_begin_hand(r);
	assert_true(keys_destroy(keys, t.key, now, &e) && keys_destroy(keys, t.tags, now, &e));	/* as `troth restore` does */
	assert_true(restored_erase(&r->keeper, &t, now, &e));
	rig_end_hand(r);
	for (int i = 0; i < 10; i++)
		good(s, rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_ERASE_RUN, NULL, &out));
	rig_later(r, 11 * DAY);
	office_sweep(r);
	assert_int_equal(listed(s, &s->officer[0], &seen), 1);
	assert_true(seen.ended > 0);
	assert_int_equal(seen.openings, 0);
}

/* The same, while officers were still asked: there is nothing left to agree to. */
static void
erased_before_it_is_decided(void **state)
{
	DROP(buf_wipe) struct buf out = {0};
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t number = report(s), now = rig_now(r), decision, live;
	struct tombstone t = { .erasure = 1, .key = s->ann.owner.key, .tags = s->ann.owner.tags };
	struct keys *keys = vault_keys(r->keeper.vault);
	struct err e = {0};
	unsigned is;

	find(s, number, &s->ann);
	good(s, ask(s, &s->sue, number, 14, "she would warn the others", &decision));
	rig_begin_hand(r);
	assert_true(keys_destroy(keys, t.key, now, &e) && keys_destroy(keys, t.tags, now, &e));
	assert_true(restored_erase(&r->keeper, &t, now, &e));
	rig_end_hand(r);
	for (int i = 0; i < 10; i++)
		good(s, rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_ERASE_RUN, NULL, &out));
	person_sign_in(r, &s->officer[0]);
	good(s, office_votes(r, &s->officer[0], decision, true, &is));
	person_sign_in(r, &s->officer[1]);
	office_refused(r, office_votes(r, &s->officer[1], decision, true, &is), ERR_CONFLICT, WHY_DECISION_SUBJECT);
	report_counts(s, PURPOSE_CASE_FRAUD, &live);
	assert_int_equal(live, 0);
}

/* A member of staff who opened it is gone by the day: it is told without them. */
static void
told_without_who_left(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t number = delayed(s, 2);
	char said[256];

	open_field(s, number, FIELD_GIVEN, "to be sure");
	erase_ask(s, &s->sue);
	erase_run(s);
	rig_later(r, 5 * DAY);
	office_sweep(r);
	person_sign_in(r, &s->ann);
	rig_said(r, &s->ann, PURPOSE_CASE_FRAUD, said);
	assert_non_null(strstr(said, "given name, opened 2026-11-18"));
}

/* ---- counts ---- */

static void
counted_once(void **state)
{
	struct scene *s = *state;
	int64_t number = delayed(s, 1), live;
	uint32_t decided = REPORT_DECISIONS + 8 * DECISION_TELLING;

	open_field(s, number, FIELD_GIVEN, "to be sure");
	assert_int_equal(report_counts(s, PURPOSE_CASE_FRAUD, &live), 1);
	assert_int_equal(live, 1);
	assert_int_equal(report_counts(s, REPORT_EVENTS + TALLY_TELLING_ASKED, &live), 1);
	assert_int_equal(report_counts(s, decided + DECISION_AGREED, &live), 1);
	assert_int_equal(report_counts(s, decided + DECISION_REFUSED, &live), 0);
	rig_later(&s->rig, DAY);
	office_sweep(&s->rig);
	assert_int_equal(report_counts(s, PURPOSE_CASE_FRAUD, &live), 1);
	assert_int_equal(live, 0);
}

#define TEST(t)	cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(told_at_once), TEST(found_anew), TEST(found_wrongly_before), TEST(reported_by_signed_mail), TEST(a_finding_is_told), TEST(asking), TEST(who_decides), TEST(two_at_once_and_a_case_that_ends),
		TEST(told_when_the_delay_ends), TEST(told_before_its_end_is_written), TEST(told_when_the_case_ends), TEST(told_though_its_opener_goes),
		TEST(told_before_an_erasure), TEST(erased_before_a_restore), TEST(erased_before_it_is_decided),
		TEST(told_without_who_left), TEST(counted_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
