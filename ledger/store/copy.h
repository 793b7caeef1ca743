/*
 * ledger/store/copy.h - a copy of a store as it is now, made beside its writer.
 *
 * The copy is of one moment: a connection of its own holds that moment's snapshot while
 * pages are copied, some in each call, so that a process of one thread goes on serving
 * between two calls.  Writers are not held up; the write-ahead log may grow meanwhile and cannot
 * be emptied: store_checkpoint(..., true) gives ERR_BUSY until the copy is whole or dropped.
 *
 * The copy is durable when the last step says that nothing is left.  Stands on store.
 * Looks at no row.
 */
#ifndef LEDGER_STORE_COPY_H
#define LEDGER_STORE_COPY_H
#include "ledger/store/store.h"

struct store_copy;
/* Take the snapshot of the store at `from`; the copy will be at `to`, replacing what is there (0600).  ERR_ABSENT, ERR_IO, ERR_FULL. */
bool store_copy_open(struct store_copy **out, const char *from, const char *to, struct err *e) MUST;
/* Copy at most so many pages more.  *left: pages still to come; 0: it is whole and synced. */
bool store_copy_step(struct store_copy *c, int pages, int64_t *left, struct err *e) MUST;
/* Let go of the snapshot; an unfinished copy is removed. */
void store_copy_drop(struct store_copy **c);
#endif
