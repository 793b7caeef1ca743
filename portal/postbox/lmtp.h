/*
 * portal/postbox/lmtp.h - one conversation by LMTP (RFC 2033), server's side.
 *
 * Bytes in, bytes out; the caller has the socket.  Each mail is handed over when its last dot has come, and the answer to
 * that dot is what became of it: 250 only after the keeper has committed.  One answer for each
 * recipient.  Lines end with CR LF and nothing else, so that no dot can be smuggled in.  Advertised: SIZE,
 * PIPELINING, 8BITMIME, ENHANCEDSTATUSCODES.
 *
 * Stands on buf, pack.  Does not know what a mail is.
 */
#ifndef PORTAL_POSTBOX_LMTP_H
#define PORTAL_POSTBOX_LMTP_H
#include "portal/postbox/take.h"

#define LMTP_LINE	1000u	/* bytes of a command with its end */
#define LMTP_RECIPIENTS	10u	/* of one mail */

struct lmtp_door {		/* what all conversations share */
	const char	*host;		/* as whom we greet */
	const char	*address[2];	/* for whom mail is taken, "+" and what follows left aside; the second may be NULL */
	size_t		most;		/* bytes of a mail */
	enum taken	(*take)(void *self, struct span mail, const char *sender);
	void		*self;
};

struct lmtp {
	const struct lmtp_door *door;
	struct buf	line, mail;	/* a command under way; a mail under way */
	char		sender[320];
	unsigned	recipients;
	bool		greeted, has_sender, data, over, too_large, long_line;
};

void lmtp_begin(struct lmtp *l, const struct lmtp_door *door, struct buf *out);	/* the greeting */
/* Takes all bytes; appends answers.  l->over: hang up once they are sent. */
void lmtp_feed(struct lmtp *l, struct span bytes, struct buf *out);
void lmtp_wipe(struct lmtp *l);
#endif
