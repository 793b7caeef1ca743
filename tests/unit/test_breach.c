/* tests/unit/test_breach.c - the register of breaches: entered by officers or with a security notice, its clock, what goes and what stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/breach.h"
#include "privacy/facts/role.h"
#include "privacy/keeper/doctor.h"
#include "tests/unit/case_rig.h"

struct scene { struct rig rig; struct shelf shelf; struct person ann, olu; };

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", NULL });
	person_make(&s->rig, &s->ann, "ann", "Ann", "Briain", NULL, NULL);
	person_make(&s->rig, &s->olu, "olu", "Olu", "Officer", NULL, NULL);
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

static bool
enters(struct scene *s, struct person *p, int64_t known, const char *what, int64_t *number)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span a;

	assert_true(rig_again(&s->rig, p->token, TRUST_PASSWORD));
	rig_begin(&in, p->token);
	pack_i64(&in, known);
	pack_text(&in, what);
	if (!rig_ask(&s->rig, KEEPER_BREACH_ENTER, &in, &out))
		return false;
	a = span_buf(&out);
	rig_block(&a, &b);
	*number = unpack_i64(&a);
	return unpack_end(&a, "enter", NULL);
}

struct seen { struct breach b; int64_t closed, version; char what[BREACH_TEXT + 1], effects[BREACH_TEXT + 1], done[BREACH_TEXT + 1]; };

static void
row_unpack(struct span *a, struct breach *b)
{
	b->number = unpack_i64(a);
	b->known_at = unpack_i64(a);
	b->told_at = unpack_i64(a);
	b->notice = unpack_i64(a);
	b->fields = unpack_i64(a);
	b->role = unpack_u8(a);
	b->since = unpack_i64(a);
	b->until = unpack_i64(a);
	b->concerned = unpack_i64(a);
	b->mailed = unpack_i64(a);
}

static bool
looks(struct scene *s, struct person *p, int64_t number, struct seen *x)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span a;

	assert_true(rig_again(&s->rig, p->token, TRUST_PASSWORD));
	rig_begin(&in, p->token);
	pack_i64(&in, number);
	if (!rig_ask(&s->rig, KEEPER_BREACH, &in, &out))
		return false;
	a = span_buf(&out);
	rig_block(&a, &b);
	row_unpack(&a, &x->b);
	x->closed = unpack_i64(&a);
	x->version = unpack_i64(&a);
	unpack_text(&a, x->what, sizeof(x->what));
	unpack_text(&a, x->effects, sizeof(x->effects));
	unpack_text(&a, x->done, sizeof(x->done));
	return unpack_end(&a, "look", NULL);
}

static bool
sets_from(struct scene *s, struct person *p, int64_t number, int64_t version, const char *what, const char *effects, unsigned told)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	assert_true(rig_again(&s->rig, p->token, TRUST_PASSWORD));
	rig_begin(&in, p->token);
	pack_i64(&in, number);
	pack_i64(&in, version);
	pack_text(&in, what);
	pack_text(&in, effects);
	pack_text(&in, "");
	pack_u8(&in, told);
	return rig_ask(&s->rig, KEEPER_BREACH_SET, &in, &out);
}

/* By somebody who has just looked. */
static bool
sets(struct scene *s, struct person *p, int64_t number, const char *what, const char *effects, unsigned told)
{
	struct seen x;

	good(s, looks(s, p, number, &x));
	return sets_from(s, p, number, x.version, what, effects, told);
}

/* How many there are, and the newest. */
static uint32_t
lists(struct scene *s, struct breach *b)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block block;
	struct span a;
	uint32_t n;

	assert_true(rig_again(&s->rig, s->olu.token, TRUST_PASSWORD));
	rig_begin(&in, s->olu.token);
	good(s, rig_ask(&s->rig, KEEPER_BREACHES, &in, &out));
	a = span_buf(&out);
	rig_block(&a, &block);
	n = unpack_u32(&a);
	if (n > 0)
		row_unpack(&a, b);
	return n;
}

