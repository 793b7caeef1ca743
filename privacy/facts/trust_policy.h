/*
 * privacy/facts/trust_policy.h - every number the web of trust goes by, in one typed table.
 *
 * An operator reads it with `troth config --explain` (names trust.*) and
 * changes it like any setting.  Rooms take a policy as an argument; none has a
 * number of its own.  A changed policy counts for what was recorded before it,
 * too: points are computed from the assurances each time, never stored.
 *
 * A year in a duration is 365 days.  Ages are in completed years, by the
 * calendar (day.h).
 *
 * Ages of consent: Regulation (EU) 2016/679, Article 8(1): 16, unless a state
 * has set a lower age (13 at least) by law.  The table holds EU and EEA states
 * and the United Kingdom with what their laws say: 13 BE EE FI GB IS LV MT NO PT SE,
 * 14 AT BG CY ES IT LT, 15 CZ DK FR GR SI, 16 DE HR HU IE LI LU NL PL RO SK.
 * (Databeskyttelsesloven was changed from 13 to 15 on 1 January 2024.)  Elsewhere
 * 16 is taken, the Regulation's own number: it binds a controller in the Union
 * whoever the member is.  A controller elsewhere sets trust.consent.age.
 * For names in certificates the stricter trust.adult.age is the default.
 *
 * Stands on conf and day.  Does not know members; does not ask the time.
 */
#ifndef PRIVACY_FACTS_TRUST_POLICY_H
#define PRIVACY_FACTS_TRUST_POLICY_H
#include "ledger/base/conf.h"

#define TRUST_STEPS	6
#define TRUST_CONSENT_AGES \
	"AT=14 BE=13 BG=14 CY=14 CZ=15 DE=16 DK=15 EE=13 ES=14 FI=13 FR=15 GB=13 GR=15 HR=16 HU=16 IE=16 " \
	"IS=13 IT=14 LI=16 LT=14 LU=16 LV=13 MT=13 NL=16 NO=13 PL=16 PT=13 RO=16 SE=13 SI=15 SK=16"

struct trust_policy {
	int64_t give[TRUST_STEPS];	/* points an assurer may give on each step... */
	int64_t from[TRUST_STEPS - 1];	/* ...and the experience at which the second and later ones begin */
	int64_t experience_step, experience_cap;
	int64_t assurance_cap, two_from, three_from;		/* points */
	int64_t again, meeting_oldest, withdraw, object, fall;	/* seconds */
	int64_t names_from, assurer_from, name_points;		/* points */
	int64_t founders_least, founders_most, founding_points;
	int64_t founding_life;					/* seconds */
	int64_t adult_age, giver_age, minor_most;		/* years, years, points */
	const char *consent;					/* "adult_age" or "consent_age" */
	const char *consent_ages;				/* "DE=16 FR=15" */
	int64_t consent_age_elsewhere;				/* years */
	int64_t handover_life, handover_printed, handover_idle;	/* seconds */
	int64_t handover_wrong, handover_wrong_day, handover_matches;
	int64_t event_points, event_pass, slip_life;		/* points, seconds, seconds */
	int64_t draft_life;					/* seconds */
	int64_t challenge_questions, challenge_pass;		/* count, per cent */
	int64_t challenge_retry, challenge_time;		/* seconds */
	int64_t ttp_count, ttp_points, topup_points, senior_experience;
	const char *ttp_countries;				/* "DE FR" */
	int64_t paper_life;					/* seconds */
	int64_t directory_most, contacts_per_day, contact_life;	/* count, count, seconds */
	const char *places_file;
};

/*
 * Does it hold together?  Steps rise, founders can reach what they need, the
 * consent table is well formed, and so on.  ERR_INPUT naming the setting.
 */
bool trust_policy_check(const struct trust_policy *p, struct err *e) MUST;

/* Points that experience lets an assurer give, before any other limit. */
int64_t trust_give(const struct trust_policy *p, int64_t experience);
/* Experience from which more may be given; -1 on the last step. */
int64_t trust_next_step(const struct trust_policy *p, int64_t experience);
/* Age of consent in a country ("DE"); "" or NULL or one not in the table: the one for elsewhere. */
int64_t trust_consent_age(const struct trust_policy *p, const char *country);
/* Below this age a name waits for a parent's consent. */
int64_t trust_parent_age(const struct trust_policy *p, const char *country);
/* Right answers of `questions` that pass, rounded up. */
int64_t trust_challenge_needed(const struct trust_policy *p, int64_t questions);

/* May what was made then still be taken back, or objected to?  To the very second the setting names. */
bool trust_may_withdraw(const struct trust_policy *p, int64_t made_at, int64_t now) MUST;
bool trust_may_object(const struct trust_policy *p, int64_t made_at, int64_t now) MUST;
#endif
