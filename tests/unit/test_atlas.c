/* tests/unit/test_atlas.c - places by name, coordinates as typed, and who is near. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "portal/trust/atlas.h"

#define ZONES	"/usr/share/zoneinfo/zone1970.tab"

static struct atlas *world;

static int
set_up(void **state)
{
	struct err e = {0};

	(void)state;
	return atlas_open(&world, ZONES, &e) ? 0 : 1;
}

static int
tear_down(void **state)
{
	(void)state;
	atlas_drop(&world);
	return 0;
}

static void
whole_world(void **state)
{
	(void)state;
	assert_in_range(atlas_count(world), 300, ATLAS_PLACES_MOST);
	for (size_t i = 0; i < atlas_count(world); i++) {
		const struct atlas_place *p = atlas_at(world, i), *found[2];

		assert_true(spot_ok(p->spot) && p->name[0] != '\0' && strlen(p->countries) >= 2);
		assert_true(atlas_find(world, p->name, found, 2) >= 1);
		assert_null(strchr(p->name, '_'));
	}
}

static const struct { const char *typed, *name; struct spot spot; size_t count; } finds[] = {
	{ "Berlin", "Berlin", { 525, 134 }, 1 }, { "bErLiN ", "Berlin", { 525, 134 }, 1 },
	{ "buenos aires", "Buenos Aires", { -346, -585 }, 1 }, { "Buenos_Aires", "Buenos Aires", { -346, -585 }, 1 },
	{ "S\u00e3o Paulo", "Sao Paulo", { -235, -466 }, 1 }, { "new york", "New York", { 407, -740 }, 1 },
	{ "auckl", "Auckland", { -369, 1748 }, 1 }, { "york", "New York", { 407, -740 }, 1 },
	{ "Z\u00fcrich", "Zurich", { 474, 85 }, 1 }, { "", NULL, { 0, 0 }, 0 }, { "b", NULL, { 0, 0 }, 0 },
	{ "- _", NULL, { 0, 0 }, 0 }, { "\xff\xff", NULL, { 0, 0 }, 0 }, { "Atlantis", NULL, { 0, 0 }, 0 },
	{ "Europe/Berlin", NULL, { 0, 0 }, 0 }, { "tr", NULL, { 0, 0 }, 2 },
};

static void
find(void **state)
{
	const struct atlas_place *found[5];

	(void)state;
	for (size_t i = 0; i < COUNT(finds); i++) {
		size_t n = atlas_find(world, finds[i].typed, found, 5);

		if (finds[i].name == NULL ? finds[i].count == 0 && n != 0 : n != finds[i].count)
			fail_msg("'%s': %zu", finds[i].typed, n);
		if (finds[i].name == NULL)
			continue;
		assert_string_equal(found[0]->name, finds[i].name);
		assert_int_equal(found[0]->spot.lat, finds[i].spot.lat);
		assert_int_equal(found[0]->spot.lon, finds[i].spot.lon);
	}
	assert_int_equal(atlas_find(world, "an", found, 3), 3);
	assert_int_equal(atlas_find(world, "an", found, 0), 0);
}

/* ---- the file ---- */

static const char *const good_files[] = {
	"DE\t+5230+01322\tEurope/Berlin", "# c\n\nDE\t+5230+01322\tEurope/Berlin\tmost of Germany\n",
	"AQ\t-900000+1800000\tAntarctica/Pole\n", "XX\t+0000-00000\tNull\n",
};

static const char *const bad_files[] = {
	"", "\n\n", "# only\n", "DE", "DE\t", "DE\t+5230+01322", "DE\t+5230+01322\t", "DE\t+5230+01322\t\tx",
	"\t+5230+01322\tEurope/Berlin", "de\t+5230+01322\tEurope/Berlin", "DE\t5230+01322\tEurope/Berlin",
	"DE\t+5230\tEurope/Berlin", "DE\t+523+01322\tEurope/Berlin", "DE\t+5260+01322\tEurope/Berlin",
	"DE\t+523060+01322\tEurope/Berlin", "DE\t+9001+01322\tEurope/Berlin", "DE\t+5230+18001\tEurope/Berlin",
	"DE\t+5230+1322\tEurope/Berlin", "DE\t+52a0+01322\tEurope/Berlin", "DE\t+5230+01322\tEurope/B<rlin",
	"DE\t+5230+01322\tEurope/", "DE\t+5230+01322x\tEurope/Berlin", "DE\t\tEurope/Berlin", "DE +5230+01322 Europe/Berlin",
	"DE\t+5230+01322\tEurope/Berlin\nDE\n",
	"DE\t+5230+01322\taaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
};

