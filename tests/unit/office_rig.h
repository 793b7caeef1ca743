/*
 * tests/unit/office_rig.h - three officers inside a keeper rig, and their votes.
 */
#ifndef TESTS_UNIT_OFFICE_RIG_H
#define TESTS_UNIT_OFFICE_RIG_H
#include "tests/unit/trust_rig.h"

#define OFFICERS 3

/* "officer0" ... : members with the role and a session. */
void office_open(struct rig *r, struct person officer[OFFICERS]);
/* The password once more, then: yes or no with a reason; *state (enum decision_state) when taken. */
bool office_votes(struct rig *r, struct person *p, int64_t id, bool yes, unsigned *state);
/* KEEPER_DECISION_LOOK, whole. */
bool office_looks(struct rig *r, struct person *p, int64_t id, struct buf *out);
/* An operation that answers with a decision's number; in: what follows the token. */
bool office_asks(struct rig *r, struct person *p, uint32_t op, const struct buf *in, int64_t *id);
/* Fails the test when `did`, or when it was refused otherwise. */
void office_refused(const struct rig *r, bool did, enum err_kind kind, uint32_t why);
/* The clerk's sweep. */
void office_sweep(struct rig *r);
/* All mails that wait go; the last of this kind to this login. */
bool office_mailed(struct rig *r, unsigned kind, const char *login, struct rig_mail *m);
#endif
