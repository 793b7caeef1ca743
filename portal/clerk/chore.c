#include <errno.h>
#include <poll.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "ledger/base/pulse.h"
#include "portal/clerk/clerk.h"
#include "privacy/keeper/op.h"

#define SWEEPS_AT_ONCE	20	/* calls in a row while the keeper has more to tidy */
#define REMIND_MS	60000	/* a chore that keeps failing says so again */
#define NAP_MS		100

struct chore {
	const char	*name;
	chore_run	*run;
	int64_t		every_ms, due_ms, said_ms;
	bool		failing;
};

bool
tidy_up(struct clerk *c, struct err *e)
{
	for (int i = 0; i < SWEEPS_AT_ONCE && !c->stop->now; i++) {
		DROP(buf_wipe) struct buf out = {0};
		struct span in;
		uint32_t done = 0;
		uint8_t more;

		TRY(line_call(&c->keeper, KEEPER_SWEEP, NULL, &out, e));
		in = span_buf(&out);
		for (int k = 0; k < 4; k++)
			done += unpack_u32(&in) > 0;
		more = unpack_u8(&in);
		TRY(unpack_end(&in, "sweep", e));
		if (done > 0)
			log_note("tidied");
		if (more == 0)
			return true;
	}
	return true;
}

/* Peers come and go: the first failure is a line, then one a minute, then the end of it. */
static void
report(struct chore *x, bool good, const struct err *e)
{
	int64_t now = clock_mono_ms();

	if (good && x->failing)
		log_note("%s: works again", x->name);
	if (!good && (!x->failing || now - x->said_ms >= REMIND_MS)) {
		log_err(x->name, e);
		x->said_ms = now;
	}
	x->failing = !good;
}

void
chores_run(struct clerk *c)
{
	struct chore chores[] = {
		{ .name = "publishing CRLs", .run = publish_crls, .every_ms = 1000 },
		{ .name = "checkpoint", .run = publish_checkpoint, .every_ms = 1000 },
		{ .name = "public faces", .run = carry_faces, .every_ms = 2000 },
		{ .name = "copies of members' data", .run = make_copies, .every_ms = 250 },
		{ .name = "open tickets", .run = finish_tickets, .every_ms = 5000 },
		{ .name = "cases by mail", .run = carry_mailed, .every_ms = 1000 },
		{ .name = "published rows", .run = finish_published, .every_ms = 5000 },
		{ .name = "page counts", .run = tidy_visits, .every_ms = 3600000 },
		{ .name = "erasures", .run = run_erasures, .every_ms = 3000 },
		{ .name = "tidying", .run = tidy_up, .every_ms = 60000 },
		{ .name = "the root key", .run = keep_root, .every_ms = 3600000 },
	};

	while (!c->stop->now) {
		pulse_move();
		for (size_t i = 0; i < COUNT(chores) && !c->stop->now; i++) {
			struct chore *x = &chores[i];
			struct err e = {0};
			bool good;

			if (clock_mono_ms() < x->due_ms)
				continue;
			good = x->run(c, &e);
			report(x, good, &e);
			/* What failed is tried again soon, however rarely it is due. */
			x->due_ms = clock_mono_ms() + (good || x->every_ms < 1000 ? x->every_ms : 1000);
		}
		/* A signal ends the nap. */
		(void)poll(NULL, 0, NAP_MS);
	}
}
