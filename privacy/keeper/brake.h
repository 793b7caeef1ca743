/*
 * privacy/keeper/brake.h - who tries too often, without remembering who.
 *
 * A bounded table in memory of keyed hashes: BLAKE2b over (what, account,
 * source) under a random key of the hour that is never stored.  The table of
 * the hour before still counts, under its own key, then both are gone.
 *
 * After a number of free tries each further one makes the next wait twice as
 * long, up to 15 minutes; tries fade with time.  Brakes are per (account,
 * source) or per source, never per account alone: nobody can lock somebody
 * else out.  An attacker who fills the table pushes out its oldest rows and
 * gains at most their waits.
 *
 * Stands on libsodium.  Keeps nothing across a restart.
 */
#ifndef PRIVACY_KEEPER_BRAKE_H
#define PRIVACY_KEEPER_BRAKE_H
#include "ledger/base/pack.h"

enum brake_of {
	BRAKE_SIGN_IN = 1,	/* failures of one account from one source */
	BRAKE_SIGN_IN_SOURCE,	/* failures of any account from one source */
	BRAKE_PASSWORD,		/* password asked again within a session */
	BRAKE_JOIN,		/* joins from one source */
	BRAKE_FORGOT,		/* forgotten passwords from one source */
	BRAKE_CODE,		/* officer codes tried by one member */
	BRAKE_RECEIPT,		/* wrong codes of erasures from one source */
	BRAKE_CASE,		/* pass-phrases of one case tried from one source */
	BRAKE_CASE_SOURCE,	/* cases opened, or any case's pass-phrases tried, from one source */
	BRAKE__COUNT
};

struct brake;
/* rows: a power of two, of 32 bytes each, twice.  ERR_MEMORY, ERR_INPUT. */
bool brake_open(struct brake **out, size_t rows, struct err *e) MUST;
void brake_drop(struct brake **b);

/* ERR_BUSY with WHY_SLOW_DOWN while a wait runs.  account may be empty. */
bool brake_ask(struct brake *b, enum brake_of what, struct span account, struct span source,
    int64_t now, struct err *e) MUST;
/* Count one try (a failure, or any try where each counts). */
void brake_count(struct brake *b, enum brake_of what, struct span account,
    struct span source, int64_t now);
/* A success: forget this account's failures from this source. */
void brake_clear(struct brake *b, enum brake_of what, struct span account,
    struct span source, int64_t now);
#endif
