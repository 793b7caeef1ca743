/* tests/unit/test_decision.c - two officers decide: founding, objections, suspensions, found fraud, and what each means. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/founding.h"
#include "privacy/facts/role.h"
#include "privacy/keeper/doctor.h"
#include "tests/unit/event_rig.h"

struct scene { struct rig rig; struct person officer[3], ann, ben, cleo; };

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	struct err e = {0};

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", NULL });
	for (int i = 0; i < 3; i++) {
		char login[32];

		snprintf(login, sizeof(login), "officer%d", i);
		person_make(&s->rig, &s->officer[i], login, "Olu", login, NULL, NULL);
		rig_begin_hand(&s->rig);
		assert_true(role_set(&s->rig.keeper, &s->officer[i].owner, ROLE_OFFICER, true, ACTOR_SYSTEM, rig_now(&s->rig), &e));
		rig_end_hand(&s->rig);
		person_sign_in(&s->rig, &s->officer[i]);
	}
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
people(struct scene *s)
{
	person_make(&s->rig, &s->ann, "ann", "Ann", "Briain", "1984-02-29", NULL);
	person_assurer(&s->rig, &s->ben, "ben", "Ben", "Adeyemi");
	person_assurer(&s->rig, &s->cleo, "cleo", "Cleo", "Marín");
}

static void
refused(const struct scene *s, bool did, enum err_kind kind, uint32_t why)
{
	if (did || s->rig.err.kind != kind || s->rig.err.why != why)
		fail_msg("wanted %d/%u, got %d: %d/%u %s", kind, why, did, s->rig.err.kind, s->rig.err.why, s->rig.err.text);
}

static void
freshen(struct scene *s, struct person *p)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_text(&in, TRUST_PASSWORD);
	pack_bytes(&in, "192.0.2.1", 9);
	assert_true(rig_ask(&s->rig, KEEPER_PASSWORD_AGAIN, &in, &out));
	memcpy(p->token, out.data, TOKEN_BYTES);
}

static bool
vote(struct scene *s, int officer, int64_t id, bool yes, unsigned *is)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span a;

	freshen(s, &s->officer[officer]);
	rig_begin(&in, s->officer[officer].token);
	pack_i64(&in, id);
	pack_u8(&in, yes);
	pack_text(&in, "having looked into it");
	if (!rig_ask(&s->rig, KEEPER_DECISION_VOTE, &in, &out))
		return false;
	a = span_buf(&out);
	rig_block(&a, &b);
	*is = unpack_u8(&a);
	assert_int_equal(unpack_u8(&a), 0);	/* none of these officers is a founder */
	return !a.bad;
}

static bool
look(struct scene *s, int officer, int64_t id, struct buf *out)
{
	DROP(buf_wipe) struct buf in = {0};

	rig_begin(&in, s->officer[officer].token);
	pack_i64(&in, id);
	return rig_ask(&s->rig, KEEPER_DECISION_LOOK, &in, out);
}

static bool
ask_standing(struct scene *s, int officer, unsigned kind, const struct person *p, int64_t *id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span a;

	freshen(s, &s->officer[officer]);
	rig_begin(&in, s->officer[officer].token);
	pack_u8(&in, kind);
	pack_i64(&in, p->owner.number);
	pack_text(&in, "three members say so");
	if (!rig_ask(&s->rig, KEEPER_STANDING_ASK, &in, &out))
		return false;
	a = span_buf(&out);
	rig_block(&a, &b);
	*id = unpack_i64(&a);
	return !a.bad;
}

static int64_t
points(struct scene *s, const struct person *p)
{
	struct points pt;

	person_points(&s->rig, p, &pt);
	return pt.assurance;
}

static bool
object(struct scene *s, struct person *p, int64_t id, const char *words)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_i64(&in, id);
	pack_text(&in, words);
	return rig_ask(&s->rig, KEEPER_ASSURANCE_OBJECT, &in, &out);
}

/* The newest assurance there is. */
static int64_t
newest(struct scene *s)
{
	struct assurance a;
	int64_t id = 0;

	rig_begin_hand(&s->rig);
	while (assurance_get(&s->rig.keeper, id + 1, &a, NULL))
		id++;
	rig_end_hand(&s->rig);
	return id;
}

#define FOUNDERS 4

static bool
offer_put(struct scene *s, struct person *p, bool on)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_u8(&in, on);
	return rig_ask(&s->rig, KEEPER_FOUNDER_OFFER, &in, &out);
}

