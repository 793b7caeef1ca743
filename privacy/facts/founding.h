/*
 * privacy/facts/founding.h - beginning a web of trust with nothing.
 *
 * Fifty points need two assurers and a hundred three, so somebody must be first:
 * members who entered names and birth date and passed the challenge offer
 * themselves, officers decide on four to six of them (decision.h), and these vouch
 * for each other by meeting, as founders, with trust.founders.points.  The mark and
 * what they gave each other as founders end after trust.founders.life, unless
 * re-earned in the ordinary way.  A community is founded once.
 *
 * Stands on decision, trust, name.
 */
#ifndef PRIVACY_FACTS_FOUNDING_H
#define PRIVACY_FACTS_FOUNDING_H
#include "privacy/facts/decision.h"

#define FOUNDERS_MOST	20	/* trust.founders.most's upper bound */

extern const char founding_schema[];

/* Has this site its founders?  Also true when their marks are over. */
bool founded(struct keeper *k, bool *yes, struct err *e) MUST;
/* How the founding stands for this member. */
bool founding_state_of(struct keeper *k, int64_t member, enum founding_state *s, struct err *e) MUST;
/* Members proposed by a decision; *n of them. */
bool founding_members(struct keeper *k, int64_t decision, int64_t into[FOUNDERS_MOST], size_t *n, struct err *e) MUST;
/* Decided: the marks begin.  Tells and records each founder. */
bool founding_begin(struct keeper *k, struct act *a, const struct decision *d, struct err *e) MUST;
#endif
