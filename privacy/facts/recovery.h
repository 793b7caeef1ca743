/*
 * privacy/facts/recovery.h - the forgotten password.
 *
 * A mailed link, then three of the five questions, drawn when the link was
 * made, so that asking again does not fish for easier ones.  The answers are
 * judged together: nobody learns which one was wrong.  Five wrong tries in 30
 * days close this way.  Success ends all sessions, tells every verified
 * address, and bars what a thief would do first for 72 hours.
 *
 * Stands on question, credential, address, mail, session.  The handlers are
 * declared in privacy/keeper/ops.h.
 */
#ifndef PRIVACY_FACTS_RECOVERY_H
#define PRIVACY_FACTS_RECOVERY_H
#include "privacy/keeper/keeper.h"

extern const char recovery_schema[];
/* Tries that no longer count. */
bool recovery_sweep(struct keeper *k, int64_t now, struct err *e) MUST;
#endif
