/* tests/unit/test_vouch.c - whether one more assurance may be recorded: every refusal and its boundary as a row. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/vouch.h"
#include "tests/unit/trust_preset.h"

#define NOW	1795340000	/* 2026-11-22 09:33:20 UTC */
#define TODAY	20779
#define MAKER	7
#define MEMBER	8
#define YEARS	(365 * 86400LL)

/* What the assurer (35 points, senior, founder) of these rows already gave the member, and others. */
static const struct vouching lists[][3] = {
	{ { 0 } },
	{ { .other = MAKER, .points = 10, .made_at = NOW - 2 * YEARS, .method = VOUCH_MEETING } },
	{ { .other = MAKER, .points = 10, .made_at = NOW - 2 * YEARS + 1, .method = VOUCH_MEETING } },
	{ { .other = MAKER, .points = 10, .made_at = NOW, .method = VOUCH_EVENT } },
	{ { .other = MAKER, .points = 10, .made_at = NOW, .method = VOUCH_MEETING, .withdrawn_at = NOW } },
	{ { .other = MAKER, .points = 10, .made_at = NOW, .method = VOUCH_MEETING, .falls_at = NOW + 9 } },
	{ { .other = MAKER, .points = 35, .made_at = NOW, .method = VOUCH_MEETING, .founding = true } },
	{ { .other = 99, .points = 10, .made_at = NOW, .method = VOUCH_MEETING } },
	{ { .other = 1, .points = 35, .made_at = NOW, .method = VOUCH_TTP } },
	{ { .other = 1, .points = 35, .made_at = NOW, .method = VOUCH_TTP },
	  { .other = 2, .points = 35, .made_at = NOW, .method = VOUCH_TTP } },
	{ { .other = 1, .points = 35, .made_at = NOW, .method = VOUCH_TTP },
	  { .other = 2, .points = 35, .made_at = NOW, .method = VOUCH_TTP, .withdrawn_at = NOW } },
	{ { .other = 1, .points = 35, .made_at = NOW, .method = VOUCH_TTP },
	  { .other = 1, .points = 35, .made_at = NOW - 3 * YEARS, .method = VOUCH_TTP } },
	{ { .other = MAKER, .points = 35, .made_at = NOW, .method = VOUCH_TTP } },
	{ { .other = MAKER, .points = 10, .made_at = NOW - 5, .method = VOUCH_MEETING },
	  { .other = MAKER, .points = 10, .made_at = NOW - 3 * YEARS, .method = VOUCH_MEETING } },
	{ { .other = 1, .points = 0, .made_at = NOW, .method = VOUCH_TTP },
	  { .other = 2, .points = 35, .made_at = NOW, .method = VOUCH_TTP } },
	{ { .other = 1, .points = 35, .made_at = NOW - 9, .method = VOUCH_TTP, .falls_at = NOW },
	  { .other = 2, .points = 35, .made_at = NOW, .method = VOUCH_TTP } },
	{ { .other = 1, .points = 35, .made_at = NOW - 9, .method = VOUCH_TTP, .falls_at = NOW + 1 },
	  { .other = 2, .points = 35, .made_at = NOW, .method = VOUCH_TTP } },
	{ { .other = 1, .points = 0, .made_at = NOW - 9, .method = VOUCH_TTP },
	  { .other = 1, .points = 35, .made_at = NOW - 3 * YEARS, .method = VOUCH_TTP },
	  { .other = 2, .points = 35, .made_at = NOW, .method = VOUCH_TTP } },
};
enum { NONE, TWO_YEARS, NEARLY, NOW_EVENT, TAKEN_BACK, FALLING, FOUNDER, OTHERS, ONE_TTP, TWO_TTP, TTP_BACK,
	SAME_TTP, TTP_NUMBER, LATER_FIRST, TTP_NAUGHT, TTP_FELL, TTP_FALLS, TTP_TWICE };

#define M VOUCH_MEETING
#define EVER (-20000)	/* a birth long ago */

