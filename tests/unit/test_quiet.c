/* tests/unit/test_quiet.c - accounts that nobody uses, and trusted contacts who ask that one be closed: told, stopped, erased. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/member.h"
#include "privacy/facts/quiet.h"
#include "privacy/facts/trusted.h"
#include "privacy/facts/role.h"
#include "privacy/keeper/doctor.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/erasure.h"
#include "tests/unit/event_rig.h"

#define PASS	TRUST_PASSWORD

struct scene { struct rig rig; struct person ann, ben, cleo; };

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", "dormant.after=365d", "dormant.wait=45d", "trusted.wait=20d", NULL });
	person_make(&s->rig, &s->ann, "ann", "Ann", "Briain", NULL, NULL);
	person_make(&s->rig, &s->ben, "ben", "Ben", "Berg", NULL, NULL);
	person_make(&s->rig, &s->cleo, "cleo", "Cleo", "Cord", NULL, NULL);
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
good(const struct scene *s, bool did)
{
	if (!did)
		fail_msg("refused: %d/%u %s", s->rig.err.kind, s->rig.err.why, s->rig.err.text);
}

/* How many mails of this kind went to this person; all that wait are taken.  *m, if not NULL, gets the last. */
static unsigned
mailed(struct scene *s, unsigned kind, const char *login, struct rig_mail *m)
{
	struct rig_mail one;
	unsigned n = 0;

	while (rig_mail(&s->rig, &one))
		if (one.kind == kind && strncmp(one.to, login, strlen(login)) == 0) {
			n++;
			if (m != NULL)
				*m = one;
		}
	return n;
}

static void
later(struct scene *s, int64_t seconds)
{
	rig_later(&s->rig, seconds);
	rig_sweep(&s->rig);
}

static unsigned
restricted(struct scene *s, const struct person *p)
{
	struct err e = {0};
	unsigned bits = 0;

	rig_begin_hand(&s->rig);
	assert_true(member_restricted(&s->rig.keeper, p->owner.number, &bits, &e));
	rig_end_hand(&s->rig);
	return bits;
}

static bool
is_there(struct scene *s, const struct person *p)
{
	struct err e = {0};
	struct owner o;
	bool found;

	rig_begin_hand(&s->rig);
	found = member_owner(&s->rig.keeper, p->owner.number, &o, NULL, &e);
	rig_end_hand(&s->rig);
	return found;
}

static void
erasures_run(struct scene *s)
{
	DROP(buf_wipe) struct buf out = {0};

	for (int i = 0; i < 12; i++)
		assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_ERASE_RUN, NULL, &out));
}

/* ---- quiet for a year ---- */

static void
asked_then_erased(void **state)
{
	struct scene *s = *state;
	struct rig_mail m;

	later(s, 365 * DAY - DAY);
	assert_int_equal(mailed(s, MAIL_DORMANT, "ann", NULL), 0);
	later(s, 2 * DAY);
	rig_later(&s->rig, 1);
	{
		struct rig_mail one, to_cleo = {0};
		unsigned n = 0;

		while (rig_mail(&s->rig, &one)) {
			n += one.kind == MAIL_DORMANT;
			if (strncmp(one.to, "cleo", 4) == 0)
				to_cleo = one;
		}
		assert_int_equal(n, 3);
		/* One follows the link, one signs in, one is silent. */
		assert_true(rig_take(&s->rig, to_cleo.token));
	}
	person_sign_in(&s->rig, &s->ben);
	later(s, s->rig.keeper.set->dormant_wait - DAY);
	assert_int_equal(restricted(s, &s->ann), 0);
	later(s, DAY);
	assert_int_equal(restricted(s, &s->ann), RESTRICTED_ERASING);
	assert_int_equal(restricted(s, &s->ben), 0);
	assert_int_equal(restricted(s, &s->cleo), 0);
	assert_int_equal(mailed(s, MAIL_ERASE_ASKED, "ann", &m), 1);
	later(s, ERASE_WAIT);
	erasures_run(s);
	assert_false(is_there(s, &s->ann));
	assert_true(is_there(s, &s->ben));
	/* The others: asked again a year after they were here. */
	later(s, 400 * DAY);
	assert_int_equal(mailed(s, MAIL_DORMANT, "ben", NULL), 1);
}

