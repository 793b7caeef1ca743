/*
 * portal/trust/views_officer.h - what the officers' pages show.
 *
 * Filled by officer.c, officer_decision.c and officer_standing.c from one keeper answer;
 * read by portal/pages/officers.html and measures.html.  Texts of people are plain; `const char *` are message ids.
 */
#ifndef PORTAL_TRUST_VIEWS_OFFICER_H
#define PORTAL_TRUST_VIEWS_OFFICER_H
#include "portal/trust/views_meeting.h"
#include "privacy/facts/founding.h"

#define DECISIONS_SHOWN	100
#define OFFERS_SHOWN	100
#define VOTES_SHOWN	(2 * DECISION_VOTES)

/* ---- the list ---- */
struct decision_line {
	int64_t		asked_at, decided_at;
	unsigned	kind, state, mine, yes, no;
	char		id[24];
	const char	*kind_name, *state_name, *badge;
};
struct decisions_view { struct decision_line row[DECISIONS_SHOWN]; size_t n, open; bool founded; };

/* ---- the founding ---- */
struct offer_line { int64_t since; bool ticked; char member[24], name[NAME_SHOWN]; };
struct founding_view { struct offer_line row[OFFERS_SHOWN]; size_t n; bool founded; };

/* ---- holds ---- */
#define HOLDS_SHOWN	100
/* HOLD of op_office.h. */
struct hold_line { unsigned ground, groups; int64_t days, until, ended, since, member; bool live; char id[24]; const char *ground_name; };
struct holds_view { struct hold_line row[HOLDS_SHOWN]; size_t n, live; bool officer; };
extern const char *const hold_group_names[HOLD_GROUPS];		/* message ids, by bit */

/* ---- exclusions ---- */
#define EXCLUSIONS_SHOWN 100
struct exclusion_line { int64_t member, since, until, ended; bool live; char id[24]; };
struct exclusions_view { struct exclusion_line row[EXCLUSIONS_SHOWN]; size_t n, live; };

/* ---- one decision ---- */
struct if_fraud { bool there; int64_t assurances, members, below_names, below_assurer, certificates; };
struct vote_line { bool yes; int64_t at; char reason[REASON_TEXT]; };
struct decision_view {
	struct decision_line line;
	int64_t		subject, assurer, points, met_at;	/* member numbers, 0: none; the last two of what is objected to */
	bool		by_you;			/* this officer asked for it */
	char		reason[REASON_TEXT];
	char		founder[FOUNDERS_MOST][NAME_SHOWN];
	size_t		founders;
	struct if_fraud	what;
	struct vote_line vote[VOTES_SHOWN];
	size_t		votes;
	unsigned	changes;		/* LINK_*; 0: nothing, or not for this officer */
	char		was[TEXT_SHOWN], now[TEXT_SHOWN];
	struct hold_line hold;			/* ground 0: none */
	char		report[24];		/* of what is told later: the case */
	int64_t		days;			/* ... for how many; 0: nothing is */
	int64_t		notice_at, stands_at;	/* notice: 0 none, -1 somebody objected; when it stands */
	char		disclosure[24], community[GUEST_WORDS + 1], site[GUEST_SITE + 1];	/* a guest is borrowed for */
};

/* ---- a standing ---- */
struct standing_view {
	bool		looked;			/* somebody was found */
	int64_t		member;
	unsigned	standing;		/* enum standing */
	bool		assurer;
	const char	*standing_name;
	struct if_fraud	what;
	char		number[24], fall[SPAN_SHOWN];
};
#endif
