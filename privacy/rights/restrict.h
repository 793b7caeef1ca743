/*
 * privacy/rights/restrict.h - a member stops what is done with their data (GDPR Article 18).
 *
 * From then on nothing is done with it but what purpose.c says goes on: storage,
 * security, law, and the member's own rights.  That is not checked here but where
 * things happen (privacy/keeper/keeper.h).  Here the member's word is written down,
 * and what is under way ends: codes that were handed out, events they wanted to come
 * to or checked in at, their line in the directory, meetings they began as an
 * assurer, and what somebody noted about them and did not sign.  Lifting it brings
 * none of that back.
 *
 * An erasure that runs restricts too (rights/erase.h).
 *
 * Stands on member, handover, event_part, assurance, published, record.
 */
#ifndef PRIVACY_RIGHTS_RESTRICT_H
#define PRIVACY_RIGHTS_RESTRICT_H
#include "privacy/keeper/keeper.h"

extern const char restrict_schema[];

#define RESTRICT_LINES	4	/* lines of the directory one member can have at a time */

/*
 * End what is under way for this member, with lines for everybody concerned; their own say
 * purpose p, by the program.  The caller's row is ALLOW_RESTRICTED, or nothing is restricted yet.
 */
bool restrict_quiet(struct keeper *k, const struct owner *o, enum purpose p, int64_t now, struct err *e) MUST;
/* Ids of the lines of the directory that restrict_quiet is about to end, appended as u32 n, n * i64. */
bool restrict_lines(struct keeper *k, int64_t member, struct buf *into, struct err *e) MUST;
#endif