static void
stopped_at_the_last_moment(void **state)
{
	struct scene *s = *state;
	struct rig_mail m;

	later(s, 366 * DAY);
	later(s, s->rig.keeper.set->dormant_wait);
	assert_int_equal(mailed(s, MAIL_ERASE_ASKED, "ann", &m), 1);
	later(s, ERASE_WAIT - 60);
	assert_true(rig_take(&s->rig, m.token));
	assert_int_equal(restricted(s, &s->ann), 0);
	later(s, s->rig.keeper.set->dormant_wait);
	erasures_run(s);
	assert_true(is_there(s, &s->ann));
	assert_int_equal(restricted(s, &s->ann), 0);
	assert_false(is_there(s, &s->ben));
}

/* ---- trusted contacts ---- */

struct seen { unsigned own, state; int64_t closing, until, member; uint32_t n; };

static struct seen
looks(struct scene *s, struct person *p)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct seen x = {0};
	struct rig_block b;
	struct span a;

	rig_begin(&in, p->token);
	good(s, rig_ask(&s->rig, KEEPER_TRUSTED, &in, &out));
	a = span_buf(&out);
	rig_block(&a, &b);
	x.own = unpack_u8(&a);
	unpack_i64(&a), unpack_i64(&a);
	x.closing = unpack_i64(&a);
	x.until = unpack_i64(&a);
	x.n = unpack_u32(&a);
	if (x.n > 0) {
		x.member = unpack_i64(&a);
		x.state = unpack_u8(&a);
	}
	return x;
}

static bool
names(struct scene *s, struct person *p, const char *address)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	assert_true(rig_again(&s->rig, p->token, PASS));
	rig_begin(&in, p->token);
	pack_text(&in, address);
	return rig_ask(&s->rig, KEEPER_TRUSTED_NAME, &in, &out);
}

/* By how many entries the ledger grows when somebody names this address, the mail's going out with it. */
static int64_t
grows(struct scene *s, struct person *p, const char *address)
{
	int64_t before = chain_size(s->rig.keeper.chain);
	struct rig_mail m;

	good(s, names(s, p, address));
	while (rig_mail(&s->rig, &m))
		;
	return chain_size(s->rig.keeper.chain) - before;
}

static bool
says(struct scene *s, struct person *p, uint32_t op, const struct person *of, int yes)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	assert_true(rig_again(&s->rig, p->token, PASS));
	rig_begin(&in, p->token);
	pack_i64(&in, of->owner.number);
	if (op == KEEPER_TRUSTED_ANSWER)
		pack_u8(&in, (unsigned)yes);
	return rig_ask(&s->rig, op, &in, &out);
}

/* The ledger's size does not tell whether anybody has the address. */
static void
named_alike(void **state)
{
	struct scene *s = *state;
	int64_t one;

	good(s, names(s, &s->ann, "first@example.org"));
	one = grows(s, &s->ann, "nobody@example.org");
	assert_int_equal(grows(s, &s->ann, s->ben.address), one);
	assert_int_equal(grows(s, &s->ann, "nobody@example.org"), one);
}

static void
named_and_agreed(void **state)
{
	struct scene *s = *state;
	struct rig_mail m;

	refused(s, names(s, &s->ann, s->ann.address), ERR_INPUT, WHY_TRUSTED_SELF);
	refused(s, names(s, &s->ann, "nobody at all"), ERR_INPUT, WHY_ADDRESS_SHAPE);
	refused(s, names(s, &s->ann, ""), ERR_CONFLICT, WHY_TRUSTED);
	/* Whether somebody has the address is not told. */
	good(s, names(s, &s->ann, "nobody@example.org"));
	assert_int_equal(looks(s, &s->ann).own, TRUSTED_ASKED);
	assert_int_equal(mailed(s, MAIL_TRUSTED_ASK, "nobody", NULL), 0);
	good(s, names(s, &s->ann, s->ben.address));
	assert_int_equal(looks(s, &s->ann).own, TRUSTED_ASKED);
	assert_int_equal(mailed(s, MAIL_TRUSTED_ASK, "ben", &m), 1);
	assert_non_null(strstr(m.object, s->ann.address));
	/* Nor by the limit, though ben has got other mails: what is too many waits, and the answer is the same. */
	s->rig.set.max_mails_per_hour = 1;
	good(s, names(s, &s->ann, s->ben.address));
	assert_int_equal(mailed(s, MAIL_TRUSTED_ASK, "ben", NULL), 0);
	s->rig.set.max_mails_per_hour = 10000;
	assert_int_equal(looks(s, &s->ben).n, 1);
	assert_int_equal(looks(s, &s->ben).member, s->ann.owner.number);
	/* Only who was named, and only once they agreed. */
	refused(s, says(s, &s->cleo, KEEPER_TRUSTED_ANSWER, &s->ann, 1), ERR_ABSENT, WHY_TRUSTED);
	refused(s, says(s, &s->ben, KEEPER_TRUSTED_CLOSE, &s->ann, 0), ERR_DENIED, WHY_TRUSTED);
	good(s, says(s, &s->ben, KEEPER_TRUSTED_ANSWER, &s->ann, 1));
	assert_int_equal(looks(s, &s->ann).own, TRUSTED_AGREED);
	assert_int_equal(mailed(s, MAIL_TRUSTED, "ann", NULL), 1);
	refused(s, says(s, &s->cleo, KEEPER_TRUSTED_CLOSE, &s->ann, 0), ERR_ABSENT, WHY_TRUSTED);
	/* Either ends it. */
	good(s, names(s, &s->ann, ""));
	assert_int_equal(looks(s, &s->ben).n, 0);
	assert_int_equal(mailed(s, MAIL_TRUSTED, "ben", NULL), 1);
	refused(s, says(s, &s->ben, KEEPER_TRUSTED_CLOSE, &s->ann, 0), ERR_ABSENT, WHY_TRUSTED);
	good(s, names(s, &s->ann, s->ben.address));
	good(s, says(s, &s->ben, KEEPER_TRUSTED_ANSWER, &s->ann, 0));
	assert_int_equal(looks(s, &s->ann).own, TRUSTED_NONE);
}

