/* tests/unit/test_hold.c - two officers keep fields from being erased: what stays, what goes, when, and who is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/role.h"
#include "privacy/keeper/doctor.h"
#include "privacy/rights/hold.h"
#include "tests/unit/name_rig.h"
#include "tests/unit/event_rig.h"
#include "tests/unit/office_rig.h"

struct scene { struct rig rig; struct person officer[OFFICERS], ann; };

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", NULL });
	office_open(&s->rig, s->officer);
	person_make(&s->rig, &s->ann, "ann", "Ann", "Briain", "1984-02-29", "X 1");
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	rig_healthy(&s->rig);
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

static bool
ask(struct scene *s, int officer, const char *who, unsigned ground, uint32_t groups, int64_t days, int64_t *id)
{
	DROP(buf_wipe) struct buf in = {0};

	pack_text(&in, who);
	pack_u8(&in, ground);
	pack_u32(&in, groups);
	pack_i64(&in, days);
	pack_text(&in, "district court, 12 O 34/26");
	return office_asks(&s->rig, &s->officer[officer], KEEPER_HOLD_ASK, &in, id);
}

static bool
ask_end(struct scene *s, int officer, int64_t hold, int64_t *id)
{
	DROP(buf_wipe) struct buf in = {0};

	pack_i64(&in, hold);
	pack_text(&in, "the claim was settled");
	return office_asks(&s->rig, &s->officer[officer], KEEPER_HOLD_END_ASK, &in, id);
}

static void
agree(struct scene *s, int asked_by, int64_t id)
{
	unsigned is = 0;

	for (int i = 0; i < OFFICERS; i++)
		if (i != asked_by)
			good(s, office_votes(&s->rig, &s->officer[i], id, true, &is));
	assert_int_equal(is, DECISION_AGREED);
}

static int64_t
held(struct scene *s, uint32_t groups, int64_t days)
{
	int64_t id;

	good(s, ask(s, 0, s->ann.address, HOLD_CLAIM, groups, days, &id));
	agree(s, 0, id);
	return id;
}

/* An erasure that waited its 72 hours; then the clerk drives it as far as it goes. */
static void
erase_run(struct scene *s)
{
	DROP(buf_wipe) struct buf out = {0};

	for (int i = 0; i < 20; i++)
		good(s, rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_ERASE_RUN, NULL, &out));
}

static void
erase_ask(struct scene *s)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	person_sign_in(&s->rig, &s->ann);
	person_fresh(&s->rig, &s->ann);
	rig_begin(&in, s->ann.token);
	good(s, rig_ask(&s->rig, KEEPER_ERASE_ASK, &in, &out));
}

static unsigned
stage(struct scene *s)
{
	static const struct sql sql = { "test_stage", "", "i", "SELECT CAST(COALESCE(MAX(stage), 0) AS bigint) FROM erasure" };
	DROP(rows_drop) struct rows *r = NULL;

	assert_true(sql_first(s->rig.keeper.store, &r, &sql, &s->rig.err));
	return (unsigned)rows_i64(r, 0);
}

static bool
sealed(struct scene *s, enum field f)
{
	bool yes;

	assert_true(vault_has(s->rig.keeper.vault, s->ann.owner.number, f, 0, NULL, &yes, &s->rig.err));
	return yes;
}

static void
a_held_field_is_not_erased_until_its_day(void **state)
{
	struct scene *s = *state;
	struct rig_mail mail;
	char said[256];

	held(s, HOLD_BIRTH, 30);
	assert_true(office_mailed(&s->rig, MAIL_HELD, "ann", &mail));
	person_sign_in(&s->rig, &s->ann);
	person_fresh(&s->rig, &s->ann);
	rig_said(&s->rig, &s->ann, PURPOSE_HOLD, said);
	assert_string_equal(said, "held");
	office_refused(&s->rig, field_erase(&s->rig, &s->ann, FIELD_BIRTH), ERR_CONFLICT, WHY_HELD);
	office_refused(&s->rig, field_set(&s->rig, &s->ann, FIELD_BIRTH, ""), ERR_CONFLICT, WHY_HELD);
	good(s, field_erase(&s->rig, &s->ann, FIELD_NATIONALITY));
	rig_later(&s->rig, 30 * 86400 - 1);
	office_sweep(&s->rig);
	person_sign_in(&s->rig, &s->ann);
	person_fresh(&s->rig, &s->ann);
	office_refused(&s->rig, field_erase(&s->rig, &s->ann, FIELD_BIRTH), ERR_CONFLICT, WHY_HELD);
	rig_later(&s->rig, 1);
	office_sweep(&s->rig);
	good(s, field_erase(&s->rig, &s->ann, FIELD_BIRTH));
	rig_said(&s->rig, &s->ann, PURPOSE_HOLD, said);
	assert_string_equal(said, "no longer held");
}

