/*
 * portal/desk/disclose_views.h - what the officers' pages of disclosures show.
 *
 * Filled by disclose.c from one keeper answer; read by portal/pages/disclosures.html.
 * Texts of people are plain; `const char *` are message ids.
 */
#ifndef PORTAL_DESK_DISCLOSE_VIEWS_H
#define PORTAL_DESK_DISCLOSE_VIEWS_H
#include "portal/trust/words.h"
#include "portal/web/visit.h"

#define DISCLOSABLE	9		/* that can be asked for */

struct field_words { const char *label[DISCLOSABLE]; size_t n; };

struct disclosure_line {
	int64_t		asked_at, given_at, until, silent_until, told_at;	/* until: may be fetched; 0 not (any more) */
	unsigned	state, people;
	bool		silent;			/* in force: given, and not to be told yet */
	char		number[24], authority[DISCLOSURE_WORDS + 1];
	const char	*state_name, *badge;
	struct field_words fields;
};
struct recipient_line {
	int64_t		at, given_at, person;
	unsigned	why;			/* enum recipient_why */
	char		id[24], number[24], recipient[DISCLOSURE_WORDS + 1];
	struct field_words fields;
};
struct disclosures_view {
	struct disclosure_line row[DISCLOSURES_LISTED];
	struct recipient_line tell[RECIPIENTS_LISTED];
	size_t		n, silent, to_tell;
};
struct disclosure_view {
	struct disclosure_line line;
	int64_t		first_at, last_at, document;	/* moments within the days; bytes, 0 gone */
	bool		may_fetch;
	char		basis[DISCLOSURE_WORDS + 1];
	int64_t		member[DISCLOSURE_PEOPLE];
	size_t		members;
	char		phrase[64], once[33];	/* told once, with the file's address; "" otherwise */
};
struct disclosure_new_view {
	struct { char number[12]; const char *label; bool ticked; } field[DISCLOSABLE];
	size_t		n;
	char		silence[SPAN_SHOWN], document[32];	/* bounds */
};
#endif
