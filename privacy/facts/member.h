/*
 * privacy/facts/member.h - who is a member, and what is known of everybody.
 *
 * A subject is anybody the ledger can speak of: number, keys, how many entries
 * concern them.  It waits (privacy/facts/join.h) or is a member; the site is one
 * too, number 0.
 *
 * Member numbers are random (1,000,000,000 and up): they tell neither who came
 * first nor how many there are.
 *
 * Stands on keeper, record, credential, address.
 */
#ifndef PRIVACY_FACTS_MEMBER_H
#define PRIVACY_FACTS_MEMBER_H
#include "privacy/facts/day.h"
#include "privacy/keeper/keeper.h"

/*
 * CASE_OVER: a case whose keys are destroyed; its entries count and cannot be opened any more.
 * LEAVING: their erasure began.  NOBODY: stands, under numbers below 0, for members who were erased.
 */
enum subject_state { SUBJECT_SITE = 1, SUBJECT_WAITING, SUBJECT_MEMBER, SUBJECT_CASE, SUBJECT_CASE_OVER, SUBJECT_LEAVING, SUBJECT_NOBODY };

extern const char member_schema[], member_restricted_schema[];

struct member_facts { int64_t joined_at, bar_until, points, steps; uint32_t roles; unsigned restricted; char lang[16]; };

/* Fill k->site, making the site's subject the first time. */
bool subject_site(struct keeper *k, int64_t now, struct err *e) MUST;
/* Fill a->owner and the member's facts for a subject named by a mailed token.  ERR_ABSENT. */
bool subject_enter(struct keeper *k, struct act *a, int64_t number, struct err *e) MUST;
/* A new subject that waits, with keys of its own.  A rollback leaves keys that nobody names. */
bool subject_new(struct keeper *k, struct owner *o, int64_t now, struct err *e) MUST;
/* It comes into this state: a waiting one becomes a case, a case is over. */
bool subject_state_set(struct keeper *k, int64_t number, enum subject_state s, struct err *e) MUST;
/* A subject of whom no entry speaks goes, and its keys with it.  ERR_DENIED: entries do. */
bool subject_forget(struct keeper *k, const struct owner *o, int64_t now, struct err *e) MUST;
/* The act's waiting subject becomes a member, in this language, agreed to these versions. */
bool member_add(struct keeper *k, struct act *a, int64_t agreement, int64_t statement,
    const char *lang, struct err *e) MUST;
/* Owner (a waiting join's too) and, of a member, facts (may be NULL).  ERR_ABSENT. */
bool member_owner(struct keeper *k, int64_t number, struct owner *o, struct member_facts *f,
    struct err *e) MUST;
/*
 * Who is meant by a member number ("1234567890") or an exact proved address.
 * ERR_ABSENT with WHY_DECISION_SUBJECT: nobody, by either.
 */
bool member_named(struct keeper *k, const char *typed, int64_t *member, struct err *e) MUST;
/* Set or clear a STEP_ bit; a (may be NULL) is the act whose block will say so. */
bool member_step(struct keeper *k, struct act *a, int64_t number, int64_t bit, bool held,
    struct err *e) MUST;
/* RESTRICTED_* bits of a member; 0 for anybody else. */
bool member_restricted(struct keeper *k, int64_t number, unsigned *bits, struct err *e) MUST;
bool member_restrict(struct keeper *k, int64_t number, unsigned bits, struct err *e) MUST;
bool member_bar(struct keeper *k, int64_t number, int64_t until, struct err *e) MUST;
bool member_roles_set(struct keeper *k, int64_t number, uint32_t roles, struct err *e) MUST;
/* The count that member's pages show; reckoned by trust.h. */
bool member_points_set(struct keeper *k, int64_t number, int64_t points, struct err *e) MUST;
/*
 * Open the act's owner's name that is shown first into given, family and full ("given middle
 * family suffix" as far as there are any).  Counts as an opening: record it.
 */
bool member_names(struct keeper *k, struct act *a, struct buf *given, struct buf *family,
    struct buf *full, struct err *e) MUST;
/* Members, oldest number first, after `after`: for doctor. */
typedef bool member_reader(void *self, const struct owner *o, int64_t entries, struct err *e);
bool member_each(struct keeper *k, member_reader *each, void *self, struct err *e) MUST;
/* The same for cases whose keys are there. */
bool subject_each_case(struct keeper *k, member_reader *each, void *self, struct err *e) MUST;
bool member_count(struct keeper *k, int64_t *members, int64_t *waiting, struct err *e) MUST;
/* Counts of others' lines that are older than 30 days. */
bool others_sweep(struct keeper *k, int64_t now, struct err *e) MUST;
/* Forget at most `most` joins (and unverified addresses) older than join_life; *joins: how many. */
bool member_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *joins, struct err *e) MUST;
#endif
