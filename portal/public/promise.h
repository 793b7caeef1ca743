/*
 * portal/public/promise.h - what the statement page says beyond the purpose
 * table: each promise with the rule that keeps it, what each kind of attacker
 * would still hold, and the table's bits in words.
 *
 * A rule says what is true today.  Where the program does not yet enforce a
 * promise, the people who run the site carry it, and the page says so.
 */
#ifndef PORTAL_PUBLIC_PROMISE_H
#define PORTAL_PUBLIC_PROMISE_H
#include "privacy/purpose.h"

#define PROMISE_COUNTS	8

enum kept_by { KEPT_UNSET, KEPT_BY_PROGRAM, KEPT_BY_BOTH, KEPT_BY_PEOPLE };

struct promise {
	const char	*name, *anchor;		/* "P1", "p1" */
	const char	*says, *rule;		/* message ids */
	enum kept_by	kept;
	const char	*test;		/* file that plays it, in the program's source; NULL: none yet */
	const char	*counted;	/* message id: what `counts` sums up; NULL: nothing is counted */
	enum purpose	counts[PROMISE_COUNTS];	/* purposes whose lines of this month show it at work; 0 ends */
};
struct adversary { const char *who, *holds; };			/* message ids */
struct bit_words { unsigned bit; const char *says; };		/* message ids */

extern const struct promise promises[];
extern const size_t promise_count;
extern const struct adversary adversaries[];
extern const size_t adversary_count;
/* Of purpose_row.facts and purpose_row.roles. */
extern const struct bit_words fact_words[], actor_words[];
extern const size_t fact_word_count, actor_word_count;
#endif
