/*
 * privacy/facts/address_text.h - what an e-mail address looks like here.
 *
 * Narrower than RFC 5321 allows: no quoted local part, no comment, no IP
 * address, ASCII only (names abroad come as A-labels).  What passes can stand
 * in a mail's header and in a certificate without being quoted.
 *
 * Stands on err.  Whether anybody reads there, a mail shows.
 */
#ifndef PRIVACY_FACTS_ADDRESS_TEXT_H
#define PRIVACY_FACTS_ADDRESS_TEXT_H
#include "ledger/base/err.h"

#define ADDRESS_MAX	255	/* bytes with NUL: RFC 5321 section 4.5.3.1.3 */

/*
 * Check the shape (RFC 5321 dot-atom local part of 1..64 bytes, LDH domain
 * with at least one dot; ASCII: names abroad come as A-labels) and lower its
 * domain.  ERR_INPUT with WHY_ADDRESS_SHAPE.
 */
bool address_normalise(const char *text, char into[ADDRESS_MAX], struct err *e) MUST;

/*
 * Whose mailbox an address most likely is, for limits alone: all in small letters, without what stands behind
 * a "+" of the local part (RFC 5233), by which one mailbox has as many addresses as it likes.  A local part that
 * begins with the "+" keeps it.
 */
void address_mailbox(const char *address, char into[ADDRESS_MAX]);
#endif
