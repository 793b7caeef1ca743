/*
 * privacy/facts/plain.h - text that a member wrote for others to read.
 *
 * Plain: UTF-8 without control, formatting, private or unassigned characters, so
 * that nothing in it hides, turns the direction of writing or breaks a list.  The
 * two joiners may stand in it: whole languages are written with them.
 *
 * Stands on libunistring.  Does not judge what is said.
 */
#ifndef PRIVACY_FACTS_PLAIN_H
#define PRIVACY_FACTS_PLAIN_H
#include "ledger/base/pack.h"

/* One line; an empty one, too. */
bool plain_line(const char *text) MUST;
/* Several, each ended by "\n" (the last one may lack it). */
bool plain_lines(const char *text) MUST;
#endif
