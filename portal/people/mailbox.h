/*
 * portal/people/mailbox.h - an address as typed, made into the one we know it by.
 *
 * The part after the @ becomes A-labels (IDNA 2008), so that bücher.example and
 * xn--bcher-kva.example are one address; the part before it stays as typed.
 */
#ifndef PORTAL_PEOPLE_MAILBOX_H
#define PORTAL_PEOPLE_MAILBOX_H

#define MAILBOX_TEXT	512	/* bytes, more than any address may have */

/* What can't be converted is copied as it is: the keeper refuses it with a sentence. */
const char *mailbox(const char *typed, char into[MAILBOX_TEXT]);
#endif
