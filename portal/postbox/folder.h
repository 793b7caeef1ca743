/*
 * portal/postbox/folder.h - mail out of a Maildir (cr.yp.to/proto/maildir.html).
 *
 * What lies in new/ is handed over by name, a part of it each turn, so that mails which have to wait are in nobody's way; a file goes only when the keeper has
 * committed.  One that cannot become a case (too large, no words, no sender) is moved to refused/ beside it, for the
 * operator to look at; one that comes too soon stays and is tried again later.  The sender is the one in Return-Path, which
 * whoever delivers there writes.
 *
 * Stands on take.  Follows no link.
 */
#ifndef PORTAL_POSTBOX_FOLDER_H
#define PORTAL_POSTBOX_FOLDER_H
#include <limits.h>
#include "portal/postbox/take.h"

struct folder {
	int	new, refused;		/* descriptors of the two folders */
	size_t	most;
	int64_t	rest_until_ms;
	char	after[NAME_MAX + 1];	/* where the next turn goes on; "" at the beginning */
};

/* dir holds new/; refused/ is made.  Before the walls are up.  ERR_ABSENT, ERR_IO. */
bool folder_open(struct folder *f, const char *dir, size_t most, struct err *e) MUST;
/* The next part of what is there; false with why it could not be read.  *count: files that are gone from new/ by it. */
bool folder_turn(struct folder *f, enum taken (*take)(void *self, struct span mail, const char *sender), void *self,
    size_t *count, struct err *e) MUST;
void folder_close(struct folder *f);
#endif