static bool
offer(struct scene *s, struct person *p)
{
	return offer_put(s, p, true);
}

/* Ask for the founding by these; the last place is somebody else's when `stranger` says so. */
static bool
ask_founding(struct scene *s, const struct person *f, unsigned n, const struct person *stranger, int64_t *id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span a;

	freshen(s, &s->officer[0]);
	rig_begin(&in, s->officer[0].token);
	pack_u8(&in, n);
	for (unsigned i = 0; i < n; i++)
		pack_i64(&in, stranger != NULL && i + 1 == n ? stranger->owner.number : f[i].owner.number);
	pack_text(&in, "the four who began it");
	if (!rig_ask(&s->rig, KEEPER_FOUNDING_ASK, &in, &out))
		return false;
	a = span_buf(&out);
	rig_block(&a, &b);
	*id = unpack_i64(&a);
	return !a.bad;
}

static void
founders_ready(struct scene *s, struct person f[FOUNDERS])
{
	struct trust_facts t = { .passed_at = 1 };

	for (unsigned i = 0; i < FOUNDERS; i++) {
		char login[32];

		snprintf(login, sizeof(login), "founder%u", i);
		person_make(&s->rig, &f[i], login, "Founder", login, "1980-01-01", NULL);
		refused(s, offer(s, &f[i]), ERR_DENIED, WHY_FOUNDER_READY);
		person_facts(&s->rig, &f[i], &t);
		assert_true(offer(s, &f[i]));
	}
}

/* Each meets the three others: 105 recorded, 100 count, and they are assurers. */
static void
founders_meet(struct scene *s, struct person f[FOUNDERS])
{
	for (unsigned i = 0; i < FOUNDERS; i++)
		for (unsigned j = 0; j < FOUNDERS; j++) {
			char name[32];

			snprintf(name, sizeof(name), "Founder founder%u", j);
			if (i != j)
				assert_true(meet_whole(&s->rig, &f[i], &f[j], name, "1980-01-01", 35));
		}
	for (unsigned i = 0; i < FOUNDERS; i++) {
		struct points p;

		person_points(&s->rig, &f[i], &p);
		assert_int_equal(p.assurance, 100);
		assert_true(p.founder && p.assurer);
		assert_int_equal(p.give_most, 35);
		assert_int_equal(p.experience, 0);
	}
}

static enum founding_state
founding_of(struct scene *s, const struct person *p)
{
	enum founding_state is = 0;

	rig_begin_hand(&s->rig);
	assert_true(founding_state_of(&s->rig.keeper, p->owner.number, &is, NULL));
	rig_end_hand(&s->rig);
	return is;
}

static void
founders_begin_with_nothing(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	struct person f[FOUNDERS] = {0};
	unsigned is;
	int64_t id;

	founders_ready(s, f);
	assert_int_equal(founding_of(s, &f[0]), FOUNDING_OFFERED);
	assert_int_equal(founding_of(s, &s->officer[0]), FOUNDING_OPEN);
	refused(s, ask_founding(s, f, 3, NULL, &id), ERR_INPUT, WHY_FOUNDERS_COUNT);
	refused(s, ask_founding(s, f, 4, &s->officer[2], &id), ERR_ABSENT, WHY_DECISION_SUBJECT);
	refused(s, ask_founding(s, f, 4, &f[0], &id), ERR_INPUT, 0);
	assert_true(ask_founding(s, f, 4, NULL, &id));
	refused(s, ask_founding(s, f, 4, NULL, &id), ERR_CONFLICT, WHY_DECISION_DONE);
	assert_true(vote(s, 0, id, true, &is));
	assert_int_equal(is, DECISION_OPEN);
	refused(s, vote(s, 0, id, true, &is), ERR_DENIED, WHY_DECISION_OWN);
	assert_true(vote(s, 1, id, true, &is));
	assert_int_equal(is, DECISION_AGREED);
	refused(s, vote(s, 2, id, true, &is), ERR_CONFLICT, WHY_DECISION_DONE);
	for (unsigned i = 0; i < FOUNDERS; i++)
		person_sign_in(&s->rig, &f[i]);
	assert_int_equal(founding_of(s, &f[0]), FOUNDING_DONE);
	founders_meet(s, f);
	/* a year later the mark is over, and what it gave */
	rig_later(&s->rig, 365 * 86400);
	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	assert_int_equal(points(s, &f[0]), 0);
	assert_int_equal(person_roles(&s->rig, &f[0]) & 1u << ROLE_ASSURER, 0);
	/* once only */
	person_sign_in(&s->rig, &f[0]);
	refused(s, offer(s, &f[0]), ERR_CONFLICT, WHY_FOUNDED);
}

