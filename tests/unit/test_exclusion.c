/* tests/unit/test_exclusion.c - two officers exclude a member, and what one alone does after seven days' notice. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/decision.h"
#include "privacy/facts/role.h"
#include "privacy/keeper/doctor.h"
#include "tests/unit/event_rig.h"
#include "tests/unit/name_rig.h"
#include "tests/unit/office_rig.h"

#define YEAR (365 * INT64_C(86400))

struct scene { struct rig rig; struct person officer[OFFICERS], ben; };

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", NULL });
	office_open(&s->rig, s->officer);
	person_assurer(&s->rig, &s->ben, "ben", "Ben", "Adeyemi");
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
ask(struct scene *s, int officer, const char *who, int64_t *id)
{
	DROP(buf_wipe) struct buf in = {0};

	pack_text(&in, who);
	pack_text(&in, "sold vouchings, as two members show");
	return office_asks(&s->rig, &s->officer[officer], KEEPER_EXCLUDE_ASK, &in, id);
}

static bool
ask_end(struct scene *s, int officer, int64_t exclusion, int64_t *id)
{
	DROP(buf_wipe) struct buf in = {0};

	pack_i64(&in, exclusion);
	pack_text(&in, "the two were wrong");
	return office_asks(&s->rig, &s->officer[officer], KEEPER_EXCLUDE_END_ASK, &in, id);
}

static int64_t
excluded(struct scene *s)
{
	unsigned is;
	int64_t id;

	good(s, ask(s, 0, s->ben.address, &id));
	good(s, office_votes(&s->rig, &s->officer[1], id, true, &is));
	good(s, office_votes(&s->rig, &s->officer[2], id, true, &is));
	assert_int_equal(is, DECISION_AGREED);
	return id;
}

/* The kind of the mail that who joins with this address gets; *until of it. */
static unsigned
joins(struct scene *s, const char *address, struct rig_mail *m)
{
	while (rig_mail(&s->rig, m))
		;
	good(s, rig_join(&s->rig, address, TRUST_PASSWORD));
	assert_true(rig_mail(&s->rig, m));
	assert_string_equal(m->to, address);
	return m->kind;
}

static void
erase(struct scene *s, struct person *p)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	person_sign_in(&s->rig, p);
	person_fresh(&s->rig, p);
	rig_begin(&in, p->token);
	good(s, rig_ask(&s->rig, KEEPER_ERASE_ASK, &in, &out));
	rig_later(&s->rig, 3 * 86400 + 1);
	for (int i = 0; i < 20; i++)
		good(s, rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_ERASE_RUN, NULL, &out));
}

static void
no_role_no_code_and_all_rights(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	struct rig_mail mail;
	struct rig_block b;
	char code[CODE_TEXT], said[256];
	int64_t id;

	excluded(s);
	assert_true(office_mailed(&s->rig, MAIL_EXCLUDED, "ben", &mail));
	assert_int_equal(person_roles(&s->rig, &s->ben) & 1u << ROLE_ASSURER, 0);
	person_sign_in(&s->rig, &s->ben);
	person_fresh(&s->rig, &s->ben);
	rig_said(&s->rig, &s->ben, PURPOSE_EXCLUDE, said);
	assert_string_equal(said, "excluded");
	office_refused(&s->rig, meet_code(&s->rig, &s->ben, HANDOVER_SCREEN, code, &id), ERR_DENIED, WHY_EXCLUDED);
	good(s, rig_look(&s->rig, KEEPER_DATA, s->ben.token, &out, &b));
	good(s, rig_look(&s->rig, KEEPER_RIGHTS, s->ben.token, &out, &b));
	good(s, field_set(&s->rig, &s->ben, FIELD_NATIONALITY, "DE"));
	good(s, field_erase(&s->rig, &s->ben, FIELD_NATIONALITY));
	/* excluded once */
	office_refused(&s->rig, ask(s, 1, s->ben.address, &id), ERR_ABSENT, WHY_DECISION_SUBJECT);
}

static bool
ask_seat(struct scene *s, unsigned kind, int64_t *id)
{
	DROP(buf_wipe) struct buf in = {0};

	pack_u8(&in, kind);
	pack_text(&in, s->ben.address);
	pack_text(&in, "he would like to help");
	return office_asks(&s->rig, &s->officer[0], KEEPER_ROLE_ASK, &in, id);
}

