/* tests/unit/test_slip.c - met first, joined later: a slip opens with its code alone, for whom it was filled in, under the rules of that day. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/slip.h"
#include "privacy/keeper/doctor.h"
#include "tests/unit/event_rig.h"

struct scene { struct rig rig; struct person ann, dov, ben, cleo; };	/* Ben fills slips */

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", "session.life=7d", "session.idle=1d", NULL });
	person_make(&s->rig, &s->ann, "ann", "Ann Zoë", "Ó Briain", "1984-02-29", "X 123-456");
	person_make(&s->rig, &s->dov, "dov", "Dov", "Katz", "1990-01-31", "Y 1");
	person_assurer(&s->rig, &s->ben, "ben", "Ben", "Adeyemi");
	person_assurer(&s->rig, &s->cleo, "cleo", "Cleo", "Marín");
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

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
sound(struct scene *s)
{
	if (!doctor_look(&s->rig.keeper, &s->rig.err))
		fail_msg("doctor: %s", s->rig.err.text);
}

/* ---- steps ---- */

struct words { const char *password, *name, *birth, *place, *met; uint32_t documents; bool refuses, parent; int64_t points; };

static bool
fill(struct scene *s, struct person *p, const struct words *w, int64_t *number, char code[CODE_TEXT])
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span a;

	rig_begin(&in, p->token);
	pack_text(&in, w->password == NULL ? TRUST_PASSWORD : w->password);
	pack_bytes(&in, "192.0.2.1", 9);
	pack_text(&in, w->name == NULL ? "Ann Zoë Ó Briain" : w->name);
	pack_text(&in, w->birth == NULL ? "1984-02-29" : w->birth);
	pack_text(&in, w->place == NULL ? "Utrecht" : w->place);
	pack_text(&in, w->met == NULL ? meet_today(&s->rig) : w->met);
	pack_u32(&in, w->documents == 0 ? DOCUMENT_PASSPORT : w->documents);
	pack_u8(&in, !w->refuses);
	pack_u8(&in, w->parent);
	pack_i64(&in, w->points);
	if (!rig_ask(&s->rig, KEEPER_SLIP_NEW, &in, &out))
		return false;
	a = span_buf(&out);
	unpack_exact(&a, p->token, TOKEN_BYTES);
	rig_block(&a, &b);
	*number = unpack_i64(&a);
	unpack_text(&a, code, CODE_TEXT);
	assert_int_equal(unpack_i64(&a), rig_now(&s->rig) + 60 * DAY);
	assert_true(unpack_end(&a, "slip", NULL));
	return true;
}

struct brought { char signer[128], place[128]; int64_t met_day, points, assurance; uint32_t documents; };

static bool
bring(struct scene *s, struct person *p, const char *code, bool sure, struct brought *is)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span a;

	*is = (struct brought){0};
	rig_begin(&in, p->token);
	pack_text(&in, code);
	pack_u8(&in, sure);
	if (!rig_ask(&s->rig, KEEPER_SLIP_BRING, &in, &out))
		return false;
	a = span_buf(&out);
	rig_block(&a, &b);
	unpack_text(&a, is->signer, sizeof(is->signer));
	unpack_text(&a, is->place, sizeof(is->place));
	is->met_day = unpack_i64(&a);
	is->documents = unpack_u32(&a);
	is->points = unpack_i64(&a);
	is->assurance = unpack_i64(&a);
	assert_true(unpack_end(&a, "brought", NULL));
	return true;
}

/* How the newest (or the one of this number) stands in its assurer's list. */
static unsigned
state_of(struct scene *s, struct person *p, int64_t number)
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct span a;
	unsigned found = 0;

	assert_true(rig_look(&s->rig, KEEPER_SLIPS, p->token, &out, &b));
	a = span_buf(&out);
	rig_block(&a, &b);
	for (uint32_t n = unpack_u32(&a); n > 0; n--) {
		int64_t is = unpack_i64(&a);
		unsigned how = unpack_u8(&a);

		for (int i = 0; i < 5; i++)
			unpack_i64(&a);
		if (is == number)
			found = how;
	}
	assert_true(unpack_end(&a, "slips", NULL));
	return found;
}

