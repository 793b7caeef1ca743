/*
 * privacy/facts/wish.h - which lists of mail a member wants: asked for, confirmed by a link, stopped by one click.
 *
 * Nobody is on a list by joining.  A wish counts once the link in a mail was followed; each mail of a list bears a
 * link that ends it without signing in (RFC 8058).  Nothing goes to who restricted what is done with their data, nor to an
 * address whose mail came back.
 *
 * Stands on lists, mail, member, address.
 */
#ifndef PRIVACY_FACTS_WISH_H
#define PRIVACY_FACTS_WISH_H
#include "privacy/keeper/keeper.h"

extern const char wish_schema[];

/* Links in mails were followed.  Record themselves.  ERR_ABSENT with WHY_TOKEN: the wish is gone. */
bool wish_confirm(struct keeper *k, struct act *a, struct err *e) MUST;
bool wish_stop(struct keeper *k, struct act *a, struct err *e) MUST;
#endif
