/*
 * privacy/facts/case_rule.h - what holds for a case: who opens it, who works on it, until when,
 * and which fields may be opened for it.
 *
 * Pure rules over plain values, so that each can be held against a table.  A month
 * is a calendar month: it ends with the day of the same number, or with the last day
 * of a shorter month (Regulation 1182/71, Art. 3), and that day counts to its end in UTC.
 *
 * Stands on day, purpose and op.  Knows no store; the rows are case.h's.
 */
#ifndef PRIVACY_FACTS_CASE_RULE_H
#define PRIVACY_FACTS_CASE_RULE_H
#include "privacy/facts/day.h"
#include "privacy/keeper/op.h"
#include "privacy/purpose.h"

#define CASE_ESCALATES	(20 * DAY)	/* seconds after the opening: all staff and officers see that it waits */
#define CASE_REOPENS	(14 * DAY)	/* seconds after its end in which its opener goes on by writing */
#define CASE_EXTENSION_MOST 2		/* months on top of the first */
#define CASE_FIELD_LIFE	600		/* seconds that a field stays open to who opened it */
#define CASE_FINDS_HOUR	20		/* searches of one member of staff */

#define CASE_BY_MEMBER	1u		/* who opens a kind */
#define CASE_BY_VISITOR	2u
#define CASE_BY_STAFF	4u
#define CASE_BY_POST	8u		/* a mail, or a letter on paper */

struct case_kind_row {
	const char	*name;		/* in lines of the history: "correction" */
	unsigned	by;		/* CASE_BY_* */
	int64_t		hours;		/* its clock where that is none of months; 0: one month */
	uint64_t	fields;		/* FIELD_BIT()s staff may open, each by a click */
	enum purpose	purpose;	/* for which; PURPOSE_UNSET: nothing is opened */
	bool		band;		/* may be asked: under age or not */
	bool		find;		/* staff may look for the member whom it concerns */
};
extern const struct case_kind_row case_kinds[CASE_KIND__COUNT];

/* Is there such a kind, and may it be opened like this? */
bool case_kind_ok(unsigned kind, unsigned by) MUST;
/* The end of the month (or so many months, at most 3) that began at `opened`: the first moment after its last day. */
int64_t case_months(int64_t opened, int64_t months);
int64_t case_deadline(enum case_kind kind, int64_t opened);
/* From when on a case that nobody ended is shown to all. */
int64_t case_escalates(enum case_kind kind, int64_t opened);
/* One month or two more, once, and only while the first one runs. */
bool case_may_extend(enum case_kind kind, int64_t opened, int64_t extended, int64_t months, int64_t now) MUST;
/* For who goes on within CASE_REOPENS: never sooner than it was, and two weeks at least. */
int64_t case_deadline_again(int64_t deadline, int64_t now);

/* Everything that decides whether somebody may work on a case. */
struct case_hand {
	uint32_t	roles;		/* bits of who would work on it */
	bool		officers;	/* of the case: it goes to officers alone */
	bool		own;		/* opened by them, or about them */
	bool		vouched;	/* they vouched for whom it concerns, or were vouched for by them */
	bool		others_free;	/* somebody else with the role has neither of the two */
	bool		consent;	/* whom it concerns agreed that it be one of those */
};
enum case_may { CASE_MAY = 1, CASE_MAY_MARKED, CASE_MAY_ROLE, CASE_MAY_OWN, CASE_MAY_VOUCHED };
/* CASE_MAY_MARKED: it may, and the history says that nobody else was free. */
enum case_may case_may_work(const struct case_hand *h);

/* May staff open this field for a case of this kind?  birth_ok: its opener is a member and ticked so. */
bool case_may_field(enum case_kind kind, enum field f, bool birth_ok) MUST;
#endif
