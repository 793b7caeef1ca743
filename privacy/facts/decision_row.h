/*
 * privacy/facts/decision_row.h - what the files share that ask for decisions, show, end and carry them out; nobody else
 * includes it.
 */
#ifndef PRIVACY_FACTS_DECISION_ROW_H
#define PRIVACY_FACTS_DECISION_ROW_H
#include "privacy/facts/decision.h"

#define DECISION_COLUMNS "SELECT id, kind, state, subject, assurance, asked_by, asked_at, decided_at, notice_at FROM decision"
#define DECISION_LETTERS "iiiiiiiii"
#define DECISIONS_LISTED 100
void decision_row_read(const struct rows *r, struct decision *d);
/* Where a reason is sealed: a decision's (officer 0), or an officer's of a vote. */
struct seal_place decision_place(int64_t decision, int64_t officer, int64_t key);
/* How they stand in the store.  An objection to a notice is no vote: who may not decide makes it. */
#define VOTE_NO		0
#define VOTE_YES	1
#define VOTE_OBJECTION	2
/* Votes for it, or against. */
bool decision_votes(struct keeper *k, int64_t id, bool yes, int64_t *n, struct err *e) MUST;
/* Does it concern this officer, so that they have no vote? */
bool decision_concerns(struct keeper *k, const struct decision *d, int64_t officer, bool *yes, struct err *e) MUST;
/* May this officer vote, or object to a notice, or did they vote? */
bool decision_mine(struct keeper *k, const struct decision *d, int64_t officer, enum decision_mine *m, struct err *e) MUST;
/* It is over.  ERR_CONFLICT with WHY_DECISION_DONE: it was. */
bool decision_end(struct keeper *k, const struct decision *d, enum decision_state s, int64_t now, struct err *e) MUST;
/* Is it about a disclosure that names this officer, or about a guest for one, or about telling them later?  They must not learn of it here. */
bool decision_hidden(struct keeper *k, const struct decision *d, int64_t officer, bool *yes, struct err *e) MUST;
/* The act's owner votes, who may; d->state: how it stands then.  ERR_DENIED with WHY_DECISION_OWN, ERR_CONFLICT with WHY_DECISION_DONE. */
bool decision_voted(struct keeper *k, struct act *a, struct decision *d, bool yes, const char *reason, struct err *e) MUST;
/*
 * Of whom something is asked for, by number or exact address: not the act's owner, ERR_DENIED with WHY_DECISION_OWN.  Nobody
 * is refused as decision_nobody() refuses somebody of whom it cannot be asked: an officer who tries addresses
 * learns without an entry neither who is a member nor which seats they hold.
 */
bool decision_named(struct keeper *k, const struct act *a, const char *who, int64_t *member, struct err *e) MUST;
bool decision_nobody(struct err *e) MUST;	/* false: ERR_ABSENT with WHY_DECISION_SUBJECT */
/* For them there is none.  ERR_ABSENT. */
bool decision_get_for(struct keeper *k, const struct act *a, int64_t id, struct decision *d, struct err *e) MUST;
/* The program ends an open one: a line about the site. */
bool decision_lapse(struct keeper *k, int64_t id, int64_t now, struct err *e) MUST;
/* Somebody voted for it: if nobody else is free, notice is given. */
bool decision_notice(struct keeper *k, struct act *a, struct decision *d, struct err *e) MUST;
/* Somebody does not want it to stand by notice. */
bool decision_objected(struct keeper *k, struct decision *d, struct err *e) MUST;
/* A line about the site, and one of the officer's own. */
bool decision_said(struct keeper *k, struct act *a, const struct decision *d, const char *what, struct err *e) MUST;
/* Whom it concerns is told by mail, and a line about them says what was decided.  Nothing for who is no longer a member. */
bool decision_told(struct keeper *k, struct act *a, const struct owner *o, const char *what, struct err *e) MUST;
/* An officer asks (staff: for a change of name, or to tell later); d->id is set.  Records it. */
bool decision_ask(struct keeper *k, struct act *a, struct decision *d, const char *reason, struct err *e) MUST;
/* All that belongs to it stands: officers who may vote, and did not ask themselves, are told by mail. */
bool decision_waits(struct keeper *k, const struct decision *d, int64_t now, struct err *e) MUST;
/* Append its reason; *opened: a member's own words, of *member (may be NULL where it is no objection). */
bool decision_reason_pack(struct keeper *k, struct act *a, const struct decision *d, struct owner *member, bool *opened, struct err *e) MUST;
/* Append u32 n, n * { u8 yes, i64 at, text reason }. */
bool decision_votes_pack(struct keeper *k, int64_t id, struct buf *into, struct err *e) MUST;
/* Append WHAT IF: u8 there and five i64. */
bool what_if_pack(struct keeper *k, struct act *a, bool there, int64_t assurer, struct err *e) MUST;
/* Tell members whose points will fall, at most `most`; *done: how many. */
bool falls_tell(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;
#endif
