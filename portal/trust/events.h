/*
 * portal/trust/events.h - the announcements of events, in the site store.
 *
 * A row is public: its announcer's own words, and no member.  Id, change id and
 * ledger number are the keeper's (privacy/facts/event.h), whose entry was committed
 * before; the portal puts the row, portal or clerk remove it.
 *
 * Stands on ledger/store.  Does not ask who may announce, nor who comes: the keeper does.
 */
#ifndef PORTAL_TRUST_EVENTS_H
#define PORTAL_TRUST_EVENTS_H
#include "ledger/store/store.h"
#include "portal/web/announced.h"
#include "privacy/keeper/op.h"

#define EVENT_PLACE_TEXT	121			/* bytes with NUL; the keeper takes no longer ones */
#define EVENT_NOTE_TEXT		(EVENT_NOTE_MAX + 1)
#define EVENT_WHEN_TEXT		96

extern const char events_schema[];		/* a step of site_spec */
extern const struct announced events_announced;

struct event_row {
	int64_t	id, change, number;
	int64_t	begins, ends;			/* seconds */
	int64_t	east;				/* minutes the place's clock is ahead of UTC */
	int64_t	capacity;
	char	place[EVENT_PLACE_TEXT], note[EVENT_NOTE_TEXT];
};

bool events_put(struct store *st, const struct event_row *r, struct err *e) MUST;
bool events_get(struct store *st, int64_t id, struct event_row *r, bool *found, struct err *e) MUST;
/* Those that end after `now`, soonest first, at most `most`. */
typedef bool events_reader(void *self, const struct event_row *r, struct err *e);
bool events_coming(struct store *st, int64_t now, size_t most, events_reader *each, void *self, struct err *e) MUST;

/* "2026-12-01 18:00 – 22:00 (UTC+01:00)", by the clock of the place; over several days with both days. */
void event_when(int64_t begins, int64_t ends, int64_t east, char into[EVENT_WHEN_TEXT]);
#endif
