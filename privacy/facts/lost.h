/*
 * privacy/facts/lost.h - a way back into an account whose password and answers are lost, within a case of that kind.
 *
 * Nobody reads answers, and staff only set it going for the member whom the case concerns.
 * Which way it is, the member's points decide:
 *
 *	sheet	Somebody vouched for the member.  Who opened the case prints a sheet with its
 *		number and a code.  Two different assurers who meet them take the code
 *		and compare name and birth date, blind (handover.h, HANDOVER_LOST): nothing
 *		is shown, and nobody may have vouched for the other.  When both have
 *		confirmed, who opened the case chooses a new password there.
 *	waiting	Nobody did.  A link in a mail shows that one of the account's addresses is
 *		theirs; lost.wait later another link to that address lets them choose.
 *
 * Each step is told to every proved address with a link that stops it.  A new password ends
 * all sessions and brings the 72 hours' bar, as any recovery does (recovery.h).
 *
 *	lost.c		rows, setting it going, ending it, what happens by itself
 *	lost_use.c	the sheet, the assurers, the links, the new password
 *
 * Stands on case, handover, code_book, address, mail, trust, recovery.
 */
#ifndef PRIVACY_FACTS_LOST_H
#define PRIVACY_FACTS_LOST_H
#include "privacy/facts/case.h"
#include "privacy/facts/code_book.h"
#include "privacy/facts/handover.h"

#define LOST_LIFE	(60 * DAY)	/* longer than lost.wait can be: from its beginning, from the proof of an address, and from when a password may be chosen */
#define LOST_KEPT	(30 * DAY)	/* after its end */

extern const char lost_schema[];

struct lost {
	int64_t		number;			/* of the case */
	int64_t		member, started_at;
	int64_t		due_at;			/* waiting: when a password may be chosen; 0: no address was shown yet */
	int64_t		ends_at;		/* over: when it ended */
	int64_t		first, second;		/* assurers who confirmed; 0 */
	int64_t		address;		/* id of the one that was shown to be theirs; 0 */
	enum lost_way	way;
	enum lost_state	state;
};

/* ---- rows (lost.c) ---- */
bool lost_of_case(struct keeper *k, int64_t number, struct lost *l, bool *found, struct err *e) MUST;
/* The one of this member that is not over. */
bool lost_of_member(struct keeper *k, int64_t member, struct lost *l, bool *found, struct err *e) MUST;
/* It comes into this state: row, what the case's pages show of it, and a notice to every proved address (what: a message id). */
bool lost_move(struct keeper *k, struct lost *l, enum lost_state s, const char *what, int64_t now, struct err *e) MUST;
/* The case is closed with this outcome: unless what was asked for is done, its way back ends. */
bool lost_close(struct keeper *k, int64_t number, enum case_outcome how, int64_t now, struct err *e) MUST;
/* The same state: a step was made. */
bool lost_step(struct keeper *k, const struct lost *l, const char *what, int64_t now, struct err *e) MUST;
bool lost_is_live(const struct lost *l, int64_t now);

/* What is due; *done: how many. */
bool lost_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;

/* ---- an assurer types the sheet's code (lost_use.c) ---- */
/* *good false: wrong, over or used.  Refuses who is the member, works on the case, has confirmed already, or has a tie. */
bool lost_take(struct keeper *k, struct act *a, const struct code_found *f, struct handover *h, bool *good, struct err *e) MUST;
#endif