static const struct {
	int64_t points, met, birth;		/* met and birth: days from today */
	uint32_t names;
	enum vouch_method method;
	int list;
	const char *options;	/* a no assurer, s no senior, f no founder, m member no founder, F founding, o oneself,
				   b no birth date, 5 gives at most 5, cN name changed N s ago */
	enum vouch_answer answer;
	int64_t most;
} rows[] = {
	/* points */
	{ 35, 0, EVER, 1, M, NONE, "", VOUCH_YES, 35 },
	{ 0, 0, EVER, 1, M, NONE, "", VOUCH_YES, 35 },
	{ 36, 0, EVER, 1, M, NONE, "", VOUCH_POINTS, 35 },
	{ -1, 0, EVER, 1, M, NONE, "", VOUCH_POINTS, 35 },
	{ INT64_MAX, 0, EVER, 1, M, NONE, "", VOUCH_POINTS, 35 },
	{ INT64_MIN, 0, EVER, 1, M, NONE, "", VOUCH_POINTS, 35 },
	{ 5, 0, EVER, 1, M, NONE, "5", VOUCH_YES, 5 },
	{ 6, 0, EVER, 1, M, NONE, "5", VOUCH_POINTS, 5 },
	/* who */
	{ 10, 0, EVER, 1, M, NONE, "a", VOUCH_NOT_ASSURER, 35 },
	{ 10, 0, EVER, 1, M, NONE, "o", VOUCH_SELF, 35 },
	{ 10, 0, EVER, 1, M, NONE, "oa", VOUCH_SELF, 35 },
	{ 10, 0, EVER, 1, VOUCH_TTP, NONE, "o", VOUCH_SELF, 35 },
	{ 10, 0, EVER, 1, M, NONE, "s", VOUCH_YES, 35 },
	{ 10, 0, EVER, 1, VOUCH_EVENT, NONE, "s", VOUCH_YES, 35 },
	{ 10, 0, EVER, 1, VOUCH_SLIP, NONE, "s", VOUCH_YES, 35 },
	{ 10, 0, EVER, 1, (enum vouch_method)0, NONE, "", VOUCH_METHOD, 35 },
	{ 10, 0, EVER, 1, (enum vouch_method)6, NONE, "", VOUCH_METHOD, 35 },
	/* names and birth date */
	{ 10, 0, EVER, 0, M, NONE, "", VOUCH_NO_NAME, 35 },
	{ 10, 0, EVER, 3, M, NONE, "", VOUCH_YES, 35 },
	{ 10, 0, EVER, 4, M, NONE, "", VOUCH_NO_NAME, 35 },
	{ 10, 0, EVER, 7, M, NONE, "", VOUCH_NO_NAME, 35 },
	{ 10, 0, EVER, 1, M, NONE, "b", VOUCH_NO_BIRTH, 35 },
	/* when they met */
	{ 10, 1, EVER, 1, M, NONE, "", VOUCH_FUTURE, 35 },
	{ 10, 2, EVER, 1, M, NONE, "", VOUCH_FUTURE, 35 },
	{ 10, -1, EVER, 1, M, NONE, "", VOUCH_YES, 35 },
	{ 10, -365, EVER, 1, M, NONE, "", VOUCH_YES, 35 },
	{ 10, -366, EVER, 1, M, NONE, "", VOUCH_LONG_AGO, 35 },
	{ 10, -4000, EVER, 1, M, NONE, "", VOUCH_LONG_AGO, 35 },
	{ 10, 0, 0, 1, M, NONE, "", VOUCH_YES, 35 },
	{ 10, -1, 0, 1, M, NONE, "", VOUCH_BEFORE_BIRTH, 35 },
	{ 10, -400, -300, 1, M, NONE, "", VOUCH_BEFORE_BIRTH, 35 },
	{ 10, -300, -300, 1, M, NONE, "", VOUCH_YES, 35 },
	/* once per pair */
	{ 10, 0, EVER, 1, M, TWO_YEARS, "", VOUCH_YES, 35 },
	{ 10, 0, EVER, 1, M, NEARLY, "", VOUCH_AGAIN, 35 },
	{ 10, 0, EVER, 1, M, NOW_EVENT, "", VOUCH_AGAIN, 35 },
	{ 10, 0, EVER, 1, VOUCH_SLIP, NOW_EVENT, "", VOUCH_AGAIN, 35 },
	{ 10, 0, EVER, 1, M, NEARLY, "c0", VOUCH_YES, 35 },
	{ 10, 0, EVER, 1, M, NEARLY, "c63071998", VOUCH_YES, 35 },
	{ 10, 0, EVER, 1, M, NEARLY, "c63071999", VOUCH_AGAIN, 35 },
	{ 10, 0, EVER, 1, M, TAKEN_BACK, "", VOUCH_YES, 35 },
	{ 10, 0, EVER, 1, M, FALLING, "", VOUCH_YES, 35 },
	{ 10, 0, EVER, 1, M, FOUNDER, "", VOUCH_YES, 35 },
	{ 10, 0, EVER, 1, M, OTHERS, "", VOUCH_YES, 35 },
	{ 10, 0, EVER, 1, M, LATER_FIRST, "", VOUCH_AGAIN, 35 },
	{ 10, 0, EVER, 1, M, TTP_NUMBER, "", VOUCH_YES, 35 },
	/* founders */
	{ 35, 0, EVER, 1, M, NONE, "F", VOUCH_YES, 35 },
	{ 35, 0, EVER, 1, M, NONE, "Fas", VOUCH_YES, 35 },
	{ 36, 0, EVER, 1, M, NONE, "F", VOUCH_POINTS, 35 },
	{ 35, 0, EVER, 1, M, NONE, "Ff", VOUCH_NOT_FOUNDER, 35 },
	{ 35, 0, EVER, 1, M, NONE, "Fm", VOUCH_NOT_FOUNDER, 35 },
	{ 35, 0, EVER, 1, VOUCH_EVENT, NONE, "F", VOUCH_METHOD, 35 },
	{ 35, 0, EVER, 1, VOUCH_TTP, NONE, "F", VOUCH_METHOD, 35 },
	{ 35, 0, EVER, 1, M, FOUNDER, "F", VOUCH_AGAIN, 35 },
	{ 35, 0, EVER, 1, M, NEARLY, "F", VOUCH_YES, 35 },
	{ 35, 0, EVER, 1, M, NONE, "Fo", VOUCH_SELF, 35 },
	/* trusted third parties and the top-up; the third party here has number 3 */
	{ 35, 0, EVER, 1, VOUCH_TTP, NONE, "", VOUCH_YES, 35 },
	{ 35, 0, EVER, 1, VOUCH_TTP, NONE, "5", VOUCH_YES, 35 },
	{ 36, 0, EVER, 1, VOUCH_TTP, NONE, "", VOUCH_POINTS, 35 },
	{ 35, 0, EVER, 1, VOUCH_TTP, NONE, "s", VOUCH_NOT_SENIOR, 35 },
	{ 35, 0, EVER, 1, VOUCH_TTP, ONE_TTP, "", VOUCH_YES, 35 },
	{ 35, 0, EVER, 1, VOUCH_TTP, TWO_TTP, "", VOUCH_TTP_ENOUGH, 35 },
	{ 35, 0, EVER, 1, VOUCH_TTP, TTP_BACK, "", VOUCH_YES, 35 },
	{ 35, 0, EVER, 1, VOUCH_TTP, SAME_TTP, "", VOUCH_YES, 35 },
	{ 35, 0, EVER, 1, VOUCH_TTP, TTP_NAUGHT, "", VOUCH_YES, 35 },
	{ 35, 0, EVER, 1, VOUCH_TTP, ONE_TTP, "t", VOUCH_AGAIN, 35 },
	{ 35, 0, EVER, 1, VOUCH_TOPUP, NONE, "", VOUCH_TTP_FIRST, 35 },
	{ 35, 0, EVER, 1, VOUCH_TOPUP, ONE_TTP, "", VOUCH_TTP_FIRST, 35 },
	{ 35, 0, EVER, 1, VOUCH_TOPUP, TTP_BACK, "", VOUCH_TTP_FIRST, 35 },
	{ 35, 0, EVER, 1, VOUCH_TOPUP, SAME_TTP, "", VOUCH_TTP_FIRST, 35 },
	{ 35, 0, EVER, 1, VOUCH_TOPUP, TTP_NAUGHT, "", VOUCH_TTP_FIRST, 35 },
	{ 35, 0, EVER, 1, VOUCH_TOPUP, TTP_FELL, "", VOUCH_TTP_FIRST, 35 },
	{ 35, 0, EVER, 1, VOUCH_TTP, TTP_FELL, "", VOUCH_YES, 35 },
	{ 35, 0, EVER, 1, VOUCH_TOPUP, TTP_FALLS, "", VOUCH_YES, 35 },
	{ 35, 0, EVER, 1, VOUCH_TTP, TTP_FALLS, "", VOUCH_TTP_ENOUGH, 35 },
	{ 35, 0, EVER, 1, VOUCH_TOPUP, TTP_TWICE, "", VOUCH_YES, 35 },
	{ 35, 0, EVER, 1, VOUCH_TOPUP, TWO_TTP, "", VOUCH_YES, 35 },
	{ 36, 0, EVER, 1, VOUCH_TOPUP, TWO_TTP, "", VOUCH_POINTS, 35 },
	{ 35, 0, EVER, 1, VOUCH_TOPUP, TWO_TTP, "s", VOUCH_NOT_SENIOR, 35 },
	{ 35, 0, EVER, 1, VOUCH_TOPUP, TWO_TTP, "a", VOUCH_NOT_ASSURER, 35 },
};

