/*
 * privacy/facts/domain.h - domain names a member says are theirs, and the proofs.
 *
 * A name is sealed (FIELD_DOMAIN, object = domain id) and found by its blind
 * index; several members may hold the same one.  A proof is either the mailed
 * token come back (privacy/facts/challenge.h makes it) or the prover's signed
 * statement over a nonce of ours.  A proof is good for domain_life; for issuing
 * it must be younger than domain_reprove.  HTTP shows control of one host, so
 * only proofs by mail or DNS carry wildcards.
 *
 * Public suffixes and international names are the portal's to check (libpsl,
 * libidn2 parse strangers' input); here a name must already be lower-case
 * A-labels of letters, digits and hyphens.
 *
 * Stands on keeper, record, register (removing revokes), mail.
 */
#ifndef PRIVACY_FACTS_DOMAIN_H
#define PRIVACY_FACTS_DOMAIN_H
#include "privacy/facts/mail.h"

#define DOMAIN_TEXT	254	/* bytes with NUL: RFC 1035 2.3.4, without the trailing dot */

extern const char domain_schema[];

struct domain {
	int64_t	id, member, made;
	int64_t	proved_at;		/* newest proof; 0 none */
	int64_t	wild_at;		/* newest proof by mail or DNS; 0 none */
	enum proof_method method;	/* of the newest */
};

/* Lower-case LDH labels, at least two, at most 253 bytes, not an address.  Wildcards are no domain. */
bool domain_name_ok(const char *name) MUST;
/* One of this member's.  ERR_ABSENT. */
bool domain_get(struct keeper *k, int64_t member, int64_t id, struct domain *d, struct err *e) MUST;
/* Open its name (accounted: the act's owner and purpose). */
bool domain_name(struct keeper *k, struct act *a, int64_t id, char into[DOMAIN_TEXT], struct err *e) MUST;
/* Until when it counts as proved; 0 when it does not. */
int64_t domain_good_until(const struct keeper *k, const struct domain *d, int64_t now);
/* Is its proof good and young enough to issue for (a wildcard of) it now? */
bool domain_ready(const struct keeper *k, const struct domain *d, bool wildcard, int64_t now);
/* A proof was accepted: note it and write it to the ledger. */
bool domain_proved(struct keeper *k, struct act *a, int64_t id, enum proof_method method,
    int64_t at, struct err *e) MUST;
/* The mailed token came back (the link was POSTed); records itself. */
bool domain_mail_taken(struct keeper *k, struct act *a, const struct mail_token *t, struct err *e) MUST;
bool domain_count_proved(struct keeper *k, int64_t member, int64_t now, int64_t *n, struct err *e) MUST;

/*
 * May this member have a certificate for `name` (a DNS name, maybe "*." before
 * it)?  *id gets the domain it stands on: the name itself or one above it, at
 * a label boundary.  Opens nothing.  ERR_DENIED with WHY_NAME_NOT_YOURS,
 * WHY_DOMAIN_UNPROVED, WHY_DOMAIN_STALE, WHY_DOMAIN_WILDCARD.
 */
bool domain_covers(struct keeper *k, int64_t member, const char *name, int64_t now,
    int64_t *id, struct err *e) MUST;
/* Each of a member's domains, oldest first. */
typedef bool domain_reader(void *self, const struct domain *d, struct err *e);
bool domain_each(struct keeper *k, int64_t member, domain_reader *each, void *self, struct err *e) MUST;
#endif
