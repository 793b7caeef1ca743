/* tests/unit/test_paper.c - paper forms: who has which, until when; and third parties' checks with their top-up. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/keeper/doctor.h"
#include "tests/unit/event_rig.h"

#define ANN	"Ann Briain"
#define BORN	"1984-02-29"

struct scene { struct rig rig; struct person ann, ben, cleo; };

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", "trust.ttp.countries=NZ FJ", NULL });
	person_make(&s->rig, &s->ann, "ann", "Ann", "Briain", BORN, NULL);
	person_assurer(&s->rig, &s->ben, "ben", "Ben", "Adeyemi");
	person_assurer(&s->rig, &s->cleo, "cleo", "Cleo", "Marín");
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

/* ---- paper ---- */

struct form { int64_t number; unsigned state; };

static size_t
forms(struct scene *s, struct person *p, struct form *into)
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct span a;
	uint32_t n;

	assert_true(rig_look(&s->rig, KEEPER_PAPERS, p->token, &out, &b));
	a = span_buf(&out);
	rig_block(&a, &b);
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n; i++) {
		char initials[64];

		into[i].number = unpack_i64(&a);
		unpack_text(&a, initials, sizeof(initials));
		assert_string_equal(initials, "A. B.");
		unpack_i64(&a), unpack_i64(&a), unpack_i64(&a);
		into[i].state = unpack_u8(&a);
	}
	assert_false(a.bad);
	return n;
}

static bool
with_id(struct scene *s, struct person *p, uint32_t op, int64_t id, const char *text, int answer)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_i64(&in, id);
	if (text != NULL)
		pack_text(&in, text);
	if (answer >= 0)
		pack_u8(&in, (unsigned)answer);
	return rig_ask(&s->rig, op, &in, &out);
}

/* An assurance whose assurer keeps a form; its id. */
static int64_t
on_paper(struct scene *s)
{
	struct draft_words w = { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 30, .paper = true };
	char code[CODE_TEXT];
	int64_t id, draft;
	struct met m;
	uint32_t why;

	assert_true(meet_code(&s->rig, &s->ann, HANDOVER_SCREEN, code, &id));
	assert_true(meet_take(&s->rig, &s->ben, code, &id));
	assert_true(meet_match(&s->rig, &s->ben, id, ANN, BORN, "", "", &m));
	assert_true(meet_draft(&s->rig, &s->ben, id, &w, &draft));
	assert_true(meet_sign(&s->rig, &s->ben, draft, &why));
	assert_int_equal(why, WHY_NONE);
	return draft;
}

static void
a_form_is_kept_confirmed_due_and_destroyed(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	struct rig_mail mail;
	struct form f[4];
	char said[256];
	int64_t id = on_paper(s);

	assert_int_equal(forms(s, &s->ben, f), 1);
	assert_int_equal(f[0].state, PAPER_KEPT);
	assert_int_equal(forms(s, &s->cleo, f), 0);
	/* once a year the holder is asked */
	rig_later(&s->rig, 366 * 86400);
	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	assert_true(rig_mail_of(&s->rig, MAIL_PAPER, &mail));
	assert_string_equal(mail.to, s->ben.address);
	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	assert_false(rig_mail_of(&s->rig, MAIL_PAPER, &mail));
	/* seven years later it is due */
	rig_later(&s->rig, 6 * 365 * 86400);
	person_sign_in(&s->rig, &s->ben);
	forms(s, &s->ben, f);
	assert_int_equal(f[0].state, PAPER_DUE);
	/* confirmed on screen it need not be kept at all */
	person_sign_in(&s->rig, &s->ann);
	assert_true(with_id(s, &s->ann, KEEPER_ASSURANCE_CONFIRM, id, NULL, -1));
	forms(s, &s->ben, f);
	assert_int_equal(f[0].state, PAPER_CONFIRMED);
	rig_said(&s->rig, &s->ben, PURPOSE_ASSURE, said);
	assert_string_equal(said, "confirmed on screen");
	refused(s, with_id(s, &s->ann, KEEPER_PAPER_DESTROYED, f[0].number, NULL, -1), ERR_ABSENT, WHY_PAPER_ABSENT);
	assert_true(with_id(s, &s->ben, KEEPER_PAPER_DESTROYED, f[0].number, NULL, -1));
	assert_true(with_id(s, &s->ben, KEEPER_PAPER_DESTROYED, f[0].number, NULL, -1));
	forms(s, &s->ben, f);
	assert_int_equal(f[0].state, PAPER_DESTROYED);
}

