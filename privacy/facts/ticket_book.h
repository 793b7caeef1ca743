/*
 * privacy/facts/ticket_book.h - which tickets were given out, and what became of them.
 *
 * The packed ticket is kept sealed (place table "ticket") with its owner's key
 * while it is open, so that a repeated request gets the same one and the clerk
 * can carry a change; it goes when the ticket is closed.
 *
 * Stands on keeper, ticket.  Decides nothing.
 */
#ifndef PRIVACY_FACTS_TICKET_BOOK_H
#define PRIVACY_FACTS_TICKET_BOOK_H
#include "privacy/facts/ticket.h"
#include "privacy/keeper/keeper.h"

#define ASKED_BYTES	32	/* hash of what was asked, to know it again */

enum ticket_state {
	TICKET_OPEN = 1,
	TICKET_DONE,
	TICKET_CANCELLED,
	TICKET_STORED		/* done; the signer may still hold its sealed copy */
};

struct ticket_row {
	unsigned char	id[TICKET_ID];
	int64_t		certificate;	/* the register's row */
	int64_t		member, key;	/* whose, for the sealing */
	int64_t		made, expires, number;	/* made: earlier by TICKET_QUIET when it is left to the clerk */
	uint8_t		act, reason, state;
};

extern const char issue_schema[];

/* asked: ASKED_BYTES or NULL. */
bool ticket_book_add(struct keeper *k, const struct ticket_row *t, struct span wire,
    const unsigned char *asked, struct err *e) MUST;
/* ERR_DENIED with WHY_TICKET: none of ours. */
bool ticket_book_get(struct keeper *k, const unsigned char id[TICKET_ID], struct ticket_row *t,
    struct err *e) MUST;
/* An open, unexpired one for the same act (and reason) of this certificate; appended to *wire. */
bool ticket_book_open_act(struct keeper *k, int64_t certificate, enum ticket_act act, uint8_t reason,
    int64_t now, struct buf *wire, bool *found, struct err *e) MUST;
/* An open, unexpired one that the same request got; appended to *wire. */
bool ticket_book_asked(struct keeper *k, int64_t member, const unsigned char asked[ASKED_BYTES],
    int64_t now, struct buf *wire, bool *found, struct err *e) MUST;
bool ticket_book_close(struct keeper *k, const unsigned char id[TICKET_ID], enum ticket_state s,
    struct err *e) MUST;
/* The certificate is revoked: open tickets to suspend or resume it have no aim any more. */
bool ticket_book_drop_lesser(struct keeper *k, int64_t certificate, struct err *e) MUST;
/* Open ones made before `before`, oldest first; wire is empty for those to issue. */
typedef bool ticket_reader(void *self, const struct ticket_row *t, struct span wire, struct err *e);
bool ticket_book_each(struct keeper *k, int64_t before, int64_t most, ticket_reader *each, void *self,
    struct err *e) MUST;
/* Ids of those that are TICKET_STORED, oldest first, appended; *n counts them. */
bool ticket_book_stored(struct keeper *k, int64_t most, struct buf *ids, uint32_t *n,
    struct err *e) MUST;
/* The signer was told of this one: TICKET_STORED becomes TICKET_DONE, anything else stays. */
bool ticket_book_told(struct keeper *k, const unsigned char id[TICKET_ID], struct err *e) MUST;
/* How many are open, and when the oldest was made (0: none). */
bool ticket_book_count(struct keeper *k, int64_t *open, int64_t *oldest, struct err *e) MUST;
#endif