static bool
withdraw(struct scene *s, struct person *p, int64_t number)
{
	return event_call(&s->rig, p, KEEPER_SLIP_WITHDRAW, number);
}

/* ---- filling in ---- */

static const struct { struct words w; enum err_kind kind; uint32_t why; } fillings[] = {
	{ { .points = 35 }, ERR_NONE, 0 },
	{ { .points = 0 }, ERR_NONE, 0 },
	{ { .points = 36 }, ERR_DENIED, WHY_ASSURE_POINTS },
	{ { .points = -1 }, ERR_DENIED, WHY_ASSURE_POINTS },
	{ { .points = 10, .refuses = true }, ERR_INPUT, WHY_ASSURE_AGREEMENT },
	{ { .points = 10, .name = "" }, ERR_INPUT, WHY_NAME_MISSING },
	{ { .points = 10, .name = "A\tB" }, ERR_INPUT, WHY_NAME_SHAPE },
	{ { .points = 10, .name = "Ann Аня" }, ERR_INPUT, WHY_NAME_SCRIPTS },
	{ { .points = 10, .birth = "" }, ERR_INPUT, WHY_BIRTH_DATE },
	{ { .points = 10, .birth = "1983-02-29" }, ERR_INPUT, WHY_BIRTH_DATE },
	{ { .points = 10, .birth = "2026-11-19" }, ERR_INPUT, WHY_BIRTH_DATE },
	{ { .points = 10, .met = "2026-02-30" }, ERR_INPUT, WHY_BIRTH_DATE },
	{ { .points = 10, .met = "2026-11-20" }, ERR_DENIED, WHY_ASSURE_FUTURE },
	{ { .points = 10, .met = "2025-11-18" }, ERR_NONE, 0 },
	{ { .points = 10, .met = "2025-11-16" }, ERR_DENIED, WHY_ASSURE_LONG_AGO },
	{ { .points = 10, .birth = "2026-11-10", .met = "2026-11-09" }, ERR_DENIED, WHY_ASSURE_BEFORE_BIRTH },
	{ { .points = 10, .place = "" }, ERR_INPUT, WHY_ASSURE_PLACE },
	{ { .points = 10, .documents = DOCUMENT_DEED }, ERR_INPUT, WHY_ASSURE_DOCUMENTS },
	{ { .points = 10, .documents = 64 }, ERR_INPUT, WHY_ASSURE_DOCUMENTS },
	{ { .points = 10, .birth = "2009-06-01", .parent = true }, ERR_NONE, 0 },
	{ { .points = 11, .birth = "2009-06-01" }, ERR_NONE, 0 },		/* it is what may be given that is limited by age, not what is received */
	{ { .points = 10, .password = "not it at all" }, ERR_DENIED, WHY_SIGN_IN },
};

static void
filling(void **state)
{
	struct scene *s = *state;
	char code[CODE_TEXT], name[PERSON_NAME_MOST + 3];
	int64_t number;

	for (size_t i = 0; i < COUNT(fillings); i++) {
		bool did = fill(s, &s->ben, &fillings[i].w, &number, code);

		if (did != (fillings[i].kind == ERR_NONE))
			fail_msg("case %zu: %d %s", i, did, s->rig.err.text);
		if (!did)
			refused(s, did, fillings[i].kind, fillings[i].why);
	}
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	struct words w = { .name = name, .points = 1 };
	refused(s, fill(s, &s->ben, &w, &number, code), ERR_INPUT, WHY_FIELD_LONG);
	w.name = NULL;
	refused(s, fill(s, &s->ann, &w, &number, code), ERR_DENIED, WHY_ROLE);
	sound(s);
}

/* ---- bringing it ---- */

