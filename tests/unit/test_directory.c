/* tests/unit/test_directory.c - lines in the site store, and finding them by place, distance and language. */
#include "tests/unit/place.h"
#include "portal/trust/search.h"
#include "portal/web/site.h"

#define MOST	50

static const char zones[] =
	"DE,DK\t+5230+01322\tEurope/Berlin\n"
	"AT\t+4813+01620\tEurope/Vienna\n"
	"US\t+3758+08732\tAmerica/Indiana/Indianapolis\n"
	"NZ\t-3652+17446\tPacific/Auckland\n"
	"ES\t+4024-00341\tEurope/Madrid\n"
	"MX\t+1924-09909\tAmerica/Mexico_City\n"
	"AQ\t-6617+11031\tAntarctica/Casey\n"
	"FJ\t-1808+17825\tPacific/Fiji\n"
	"WS\t-1350-17144\tPacific/Apia\n";

static struct store *
opened(const struct place *p)
{
	struct store *st = NULL;
	struct err e = {0};

	GOOD(store_open(&st, &site_spec, p->path, &e));
	return st;
}

static struct directory_line
line(int64_t id, const char *name, const char *region, const char *languages, bool placed, int16_t lat, int16_t lon)
{
	struct directory_line l = { .id = id, .change = id * 10, .number = id * 100, .placed = placed, .spot = { lat, lon } };

	snprintf(l.name, sizeof(l.name), "%s", name);
	snprintf(l.region, sizeof(l.region), "%s", region);
	snprintf(l.languages, sizeof(l.languages), "%s", languages);
	atlas_key(region, l.region_key);
	return l;
}

static void
put(struct store *st, struct directory_line l)
{
	struct err e = {0};

	GOOD(directory_put(st, &l, 0, &e));
}

static int64_t
numbered(struct store *st, int64_t id)
{
	struct directory_line l;
	struct err e = {0};
	bool found;

	GOOD(directory_get(st, id, &l, &found, &e));
	return found ? l.number : 0;
}

static void
rows(void **state)
{
	DROP(store_drop) struct store *st = opened(*state);
	struct directory_line l = line(7, "Änne Ö.", "Köln", "de en", true, 509, 70), got;
	int64_t ids[3], all;
	struct err e = {0};
	bool found, yes;
	size_t n;

	GOOD(directory_count(st, &all, &e));
	assert_int_equal(all, 0);
	put(st, l);
	GOOD(directory_get(st, 7, &got, &found, &e));
	assert_true(found);
	assert_string_equal(got.name, l.name);
	assert_string_equal(got.region, l.region);
	assert_string_equal(got.region_key, "koln");
	assert_string_equal(got.languages, "de en");
	assert_true(got.placed && got.spot.lat == 509 && got.spot.lon == 70 && got.change == 70 && got.number == 700);
	GOOD(directory_put(st, &l, 0, &e));		/* sent twice */
	l.change++;
	BAD(directory_put(st, &l, 0, &e), ERR_CONFLICT);
	l.change--;
	/* One takes the other's place, or nothing changes. */
	l.id = 8;
	GOOD(directory_put(st, &l, 7, &e));
	assert_int_equal(numbered(st, 7), 0);
	assert_int_equal(numbered(st, 8), 700);
	put(st, line(9, "", "Wien", "", false, 0, 0));
	l.change++;
	BAD(directory_put(st, &l, 9, &e), ERR_CONFLICT);
	assert_int_equal(numbered(st, 9), 900);

	GOOD(announced_has(st, &directory_announced, 8, 70, &yes, &e));
	assert_true(yes);
	GOOD(announced_has(st, &directory_announced, 8, 71, &yes, &e));
	assert_false(yes);
	GOOD(announced_has(st, &directory_announced, 99, 70, &yes, &e));
	assert_false(yes);
	put(st, line(-5, "", "Forged", "", false, 0, 0));
	GOOD(announced_ids(st, &directory_announced, INT64_MIN, ids, 2, &n, &e));
	assert_int_equal(n, 2);
	assert_int_equal(ids[0], -5);
	GOOD(announced_ids(st, &directory_announced, ids[1], ids, 3, &n, &e));
	assert_int_equal(n, 1);
	assert_int_equal(ids[0], 9);
	GOOD(announced_remove(st, &directory_announced, 9, &e));
	GOOD(announced_remove(st, &directory_announced, 9, &e));
	GOOD(directory_count(st, &all, &e));
	assert_int_equal(all, 2);
}

/* ---- what was typed ---- */

