/*
 * privacy/facts/mail.h - mails that wait to be sent, and the tokens in them.
 *
 * The keeper decides that a mail goes out, to whom, and makes its token; the
 * clerk sends it; its words are the clerk's.  A row holds the address, what it
 * is about and the token sealed (place table "mail"), until the mail is sent;
 * then all three are gone and only the token's hash remains, in its own table.
 * Delivery is at least once: a row is lent for five minutes and keeps its
 * Message-ID.
 *
 * Mails that a stranger's typing can cause (joins, forgotten passwords, further
 * addresses) are limited per mailbox and hour and beyond that never sent,
 * without a word: a refusal would tell who has an account.  Links for forgotten
 * passwords have a count of their own: no other mail can use theirs up.  What a member causes, as the proof of a domain,
 * is refused with WHY_LIMIT, and of it each kind has its own count.  Security notices are never held back.
 *
 * A Message-ID is given without its angle brackets.
 *
 * Stands on keeper, vault.  Knows no wording and no SMTP.
 */
#ifndef PRIVACY_FACTS_MAIL_H
#define PRIVACY_FACTS_MAIL_H
#include "privacy/keeper/keeper.h"

#define MAIL_LEASE	300	/* seconds a mail is the clerk's */
#define MAIL_KEPT	(7 * 86400)	/* seconds a finished row stays, to be counted and to know it when it comes back */

extern const char mail_schema[];

struct mail_token {
	int64_t	id, subject, ref, expires;	/* ref: address id, challenge id, slots of a reset */
	enum mail_use kind;
};

struct mail_order {
	enum mail_use	kind;
	const struct owner *owner;	/* whose key seals it; NULL: the site's (MAIL_TEST, MAIL_RESET_UNKNOWN) */
	const char	*address;
	const char	*lang;
	const char	*object;	/* what it is about: a domain, a serial; NULL none */
	int64_t		ref;
	bool		token;		/* mint a token */
	bool		unsent;		/* the same work, but nobody gets it: what is kept opens nothing */
	int64_t		expires;	/* of token and mail, absolute; 0: a week */
	enum purpose	purpose;
};

/* Fails: ERR_DENIED with WHY_LIMIT (see above), ERR_FULL, ERR_IO, ERR_CRYPTO.  id may be NULL. */
bool mail_queue(struct keeper *k, const struct mail_order *m, int64_t now, int64_t *id,
    struct err *e) MUST;
/* ERR_ABSENT with WHY_TOKEN: unknown, used or too old, all alike. */
bool mail_token_find(struct keeper *k, const unsigned char token[TOKEN_BYTES], int64_t now,
    struct mail_token *t, struct err *e) MUST;
/* Use it up.  ERR_ABSENT with WHY_TOKEN: it was used already. */
bool mail_token_spend(struct keeper *k, int64_t id, struct err *e) MUST;
/* Unsent mails and open tokens of this kind; ref 0: all. */
bool mail_cancel(struct keeper *k, int64_t subject, enum mail_use kind, int64_t ref,
    struct err *e) MUST;
/* Open tokens alone: what was queued still goes out, and its links are dead. */
bool mail_token_cancel(struct keeper *k, int64_t subject, enum mail_use kind, int64_t ref, struct err *e) MUST;
/* How many mails of this kind were queued for this person since then, the quietly dropped too. */
bool mail_count_since(struct keeper *k, int64_t subject, enum mail_use kind, int64_t since,
    int64_t *n, struct err *e) MUST;
/*
 * Whom one row's mail goes to and what it is about, as its sealed columns hold them (empty: over).
 * Never its token.  Not accounted by the vault: record FIELD_ADDRESS and FIELD_MAIL_BODY.
 */
bool mail_words(struct keeper *k, int64_t subject, int64_t id, int64_t key, struct span address, struct span object,
    struct buf *to, struct buf *about, struct err *e) MUST;
/* All mails and tokens of a person: a join that vanished, an erasure. */
bool mail_forget(struct keeper *k, int64_t subject, struct err *e) MUST;
/* Rows and tokens that are over. */
bool mail_sweep(struct keeper *k, int64_t now, struct err *e) MUST;
/* For health: mails waiting, and how old the oldest is (seconds; 0 none). */
bool mail_health(struct keeper *k, int64_t now, int64_t *waiting, int64_t *oldest,
    struct err *e) MUST;
#endif
