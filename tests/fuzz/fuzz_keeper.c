/*
 * tests/fuzz/fuzz_keeper.c - any frame from any peer: what a seized portal could say.
 *
 * First byte the operation, second the peer, the rest the body; operations that
 * take a session get a good token put before it.  No frame may bring about
 * anything but an answer or a refusal: an inner error is a finding.
 */
#include "ledger/base/log.h"
#include "privacy/keeper/why.h"
#include "tests/unit/keeper_rig.h"

/* Every refusal is a line in the log; here they would hide what a sanitizer says. */
void
log_name(const char *process)
{
	(void)process;
}

void
log_note(const char *fmt, ...)
{
	(void)fmt;
}

void
log_warn(const char *fmt, ...)
{
	(void)fmt;
}

void
log_err(const char *doing, const struct err *e)
{
	(void)doing;
	(void)e;
}

static struct rig rig;
static unsigned char token[TOKEN_BYTES];
static bool up;

static void
at_end(void)
{
	rig_drop(&rig);
}

/* The last frame may have ended the session, or given the address away: then somebody new. */
static void
member(void)
{
	static unsigned n;
	DROP(buf_wipe) struct buf out = {0};
	char address[64];

	if (rig_look(&rig, KEEPER_WHO, token, &out, NULL))
		return;
	snprintf(address, sizeof(address), "member%u@example.org", n++);
	rig_later(&rig, 3600);
	rig_member(&rig, address, "a fuzzer's password", token);
}

static void
judge(uint32_t op)
{
	switch (rig.err.kind) {
	case ERR_NONE:
	case ERR_INPUT:
	case ERR_DENIED:
	case ERR_ABSENT:
	case ERR_CONFLICT:
	case ERR_BUSY:
		return;
	default:
		fprintf(stderr, "op %u: %s\n", op, rig.err.text);
		abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	uint32_t op;

	if (size < 2)
		return 0;
	if (!up) {
		rig_open(&rig, NULL);
		atexit(at_end);
		up = true;
	}
	member();
	op = data[0] % KEEPER_OP__COUNT;
	if (keeper_rows[op].bearer == BEARER_SESSION)
		buf_add(&in, token, sizeof(token));
	buf_add(&in, data + 2, size - 2);
	/* A wrong length never reaches a handler: make it fit, so that most frames do. */
	while (in.len < keeper_rows[op].least && !in.failed)
		buf_add(&in, "", 1);
	if (in.len > keeper_rows[op].most)
		in.len = keeper_rows[op].most;
	if (buf_ok(&in, NULL) && rig_ask_as(&rig, 1u << data[1] % 3, op, &in, &out) &&
	    (op == KEEPER_PASSWORD_AGAIN || op == KEEPER_PASSWORD_CHANGE))
		memcpy(token, out.data, sizeof(token));
	judge(op);
	return 0;
}
