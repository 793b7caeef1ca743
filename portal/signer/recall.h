/*
 * portal/signer/recall.h - what published lists say, brought back into a book that is older than they are.
 *
 * A book put back from a backup has forgotten what was revoked since; the lists of revoked certificates that the
 * issuers signed meanwhile have not.  An entry revokes again what the book thinks good, with the list's date and
 * reason; what the book does not know at all (signed after the backup) is remembered as listed.  A revoked one
 * stays revoked; of its reason only "the key was lost" is taken later.  A hold counts where the list is newer than
 * what the book last heard of that certificate: whoever was resumed after the list was made stays so.
 *
 * Stands on book.  Verifies no list: portal/control/lists.c does, before anything comes here.
 */
#ifndef PORTAL_SIGNER_RECALL_H
#define PORTAL_SIGNER_RECALL_H
#include "portal/signer/book.h"

#define RECALL_HOLD	6	/* RFC 5280 CRLReason */

struct recall {			/* an entry of a list */
	unsigned char	serial[TICKET_SERIAL];
	uint8_t		issuer, reason;		/* its number; RECALL_HOLD: suspended */
	uint32_t	shard;
	int64_t		at, listed_at;		/* the entry's date; the list's */
	int64_t		not_after;		/* by when it has expired, should the book not know it */
};
enum recall_did { RECALL_NOTHING, RECALL_REVOKED, RECALL_HELD, RECALL_LISTED };

/* *did: what was news; RECALL_LISTED, when the book does not know it.  Within a batch of the book.  ERR_TAMPER: another issuer's serial. */
bool recall_one(struct book *b, const struct recall *r, enum recall_did *did, struct err *e) MUST;
#endif
