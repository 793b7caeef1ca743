/*
 * portal/web/reply.h - a whole answer to a FastCGI request in one piece.
 *
 * libfcgi sends what it is given in buffers of 8 KiB, copies of which stay in memory
 * that it frees as it is; a page of ours is a little longer, so nginx was woken twice
 * for each.  Here head, page and the end of the request leave together from where they
 * lie.  Streams and answers of 64 KiB and more go the way of libfcgi.
 *
 * Source: FastCGI specification 1.0, sections 3.3 (records), 5.3 (STDOUT), 5.5 (END_REQUEST).
 * Stands on pack.  Does not know pages, routes or libfcgi.
 */
#ifndef PORTAL_WEB_REPLY_H
#define PORTAL_WEB_REPLY_H
#include "ledger/base/buf.h"
#include "ledger/base/pack.h"

#define REPLY_MOST	65528u	/* bytes of head and page together: one record, a multiple of eight */

/*
 * Write STDOUT with head and page, the end of STDOUT and END_REQUEST (complete, status 0) for
 * request `id` (1 to 65535) to the blocking socket fd.  Fails: ERR_INPUT (too long, no such id),
 * ERR_IO (whoever asked is gone, or a signal ends this thread's work).
 */
bool reply_write(int fd, int id, struct span head, struct span page, struct err *e) MUST;
#endif
