#include <string.h>
#include "portal/signer/finish.h"

static bool
pending(struct signer *s, struct ipc_ask *a, const unsigned char *id, struct err *e)
{
	DROP(buf_wipe) struct buf sealed = {0};
	struct book_deed d;
	struct book_cert c;

	TRY(book_pending(s->book, id, &sealed, e));
	TRY(book_deed(s->book, id, &d, e));
	TRY(book_by_serial(s->book, d.serial, &c, e));

	struct receipt r = { .status = d.status, .changed_at = d.changed_at };

	memcpy(r.id, d.ticket, TICKET_ID);
	memcpy(r.serial, d.serial, TICKET_SERIAL);
	memcpy(r.body_hash, c.sha256, sizeof(r.body_hash));
	pack_bytes(&a->out, sealed.data, sealed.len);
	return signer_receipt(s, &r, &a->out, e);
}

enum ipc_turn
pending_run(void *self, struct ipc_ask *a)
{
	(void)!pending(self, a, a->in.p, &a->err);
	return IPC_ANSWER;
}

enum ipc_turn
stored_run(void *self, struct ipc_ask *a)
{
	struct signer *s = self;
	struct span in = a->in;

	while (in.len > 0 && !in.bad) {
		unsigned char id[TICKET_ID];

		unpack_exact(&in, id, sizeof(id));
		if (!in.bad && book_stored(s->book, id, &a->err))
			recent_cert_forget(s->recent, id);
	}
	if (in.bad)
		(void)!unpack_end(&in, "stored", &a->err);
	return IPC_ANSWER;
}
