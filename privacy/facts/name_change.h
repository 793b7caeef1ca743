/*
 * privacy/facts/name_change.h - a vouched name or birth date that changed, decided by two officers.
 *
 * Where there is no assurer to show a deed to (name.h), a case does it: its opener says which of
 * the names they entered took the place of which (or that the proposed birth date is
 * right), who of staff works on the case asks for a decision, and two officers, who see
 * the old and the new value for as long as it is open, decide.  Staff see neither by this.
 * Agreed, the two are linked as an assurer's word would link them: in one commit with the entry
 * that holds both.  When a text that is being decided about changes, the decision lapses:
 * nobody agrees to what they have not seen.
 *
 * Not here: votes (decision.h), and what a link does (name.h).
 *
 * Stands on case, decision, name.
 */
#ifndef PRIVACY_FACTS_NAME_CHANGE_H
#define PRIVACY_FACTS_NAME_CHANGE_H
#include "privacy/facts/case.h"
#include "privacy/facts/decision.h"
#include "privacy/facts/name.h"

extern const char name_change_schema[];

struct name_change { int64_t number, member, at, decision; struct link link; };	/* number: of the case */

/* NAME CHANGE of op_office.h; nothing said: zeros. */
bool name_change_pack(struct keeper *k, int64_t number, struct buf *into, struct err *e) MUST;
/* Append u8 what, text old, text new for an officer who may see them; a line about the member says so. */
bool name_change_show(struct keeper *k, struct act *a, const struct decision *d, struct buf *into, struct err *e) MUST;
/* Decided: linked, or (refused) left.  ERR_CONFLICT with WHY_LINK: it is not there any more. */
bool name_change_apply(struct keeper *k, struct act *a, const struct decision *d, struct err *e) MUST;
/* The text of this name (LINK_NAME; index) or birth date (LINK_BIRTH) is about to change: what is open about it lapses. */
bool name_change_stale(struct keeper *k, int64_t member, uint8_t what, uint8_t index, struct err *e) MUST;
/* The case was closed: what is open lapses. */
bool name_change_close(struct keeper *k, int64_t number, int64_t now, struct err *e) MUST;
/* The case goes, or its opener. */
bool name_change_forget(struct keeper *k, int64_t number, struct err *e) MUST;
#endif