/* What auditors read of the register: its newest entry. */
static uint32_t
audited(struct scene *s, struct person *p, int64_t row[4])
{
	static const int columns[] = { 3, 7, 2, 2, 5 };		/* of seats, decisions, silences, reports told later, notices */
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	uint32_t n = 0;
	struct span a;

	rig_begin(&in, p->token);
	pack_u8(&in, AUDIT_LISTS);
	pack_u32(&in, 0);
	good(s, rig_ask(&s->rig, KEEPER_AUDIT, &in, &out));
	a = span_buf(&out);
	rig_block(&a, &b);
	for (size_t part = 0; part < COUNT(columns); part++) {
		for (n = unpack_u32(&a); n > 0; n--)
			for (int c = 0; c < columns[part]; c++) {
				bool byte = (part == 0 && c == 0) || (part == 1 && (c == 1 || c == 2 || c > 4)) || (part == 4 && c == 2);

				(void)(byte ? unpack_u8(&a) : unpack_i64(&a));
			}
		if (part != 2 && part != 3)
			unpack_u8(&a);		/* whether there are older ones */
	}
	n = unpack_u32(&a);
	for (int c = 0; c < 4 && n > 0; c++)
		row[c] = unpack_i64(&a);
	return n;
}

static void
entered_by_an_officer(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t number, known = rig_now(r) - 10 * HOUR, first = known, row[4];
	struct case_seen c;
	struct breach b;
	struct seen x;
	bool found;

	refused(s, enters(s, &s->ann, known, "A laptop.", &number), ERR_DENIED, WHY_ROLE);
	refused(s, enters(s, &s->olu, rig_now(r) + HOUR, "A laptop.", &number), ERR_INPUT, WHY_FIELD_SHAPE);
	refused(s, enters(s, &s->olu, known, " \n", &number), ERR_INPUT, WHY_WORDS);
	assert_int_equal(lists(s, &b), 0);
	good(s, enters(s, &s->olu, known, "A laptop was lost.", &number));
	assert_int_equal(lists(s, &b), 1);
	assert_int_equal(b.known_at, known);
	/* The clock is the case's: officers alone see it. */
	desk_lists(r, &s->olu, number, &c, &found);
	assert_true(found);
	assert_int_equal(c.kind, CASE_BREACH);
	assert_int_equal(c.deadline, known + 72 * HOUR);
	assert_true((c.what & CASE_OFFICERS) != 0);
	good(s, sets(s, &s->olu, number, "A laptop was lost in a train.", "None: its disk is encrypted.", 0));
	good(s, looks(s, &s->olu, number, &x));
	assert_string_equal(x.what, "A laptop was lost in a train.");
	assert_string_equal(x.effects, "None: its disk is encrypted.");
	assert_int_equal(x.b.told_at, 0);
	rig_later(r, HOUR);
	person_sign_in(r, &s->olu);
	good(s, sets(s, &s->olu, number, "A laptop was lost in a train.", "", 1));
	known = rig_now(r);
	rig_later(r, MINUTE);
	good(s, sets(s, &s->olu, number, "The same.", "", 1));	/* told once */
	good(s, looks(s, &s->olu, number, &x));
	assert_int_equal(x.b.told_at, known);
	/* Auditors see when, how many and whether in time; no word of it. */
	case_staff(r, &s->ann, ROLE_AUDITOR);
	assert_int_equal(audited(s, &s->ann, row), 1);
	assert_int_equal(row[0], first);
	assert_int_equal(row[1], known);
	assert_int_equal(row[2], 0);
	assert_int_equal(row[3], 0);
	person_sign_in(r, &s->ann);
	refused(s, looks(s, &s->ann, number, &x), ERR_DENIED, WHY_ROLE);
	refused(s, looks(s, &s->olu, 12345678, &x), ERR_ABSENT, WHY_CASE_ABSENT);
}