/* Points alone bring no role back, officers give none, and what was asked for before ends nowhere. */
static void
no_role_comes_back(void **state)
{
	struct scene *s = *state;
	int64_t id, seat, other;
	unsigned is;

	good(s, ask_seat(s, DECISION_SUPPORT_GIVE, &seat));
	id = excluded(s);
	person_refresh(&s->rig, &s->ben);
	assert_int_equal(person_roles(&s->rig, &s->ben) & 1u << ROLE_ASSURER, 0);
	office_refused(&s->rig, ask_seat(s, DECISION_OFFICER_GIVE, &other), ERR_ABSENT, WHY_DECISION_SUBJECT);
	good(s, office_votes(&s->rig, &s->officer[1], seat, true, &is));
	office_refused(&s->rig, office_votes(&s->rig, &s->officer[2], seat, true, &is), ERR_CONFLICT, WHY_DECISION_SUBJECT);
	{
		DROP(buf_wipe) struct buf in = {0}, out = {0};

		person_sign_in(&s->rig, &s->ben);
		assert_true(rig_again(&s->rig, s->ben.token, TRUST_PASSWORD));
		rig_begin(&in, s->ben.token);
		pack_text(&in, "AAAA-AAAA-AAAA-AAAA");
		office_refused(&s->rig, rig_ask(&s->rig, KEEPER_ROLE_CODE, &in, &out), ERR_DENIED, WHY_EXCLUDED);
	}
	/* with the end of it comes what the points open, and no seat */
	good(s, ask_end(s, 0, id, &seat));
	good(s, office_votes(&s->rig, &s->officer[1], seat, true, &is));
	good(s, office_votes(&s->rig, &s->officer[2], seat, true, &is));
	assert_int_equal(person_roles(&s->rig, &s->ben), 1u << ROLE_ASSURER);
}

/* Does the newest line about the site about an exclusion say so? */
static bool
site_says(struct scene *s, const char *part)
{
	struct keeper *k = &s->rig.keeper;
	bool yes = false;
	int64_t all;

	rig_begin_hand(&s->rig);
	good(s, keeper_entries(k, &k->site, &all, &s->rig.err));
	for (int64_t i = all - 1; i >= 0 && i > all - 20; i--) {
		DROP(trail_entry_wipe) struct trail_entry x = {0};

		good(s, trail_find(k, &k->site, i, &x, &s->rig.err));
		yes = yes || (x.opened.purpose == PURPOSE_EXCLUDE && strstr(x.opened.object, part) != NULL);
	}
	rig_end_hand(&s->rig);
	return yes;
}

/* The account is erased, and still its address joins nobody; the answer is anybody's, the mailbox is told. */
static void
a_listed_address_is_told_by_mail_alone(void **state)
{
	struct scene *s = *state;
	struct rig_mail m;

	excluded(s);
	assert_int_equal(joins(s, s->ben.address, &m), MAIL_KNOWN);
	erase(s, &s->ben);
	assert_int_equal(joins(s, s->ben.address, &m), MAIL_EXCLUDED_JOIN);
	office_refused(&s->rig, rig_take(&s->rig, m.token), ERR_ABSENT, WHY_TOKEN);
	assert_int_equal(joins(s, "somebody@example.org", &m), MAIL_JOIN);
	rig_later(&s->rig, 5 * YEAR - 4 * 86400);
	office_sweep(&s->rig);
	assert_int_equal(joins(s, s->ben.address, &m), MAIL_EXCLUDED_JOIN);
	assert_false(site_says(s, "is over, hashes of addresses that went: 1"));
	rig_later(&s->rig, 86400);
	office_sweep(&s->rig);
	assert_int_equal(joins(s, s->ben.address, &m), MAIL_JOIN);
	assert_true(site_says(s, "is over, hashes of addresses that went: 1"));	/* nobody is left whose line it could be */
}

static int64_t
lines_of(struct scene *s, const struct person *p)
{
	int64_t n;

	rig_begin_hand(&s->rig);
	good(s, keeper_entries(&s->rig.keeper, &p->owner, &n, &s->rig.err));
	rig_end_hand(&s->rig);
	return n;
}

