/*
 * privacy/rights/restored.h - erasures that a restored backup does not know of.
 *
 * `troth restore` destroyed the keys that the tombstones name; the rows of who was erased came
 * back with the backup. Before the keeper serves, each such member is fenced off as at the beginning
 * of an erasure, and an erasure of the stage SEALED is written down for them: the clerk's calls
 * clean the rest and lead it to a tombstone of this ledger.
 *
 * Without their keys nobody can say which entries of the ledger were about them, so their details
 * stay, readable to nobody as theirs.  What they published ends; a certificate of theirs that
 * the backup holds as valid is for an operator to revoke (README).
 *
 * Stands on erasure.
 */
#ifndef PRIVACY_RIGHTS_RESTORED_H
#define PRIVACY_RIGHTS_RESTORED_H
#include "ledger/tombstone.h"
#include "privacy/keeper/keeper.h"

/* In a transaction of the caller's.  Nobody with that key: nothing to do. */
bool restored_erase(struct keeper *k, const struct tombstone *t, int64_t now, struct err *e) MUST;
#endif
