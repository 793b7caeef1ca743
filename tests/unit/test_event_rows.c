/* tests/unit/test_event_rows.c - announcements in the site store, and their times by the clock of the place. */
#include "tests/unit/place.h"
#include "portal/trust/events.h"
#include "portal/web/site.h"

#define AT(day, hour, minute) (INT64_C(86400) * (day) + (hour) * 3600 + (minute) * 60)
#define FIRST	20788	/* 2026-12-01 */

static const struct { int64_t begins, ends, east; const char *says; } times[] = {
	{ AT(FIRST, 17, 0), AT(FIRST, 21, 0), 60, "2026-12-01 18:00 – 22:00 (UTC+01:00)" },
	{ AT(FIRST, 17, 0), AT(FIRST, 21, 0), 0, "2026-12-01 17:00 – 21:00 (UTC)" },
	{ AT(FIRST, 23, 30), AT(FIRST + 1, 1, 0), 60, "2026-12-02 00:30 – 02:00 (UTC+01:00)" },
	{ AT(FIRST, 17, 0), AT(FIRST + 2, 12, 0), 60, "2026-12-01 18:00 – 2026-12-03 13:00 (UTC+01:00)" },
	{ AT(FIRST, 3, 0), AT(FIRST, 4, 0), -210, "2026-11-30 23:30 – 2026-12-01 00:30 (UTC-03:30)" },
	{ AT(FIRST, 3, 0), AT(FIRST, 4, 0), -30, "2026-12-01 02:30 – 03:30 (UTC-00:30)" },
	{ AT(FIRST, 20, 0), AT(FIRST, 22, 0), 345, "2026-12-02 01:45 – 03:45 (UTC+05:45)" },
	{ AT(FIRST, 11, 0), AT(FIRST, 12, 0), 840, "2026-12-02 01:00 – 02:00 (UTC+14:00)" },
};

static void
by_the_clock_of_the_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(times); i++) {
		char says[EVENT_WHEN_TEXT];

		event_when(times[i].begins, times[i].ends, times[i].east, says);
		assert_string_equal(says, times[i].says);
	}
}

static struct event_row
row(int64_t id, int64_t begins, int64_t ends, const char *place)
{
	struct event_row r = { .id = id, .change = id * 10, .number = id * 100, .begins = begins, .ends = ends, .east = 60,
	    .capacity = 20 };

	snprintf(r.place, sizeof(r.place), "%s", place);
	snprintf(r.note, sizeof(r.note), "Two papers.\nSecond floor.");
	return r;
}

struct seen { int64_t id[8]; size_t n; };

static bool
see(void *self, const struct event_row *r, struct err *e)
{
	struct seen *s = self;

	(void)e;
	s->id[s->n++] = r->id;
	return true;
}

static void
rows_come_and_go(void **state)
{
	const struct place *p = *state;
	struct store *st = NULL;
	struct event_row got, r = row(7, 2000, 3000, "Café Zoë");
	struct seen s = {0};
	struct err e = {0};
	int64_t ids[4];
	size_t n;
	bool yes;

	GOOD(store_open(&st, &site_spec, p->path, &e));
	GOOD(events_get(st, 7, &got, &yes, &e));
	assert_false(yes);
	GOOD(events_put(st, &r, &e));
	GOOD(events_put(st, &r, &e));		/* sent twice */
	r.change++;
	BAD(events_put(st, &r, &e), ERR_CONFLICT);		/* an id is one event's */
	for (int64_t id = 8; id < 11; id++) {
		r = row(id, id == 9 ? 1500 : 2500, id == 10 ? 2600 : 9000, "Utrecht");
		GOOD(events_put(st, &r, &e));
	}
	GOOD(events_get(st, 7, &got, &yes, &e));
	assert_true(yes && got.begins == 2000 && got.ends == 3000 && got.east == 60 && got.capacity == 20 && got.number == 700);
	assert_string_equal(got.place, "Café Zoë");
	assert_string_equal(got.note, "Two papers.\nSecond floor.");
	GOOD(announced_has(st, &events_announced, 7, 70, &yes, &e));
	assert_true(yes);
	GOOD(announced_has(st, &events_announced, 7, 71, &yes, &e));
	assert_false(yes);
	/* soonest first; what has ended is not shown */
	GOOD(events_coming(st, 2600, 3, see, &s, &e));
	assert_int_equal(s.n, 3);
	assert_int_equal(s.id[0], 9);
	assert_int_equal(s.id[1], 7);
	assert_int_equal(s.id[2], 8);
	GOOD(announced_ids(st, &events_announced, 7, ids, 2, &n, &e));
	assert_true(n == 2 && ids[0] == 8 && ids[1] == 9);
	GOOD(announced_remove(st, &events_announced, 7, &e));
	GOOD(announced_remove(st, &events_announced, 7, &e));
	GOOD(events_get(st, 7, &got, &yes, &e));
	assert_false(yes);
	store_drop(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_the_clock_of_the_place), CASE(rows_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