static void
files(void **state)
{
	struct atlas *a;
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(good_files); i++) {
		if (!atlas_read(&a, good_files[i], strlen(good_files[i]), &e))
			fail_msg("file %zu: %s", i, e.text);
		assert_int_equal(atlas_count(a), 1);
		atlas_drop(&a);
	}
	for (size_t i = 0; i < COUNT(bad_files); i++) {
		e = (struct err){0};
		if (atlas_read(&a, bad_files[i], strlen(bad_files[i]), &e) || e.kind != ERR_INPUT || a != NULL)
			fail_msg("file %zu is taken", i);
	}
	assert_false(atlas_open(&a, "/no/such/file", &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_false(atlas_open(&a, "/dev/zero", &e));
	assert_int_equal(e.kind, ERR_INPUT);
	atlas_drop(&a);
}

/* ---- coordinates ---- */

static const struct { const char *typed; struct spot spot; } spots[] = {
	{ "48.1, 11.6", { 481, 116 } }, { "48.1 11.6", { 481, 116 } }, { "48.1,11.6", { 481, 116 } },
	{ "48.1;11.6", { 481, 116 } }, { " 48.137N 11.575E ", { 481, 116 } }, { "48,1; 11,6", { 481, 116 } },
	{ "48,1 11,6", { 481, 116 } }, { "-33.9 18.4", { -339, 184 } }, { "33.9S 18.4E", { -339, 184 } },
	{ "33.9 s, 18.4 w", { -339, -184 } }, { "+48 +11", { 480, 110 } }, { "48\u00b0N, 11\u00b0E", { 480, 110 } },
	{ "90, 180", { 900, 1800 } }, { "-90 -180", { -900, -1800 } }, { "0 0", { 0, 0 } }, { "-0.04 0.04", { 0, 0 } },
	{ "0.05 -0.05", { 1, -1 } }, { "0.049999999999 0.05", { 0, 1 } }, { "48.14999999 11.65", { 481, 117 } },
	{ "048.1 011.6", { 481, 116 } }, { "48, 11", { 480, 110 } },
};

static const char *const no_spots[] = {
	"", " ", "48.1", "48.1,", ",11.6", "48,11", "48.1, 11.6, 3", "48.1 11.6x", "90.1 0", "0 180.1", "-90.00000001 0", "91 0",
	"1000 0", "1e1 5", "0x10 5", "nan 0", "inf 0", "-48.1N 11.6E", "48.1E 11.6N", "48.1-11.6", "48.1.2 3", ".5 3",
	"4 8 . 1 11", "48.1 N S 11", "\xff 1", "--48 11", "48.1N11.6E extra", "north 3", "48.1, , 11.6",
};

static void
coordinates(void **state)
{
	struct spot s;

	(void)state;
	for (size_t i = 0; i < COUNT(spots); i++) {
		struct err e = {0};

		if (!spot_read(spots[i].typed, &s, &e) || s.lat != spots[i].spot.lat || s.lon != spots[i].spot.lon)
			fail_msg("'%s': %d %d", spots[i].typed, s.lat, s.lon);
	}
	for (size_t i = 0; i < COUNT(no_spots); i++) {
		struct err e = {0};

		if (spot_read(no_spots[i], &s, &e) || e.kind != ERR_INPUT)
			fail_msg("'%s' is taken: %d %d", no_spots[i], s.lat, s.lon);
	}
	assert_false(spot_ok((struct spot){ 901, 0 }));
	assert_false(spot_ok((struct spot){ 0, -1801 }));
}

/* Every spot there can be is read as it was written. */
static void
written(void **state)
{
	(void)state;
	for (int i = -1800; i <= 1800; i++) {
		struct spot s = { (int16_t)(i / 2), (int16_t)i }, again;
		struct err e = {0};
		char text[SPOT_TEXT];

		spot_write(s, text);
		if (!spot_read(text, &again, &e) || again.lat != s.lat || again.lon != s.lon)
			fail_msg("%s", text);
	}
}

/* ---- near ---- */

static const struct { struct spot a, b; double km, off; } ways[] = {
	{ { 0, 0 }, { 0, 0 }, 0, 0 }, { { 0, 0 }, { 0, 1800 }, 20015.1, 1 }, { { 900, 0 }, { -900, 0 }, 20015.1, 1 },
	{ { 900, 0 }, { 900, 1234 }, 0, 0.01 }, { { 0, 1799 }, { 0, -1799 }, 22.2, 0.1 }, { { 0, 1800 }, { 0, -1800 }, 0, 0.01 },
	{ { 0, 0 }, { 0, 10 }, 111.2, 0.1 }, { { 600, 0 }, { 600, 10 }, 55.6, 0.1 },
	{ { 525, 134 }, { 489, 23 }, 879, 6 },		/* Berlin, Paris */
	{ { 407, -740 }, { 515, -1 }, 5567, 12 },	/* New York, London */
};

static void
distances(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ways); i++) {
		double there = spot_distance(ways[i].a, ways[i].b), back = spot_distance(ways[i].b, ways[i].a);

		if (there < ways[i].km - ways[i].off || there > ways[i].km + ways[i].off)
			fail_msg("%zu: %f km", i, there);
		assert_true(there - back < 1e-9 && back - there < 1e-9);
	}
}

#define MANY	3000

/* The nearest, nearest first, never more than asked for, none too far: against sorting everything. */
static void
nearest(void **state)
{
	static struct spot all[MANY];
	struct near found[50];
	uint64_t seed = 99;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		all[i] = (struct spot){ (int16_t)((seed >> 33) % 1801 - 900), (int16_t)((seed >> 20) % 3601 - 1800) };
	}
	for (size_t trial = 0; trial < 40; trial++) {
		struct spot from = all[trial * 7];
		double far = trial % 2 == 0 ? 1e9 : 500;
		size_t most = 1 + trial % 50, n = atlas_nearest(from, all, MANY, far, found, most), nearer = 0, within = 0;

		assert_true(n >= 1 && n <= most && found[0].km < 1e-6);
		for (size_t i = 1; i < n; i++)
			assert_true(found[i].km >= found[i - 1].km);
		for (size_t i = 0; i < MANY; i++) {
			double km = spot_distance(from, all[i]);

			within += km <= far;
			nearer += km < found[n - 1].km;
		}
		assert_true(nearer < n);
		assert_int_equal(n, within < most ? within : most);
		assert_true(found[n - 1].km <= far);
	}
	assert_int_equal(atlas_nearest(all[0], all, MANY, 1e9, found, 0), 0);
	assert_int_equal(atlas_nearest(all[0], all, 0, 1e9, found, 50), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_world), cmocka_unit_test(find), cmocka_unit_test(files),
		cmocka_unit_test(coordinates), cmocka_unit_test(written), cmocka_unit_test(distances),
		cmocka_unit_test(nearest),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
