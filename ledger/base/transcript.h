/*
 * ledger/base/transcript.h - the first so many bytes of a file that only grows, copied some in each call.
 *
 * Stands on err.  Knows nothing of what is in the file.
 */
#ifndef LEDGER_BASE_TRANSCRIPT_H
#define LEDGER_BASE_TRANSCRIPT_H
#include "ledger/base/drop.h"
#include "ledger/base/err.h"

struct transcript { int from, to; int64_t left; };
/* Copy the first n bytes of `from` to `to` (replaced, 0600).  ERR_ABSENT, ERR_IO, ERR_FULL. */
bool transcript_open(struct transcript *t, const char *from, const char *to, int64_t n, struct err *e) MUST;
/* At most `most` bytes more; t->left 0: it is whole and synced.  ERR_IO: the file is shorter than n. */
bool transcript_step(struct transcript *t, int64_t most, struct err *e) MUST;
void transcript_close(struct transcript *t);		/* {-1, -1}: nothing open */
#endif
