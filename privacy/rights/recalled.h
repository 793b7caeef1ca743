/*
 * privacy/rights/recalled.h - revocations that a restored register does not know of.
 *
 * `troth restore` read lists of revoked certificates that were published after the backup was made (portal/control/crls.h),
 * put what they say back into the signer's book, and leaves here what was news there.  Before the keeper serves, each
 * such certificate is revoked or suspended again with the list's date, in its owner's line; a line about the site says
 * how many.  What the register does not know, or thinks was never signed, stays as it is: signer and list know of it.
 * Nobody is told by mail: they were when it happened.
 *
 * Stands on recall_record, register, ticket_book.
 */
#ifndef PRIVACY_RIGHTS_RECALLED_H
#define PRIVACY_RIGHTS_RECALLED_H
#include "privacy/facts/recall_record.h"
#include "privacy/keeper/keeper.h"

struct recalled_sum { int64_t revoked, suspended; };
/* In a transaction of the caller's; again: nothing to do. */
bool recalled_apply(struct keeper *k, const struct recalled *r, int64_t now, struct recalled_sum *sum, struct err *e) MUST;
/* The line about the site, when there was something to do. */
bool recalled_tell(struct keeper *k, const struct recalled_sum *sum, int64_t now, struct err *e) MUST;
#endif
