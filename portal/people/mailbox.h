/*
 * portal/people/mailbox.h - an address as typed, made into the one we know it by, and back into letters.
 *
 * The part after the @ becomes A-labels (IDNA 2008), so that bücher.example and
 * xn--bcher-kva.example are one address; the part before it stays as typed.
 * Stands on portal/ca/host.h.
 */
#ifndef PORTAL_PEOPLE_MAILBOX_H
#define PORTAL_PEOPLE_MAILBOX_H
#include "ledger/base/buf.h"

#define MAILBOX_TEXT	512	/* bytes, more than any address may have */

/* What can't be converted is copied as it is: the keeper refuses it with a sentence. */
const char *mailbox(const char *typed, char into[MAILBOX_TEXT]);
/* pack_text() of it: for fields that take an address, or an address or a number. */
void pack_mailbox(struct buf *in, const char *typed);
/* For showing: an address or a domain with its A-labels as letters, where these lead back to the same; else a copy. */
void mailbox_shown(const char *address, char into[MAILBOX_TEXT]);
#endif
