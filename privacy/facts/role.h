/*
 * privacy/facts/role.h - who acts as what, since when, until when.
 *
 * Roles end all sessions of their holder when they change, stand on the ledger,
 * and are told by mail.  The first officers are made by codes that the operator
 * gets from the control process: hashed, good for an hour and once, and only
 * while there are fewer than three officers.
 *
 * Stands on keeper, record, session, mail.
 */
#ifndef PRIVACY_FACTS_ROLE_H
#define PRIVACY_FACTS_ROLE_H
#include "privacy/keeper/keeper.h"

#define OFFICERS_BY_CODE	3	/* from so many on, codes make no more */

extern const char role_schema[];

const char *role_name(enum role r);	/* "officer"; never NULL */
bool role_count(struct keeper *k, enum role r, int64_t *n, struct err *e) MUST;
/* Give the act's owner a role.  Ends sessions, tells them, records itself. */
bool role_give(struct keeper *k, struct act *a, enum role r, struct err *e) MUST;
/*
 * A role of anybody begins or ends, by the system or somebody in a role (PURPOSE_ROLE).
 * Ends their sessions, tells them, records itself.  Nothing is done when it is so already.
 */
bool role_set(struct keeper *k, const struct owner *o, enum role r, bool held, enum entry_role by, int64_t now,
    struct err *e) MUST;
/* Codes that ran out. */
bool role_sweep(struct keeper *k, int64_t now, struct err *e) MUST;
#endif