static void
both_histories_say_what_happened(void **state)
{
	struct scene *s = *state;
	struct words w = { .name = "ANN-ZOE OBRIAIN", .points = 20 };
	struct points before, after, bens;
	struct brought is;
	struct rig_mail m;
	char code[CODE_TEXT], said[256];
	int64_t number, bens_before;

	assert_true(fill(s, &s->ben, &w, &number, code));
	assert_in_range(number, SLIP_LEAST, SLIP_MOST);
	assert_int_equal(state_of(s, &s->ben, number), SLIP_OPEN);
	assert_int_equal(state_of(s, &s->cleo, number), 0);
	person_points(&s->rig, &s->ben, &bens);
	bens_before = bens.experience;
	rig_later(&s->rig, 20 * DAY);
	person_sign_in(&s->rig, &s->ann);
	person_points(&s->rig, &s->ann, &before);
	/* shown first; nothing is recorded by looking */
	assert_true(bring(s, &s->ann, code, false, &is));
	assert_string_equal(is.signer, "Ben Adeyemi");
	assert_string_equal(is.place, "Utrecht");
	assert_int_equal(is.points, 20);
	assert_int_equal(is.met_day, day_of(RIG_START));
	assert_int_equal(is.documents, DOCUMENT_PASSPORT);
	assert_int_equal(is.assurance, 0);
	person_points(&s->rig, &s->ann, &after);
	assert_int_equal(after.assurance, before.assurance);
	while (rig_mail(&s->rig, &m))
		;
	assert_true(bring(s, &s->ann, code, true, &is));
	assert_true(is.assurance > 0);
	person_points(&s->rig, &s->ann, &after);
	assert_int_equal(after.assurance, before.assurance + 20);
	person_sign_in(&s->rig, &s->ben);
	person_points(&s->rig, &s->ben, &bens);
	assert_true(bens.experience >= bens_before);
	assert_true(rig_mail_of(&s->rig, MAIL_ASSURED, &m));
	rig_said(&s->rig, &s->ann, PURPOSE_ASSURE, said);
	assert_string_equal(said, "signed, 20 points");
	rig_said(&s->rig, &s->ann, PURPOSE_SLIP, said);
	assert_string_equal(said, "brought along and confirmed");
	rig_said(&s->rig, &s->ben, PURPOSE_ASSURE, said);
	assert_string_equal(said, "signed, 20 points");
	/* once */
	assert_int_equal(state_of(s, &s->ben, number), SLIP_USED);
	refused(s, bring(s, &s->ann, code, true, &is), ERR_DENIED, WHY_SLIP);
	refused(s, withdraw(s, &s->ben, number), ERR_CONFLICT, WHY_SLIP);
	assert_int_equal(rig_rows(&s->rig, ROWS_SLIP_BOX), 0);
	/* and the same two not again so soon */
	assert_true(fill(s, &s->ben, &w, &number, code));
	refused(s, bring(s, &s->ann, code, true, &is), ERR_DENIED, WHY_ASSURE_AGAIN);
	sound(s);
}

static void
what_it_says_is_no_oracle(void **state)
{
	struct scene *s = *state;
	struct words w = { .points = 20 }, other = { .name = "Ann Zoë Ó Briain", .birth = "1984-02-28", .points = 20 };
	struct brought is;
	char code[CODE_TEXT], mistaken[CODE_TEXT], said[256];
	int64_t number, second;

	assert_true(fill(s, &s->ben, &w, &number, code));
	assert_true(fill(s, &s->ben, &other, &second, mistaken));
	/* another name, another date: one sentence */
	for (int i = 0; i < 4; i++) {
		refused(s, bring(s, &s->dov, code, i % 2 == 1, &is), ERR_DENIED, WHY_SLIP_DIFFERS);
		rig_said(&s->rig, &s->dov, PURPOSE_SLIP, said);
		assert_string_equal(said, "brought along, and differs");
	}
	/* the fourth ended it, for whom it was meant, too */
	refused(s, bring(s, &s->ann, code, true, &is), ERR_DENIED, WHY_SLIP);
	assert_int_equal(state_of(s, &s->ben, number), SLIP_OVER);
	rig_said(&s->rig, &s->ben, PURPOSE_SLIP, said);
	assert_string_equal(said, "ended: it differed too often");
	refused(s, bring(s, &s->ann, mistaken, true, &is), ERR_DENIED, WHY_SLIP_DIFFERS);
	assert_int_equal(state_of(s, &s->ben, second), SLIP_OPEN);
	sound(s);
}

