/*
 * privacy/facts/challenge.h - a question only the holder of a domain can answer.
 *
 * 32 random bytes, base64url, to be found in a TXT record, in a file, or come
 * back from one of six mailboxes at the domain.  The nonce is sealed: what
 * stands in public DNS must not lead a thief of the store to a member.  At most
 * one challenge is open per domain and method: asking again for DNS or HTTP
 * gives the same nonce (it may be published already), asking again for a mail
 * sends a new one and the old link no longer works.
 *
 * Stands on keeper, mail, statement.  Looks at no DNS: the prover does.
 */
#ifndef PRIVACY_FACTS_CHALLENGE_H
#define PRIVACY_FACTS_CHALLENGE_H
#include "privacy/facts/domain.h"
#include "privacy/facts/statement.h"

#define CHALLENGE_LIFE	(7 * 86400)	/* seconds a nonce waits to be published */
#define CHALLENGE_TEXT	48		/* base64url of 32 bytes with NUL, and room */
#define STATEMENT_YOUNG	600		/* seconds a prover's statement is believed */

extern const char challenge_schema[];

struct challenge {
	int64_t	id, domain, expires;
	enum proof_method method;
	char	nonce[CHALLENGE_TEXT];	/* "" for mail */
};

/* One of admin, administrator, webmaster, hostmaster, postmaster, root. */
bool challenge_mailbox_ok(const char *local) MUST;
/* Open a challenge; for mail the mail is queued.  c->nonce holds what to publish. */
bool challenge_open(struct keeper *k, struct act *a, int64_t domain, const char *name,
    enum proof_method method, const char *mailbox, struct challenge *c, struct err *e) MUST;
typedef bool challenge_reader(void *self, const struct challenge *c, struct err *e);
/* The open ones of a domain.  a->owner's. */
bool challenge_each(struct keeper *k, struct act *a, int64_t domain, challenge_reader *each,
    void *self, struct err *e) MUST;
/*
 * Does this statement answer an open challenge of the domain?  Closes it when
 * yes.  ERR_DENIED with WHY_PROOF (not ours, too old, other name or method) or
 * WHY_PROOF_FAILED (the prover looked and did not see it).
 */
bool challenge_answer(struct keeper *k, struct act *a, int64_t domain, const char *name,
    const struct statement *s, enum proof_method *method, struct err *e) MUST;
/* The mailed token of challenge `id` came back: its domain; closes it.  ERR_ABSENT with WHY_TOKEN. */
bool challenge_mailed(struct keeper *k, int64_t id, int64_t now, int64_t *domain, struct err *e) MUST;
bool challenge_forget(struct keeper *k, int64_t domain, struct err *e) MUST;
bool challenge_sweep(struct keeper *k, int64_t now, struct err *e) MUST;
#endif
