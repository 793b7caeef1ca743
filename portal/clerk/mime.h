/*
 * portal/clerk/mime.h - one plain-text mail as bytes (RFC 5322, 2045, 2047).
 *
 * UTF-8 text in one part: 7bit when it is ASCII in short lines, so that a mail
 * read raw is readable, else quoted-printable.  Header values that are not
 * ASCII become encoded words, split between characters.  Nothing a caller
 * passes can begin a new header line: what would is refused.
 *
 * Stands on buf and pack's utf8_ok.  Sends nothing, chooses no words.
 */
#ifndef PORTAL_CLERK_MIME_H
#define PORTAL_CLERK_MIME_H
#include "ledger/base/pack.h"

struct mime {			/* borrowed */
	const char	*from_name;	/* "" none */
	const char	*from, *to;	/* addresses, without angle brackets */
	const char	*reply_to;	/* NULL or "": where it came from */
	const char	*stop;		/* address that ends the list by one click (RFC 8058); NULL: no list */
	const char	*list_id;	/* "news.ca.example.org" (RFC 2919); NULL: no list */
	const char	*message_id;	/* with or without angle brackets */
	bool		answers;	/* it answers a mail that came in, by itself (RFC 3834) */
	const char	*answered;	/* that mail's Message-ID; NULL: it had none that can stand in a header */
	const char	*lang;		/* "en" */
	const char	*subject;	/* one line */
	const char	*text;		/* lines end with \n */
	int64_t		date;
};

/* Appends the whole mail, lines ending with CR LF.  ERR_INPUT: a value can't stand in a header. */
bool mime_write(struct buf *into, const struct mime *m, struct err *e) MUST;
/* One address, local part and domain, nothing around it, no blanks or controls. */
bool mime_address_ok(const char *address) MUST;
/* A Message-ID, with or without angle brackets, that can stand in a header. */
bool mime_id_ok(const char *id) MUST;
/* "Sun, 22 Nov 2026 09:30:00 +0000" (RFC 5322 3.3). */
void mime_date(struct buf *into, int64_t at);
/* A header's unstructured value behind `used` bytes of its line: folded, encoded where it must be. */
void mime_words(struct buf *into, const char *value, size_t used);
void mime_quoted(struct buf *into, const char *text);	/* quoted-printable, CR LF */
#endif
