/*
 * portal/clerk/maildir.h - deliver into a Maildir (cr.yp.to/proto/maildir.html).
 *
 * The file's name begins with the time, so that a listing sorts, and holds a
 * hash of the Message-ID: a mail that was delivered before a crash is found by
 * it and not delivered again.  Lines end with LF, as readers expect.
 */
#ifndef PORTAL_CLERK_MAILDIR_H
#define PORTAL_CLERK_MAILDIR_H
#include "ledger/base/buf.h"

/* dir holds tmp, new and cur.  True and durable, or ERR_IO, ERR_FULL. */
bool maildir_put(const char *dir, const char *message_id, const struct buf *mail, struct err *e) MUST;
#endif
