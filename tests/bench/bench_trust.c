/*
 * tests/bench/bench_trust.c - what reckoning points costs.
 *
 *	bench_trust [ASSURANCES]
 *
 * A member received so many assurances (1,000 unless said) and gave as many.  Prints
 * one line a figure, "name value", microseconds of processor, the median of many:
 *
 *	reckon		points_of() alone, from rows in memory
 *	load		trust_points(): the same with the rows read from the store
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>
#include "tests/unit/trust_rig.h"

#define TIMES	301

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int
by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
median(double *took)
{
	qsort(took, TIMES, sizeof(*took), by_size);
	return took[TIMES / 2];
}

static void
give_up(const char *doing, const struct err *e)
{
	fprintf(stderr, "bench_trust: %s: %s\n", doing, e->text);
	exit(1);
}

/* Received from two others in turns (the rules count the best of each), given to one of them. */
static void
plant(struct rig *r, const struct person *p, const struct person *a, const struct person *b, int64_t n)
{
	struct err e = {0};
	int64_t birth;

	rig_begin_hand(r);
	if (!vault_version(r->keeper.vault, p->owner.number, FIELD_BIRTH, 0, &birth, &e))
		give_up("version", &e);
	for (int64_t i = 0; i < n; i++) {
		struct assurance in = { .giver = i % 2 == 0 ? a->owner.number : b->owner.number, .member = p->owner.number,
		    .points = i % 36, .met_day = 20000, .noted_at = 1 + i, .made_at = 1 + i, .birth = birth, .names = 1,
		    .method = VOUCH_MEETING };
		struct assurance out = in;

		out.giver = p->owner.number;
		out.member = a->owner.number;
		if (!assurance_add(&r->keeper, &in, &e) || !assurance_add(&r->keeper, &out, &e))
			give_up("plant", &e);
	}
	rig_end_hand(r);
}

static double
bench_reckon(struct rig *r, const struct person *p)
{
	static double took[TIMES];
	struct vouchings v = {0};
	struct points pt;
	struct err e = {0};

	rig_begin_hand(r);
	if (!vouchings_load(&r->keeper, p->owner.number, 0, &v, &e))
		give_up("load", &e);
	rig_end_hand(r);
	for (int i = 0; i < TIMES; i++) {
		struct trust_member m = { .received = v.received, .received_count = v.received_count, .given = v.given,
		    .given_count = v.given_count, .birth_day = 5000, .passed_at = 1 };
		double from = now_us();

		if (!points_of(&r->set.trust, &m, rig_now(r), &pt, &e))
			give_up("reckon", &e);
		took[i] = now_us() - from;
	}
	vouchings_wipe(&v);
	return median(took);
}

static double
bench_load(struct rig *r, const struct person *p)
{
	static double took[TIMES];
	struct points pt;

	for (int i = 0; i < TIMES; i++) {
		double from;

		rig_begin_hand(r);
		from = now_us();
		if (!trust_points(&r->keeper, &p->owner, rig_now(r), &pt, &r->err))
			give_up("points", &r->err);
		took[i] = now_us() - from;
		rig_end_hand(r);
	}
	return median(took);
}

int
main(int argc, char **argv)
{
	int64_t n = argc > 1 ? strtoll(argv[1], NULL, 10) : 1000;
	struct person p = {0}, a = {0}, b = {0};
	struct rig r;

	rig_open(&r, NULL);
	person_make(&r, &p, "ann", "Ann", "Briain", "1984-02-29", NULL);
	person_make(&r, &a, "ben", "Ben", "Adeyemi", "1970-01-01", NULL);
	person_make(&r, &b, "cleo", "Cleo", "Marin", "1970-01-01", NULL);
	plant(&r, &p, &a, &b, n);
	printf("reckon %.0f\nload %.0f\n", bench_reckon(&r, &p), bench_load(&r, &p));
	rig_drop(&r);
	return 0;
}
