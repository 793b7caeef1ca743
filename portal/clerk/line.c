#include "portal/clerk/line.h"
#include <sodium.h>
#include "ledger/base/clock.h"

#define OPEN_MS		2000
#define CALL_MS		20000	/* the keeper may be in a long commit; nobody waits for us */
#define AGAIN_MS	500

bool
line_init(struct line *l, const char *path, const char *secret_file, struct err *e)
{
	*l = (struct line){ .path = path };
	return ipc_secret_read(secret_file, l->secret, e);
}

bool
line_call(struct line *l, uint32_t op, const struct buf *in, struct buf *out, struct err *e)
{
	static const struct buf nothing = {0};
	struct err local = {0};

	if (e == NULL)
		e = &local;
	TRY(in == NULL || buf_ok(in, e));
	if (l->ipc == NULL) {
		if (clock_mono_ms() < l->not_before)
			return FAIL(e, ERR_BUSY, "%s: not there", l->path);
		if (!ipc_open(&l->ipc, l->path, "clerk", l->secret, OPEN_MS, e)) {
			l->not_before = clock_mono_ms() + AGAIN_MS;
			return false;
		}
	}
	if (ipc_call(l->ipc, op, in == NULL ? &nothing : in, out, CALL_MS, e))
		return true;
	/* The outcome is unknown and the connection spent: begin anew next time. */
	if (e->kind == ERR_IO || e->kind == ERR_TIMEOUT || e->kind == ERR_BUSY)
		ipc_drop(&l->ipc);
	return false;
}

void
line_wipe(struct line *l)
{
	ipc_drop(&l->ipc);
	sodium_memzero(l, sizeof(*l));
}