/* Who took the offer back before it was agreed to is no founder; too few left, and there is no founding. */
static void
who_offers_no_longer_founds_nothing(void **state)
{
	struct scene *s = *state;
	struct person f[FOUNDERS] = {0};
	struct points p;
	unsigned is;
	int64_t id;

	founders_ready(s, f);
	assert_true(ask_founding(s, f, 4, NULL, &id));
	assert_true(vote(s, 0, id, true, &is));
	assert_true(offer_put(s, &f[3], false));
	refused(s, vote(s, 1, id, true, &is), ERR_CONFLICT, WHY_FOUNDERS_COUNT);
	s->rig.set.trust.founders_least = 3;
	assert_true(vote(s, 1, id, true, &is));
	assert_int_equal(is, DECISION_AGREED);
	for (unsigned i = 0; i < FOUNDERS; i++) {
		person_points(&s->rig, &f[i], &p);
		assert_int_equal(p.founder, i < 3);
	}
}

static void
an_upheld_objection_takes_the_points(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	struct rig_mail mail;
	char said[256];
	unsigned is;
	int64_t id;

	people(s);
	assert_true(meet_whole(&s->rig, &s->ben, &s->ann, "Ann Briain", "1984-02-29", 35));
	id = newest(s);
	refused(s, object(s, &s->cleo, id, "not mine"), ERR_ABSENT, WHY_ASSURE_DONE);
	refused(s, object(s, &s->ann, id, ""), ERR_INPUT, WHY_WORDS);
	assert_true(object(s, &s->ann, id, "We never met; somebody used my code"));
	refused(s, object(s, &s->ann, id, "again"), ERR_CONFLICT, WHY_ASSURE_DONE);
	assert_true(rig_mail_of(&s->rig, MAIL_OBJECTED, &mail));
	assert_string_equal(mail.to, s->ben.address);
	rig_said(&s->rig, &s->ben, PURPOSE_OBJECTION, said);
	assert_string_equal(said, "an objection");
	assert_int_equal(points(s, &s->ann), 35);		/* it stands until decided */
	/* an officer reads the words, which the member sees, and only behind the password */
	person_sign_in(&s->rig, &s->officer[0]);
	refused(s, look(s, 0, 1, &out), ERR_DENIED, WHY_PASSWORD_NEEDED);
	freshen(s, &s->officer[0]);
	assert_true(look(s, 0, 1, &out));
	assert_non_null(memmem(out.data, out.len, "We never met", 12));
	assert_null(memmem(out.data, out.len, "having looked into it", 21));
	refused(s, look(s, 0, 4711, &out), ERR_ABSENT, WHY_NONE);
	assert_true(vote(s, 0, 1, true, &is));
	assert_true(vote(s, 1, 1, false, &is));
	assert_int_equal(is, DECISION_OPEN);
	assert_true(vote(s, 2, 1, true, &is));
	assert_int_equal(is, DECISION_AGREED);
	assert_true(look(s, 2, 1, &out));			/* and what the others weighed */
	assert_non_null(memmem(out.data, out.len, "having looked into it", 21));
	assert_int_equal(points(s, &s->ann), 0);
	assert_true(rig_mail_of(&s->rig, MAIL_DECIDED, &mail));
	/* too late after two weeks */
	assert_true(meet_whole(&s->rig, &s->cleo, &s->ann, "Ann Briain", "1984-02-29", 35));
	rig_later(&s->rig, 14 * 86400 + 1);
	person_sign_in(&s->rig, &s->ann);
	refused(s, object(s, &s->ann, newest(s), "too late"), ERR_DENIED, WHY_ASSURE_LATE);
}

static int64_t
words_kept(struct scene *s, const struct person *p)
{
	static const struct sql count = { "test_words", "ii", "i",
		"SELECT CAST(COUNT(*) AS bigint) FROM sealed WHERE subject = $1 AND field = $2 AND box IS NOT NULL" };
	DROP(rows_drop) struct rows *r = NULL;
	struct err e = {0};

	assert_true(sql_first(s->rig.keeper.store, &r, &count, &e, p->owner.number, (int64_t)FIELD_MESSAGE));
	return rows_i64(r, 0);
}

