/*
 * tests/bench/bench_directory.c - searches in a directory of many lines, straight from the site store.
 *
 *	bench_directory [LINES]
 *
 * Prints one line a search: milliseconds at the median and at worst, of them the
 * processor's at the median, and how many were found.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include "portal/trust/search.h"
#include "portal/web/site.h"

#define MOST	50
#define TIMES	51

static _Noreturn void
give_up(const char *what, const struct err *e)
{
	fprintf(stderr, "bench_directory: %s: %s\n", what, e->text);
	exit(1);
}

static double
now_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Repeatable, and spread like towns are: most of them in the north's temperate zone. */
static uint32_t
next(void)
{
	static uint32_t x = 2463534242u;

	x ^= x << 13;
	x ^= x >> 17;
	return x ^= x << 5;
}

static void
fill(struct store *st, long lines)
{
	static const char *const languages[] = { "de en", "en", "fr de", "es en pt", "pl", "it fr en" };
	struct err e = {0};

	if (!store_begin(st, &e))
		give_up("begin", &e);
	store_rollback(st);
	for (long i = 1; i <= lines; i++) {
		struct directory_line l = { .id = i, .change = i, .number = i, .placed = i % 20 != 0,
		    .spot = { (int16_t)(350 + (int)(next() % 250)), (int16_t)((int)(next() % 3600) - 1800) } };

		snprintf(l.name, sizeof(l.name), "Name %u. N.", next() % 1000);
		snprintf(l.region, sizeof(l.region), "Town %ld", i % 4000);
		snprintf(l.languages, sizeof(l.languages), "%s", languages[next() % COUNT(languages)]);
		atlas_key(l.region, l.region_key);
		if (!directory_put(st, &l, 0, &e))
			give_up("put", &e);
	}
}

static int
smaller(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static struct found found[MOST];

/* km 0: by language alone. */
static void
measure(struct store *st, const char *what, const char *typed, double km, const char *language)
{
	double ms[TIMES], busy[TIMES];
	struct err e = {0};
	size_t n = 0;

	for (int i = 0; i < TIMES; i++) {
		double from = now_ms(CLOCK_MONOTONIC), busy_from = now_ms(CLOCK_PROCESS_CPUTIME_ID);
		struct where w = {0};
		bool good = km == 0 ? search_region(st, "", false, language, found, MOST, &n, &e) :
		    search_place(st, NULL, typed, &w, &e) &&
		    search_near(st, w.spot, km, language, found, MOST, &n, &e);

		if (!good)
			give_up(what, &e);
		ms[i] = now_ms(CLOCK_MONOTONIC) - from;
		busy[i] = now_ms(CLOCK_PROCESS_CPUTIME_ID) - busy_from;
	}
	qsort(ms, TIMES, sizeof(*ms), smaller);
	qsort(busy, TIMES, sizeof(*busy), smaller);
	printf("%-28s %7.2f ms %7.2f ms, busy %7.2f ms  %zu found\n", what, ms[TIMES / 2], ms[TIMES - 1],
	    busy[TIMES / 2], n);
}

int
main(int argc, char **argv)
{
	DROP(store_drop) struct store *st = NULL;
	long lines = argc > 1 ? strtol(argv[1], NULL, 10) : 10000;
	char dir[] = "/tmp/troth-directory-XXXXXX", path[64];
	struct err e = {0};

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/site.db", dir);
	if (!store_open(&st, &site_spec, path, &e))
		give_up("open", &e);
	fill(st, lines);
	printf("directory of %ld lines: median, worst of %d\n", lines, TIMES);
	measure(st, "within 50 km", "48.1, 11.6", 50, "");
	measure(st, "within 1000 km", "48.1, 11.6", 1000, "");
	measure(st, "within 1000 km, a language", "48.1, 11.6", 1000, "pl");
	measure(st, "a region's name, 100 km", "Town 77", 100, "");
	measure(st, "a language everywhere", "", 0, "pl");
	store_drop(&st);
	for (size_t i = 0; i < 4; i++) {
		static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
		char file[80];

		snprintf(file, sizeof(file), "%s%s", path, ends[i]);
		unlink(file);
	}
	return rmdir(dir) == 0 ? 0 : 1;
}
