/*
 * privacy/facts/trusted.h - trusted contacts: a member named by another, who may ask that the account be closed.
 *
 * A member names one by address; the other agrees, or does not.  Whether anybody has that address
 * nobody is told: until somebody agrees it is "asked".  The contact sees and changes nothing of
 * the account.  When they ask that it be closed, every proved address of its owner is told with
 * a link that stops it; any use of the account stops it, too (quiet.h).  After
 * trusted.wait of silence its erasure begins by the usual stages.  Either ends it at any time.
 *
 * Stands on member, address, mail, erase.
 */
#ifndef PRIVACY_FACTS_TRUSTED_H
#define PRIVACY_FACTS_TRUSTED_H
#include "privacy/keeper/keeper.h"

#define TRUSTED_LISTED	50		/* of whom one is the contact */

extern const char trusted_schema[], trusted_until_schema[];

/* The account is used: what its contact began ends. */
bool trusted_alive(struct keeper *k, int64_t member, struct err *e) MUST;
/* The link in the notice was taken.  Records itself. */
bool trusted_link(struct keeper *k, struct act *a, struct err *e) MUST;
/* Whose silence lasted; *done: how many. */
bool trusted_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;
#endif