static void
one_sentence_for_what_is_no_good(void **state)
{
	struct scene *s = *state;
	struct words w = { .points = 20 };
	struct brought is;
	char code[CODE_TEXT], wrong[CODE_TEXT], meeting[CODE_TEXT];
	int64_t number, h;

	/* wrong, no code at all, a hand-over's */
	refused(s, bring(s, &s->ann, "7KQM-3V9X-D2TP-84HQ", true, &is), ERR_DENIED, WHY_SLIP);
	refused(s, bring(s, &s->ann, "?", true, &is), ERR_DENIED, WHY_SLIP);
	assert_true(meet_code(&s->rig, &s->dov, HANDOVER_SCREEN, meeting, &h));
	refused(s, bring(s, &s->ann, meeting, true, &is), ERR_DENIED, WHY_SLIP);
	/* a slip's where an assurer types codes of meetings */
	assert_true(fill(s, &s->ben, &w, &number, code));
	refused(s, meet_take(&s->rig, &s->cleo, code, &h), ERR_DENIED, WHY_HANDOVER);
	/* the right finder, another secret */
	memcpy(wrong, code, sizeof(wrong));
	wrong[8] = code[8] == '7' ? '8' : '7';
	refused(s, bring(s, &s->ann, wrong, true, &is), ERR_DENIED, WHY_SLIP);
	/* one's own */
	refused(s, bring(s, &s->ben, code, true, &is), ERR_DENIED, WHY_ASSURE_SELF);
	/* withdrawn, by its assurer alone */
	refused(s, withdraw(s, &s->cleo, number), ERR_ABSENT, WHY_SLIP);
	refused(s, withdraw(s, &s->ben, 5), ERR_ABSENT, WHY_SLIP);
	assert_true(withdraw(s, &s->ben, number));
	assert_int_equal(state_of(s, &s->ben, number), SLIP_WITHDRAWN);
	refused(s, bring(s, &s->ann, code, true, &is), ERR_DENIED, WHY_SLIP);
	/* ten a day, whatever they are */
	for (int i = 0; i < 5; i++)
		refused(s, bring(s, &s->ann, "7KQM-3V9X-D2TP-84HQ", true, &is), ERR_DENIED, WHY_SLIP);
	refused(s, bring(s, &s->ann, "7KQM-3V9X-D2TP-84HQ", true, &is), ERR_DENIED, WHY_CODES_WRONG);
	sound(s);
}

static void
its_time_runs_out(void **state)
{
	struct scene *s = *state;
	struct words w = { .points = 20 };
	struct brought is;
	char code[CODE_TEXT], second[CODE_TEXT], said[256];
	int64_t number, other, life = s->rig.set.trust.slip_life;

	assert_true(fill(s, &s->ben, &w, &number, code));
	rig_later(&s->rig, 1);
	assert_true(fill(s, &s->ben, &w, &other, second));
	rig_later(&s->rig, life - 1);
	person_sign_in(&s->rig, &s->ann);
	person_sign_in(&s->rig, &s->ben);
	refused(s, bring(s, &s->ann, code, true, &is), ERR_DENIED, WHY_SLIP);
	assert_int_equal(state_of(s, &s->ben, number), SLIP_OVER);	/* before the sweep came by, too */
	assert_true(bring(s, &s->ann, second, true, &is));
	assert_int_equal(rig_rows(&s->rig, ROWS_SLIP_BOX), 1);
	rig_sweep(&s->rig);
	assert_int_equal(rig_rows(&s->rig, ROWS_SLIP_BOX), 0);
	assert_int_equal(state_of(s, &s->ben, number), SLIP_OVER);
	rig_said(&s->rig, &s->ben, PURPOSE_KEEP_TIDY, said);
	assert_string_equal(said, "a slip that was too old");
	rig_later(&s->rig, SLIP_KEPT + 1);
	rig_sweep(&s->rig);
	assert_int_equal(rig_rows(&s->rig, ROWS_SLIP), 0);
	sound(s);
}

