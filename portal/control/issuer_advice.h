/*
 * portal/control/issuer_advice.h - what an operator should know and do about the issuers.
 *
 * A certificate must not outlive its issuer (lint.h refuses it), so an issuer is of use only until the longest life of its
 * certificates before its own end; a year before that it is time for the next one.
 *
 * Stands on issuers, settings.
 */
#ifndef PORTAL_CONTROL_ISSUER_ADVICE_H
#define PORTAL_CONTROL_ISSUER_ADVICE_H
#include "portal/signer/issuers.h"
#include "portal/signer/settings.h"

#define ISSUER_ADVICE	320	/* bytes */

/* What to do about the issuer that signs for a profile; "": nothing. */
void issuer_advice(char into[ISSUER_ADVICE], const struct issuers *l, unsigned profile, const struct signer_settings *set,
    int64_t now);
/* "signs what is new", "replaced: answers for what it signed", "revoked 2036-01-02, keyCompromise", "ended" */
void issuer_state(char into[ISSUER_ADVICE], const struct issuer_facts *f, int64_t now);
#endif