static void
sweep(struct scene *s)
{
	DROP(buf_wipe) struct buf out = {0};

	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
}

/* A year after it was decided; till then, however long that takes. */
static void
the_words_of_an_objection_are_forgotten(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned is;

	people(s);
	assert_true(meet_whole(&s->rig, &s->ben, &s->ann, "Ann Briain", "1984-02-29", 35));
	assert_true(object(s, &s->ann, newest(s), "We never met; somebody used my code"));
	rig_later(&s->rig, 400 * 86400);
	sweep(s);
	assert_int_equal(words_kept(s, &s->ann), 1);
	/* their terms ended meanwhile: others would sit now, here it is the same ones again */
	rig_begin_hand(&s->rig);
	for (int i = 0; i < 3; i++)
		assert_true(role_set(&s->rig.keeper, &s->officer[i].owner, ROLE_OFFICER, true, ACTOR_SYSTEM, rig_now(&s->rig), &s->rig.err));
	rig_end_hand(&s->rig);
	for (int i = 0; i < 3; i++)
		person_sign_in(&s->rig, &s->officer[i]);
	assert_true(vote(s, 0, 1, false, &is));
	assert_true(vote(s, 1, 1, false, &is));
	assert_int_equal(is, DECISION_REFUSED);
	rig_later(&s->rig, 365 * 86400);
	sweep(s);
	assert_int_equal(words_kept(s, &s->ann), 1);
	rig_later(&s->rig, 1);
	sweep(s);
	assert_int_equal(words_kept(s, &s->ann), 0);
	person_sign_in(&s->rig, &s->officer[0]);
	freshen(s, &s->officer[0]);
	rig_begin(&in, s->officer[0].token);
	pack_i64(&in, 1);
	assert_true(rig_ask(&s->rig, KEEPER_DECISION_LOOK, &in, &out));
}

static unsigned
standing_of(struct scene *s, const struct person *p)
{
	struct trust_facts t;

	rig_begin_hand(&s->rig);
	assert_true(trust_get(&s->rig.keeper, p->owner.number, &t, NULL));
	rig_end_hand(&s->rig);
	return t.standing;
}

static void
suspended_and_back(void **state)
{
	struct scene *s = *state;
	unsigned is;
	int64_t id, fraud;

	people(s);
	assert_true(ask_standing(s, 0, DECISION_SUSPEND, &s->ben, &id));
	refused(s, ask_standing(s, 1, DECISION_SUSPEND, &s->ben, &id), ERR_CONFLICT, WHY_DECISION_SUBJECT);
	refused(s, ask_standing(s, 1, DECISION_LIFT, &s->ben, &id), ERR_CONFLICT, WHY_DECISION_SUBJECT);
	refused(s, vote(s, 0, id, true, &is), ERR_DENIED, WHY_DECISION_OWN);	/* who asked */
	assert_true(vote(s, 1, id, true, &is));
	assert_int_equal(person_roles(&s->rig, &s->ben) & 1u << ROLE_ASSURER, 1u << ROLE_ASSURER);
	assert_true(vote(s, 2, id, true, &is));
	assert_int_equal(is, DECISION_AGREED);
	assert_int_equal(person_roles(&s->rig, &s->ben) & 1u << ROLE_ASSURER, 0);
	assert_true(ask_standing(s, 1, DECISION_LIFT, &s->ben, &id));
	assert_true(vote(s, 0, id, true, &is));
	assert_true(vote(s, 2, id, true, &is));
	assert_int_equal(person_roles(&s->rig, &s->ben) & 1u << ROLE_ASSURER, 1u << ROLE_ASSURER);
	/* what was asked for before stands as it stands then: nothing lifts or softens a finding of fraud */
	assert_true(ask_standing(s, 0, DECISION_SUSPEND, &s->ben, &id));
	assert_true(ask_standing(s, 1, DECISION_FRAUD, &s->ben, &fraud));
	assert_true(vote(s, 1, id, true, &is));
	assert_true(vote(s, 0, fraud, true, &is));
	assert_true(vote(s, 2, fraud, true, &is));
	assert_int_equal(is, DECISION_AGREED);
	refused(s, vote(s, 2, id, true, &is), ERR_CONFLICT, WHY_DECISION_SUBJECT);
	assert_int_equal(standing_of(s, &s->ben), STANDING_FRAUD);
	assert_true(vote(s, 2, id, false, &is));
	/* nobody decides about themselves */
	refused(s, ask_standing(s, 0, DECISION_SUSPEND, &s->officer[0], &id), ERR_DENIED, WHY_DECISION_OWN);
}