static void
two_at_once(void **state)
{
	struct scene *s = *state;
	int64_t known = rig_now(&s->rig) - HOUR, number, again, other;
	struct breach b;
	struct seen x, y;

	good(s, enters(s, &s->olu, known, "A laptop was lost.", &number));
	/* the same form once more; another one of the same moment is another entry */
	good(s, enters(s, &s->olu, known, "A laptop was lost.", &again));
	assert_int_equal(again, number);
	good(s, enters(s, &s->olu, known, "A key was shown.", &other));
	assert_int_not_equal(other, number);
	good(s, enters(s, &s->olu, known + 1, "A laptop was lost.", &again));
	assert_int_not_equal(again, number);
	assert_int_equal(lists(s, &b), 3);

	good(s, looks(s, &s->olu, number, &x));
	good(s, sets_from(s, &s->olu, number, x.version, "A laptop was lost in a train.", "None.", 0));
	refused(s, sets_from(s, &s->olu, number, x.version, "A laptop was stolen.", "", 1), ERR_CONFLICT, WHY_BREACH_NEWER);
	good(s, looks(s, &s->olu, number, &y));
	assert_string_equal(y.what, "A laptop was lost in a train.");
	assert_int_equal(y.b.told_at, 0);
	good(s, sets_from(s, &s->olu, number, y.version, "A laptop was stolen.", "", 1));
}

static void
entered_with_a_notice(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0}, on = {0};
	struct breach b = {0};
	struct seen x;
	uint8_t done = 0;

	pack_u8(&in, 0);
	pack_i64(&in, 0);
	pack_text(&in, "A disk went missing.");
	pack_i64(&in, 0);
	pack_u8(&in, 0);
	pack_i64(&in, 0);
	pack_i64(&in, 0);
	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CONTROL, KEEPER_ANNOUNCE, &in, &out));
	assert_int_equal(lists(s, &b), 1);
	assert_int_equal(b.notice, 1);
	assert_int_equal(b.concerned, 0);
	pack_u8(&on, 1);
	pack_i64(&on, 1);
	pack_text(&on, "");
	pack_i64(&on, 0);
	pack_u8(&on, 0);
	pack_i64(&on, 0);
	pack_i64(&on, 0);
	while (!done) {
		struct span a;

		assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CONTROL, KEEPER_ANNOUNCE, &on, &out));
		a = span_buf(&out);
		for (int i = 0; i < 4; i++)
			unpack_i64(&a);
		done = unpack_u8(&a);
	}
	assert_int_equal(lists(s, &b), 1);
	assert_int_equal(b.concerned, 2);
	assert_int_equal(b.mailed, 2);
	good(s, looks(s, &s->olu, b.number, &x));
	assert_string_equal(x.what, "A disk went missing.");
}

/* Closed: nothing of it changes; a year later its words and keys are gone, the entry stays. */
static void
words_go_the_entry_stays(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	int64_t number;
	struct breach b;
	struct seen x;

	good(s, enters(s, &s->olu, rig_now(r), "A laptop was lost.", &number));
	good(s, desk_takes(r, &s->olu, number));
	good(s, desk_writes(r, &s->shelf, &s->olu, KEEPER_DESK_CLOSE, number, CASE_DONE, "Told, and nothing else to do."));
	refused(s, sets(s, &s->olu, number, "Other words.", "", 1), ERR_CONFLICT, WHY_CASE_CLOSED);
	good(s, looks(s, &s->olu, number, &x));
	assert_string_equal(x.what, "A laptop was lost.");
	rig_later(r, 366 * DAY);
	rig_sweep(r);
	rig_sweep(r);
	case_staff(r, &s->olu, ROLE_OFFICER);
	assert_int_equal(lists(s, &b), 1);
	good(s, looks(s, &s->olu, number, &x));
	assert_string_equal(x.what, "");
	assert_true(x.closed > 0);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = { T(entered_by_an_officer), T(two_at_once), T(entered_with_a_notice), T(words_go_the_entry_stays) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
