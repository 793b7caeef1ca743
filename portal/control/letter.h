/*
 * portal/control/letter.h - one stored mail, as a person would read it.
 *
 * For the outbox page and the demo: headers unfolded, RFC 2047 words and
 * quoted-printable or base64 bodies decoded.  Reads what our own clerk wrote:
 * one part of UTF-8 text; of anything else the raw bytes are shown.
 *
 * Stands on buf and libsodium's base64.
 */
#ifndef PORTAL_CONTROL_LETTER_H
#define PORTAL_CONTROL_LETTER_H
#include "ledger/base/pack.h"

struct letter { struct buf to, subject, date, text; };	/* UTF-8, NUL-terminated, never NULL after reading */

bool letter_read(struct letter *l, struct span raw, struct err *e) MUST;	/* ERR_MEMORY */
void letter_wipe(struct letter *l);		/* fits DROP() */
/* The length of the http or https address that begins at s; 0: none does. */
size_t letter_link(const char *s);
#endif
