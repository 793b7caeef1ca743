/*
 * portal/control/scrub.h - nginx's error log without the visitors in it.
 *
 * nginx puts the visitor's address, the request line (with a session's address
 * in it), the referrer and the host behind every error, and no setting changes
 * that.  Its stderr is therefore a pipe, and this is what reads it: level and
 * cause are kept, all that follows ", client:" goes, so does everything between
 * double quotes (paths, header lines, what a FastCGI program wrote), everything
 * that looks like an address, and every line that is no line of nginx's.
 *
 * Stands on buf.  Writes nothing itself.
 */
#ifndef PORTAL_CONTROL_SCRUB_H
#define PORTAL_CONTROL_SCRUB_H
#include "ledger/base/buf.h"

#define SCRUB_LINE_MAX	4096	/* bytes; nginx cuts its lines at 2048 */

/*
 * One line of n bytes, without its newline -> "error: cause" appended to *into.
 * False: there is nothing worth keeping (notices and below are not).
 */
bool scrub_line(const char *line, size_t n, struct buf *into);

struct scrub { struct buf partial; bool overlong; };	/* {0}: empty; wipe partial at the end */
/* Take bytes as they come; say() gets each kept line. */
void scrub_feed(struct scrub *s, const char *p, size_t n, void (*say)(const char *line));
#endif
