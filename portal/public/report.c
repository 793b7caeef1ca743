/*
 * portal/public/report.c - the transparency report: exact counts by quarter and year, zero included.
 *
 * Which rows there are stands here; a count that never happened is not told by the keeper and shows as zero.
 */
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/log.h"
#include "portal/desk/case_facts.h"
#include "portal/public/routes.h"
#include "portal/public/views.h"
#include "portal/trust/officer.h"
#include "privacy/facts/day.h"

#define CASE_STEP	16u
#define DECISION_STEP	8u
_Static_assert(DECISION_KIND__COUNT <= REPORT_ROWS && FIELD__COUNT <= REPORT_ROWS, "each has its row");

static const struct row_of { uint32_t what; enum report_part_is part; const char *label; } rows_of[] = {
	{ REPORT_EVENTS + TALLY_DISCLOSURE_ASKED, REPORT_REQUESTS, MSG("Asked for by an officer") },
	{ REPORT_EVENTS + TALLY_DISCLOSURE_GIVEN, REPORT_REQUESTS, MSG("Given") },
	{ REPORT_EVENTS + TALLY_DISCLOSURE_REFUSED, REPORT_REQUESTS, MSG("Refused") },
	{ REPORT_EVENTS + TALLY_DISCLOSURE_LAPSED, REPORT_REQUESTS, MSG("Lapsed") },
	{ REPORT_EVENTS + TALLY_DISCLOSURE_BORROWED, REPORT_REQUESTS, MSG("Decided with an officer of a partner community") },
	{ REPORT_EVENTS + TALLY_RECIPIENT_TOLD, REPORT_REQUESTS, MSG("Recipients told of a correction, an erasure or a restriction") },
	{ REPORT_EVENTS + TALLY_CASE, REPORT_DESK, MSG("Cases opened") },
	{ PURPOSE_CASE_REQUEST, REPORT_DESK, MSG("Fields opened by staff: requests") },
	{ PURPOSE_CASE_IDENTITY, REPORT_DESK, MSG("Fields opened by staff: lost access, changed names") },
	{ PURPOSE_CASE_REACH, REPORT_DESK, MSG("Fields opened by staff: to reach somebody") },
	{ PURPOSE_CASE_FRAUD, REPORT_DESK, MSG("Fields opened by staff: reports of violations") },
	{ REPORT_EVENTS + TALLY_TELLING_ASKED, REPORT_DESK, MSG("Telling later in a report: asked for") },
	{ REPORT_DECISIONS + DECISION_STEP * DECISION_TELLING + DECISION_AGREED, REPORT_DESK, MSG("Telling later in a report: agreed") },
	{ REPORT_DECISIONS + DECISION_STEP * DECISION_TELLING + DECISION_REFUSED, REPORT_DESK, MSG("Telling later in a report: refused") },
	{ REPORT_EVENTS + TALLY_ERASED, REPORT_REST, MSG("Accounts erased") },
	{ PURPOSE_SECURITY, REPORT_REST, MSG("Security notices to members") },
};
static const char *const titles[REPORT_PARTS] = {
	[REPORT_REQUESTS] = MSG("Requests by authorities"), [REPORT_FIELDS_GIVEN] = MSG("Fields given, by kind"),
	[REPORT_DECIDED] = MSG("Agreed on by two officers"),
	[REPORT_DESK] = MSG("The support desk"), [REPORT_REST] = MSG("Members"),
};

static void
row_add(struct report_view *w, enum report_part_is part, uint32_t what, const char *label)
{
	struct report_part *p = &w->part[part];

	if (p->n < COUNT(p->row))
		p->row[p->n++] = (struct report_row){ .what = what, .label = label };
}

static void
rows_lay(struct report_view *w)
{
	for (size_t i = 0; i < REPORT_PARTS; i++)
		w->part[i].title = titles[i];
	for (size_t i = 0; i < COUNT(rows_of); i++)
		row_add(w, rows_of[i].part, rows_of[i].what, rows_of[i].label);
	for (unsigned f = 1; f < FIELD__COUNT; f++)
		if ((purposes[PURPOSE_DISCLOSURE].fields & FIELD_BIT(f)) != 0)
			row_add(w, REPORT_FIELDS_GIVEN, REPORT_FIELDS + f, fields[f].label);
	for (unsigned d = 1; d < DECISION_KIND__COUNT; d++) {
		const char *kind, *state, *badge;

		decision_words_of(d, DECISION_AGREED, &kind, &state, &badge);
		row_add(w, REPORT_DECIDED, REPORT_DECISIONS + DECISION_STEP * d + DECISION_AGREED, kind);
	}
	for (unsigned k = 1; k < CASE_KIND__COUNT; k++)
		w->cases[k].label = case_kind_words(k);
}

/* One count of one quarter goes to its row. */
static void
count_add(struct report_view *w, uint32_t what, int64_t quarter, int64_t n)
{
	int64_t year = quarter / 4;
	uint32_t c = what - REPORT_CASES;

	w->first_year = year < w->first_year ? year : w->first_year;
	if (what >= REPORT_CASES && what < REPORT_DECISIONS && c / CASE_STEP < CASE_KIND__COUNT && c % CASE_STEP < CASE_OUTCOME__COUNT)
		w->cases[c / CASE_STEP].n[c % CASE_STEP] += n;
	for (size_t p = 0; p < REPORT_PARTS; p++)
		for (size_t i = 0; i < w->part[p].n; i++) {
			struct report_row *r = &w->part[p].row[i];

			if (r->what != what)
				continue;
			r->all += n;
			if (year == w->year) {
				r->quarter[quarter % 4] += n;
				r->in_year += n;
			}
		}
}

static bool
report_read(struct visit *v, struct report_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	TRY(visit_ask_open(v, KEEPER_REPORT, &in, &out, &a, e));
	w->silent = unpack_i64(&a);
	w->later = unpack_i64(&a);
	w->this_year = w->first_year = unpack_i64(&a) / 4;
	w->year = form_number(&v->form, "year");
	w->year = w->year == 0 ? w->this_year : w->year;
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && !a.bad; i++) {
		uint32_t what = unpack_u32(&a);
		int64_t quarter = unpack_i64(&a);

		count_add(w, what, quarter, unpack_i64(&a));
	}
	w->known = !a.bad;
	return unpack_end(&a, "report", e);
}

bool
report_show(struct visit *v, struct err *e)
{
	static _Thread_local struct report_view w;
	struct err why = {0};

	memset(&w, 0, sizeof(w));
	rows_lay(&w);
	if (!report_read(v, &w, &why)) {
		log_err("the report's counts", &why);
		w.known = false;
		v->status = 503;
	}
	page_report(&v->page, v, &w);
	return buf_ok(&v->page, e);
}
