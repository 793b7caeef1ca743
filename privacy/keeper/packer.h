/*
 * privacy/keeper/packer.h - pieces of a member's copy, composed by a child that knows nothing.
 *
 * Turning rows into JSON, HTML and a ZIP means much formatting and a compressor:
 * code that has no business beside the keys.  So the keeper lays what it opened
 * into memory that it shares with a child forked before any key was read
 * (child.h), rings, puts the request off, and finds the piece there when the
 * child rings back.  Both sides' memory is wiped after each piece.  What the child
 * answers is bytes to be sealed; their length alone is believed, within bounds.
 *
 * One piece is under way at a time: there is one clerk, and it waits.
 *
 * Stands on child, ipc's asks, rights/compose.h (what the child does).
 */
#ifndef PRIVACY_KEEPER_PACKER_H
#define PRIVACY_KEEPER_PACKER_H
#include "ledger/base/ipc.h"

#define PACKER_IN	(768u << 10)	/* bytes of one order */
#define PACKER_OUT	(1024u << 10)	/* bytes of one piece and what goes with it */

struct packer_link { int fd; struct packer_memory *memory; };
/* Make the memory, fork the child and its parent.  As argon_start.  ERR_IO, ERR_MEMORY. */
bool packer_start(struct packer_link *l, bool unwalled, struct err *e) MUST;

struct packer;
/* Owns what the link holds.  again: puts a request into the next batch. */
bool packer_open(struct packer **out, const struct packer_link *l, void (*again)(void *, struct ipc_ask *),
    void *server, struct err *e) MUST;
void packer_drop(struct packer **p);

/* What one request waits for; note: the asker's own bytes, to know again what was ordered. */
struct packed { bool failed; struct buf note, out; };
/* Put *ask off until the child composed this.  ERR_BUSY: another piece is under way; ERR_INPUT: too large. */
bool packer_ask(struct packer *p, struct ipc_ask *ask, const struct buf *order, const struct buf *note,
    struct err *e) MUST;
/* What came back; NULL in the request's first turn.  failed: the child could not, or died of it. */
const struct packed *packer_done(const struct ipc_ask *ask);
/* Read results; for ipc_service.watch. */
void packer_readable(struct packer *p);
int packer_fd(const struct packer *p);
/* False: the child is gone, or one piece has been under way for limit_s (0: as long as it likes). */
bool packer_alive(const struct packer *p, int64_t limit_s);
#endif
