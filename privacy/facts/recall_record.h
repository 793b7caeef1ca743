/*
 * privacy/facts/recall_record.h - a revocation read in a published list, as `troth restore` leaves it for the keeper.
 *
 * Stands on ticket (sizes and states).  What becomes of it: privacy/rights/recalled.h.
 */
#ifndef PRIVACY_FACTS_RECALL_RECORD_H
#define PRIVACY_FACTS_RECALL_RECORD_H
#include "privacy/facts/ticket.h"

/* In a file: serial, status and reason (a byte each), at and listed_at (8 bytes each, pack.h). */
#define RECALLED_BYTES	(TICKET_SERIAL + 18)
struct recalled {
	unsigned char	serial[TICKET_SERIAL];
	uint8_t		status, reason;		/* CERT_REVOKED or CERT_SUSPENDED; RFC 5280 CRLReason */
	int64_t		at, listed_at;		/* the entry's date; the list's */
};
void recalled_pack(struct buf *into, const struct recalled *r);
/* ERR_TAMPER: not RECALLED_BYTES, or another status. */
bool recalled_unpack(struct recalled *r, struct span record, struct err *e) MUST;
#endif