/* The kind of the mail that who adds this address to their account causes; one line of their history tells of it, whichever it is. */
static unsigned
adds(struct scene *s, struct person *p, const char *address, struct rig_mail *m)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t before;

	person_sign_in(&s->rig, p);
	while (rig_mail(&s->rig, m))
		;
	before = lines_of(s, p);
	rig_begin(&in, p->token);
	pack_text(&in, address);
	good(s, rig_ask(&s->rig, KEEPER_ADDRESS_ADD, &in, &out));
	assert_true(rig_mail(&s->rig, m));
	assert_string_equal(m->to, address);
	assert_int_equal(lines_of(s, p), before + 1);
	return m->kind;
}

static void
a_listed_address_is_added_to_no_account(void **state)
{
	struct scene *s = *state;
	struct rig_mail m;

	excluded(s);
	assert_int_equal(adds(s, &s->officer[0], "free@example.org", &m), MAIL_ADDRESS);
	assert_int_equal(adds(s, &s->officer[0], s->ben.address, &m), MAIL_ADDRESS_KNOWN);
	erase(s, &s->ben);
	assert_int_equal(adds(s, &s->officer[1], s->ben.address, &m), MAIL_EXCLUDED_ADD);
	office_refused(&s->rig, rig_take(&s->rig, m.token), ERR_ABSENT, WHY_TOKEN);
	rig_later(&s->rig, 5 * YEAR);
	office_sweep(&s->rig);
	assert_int_equal(adds(s, &s->officer[2], s->ben.address, &m), MAIL_ADDRESS);
	good(s, rig_take(&s->rig, m.token));
}

static void
it_ends_by_itself_or_by_two_officers(void **state)
{
	struct scene *s = *state;
	struct rig_mail m;
	char code[CODE_TEXT];
	unsigned is;
	int64_t id, end, other;

	id = excluded(s);
	good(s, ask_end(s, 1, id, &end));
	good(s, office_votes(&s->rig, &s->officer[0], end, true, &is));
	/* asked for once: nobody takes the votes for it away by asking again */
	office_refused(&s->rig, ask_end(s, 2, id, &other), ERR_CONFLICT, WHY_DECISION_DONE);
	good(s, office_votes(&s->rig, &s->officer[2], end, true, &is));
	assert_int_equal(is, DECISION_AGREED);
	assert_true(office_mailed(&s->rig, MAIL_DECIDED, "ben", &m));
	person_sign_in(&s->rig, &s->ben);
	good(s, meet_code(&s->rig, &s->ben, HANDOVER_SCREEN, code, &id));
	office_refused(&s->rig, ask_end(s, 1, 1, &end), ERR_CONFLICT, WHY_DECISION_DONE);
	office_refused(&s->rig, ask(s, 0, s->officer[0].address, &id), ERR_DENIED, WHY_DECISION_OWN);
	office_refused(&s->rig, ask(s, 0, "nobody@example.org", &id), ERR_ABSENT, WHY_DECISION_SUBJECT);
}

/* ---- seven days' notice ---- */

static bool
carries_out(struct scene *s, int officer, int64_t id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	person_sign_in(&s->rig, &s->officer[officer]);
	assert_true(rig_again(&s->rig, s->officer[officer].token, TRUST_PASSWORD));
	rig_begin(&in, s->officer[officer].token);
	pack_i64(&in, id);
	return rig_ask(&s->rig, KEEPER_DECISION_NOTICE, &in, &out);
}

/* The first asked, the second has a tie to him: only the third is free, and approves. */
static int64_t
noticed(struct scene *s)
{
	unsigned is;
	int64_t id;

	word_plant(&s->rig, &s->ben, &s->officer[1], 5, 1, false);
	good(s, ask(s, 0, s->ben.address, &id));
	office_refused(&s->rig, office_votes(&s->rig, &s->officer[1], id, false, &is), ERR_DENIED, WHY_DECISION_OWN);
	good(s, office_votes(&s->rig, &s->officer[2], id, true, &is));
	assert_int_equal(is, DECISION_OPEN);
	return id;
}

/* Whether each officer was told by mail that something waits for their vote; all mails are taken. */
static void
told_to_vote(struct scene *s, bool told[3])
{
	struct rig_mail m;

	memset(told, 0, 3 * sizeof(*told));
	while (rig_mail(&s->rig, &m))
		for (size_t i = 0; m.kind == MAIL_VOTE && i < 3; i++)
			told[i] |= strcmp(m.to, s->officer[i].address) == 0;
}