/* All else goes as asked; what is held goes at its day by itself, and the receipt is of that day. */
static void
an_erasure_waits_for_what_is_held_alone(void **state)
{
	struct scene *s = *state;

	held(s, HOLD_BIRTH | HOLD_NAMES, 60);
	erase_ask(s);
	rig_later(&s->rig, 3 * 86400 + 1);
	erase_run(s);
	assert_int_equal(stage(s), ERASE_LISTED);
	assert_true(sealed(s, FIELD_BIRTH) && sealed(s, FIELD_GIVEN));
	assert_false(sealed(s, FIELD_NATIONALITY) || sealed(s, FIELD_DOC_NUMBER));
	rig_later(&s->rig, 57 * 86400);
	erase_run(s);
	assert_true(stage(s) >= ERASE_DONE);
	assert_false(sealed(s, FIELD_BIRTH) || sealed(s, FIELD_GIVEN));
	office_sweep(&s->rig);		/* its day came, too: nobody is left to be told */
}

static int64_t
old_values(struct scene *s, enum field f)
{
	static const struct sql sql = { "test_old", "ii", "i", "SELECT CAST(COUNT(*) AS bigint) FROM old_value WHERE subject = $1 AND field = $2" };
	DROP(rows_drop) struct rows *r = NULL;

	assert_true(sql_first(s->rig.keeper.store, &r, &sql, &s->rig.err, s->ann.owner.number, (int64_t)f));
	return rows_i64(r, 0);
}

/* Old values go with their fields, however many there are of what is held. */
static void
old_values_go_beside_many_that_are_held(void **state)
{
	static const struct sql plant = { "test_plant", "iiii", "",
	    "INSERT INTO old_value (subject, field, object, place) VALUES ($1, $2, $3, $4)" };
	struct scene *s = *state;

	person_sign_in(&s->rig, &s->ann);
	person_fresh(&s->rig, &s->ann);
	good(s, field_set(&s->rig, &s->ann, FIELD_NATIONALITY, "DE"));
	assert_true(old_values(s, FIELD_NATIONALITY) > 0);
	rig_begin_hand(&s->rig);
	for (int64_t i = 0; i < 100; i++)
		assert_true(sql_do(s->rig.keeper.store, &plant, &s->rig.err, s->ann.owner.number, (int64_t)FIELD_BIRTH, 1000 + i, 1000 + i));
	rig_end_hand(&s->rig);
	held(s, HOLD_BIRTH, 60);
	erase_ask(s);
	rig_later(&s->rig, 3 * 86400 + 1);
	erase_run(s);
	assert_int_equal(stage(s), ERASE_LISTED);
	assert_int_equal(old_values(s, FIELD_NATIONALITY), 0);
	assert_int_equal(old_values(s, FIELD_BIRTH), 100);
}

/* What a name lent elsewhere is held with the meetings: its last name cannot take it along. */
static void
what_is_held_goes_by_no_other_way(void **state)
{
	static const struct { enum field field; } lent[] = { { FIELD_SIGNER }, { FIELD_INITIALS } };
	struct scene *s = *state;

	rig_begin_hand(&s->rig);
	for (size_t i = 0; i < COUNT(lent); i++) {
		struct record_line l = { .about = &s->ann.owner, .purpose = PURPOSE_NAMES, .role = ACTOR_OWNER };

		good(s, vault_put(s->rig.keeper.vault, &s->ann.owner, lent[i].field, 0, span_text("Ann B"), rig_now(&s->rig), &s->rig.err));
		good(s, keeper_record(&s->rig.keeper, &l, rig_now(&s->rig), NULL, &s->rig.err));
	}
	rig_end_hand(&s->rig);
	held(s, HOLD_MEETINGS, 30);
	person_sign_in(&s->rig, &s->ann);
	person_fresh(&s->rig, &s->ann);
	office_refused(&s->rig, name_do(&s->rig, &s->ann, KEEPER_NAME_ERASE, 0), ERR_CONFLICT, WHY_HELD);
	assert_true(sealed(s, FIELD_SIGNER) && sealed(s, FIELD_GIVEN));
	rig_later(&s->rig, 30 * 86400);
	office_sweep(&s->rig);
	person_sign_in(&s->rig, &s->ann);
	person_fresh(&s->rig, &s->ann);
	good(s, name_do(&s->rig, &s->ann, KEEPER_NAME_ERASE, 0));
	assert_false(sealed(s, FIELD_SIGNER) || sealed(s, FIELD_GIVEN));
}

