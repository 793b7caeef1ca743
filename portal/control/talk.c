#include <sys/socket.h>
#include <sys/un.h>
#include "portal/control/file.h"
#include "portal/control/talk.h"
#include "privacy/keeper/op.h"
#include "privacy/keeper/why.h"

/* A refusal says its kind, no words: those stand in the log of who refused. */
static bool
refusal(const char *whom, struct err *e)
{
	switch (e->kind) {
	case ERR_FULL:
		return REFUSE(e, ERR_FULL, e->why, "the %s's disk is full: make room, then give the command once more", whom);
	case ERR_IO:
		return REFUSE(e, ERR_IO, e->why, "the %s could not do it, or ended meanwhile: the site's log says why; then give the "
		    "command once more", whom);
	default:
		return false;
	}
}

bool
talk(const char *whom, uint32_t op, const struct buf *in, struct buf *out, int wait_ms, struct err *e)
{
	DROP(ipc_drop) struct ipc *c = NULL;
	static const struct buf nothing;
	unsigned char secret[IPC_SECRET];
	char path[64], sock[64];
	bool good;

	snprintf(path, sizeof(path), "control/secrets/%s", whom);
	snprintf(sock, sizeof(sock), "run/%s.sock", whom);
	TRY(ipc_secret_read(path, secret, e));
	good = ipc_open(&c, sock, "control", secret, wait_ms, e);
	explicit_bzero(secret, sizeof(secret));
	if (!good && e != NULL && e->kind == ERR_BUSY)
		return FAIL(e, ERR_BUSY, "the %s does not answer: is the site running?", whom);
	TRY(good);
	if (ipc_call(c, op, in == NULL ? &nothing : in, out, wait_ms, e))
		return true;
	if (e == NULL)
		return false;
	if (e->why == WHY_CLOCK_AHEAD)
		return REFUSE(e, ERR_BUSY, WHY_CLOCK_AHEAD, "this machine's clock stands so far after the ledger's last entry that it "
		    "must be wrong: set it right, nothing is done until then. If the site really stood still for so long, start it "
		    "once with a longer ledger.longest_gap");
	return e->why == WHY_CLOCK ? REFUSE(e, ERR_BUSY, WHY_CLOCK, "this machine's clock stands behind the "
	    "ledger's last entry: set it right, nothing is written until then") : refusal(whom, e);
}

bool
talk_listens(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	DROP(fd_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	return fd >= 0 && connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0;
}

bool
talk_ready(const char *whom)
{
	struct err e = {0};

	return talk(whom, KEEPER_READY, NULL, NULL, 1000, &e);
}