static void
closed_after_silence(void **state)
{
	struct scene *s = *state;
	struct rig_mail m;

	good(s, names(s, &s->ann, s->ben.address));
	good(s, says(s, &s->ben, KEEPER_TRUSTED_ANSWER, &s->ann, 1));
	/* Stopped by the link... */
	good(s, says(s, &s->ben, KEEPER_TRUSTED_CLOSE, &s->ann, 0));
	good(s, says(s, &s->ben, KEEPER_TRUSTED_CLOSE, &s->ann, 0));	/* twice is once */
	assert_int_equal(mailed(s, MAIL_CLOSING, "ann", &m), 1);
	assert_true(rig_take(&s->rig, m.token));
	assert_int_equal(mailed(s, MAIL_TRUSTED, "ben", NULL), 1);
	later(s, s->rig.keeper.set->trusted_wait);
	assert_int_equal(restricted(s, &s->ann), 0);
	/* ... by signing in ... */
	person_sign_in(&s->rig, &s->ben);
	good(s, says(s, &s->ben, KEEPER_TRUSTED_CLOSE, &s->ann, 0));
	person_sign_in(&s->rig, &s->ann);
	assert_int_equal(looks(s, &s->ann).closing, 0);
	later(s, s->rig.keeper.set->trusted_wait);
	assert_int_equal(restricted(s, &s->ann), 0);
	/* ... or not: the time of the setting and no day less. */
	person_sign_in(&s->rig, &s->ben);
	good(s, says(s, &s->ben, KEEPER_TRUSTED_CLOSE, &s->ann, 0));
	later(s, s->rig.keeper.set->trusted_wait - 1);
	assert_int_equal(restricted(s, &s->ann), 0);
	later(s, 1);
	assert_int_equal(restricted(s, &s->ann), RESTRICTED_ERASING);
	assert_int_equal(mailed(s, MAIL_ERASE_ASKED, "ann", &m), 1);
	later(s, ERASE_WAIT);
	erasures_run(s);
	assert_false(is_there(s, &s->ann));
	person_sign_in(&s->rig, &s->ben);
	assert_int_equal(looks(s, &s->ben).n, 0);
}

/* A wait that is made shorter, or longer, changes nothing for those who were told a day. */
static void
told_days_stand(void **state)
{
	struct scene *s = *state;
	struct settings *set = &s->rig.set;
	int64_t trusted = set->trusted_wait, dormant = set->dormant_wait;

	good(s, names(s, &s->ann, s->ben.address));
	good(s, says(s, &s->ben, KEEPER_TRUSTED_ANSWER, &s->ann, 1));
	good(s, says(s, &s->ben, KEEPER_TRUSTED_CLOSE, &s->ann, 0));
	assert_int_equal(looks(s, &s->ann).until, rig_now(&s->rig) + trusted);
	set->trusted_wait = trusted / 4;
	later(s, trusted / 2);
	assert_int_equal(restricted(s, &s->ann), 0);
	set->trusted_wait = 4 * trusted;
	later(s, trusted - trusted / 2);
	assert_int_equal(restricted(s, &s->ann), RESTRICTED_ERASING);
	set->trusted_wait = trusted;
	later(s, 366 * DAY);		/* and ben is asked */
	set->dormant_wait = dormant / 4;
	later(s, dormant - DAY);
	assert_int_equal(restricted(s, &s->ben), 0);
	set->dormant_wait = 4 * dormant;
	later(s, DAY);
	assert_int_equal(restricted(s, &s->ben), RESTRICTED_ERASING);
}

