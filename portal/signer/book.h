/*
 * portal/signer/book.h - the signer's own memory: what it has signed, and why.
 *
 * A store of its own (certificates by number, never by name; the tickets it
 * honoured; CRL numbers; the last checkpoint) and beside it an append-only file
 * with the ledger number and hash of every honoured ticket, so that neither can be
 * put back to an older state alone.  A certificate whose keeper has not yet
 * said "stored" is kept here, sealed to the keeper.
 *
 * Writes join one transaction from book_begin to book_end; book_end commits,
 * then adds to the journal, and only then may answers go out.  After a failed
 * book_end nothing of the batch happened, or (the journal's disk was full) it
 * did and may not be answered: nothing is written until the journal is level.
 *
 * Stands on store, journal, tree.  Decides nothing about tickets or profiles.
 */
#ifndef PORTAL_SIGNER_BOOK_H
#define PORTAL_SIGNER_BOOK_H
#include "ledger/entry.h"
#include "portal/signer/crl.h"
#include "portal/signer/issuer.h"
#include "privacy/facts/ticket.h"

struct book;

struct book_cert {
	unsigned char	serial[TICKET_SERIAL];
	uint8_t		issuer;			/* its number: issuer.h */
	uint32_t	shard;
	int64_t		not_before, not_after;
	unsigned char	sha256[32];		/* of the DER */
	unsigned char	key_hash[32];		/* of the SubjectPublicKeyInfo */
	uint8_t		status;			/* enum cert_status */
	uint8_t		reason;			/* RFC 5280; 6 while suspended */
	int64_t		changed_at;		/* of the status; issued at first */
};
#define BOOK_BURIED	5	/* an act beside enum ticket_act: a tombstone */
struct book_deed {				/* a ticket that was honoured, or a tombstone */
	unsigned char	ticket[TICKET_ID], serial[TICKET_SERIAL];
	uint8_t		act, status;		/* the status it led to */
	int64_t		changed_at, ledger_number;
	unsigned char	ledger_hash[LEAF_HASH];
};

/*
 * Open or create DIR/book.sqlite and DIR/journal; brings the journal up to
 * what the store committed.  ERR_TAMPER: the journal knows tickets that the store has
 * forgotten, or another ledger hash for one.
 */
bool book_open(struct book **out, const char *dir, struct err *e) MUST;
void book_drop(struct book **b);

bool book_begin(struct book *b, struct err *e) MUST;	/* cheap: the transaction starts with the first write */
/*
 * Several looks and then a write are coming: let the batch's transaction start now.  Outside it
 * each look takes SQLite's lock and gives it back, 4 us of processor a time.  A book that can't be
 * written to is looked at all the same; what writes says why.
 */
void book_looked_at(struct book *b);
bool book_end(struct book *b, struct err *e) MUST;
void book_back(struct book *b);				/* forget the batch */
void book_tick(struct book *b);				/* journal to the disk, a long log into the store */
bool book_lost(const struct book *b);			/* a sync failed: only a new start helps */
bool book_moved(struct book *b);			/* its file was moved or removed: what is written would be lost */

/* Committed tickets: the journal has as many records. */
int64_t book_tickets(const struct book *b);
/* ERR_ABSENT when never honoured. */
bool book_deed(struct book *b, const unsigned char ticket[TICKET_ID], struct book_deed *d,
    struct err *e) MUST;
/* sealed.len 0: nothing pending (the ceremony's own).  d NULL: no ticket.  ERR_CONFLICT: the serial is taken, or listed. */
bool book_issued(struct book *b, const struct book_cert *c, const struct book_deed *d,
    struct span sealed, struct err *e) MUST;
/* A ticket was honoured for an existing certificate, whose row becomes *c. */
bool book_changed(struct book *b, const struct book_cert *c, const struct book_deed *d,
    struct err *e) MUST;
/* What we had signed once, on a list, and forgot with a restored book: no ticket, for its own is in the lost one. */
bool book_recalled(struct book *b, const struct book_cert *c, struct err *e) MUST;
/*
 * A serial that this book does not know, from such a list: serial, issuer, shard, reason, changed_at and not_after (by
 * when it has expired) of *c.  Again: a revocation takes a hold's place, nothing takes a revocation's.
 */
bool book_listed_add(struct book *b, const struct book_cert *c, struct err *e) MUST;
/* *c without the rest.  ERR_ABSENT. */
bool book_listed(struct book *b, const unsigned char serial[TICKET_SERIAL], struct book_cert *c, struct err *e) MUST;
/* A tombstone is kept, once: its ticket, ledger number and hash are those of its record in the journal. */
bool book_buried(struct book *b, const struct book_deed *d, struct err *e) MUST;
bool book_by_serial(struct book *b, const unsigned char serial[TICKET_SERIAL],
    struct book_cert *c, struct err *e) MUST;		/* ERR_ABSENT */
bool book_by_hash(struct book *b, const unsigned char sha256[32], struct book_cert *c,
    struct err *e) MUST;				/* ERR_ABSENT */

/*
 * What an issuer signed that has neither expired nor been revoked: a look at the next BOOK_LIVE certificates after *at
 * (INT64_MIN: from the first), whose serials are appended.  *at becomes where to go on; 0: those were all.
 */
#define BOOK_LIVE	1024
bool book_live(struct book *b, uint8_t issuer, int64_t now, int64_t *at, struct buf *serials, struct err *e) MUST;

/* The sealed certificate of an issue ticket.  ERR_ABSENT: never honoured; ERR_CONFLICT: stored already. */
bool book_pending(struct book *b, const unsigned char ticket[TICKET_ID], struct buf *sealed,
    struct err *e) MUST;
bool book_stored(struct book *b, const unsigned char ticket[TICKET_ID], struct err *e) MUST;	/* ERR_ABSENT */

/* A key whose certificate was revoked for keyCompromise is not certified again. */
bool book_key_compromised(struct book *b, const unsigned char key_hash[32], bool *yes,
    struct err *e) MUST;

struct book_crl { int64_t number, this_update, next_update; bool stale; };
/* The newest list of an issuer and shard; number 0 and nothing in *der when none. */
bool book_crl(struct book *b, uint8_t issuer, uint32_t shard, struct book_crl *c,
    struct buf *der, struct err *e) MUST;
bool book_crl_keep(struct book *b, uint8_t issuer, uint32_t shard, const struct book_crl *c,
    struct span der, struct err *e) MUST;
/* The next list gets a number above this one, and is due. */
bool book_crl_above(struct book *b, uint8_t issuer, uint32_t shard, int64_t number, struct err *e) MUST;
/* When the newest of all lists was made; 0: there is none. */
bool book_crl_newest(struct book *b, int64_t *at, struct err *e) MUST;
/* yes[number]: this issuer has had a list. */
bool book_crl_issuers(struct book *b, bool yes[256], struct err *e) MUST;
/* How many lists an issuer has had at most. */
bool book_crl_shards(struct book *b, int64_t *n, struct err *e) MUST;
/* Fill c->entries: all not valid, the listed ones too, until they have expired before `since`. */
bool book_crl_entries(struct book *b, uint8_t issuer, uint32_t shard, int64_t since,
    struct crl *c, struct err *e) MUST;

/* The last signed checkpoint; size 0 and zeros: none. */
bool book_head(struct book *b, int64_t *size, unsigned char root[LEAF_HASH], struct err *e) MUST;
bool book_head_keep(struct book *b, int64_t size, const unsigned char root[LEAF_HASH],
    struct err *e) MUST;
#endif
