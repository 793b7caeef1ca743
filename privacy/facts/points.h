/*
 * privacy/facts/points.h - what a member's assurances add up to, at a moment.
 *
 * A pure function of the assurances received and given, the birth date, the
 * challenge, and the moment.  Nothing is carried over from an earlier
 * reckoning: no order of assurances, withdrawals and findings can make the
 * result differ.  "What if" is the same function on a changed list.
 *
 *  - Of each assurer the best assurance that stands counts, and only that: the
 *    same two people once.
 *  - Fewer than two assurers: at most 49; fewer than three: at most 99; never
 *    more than 100.  Experience comes from assurances given in person, at most
 *    50, and adds to the total shown, never to what unlocks.
 *  - At most two trusted third parties count, and one top-up, that one only
 *    while both third parties' checks stand: who topped up met nobody.
 *  - What was found wrong stands until its day; founders' assurances of each
 *    other stand for the founding life.
 *  - A name has points of its own, reckoned by the same rules from those
 *    assurances that state it or a name linked to it.
 *  - Without a birth date somebody counts as a young person of unknown age.
 *
 * (The numbers above are the defaults of trust_policy.)
 *
 * Stands on vouch, trust_policy, day.  No store, no clock.  Allocates one list.
 * Does not judge whether an assurance should have been recorded: vouch_check().
 */
#ifndef PRIVACY_FACTS_POINTS_H
#define PRIVACY_FACTS_POINTS_H
#include "privacy/facts/vouch.h"

#define POINTS_WANTS	12

/* Vouches for name `from` hold for name `to` as well: somebody saw the deed. */
struct name_link { uint8_t from, to; };

struct trust_member {
	const struct vouching	*received, *given;
	size_t			received_count, given_count;
	const struct name_link	*links;
	size_t			link_count;
	int64_t			birth_day;	/* DAY_NONE: not known */
	const char		*country;	/* whose age of consent holds; NULL: not known */
	int64_t			passed_at;	/* seconds: the challenge; 0: not passed */
	int64_t			founder_at;	/* seconds: the founders' mark was given; 0: no founder */
	bool			parent;		/* a parent's consent was confirmed and is not withdrawn */
	enum standing		standing;	/* as an assurer */
};

enum unlock {			/* bits */
	UNLOCK_ASSURED = 1,	/* the Assured issuers */
	UNLOCK_NAMES = 2,	/* names in certificates; which: names_ok */
	UNLOCK_ASSURER = 4,	/* vouching for others */
	UNLOCK_EVENTS = 8,	/* announcing events */
	UNLOCK_DIRECTORY = 16,	/* may opt in to be listed */
	UNLOCK_SENIOR = 32,	/* top-ups, records of trusted third parties */
	UNLOCK_GIVING = 64,	/* only in wants: giving more points than now */
};

enum want_kind {
	WANT_POINTS = 1,	/* number: points; least: meetings it takes at least */
	WANT_ASSURERS,		/* number: further, different assurers */
	WANT_CHALLENGE,
	WANT_BIRTH_DATE,	/* to be entered */
	WANT_AGE,		/* day: when old enough */
	WANT_PARENT,		/* consent, to be confirmed by an assurer; day: when no longer needed */
	WANT_STANDING,		/* a suspension to end */
	WANT_EXPERIENCE,	/* number: points of experience; least: assurances in person */
	WANT_NAME,		/* number: points of the best-vouched name still missing */
};

/* One thing that is missing for one unlock. */
struct want {
	enum want_kind	kind;
	enum unlock	unlock;
	int64_t		number, least;	/* 0 where the kind has none */
	int64_t		day;		/* DAY_NONE where the kind has none */
};

struct points {
	int64_t		assurance;	/* counted, 0 to 100 */
	int64_t		experience;	/* counted, 0 to 50 */
	int64_t		total;		/* the sum of both, for showing */
	int64_t		recorded;	/* what stands, before the caps */
	int64_t		assurers;	/* different ones whose word stands */
	bool		assurer, senior, founder, minor;
	int64_t		give_most;	/* points this member may give; 0 unless an assurer */
	uint32_t	unlocks;	/* of enum unlock */
	uint32_t	names_ok;	/* names that may stand in a certificate; 0 without UNLOCK_NAMES */
	int64_t		name_points[VOUCH_NAMES];
	int64_t		falls_at;	/* seconds: first moment at which assurance gets less by itself; 0: none in sight */
	int64_t		falls_to;	/* assurance then */
	int64_t		day_to;		/* assurance when that day (UTC) is over: for who is told the day, not the moment */
	struct want	wants[POINTS_WANTS];
	size_t		want_count;
};

/* reach[i]: bits of the names for which a vouch for name i holds: itself, and through any chain of links. */
void points_reach(const struct name_link *links, size_t n, uint32_t reach[VOUCH_NAMES]);
/* ERR_MEMORY.  O(n log n) in the number of assurances. */
bool points_of(const struct trust_policy *p, const struct trust_member *m, int64_t now,
    struct points *into, struct err *e) MUST;
#endif
