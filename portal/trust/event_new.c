/* portal/trust/event_new.c - announcing an event: the form, the preview, and publishing. */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "portal/trust/event_facts.h"
#include "portal/trust/routes.h"
#include "portal/trust/stands.h"
#include "privacy/facts/day.h"

#define EAST_USUAL	"+01:00"

static bool
draw(struct visit *v, const struct event_row *preview, struct err *e)
{
	struct announce_view w = { .preview = preview != NULL };

	if (preview != NULL) {
		event_line_fill(&w.line, preview);
		w.note = preview->note;
	}
	page_event_new(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
event_new_show(struct visit *v, struct err *e)
{
	form_put(&v->form, "days", "1");
	form_put(&v->form, "east", EAST_USUAL);
	return draw(v, NULL, e);
}

/* ---- what was typed ---- */

/* "18:00", "9.30": minutes of the day. */
static bool
hour_read(const char *s, int64_t *minutes)
{
	char *mark, *end;
	unsigned long hours, rest;

	if (s[0] < '0' || s[0] > '9')
		return false;
	hours = strtoul(s, &mark, 10);
	if ((*mark != ':' && *mark != '.') || mark[1] < '0' || mark[1] > '9' || mark[2] < '0' || mark[2] > '9')
		return false;
	rest = strtoul(mark + 1, &end, 10);
	*minutes = (int64_t)(hours * 60 + rest);
	return *end == '\0' && hours <= 23 && rest <= 59;
}

static bool
hour_typed(struct visit *v, const char *name, int64_t *minutes)
{
	if (hour_read(form_text(&v->form, name), minutes))
		return true;
	form_fault(&v->form, name, MSG("Type a time of the day like 18:00."));
	return false;
}

/* "+05:45": minutes; the row's choices have no other shape. */
static int64_t
east_typed(const struct visit *v)
{
	const char *s = form_text(&v->form, "east");
	int64_t n = strtol(s + 1, NULL, 10) * 60 + strtol(s + 4, NULL, 10);

	return s[0] == '-' ? -n : n;
}

static void
times_typed(struct visit *v, struct event_row *r)
{
	char text[FORM_DATE];
	int64_t day = 0, from = 0, until = 0;
	bool good = hour_typed(v, "from", &from);

	good &= hour_typed(v, "until", &until);
	form_day(&v->form, "day", "month", "year", text);
	if (!day_read(text, &day)) {
		form_fault(&v->form, "day", MSG("There is no such day."));
		return;
	}
	r->east = east_typed(v);
	r->begins = day * DAY + (from - r->east) * 60;
	r->ends = (day + form_number(&v->form, "days") - 1) * DAY + (until - r->east) * 60;
	if (good && r->ends <= r->begins)
		form_fault(&v->form, "until", MSG("It has to end after it begins. An evening past midnight is an event of two days."));
	else if (good && r->begins <= v->now)
		form_fault(&v->form, "day", MSG("It has to begin in the future."));
}

static bool
typed(struct visit *v, struct event_row *r)
{
	if (!form_good(&v->form))
		return false;
	snprintf(r->place, sizeof(r->place), "%s", form_text(&v->form, "place"));
	snprintf(r->note, sizeof(r->note), "%s", form_text(&v->form, "note"));
	r->capacity = form_number(&v->form, "places");
	times_typed(v, r);
	return form_good(&v->form);
}

bool
event_preview(struct visit *v, struct err *e)
{
	struct event_row r = {0};

	if (typed(v, &r))
		return draw(v, &r, e);
	v->status = 422;
	return draw(v, NULL, e);
}

/* ---- publishing: the keeper's ledger first, then the row, then the keeper is told ---- */

static bool
announce(struct visit *v, struct event_row *r, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_text(&in, r->place);
	pack_i64(&in, r->begins);
	pack_i64(&in, r->ends);
	pack_i64(&in, r->east);
	pack_i64(&in, r->capacity);
	pack_text(&in, r->note);
	TRY(visit_ask(v, KEEPER_EVENT_ANNOUNCE, &in, &out, &a, e));
	r->id = unpack_i64(&a);
	r->change = unpack_i64(&a);
	r->number = unpack_i64(&a);
	return unpack_end(&a, "announcement", e);
}

bool
event_publish(struct visit *v, struct err *e)
{
	struct event_row r = {0};
	char to[64];

	if (!typed(v, &r) || !announce(v, &r, e)) {
		if (form_good(&v->form) && !visit_fault(v, e, e->why == WHY_EVENT_TIME ? "day" : NULL))
			return false;
		v->status = 422;
		return draw(v, NULL, e);
	}
	TRY(events_put(v->store, &r, e));
	TRY(published_tell(v, r.id, &events_announced, e));
	snprintf(to, sizeof(to), "/events/%lld", (long long)r.id);
	return visit_go(v, true, to, e);
}