static void
those_whose_vote_it_waits_for_are_told(void **state)
{
	struct scene *s = *state;
	int64_t id;
	bool told[3];

	word_plant(&s->rig, &s->ben, &s->officer[1], 5, 1, false);
	told_to_vote(s, told);
	good(s, ask(s, 0, s->ben.address, &id));
	told_to_vote(s, told);
	assert_false(told[0]);		/* asked for it */
	assert_false(told[1]);		/* has a tie to the member, and no vote */
	assert_true(told[2]);
}

static void
one_officer_is_enough_after_seven_days(void **state)
{
	struct scene *s = *state;
	struct rig_mail m;
	char said[256];
	int64_t id = noticed(s);

	assert_true(office_mailed(&s->rig, MAIL_NOTICE, "officer1", &m));
	office_refused(&s->rig, carries_out(s, 2, id), ERR_CONFLICT, WHY_NOTICE);
	rig_later(&s->rig, 7 * 86400 - 1);
	office_refused(&s->rig, carries_out(s, 2, id), ERR_CONFLICT, WHY_NOTICE);
	rig_later(&s->rig, 1);
	office_refused(&s->rig, carries_out(s, 0, id), ERR_DENIED, WHY_DECISION_OWN);
	good(s, carries_out(s, 2, id));
	office_refused(&s->rig, carries_out(s, 2, id), ERR_CONFLICT, WHY_DECISION_DONE);
	assert_int_equal(person_roles(&s->rig, &s->ben) & 1u << ROLE_ASSURER, 0);
	person_sign_in(&s->rig, &s->ben);
	rig_said(&s->rig, &s->ben, PURPOSE_DECISION, said);
	assert_string_equal(said, "one officer was free: it stands after seven days' notice");
}

static void
an_objection_asks_for_a_second_officer(void **state)
{
	struct scene *s = *state;
	struct person further[2] = {0};
	int64_t id = noticed(s);
	unsigned is;

	office_refused(&s->rig, office_votes(&s->rig, &s->officer[1], id, true, &is), ERR_DENIED, WHY_DECISION_OWN);
	good(s, office_votes(&s->rig, &s->officer[1], id, false, &is));
	assert_int_equal(is, DECISION_OPEN);
	rig_later(&s->rig, 8 * 86400);
	office_refused(&s->rig, carries_out(s, 2, id), ERR_CONFLICT, WHY_NOTICE);
	/* it is an objection and no vote: the next one's "no" is the first */
	for (int i = 0; i < 2; i++) {
		person_make(&s->rig, &further[i], i == 0 ? "nia" : "noa", "New", i == 0 ? "Nia" : "Noa", NULL, NULL);
		rig_begin_hand(&s->rig);
		good(s, role_set(&s->rig.keeper, &further[i].owner, ROLE_OFFICER, true, ACTOR_SYSTEM, rig_now(&s->rig), &s->rig.err));
		rig_end_hand(&s->rig);
		person_sign_in(&s->rig, &further[i]);
		good(s, office_votes(&s->rig, &further[i], id, i == 1, &is));
		assert_int_equal(is, i == 0 ? DECISION_OPEN : DECISION_AGREED);
	}
}

/* Where somebody else could vote, one approval is one approval. */
static void
no_notice_where_another_is_free(void **state)
{
	struct scene *s = *state;
	struct rig_mail m;
	unsigned is;
	int64_t id;

	good(s, ask(s, 0, s->ben.address, &id));
	good(s, office_votes(&s->rig, &s->officer[2], id, true, &is));
	assert_false(office_mailed(&s->rig, MAIL_NOTICE, "officer", &m));
	rig_later(&s->rig, 8 * 86400);
	office_refused(&s->rig, carries_out(s, 2, id), ERR_CONFLICT, WHY_NOTICE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_role_no_code_and_all_rights), TEST(no_role_comes_back), TEST(a_listed_address_is_told_by_mail_alone), TEST(a_listed_address_is_added_to_no_account), TEST(it_ends_by_itself_or_by_two_officers),
		TEST(those_whose_vote_it_waits_for_are_told), TEST(one_officer_is_enough_after_seven_days), TEST(an_objection_asks_for_a_second_officer), TEST(no_notice_where_another_is_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
