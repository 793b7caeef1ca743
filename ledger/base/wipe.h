/*
 * ledger/base/wipe.h - memory given back holds nothing any more.
 *
 * Everywhere in the house instead of free(): whoever looks into a process, or into
 * its swap or its core, finds what is in use and nothing of what was.
 */
#ifndef LEDGER_BASE_WIPE_H
#define LEDGER_BASE_WIPE_H

/* p from malloc() and its like, or NULL: overwritten to its last byte, then freed. */
void wipe_free(void *p);
#endif