static void
read_options(const char *s, struct vouch_try *t)
{
	for (; *s != '\0'; s++)
		switch (*s) {
		case 'a': t->assurer = false; break;
		case 's': t->senior = false; break;
		case 'f': t->founder = false; break;
		case 'm': t->member_founder = false; break;
		case 'F': t->founding = true; break;
		case 'o': t->member = t->giver; break;
		case 'b': t->birth_day = DAY_NONE; break;
		case '5': t->give_most = 5; break;
		case 't': t->third_party = 1; break;
		case 'c': t->name_changed_at = NOW - strtoll(s + 1, NULL, 10); return;
		default: fail_msg("option %c", *s);
		}
}

static size_t
length(const struct vouching *list)
{
	size_t n = 0;

	while (n < 3 && list[n].made_at != 0)
		n++;
	return n;
}

static void
rulings(void **state)
{
	struct trust_policy p;

	(void)state;
	trust_policy_preset(&p);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vouch_try t = { .giver = MAKER, .member = MEMBER, .assurer = true, .senior = true, .founder = true,
		    .member_founder = true, .give_most = 35, .received = lists[rows[i].list],
		    .received_count = length(lists[rows[i].list]), .birth_day = TODAY + rows[i].birth, .names_known = 3,
		    .points = rows[i].points, .met_day = TODAY + rows[i].met, .names = rows[i].names,
		    .method = rows[i].method, .third_party = 3 };
		struct vouch_ruling r;

		read_options(rows[i].options, &t);
		r = vouch_check(&p, &t, NOW);
		if (r.answer != rows[i].answer || r.most != rows[i].most)
			fail_msg("row %zu: answer %d, most %d", i, (int)r.answer, (int)r.most);
		assert_true((r.when != 0) == (r.answer == VOUCH_AGAIN) && (r.when == 0 || r.when > NOW));
		if (r.answer != VOUCH_AGAIN)
			continue;
		/* at the moment it names, and not before, the pair is free */
		t.met_day = day_of(r.when);
		assert_int_equal(vouch_check(&p, &t, r.when).answer, VOUCH_YES);
		assert_int_equal(vouch_check(&p, &t, r.when - 1).answer, VOUCH_AGAIN);
	}
}

