/* tests/unit/test_lost.c - a way back into an account whose password and answers are lost: two assurers, or an address and two weeks. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/lost.h"
#include "privacy/facts/member.h"
#include "privacy/facts/role.h"
#include "privacy/keeper/doctor.h"
#include "tests/unit/case_rig.h"

#define NEW_PASSWORD	"quite another row of words"

struct scene {
	struct rig	rig;
	struct shelf	shelf;
	struct person	ann, ben, sue, asa, ava, aya;	/* ann: vouched for by aya, too; ben: by nobody; sue: staff; the others: assurers */
	int64_t		number;				/* of the case at hand */
	unsigned char	visit[TOKEN_BYTES];
};

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", "lost.wait=10d", NULL });
	person_make(&s->rig, &s->ann, "ann", "Ann", "Briain", "1984-02-29", NULL);
	person_make(&s->rig, &s->ben, "ben", "Ben", "Berg", "1990-01-31", NULL);
	person_make(&s->rig, &s->sue, "sue", "Sue", "Staff", NULL, NULL);
	person_vouched(&s->rig, &s->ann, 1, false);
	person_assurer(&s->rig, &s->asa, "asa", "Asa", "First");
	person_assurer(&s->rig, &s->ava, "ava", "Ava", "Second");
	person_assurer(&s->rig, &s->aya, "aya", "Aya", "Tied");
	assert_true(meet_whole(&s->rig, &s->aya, &s->ann, "Ann Briain", "1984-02-29", 10));
	case_staff(&s->rig, &s->sue, ROLE_SUPPORT);
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

/* ---- steps ---- */

/* A case by a visitor, in Sue's hands, that concerns this member. */
static void
opens(struct scene *s, const char *address)
{
	char pass[CODE_TEXT];
	bool found;

	good(s, visitor_opens(&s->rig, &s->shelf, CASE_LOST_ACCESS, CASE_AGAINST_NOBODY, "", "I lost everything.", &s->number, pass, s->visit));
	good(s, desk_takes(&s->rig, &s->sue, s->number));
	assert_true(rig_again(&s->rig, s->sue.token, TRUST_PASSWORD));
	good(s, desk_finds(&s->rig, &s->sue, s->number, CASE_FIND_ADDRESS, address, &found));
	assert_true(found);
}

static bool
starts(struct scene *s, unsigned *way)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span a;

	assert_true(rig_again(&s->rig, s->sue.token, TRUST_PASSWORD));
	rig_begin(&in, s->sue.token);
	pack_i64(&in, s->number);
	if (!rig_ask(&s->rig, KEEPER_LOST_START, &in, &out))
		return false;
	a = span_buf(&out);
	rig_block(&a, &b);
	*way = unpack_u8(&a);
	return unpack_end(&a, "start", NULL);
}

static bool
sheet(struct scene *s, char code[CODE_TEXT])
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	buf_add(&in, s->visit, TOKEN_BYTES);
	if (!rig_ask(&s->rig, KEEPER_LOST_SHEET, &in, &out))
		return false;
	a = span_buf(&out);
	unpack_text(&a, code, CODE_TEXT);
	assert_true(unpack_i64(&a) > rig_now(&s->rig));
	assert_int_equal(unpack_i64(&a), s->number);
	return unpack_end(&a, "sheet", NULL);
}

/* By an assurer with a hand-over: op with its number alone. */
static bool
acts(struct scene *s, struct person *p, uint32_t op, int64_t id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	assert_true(rig_again(&s->rig, p->token, TRUST_PASSWORD));
	rig_begin(&in, p->token);
	pack_i64(&in, id);
	return rig_ask(&s->rig, op, &in, &out);
}

static void
bar(struct scene *s, const struct person *p, int64_t seconds)
{
	rig_begin_hand(&s->rig);
	good(s, member_bar(&s->rig.keeper, p->owner.number, rig_now(&s->rig) + seconds, &s->rig.err));
	rig_end_hand(&s->rig);
}

