/*
 * privacy/rights/hold.h - two officers keep some fields of a member from being erased (GDPR Article 17(3)(e)).
 *
 * For a named legal claim or a fraud case, whose reference is sealed with the decision;
 * for HOLD_DAYS_MOST days at most, only the groups of fields named, and the member is told at once, by
 * mail to every proved address.  Meanwhile these fields are not erased one by one; an erasure of
 * the account goes as far as it can: certificates, roles, addresses that let somebody act,
 * and everything sealed that is not held.  What is held waits for the hold's end, which the program
 * brings about at its day, or two officers before; then the erasure goes on by itself, and only
 * then its receipt is made, with the days of that moment.
 *
 * Held meetings are those that the member noted about others, the ones not signed yet too: neither their
 * clock nor who noted them takes them away meanwhile.
 *
 * One member has one hold at a time.  Whoever is being erased already cannot be held: nobody
 * could tell them.
 *
 * Stands on decision, vault, erasure.
 */
#ifndef PRIVACY_RIGHTS_HOLD_H
#define PRIVACY_RIGHTS_HOLD_H
#include "privacy/facts/decision.h"

extern const char hold_schema[];
extern const uint64_t hold_fields[HOLD_GROUPS];		/* FIELD_BIT()s of each group: bit 0 is HOLD_ADDRESSES */

struct hold { int64_t decision, member, days, until, ended; unsigned ground, groups; };	/* until 0: not agreed (yet) */

/* Of a decision to hold; *found false: of no such. */
bool hold_get(struct keeper *k, int64_t decision, struct hold *h, bool *found, struct err *e) MUST;
/* What holds now for this member; *found false: nothing. */
bool hold_of(struct keeper *k, int64_t member, struct hold *h, bool *found, struct err *e) MUST;
/* May this field of theirs be erased?  ERR_CONFLICT with WHY_HELD. */
bool hold_free(struct keeper *k, int64_t member, enum field f, struct err *e) MUST;
/* Everything sealed for them that is not held goes, with what corrections of it carried. */
bool hold_thin(struct keeper *k, const struct owner *o, const struct hold *h, int64_t now, struct err *e) MUST;
/* Nothing is left that it could hold: their keys are about to be destroyed. */
bool hold_close(struct keeper *k, int64_t member, int64_t now, struct err *e) MUST;
/* HOLD of op_office.h; nothing held: zeros. */
void hold_pack(struct buf *into, const struct hold *h);
/* Agreed: it holds, or (DECISION_HOLD_END) ends. */
bool hold_apply(struct keeper *k, struct act *a, const struct decision *d, struct err *e) MUST;
/* How many are in force. */
bool hold_count(struct keeper *k, int64_t *n, struct err *e) MUST;
/* Those whose day has come end.  *n: how many. */
bool hold_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *n, struct err *e) MUST;
#endif
