/*
 * privacy/rights/erase.h - erasing an account (GDPR Article 17): what its owner and the clerk do.
 *
 * Asked for behind the password, it restricts at once and begins after 72 hours; until
 * then its owner changes their mind on the page or by the link in the mail that every
 * proved address got.  A second link, to the primary address, begins it at once.  A
 * code told when it is asked for leads to the receipt, later and without an account.
 * Within 72 hours of a recovery it is neither asked for nor begun.
 *
 * The stages: rights/erasure.h.  The receipt: rights/erasure_receipt.h.
 */
#ifndef PRIVACY_RIGHTS_ERASE_H
#define PRIVACY_RIGHTS_ERASE_H
#include "privacy/keeper/keeper.h"

/*
 * The program asks for it, for a reason that stands in the line: as if its owner had, with the same notices, three days
 * and a code that leads to the receipt.  One that runs already stays as it is.
 */
bool erase_begin_for(struct keeper *k, const struct owner *o, const char *lang, const char *why, int64_t now, struct err *e) MUST;
/* Is this FIELD_CODE of the member's the code of their erasure? */
bool erase_code_is(struct keeper *k, int64_t member, int64_t object, bool *yes, struct err *e) MUST;
/* The link that stops it was followed.  Records itself. */
bool erase_link_stop(struct keeper *k, struct act *a, struct err *e) MUST;
#endif