/* The list forgets it a month later, but its number is not given again. */
static void
a_destroyed_form_is_forgotten(void **state)
{
	struct scene *s = *state;
	struct form f[4];

	on_paper(s);
	assert_true(with_id(s, &s->ben, KEEPER_PAPER_DESTROYED, 1, NULL, -1));
	rig_later(&s->rig, 31 * 86400);
	rig_sweep(&s->rig);
	person_sign_in(&s->rig, &s->ben);
	person_sign_in(&s->rig, &s->ann);
	assert_int_equal(forms(s, &s->ben, f), 1);
	s->rig.set.trust.again = 0;
	on_paper(s);
	rig_sweep(&s->rig);
	assert_int_equal(forms(s, &s->ben, f), 1);
	assert_int_equal(f[0].number, 2);
	assert_int_equal(f[0].state, PAPER_KEPT);
}

static void
a_form_changes_hands_by_two(void **state)
{
	struct scene *s = *state;
	struct rig_mail mail;
	struct form f[4];
	char said[256];

	on_paper(s);
	freshen(s, &s->ben);
	refused(s, with_id(s, &s->ben, KEEPER_PAPER_OFFER, 1, "ann@example.org", -1), ERR_ABSENT, WHY_DECISION_SUBJECT);
	refused(s, with_id(s, &s->ben, KEEPER_PAPER_OFFER, 1, "nobody@example.org", -1), ERR_ABSENT, WHY_DECISION_SUBJECT);
	refused(s, with_id(s, &s->ben, KEEPER_PAPER_OFFER, 1, "ben@example.org", -1), ERR_ABSENT, WHY_DECISION_SUBJECT);
	refused(s, with_id(s, &s->ben, KEEPER_PAPER_OFFER, 9, "cleo@example.org", -1), ERR_ABSENT, WHY_PAPER_ABSENT);
	assert_true(with_id(s, &s->ben, KEEPER_PAPER_OFFER, 0, "cleo@example.org", -1));
	assert_true(rig_mail_of(&s->rig, MAIL_PAPER_OFFERED, &mail));
	assert_string_equal(mail.to, s->cleo.address);
	forms(s, &s->ben, f);
	assert_int_equal(f[0].state, PAPER_OFFERED);
	forms(s, &s->cleo, f);
	assert_int_equal(f[0].state, PAPER_OFFERED_TO_YOU);
	assert_true(with_id(s, &s->cleo, KEEPER_PAPER_ACCEPT, 1, NULL, 0));
	refused(s, with_id(s, &s->cleo, KEEPER_PAPER_ACCEPT, 1, NULL, 1), ERR_ABSENT, WHY_PAPER_ABSENT);
	assert_true(with_id(s, &s->ben, KEEPER_PAPER_OFFER, 1, "cleo@example.org", -1));
	assert_true(with_id(s, &s->cleo, KEEPER_PAPER_ACCEPT, 1, NULL, 1));
	rig_said(&s->rig, &s->ben, PURPOSE_PAPER, said);
	assert_string_equal(said, "form 1: taken over");
	assert_int_equal(forms(s, &s->ben, f), 0);
	/* Who has none to offer learns neither who is an assurer nor who is a member. */
	for (size_t i = 0; i < 3; i++)
		refused(s, with_id(s, &s->ben, KEEPER_PAPER_OFFER, 0, (const char *const[]){ "cleo@example.org", "ann@example.org",
		    "nobody@example.org" }[i], -1), ERR_ABSENT, WHY_PAPER_ABSENT);
	assert_int_equal(forms(s, &s->cleo, f), 1);
	assert_int_equal(f[0].state, PAPER_KEPT);
}

/* ---- trusted third parties ---- */

static bool
ttp_code(struct scene *s, const char *country, char code[CODE_TEXT], int64_t *id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span a;

	if (!rig_again(&s->rig, s->ann.token, TRUST_PASSWORD))
		return false;
	rig_begin(&in, s->ann.token);
	pack_text(&in, country);
	if (!rig_ask(&s->rig, KEEPER_TTP_NEW, &in, &out))
		return false;
	a = span_buf(&out);
	rig_block(&a, &b);
	*id = unpack_i64(&a);
	return meet_code_shown(&s->rig, &s->ann, *id, code);
}

