/*
 * portal/postbox/take.h - one mail on its way to the keeper, and what became of it.
 *
 * Both doors (lmtp.h, folder.h) hand their mails over here.  What this answers is final only where the
 * keeper has committed: TAKE_DONE says that the mail may be forgotten.
 *
 * Stands on incoming, signature, ipc.  Keeps nothing; logs counts and causes, never a word of a mail.
 */
#ifndef PORTAL_POSTBOX_TAKE_H
#define PORTAL_POSTBOX_TAKE_H
#include "portal/postbox/signature.h"
#include "privacy/settings.h"

enum taken {
	TAKE_DONE,		/* sealed; or automatic, and thrown away: nobody could be answered */
	TAKE_LATER,		/* the keeper is away, or enough came for now */
	TAKE_WORDLESS,		/* no words in it, or no sender that could be answered */
	TAKE_FULL		/* its case takes no more */
};

struct taker;
/* Reads the channel's secret and the site's certificates: before the walls are up. */
bool taker_open(struct taker **out, const struct settings *s, struct err *e) MUST;
/* sender: of the envelope; NULL: the mail's Return-Path says it. */
enum taken taker_take(struct taker *t, struct span mail, const char *sender);
void taker_drop(struct taker **t);
#endif
