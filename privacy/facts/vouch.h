/*
 * privacy/facts/vouch.h - one assurance as the rules see it, and whether a new one is allowed.
 *
 * An assurance is one person's word that another's papers carry certain names
 * and a birth date.  Here it is numbers only: who, how many points, when, how,
 * which of the member's names, and what became of it.  vouch_check() says
 * whether one more may be recorded; what they add up to says points.h.
 *
 * Stands on trust_policy and day.  No store, no names in letters, no clock.
 * Does not look whether the member opened a hand-over or typed a password.
 */
#ifndef PRIVACY_FACTS_VOUCH_H
#define PRIVACY_FACTS_VOUCH_H
#include "privacy/facts/day.h"
#include "privacy/facts/trust_policy.h"

#define VOUCH_NAMES	16	/* names a member may have: bits of vouching.names */

enum vouch_method {		/* append only */
	VOUCH_MEETING = 1,
	VOUCH_EVENT,		/* with an event pass */
	VOUCH_SLIP,		/* met first, joined later */
	VOUCH_TTP,		/* papers seen by a trusted third party */
	VOUCH_TOPUP,		/* a senior assurer after the third parties; nobody met */
};

enum standing {
	STANDING_GOOD,
	STANDING_SUSPENDED,	/* while a case runs: may not vouch; what was given stands */
	STANDING_GONE,		/* left or erased: what was given stands */
	STANDING_FRAUD,		/* found: what was given falls, on the day set for each */
};

struct vouching {
	int64_t		other;		/* received: the assurer, for VOUCH_TTP the third party's number;
					   given: the member */
	int64_t		points;		/* as recorded */
	int64_t		met_day;	/* day of the meeting */
	int64_t		made_at;	/* seconds: when it was signed */
	int64_t		withdrawn_at;	/* seconds: taken back, or an objection was upheld; 0: neither */
	int64_t		falls_at;	/* seconds: found wrong, stands until then; 0: not found wrong */
	uint32_t	names;		/* bit i: states the member's name i */
	enum vouch_method method;
	enum standing	standing;	/* the other's */
	bool		founding;	/* a founder's for a founder */
};

/* Did the two meet?  Only then does the assurer gain experience. */
bool vouch_in_person(enum vouch_method m);
/* From this moment on it counts for nothing; INT64_MIN: it does not now, INT64_MAX: no end is set. */
int64_t vouch_ends(const struct trust_policy *p, const struct vouching *v);
/* What it is worth while it stands: as recorded, but never more than its kind can be. */
int64_t vouch_worth(const struct trust_policy *p, const struct vouching *v);

/* Who wants to vouch for whom, and how. */
struct vouch_try {
	int64_t		giver, member;		/* their numbers */
	bool		assurer, senior, founder;	/* the giver's, from struct points */
	bool		member_founder;		/* the member's */
	int64_t		give_most;		/* the giver's, from struct points */
	const struct vouching *received;	/* the member's, all of them */
	size_t		received_count;
	int64_t		birth_day;		/* the member's; DAY_NONE: not given */
	int64_t		name_changed_at;	/* seconds: the member's last change of a vouched name; 0: none */
	uint32_t	names_known;		/* bits of the member's names there are */
	int64_t		points, met_day;
	uint32_t	names;
	enum vouch_method method;
	int64_t		third_party;		/* VOUCH_TTP: its number */
	bool		founding;
};

enum vouch_answer {
	VOUCH_YES,
	VOUCH_SELF,		/* never oneself */
	VOUCH_NOT_ASSURER,
	VOUCH_NOT_SENIOR,	/* a top-up needs a senior assurer */
	VOUCH_NOT_FOUNDER,	/* one of the two, or the mark has ended */
	VOUCH_METHOD,		/* no such way, or founding other than at a meeting */
	VOUCH_NO_NAME,		/* states no name, or one the member does not have */
	VOUCH_NO_BIRTH,		/* the member gave no birth date that papers could be compared with */
	VOUCH_POINTS,		/* below 0, or more than the giver may give: see `most` */
	VOUCH_FUTURE,		/* the meeting is yet to come */
	VOUCH_LONG_AGO,
	VOUCH_BEFORE_BIRTH,
	VOUCH_AGAIN,		/* the same two: from `when` on, or after a change of name */
	VOUCH_TTP_ENOUGH,	/* as many third parties as count have checked */
	VOUCH_TTP_FIRST,	/* a top-up comes after the third parties */
	VOUCH__COUNT
};

struct vouch_ruling {
	enum vouch_answer answer;
	int64_t most;		/* points that could be given here */
	int64_t when;		/* VOUCH_AGAIN: seconds; else 0 */
};

struct vouch_ruling vouch_check(const struct trust_policy *p, const struct vouch_try *t, int64_t now) MUST;
#endif
