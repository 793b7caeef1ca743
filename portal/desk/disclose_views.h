/*
 * portal/desk/disclose_views.h - what the officers' pages of disclosures show.
 *
 * Filled by disclose.c and guest.c from one keeper answer; read by portal/pages/{disclosures,guest}.html.
 * Texts of people are plain; `const char *` are message ids.
 */
#ifndef PORTAL_DESK_DISCLOSE_VIEWS_H
#define PORTAL_DESK_DISCLOSE_VIEWS_H
#include "portal/trust/views_officer.h"
#include "portal/trust/words.h"
#include "portal/web/visit.h"
#include "privacy/facts/decision.h"

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
struct guest_line {
	int64_t		since, until, ended;	/* since 0: not accepted; ended 0: not */
	unsigned	state;			/* enum guest_state */
	bool		voted;
	char		decision[24], community[GUEST_WORDS + 1], site[GUEST_SITE + 1];
	const char	*state_name, *badge;
};
struct disclosure_view {
	struct disclosure_line line;
	int64_t		first_at, last_at, document;	/* moments within the days; bytes, 0 gone */
	bool		may_fetch;
	char		basis[DISCLOSURE_WORDS + 1];
	int64_t		member[DISCLOSURE_PEOPLE];
	size_t		members;
	unsigned	need;			/* enum guest_need */
	struct guest_line guest[GUESTS_SHOWN];
	size_t		guests;
	char		phrase[64], once[33];	/* told once, with the file's address; "" otherwise */
};
struct borrow_view { char number[24]; };
struct guest_view {
	struct guest_line seat;
	char		number[24];
	bool		reads;			/* sits, and may read what follows */
	struct disclosure_view about;
	char		reason[REASON_TEXT];	/* of who asked */
	unsigned	mine;			/* enum decision_mine */
	struct vote_line vote[2 * DECISION_VOTES];
	size_t		votes;
};
struct disclosure_new_view {
	struct { char number[12]; const char *label; bool ticked; } field[DISCLOSABLE];
	size_t		n;
	char		silence[SPAN_SHOWN], document[32];	/* bounds */
};
#endif
