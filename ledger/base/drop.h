/*
 * ledger/base/drop.h - for DROP(): a descriptor and a block of memory, given back at the scope's end.
 */
#ifndef LEDGER_BASE_DROP_H
#define LEDGER_BASE_DROP_H
#include <stdint.h>
#include <unistd.h>
#include "ledger/base/wipe.h"

static inline void
close_fd(int *fd)		/* negative: none */
{
	if (*fd >= 0)
		close(*fd);
}

static inline void
free_bytes(uint8_t **p)
{
	wipe_free(*p);
}
#endif
