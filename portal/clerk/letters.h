/*
 * portal/clerk/letters.h - the words of every mail this site sends.
 *
 * One row for each enum mail_use.  A letter says in this order: what happened or what to do,
 * the link and until when it works, why it was sent and for which registered
 * purpose, and what to do when it was somebody else.  Texts are message ids
 * ({site}, {object} and {until} are filled in after translation).  No letter names
 * its reader: it may reach a stranger who shares the address.  What another member
 * wrote is quoted, each line behind a sign.
 *
 * Stands on privacy/purpose and portal/web/words.  Writes no header.
 */
#ifndef PORTAL_CLERK_LETTERS_H
#define PORTAL_CLERK_LETTERS_H
#include "ledger/base/buf.h"
#include "portal/web/words.h"
#include "privacy/keeper/op.h"

struct letter_ask {		/* borrowed */
	unsigned	kind;		/* enum mail_use */
	uint32_t	purpose;	/* enum purpose */
	const char	*object;	/* "" none; messages to quote stand behind a MAIL_PART each */
	const unsigned char *token;	/* [TOKEN_BYTES]; NULL none */
	int64_t		expires;	/* of the link; 0 never */
	const char	*site;		/* its name */
	const char	*base;		/* "https://localhost:8443" */
	const struct words *words;	/* NULL: English */
};

/* Appends; subject is one line, text lines end with \n.  ERR_INPUT: no such kind, or one that is never sent. */
bool letters_write(struct buf *subject, struct buf *text, const struct letter_ask *a,
    struct err *e) MUST;
#endif