/* Who may vouch is asked when it is brought. */
static void
an_assurer_suspended_since(void **state)
{
	struct scene *s = *state;
	struct words w = { .points = 20 };
	struct trust_facts t = { .passed_at = RIG_START, .standing = STANDING_SUSPENDED };
	struct points before, after;
	struct brought is;
	char code[CODE_TEXT];
	int64_t number;

	assert_true(fill(s, &s->ben, &w, &number, code));
	person_points(&s->rig, &s->ann, &before);
	person_facts(&s->rig, &s->ben, &t);
	refused(s, bring(s, &s->ann, code, false, &is), ERR_DENIED, WHY_ASSURE_ASSURER);
	refused(s, bring(s, &s->ann, code, true, &is), ERR_DENIED, WHY_ASSURE_ASSURER);
	person_points(&s->rig, &s->ann, &after);
	assert_int_equal(after.assurance, before.assurance);
	/* nothing half recorded; the case over, it is as good as before */
	t.standing = STANDING_GOOD;
	person_facts(&s->rig, &s->ben, &t);
	assert_true(bring(s, &s->ann, code, true, &is));
	sound(s);
}

/* Consent that was noted before it was withdrawn does not come back with what was filled in then; later consent counts. */
static void
no_consent_from_before_its_withdrawal(void **state)
{
	struct scene *s = *state;
	struct person mia = {0};
	struct words w = { .name = "Mia Jansen", .birth = "2012-03-04", .points = 35, .parent = true };
	struct brought is;
	struct points pt;
	char first[CODE_TEXT], second[CODE_TEXT];
	int64_t number;

	person_make(&s->rig, &mia, "mia", "Mia", "Jansen", "2012-03-04", NULL);
	assert_true(fill(s, &s->ben, &w, &number, first));
	assert_true(fill(s, &s->cleo, &w, &number, second));
	assert_true(bring(s, &mia, first, true, &is));
	person_points(&s->rig, &mia, &pt);
	assert_int_equal(pt.assurance, 35);
	rig_later(&s->rig, 60);
	assert_true(rig_again(&s->rig, mia.token, TRUST_PASSWORD));
	{
		DROP(buf_wipe) struct buf in = {0}, out = {0};

		rig_begin(&in, mia.token);
		assert_true(rig_ask(&s->rig, KEEPER_PARENT_WITHDRAW, &in, &out));
	}
	assert_true(bring(s, &mia, second, true, &is));
	person_points(&s->rig, &mia, &pt);
	assert_int_equal(pt.assurance, 70);
	assert_int_equal(pt.names_ok, 0);
	/* agreed to again: by somebody who met them since */
	rig_later(&s->rig, 60);
	person_assurer(&s->rig, &s->dov, "dora", "Dora", "Katz");
	assert_true(fill(s, &s->dov, &w, &number, first));
	assert_true(bring(s, &mia, first, true, &is));
	person_points(&s->rig, &mia, &pt);
	assert_int_equal(pt.names_ok, 1);
	sound(s);
}

static void
names_and_date_come_first(void **state)
{
	struct scene *s = *state;
	struct person fay = {0};
	struct words w = { .name = "Fay Osei", .points = 20 };
	struct brought is;
	char code[CODE_TEXT];
	int64_t number;

	person_make(&s->rig, &fay, "fay", "Fay", "Osei", NULL, NULL);
	assert_true(fill(s, &s->ben, &w, &number, code));
	refused(s, bring(s, &fay, code, true, &is), ERR_DENIED, WHY_HANDOVER_DATA);
	assert_int_equal(state_of(s, &s->ben, number), SLIP_OPEN);
}

