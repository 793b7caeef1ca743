/*
 * portal/trust/views_meeting.h - what the pages about meeting and vouching show.
 *
 * Filled by the handlers of this room (handover.c, paper.c, meet.c, note.c, signing.c,
 * points.c, given.c) from one keeper answer; read by portal/pages/{handover,paper,assure,
 * points,given}.html.  Texts of people are plain; `const char *` are message ids.
 */
#ifndef PORTAL_TRUST_VIEWS_MEETING_H
#define PORTAL_TRUST_VIEWS_MEETING_H
#include "portal/trust/lost_cert.h"
#include "portal/trust/qr.h"
#include "portal/trust/words.h"
#include "portal/web/visit.h"
#include "privacy/facts/code.h"
#include "privacy/facts/person_name.h"
#include "privacy/facts/points.h"

#define NAME_SHOWN	(KEEPER_TEXT_MAX + 1)
#define PLACE_SHOWN	128
#define LIST_SHOWN	400	/* kinds of documents with commas between */
#define FIELDS_SHOWN	200	/* kinds of fields */

/* ---- hand-overs of one's own ---- */
#define HANDOVERS_SHOWN	60
#define USES_SHOWN	24	/* of one hand-over: the newest */

struct handover_use { int64_t at; const char *says; char fields[FIELDS_SHOWN]; };
struct handover_row {
	int64_t		made_at, expires;
	unsigned	kind, state;
	char		id[24], code[CODE_TEXT], assurer[NAME_SHOWN];
	const char	*kind_name, *state_name;
	struct qr	qr;			/* open ones */
	struct handover_use use[USES_SHOWN];	/* newest first */
	size_t		uses;
	bool		live;			/* open or in use */
};
struct handovers_view {
	char		name[NAME_SHOWN];
	struct handover_row *row;		/* HANDOVERS_SHOWN of them */
	size_t		n, live;
	char		life[SPAN_SHOWN], printed[SPAN_SHOWN], idle[SPAN_SHOWN];
	bool		ready;			/* there is something to compare */
};

/* ---- the printed form ---- */
#define FORM_NAMES	3		/* lines for names */

struct paper_view {
	char		name[FORM_NAMES][NAME_SHOWN];	/* "" blank */
	char		code[CODE_TEXT];	/* "" none */
	struct qr	qr;
	int64_t		expires;
	char		kept[SPAN_SHOWN];
	bool		mutual, filled;
	bool		third;			/* for a trusted third party */
};

/* ---- a meeting, as the assurer sees it ---- */
struct compared {
	const char	*label;			/* NULL: the name called by `called` */
	char		called[160];
	const char	*says, *sign;		/* "matches", "✓"; says NULL: not compared */
	const char	*badge;			/* style class */
};
struct name_met { unsigned index, sort, match; bool vouched, ticked; char value[16], called[160]; };
#define FIELDS_OPENED	(4 * VOUCH_NAMES + 8)	/* four parts a name, and what a member has once */
struct shown_field { const char *label; char called[160], value[NAME_SHOWN]; };

struct meeting_view {
	const char	*id;
	unsigned	kind, method;
	int64_t		idle_until, give_most;
	bool		founding, young;
	unsigned	left[4];		/* tries: name, birth date, kind, number */
	unsigned	match[3];		/* birth date, kind, number: enum field_match, 0: not compared */
	bool		proposed;		/* the birth date that agreed is a new one */
	uint64_t	opened;			/* FIELD_BIT()s shown before */
	struct name_met	name[VOUCH_NAMES];
	size_t		names;
	bool		any_name;		/* one of them agreed, or was shown */
	bool		ready;			/* name and birth date agreed, or were shown: may be vouched for */
	struct compared	row[VOUCH_NAMES + 4];
	size_t		rows;
	struct shown_field *field;		/* after "show me": FIELDS_OPENED of them; else NULL */
	size_t		fields;
};

/* Meetings under way, on the page where codes are typed. */
struct meeting_row { int64_t taken_at, idle_until; const char *kind_name; char id[24], compared[FIELDS_SHOWN]; };
struct assure_view { struct meeting_row row[MEETINGS_LISTED]; size_t n; bool left; };

/* What may be linked: a vouched name to a new one, or the birth date. */
#define LINKS_SHOWN	16
struct link_choice { char value[16], says[400]; };
struct note_view {
	struct meeting_view m;
	struct link_choice link[LINKS_SHOWN];
	size_t		links;
};

/* ---- drafts ---- */
#define DRAFTS_SHOWN	SIGNED_AT_ONCE
struct draft_row {
	int64_t		points, met_at, expires;	/* met_at: seconds of the day's beginning */
	uint32_t	flags;
	bool		ticked;
	char		id[24], initials[64], place[PLACE_SHOWN], documents[LIST_SHOWN];
	const char	*method, *why;			/* why NULL: can be signed */
};
struct drafts_view { struct draft_row row[DRAFTS_SHOWN]; size_t n, can; int64_t signed_now, failed, gone; const char *gone_says; bool tried; };

/* ---- points ---- */
#define VOUCHES_SHOWN	200
#define LOST_SHOWN	100
struct vouch_row {
	int64_t		points, met_at, made_at, falls_at;
	uint32_t	flags, names;
	char		id[24], who[NAME_SHOWN], place[PLACE_SHOWN], documents[LIST_SHOWN], words[512];
	const char	*method;
	bool		in_person;
};
struct points_view {
	int64_t		member, assurance, experience, total, recorded, assurers, give_most;
	int64_t		passed_at, founder_until, falls_at, falls_to;
	bool		assurer, senior, founder, minor, parent;
	uint32_t	unlocks;
	enum standing	standing;
	enum founding_state founding;
	struct want	want[POINTS_WANTS];
	size_t		wants;
	struct vouch_row *row;			/* VOUCHES_SHOWN of them */
	size_t		n;
	struct lost_cert lost[LOST_SHOWN];
	size_t		losts;
};

/* ---- assurances given ---- */
#define GIVEN_SHOWN	50
struct given_row {
	int64_t		number, points, met_at, made_at;
	uint32_t	flags;
	char		id[24], initials[64], place[PLACE_SHOWN], documents[LIST_SHOWN];
	const char	*method;
	bool		in_person;
};
struct given_view { struct given_row row[GIVEN_SHOWN]; size_t n; int64_t all, older; char withdraw[SPAN_SHOWN]; };
#endif
