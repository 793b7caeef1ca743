/*
 * privacy/facts/role.h - who acts as what, since when, until when.
 *
 * Roles end all sessions of their holder when they change, stand on the ledger,
 * and are told by mail.  The first officers are made by codes that the operator
 * gets from the control process: hashed, good for an hour and once, and only
 * until there have been three officers; later while fewer than two are left.
 *
 * Support staff, officers and auditors sit for a term of ROLE_TERM_MONTHS; the program
 * ends it by itself, and tells them ROLE_TERM_NOTICE before.  Two officers may give another term.
 *
 * Stands on keeper, record, session, mail.
 */
#ifndef PRIVACY_FACTS_ROLE_H
#define PRIVACY_FACTS_ROLE_H
#include "privacy/facts/day.h"
#include "privacy/keeper/keeper.h"

#define OFFICERS_BY_CODE	3	/* from so many on, codes make no more */
#define OFFICERS_LEAST		2	/* with fewer nothing can be decided: codes work again */
#define ROLE_TERM_MONTHS	12
#define ROLE_TERM_NOTICE	(30 * DAY)	/* seconds before its end */
#define SEATS_MOST		200

extern const char role_schema[], role_term_schema[];

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
/* Another term begins for who holds the role: sessions go on.  Tells them, records itself. */
bool role_renew(struct keeper *k, const struct owner *o, enum role r, enum entry_role by, int64_t now, struct err *e) MUST;
/* The first moment after the term that began at `since`: ROLE_TERM_MONTHS calendar months. */
int64_t role_term_end(int64_t since);
typedef bool role_reader(void *self, int64_t member, enum role r, int64_t since, struct err *e);
/* What a seat's holder shows everybody of their name; "" nothing (facts/seat.c). */
bool seat_name(struct keeper *k, int64_t member, struct buf *into, struct err *e) MUST;
/* All who hold a seat, by role and since when. */
bool role_seats(struct keeper *k, role_reader *each, void *self, struct err *e) MUST;
/* Codes that ran out; terms that are over end, and whose end comes near is told; *done: how many. */
bool role_sweep(struct keeper *k, int64_t now, int64_t *done, struct err *e) MUST;
/* Who holds it now; *n of them. */
#define ROLE_HOLDERS	64
bool role_holders(struct keeper *k, enum role r, int64_t into[ROLE_HOLDERS], size_t *n, struct err *e) MUST;
#endif
