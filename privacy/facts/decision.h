/*
 * privacy/facts/decision.h - what two officers decide together.
 *
 * Somebody asks (an officer, or a member who objects to an assurance), officers
 * vote with a reason, and two equal votes decide.  Who is concerned never votes:
 * not the subject, not the two of an objected assurance.  Whoever asked for
 * somebody's suspension, its end or a finding of fraud does not vote on it; who asked
 * for the founding does, as one of the two (a site begins with few officers).
 *
 *	founding	four to six who offered themselves become founders
 *	objection	upheld: the assurance counts for nothing from now on
 *	suspend		the assurer vouches for nobody; what was given stands
 *	lift		the suspension ends
 *	fraud		what was given falls, for each member after trust.fall; everybody
 *			concerned is told, by the sweep, a few at a time
 *	name change	a vouched name or birth date is replaced (name_change.h)
 *	hold, its end	fields are kept from being erased, or no longer (rights/hold.h)
 *	exclusion, its end	roles, vouching, certificates: no more (rights/exclusion.h)
 *	seats		support, officer, auditor are given (another term, when held) and ended
 *	telling later	that a field was opened for a report is told some days later (telling.h); no notice
 *			stands in for the second officer, and whom it concerns does not learn of it here
 *	disclosure	data leaves under law (rights/disclose.h); whom it names does not learn of it
 *			here, and nothing ever stands in for the second officer
 *	borrowing	an officer of a partner community votes on one disclosure (rights/guest.h); one "no" ends it
 *
 * Reasons are sealed with the site's key, an objecting member's words with their own
 * (FIELD_MESSAGE, object = the decision's id).  Asking, each vote and the outcome
 * stand on the ledger; where only one officer is free, seven days' notice takes the place of
 * the second vote (decision_notice.c); open ones lapse after DECISION_LIFE, objections do not.
 *
 * Stands on trust, assurance, record, mail.
 */
#ifndef PRIVACY_FACTS_DECISION_H
#define PRIVACY_FACTS_DECISION_H
#include "privacy/facts/points.h"
#include "privacy/keeper/keeper.h"

#define DECISION_LIFE	(30 * 86400)	/* seconds */
#define DECISION_VOTES	2
#define DECISION_NOTICE	(7 * 86400)	/* seconds in which an officer may object, where only one was free */
#define REASON_TEXT	501		/* bytes with NUL */

extern const char decision_schema[], decision_notice_schema[];

struct decision {
	int64_t		id, subject, asked_by, asked_at, decided_at;
	int64_t		assurance;		/* objection only */
	int64_t		notice_at;		/* 0: no notice was given; -1: somebody objected */
	enum decision_kind kind;
	enum decision_state state;
};

/* A new one, with its reason sealed ("" none); d->id is set.  Records nothing. */
bool decision_add(struct keeper *k, struct decision *d, const char *reason, struct err *e) MUST;
/* ERR_ABSENT. */
bool decision_get(struct keeper *k, int64_t id, struct decision *d, struct err *e) MUST;
/* Open a reason as its row holds it: of decision (officer 0) or of an officer's decision_vote. */
bool decision_words(struct keeper *k, int64_t id, int64_t officer, struct span box, int64_t key, struct buf *into,
    struct err *e) MUST;
/* Is one of this kind about this subject (and assurance; 0 any) open? */
bool decision_is_open(struct keeper *k, enum decision_kind kind, int64_t subject, int64_t assurance, bool *yes,
    struct err *e) MUST;
/* How many open ones this officer could vote on, or object to, and did not. */
bool decision_unvoted(struct keeper *k, int64_t officer, int64_t *n, struct err *e) MUST;
/* A reason as typed: 3 bytes at least, blanks before them not counted.  ERR_INPUT with WHY_WORDS, WHY_FIELD_LONG. */
bool reason_ok(const char *reason, struct err *e) MUST;

/* What a finding of fraud would mean now. */
struct what_if { int64_t assurances, members, below_names, below_assurer, certificates; };
bool what_if_fraud(struct keeper *k, int64_t assurer, int64_t now, struct what_if *w, struct err *e) MUST;

/* Two agreed: it is done (or, for REFUSED, left).  Tells and records for those concerned. */
bool decision_apply(struct keeper *k, struct act *a, const struct decision *d, struct err *e) MUST;
/*
 * A member is erased: what is about them or was asked for by them names nobody, with its reasons
 * gone; their votes stay, under a number below 0, with the reasons they gave.
 */
bool decision_forget(struct keeper *k, int64_t member, struct err *e) MUST;
/* The role a kind gives or ends; 0: it is about no role.  *give: gives it. */
enum role decision_role(enum decision_kind kind, bool *give);
/* Does that fit the seats they hold now, and that they are not excluded?  ERR_CONFLICT with WHY_ROLE_HELD, WHY_ROLE_SEATS, WHY_DECISION_SUBJECT. */
struct member_facts;
bool decision_role_fits(enum decision_kind kind, const struct member_facts *f, struct err *e) MUST;
bool decision_role_apply(struct keeper *k, struct act *a, const struct decision *d, struct err *e) MUST;
/* Lapse what is old; tell those whose points will fall, at most `most`. */
bool decision_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;
#endif
