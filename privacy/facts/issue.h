/*
 * privacy/facts/issue.h - allowing the signer: once, exactly, on the ledger.
 *
 * Minting a ticket, its ledger entry and the duty that the signer must answer
 * for it are one commit.  The signer's receipt closes it (receipt.c); a crash
 * in between is finished by the clerk, who asks for open tickets.  A ticket
 * that was never signed and is too old to be signed is cancelled, on the ledger.
 *
 * Stands on register, ticket_book, domain, address, statement.
 */
#ifndef PRIVACY_FACTS_ISSUE_H
#define PRIVACY_FACTS_ISSUE_H
#include "privacy/facts/register.h"

#define TICKET_LIFE_ISSUE	600		/* seconds the signer may take to begin */
#define TICKET_LIFE_CHANGE	(30 * 86400)	/* a wish to revoke outlives a long outage */
#define TICKET_QUIET		60		/* seconds before the clerk steps in for who was given it */
#define TICKET_MARGIN		60		/* seconds past the end before cancelling: clocks differ */
#define BACKDATE		300		/* not_before lies this far back, for slow clocks */

/* RFC 5280 section 5.3.1: the reasons a subscriber may give. */
enum subscriber_reason { UNSPECIFIED = 0, KEY_COMPROMISE = 1, AFFILIATION_CHANGED = 3, SUPERSEDED = 4,
	CESSATION = 5 };

struct mint {				/* what a ticket stands on */
	const struct owner *owner;
	enum entry_role role;
	enum purpose	purpose;
	const char	*object;	/* for the history */
	int64_t		certificate;	/* the register's row */
	int64_t		now;
	const unsigned char *asked;	/* hash of what was asked; NULL none */
	bool		left_to_clerk;	/* nobody is given the ticket: it is due at once */
};
/*
 * The ledger entry and its duty, then the ticket that names them: *t gets id,
 * ledger number and hash and is appended to *wire, packed.  t->expires is the caller's.
 */
bool ticket_mint(struct keeper *k, const struct mint *m, struct ticket *t, struct buf *wire,
    struct err *e) MUST;

struct change {				/* of one certificate */
	const struct owner *owner;
	enum entry_role role;		/* who wants it */
	enum ticket_act act;		/* not TICKET_ISSUE */
	uint8_t		reason;		/* RFC 5280 CRLReason; REVOKE only */
	const char	*because;	/* for the history; NULL: its owner knows */
};
/*
 * Allow a change: its packed ticket is appended to *wire.  An open one for the
 * same act is given again.  The caller has checked that the act is possible.
 * wire NULL: nobody waits for it, the clerk carries it the next time it looks.
 */
bool issue_change(struct keeper *k, const struct change *c, const struct entry_of_register *r,
    int64_t now, struct buf *wire, struct err *e) MUST;
#endif