static bool
confirms(struct scene *s, struct person *p, const char *code)
{
	struct met m;
	int64_t id;

	return meet_take(&s->rig, p, code, &id) && meet_match(&s->rig, p, id, "Ann Briain", "1984-02-29", "", "", &m) &&
	    acts(s, p, KEEPER_LOST_CONFIRM, id);
}

/* A token and words: the case's visitor, or a mailed link. */
static bool
chooses(struct scene *s, uint32_t op, const unsigned char *token, const char *password)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	buf_add(&in, token, TOKEN_BYTES);
	pack_text(&in, password);
	return rig_ask(&s->rig, op, &in, &out);
}

static bool
answers(struct scene *s, const unsigned char *token, unsigned yes, unsigned *state)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	buf_add(&in, token, TOKEN_BYTES);
	pack_u8(&in, yes);
	if (!rig_ask(&s->rig, KEEPER_LOST_ANSWER, &in, &out))
		return false;
	*state = (unsigned char)out.data[0];
	return true;
}

/* The newest mail of this kind to this person; all that wait are taken. */
static bool
mailed(struct scene *s, unsigned kind, const char *login, struct rig_mail *m)
{
	struct rig_mail one;
	bool found = false;

	while (rig_mail(&s->rig, &one))
		if (one.kind == kind && strncmp(one.to, login, strlen(login)) == 0) {
			*m = one;
			found = true;
		}
	return found;
}

static uint32_t
shown(struct scene *s)
{
	struct case_seen x;

	good(s, visitor_looks(&s->rig, &s->shelf, s->visit, s->number, &x));
	return x.what & CASE_WAY_ALL;
}

static void
later(struct scene *s, int64_t seconds)
{
	rig_later(&s->rig, seconds);
	rig_sweep(&s->rig);
}

/* ---- two assurers ---- */

