/*
 * portal/control/restore.h - what a restored site still has to say.
 *
 * `troth restore` leaves the words in a file of the state folder; the first start brings
 * them to the ledger and takes the file away.  Stands on file and talk.
 */
#ifndef PORTAL_CONTROL_RESTORE_H
#define PORTAL_CONTROL_RESTORE_H
#include "ledger/base/err.h"

#define RESTORED	"restored"	/* in the state folder */
#define RESTORED_WORDS	190		/* bytes: what a line about the site has room for */

/*
 * Destroy every key in keeper/keys.db that a tombstone of this journal names.  *said: how many
 * tombstones, how many of their keys were there, how many were gone before.
 */
struct erased { int64_t tombstones, dropped, gone; };
bool restore_erasures(const char *journal, struct erased *said, struct err *e) MUST;	/* restore_keys.c */
/* If there is something to say, say it.  ERR_BUSY: the keeper does not answer yet. */
bool restore_record(struct err *e) MUST;
#endif
