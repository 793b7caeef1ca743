/* portal/control/retention.c - `troth retention`: what goes when, by the table of privacy/rights/retain_table.h. */
#include <inttypes.h>
#include <stdio.h>
#include "ledger/base/clock.h"
#include "portal/control/command.h"
#include "portal/control/state.h"
#include "portal/control/talk.h"
#include "privacy/keeper/op.h"
#include "privacy/rights/retain_table.h"

static void
life_text(int64_t seconds, char into[32])
{
	if (seconds == 0)
		snprintf(into, 32, "-");
	else if (seconds % DAY == 0)
		snprintf(into, 32, "%" PRId64 " d", seconds / DAY);
	else if (seconds % HOUR == 0)
		snprintf(into, 32, "%" PRId64 " h", seconds / HOUR);
	else
		snprintf(into, 32, "%" PRId64 " min", seconds / MINUTE);
}

static void
rule_print(struct span *s)
{
	char name[64], life[32];
	int64_t n[4];

	unpack_text(s, name, sizeof(name));
	for (size_t i = 0; i < COUNT(n); i++)
		n[i] = unpack_i64(s);
	if (s->bad)
		return;
	life_text(n[0], life);
	printf("  %-24s %8s %10" PRId64 " %10" PRId64 " %10" PRId64 "\n", name, life, n[1], n[2], n[3]);
}

static bool
ask(uint8_t real, struct buf *out, uint8_t *more, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	struct span s;

	pack_u8(&in, real);
	buf_reset(out);
	TRY(talk("keeper", KEEPER_RETENTION, &in, out, TALK_WAIT_MS, e));
	s = span_buf(out);
	*more = unpack_u8(&s);
	return s.bad ? FAIL(e, ERR_IO, "retention") : true;
}

/* Rules that no clock ends: what they say stands on the statement page. */
static void
others_print(void)
{
	printf("\nNot by a clock:\n");
	for (size_t i = 1; i < RETAIN__COUNT; i++)
		if (retain_rows[i].due == NULL)
			printf("  %-25s %s\n", retain_rows[i].name, retain_rows[i].until);
}

bool
command_retention(struct command *c, struct err *e)
{
	DROP(state_close) struct state s = { .lock = -1 };
	DROP(buf_wipe) struct buf out = {0};
	struct span in;
	uint8_t more = 1;
	uint32_t n;

	TRY(state_visit(&s, c->line.state, e));
	while (more > 0)
		TRY(ask(c->now, &out, &more, e));
	in = span_buf(&out);
	unpack_u8(&in);
	n = unpack_u32(&in);
	printf("%s\n\n  %-24s %8s %10s %10s %10s\n", c->now ? "What was over is gone." :
	    "What goes when; the clerk does it each minute, --now does it at once.",
	    "rows", "kept", "over now", "in a day", "in 30 days");
	for (uint32_t i = 0; i < n && !in.bad; i++)
		rule_print(&in);
	TRY(unpack_end(&in, "retention", e));
	others_print();
	return true;
}