static void
by_two_assurers(void **state)
{
	struct scene *s = *state;
	char code[CODE_TEXT], old[CODE_TEXT];
	unsigned char token[TOKEN_BYTES];
	struct rig_block block;
	struct rig_mail m;
	struct met met;
	unsigned way;
	int64_t id;

	opens(s, s->ann.address);
	refused(s, sheet(s, code), ERR_DENIED, WHY_LOST);
	good(s, starts(s, &way));
	assert_int_equal(way, LOST_BY_SHEET);
	assert_int_equal(shown(s), CASE_WAY_SHEET | CASE_WAY_RUNS);
	assert_true(mailed(s, MAIL_LOST, "ann", &m));
	refused(s, starts(s, &way), ERR_CONFLICT, WHY_LOST_RUNS);
	refused(s, chooses(s, KEEPER_LOST_PASSWORD, s->visit, NEW_PASSWORD), ERR_DENIED, WHY_LOST);
	good(s, sheet(s, old));
	good(s, sheet(s, code));
	refused(s, meet_take(&s->rig, &s->asa, old, &id), ERR_DENIED, WHY_HANDOVER);	/* a new sheet ends the one before */
	refused(s, meet_take(&s->rig, &s->aya, code, &id), ERR_DENIED, WHY_CASE_TIE);
	/* Blind: nothing is shown, nothing is vouched for, and both have to agree. */
	good(s, meet_take(&s->rig, &s->asa, code, &id));
	refused(s, acts(s, &s->asa, KEEPER_LOST_CONFIRM, id), ERR_DENIED, WHY_LOST_MATCH);
	refused(s, acts(s, &s->asa, KEEPER_HANDOVER_SHOW, id), ERR_DENIED, WHY_LOST_MATCH);
	good(s, meet_match(&s->rig, &s->asa, id, "Ann Briain", "1984-02-28", "", "", &met));
	refused(s, acts(s, &s->asa, KEEPER_LOST_CONFIRM, id), ERR_DENIED, WHY_LOST_MATCH);
	good(s, meet_match(&s->rig, &s->asa, id, "", "1984-02-29", "", "", &met));
	refused(s, acts(s, &s->ava, KEEPER_LOST_CONFIRM, id), ERR_DENIED, WHY_HANDOVER_OVER);
	/* Whose own password was recovered a day ago confirms nobody. */
	bar(s, &s->asa, 2 * DAY);
	refused(s, acts(s, &s->asa, KEEPER_LOST_CONFIRM, id), ERR_DENIED, WHY_BAR);
	bar(s, &s->asa, 0);
	good(s, acts(s, &s->asa, KEEPER_LOST_CONFIRM, id));
	assert_true(mailed(s, MAIL_LOST, "ann", &m));
	assert_int_equal(shown(s), CASE_WAY_SHEET | CASE_WAY_RUNS);
	/* Not the same one twice, not with a new sheet either. */
	refused(s, meet_take(&s->rig, &s->asa, code, &id), ERR_DENIED, WHY_LOST_TWICE);
	good(s, sheet(s, code));
	refused(s, meet_take(&s->rig, &s->asa, code, &id), ERR_DENIED, WHY_LOST_TWICE);
	good(s, confirms(s, &s->ava, code));
	assert_int_equal(shown(s), CASE_WAY_SHEET | CASE_WAY_GIVEN);
	refused(s, meet_take(&s->rig, &s->asa, code, &id), ERR_DENIED, WHY_HANDOVER);
	/* The password: once, and all that a recovery brings. */
	refused(s, chooses(s, KEEPER_LOST_PASSWORD, s->visit, "short"), ERR_INPUT, WHY_PASSWORD_WEAK);
	good(s, chooses(s, KEEPER_LOST_PASSWORD, s->visit, NEW_PASSWORD));
	assert_int_equal(shown(s), CASE_WAY_SHEET | CASE_WAY_DONE);
	refused(s, chooses(s, KEEPER_LOST_PASSWORD, s->visit, NEW_PASSWORD "!"), ERR_DENIED, WHY_LOST);
	assert_true(mailed(s, MAIL_RESET_DONE, "ann", &m));
	assert_false(rig_sign_in(&s->rig, s->ann.address, TRUST_PASSWORD, token, &block));
	assert_true(rig_sign_in(&s->rig, s->ann.address, NEW_PASSWORD, token, &block));
	assert_true(block.bar_until > rig_now(&s->rig));
}

/* ---- an address and two weeks ---- */

static void
by_waiting(void **state)
{
	struct scene *s = *state;
	unsigned char token[TOKEN_BYTES];
	struct rig_mail first, m;
	struct rig_block block;
	unsigned way, now;
	char code[CODE_TEXT];

	opens(s, s->ben.address);
	good(s, starts(s, &way));
	assert_int_equal(way, LOST_BY_WAITING);
	refused(s, sheet(s, code), ERR_DENIED, WHY_LOST);
	assert_true(mailed(s, MAIL_LOST, "ben", &first));
	/* Without a click nothing happens, however long one waits. */
	later(s, s->rig.keeper.set->lost_wait + DAY);
	assert_false(mailed(s, MAIL_LOST_OPEN, "ben", &m));
	good(s, answers(s, first.token, 1, &now));
	assert_int_equal(now, LOST_RUNS);
	refused(s, answers(s, first.token, 1, &now), ERR_ABSENT, WHY_TOKEN);
	assert_true(mailed(s, MAIL_LOST, "ben", &m));
	refused(s, answers(s, m.token, 1, &now), ERR_DENIED, WHY_LOST);		/* shown already */
	later(s, s->rig.keeper.set->lost_wait - 1);
	assert_false(mailed(s, MAIL_LOST_OPEN, "ben", &m));
	refused(s, chooses(s, KEEPER_LOST_PASSWORD, s->visit, NEW_PASSWORD), ERR_DENIED, WHY_CASE_CODE);	/* the visit is over, too */
	later(s, 1);
	assert_true(mailed(s, MAIL_LOST_OPEN, "ben", &m));
	refused(s, chooses(s, KEEPER_LOST_TAKE, first.token, NEW_PASSWORD), ERR_ABSENT, WHY_TOKEN);
	good(s, chooses(s, KEEPER_LOST_TAKE, m.token, NEW_PASSWORD));
	refused(s, chooses(s, KEEPER_LOST_TAKE, m.token, NEW_PASSWORD), ERR_ABSENT, WHY_TOKEN);
	assert_true(rig_sign_in(&s->rig, s->ben.address, NEW_PASSWORD, token, &block));
}

