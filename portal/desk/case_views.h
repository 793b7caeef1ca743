/*
 * portal/desk/case_views.h - what the pages of cases, of the desk and of seats show.
 *
 * Filled by the handlers from one keeper answer; read by portal/pages/{cases,desk,seats}.html.
 * Texts of people are plain; `const char *` are message ids.
 */
#ifndef PORTAL_DESK_CASE_VIEWS_H
#define PORTAL_DESK_CASE_VIEWS_H
#include "portal/web/visit.h"
#include "privacy/facts/name.h"

#define CASES_SHOWN	400	/* officers' and support's, of who is both */
#define CASE_FIELDS_SHOWN 16
#define SEATS_SHOWN	200
#define NUMBER_SHOWN	24

struct case_line {
	int64_t		opened, deadline, extended, closed, texts, last;	/* last: the last day of the time, a moment within it */
	unsigned	kind, state, outcome;
	uint32_t	what;			/* CASE_* */
	bool		over;			/* its time is over, and it is open */
	char		number[NUMBER_SHOWN];
	const char	*kind_name, *state_name, *badge, *outcome_name;
};
struct cases_view { struct case_line row[CASES_SHOWN]; size_t n, open, mine; };

struct case_text_line { int64_t at; unsigned sort; char text[CASE_TEXT_MAX + 1]; };
struct case_field_line { uint32_t field; bool held; int64_t until; char number[12], value[KEEPER_TEXT_MAX + 1]; const char *label; };

struct name_change_line { unsigned what, state, yes, no; int64_t said_at, asked_at, decided_at; char decision[NUMBER_SHOWN]; };	/* what: LINK_*; state: enum decision_state, 0 not asked for */

/* TELLING of op_fraud.h.  state: 0 never asked for. */
struct telling_line { unsigned state; int64_t days, since, until, ended; bool live; };
struct telling_row { struct telling_line is; int64_t asked_at, openings; char decision[NUMBER_SHOWN], number[NUMBER_SHOWN]; };
struct tellings_view { struct telling_row row[TELLINGS_LISTED]; size_t n; };

struct case_view {
	struct case_line line;
	struct case_text_line *text;		/* n of them, oldest first */
	size_t		n;
	struct name_change_line change;		/* of a case about a changed name */
	int64_t		missing;		/* texts that are known and did not come back */
	/* staff's */
	bool		read;			/* in these hands */
	struct case_field_line field[CASE_FIELDS_SHOWN];
	size_t		fields;
	unsigned	band;			/* enum case_band */
	bool		may_find;
	struct telling_line telling;		/* of a report */
};

/* What an opener says changed: the index of a name, or one of these. */
#define CASE_NAME_BIRTH	VOUCH_NAMES		/* the birth date */
#define CASE_NAME_BACK	(VOUCH_NAMES + 1)	/* nothing */
struct name_choice { unsigned index; bool vouched; char value[8], whole[KEEPER_TEXT_MAX + 1]; };
struct name_change_view {
	struct name_change_line change;
	char		number[NUMBER_SHOWN];
	struct name_choice name[VOUCH_NAMES];
	size_t		n, vouched;		/* vouched: how many of them somebody vouched for */
	unsigned	birth;			/* BIRTH_IS_* */
};

/* Told once, to who opened a case without an account. */
struct case_opened_view { char number[NUMBER_SHOWN], pass[32], visit[64]; };

/* A key that is to be given up: the word for this serial. */
struct key_view { bool revoked; char serial[33], word[80]; };

struct seat_line { int64_t since, until; unsigned role; const char *role_name; char name[KEEPER_TEXT_MAX + 1]; };
struct guest_seat_line { int64_t since, until; char community[GUEST_WORDS + 1], site[GUEST_SITE + 1], name[KEEPER_TEXT_MAX + 1]; };
struct seats_view { struct seat_line row[SEATS_SHOWN]; size_t n; struct guest_seat_line guest[GUESTS_LISTED]; size_t guests; unsigned count[ROLE__COUNT]; };
#endif
