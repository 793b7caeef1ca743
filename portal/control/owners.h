/*
 * portal/control/owners.h - the parts of a state folder given to the users that systemd's units run as.
 *
 * Done as root in folders that one process or another may write in, while they may be running, and one of
 * them may be in strangers' hands.  So no link is followed but the operator's own at the top: what is not the
 * folder or file itself, or has a second name somewhere, is no part of the site, and is said.
 *
 * Stands on file and state.
 */
#ifndef PORTAL_CONTROL_OWNERS_H
#define PORTAL_CONTROL_OWNERS_H
#include <pwd.h>
#include <sys/types.h>
#include "portal/control/state.h"

/* Are all these users and groups there?  Asked before anything is made.  ERR_ABSENT names the first that is not. */
bool owners_known(struct err *e) MUST;
/*
 * Give each part to its own user (troth-keeper ...); needs root.  Fails: ERR_ABSENT names the first user the
 * system does not know; as owner_give().
 */
bool owners_set(struct err *e) MUST;
/*
 * Give the folder at path, below the working directory, and the plain files directly in it.  Sockets of
 * strangers in it go: in a folder where nobody replaces another's, ours could not be made.
 * ERR_TAMPER: a link on the way to it, or a file with a second name; ERR_IO.
 */
bool owner_give(const char *path, mode_t mode, uid_t uid, gid_t gid, struct err *e) MUST;
/* Can this user, with the groups it has, read the file or folder?  Needs root. */
bool owner_reads(const struct passwd *user, const char *path);
#endif