/* Whoever shows an address late has the two weeks whole. */
static void
by_waiting_begun_late(void **state)
{
	struct scene *s = *state;
	struct rig_mail m;
	unsigned way, now;

	opens(s, s->ben.address);
	good(s, starts(s, &way));
	assert_true(mailed(s, MAIL_LOST, "ben", &m));
	later(s, LOST_LIFE - DAY);
	good(s, answers(s, m.token, 1, &now));
	later(s, s->rig.keeper.set->lost_wait);
	assert_true(mailed(s, MAIL_LOST_OPEN, "ben", &m));
	good(s, chooses(s, KEEPER_LOST_TAKE, m.token, NEW_PASSWORD));
}

/* ---- stopped, late ---- */

static void
stopped_by_any_address(void **state)
{
	struct scene *s = *state;
	struct rig_mail m;
	unsigned way, now;
	char code[CODE_TEXT];
	int64_t id;

	opens(s, s->ann.address);
	good(s, starts(s, &way));
	good(s, sheet(s, code));
	good(s, confirms(s, &s->asa, code));
	good(s, confirms(s, &s->ava, code));
	assert_int_equal(shown(s), CASE_WAY_SHEET | CASE_WAY_GIVEN);
	/* At the last step, too: and then nothing of it opens anything. */
	assert_true(mailed(s, MAIL_LOST, "ann", &m));
	good(s, answers(s, m.token, 0, &now));
	assert_int_equal(now, LOST_STOPPED);
	assert_int_equal(shown(s), CASE_WAY_SHEET | CASE_WAY_ENDED);
	refused(s, chooses(s, KEEPER_LOST_PASSWORD, s->visit, NEW_PASSWORD), ERR_DENIED, WHY_LOST);
	refused(s, meet_take(&s->rig, &s->aya, code, &id), ERR_DENIED, WHY_HANDOVER);
	assert_true(mailed(s, MAIL_LOST, "ann", &m));
	/* It can be set going again; who confirmed before has to do so again. */
	good(s, starts(s, &way));
	assert_int_equal(shown(s), CASE_WAY_SHEET | CASE_WAY_RUNS);
	refused(s, chooses(s, KEEPER_LOST_PASSWORD, s->visit, NEW_PASSWORD), ERR_DENIED, WHY_LOST);
}

/* Staff who refuse, or hear no more, end it with the case; where the case is done it goes on. */
static void
over_with_the_case(void **state)
{
	struct scene *s = *state;
	char code[CODE_TEXT];
	struct rig_mail m;
	unsigned way;
	int64_t id;

	opens(s, s->ann.address);
	good(s, starts(s, &way));
	good(s, sheet(s, code));
	good(s, confirms(s, &s->asa, code));
	good(s, desk_writes(&s->rig, &s->shelf, &s->sue, KEEPER_DESK_CLOSE, s->number, CASE_REFUSED, "This is somebody else."));
	assert_int_equal(shown(s), CASE_WAY_SHEET | CASE_WAY_ENDED);
	assert_true(mailed(s, MAIL_LOST, "ann", &m));
	assert_string_equal(m.object, "over");
	refused(s, meet_take(&s->rig, &s->ava, code, &id), ERR_DENIED, WHY_HANDOVER);
	refused(s, sheet(s, code), ERR_DENIED, WHY_LOST);
	opens(s, s->ann.address);
	good(s, starts(s, &way));
	good(s, sheet(s, code));
	good(s, desk_writes(&s->rig, &s->shelf, &s->sue, KEEPER_DESK_CLOSE, s->number, CASE_DONE, "Two assurers await you."));
	assert_int_equal(shown(s), CASE_WAY_SHEET | CASE_WAY_RUNS);
	good(s, confirms(s, &s->asa, code));
	good(s, confirms(s, &s->ava, code));
	good(s, chooses(s, KEEPER_LOST_PASSWORD, s->visit, NEW_PASSWORD));
}

