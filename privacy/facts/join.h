/*
 * privacy/facts/join.h - how one becomes a member.
 *
 * A join makes a subject that waits, with keys of its own and no line in the
 * ledger; the link in the mail makes it a member; after join_life it vanishes
 * with its keys.  A join with an address that is known does exactly the same
 * work, only its mail says something else, and its row can never be verified.
 *
 * Stands on member, address, credential, mail, brake, argon.  The handler is
 * declared in privacy/keeper/ops.h.
 */
#ifndef PRIVACY_FACTS_JOIN_H
#define PRIVACY_FACTS_JOIN_H
#include "privacy/facts/member.h"

extern const char join_schema[];

/* The link in the mail of a join was followed: the waiting subject becomes a member. */
bool member_verify(struct keeper *k, struct act *a, struct err *e) MUST;
#endif
