/*
 * portal/control/state.h - the state folder: its parts, its stage, its lock.
 *
 * Everything a site is lives below one folder.  This room makes the folders
 * with their modes and the secrets by which the processes know each other, and
 * remembers in the file `version` how far a first start has come:
 *
 *	new	folders and secrets are being made; interrupted, it goes on
 *	keyed	the ceremony was held, its entry is not on the ledger yet
 *	whole	all there: what is missing from now on is a loss, and is said
 *
 * A secret missing from a whole site is never made anew: whatever was sealed
 * or MACed with it would be gone without a word.
 *
 * Stands on file and libsodium.  Holds no key of the CA: that is the
 * ceremony's (portal/signer/ceremony.h).
 */
#ifndef PORTAL_CONTROL_STATE_H
#define PORTAL_CONTROL_STATE_H
#include <limits.h>
#include "portal/control/file.h"

enum state_stage { STATE_NONE, STATE_NEW, STATE_KEYED, STATE_WHOLE };

struct state {
	char			dir[PATH_MAX];	/* absolute */
	enum state_stage	stage;
	int			lock;		/* descriptor of run/lock, -1: not held */
};

/*
 * Take the folder at path for a run: make it where missing, chdir to it, lock
 * it, read its stage.  Fails: ERR_CONFLICT (a site runs here), ERR_INPUT
 * (another version's folder, or one that holds other things), ERR_IO (cannot be
 * made or written).
 */
bool state_open(struct state *s, const char *path, struct err *e) MUST;
/* Only look: chdir to an existing site's folder, read its stage.  ERR_ABSENT: no site there. */
bool state_visit(struct state *s, const char *path, struct err *e) MUST;
/* Does a `troth run` hold the lock of the folder we are in? */
bool state_locked(void);
void state_close(struct state *s);		/* lets go of the lock; fits DROP() */
bool state_stage_set(struct state *s, enum state_stage stage, struct err *e) MUST;

/*
 * Make every folder (STATE_NEW), or check that each is there; nginx's and the outbox, which
 * hold nothing lasting, are made anew.  ERR_IO, ERR_ABSENT.
 */
bool state_folders(const struct state *s, struct err *e) MUST;
/*
 * Make what is missing (STATE_NEW), or check that nothing is.  Two copies of one
 * secret that differ are never mended: ERR_TAMPER.
 */
bool state_secrets(const struct state *s, struct err *e) MUST;
/* One part, for owners and doctor: whose it is where each process has its user (owners.h), and what its mode must be at most. */
struct state_part { const char *path; mode_t mode; const char *user, *group; bool shared; mode_t shared_mode; };

/* Lies in a folder without a version: a restore into it was begun and not finished. */
#define STATE_RESTORING	"restoring"

extern const struct state_part state_parts[];
extern const size_t state_part_count;
#endif