/* Whoever stops it is there: their account is not quiet, and its trusted contact is not heard. */
static void
stopping_is_a_use(void **state)
{
	static const struct sql asked = { "test_asked", "i", "", "UPDATE quiet SET asked = 1 WHERE member = $1" },
	    get = { "test_quiet", "i", "i", "SELECT asked FROM quiet WHERE member = $1" };
	struct scene *s = *state;
	DROP(rows_drop) struct rows *r = NULL;
	struct rig_mail m;
	unsigned way, now;

	opens(s, s->ben.address);
	good(s, starts(s, &way));
	assert_true(mailed(s, MAIL_LOST, "ben", &m));
	rig_begin_hand(&s->rig);
	assert_true(sql_do(s->rig.keeper.store, &asked, &s->rig.err, s->ben.owner.number));
	rig_end_hand(&s->rig);
	good(s, answers(s, m.token, 0, &now));
	assert_true(sql_first(s->rig.keeper.store, &r, &get, &s->rig.err, s->ben.owner.number) && r != NULL);
	assert_int_equal(rows_i64(r, 0), 0);
}

static void
not_used_in_time(void **state)
{
	struct scene *s = *state;
	unsigned way;
	struct rig_mail m;
	struct lost l;
	struct err e = {0};
	bool found;

	opens(s, s->ann.address);
	good(s, starts(s, &way));
	assert_true(mailed(s, MAIL_LOST, "ann", &m));
	later(s, LOST_LIFE - 1);
	assert_false(mailed(s, MAIL_LOST, "ann", &m));
	later(s, 1);
	assert_true(mailed(s, MAIL_LOST, "ann", &m));
	rig_begin_hand(&s->rig);
	assert_true(lost_of_case(&s->rig.keeper, s->number, &l, &found, &e) && found);
	assert_int_equal(l.state, LOST_OVER);
	rig_end_hand(&s->rig);
	later(s, LOST_KEPT + 1);
	rig_begin_hand(&s->rig);
	assert_true(lost_of_case(&s->rig.keeper, s->number, &l, &found, &e));
	assert_false(found);
	rig_end_hand(&s->rig);
}

/* Only for a case of this kind, in these hands, that concerns somebody. */
static void
by_staff_within_the_case(void **state)
{
	struct scene *s = *state;
	char pass[CODE_TEXT];
	unsigned way;

	good(s, visitor_opens(&s->rig, &s->shelf, CASE_LOST_ACCESS, CASE_AGAINST_NOBODY, "", "Lost.", &s->number, pass, s->visit));
	refused(s, starts(s, &way), ERR_DENIED, WHY_CASE_NOT_TAKEN);
	good(s, desk_takes(&s->rig, &s->sue, s->number));
	refused(s, starts(s, &way), ERR_CONFLICT, WHY_CASE_MEMBER);
	good(s, visitor_opens(&s->rig, &s->shelf, CASE_COMPLAINT, CASE_AGAINST_NOBODY, "", "Slow.", &s->number, pass, s->visit));
	good(s, desk_takes(&s->rig, &s->sue, s->number));
	refused(s, starts(s, &way), ERR_DENIED, WHY_LOST);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = { T(by_two_assurers), T(by_waiting), T(by_waiting_begun_late), T(stopped_by_any_address), T(over_with_the_case), T(stopping_is_a_use), T(not_used_in_time),
	    T(by_staff_within_the_case) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
