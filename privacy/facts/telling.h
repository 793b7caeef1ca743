/*
 * privacy/facts/telling.h - when whom a report concerns is told that staff found them and opened a field of theirs.
 *
 * Of an opened field at once, as in every case.  A member who may have done harm would be warned by that: so
 * two officers, neither who asked nor anybody with a tie, may delay it, for one report and 1 to 30 days from their
 * agreement, with a reason; seven days' notice never stands in for the second.  It is asked for once in a case,
 * never longer and never again, so that it always has an end.
 *
 * While it is in force the entry of an opening is committed first, as ever, but stands about the case: the ledger
 * holds every opening at its time, and each is told in a line of the member's own and a mail when the delay
 * ends.  That is at its day, with the end of the case or before an erasure of the account begins, by the sweep
 * (a keeper that was down tells when it is up again).  Until then neither history, nor copy, nor mail says anything, and
 * who it is about finds nothing of it as an officer.  Finding whom a report concerns is told with the first field
 * that is opened, and TELLING_FOUND later at the latest: or there would be nothing left to delay.
 *
 * Each opening for a report leaves a row here, for good: a security notice to those whose fields were opened in a role
 * (promise P17) asks these rows, so that it meets by the day of the opening and not by that of the line.  It is
 * sent at once, delayed or not: whose data was harmed must be able to act, and it names no case.
 *
 *	telling.c	asking, what two officers decided, the list, the end
 *	telling_look.c	rows of findings and openings, and telling them
 *
 * Stands on case, decision, record, vault, address.
 */
#ifndef PRIVACY_FACTS_TELLING_H
#define PRIVACY_FACTS_TELLING_H
#include "privacy/facts/case.h"
#include "privacy/facts/decision.h"

#define TELLING_FOUND	(7 * DAY)	/* seconds after which a finding is told at the latest */
#define TELLING_REASON	140		/* bytes of a reason: it stands whole in a line that tells later */

extern const char telling_schema[];

struct telling {
	int64_t	number, decision, member;	/* number: of the case */
	int64_t	days, since, until, ended;	/* since 0: not agreed; ended 0: not */
};

/* ---- staff, at work on a case ---- */
/* What staff see of it: TELLING of op_fraud.h. */
bool telling_pack(struct keeper *k, int64_t number, struct buf *into, struct err *e) MUST;
/* Until when telling is delayed in this case; 0: it is not. */
bool telling_until(struct keeper *k, int64_t number, int64_t now, int64_t *until, struct err *e) MUST;
/* Staff found whom the report *c concerns; the line about the case is the caller's. */
bool telling_found(struct keeper *k, const struct act *a, const struct case_row *c, struct err *e) MUST;
/* They open this field.  *later: its line is to stand about the case, and no mail is sent now. */
bool telling_opens(struct keeper *k, const struct act *a, const struct case_row *c, enum field f, const char *reason,
    bool *later, struct err *e) MUST;
/* They read the case, with what is open of the member: the lines of that. */
bool telling_read(struct keeper *k, struct act *a, const struct case_row *c, struct err *e) MUST;
/* Telling later was asked for, whatever came of it: then whom the case concerns stays. */
bool telling_asked(struct keeper *k, int64_t number, bool *yes, struct err *e) MUST;

/* ---- deciding ---- */
/* Whom the report is about, or who has a tie to them or to its opener, or works on it: no vote.  *about: it is about this one. */
bool telling_concerns(struct keeper *k, int64_t decision, int64_t officer, bool *about, bool *yes, struct err *e) MUST;
bool telling_decided(struct keeper *k, struct act *a, const struct decision *d, struct err *e) MUST;
/* Append for an officer who decides: i64 case (0: it is about none), i64 days. */
bool telling_show(struct keeper *k, const struct decision *d, struct buf *into, struct err *e) MUST;

/* ---- its end ---- */
/* The case ends: so does the delay, or the decision that nobody took; what waits is due. */
bool telling_close(struct keeper *k, int64_t number, int64_t now, struct err *e) MUST;
/* An erasure of the account begins: what waits is told now. */
bool telling_leaves(struct keeper *k, int64_t member, int64_t now, struct err *e) MUST;
/* Delays end at their day; what is due is told, at most `most`. */
bool telling_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;

/* ---- counting ---- */
/* Append { i64 since, i64 until } of each that is in force; *n: how many. */
bool telling_each(struct keeper *k, struct buf *into, uint32_t *n, struct err *e) MUST;
/* Was one of these fields (bits) of a member opened for a report, in this role, within that time? */
bool telling_met(struct keeper *k, int64_t member, unsigned role, uint64_t fields, int64_t since, int64_t until, bool *yes,
    struct err *e) MUST;

/* ---- between the two files ---- */
bool telling_get(struct keeper *k, int64_t number, struct telling *t, bool *found, struct err *e) MUST;
/* What waits in this case is told at that time. */
bool looks_due(struct keeper *k, int64_t number, int64_t at, struct err *e) MUST;
/* What waits of this member alone: who was found before them, and is not meant, is told no later for it. */
bool looks_wait(struct keeper *k, int64_t number, int64_t member, int64_t until, struct err *e) MUST;
/* How many fields were opened. */
bool looks_count(struct keeper *k, int64_t number, int64_t *n, struct err *e) MUST;
/* Tell what is due, at most `most`; of one who leaves, by a mail that their end does not take back. */
bool looks_tell(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;
bool looks_tell_leaver(struct keeper *k, int64_t member, int64_t now, struct err *e) MUST;
#endif
