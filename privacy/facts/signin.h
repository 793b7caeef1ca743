/*
 * privacy/facts/signin.h - the password: entering it, entering it again, changing it.
 *
 * A failure is counted by the brake per account and source; an unknown address
 * is tried against a password nobody has, so that it takes the same time and
 * gets the same answer.  Nothing about failures is kept on disk.
 *
 * Stands on session, credential, address, brake, argon.  The handlers are
 * declared in privacy/keeper/ops.h.
 */
#ifndef PRIVACY_FACTS_SIGNIN_H
#define PRIVACY_FACTS_SIGNIN_H
#include "privacy/keeper/argon.h"
#include "privacy/keeper/keeper.h"

/* Ask for hashes: the request comes back with a->hashes filled.  Wipes jobs. */
bool act_hash(struct keeper *k, struct act *a, unsigned class, struct argon_job *jobs, size_t n,
    struct err *e) MUST;
/*
 * The act's owner enters the password once more for what follows.  In the first
 * turn it asks for the hash: *entered is false, the handler returns true.  In the
 * second it judges: *entered is true, the session has been renewed (token is the new
 * one, the caller's to answer with and to wipe) and a line of its own says so.
 * ERR_DENIED with WHY_SIGN_IN: wrong; ERR_BUSY with WHY_SLOW_DOWN.
 */
bool act_password(struct keeper *k, struct act *a, const char *password, struct span source,
    unsigned char token[TOKEN_BYTES], bool *entered, struct err *e) MUST;
#endif