/* An assurer without the experience cannot note it, so the code stays good for one who can. */
static void
only_a_senior_assurer_takes_the_code(void **state)
{
	struct scene *s = *state;
	struct person dan = {0};
	char code[CODE_TEXT];
	int64_t id, taken;

	person_make(&s->rig, &dan, "dan", "Dan", "Okafor", "1970-01-01", NULL);
	person_vouched(&s->rig, &dan, 3, true);
	assert_true(ttp_code(s, "FJ", code, &id));
	refused(s, meet_take(&s->rig, &dan, code, &taken), ERR_DENIED, WHY_ASSURE_SENIOR);
	assert_true(meet_take(&s->rig, &s->ben, code, &taken));
	assert_int_equal(taken, id);
	refused(s, meet_take(&s->rig, &s->cleo, code, &taken), ERR_DENIED, WHY_HANDOVER);
}

static bool
check(struct scene *s, struct person *by, const char *third, uint32_t *why)
{
	struct draft_words w = { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 35, .third_party = third };
	char code[CODE_TEXT];
	int64_t id, draft;
	struct met m;

	return ttp_code(s, "NZ", code, &id) && meet_take(&s->rig, by, code, &id) &&
	    meet_match(&s->rig, by, id, ANN, BORN, "", "", &m) && meet_draft(&s->rig, by, id, &w, &draft) &&
	    meet_sign(&s->rig, by, draft, why);
}

static void
two_third_parties_and_a_top_up(void **state)
{
	struct scene *s = *state;
	struct draft_words w = { .names = 1, .points = 35 };
	char code[CODE_TEXT];
	struct points p;
	struct met m;
	int64_t id, draft;
	uint32_t why = WHY_NONE;

	refused(s, ttp_code(s, "DE", code, &id), ERR_DENIED, WHY_TTP_COUNTRY);
	refused(s, ttp_code(s, "nz", code, &id), ERR_DENIED, WHY_TTP_COUNTRY);
	refused(s, meet_code(&s->rig, &s->ann, HANDOVER_TOPUP, code, &id), ERR_DENIED, WHY_ASSURE_TTP_FIRST);
	refused(s, check(s, &s->ben, "", &why), ERR_INPUT, WHY_WORDS);
	assert_true(check(s, &s->ben, "Tane Ngata, notary, Gisborne", &why));
	assert_int_equal(why, WHY_NONE);
	/* the same notary, spelled otherwise, is the same one */
	refused(s, check(s, &s->ben, "tāne ngata, Notary,  Gisborne", &why), ERR_DENIED, WHY_ASSURE_AGAIN);
	person_points(&s->rig, &s->ann, &p);
	assert_int_equal(p.assurance, 35);
	assert_true(check(s, &s->ben, "Mere Pohatu, bank manager, Napier", &why));
	assert_int_equal(why, WHY_NONE);
	refused(s, check(s, &s->cleo, "Hone Rapata, lawyer, Wairoa", &why), ERR_DENIED, WHY_ASSURE_TTP_ENOUGH);
	person_points(&s->rig, &s->ann, &p);
	assert_int_equal(p.assurance, 70);
	/* who tops up met nobody, and needs no paper before them */
	assert_true(meet_code(&s->rig, &s->ann, HANDOVER_TOPUP, code, &id));
	assert_true(meet_take(&s->rig, &s->cleo, code, &id));
	assert_true(meet_match(&s->rig, &s->cleo, id, ANN, BORN, "", "", &m));
	assert_true(meet_draft(&s->rig, &s->cleo, id, &w, &draft));
	assert_true(meet_sign(&s->rig, &s->cleo, draft, &why));
	assert_int_equal(why, WHY_NONE);
	person_points(&s->rig, &s->ann, &p);
	assert_int_equal(p.assurance, 100);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(a_form_is_kept_confirmed_due_and_destroyed), CASE(a_destroyed_form_is_forgotten),
		CASE(a_form_changes_hands_by_two),
		CASE(only_a_senior_assurer_takes_the_code), CASE(two_third_parties_and_a_top_up),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
