/*
 * portal/control/root_file.h - the root's list as it lies in the state folder: the signer's, and the one that is published.
 *
 * Of the lists that the root signed the one with the highest number stands.  A signer's folder that was brought back from a
 * copy may hold an older one; whoever built on that would lose a revocation.  So the newest that is at hand comes first.
 * Whoever makes a list or an issuer holds the lock from before the first look to after the last write.
 *
 * Call in the state folder.  Stands on root_list, file.
 */
#ifndef PORTAL_CONTROL_ROOT_FILE_H
#define PORTAL_CONTROL_ROOT_FILE_H
#include "ledger/base/pack.h"

struct root_file {
	int		lock;
	struct buf	was;	/* signer/root.crl, as it was when the lock was taken */
};
#define ROOT_FILE	{ .lock = -1 }

/* Take the lock, and root_file_newest().  ERR_CONFLICT: somebody else is at work. */
bool root_file_open(struct root_file *r, struct err *e) MUST;
/* The list that followed r->was, to the signer's folder and published.  ERR_CONFLICT: another one lies there by now. */
bool root_file_put(const struct root_file *r, const struct buf *list, struct err *e) MUST;
void root_file_close(struct root_file *r);	/* fits DROP() */
/* The published list becomes the signer's if it is newer; one that this root did not sign is passed over. */
bool root_file_newest(struct err *e) MUST;
/*
 * One that was brought, under the lock: the signer's from now on if it is newer, and that is said, with `whose` it is.
 * ERR_CRYPTO: not signed by this root; ERR_CONFLICT.
 */
bool root_file_take(struct span der, const char *whose, bool *taken, struct err *e) MUST;
#endif
