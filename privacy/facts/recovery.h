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
#include "privacy/keeper/argon.h"
#include "privacy/keeper/keeper.h"

extern const char recovery_schema[];
/*
 * A new password of this member, from a finished job: sessions and the other ways in end, the bar begins,
 * every proved address is told, and a line with this object says so (PURPOSE_RECOVERY).
 */
bool recovery_done(struct keeper *k, const struct owner *o, const char *lang, const struct argon_job *password, const char *object,
    int64_t now, struct err *e) MUST;
/* Tries that no longer count. */
bool recovery_sweep(struct keeper *k, int64_t now, struct err *e) MUST;
#endif
