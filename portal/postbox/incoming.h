/*
 * portal/postbox/incoming.h - a stranger's mail, taken apart as far as a case needs it.
 *
 * Headers (RFC 5322), parts (RFC 2045, 2046), the first text/plain part anywhere, else the words of the
 * first HTML part; all else is dropped, and that is said in a last line.  A mail signed by S/MIME
 * (RFC 8551, detached or opaque) is read like any other; what the signature covers and the signature are handed on to
 * signature.h when the text comes from beneath it, so that the mark says of no word that it is signed which is not.
 *
 * Bounded: parts INCOMING_PARTS, nesting INCOMING_DEPTH, headers of one part INCOMING_HEADS bytes.  What is broken is read
 * as far as it makes sense; only a mail without any words is refused.
 *
 * Stands on decode.  Believes nothing: From is not looked at, and an envelope sender proves nobody.
 */
#ifndef PORTAL_POSTBOX_INCOMING_H
#define PORTAL_POSTBOX_INCOMING_H
#include "ledger/base/pack.h"

#define INCOMING_PARTS	100
#define INCOMING_DEPTH	8
#define INCOMING_HEADS	65536u
#define INCOMING_HASH	32

struct incoming {
	unsigned char	hash[INCOMING_HASH];	/* of its Message-ID and sender; without one, of all of it */
	char		sender[320];		/* envelope; "" none */
	char		code[32];		/* in the subject between [ and ]; "" none */
	char		id[260];		/* its Message-ID, without < and >; "" none */
	char		language[16];		/* "de"; "" not said */
	char		bounced[260];		/* Message-ID of the mail that came back for good (RFC 3464), without < and >; "" none */
	bool		automatic;		/* never answered: a list, a note of absence, a bounce, one of our own */
	bool		dropped;		/* parts were left out */
	bool		html;			/* the text is what HTML shows: never signed */
	struct buf	text;			/* UTF-8 as plain_words makes it */
	struct buf	covered, signature;	/* of the text; empty: not signed.  covered empty, signature not: it holds its text */
	struct buf	mail;			/* all of it, lines end with CR LF */
};

/*
 * Take bytes (CR LF or LF) apart.  sender: from the envelope; NULL: the Return-Path header says it.
 * own_host: Message-IDs there are ours.  ERR_MEMORY; ERR_INPUT: no words in it, or no such header.
 */
bool incoming_read(struct incoming *m, struct span bytes, const char *sender, const char *own_host, struct err *e) MUST;
void incoming_wipe(struct incoming *m);		/* fits DROP() */
#endif
