/*
 * portal/postbox/folder.h - mail out of a Maildir (cr.yp.to/proto/maildir.html).
 *
 * What lies in new/ is handed over, oldest name first; a file goes only when the keeper has
 * committed.  One that cannot become a case (too large, no words, no sender) is moved to refused/ beside it, for the
 * operator to look at; one that comes too soon stays and is tried again later.  The sender is the one in Return-Path, which
 * whoever delivers there writes.
 *
 * Stands on take.  Follows no link.
 */
#ifndef PORTAL_POSTBOX_FOLDER_H
#define PORTAL_POSTBOX_FOLDER_H
#include "portal/postbox/take.h"

struct folder { int new, refused; size_t most; int64_t rest_until_ms; };	/* descriptors of the two folders */

/* dir holds new/; refused/ is made.  Before the walls are up.  ERR_ABSENT, ERR_IO. */
bool folder_open(struct folder *f, const char *dir, size_t most, struct err *e) MUST;
/* All that is there now; false with why it could not be read.  *count: files that are gone from new/ by it. */
bool folder_turn(struct folder *f, enum taken (*take)(void *self, struct span mail, const char *sender), void *self,
    size_t *count, struct err *e) MUST;
void folder_close(struct folder *f);
#endif