/* In Auckland it is tomorrow already. */
static void
tomorrow_somewhere(void **state)
{
	struct trust_policy p;
	struct vouch_try t = { .giver = MAKER, .member = MEMBER, .assurer = true, .give_most = 35, .birth_day = 0,
	    .names_known = 1, .names = 1, .met_day = TODAY + 1, .method = VOUCH_MEETING };

	(void)state;
	trust_policy_preset(&p);
	assert_int_equal(vouch_check(&p, &t, TODAY * 86400LL + 10 * 3600).answer, VOUCH_YES);
	assert_int_equal(vouch_check(&p, &t, TODAY * 86400LL + 10 * 3600 - 1).answer, VOUCH_FUTURE);
}

/* A changed policy's numbers, not ours, decide. */
static void
by_policy(void **state)
{
	struct trust_policy p;
	struct vouch_try t = { .giver = MAKER, .member = MEMBER, .assurer = true, .give_most = 35, .birth_day = 0,
	    .names_known = 1, .names = 1, .met_day = TODAY - 31, .method = VOUCH_MEETING,
	    .received = lists[NOW_EVENT], .received_count = 1 };

	(void)state;
	trust_policy_preset(&p);
	p.meeting_oldest = 30 * 86400;
	assert_int_equal(vouch_check(&p, &t, NOW).answer, VOUCH_LONG_AGO);
	t.met_day++;
	assert_int_equal(vouch_check(&p, &t, NOW).answer, VOUCH_AGAIN);
	p.again = 0;
	assert_int_equal(vouch_check(&p, &t, NOW).answer, VOUCH_YES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rulings), cmocka_unit_test(tomorrow_somewhere), cmocka_unit_test(by_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
