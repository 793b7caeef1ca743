/*
 * privacy/facts/bounce.h - mail that came back for good (RFC 3464) marks its address as failing.
 *
 * A bounce proves itself by the Message-ID of the mail that came back: it is random, and only who got the mail or carried it
 * knows it.  The mark is shown to the member, who takes it off by following a new link sent there.  Mails of lists do not go to such an
 * address; all others do, for they are about what the member does or about their security.
 *
 * Stands on mail, address.
 */
#ifndef PRIVACY_FACTS_BOUNCE_H
#define PRIVACY_FACTS_BOUNCE_H
#include "privacy/keeper/keeper.h"

extern const char bounce_schema[];
#endif