static bool
draft_is_there(struct scene *s, int64_t id)
{
	static const struct sql sql = { "test_draft", "i", "i", "SELECT id FROM assurance WHERE id = $1" };
	DROP(rows_drop) struct rows *r = NULL;

	assert_true(sql_first(s->rig.keeper.store, &r, &sql, &s->rig.err, id));
	return r != NULL;
}

static bool
drops(struct scene *s, int64_t draft)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	person_sign_in(&s->rig, &s->ann);
	person_fresh(&s->rig, &s->ann);
	rig_begin(&in, s->ann.token);
	pack_i64(&in, draft);
	return rig_ask(&s->rig, KEEPER_DRAFT_DROP, &in, &out);
}

/* What was noted and not signed is a meeting, too: neither its clock nor its writer takes it, and an erasure does at the hold's end. */
static void
a_held_meeting_may_be_unsigned(void **state)
{
	struct scene *s = *state;
	int64_t draft;

	draft = word_plant(&s->rig, &s->ann, &s->officer[0], 10, 1, true);
	rig_begin_hand(&s->rig);
	good(s, role_set(&s->rig.keeper, &s->ann.owner, ROLE_ASSURER, true, ACTOR_SYSTEM, rig_now(&s->rig), &s->rig.err));
	rig_end_hand(&s->rig);
	held(s, HOLD_MEETINGS, 60);
	office_refused(&s->rig, drops(s, draft), ERR_CONFLICT, WHY_HELD);
	rig_later(&s->rig, s->rig.keeper.set->trust.draft_life + 1);
	rig_sweep(&s->rig);
	assert_true(draft_is_there(s, draft));
	erase_ask(s);
	rig_later(&s->rig, 3 * 86400 + 1);
	erase_run(s);
	assert_int_equal(stage(s), ERASE_LISTED);
	assert_true(draft_is_there(s, draft));
	rig_later(&s->rig, 60 * 86400);
	erase_run(s);
	assert_true(stage(s) >= ERASE_DONE);
	assert_false(draft_is_there(s, draft));
}

static void
two_officers_end_it_before_and_the_erasure_goes_on(void **state)
{
	struct scene *s = *state;
	int64_t id, end;

	id = held(s, HOLD_NAMES, 90);
	erase_ask(s);
	rig_later(&s->rig, 3 * 86400 + 1);
	erase_run(s);
	assert_int_equal(stage(s), ERASE_LISTED);
	for (int i = 0; i < OFFICERS; i++)
		person_sign_in(&s->rig, &s->officer[i]);
	good(s, ask_end(s, 1, id, &end));
	office_refused(&s->rig, ask_end(s, 2, id, &end), ERR_CONFLICT, WHY_DECISION_DONE);
	agree(s, 1, end);
	erase_run(s);
	assert_true(stage(s) >= ERASE_DONE);
	office_refused(&s->rig, ask_end(s, 1, id, &end), ERR_CONFLICT, WHY_DECISION_DONE);
}

static int64_t
lapsed(struct scene *s, enum decision_kind kind)
{
	static const struct sql sql = { "test_lapsed", "i", "i", "SELECT CAST(COALESCE(SUM(n), 0) AS bigint) FROM tally WHERE what = $1" };
	DROP(rows_drop) struct rows *r = NULL;

	assert_true(sql_first(s->rig.keeper.store, &r, &sql, &s->rig.err, (int64_t)(REPORT_DECISIONS + 8 * kind + DECISION_LAPSED)));
	return rows_i64(r, 0);
}

