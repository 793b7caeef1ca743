/*
 * privacy/keeper/doctor.h - open everything once and see whether it agrees.
 *
 * For each person: going back from the newest entry by the sealed pointers meets
 * exactly as many as their row counts, each with the tag of its place, the far
 * pointers lead to the same ones, their boxes open, and what they hold is what the
 * leaf committed to; all people's counts together are the whole ledger; every sealed row opens and
 * has the version that the newest entry about it made; every stored
 * certificate has the hash in the register.  A row put back from an old copy,
 * a deleted row and a swapped box are all found; an entry that is missing too.
 *
 * Slow: the keeper serves nobody meanwhile.  Shows nothing of what it opens.
 * Stands on vault, detail, trail, member, register.
 */
#ifndef PRIVACY_KEEPER_DOCTOR_H
#define PRIVACY_KEEPER_DOCTOR_H
#include "privacy/keeper/keeper.h"

/* ERR_TAMPER or ERR_CRYPTO with what does not agree (member number and place; nothing opened); ERR_IO. */
bool doctor_look(struct keeper *k, struct err *e) MUST;
/*
 * Live keys of people that no subject's row names: what a rollback left behind.  They are harmless, and one that
 * had a person's data would be an erasure that was not finished.  ERR_IO.
 */
bool doctor_orphans(struct keeper *k, int64_t *keys, struct err *e) MUST;
#endif
