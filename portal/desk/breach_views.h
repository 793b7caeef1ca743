/* portal/desk/breach_views.h - what the pages of the register of breaches show; read by portal/pages/breach.html. */
#ifndef PORTAL_DESK_BREACH_VIEWS_H
#define PORTAL_DESK_BREACH_VIEWS_H
#include "portal/web/visit.h"

#define BREACH_CLOCK	(72 * HOUR)

struct breach_line {
	int64_t		known, due, told, notice, since, until, concerned, mailed;
	uint64_t	fields;			/* FIELD_BIT()s the notice asked for; 0: all members */
	const char	*role;			/* message id: in which role they were opened; NULL */
	bool		late;
	char		number[24];
};
struct breaches_view { struct breach_line *row; size_t n; char at[24]; };	/* at: when the form was made */
struct breach_view {
	struct breach_line line;
	int64_t		closed;
	char		version[24], text[3][BREACH_TEXT + 1];	/* what happened, effects, done */
	bool		newer, differs[3];	/* somebody saved meanwhile; from what was typed */
};
#endif
