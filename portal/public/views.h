/* portal/public/views.h - what the public pages show. */
#ifndef PORTAL_PUBLIC_VIEWS_H
#define PORTAL_PUBLIC_VIEWS_H
#include "portal/web/answer.h"
#include "portal/web/published.h"
#include "portal/web/site.h"

#include "portal/web/visits.h"

#define NOTICES_SHOWN	5
#define POSTAL_LINES	8

struct notices_view { struct notice row[NOTICES_SHOWN]; size_t n; };	/* newest first */

struct roots_view {
	const struct published	*root;		/* NULL: not published yet */
	const struct published	*issuer;
	size_t			n;
	bool			known;		/* how the issuers stand */
};

struct imprint_view {
	char	line[POSTAL_LINES][304];	/* of the postal address */
	size_t	lines;
};

/* What the keeper counted (KEEPER_TALLIES); known false: it could not be asked since the start. */
struct tallies {
	bool	known;
	int64_t	all[TALLY__COUNT], month[TALLY__COUNT][TALLY_MONTHS];	/* this month first */
	int64_t	purpose[PURPOSE__COUNT];	/* in this month */
	int64_t	pages, statement;		/* in this month, from the site store: public pages opened; of these the statement */
};
/* The thread's newest look, at most a minute old; never NULL. */
const struct tallies *tallies_now(struct visit *v);
struct promise;
/* Of this month, what the promise says it counts. */
int64_t promise_count_of(const struct promise *p, const struct tallies *t);

#define CHARTS		4
#define CHART_HEIGHT	120	/* of the tallest bar, in the picture's own units */
#define CHART_STEP	40	/* from bar to bar */

struct chart_bar { char month[8]; int64_t n; int x, y, height; };	/* "2026-11" */
struct chart {
	const char	*title, *one;		/* message ids */
	int64_t		all, most;		/* most: what the tallest bar stands for, at least 1 */
	struct chart_bar bar[TALLY_MONTHS];	/* oldest first */
};
struct visits_table { struct visits_sum row[25]; size_t n; };
/* What was counted most in the last 30 days.  Nothing where the store cannot say. */
void visits_of(const struct visit *v, enum visits_kind kind, struct visits_table *t);
struct statistics_view {
	bool		known;
	int64_t		members;	/* who joined and was not erased */
	struct chart	chart[CHARTS];
	struct visits_table pages, browsers;
	int64_t		linked;		/* by a link on another site */
};

/* ---- the transparency report ---- */
#define REPORT_ROWS		40
enum report_part_is { REPORT_REQUESTS, REPORT_FIELDS_GIVEN, REPORT_DECIDED, REPORT_DESK, REPORT_REST, REPORT_PARTS };
struct report_row { uint32_t what; const char *label; int64_t quarter[4], in_year, all; };	/* what: KEEPER_REPORT's */
struct report_part { const char *title; struct report_row row[REPORT_ROWS]; size_t n; };
struct report_view {
	bool		known;
	int64_t		silent, later, year, this_year, first_year;	/* year: the one that is shown by quarter */
	struct report_part part[REPORT_PARTS];
	struct { const char *label; int64_t n[CASE_OUTCOME__COUNT]; } cases[CASE_KIND__COUNT];	/* n[0]: opened */
};
#endif
