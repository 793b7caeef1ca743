/*
 * privacy/facts/slip.h - "meet first, join later": an assurer's word about a visitor without an account.
 *
 * The assurer fills in what the papers say and signs with the password; the visitor
 * takes home a number and a code.  What was filled in is sealed with a key that only
 * that code gives (code_book.h): until the visitor brings it, nobody opens it, the
 * keeper and the assurer included.  The assurer keeps number, day, points and how it
 * stands, and can withdraw it.
 *
 * Within trust.slip.life the visitor joins, enters names and birth date and types the
 * code.  When one of their names is the one on the slip (but for spelling) and the
 * birth date is equal, they see what it says and confirm: then it is recorded as an
 * assurance of method VOUCH_SLIP, by every rule as of that moment.  What differs
 * trust.handover.matches times ends the slip: nobody finds out by trying what it says.
 *
 * Stands on assure, code_book, name, person_name, trust.  The code is told once, when
 * the slip is made (once.h prints it).
 */
#ifndef PRIVACY_FACTS_SLIP_H
#define PRIVACY_FACTS_SLIP_H
#include "privacy/facts/assurance.h"
#include "privacy/facts/code_book.h"
#include "privacy/facts/person_name.h"

#define SLIP_KEPT	(90 * 86400)	/* seconds one that ended stays in its assurer's list */
#define SLIPS_OPEN	200		/* of one assurer at a time */
#define SLIP_LEAST	100000		/* numbers have six digits: drawn, in no order */
#define SLIP_MOST	999999

extern const char slip_schema[];

struct slip {
	int64_t		number, giver, points, met_day;
	int64_t		made_at, expires, ended_at;	/* ended_at 0: open */
	int64_t		wrong;				/* times it differed */
	enum slip_state	state;
	bool		parent;				/* a parent agreed */
};
struct slip_words {		/* what only the code opens */
	char		name[PERSON_NAME_MOST + 1], birth[11];
	struct meeting	met;
};

bool slip_get(struct keeper *k, int64_t number, struct slip *s, bool *found, struct err *e) MUST;
/* A new row: s->number is drawn, c is its code (the caller wipes it). */
bool slip_add(struct keeper *k, struct slip *s, const struct slip_words *w, struct code *c, struct err *e) MUST;
/* Open what it says with the code that was brought.  ERR_CRYPTO. */
bool slip_open(struct keeper *k, const struct slip *s, const struct code *c, struct slip_words *w, struct err *e) MUST;
bool slip_differed(struct keeper *k, const struct slip *s, struct err *e) MUST;
/* What it says goes, and its code. */
bool slip_end(struct keeper *k, int64_t number, enum slip_state state, int64_t now, struct err *e) MUST;
bool slip_count_open(struct keeper *k, int64_t giver, int64_t now, int64_t *n, struct err *e) MUST;
/* Its number, if this is the code of an open one of this giver.  ERR_ABSENT with WHY_SLIP. */
bool slip_of_code(struct keeper *k, int64_t giver, const char *code, int64_t now, int64_t *number, struct err *e) MUST;
/* Of a giver, newest first; expired ones that the sweep did not see yet are told as over. */
typedef bool slip_reader(void *self, const struct slip *s, struct err *e);
bool slip_each(struct keeper *k, int64_t giver, int64_t now, slip_reader *each, void *self, struct err *e) MUST;
/* Those too old end, with a line for their assurer; ended ones older than SLIP_KEPT go. */
bool slip_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;
#endif
