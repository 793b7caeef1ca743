#include <string.h>
#include "portal/signer/bury.h"
#include "privacy/rights/grave.h"

/* In the place of a ticket's id: no ticket of that entry has these bytes, for theirs are random. */
static void
id_of(const struct tombstone *t, unsigned char id[TICKET_ID])
{
	static const char word[] = "tombston";

	for (unsigned i = 0; i < 8; i++)
		id[i] = (unsigned char)((uint64_t)t->entry >> (56 - 8 * i));
	memcpy(id + 8, word, 8);
}

static bool
bury(struct signer *s, struct span wire, struct err *e)
{
	unsigned char hash[LEAF_HASH];
	struct book_deed d = { .act = BOOK_BURIED };
	struct tombstone t;

	TRY(grave_unpack(&t, hash, wire, s->secrets->ticket, e));
	id_of(&t, d.ticket);
	tombstone_write(&t, &d.ledger_number, d.ledger_hash);
	return book_buried(s->book, &d, e);
}

enum ipc_turn
tombstone_run(void *self, struct ipc_ask *a)
{
	struct span in = a->in, wire = unpack_bytes(&in);

	if (unpack_end(&in, "tombstone", &a->err))
		(void)!bury(self, wire, &a->err);
	return IPC_ANSWER;
}
