/*
 * privacy/facts/quiet.h - accounts that nobody uses any more: when one was used last, and what follows.
 *
 * Used is: signed in, a link in one of our mails taken.  (Whoever gets a certificate has signed in.)  The
 * day is kept, no more.  After dormant.after every proved address is asked whether the account
 * is still wanted; dormant.wait later, without an answer, its erasure begins by the usual
 * stages (rights/erasure.h), which leaves three days and tells every address once more.
 *
 * Who restricted what is done with their data keeps it as it is: their account is looked at again
 * after the same time.
 *
 * An account that is used also ends what a trusted contact began (trusted.h).
 *
 * Stands on member, address, erase.
 */
#ifndef PRIVACY_FACTS_QUIET_H
#define PRIVACY_FACTS_QUIET_H
#include "privacy/keeper/keeper.h"

extern const char quiet_schema[], quiet_until_schema[];

/* This member used their account now.  One look-up, and a row written when the day is another or somebody had asked. */
bool quiet_used(struct keeper *k, int64_t member, int64_t now, struct err *e) MUST;
/* The link in the question was taken.  Records itself. */
bool quiet_link(struct keeper *k, struct act *a, struct err *e) MUST;
/* Who is to be asked, and whose time is over; *done: how many. */
bool quiet_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;
#endif
