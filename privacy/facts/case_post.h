/*
 * privacy/facts/case_post.h - cases that come by mail.
 *
 * The postbox reads strangers' mail and hands over plain words; here they are sealed like any
 * text of a case.  A mail opens a case of a visitor's kind, which staff sort, and is answered by
 * one to its envelope sender: number, pass-phrase, and a code for the subject of further mails.  That
 * code adds texts to its case and shows nothing of it.  One new case a day from one address, and
 * post.per_hour from all: more are to come later, so that nothing is lost and nobody whose
 * address was forged is flooded.
 *
 * A mail that comes again (a crash between our commit and the other side's) is known by the hash
 * the postbox makes, for POST_KNOWN_LIFE.  Texts wait here, sealed, until the clerk has put them into the site
 * store.  Sender and code stand sealed with the case's key beside it, for notices without content.
 *
 * A signature is the postbox's to check and the register's to judge: it marks the case and says whom
 * it concerns, as a search by serial would; it opens nothing.  A signature counts once, so that nobody sends it again.
 *
 * Stands on case, code_book, mail, register.  Parses no mail.
 */
#ifndef PRIVACY_FACTS_CASE_POST_H
#define PRIVACY_FACTS_CASE_POST_H
#include "privacy/facts/case.h"

#define POST_KNOWN_LIFE	(30 * DAY)	/* mail servers give up after five */

extern const char case_post_schema[];

/* Something new in a case that came by mail: tell its sender so, without a word of it.  Fine when it did not come by mail. */
bool case_post_notify(struct keeper *k, const struct case_row *c, int64_t now, struct err *e) MUST;
/* The case's sender and what of it waits to be carried go; its texts and keys do, too. */
bool case_post_forget(struct keeper *k, int64_t number, struct err *e) MUST;
bool case_post_sweep(struct keeper *k, int64_t now, struct err *e) MUST;
#endif
