#include "portal/ca/hex.h"
#include "portal/trust/lost_cert.h"
#include "privacy/facts/ticket.h"

void
lost_cert_read(struct span *a, struct lost_cert *into)
{
	unsigned char serial[TICKET_SERIAL];
	struct lost_cert further, *c = into != NULL ? into : &further;

	unpack_exact(a, serial, sizeof(serial));
	hex_text(serial, sizeof(serial), c->serial);
	unpack_text(a, c->name, sizeof(c->name));
}

void
cert_serials_read(struct span *a, struct cert_serials *into)
{
	unsigned char serial[TICKET_SERIAL];

	into->n = unpack_u32(a);
	into->shown = 0;
	for (int64_t i = 0; i < into->n && !a->bad; i++) {
		unpack_exact(a, serial, sizeof(serial));
		if (!a->bad && into->shown < SERIALS_SHOWN)
			hex_text(serial, sizeof(serial), into->serial[into->shown++]);
	}
}
