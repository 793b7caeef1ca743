/*
 * portal/control/role.h - officer codes, and the checkpoint printed beside them.
 *
 * The first officers can be named by nobody else: whoever runs the site gets
 * one-hour codes that make signed-in verified members officers.  The keeper
 * hashes them, writes the making of them on the ledger, and refuses when three
 * officers exist.
 *
 * Stands on talk.
 */
#ifndef PORTAL_CONTROL_ROLE_H
#define PORTAL_CONTROL_ROLE_H
#include "ledger/base/err.h"

/* Ask the keeper for three and print them; says so when there are officers enough. */
bool role_print(struct err *e) MUST;
/* The newest signed tree head the signer knows of; a line that there is none yet. */
void role_print_checkpoint(void);
#endif
