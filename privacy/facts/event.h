/*
 * privacy/facts/event.h - events where people vouch for each other: announcing one, calling it off.
 *
 * What shows of an event (place, times, capacity, note) is its announcer's own words,
 * published in the site store without a name (published.h, PUBLISHED_EVENT; the ids
 * are the same).  The keeper's row has what it decides by: when it is, how many
 * places there are, whether it was called off; and the place, for who signed up.
 * Who announced it stands in the published row alone.
 *
 * An event lasts at most EVENT_LONGEST and begins within EVENT_AHEAD.  Its passes
 * are good until trust.event.pass after its end; then all that says who took part
 * goes (event_part.h).  The announcement goes EVENT_SHOWN after the end, or when its
 * announcer takes it down; before the end that calls the event off, and so does
 * whatever else takes it down (published.h).
 *
 * Stands on published, plain, trust, keeper.
 */
#ifndef PRIVACY_FACTS_EVENT_H
#define PRIVACY_FACTS_EVENT_H
#include "privacy/facts/published.h"
#include "privacy/keeper/keeper.h"

#define EVENT_PLACE	121			/* bytes with NUL */
#define EVENT_LONGEST	(3 * 86400)		/* seconds from beginning to end */
#define EVENT_AHEAD	(366 * 86400)		/* seconds from now to the beginning */
#define EVENT_SHOWN	(30 * 86400)		/* seconds after the end */
#define EVENTS_OWN	20			/* announced by one member at a time */

extern const char event_schema[];

struct event {
	int64_t	id, begins, ends;	/* seconds */
	int64_t	east;			/* minutes that the place's clock is ahead of UTC */
	int64_t	capacity, off_at;	/* off_at: called off; 0: not */
	int64_t	announcer;		/* member number; 0: nobody stands behind it (any more) */
	bool	stands;			/* the announcement does */
	char	place[EVENT_PLACE];
};

/* ERR_ABSENT with WHY_EVENT_ABSENT: no such row. */
bool event_get(struct keeper *k, int64_t id, struct event *ev, struct err *e) MUST;
/* Can one still sign up, places aside? */
bool event_is_open(const struct event *ev, int64_t now);
/* The first moment of its first day, where it is. */
int64_t event_day(const struct event *ev);
/* Its passes are good until then; called off: they are not. */
int64_t event_pass_until(const struct keeper *k, const struct event *ev);
bool event_pass_good(const struct keeper *k, const struct event *ev, int64_t now);

/* Ids of those whose day has come and whose passes are good, soonest first; *n of them, at most `most`. */
bool event_running(struct keeper *k, int64_t now, int64_t *into, size_t most, size_t *n, struct err *e) MUST;
/* What is due: who signed up is told of what was called off, parts of what is over go, then announcements and rows.  *done: how many. */
bool event_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;
#endif
