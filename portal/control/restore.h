/*
 * portal/control/restore.h - what a restored site still has to say.
 *
 * `troth restore` leaves the words in a file of the state folder, a line of the ledger each; the first start
 * brings them there and takes the file away.  Another file stays while nobody brought the lists of revoked
 * certificates that were published after the backup (restore_lists.h): `troth doctor` asks for them.
 * Stands on file and talk.
 */
#ifndef PORTAL_CONTROL_RESTORE_H
#define PORTAL_CONTROL_RESTORE_H
#include <stdint.h>
#include "ledger/base/err.h"

#define RESTORED	"restored"	/* in the state folder */
#define RESTORED_WORDS	190		/* bytes: what a line about the site has room for */

/*
 * Destroy every key in keeper/keys.db that a tombstone of this journal names.  *said: how many
 * tombstones, how many of their keys were there, how many were gone before.
 */
struct erased { int64_t tombstones, dropped, gone; };
bool restore_erasures(const char *journal, struct erased *said, struct err *e) MUST;	/* restore_keys.c */

/* In the state folder: when the backup was made and when it was put there, in seconds; zeros: no such file. */
#define UNLISTED	"revocations-missing"
struct unlisted { int64_t made_at, restored_at; };
bool unlisted_read(struct unlisted *u, struct err *e) MUST;

/* Another line for the ledger. */
bool restored_say(const char *words, struct err *e) MUST;
/* If there is something to say, say it.  ERR_BUSY: the keeper does not answer yet. */
bool restore_record(struct err *e) MUST;
#endif
