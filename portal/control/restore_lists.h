/*
 * portal/control/restore_lists.h - what `troth restore` makes of published lists of revoked certificates.
 *
 * A backup has forgotten what was revoked after it was made.  The lists that somebody names (--crl), and those in the
 * folder's own www/crl, are verified before anything is put there, and brought into the restored book before it serves.
 * Where lists are missing the file UNLISTED stays, with the backup's time; lists made by the restored site itself say
 * nothing new and don't count.
 *
 * Stands on crls, restore.
 */
#ifndef PORTAL_CONTROL_RESTORE_LISTS_H
#define PORTAL_CONTROL_RESTORE_LISTS_H
#include "portal/control/command.h"
#include "portal/control/crls.h"
#include "portal/control/restore.h"

struct brought {
	struct crls	all;
	char		*path[COMMAND_CRLS];	/* absolute */
	size_t		paths;
	bool		none;			/* "--crl none" */
};
void brought_wipe(struct brought *l);
/* What the command line names.  ERR_ABSENT, ERR_INPUT. */
bool brought_named(struct brought *l, const struct command *c, struct err *e) MUST;
/* Read and verify, in the state folder; published: its own www/crl, too. */
bool brought_read(struct brought *l, bool published, struct err *e) MUST;
/* Into a book of a backup of u->made_at; prints what is so now, and what may be missing. */
bool brought_apply(struct brought *l, const struct command *c, const struct unlisted *u, struct err *e) MUST;
/* The same in a stopped site that was restored before. */
bool brought_afterwards(struct brought *l, const struct command *c, struct err *e) MUST;
#endif
