/*
 * portal/public/statistics.c - sums about this site, as charts and tables.
 *
 * The keeper counts what happened, the site store how often pages were opened.
 * One look serves all visitors of a thread for a minute; without the keeper the
 * last ones stay, and a page that cannot say a number says nothing.
 */
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/log.h"
#include "portal/public/routes.h"
#include "portal/public/views.h"
#include "privacy/facts/day.h"

#define LOOK_AGAIN	MINUTE
#define VISITS_DAYS	30

static bool
tallies_read(struct visit *v, struct tallies *t, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint8_t events;
	uint32_t n;

	TRY(visit_ask_open(v, KEEPER_TALLIES, &in, &out, &a, e));
	events = unpack_u8(&a);
	if (events != TALLY__COUNT)
		return FAIL(e, ERR_IO, "tallies: %u kinds of events", events);
	for (size_t i = 0; i < TALLY__COUNT; i++) {
		t->all[i] = unpack_i64(&a);
		for (size_t m = 0; m < TALLY_MONTHS; m++)
			t->month[i][m] = unpack_i64(&a);
	}
	n = unpack_u32(&a);
	if (n != PURPOSE__COUNT)
		return FAIL(e, ERR_IO, "tallies: %u purposes", n);
	for (size_t p = 0; p < PURPOSE__COUNT; p++)
		t->purpose[p] = unpack_i64(&a);
	t->known = true;
	return unpack_end(&a, "tallies", e);
}

/* Openings of public pages since the month began. */
static bool
pages_read(const struct visit *v, struct tallies *t, struct err *e)
{
	static _Thread_local struct visits_sum row[VISITS_MOST];
	size_t n = 0;

	t->pages = t->statement = 0;
	if (v->store != NULL)
		TRY(visits_sums(v->store, VISITS_PAGE, day_month_first(day_of(v->now)), row, COUNT(row), &n, e));
	for (size_t i = 0; i < n; i++) {
		t->pages += row[i].n;
		if (strcmp(row[i].name, "privacy statement") == 0)
			t->statement += row[i].n;
	}
	return true;
}

const struct tallies *
tallies_now(struct visit *v)
{
	static _Thread_local struct tallies kept, read;
	static _Thread_local int64_t until;
	struct err e = {0};

	if (v->keeper == NULL || (v->now < until && v->now >= until - LOOK_AGAIN))
		return &kept;
	if (tallies_read(v, &read, &e) && pages_read(v, &read, &e))
		kept = read;
	else
		log_err("counts", &e);
	until = v->now + LOOK_AGAIN;
	return &kept;
}

int64_t
promise_count_of(const struct promise *p, const struct tallies *t)
{
	int64_t n = 0;

	if (p->from != FROM_LINES)
		return p->from == FROM_PAGES ? t->pages : t->statement;
	for (size_t i = 0; i < PROMISE_COUNTS && p->purposes[i] != PURPOSE_UNSET; i++)
		n += t->purpose[p->purposes[i]];
	return n;
}

/* ---- charts ---- */

/* Bars of the last TALLY_MONTHS months, oldest first, the highest as high as there is room. */
static void
chart_draw(struct chart *c, const char *title, const char *one, int64_t all, const int64_t *month, int64_t now)
{
	int64_t most = 1, last = day_month(day_of(now));

	c->title = title;
	c->one = one;
	c->all = all;
	for (size_t m = 0; m < TALLY_MONTHS; m++)
		most = month[m] > most ? month[m] : most;
	for (size_t i = 0; i < TALLY_MONTHS; i++) {
		struct chart_bar *b = &c->bar[i];
		int64_t back = TALLY_MONTHS - 1 - (int64_t)i, which = last - back;

		b->n = month[back];
		b->height = (int)(b->n * CHART_HEIGHT / most);
		if (b->n > 0 && b->height < 2)
			b->height = 2;	/* one of many is still seen */
		b->x = (int)i * CHART_STEP;
		b->y = CHART_HEIGHT - b->height;
		snprintf(b->month, sizeof(b->month), "%04u-%02u", (unsigned)(which / 12) % 10000, (unsigned)(which % 12 + 1));
	}
	c->most = most;
}

void
visits_of(const struct visit *v, enum visits_kind kind, struct visits_table *t)
{
	struct err e = {0};

	if (v->store != NULL &&
	    !visits_sums(v->store, kind, v->now / DAY - VISITS_DAYS, t->row, COUNT(t->row), &t->n, &e))
		log_err("page counts", &e);
}

/* What a Referer says is its sender's choice, so no name out of it stands on a public page. */
static int64_t
linked(const struct visit *v)
{
	static _Thread_local struct visits_sum row[VISITS_MOST];
	struct err e = {0};
	int64_t sum = 0;
	size_t n = 0;

	if (v->store != NULL && !visits_sums(v->store, VISITS_SITE, v->now / DAY - VISITS_DAYS, row, COUNT(row), &n, &e))
		log_err("page counts", &e);
	for (size_t i = 0; i < n; i++)
		sum += row[i].n;
	return sum;
}

bool
statistics_show(struct visit *v, struct err *e)
{
	static _Thread_local struct statistics_view w;
	const struct tallies *t = tallies_now(v);

	memset(&w, 0, sizeof(w));
	w.known = t->known;
	w.members = t->all[TALLY_JOINED] - t->all[TALLY_ERASED];
	chart_draw(&w.chart[0], MSG("Members who joined"), MSG("joined"), t->all[TALLY_JOINED], t->month[TALLY_JOINED], v->now);
	chart_draw(&w.chart[1], MSG("Certificates issued"), MSG("issued"), t->all[TALLY_CERTIFICATE],
	    t->month[TALLY_CERTIFICATE], v->now);
	chart_draw(&w.chart[2], MSG("Assurances given"), MSG("given"), t->all[TALLY_ASSURANCE],
	    t->month[TALLY_ASSURANCE], v->now);
	chart_draw(&w.chart[3], MSG("Cases opened"), MSG("opened"), t->all[TALLY_CASE], t->month[TALLY_CASE], v->now);
	visits_of(v, VISITS_PAGE, &w.pages);
	visits_of(v, VISITS_BROWSER, &w.browsers);
	w.linked = linked(v);
	page_statistics(&v->page, v, &w);
	return buf_ok(&v->page, e);
}
