/*
 * ledger/base/buf.h - a growing byte string whose failure is sticky.
 *
 * Start with `struct buf b = {0};`.  Append without checking; when memory
 * runs out the buffer stops growing and remembers.  Ask once, at the end,
 * with buf_ok().  data is NULL or NUL-terminated; len excludes that NUL.
 * Growing never leaves a copy behind: old bytes are wiped.
 *
 * Stands on err.  Knows nothing of HTML or frames beyond escaping a string.
 */
#ifndef LEDGER_BASE_BUF_H
#define LEDGER_BASE_BUF_H
#include "ledger/base/err.h"

struct buf { char *data; size_t len, cap; bool failed; };

void buf_add(struct buf *b, const void *p, size_t n);
void buf_text(struct buf *b, const char *s);	/* as is: constants only */
void buf_fmt(struct buf *b, const char *fmt, ...) LIKE_PRINTF(2, 3); /* <= 1023 bytes a call */
void buf_html(struct buf *b, const char *s);	/* &<>"' escaped; NULL is "" */
void buf_arg(struct buf *b, const char *s);	/* percent-encoded: one URL argument */
void buf_url(struct buf *b, const char *s);	/* local path or https:, else "#" */
void buf_hex(struct buf *b, const void *p, size_t n);	/* lower case */
void buf_room(struct buf *b, size_t n);		/* up to n - 1 bytes in all will not have to grow it */
void buf_reset(struct buf *b);			/* len 0, bytes wiped, memory kept */
void buf_wipe(struct buf *b);			/* zero, free, back to {0}; fits DROP() */
bool buf_ok(const struct buf *b, struct err *e) MUST;	/* ERR_MEMORY */
#endif
