/*
 * portal/control/birth.h - a site's first start.
 *
 * Folders, secrets, configuration, key ceremony, in that order; each step is
 * done once and found done by the next try, so that an interrupted first start
 * goes on where it was.  The entry on the ledger comes last, when the keeper
 * runs: until it is there the stage is STATE_KEYED.
 *
 * Stands on state, the signer's ceremony, talk.
 */
#ifndef PORTAL_CONTROL_BIRTH_H
#define PORTAL_CONTROL_BIRTH_H
#include "portal/control/command.h"
#include "portal/control/state.h"

/*
 * Bring a STATE_NEW folder to STATE_KEYED, or check that an older one is whole.
 * s is open, the working directory is its folder.  Fails as state_secrets and
 * the ceremony do.
 */
bool birth(const struct command *c, struct state *s, struct err *e) MUST;
/* STATE_KEYED to STATE_WHOLE: the ceremony's entry, by the running keeper.  Nothing to do otherwise. */
bool birth_record(struct state *s, struct err *e) MUST;
/* Certificates, the root's list and the ledger's key as files of the site: what is missing or differs is written anew from the signer's folder. */
bool birth_publish(struct err *e) MUST;
/* SHA-256 of the root certificate, in hex. */
bool birth_fingerprint(char into[65], struct err *e) MUST;
#endif