/* Whoever has just got in by a new password agrees to nothing for three days, and may say no. */
static void
no_yes_within_the_bar(void **state)
{
	struct scene *s = *state;

	good(s, names(s, &s->ann, s->ben.address));
	rig_begin_hand(&s->rig);
	good(s, member_bar(&s->rig.keeper, s->ben.owner.number, rig_now(&s->rig) + DAY, &s->rig.err));
	rig_end_hand(&s->rig);
	person_sign_in(&s->rig, &s->ben);
	refused(s, says(s, &s->ben, KEEPER_TRUSTED_ANSWER, &s->ann, 1), ERR_DENIED, WHY_BAR);
	assert_int_equal(looks(s, &s->ann).own, TRUSTED_ASKED);
	good(s, says(s, &s->ben, KEEPER_TRUSTED_ANSWER, &s->ann, 0));
	assert_int_equal(looks(s, &s->ann).own, TRUSTED_NONE);
}

/* A contact who is erased is nobody's any more. */
static void
contact_erased(void **state)
{
	struct scene *s = *state;

	good(s, names(s, &s->ann, s->ben.address));
	good(s, says(s, &s->ben, KEEPER_TRUSTED_ANSWER, &s->ann, 1));
	later(s, 364 * DAY);
	person_sign_in(&s->rig, &s->ann);
	later(s, 2 * DAY);
	later(s, s->rig.keeper.set->dormant_wait);
	later(s, ERASE_WAIT);
	erasures_run(s);
	assert_false(is_there(s, &s->ben));
	person_sign_in(&s->rig, &s->ann);
	assert_int_equal(looks(s, &s->ann).own, TRUSTED_NONE);
}

/* Whoever names an address that nobody has, again and again: auditors read past those lines, some at a time, to the first one. */
static void
named_again_and_again(void **state)
{
	struct scene *s = *state;
	struct keeper *k = &s->rig.keeper;
	int64_t older = 0, now = rig_now(&s->rig);
	uint32_t told = 0;
	int pages = 0;

	rig_begin_hand(&s->rig);
	assert_true(role_set(k, &s->cleo.owner, ROLE_AUDITOR, true, ACTOR_SYSTEM, now, &s->rig.err));
	assert_true(keeper_record_self(k, PURPOSE_SITE, "long ago", now, &s->rig.err));
	for (int i = 0; i < AUDIT_LOOKED + 10; i++)
		assert_true(keeper_record_self(k, PURPOSE_TRUSTED, "asked to be somebody's trusted contact", now, &s->rig.err));
	rig_end_hand(&s->rig);
	person_sign_in(&s->rig, &s->cleo);
	do {
		DROP(buf_wipe) struct buf in = {0}, out = {0};
		char object[KEEPER_TEXT_MAX + 1] = "";
		struct rig_block b;
		struct span a;
		uint32_t n;

		rig_begin(&in, s->cleo.token);
		pack_i64(&in, older);
		good(s, rig_ask(&s->rig, KEEPER_AUDIT_LINES, &in, &out));
		a = span_buf(&out);
		rig_block(&a, &b);
		unpack_i64(&a);
		n = unpack_u32(&a);
		assert_true(pages > 0 || n == 0);
		for (told += n; n > 0; n--) {
			unpack_i64(&a), unpack_i64(&a), unpack_i64(&a), unpack_u32(&a);
			unpack_text(&a, object, sizeof(object));
			assert_null(strstr(object, "trusted contact"));
		}
		older = unpack_i64(&a);
		assert_true(unpack_end(&a, "lines", NULL));
	} while (++pages < 5 && older > 0);
	assert_int_equal(older, 0);
	assert_int_equal(pages, 2);
	assert_true(told > 0);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = { T(asked_then_erased), T(stopped_at_the_last_moment), T(named_and_agreed), T(named_alike), T(closed_after_silence), T(told_days_stand),
	    T(no_yes_within_the_bar), T(contact_erased), T(named_again_and_again) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
