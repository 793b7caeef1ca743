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

enum counted_from { FROM_UNSET, FROM_LINES, FROM_PAGES, FROM_STATEMENT };
enum kept_by { KEPT_UNSET, KEPT_BY_PROGRAM, KEPT_BY_BOTH, KEPT_BY_PEOPLE };

struct promise {
	const char	*name, *anchor;		/* "P1", "p1" */
	const char	*says, *rule;		/* message ids */
	enum kept_by	kept;
	const char	*test;		/* file that plays it, in the program's source */
	const char	*counted;	/* message id: what this month's count is of */
	enum counted_from from;
	enum purpose	purposes[PROMISE_COUNTS];	/* rows of the purpose table behind it; 0 ends.  FROM_LINES: it is their lines that are counted */
};
/* The words of such a file, for the page's reader (build/promises/texts.c, which the Makefile makes). */
struct promise_text { const char *anchor; const char *const *line; size_t n; };
extern const struct promise_text promise_texts[];
extern const size_t promise_text_count;

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
