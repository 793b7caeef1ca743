/*
 * portal/trust/views_third.h - what the page about trusted third parties shows; filled by third.c.
 *
 * The printed form is a struct paper_view like the other one's.
 */
#ifndef PORTAL_TRUST_VIEWS_THIRD_H
#define PORTAL_TRUST_VIEWS_THIRD_H
#include "portal/trust/country.h"
#include "portal/trust/views_meeting.h"

struct third_view {
	struct handovers_view codes;		/* all of the member's: the page shows those without a meeting */
	size_t		n, live;		/* of those: all, and the live ones */
	struct country	country[COUNTRIES];	/* in the order of their names */
	struct buf	where;			/* the countries it counts in; empty: everywhere */
};

/* Made without a meeting: for a third party's form, or for a top-up. */
bool third_kind(unsigned kind);			/* enum handover_kind */
#endif
