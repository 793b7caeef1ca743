/*
 * portal/trust/views_directory.h - what the pages of the directory show.
 *
 * Filled by directory.c, listing.c and contact.c, read by portal/pages/directory.html.
 */
#ifndef PORTAL_TRUST_VIEWS_DIRECTORY_H
#define PORTAL_TRUST_VIEWS_DIRECTORY_H
#include "portal/trust/search.h"
#include "portal/web/visit.h"

#define LANGUAGES_SHOWN	512	/* bytes with NUL */

/* A line as people read it. */
struct line_view {
	char	id_text[24], name[LINE_NAME], region[LINE_REGION], languages[LANGUAGES_SHOWN], spot[SPOT_TEXT];
	int64_t	km;			/* -1 not known, 0 less than ten */
};

struct directory_view {
	int64_t		all;		/* lines there are */
	bool		asked, everybody;	/* everybody: the list is all there are */
	const char	*place, *within, *language;	/* as asked for, for links */
	const char	*farther;	/* the next distance; NULL: none */
	const struct atlas_place *const *choice;
	size_t		choices;
	struct line_view *row;
	size_t		n;
	bool		full;		/* there may be more: only the nearest are shown */
};

struct listing_view {
	bool		may, listed, preview;
	int64_t		since;
	const char	*name;		/* that could be shown; "" none */
	struct line_view line;		/* as it stands */
	struct line_view next;		/* as it would stand: preview */
	const char	*codes, *place;	/* of next, as they are sent on */
};

struct write_view { struct line_view line; };
#endif