static void
places(void **state)
{
	static const struct { const char *typed; enum where_state state; int16_t lat, lon; } wanted[] = {
		{ "48.1, 11.6", WHERE_SPOT, 481, 116 }, { "-33.94 18.46", WHERE_SPOT, -339, 185 }, { "Berlin", WHERE_SPOT, 525, 134 },
		{ "berl", WHERE_SPOT, 525, 134 }, { "VIENNA", WHERE_SPOT, 482, 163 },
		/* a region that a line names goes before a town that only holds the letters */
		{ "Münch", WHERE_SPOT, 481, 116 }, { "munchen", WHERE_SPOT, 481, 116 }, { "auck", WHERE_SPOT, 1, 2 },
		{ "Auckland", WHERE_SPOT, -369, 1748 },
		{ "Allgäu", WHERE_REGION, 0, 0 }, { "i", WHERE_UNKNOWN, 0, 0 }, { "ap", WHERE_SPOT, -138, -1717 },
		{ "Atlantis", WHERE_UNKNOWN, 0, 0 }, { "91, 0", WHERE_UNKNOWN, 0, 0 }, { "", WHERE_UNKNOWN, 0, 0 }, { "%", WHERE_UNKNOWN, 0, 0 },
		{ "' OR 1=1", WHERE_UNKNOWN, 0, 0 }, { "\xff", WHERE_UNKNOWN, 0, 0 },
		{ "an", WHERE_CHOICES, 0, 0 },
	};
	DROP(store_drop) struct store *st = opened(*state);
	DROP(atlas_drop) struct atlas *a = NULL;
	struct err e = {0};
	struct where w;

	GOOD(atlas_read(&a, zones, strlen(zones), &e));
	put(st, line(1, "", "München, Schwabing", "de", true, 481, 116));
	put(st, line(2, "", "Allgäu", "de", false, 0, 0));
	put(st, line(3, "", "Auckbury", "en", true, 1, 2));
	for (size_t i = 0; i < COUNT(wanted); i++) {
		GOOD(search_place(st, a, wanted[i].typed, &w, &e));
		if (w.state != wanted[i].state || (w.state == WHERE_SPOT && (w.spot.lat != wanted[i].lat || w.spot.lon != wanted[i].lon)))
			fail_msg("%s: state %d, %d %d", wanted[i].typed, (int)w.state, w.spot.lat, w.spot.lon);
	}
	assert_true(w.choices > 1);
	/* Without an atlas coordinates and the lines' own names are left. */
	GOOD(search_place(st, NULL, "Berlin", &w, &e));
	assert_int_equal(w.state, WHERE_UNKNOWN);
	GOOD(search_place(st, NULL, "Schwabing", &w, &e));
	assert_int_equal(w.state, WHERE_UNKNOWN);
	GOOD(search_place(st, NULL, "munchen", &w, &e));
	assert_int_equal(w.state, WHERE_SPOT);
}

/* ---- who is near ---- */

static size_t
near(struct store *st, int16_t lat, int16_t lon, double km, const char *language, struct found into[MOST], size_t most)
{
	struct err e = {0};
	size_t n = 99;

	GOOD(search_near(st, (struct spot){ lat, lon }, km, language, into, most, &n, &e));
	return n;
}

static void
distances(void **state)
{
	DROP(store_drop) struct store *st = opened(*state);
	struct found f[MOST];
	struct err e = {0};
	size_t n;

	assert_int_equal(near(st, 481, 116, 1000, "", f, MOST), 0);
	put(st, line(1, "", "Berlin", "de en", true, 525, 134));
	put(st, line(2, "", "München", "de", true, 481, 116));
	put(st, line(3, "", "Freising", "en", true, 484, 117));
	put(st, line(4, "", "Somewhere", "de en", false, 0, 0));
	put(st, line(5, "", "Taveuni", "fj", true, -168, 1799));
	put(st, line(6, "", "Pole", "en", true, 900, 0));
	assert_int_equal(near(st, 481, 116, 10, "", f, MOST), 1);
	assert_int_equal(f[0].line.id, 2);
	assert_int_equal(f[0].km, 0);
	assert_int_equal(near(st, 481, 116, 1000, "", f, MOST), 3);
	assert_int_equal(f[1].line.id, 3);
	assert_int_equal(f[1].km, 30);
	assert_int_equal(f[2].line.id, 1);
	assert_int_equal(f[2].km, 510);
	assert_int_equal(near(st, 481, 116, 1000, "", f, 1), 1);
	assert_int_equal(f[0].line.id, 2);
	assert_int_equal(near(st, 481, 116, 1000, "en", f, MOST), 2);
	assert_int_equal(f[0].line.id, 3);
	assert_int_equal(near(st, 481, 116, 1000, "e", f, MOST), 0);
	/* across the date line, and over the pole */
	assert_int_equal(near(st, -168, -1799, 25, "", f, MOST), 1);
	assert_int_equal(f[0].line.id, 5);
	assert_int_equal(near(st, 899, 1800, 100, "", f, MOST), 1);
	assert_int_equal(f[0].line.id, 6);

	GOOD(search_region(st, "", false, "", f, MOST, &n, &e));
	assert_int_equal(n, 6);
	assert_int_equal(f[0].line.id, 1);
	assert_int_equal(f[0].km, -1);
	GOOD(search_region(st, "", false, "en", f, 2, &n, &e));
	assert_int_equal(n, 2);
	GOOD(search_region(st, "", false, "en", f, 0, &n, &e));
	assert_int_equal(n, 0);
	GOOD(search_region(st, "some", true, "", f, MOST, &n, &e));
	assert_int_equal(n, 1);
	GOOD(search_region(st, "mun", true, "", f, MOST, &n, &e));
	assert_int_equal(n, 0);
	GOOD(search_region(st, "mun", false, "de", f, MOST, &n, &e));
	assert_int_equal(n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { CASE(rows), CASE(places), CASE(distances) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
