/*
 * privacy/keeper/doctor.h - open everything once and see whether it agrees.
 *
 * For each person: every entry about them is found by its tag, its boxes open,
 * and what they hold is what the leaf committed to; every sealed row opens and
 * has the version that the newest entry about it made; every stored
 * certificate has the hash in the register.  A row put back from an old copy,
 * a deleted row and a swapped box are all found; an entry that is missing too.
 *
 * Slow: the keeper serves nobody meanwhile.  Shows nothing of what it opens.
 * Stands on vault, detail, chain, member, register.
 */
#ifndef PRIVACY_KEEPER_DOCTOR_H
#define PRIVACY_KEEPER_DOCTOR_H
#include "privacy/keeper/keeper.h"

/* ERR_TAMPER or ERR_CRYPTO with what does not agree (no personal data); ERR_IO. */
bool doctor_look(struct keeper *k, struct err *e) MUST;
#endif