/* The code that is still in hand is printed by an address that works once; it is nowhere else in between. */
static void
printed_once(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf about = {0}, content = {0}, in = {0}, out = {0}, take = {0};
	struct words w = { .points = 20 };
	struct rig_block b;
	struct span a;
	char code[CODE_TEXT], shown[CODE_TEXT];
	int64_t number;

	assert_true(fill(s, &s->ben, &w, &number, code));
	pack_text(&about, code);
	assert_true(once_of(&s->rig, &s->ben, ONCE_SLIP, &about, &content));
	a = span_buf(&content);
	assert_int_equal(unpack_i64(&a), number);
	unpack_text(&a, shown, sizeof(shown));
	assert_string_equal(shown, code);
	assert_int_equal(unpack_i64(&a), day_of(RIG_START));
	assert_int_equal(unpack_i64(&a), RIG_START + 60 * DAY);
	assert_true(unpack_end(&a, "printed", NULL));
	assert_int_equal(rig_rows(&s->rig, ROWS_HELD), 0);
	/* not another's, not a wrong one */
	refused(s, once_of(&s->rig, &s->cleo, ONCE_SLIP, &about, &content), ERR_ABSENT, WHY_SLIP);
	buf_reset(&about);
	pack_text(&about, "7KQM-3V9X-D2TP-84HQ");
	refused(s, once_of(&s->rig, &s->ben, ONCE_SLIP, &about, &content), ERR_ABSENT, WHY_SLIP);
	/* an address nobody used */
	buf_reset(&about);
	pack_text(&about, code);
	rig_begin(&in, s->ben.token);
	pack_u8(&in, ONCE_SLIP);
	pack_bytes(&in, about.data, about.len);
	pack_u8(&in, 0);
	assert_true(rig_ask(&s->rig, KEEPER_ONCE_MINT, &in, &out));
	a = span_buf(&out);
	rig_block(&a, &b);
	buf_add(&take, a.p, TOKEN_BYTES);
	assert_int_equal(rig_rows(&s->rig, ROWS_HELD), 1);
	/* and a slip withdrawn meanwhile is not printed */
	assert_true(withdraw(s, &s->ben, number));
	refused(s, rig_ask(&s->rig, KEEPER_ONCE_TAKE, &take, &out), ERR_ABSENT, WHY_SLIP);
	rig_later(&s->rig, s->rig.set.once_life);
	rig_sweep(&s->rig);
	assert_int_equal(rig_rows(&s->rig, ROWS_HELD), 0);
	sound(s);
}

static void
not_without_end(void **state)
{
	struct scene *s = *state;
	struct words w = { .points = 1 };
	struct slip one = { .giver = s->ben.owner.number, .made_at = RIG_START, .expires = RIG_START + 100 };
	struct slip_words said = { .name = "X", .birth = "1984-02-29" };
	struct code c;
	struct err e = {0};
	char code[CODE_TEXT];
	int64_t number;

	rig_begin_hand(&s->rig);
	for (int i = 0; i < SLIPS_OPEN; i++)
		assert_true(slip_add(&s->rig.keeper, &one, &said, &c, &e));
	rig_end_hand(&s->rig);
	refused(s, fill(s, &s->ben, &w, &number, code), ERR_DENIED, WHY_LIMIT);
	rig_later(&s->rig, 100);
	assert_true(fill(s, &s->ben, &w, &number, code));
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(filling), CASE(both_histories_say_what_happened), CASE(what_it_says_is_no_oracle),
		CASE(one_sentence_for_what_is_no_good), CASE(its_time_runs_out), CASE(an_assurer_suspended_since),
		CASE(no_consent_from_before_its_withdrawal), CASE(names_and_date_come_first), CASE(printed_once), CASE(not_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
