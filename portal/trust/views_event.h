/*
 * portal/trust/views_event.h - what the pages about events and slips show.
 *
 * Filled by the handlers of this room (event.c, event_own.c, event_new.c, event_list.c, slips.c,
 * slip.c); read by portal/pages/{events,slips}.html.  Texts of people are plain; `const char *` are
 * message ids.
 */
#ifndef PORTAL_TRUST_VIEWS_EVENT_H
#define PORTAL_TRUST_VIEWS_EVENT_H
#include "portal/trust/events.h"
#include "portal/trust/qr.h"
#include "portal/trust/words.h"
#include "portal/web/visit.h"
#include "privacy/facts/code.h"
#include "privacy/facts/trust_policy.h"

#define ID_SHOWN	24
#define PERSON_SHOWN	(KEEPER_TEXT_MAX + 1)

/* ---- what everybody sees ---- */
#define EVENTS_SHOWN	100

struct event_line { int64_t capacity; char id[ID_SHOWN], place[EVENT_PLACE_TEXT], when[EVENT_WHEN_TEXT]; };
struct events_view { struct event_line *row; size_t n; };	/* EVENTS_SHOWN of them */

/* ---- one event; below the session, as it stands for this member ---- */
#define ASSURERS_SHOWN	100

struct desk_row { char id[ID_SHOWN], name[PERSON_SHOWN]; };
struct event_view {
	struct event_line	line;
	char			note[EVENT_NOTE_TEXT];
	bool			shown;		/* its announcement stands */
	uint32_t		what;		/* EVENT_IS_* */
	int64_t			number, coming, assurers, drafts, until;
	struct desk_row		*desk;		/* ASSURERS_SHOWN of them */
	size_t			desks;
	bool			ready;		/* names and birth date are there */
	bool			assurer;	/* this member is one */
	const char		*back;		/* "taken off" and the like */
};

/* ---- one's own ---- */
#define VISITS_SHOWN	40

struct visit_row { struct event_line line; uint32_t what; int64_t until, number, used; char code[CODE_TEXT]; struct qr qr; };
struct own_row { struct event_line line; uint32_t what; };
struct own_events_view {
	struct visit_row	*visit;		/* VISITS_SHOWN of them */
	struct own_row		*own;		/* VISITS_SHOWN of them */
	size_t			visits, owns;
	bool			assurer;
};

/* ---- announcing ---- */
struct announce_view { struct event_line line; const char *note; bool preview; };

/* ---- the printed list ---- */
#define LINES_BLANK	5	/* for who comes without having signed up */

struct list_row { int64_t number; char text[PERSON_SHOWN]; };
struct list_view { struct event_line line; struct list_row *row; size_t n; };

/* ---- slips ---- */
#define SLIPS_SHOWN	200

struct slip_line { int64_t made_at, met_at, points, expires, ended_at; unsigned state; char number[ID_SHOWN]; const char *state_name; };
struct slips_view { struct slip_line *row; size_t n; bool assurer; };
struct slip_view {		/* one that was just filled in, or is being printed */
	char		number[ID_SHOWN], code[CODE_TEXT];
	struct qr	qr;
	int64_t		met_at, expires;
};
struct brought_view {		/* what a slip says, to whom it was given */
	char		code[65], signer[PERSON_SHOWN], place[EVENT_PLACE_TEXT + 8], documents[400];
	int64_t		met_at, points;
	bool		agrees;		/* it was found and agrees: shown, to be confirmed */
};
#endif
