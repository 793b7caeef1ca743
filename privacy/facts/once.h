/*
 * privacy/facts/once.h - addresses that work once, for a minute.
 *
 * A download's address carries no session token: it is 192 random bits of
 * which only the hash is kept, good for once_life seconds and one complete
 * answer.  What it gives is decided when it is minted.
 *
 * Stands on keeper, register.
 */
#ifndef PRIVACY_FACTS_ONCE_H
#define PRIVACY_FACTS_ONCE_H
#include "privacy/keeper/keeper.h"

extern const char once_schema[];
bool once_sweep(struct keeper *k, int64_t now, struct err *e) MUST;
#endif
