/*
 * privacy/facts/breach.h - the register of breaches (GDPR Article 33(5)): one entry a breach, each a case of that kind.
 *
 * An officer enters one, or the program does for a security notice (rights/announce.h), with the
 * words of the notice and, when all are told, how many it concerned.  From when it was known the
 * authority's 72 hours run: they are the case's deadline, so the desk shows the clock.  What
 * happened, which effects it had and what was done are sealed with the case's key and go with
 * it; when it was known, whom it concerned in numbers and when the authority was told stay.
 *
 * Two who write at once: who saves second is told, and nothing is lost.  The same form sent twice
 * is one entry.
 *
 * Stands on case, record.  Names nobody.
 */
#ifndef PRIVACY_FACTS_BREACH_H
#define PRIVACY_FACTS_BREACH_H
#include "privacy/facts/case.h"

#define BREACHES_LISTED	200

extern const char breach_schema[];

struct breach {
	int64_t		number;			/* of the case */
	int64_t		known_at, told_at;	/* told_at: the authority; 0: not yet */
	int64_t		notice;			/* of the security notice it came with; 0 */
	int64_t		fields, role, since, until;	/* whom the notice asked for; 0 */
	int64_t		concerned, mailed;	/* members; of them told by mail */
};

/* A security notice begins: its entry.  Records itself with the case, by an operator, and tells the officers. */
bool breach_announced(struct keeper *k, const struct breach *b, const char *words, int64_t now, struct err *e) MUST;
/* All of this notice are told. */
bool breach_counted(struct keeper *k, int64_t notice, int64_t concerned, int64_t mailed, struct err *e) MUST;
#endif
