/*
 * privacy/facts/trust.h - what the keeper knows of a member beyond the assurances themselves:
 * the challenge, the founders' mark, standing as an assurer, which name comes first.
 *
 * And what follows from all of it: trust_points() reckons a member's points at
 * this moment from the rows (nothing is carried over), and trust_refresh() sees
 * to it that the role of assurer begins and ends with them.  Call it after
 * anything that can change a member's points, challenge, standing or age; the
 * clerk's sweep calls it for what changes by itself (somebody turns 18, a
 * founder's mark ends, points fall), at the moment kept in the row.
 *
 * A member without a row has the defaults: all zero, good standing.
 *
 * Stands on assurance, name, points, role, published, keeper.  Judges nothing by itself:
 * that is points.
 */
#ifndef PRIVACY_FACTS_TRUST_H
#define PRIVACY_FACTS_TRUST_H
#include "privacy/facts/points.h"
#include "privacy/keeper/keeper.h"

extern const char trust_schema[];

struct trust_facts {
	int64_t		main_name;	/* index of the name that is shown first */
	int64_t		passed_at;	/* the challenge; 0: not passed */
	int64_t		founder_at;	/* the founders' mark was given; 0: no founder */
	enum standing	standing;	/* as an assurer */
	int64_t		standing_at;
	int64_t		name_changed_at;/* the last change of a vouched name; 0: none */
	int64_t		parent_gone_at;	/* a parent's consent was withdrawn last; 0: never */
	int64_t		next_at;	/* when something changes by itself; 0: nothing in sight */
};

bool trust_get(struct keeper *k, int64_t member, struct trust_facts *t, struct err *e) MUST;
bool trust_put(struct keeper *k, int64_t member, const struct trust_facts *t, struct err *e) MUST;

/* The birth date's day, without account (it leaves in no answer); DAY_NONE: not entered. */
bool trust_birth(struct keeper *k, const struct owner *o, int64_t *day, struct err *e) MUST;
/* Points at `now`.  ERR_MEMORY, ERR_IO, ERR_CRYPTO. */
bool trust_points(struct keeper *k, const struct owner *o, int64_t now, struct points *p, struct err *e) MUST;
/* What they would be without a word of this giver's: "what if". */
bool trust_points_without(struct keeper *k, const struct owner *o, int64_t giver, int64_t now, struct points *p,
    struct err *e) MUST;
/*
 * Reckon anew, keep the count for the member's pages, and give or end the role of
 * assurer (which ends the member's sessions, tells them, and is recorded with
 * purpose PURPOSE_ROLE); who may not be in the directory is taken down.  p may be NULL.
 */
bool trust_refresh(struct keeper *k, const struct owner *o, int64_t now, struct points *p, struct err *e) MUST;
/* At most `most` members for whom something changed by itself; *done: how many. */
bool trust_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;
#endif
