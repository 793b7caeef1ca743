/*
 * portal/web/reply.h - the answer to a FastCGI request.
 *
 * Head, page and the end of the request leave together, from where they lie: nginx
 * is woken once, and no copy stays behind.  What is longer than a record, or comes in
 * pieces, is sent a piece at a time.
 *
 * Source: FastCGI specification 1.0, sections 3.3 (records), 5.3 (STDOUT), 5.5 (END_REQUEST).
 * Stands on pack.  Does not know pages or routes.
 */
#ifndef PORTAL_WEB_REPLY_H
#define PORTAL_WEB_REPLY_H
#include "ledger/base/buf.h"
#include "ledger/base/pack.h"

#define REPLY_MOST	65528u	/* bytes of head and page together: one record, a multiple of eight */

/*
 * Write STDOUT with head and page, the end of STDOUT and END_REQUEST (complete, status 0) for
 * request `id` (1 to 65535) to the blocking socket fd.  Fails: ERR_INPUT (too long, no such id),
 * ERR_IO (whoever asked is gone, or reads nothing for as long as the socket has patience).
 */
bool reply_write(int fd, int id, struct span head, struct span page, struct err *e) MUST;
/* STDOUT with these bytes, any number of them, in as many records as that takes.  Fails as reply_write(). */
bool reply_piece(int fd, int id, struct span piece, struct err *e) MUST;
/* The end of STDOUT and END_REQUEST. */
bool reply_end(int fd, int id, struct err *e) MUST;
#endif
