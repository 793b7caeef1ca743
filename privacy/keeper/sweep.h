/*
 * privacy/keeper/sweep.h - everything whose time is over, once through.
 *
 * Each room sweeps what is its own, a few rows of each kind in a call, so that
 * a call stays short.  Stands on the rooms.
 */
#ifndef PRIVACY_KEEPER_SWEEP_H
#define PRIVACY_KEEPER_SWEEP_H
#include "privacy/keeper/keeper.h"

struct swept { int64_t joins, sessions, documents, reminders; bool more; };	/* more: call again */
bool sweep_all(struct keeper *k, int64_t now, struct swept *s, struct err *e) MUST;
#endif
