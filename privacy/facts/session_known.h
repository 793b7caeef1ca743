/*
 * privacy/facts/session_known.h - sessions looked up lately, in memory.
 *
 * Whoever looks at a page mostly looked at another one moments ago: the look-up
 * over three tables was a tenth of a page's price.  What is remembered holds no
 * personal data and no token: the row's numbers and the token's hash, as the
 * store has them.  It counts only while the store says that neither the session's
 * row nor the member's changed since (store_stamp); a subject's keys never change
 * while there is a member.  Sessions by certificate are not remembered.
 *
 * Whether a session is over, fresh or idle is decided at each use (session.c).
 */
#ifndef PRIVACY_FACTS_SESSION_KNOWN_H
#define PRIVACY_FACTS_SESSION_KNOWN_H
#include "privacy/facts/bearer.h"
#include "privacy/facts/ticket.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/keeper.h"

struct session_row {		/* one session, its member and their subject, as the store has them */
	int64_t		number, old_until, seen, fresh_until, ends_at;
	bool		shared, by_cert;
	unsigned char	cert[BEARER_CERT], serial[TICKET_SERIAL];	/* by_cert */
	struct owner	owner;
	int64_t		steps, bar_until, points, agreement, statement;
	uint32_t	roles;
	unsigned	restricted;
	char		lang[16];
};

bool session_known_open(struct session_known **out, struct err *e) MUST;
void session_known_drop(struct session_known **k);
/* The row of the session with this token's hash, until the next call; NULL: look it up.  n may be NULL. */
const struct session_row *session_known_find(const struct session_known *n, const struct store *st,
    const unsigned char hash[TOKEN_HASH]);
/* It was looked up in this transaction, just now. */
void session_known_keep(struct session_known *n, const struct store *st, const unsigned char hash[TOKEN_HASH],
    const struct session_row *row);
#endif