static void
fraud_falls_in_stages(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct rig_mail mail;
	struct points p;
	struct span a;
	unsigned is;
	int64_t id;

	people(s);
	assert_true(meet_whole(&s->rig, &s->ben, &s->ann, "Ann Briain", "1984-02-29", 35));
	assert_true(meet_whole(&s->rig, &s->cleo, &s->ann, "Ann Briain", "1984-02-29", 20));
	/* what would it mean?  Ann would have 20 of 55 */
	freshen(s, &s->officer[0]);
	rig_begin(&in, s->officer[0].token);
	pack_text(&in, "ben@example.org");
	assert_true(rig_ask(&s->rig, KEEPER_STANDING_LOOK, &in, &out));
	a = span_buf(&out);
	rig_block(&a, &b);
	assert_int_equal(unpack_i64(&a), s->ben.owner.number);
	assert_int_equal(unpack_u8(&a), STANDING_GOOD);
	assert_int_equal(unpack_u8(&a), 1);
	assert_int_equal(unpack_u8(&a), 1);
	assert_int_equal(unpack_i64(&a), 26);			/* 25 were planted */
	assert_int_equal(unpack_i64(&a), 2);
	assert_int_equal(unpack_i64(&a), 1);
	rig_begin(&in, s->officer[0].token);
	pack_text(&in, "nobody@example.org");
	refused(s, rig_ask(&s->rig, KEEPER_STANDING_LOOK, &in, &out), ERR_ABSENT, WHY_DECISION_SUBJECT);

	assert_true(ask_standing(s, 0, DECISION_FRAUD, &s->ben, &id));
	assert_true(vote(s, 1, id, true, &is));
	assert_true(vote(s, 2, id, true, &is));
	person_points(&s->rig, &s->ann, &p);
	assert_int_equal(p.assurance, 55);			/* for sixty days */
	assert_int_equal(p.falls_at, rig_now(&s->rig) + 60 * 86400);
	assert_int_equal(p.falls_to, 20);
	do
		assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	while (out.data[out.len - 1] != 0);
	do
		assert_true(rig_mail_of(&s->rig, MAIL_POINTS_FALL, &mail));
	while (strcmp(mail.to, s->ann.address) != 0);
	rig_later(&s->rig, 60 * 86400 - 1);
	assert_int_equal(points(s, &s->ann), 55);
	rig_later(&s->rig, 1);
	assert_int_equal(points(s, &s->ann), 20);
	/* the pair is free: whoever is in good standing may vouch anew */
	person_sign_in(&s->rig, &s->ben);
	refused(s, rig_look(&s->rig, KEEPER_DRAFTS, s->ben.token, &out, &b), ERR_DENIED, WHY_ROLE);
}

static void
only_officers_and_not_for_ever(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	unsigned is;
	int64_t id;

	people(s);
	refused(s, rig_look(&s->rig, KEEPER_DECISIONS, s->ben.token, &out, &b), ERR_DENIED, WHY_ROLE);
	assert_true(ask_standing(s, 0, DECISION_SUSPEND, &s->ben, &id));
	rig_later(&s->rig, 30 * 86400 + 1);
	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	for (int i = 0; i < 3; i++)
		person_sign_in(&s->rig, &s->officer[i]);
	refused(s, vote(s, 1, id, true, &is), ERR_CONFLICT, WHY_DECISION_DONE);
	assert_true(rig_look(&s->rig, KEEPER_DECISIONS, s->officer[1].token, &out, &b));
	/* a stale session does not decide */
	assert_true(ask_standing(s, 0, DECISION_SUSPEND, &s->ben, &id));
	rig_begin(&in, s->officer[2].token);
	pack_i64(&in, id);
	pack_u8(&in, 1);
	pack_text(&in, "why not");
	rig_later(&s->rig, 601);
	refused(s, rig_ask(&s->rig, KEEPER_DECISION_VOTE, &in, &out), ERR_DENIED, WHY_PASSWORD_NEEDED);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(founders_begin_with_nothing), CASE(who_offers_no_longer_founds_nothing),
		CASE(an_upheld_objection_takes_the_points),
		CASE(the_words_of_an_objection_are_forgotten), CASE(suspended_and_back),
		CASE(fraud_falls_in_stages), CASE(only_officers_and_not_for_ever),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
