/* tests/unit/test_bank_draw.c - the lot: evenly by topic, nothing twice, and everything as likely as its like. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <sodium.h>
#include "privacy/facts/bank_draw.h"

/* A pool whose topics have these sizes, 0 ends. */
static void
fill(struct bank_pool *p, const size_t *sizes)
{
	*p = (struct bank_pool){0};
	for (; sizes[p->topics] != 0; p->topics++) {
		p->size[p->topics] = sizes[p->topics];
		for (size_t i = 0; i < sizes[p->topics]; i++)
			p->topic[p->count++] = (uint8_t)p->topics;
	}
}

static const struct { size_t sizes[8], draw; bool ready, drawn; size_t least[8], most[8]; } pools[] = {
	{ { 20, 20, 20, 20, 20 }, 25, true, true, { 5, 5, 5, 5, 5 }, { 5, 5, 5, 5, 5 } },
	{ { 6, 6, 6, 6 }, 22, true, true, { 5, 5, 5, 5 }, { 6, 6, 6, 6 } },
	{ { 9, 9, 9 }, 25, true, true, { 8, 8, 8 }, { 9, 9, 9 } },
	{ { 40, 2, 40 }, 25, false, true, { 11, 2, 11 }, { 12, 2, 12 } },
	{ { 1, 1, 1, 30 }, 10, false, true, { 1, 1, 1, 7 }, { 1, 1, 1, 7 } },
	{ { 5, 5 }, 10, true, true, { 5, 5 }, { 5, 5 } },
	{ { 5, 4 }, 10, false, false, { 0 }, { 0 } },
	{ { 7 }, 7, true, true, { 7 }, { 7 } },
	{ { 7 }, 1, true, true, { 1 }, { 1 } },
	{ { 30, 30 }, 1, true, true, { 0, 0 }, { 1, 1 } },
	{ { 30 }, 0, true, false, { 0 }, { 0 } },
	{ { 0 }, 1, false, false, { 0 }, { 0 } },
};

static void
test_shares(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pools); i++) {
		struct bank_pool p;
		size_t into[BANK_DRAW_MOST];

		fill(&p, pools[i].sizes);
		assert_int_equal(bank_pool_ready(&p, pools[i].draw), pools[i].ready);
		for (int round = 0; round < 50; round++) {
			size_t got[8] = {0};
			bool seen[BANK_QUESTIONS] = {0};
			struct err e = {0};

			assert_int_equal(bank_draw(&p, pools[i].draw, into, &e), pools[i].drawn);
			assert_int_equal(e.kind, pools[i].drawn ? ERR_NONE : ERR_ABSENT);
			for (size_t n = 0; pools[i].drawn && n < pools[i].draw; n++) {
				assert_true(into[n] < p.count && !seen[into[n]]);
				seen[into[n]] = true;
				got[p.topic[into[n]]]++;
			}
			for (size_t t = 0; t < p.topics; t++)
				if (got[t] < pools[i].least[t] || got[t] > pools[i].most[t])
					fail_msg("pool %zu: %zu of topic %zu", i, got[t], t);
		}
	}
}

/*
 * 4,000 draws of 25 from 100: each question is expected 1,000 times, and each
 * stands first 40 times.  The bounds are more than six standard deviations away: by
 * chance one in a hundred million runs fails.
 */
static void
test_uniform(void **state)
{
	static const size_t sizes[] = { 20, 20, 20, 20, 20, 0 };
	size_t drawn[100] = {0}, first[100] = {0}, pairs = 0, into[25];
	struct bank_pool p;
	struct err e = {0};

	(void)state;
	fill(&p, sizes);
	for (int round = 0; round < 4000; round++) {
		bool zero = false, one = false;

		assert_true(bank_draw(&p, 25, into, &e));
		first[into[0]]++;
		for (size_t n = 0; n < 25; n++) {
			drawn[into[n]]++;
			zero |= into[n] == 0;
			one |= into[n] == 1;
		}
		pairs += zero && one;
	}
	for (size_t i = 0; i < 100; i++) {
		if (drawn[i] < 820 || drawn[i] > 1180)
			fail_msg("question %zu was drawn %zu times", i, drawn[i]);
		if (first[i] < 2 || first[i] > 85)
			fail_msg("question %zu stood first %zu times", i, first[i]);
	}
	/* Neighbours of one topic come together as chance has it: 5/20 * 4/19 of 4,000 are 210. */
	assert_in_range(pairs, 120, 310);
}

/* What can't be shared out evenly does not always fall to the same topic. */
static void
test_remainder(void **state)
{
	static const size_t sizes[] = { 10, 10, 10, 0 };
	size_t more[3] = {0}, into[10];
	struct bank_pool p;
	struct err e = {0};

	(void)state;
	fill(&p, sizes);
	for (int round = 0; round < 900; round++) {
		size_t got[3] = {0};

		assert_true(bank_draw(&p, 10, into, &e));
		for (size_t n = 0; n < 10; n++)
			got[p.topic[into[n]]]++;
		for (size_t t = 0; t < 3; t++)
			more[t] += got[t] == 4;
	}
	for (size_t t = 0; t < 3; t++)
		assert_in_range(more[t], 210, 390);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares), cmocka_unit_test(test_uniform), cmocka_unit_test(test_remainder),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
