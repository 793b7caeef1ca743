/*
 * portal/desk/take.h - taking a copy of one's data along.
 *
 *	/rights/take		ask for it, see how far it is, take it back (behind the password)
 *	/once/copy/TOKEN	the ZIP, piece by piece as the keeper opens it
 *	/export/data.schema.json	what data.json in it is, for everybody
 *
 * The portal hands over the words of data.html in the member's language when the
 * copy is asked for (privacy/rights/export_table.h), and holds one piece at a time
 * when it is fetched.  Complete is what went out to the last byte: nginx then has
 * it, and the copy is gone from here.
 */
#ifndef PORTAL_DESK_TAKE_H
#define PORTAL_DESK_TAKE_H
#include "portal/web/visit.h"

extern const struct route take_routes[];
extern const size_t take_route_count;

struct take_view {
	unsigned	state;		/* enum copy_state; 0: none */
	int64_t		asked_at, percent, done_at, expires, given_at;
	char		size[32];	/* "12 kB" */
};
#endif
