/* Tickets and receipts from strangers: the MAC is right, the rest is anything. */
#include <sodium.h>
#include <stdint.h>
#include <string.h>
#include "privacy/facts/ticket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char key[TICKET_KEY];
	static unsigned char wire[TICKET_MAX];
	DROP(ticket_wipe) struct ticket t = {0};
	struct receipt r;

	if (size > sizeof(wire) - 32)
		return 0;
	memcpy(wire, data, size);
	crypto_generichash(wire + size, 32, wire, size, key, sizeof(key));
	if (ticket_unpack(&t, span_of(wire, size + 32), key, NULL)) {
		DROP(buf_wipe) struct buf again = {0};

		/* What is taken packs to the same bytes. */
		if (!ticket_pack(&again, &t, key, NULL) || again.len != size + 32 ||
		    memcmp(again.data, wire, again.len) != 0)
			__builtin_trap();
	}
	(void)!receipt_unpack(&r, span_of(data, size), key, NULL);
	return 0;
}
