/* portal/control/rotate.c - `troth rotate`: a new root key for the vault while the site serves. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "portal/control/command.h"
#include "portal/control/state.h"
#include "portal/control/talk.h"
#include "privacy/keeper/op.h"

struct rotation { int64_t version, made_at, done, left, versions, oldest_over; };

static bool
ask(uint8_t begin, struct rotation *r, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;

	pack_u8(&in, begin);
	TRY(talk("keeper", KEEPER_ROTATE, &in, &out, TALK_WAIT_MS, e));
	s = span_buf(&out);
	r->version = unpack_i64(&s);
	r->made_at = unpack_i64(&s);
	r->done = unpack_i64(&s);
	r->left = unpack_i64(&s);
	r->versions = unpack_i64(&s);
	r->oldest_over = unpack_i64(&s);
	return unpack_end(&s, "rotation", e);
}

/* Refused: as many versions stand in the file as fit. */
static bool
begin(struct rotation *r, struct err *e)
{
	struct err why = {0};
	char at[21];

	if (ask(1, r, &why))
		return true;
	if (why.kind != ERR_DENIED || !ask(0, r, NULL))
		return err_hand_on(e, &why);
	clock_iso(r->oldest_over, at);
	return FAIL(e, ERR_DENIED, "there are %" PRId64 " versions of the root key, which are all that can be: the oldest is destroyed on "
	    "%.10s; rotate again after that", r->versions, at);
}

static void
print_progress(int64_t done, int64_t left, bool terminal)
{
	if (terminal)
		fprintf(stderr, "\r%" PRId64 " of %" PRId64 " keys ", done, done + left);
}

bool
command_rotate(struct command *c, struct err *e)
{
	DROP(state_close) struct state s = { .lock = -1 };
	int64_t start = clock_mono_ms(), all;
	bool terminal = isatty(STDERR_FILENO) == 1;
	struct rotation r;
	char at[21];

	TRY(state_visit(&s, c->line.state, e));
	TRY(begin(&r, e));
	all = r.done;
	/* Between two slices the keeper answers everybody else. */
	while (r.left > 0) {
		print_progress(all, r.left, terminal);
		TRY(ask(0, &r, e));
		all += r.done;
	}
	if (terminal)
		fputs("\r\033[K", stderr);
	printf("Root key version %" PRId64 " wraps every key now: %" PRId64 " in %.1f s.\n", r.version, all,
	    (double)(clock_mono_ms() - start) / 1000);
	if (r.oldest_over > 0) {
		clock_iso(r.oldest_over, at);
		printf("The one before is destroyed on %.10s; until then older backups of the keys open.\n", at);
	}
	return true;
}