static void
what_is_no_hold_is_refused(void **state)
{
	struct scene *s = *state;
	static const struct { unsigned ground; uint32_t groups; int64_t days; } wrong[] = {
		{ 0, HOLD_NAMES, 30 }, { HOLD_GROUND__COUNT, HOLD_NAMES, 30 }, { HOLD_CLAIM, 0, 30 }, { HOLD_CLAIM, 1u << HOLD_GROUPS, 30 },
		{ HOLD_FRAUD, HOLD_NAMES, 0 }, { HOLD_FRAUD, HOLD_NAMES, 91 }, { HOLD_FRAUD, HOLD_NAMES, -1 },
	};
	int64_t id;
	unsigned is;

	for (size_t i = 0; i < COUNT(wrong); i++)
		office_refused(&s->rig, ask(s, 0, s->ann.address, wrong[i].ground, wrong[i].groups, wrong[i].days, &id), ERR_INPUT, WHY_HOLD);
	office_refused(&s->rig, ask(s, 0, "nobody@example.org", HOLD_CLAIM, HOLD_NAMES, 30, &id), ERR_ABSENT, WHY_DECISION_SUBJECT);
	office_refused(&s->rig, ask(s, 0, s->officer[0].address, HOLD_CLAIM, HOLD_NAMES, 30, &id), ERR_DENIED, WHY_DECISION_OWN);
	good(s, ask(s, 0, s->ann.address, HOLD_FRAUD, HOLD_NAMES, 90, &id));
	office_refused(&s->rig, ask(s, 1, s->ann.address, HOLD_FRAUD, HOLD_NAMES, 90, &id), ERR_ABSENT, WHY_DECISION_SUBJECT);
	office_refused(&s->rig, office_votes(&s->rig, &s->officer[0], id, true, &is), ERR_DENIED, WHY_DECISION_OWN);
	office_refused(&s->rig, ask_end(s, 0, id, &id), ERR_CONFLICT, WHY_DECISION_DONE);
	/* whoever is being erased cannot be held any more */
	erase_ask(s);
	rig_later(&s->rig, 3 * 86400 + 1);
	erase_run(s);
	person_sign_in(&s->rig, &s->officer[0]);
	office_refused(&s->rig, ask(s, 0, s->ann.address, HOLD_CLAIM, HOLD_NAMES, 30, &id), ERR_ABSENT, WHY_DECISION_SUBJECT);
	/* and what was open about them has lapsed, as the report counts it */
	assert_int_equal(lapsed(s, DECISION_HOLD), 1);
}

/* Officers see of whom, auditors that there is one, and nobody else anything. */
static void
who_sees_the_list(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	struct person audra = {0};
	struct rig_block b;
	struct span a;

	held(s, HOLD_NAMES, 30);
	person_make(&s->rig, &audra, "audra", "Audra", "Audit", NULL, NULL);
	office_refused(&s->rig, rig_look(&s->rig, KEEPER_HOLDS, audra.token, &out, &b), ERR_DENIED, WHY_ROLE);
	rig_begin_hand(&s->rig);
	good(s, role_set(&s->rig.keeper, &audra.owner, ROLE_AUDITOR, true, ACTOR_SYSTEM, rig_now(&s->rig), &s->rig.err));
	rig_end_hand(&s->rig);
	person_sign_in(&s->rig, &audra);
	struct person *const who[] = { &audra, &s->officer[0] };
	for (size_t i = 0; i < COUNT(who); i++) {
		good(s, rig_look(&s->rig, KEEPER_HOLDS, who[i]->token, &out, &b));
		a = span_buf(&out);
		rig_block(&a, &b);
		assert_int_equal(unpack_u32(&a), 1);
		unpack_i64(&a);
		assert_int_equal(unpack_i64(&a), i == 0 ? 0 : s->ann.owner.number);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_held_field_is_not_erased_until_its_day), TEST(an_erasure_waits_for_what_is_held_alone),
		TEST(old_values_go_beside_many_that_are_held), TEST(what_is_held_goes_by_no_other_way),
		TEST(a_held_meeting_may_be_unsigned), TEST(two_officers_end_it_before_and_the_erasure_goes_on), TEST(what_is_no_hold_is_refused), TEST(who_sees_the_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
