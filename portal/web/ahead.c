#include <stdlib.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "portal/web/ahead.h"

#define REST_MS		1000	/* for what is left of a frame, and for a connection */
#define LOOK_MS		1000	/* between two looks for answers that did not come */

struct lines {
	struct line	*line;
	size_t		n, asked;
	const char	*path;
	const unsigned char *secret;
	struct peers	*peers;
	int64_t		wait_ms, look_at;	/* clock_mono_ms() */
};

bool
lines_open(struct lines **into, size_t n, const char *path, const unsigned char secret[IPC_SECRET], struct peers *ps,
    int64_t wait_ms, struct err *e)
{
	struct lines *ls = calloc(1, sizeof(*ls));

	*into = ls;
	if (ls == NULL || (ls->line = calloc(n + 1, sizeof(*ls->line))) == NULL) {
		lines_drop(into);
		return FAIL(e, ERR_MEMORY, "%zu lines", n);
	}
	ls->n = n;
	ls->path = path;
	ls->secret = secret;
	ls->peers = ps;
	ls->wait_ms = wait_ms;
	return true;
}

void
lines_drop(struct lines **into)
{
	struct lines *ls = *into;

	if (ls == NULL)
		return;
	for (size_t i = 0; i < ls->n; i++) {
		ipc_drop(&ls->line[i].keeper);
		buf_wipe(&ls->line[i].ahead.in);
		buf_wipe(&ls->line[i].ahead.out);
	}
	free(ls->line);
	free(ls);
	*into = NULL;
}

struct line *
lines_free(struct lines *ls)
{
	for (size_t i = 0; i < ls->n; i++)
		if (atomic_load(&ls->line[i].state) == LINE_FREE)
			return &ls->line[i];
	return NULL;
}

/* A connection that is new is to be watched. */
static bool
ask(struct lines *ls, struct line *l)
{
	bool fresh = l->keeper == NULL || ipc_fd(l->keeper) < 0;
	struct err e = {0};

	if (l->keeper == NULL && !ipc_open(&l->keeper, ls->path, "portal", ls->secret, REST_MS, &e))
		return false;
	if (!ipc_ask(l->keeper, l->ahead.op, &l->ahead.in, REST_MS, &e))
		return false;
	if (!fresh || peers_watch(ls->peers, ipc_fd(l->keeper), l))
		return true;
	ipc_hang_up(l->keeper);
	return false;
}

bool
lines_ask(struct lines *ls, struct line *l, struct peer *p)
{
	if (!ask(ls, l)) {
		line_back(l);
		return false;
	}
	l->peer = p;
	l->began = clock_mono_ms();
	l->ahead.err = (struct err){0};
	ls->asked++;
	atomic_store(&l->state, LINE_ASKED);
	return true;
}

bool
lines_take(struct lines *ls, struct line *l)
{
	/* Nothing was asked: the keeper is going. */
	if (atomic_load(&l->state) != LINE_ASKED) {
		ipc_hang_up(l->keeper);
		return false;
	}
	ls->asked--;
	return ipc_take(l->keeper, &l->ahead.out, REST_MS, &l->ahead.err) || l->ahead.err.kind != ERR_NONE;
}

struct line *
lines_late(struct lines *ls)
{
	int64_t now = clock_mono_ms();

	if (ls->asked == 0 || now < ls->look_at)
		return NULL;
	for (size_t i = 0; i < ls->n; i++) {
		struct line *l = &ls->line[i];

		if (atomic_load(&l->state) != LINE_ASKED || now - l->began < ls->wait_ms)
			continue;
		ls->asked--;
		ipc_hang_up(l->keeper);
		(void)FAIL(&l->ahead.err, ERR_TIMEOUT, "%s: no answer in time", ls->path);
		return l;
	}
	ls->look_at = now + LOOK_MS;
	return NULL;
}

bool
lines_asked(const struct lines *ls)
{
	return ls->asked > 0;
}

void
line_lend(struct line *l)
{
	atomic_store(&l->state, LINE_LENT);
}

void
line_back(struct line *l)
{
	buf_reset(&l->ahead.in);
	buf_reset(&l->ahead.out);
	l->peer = NULL;
	atomic_store(&l->state, LINE_FREE);
}
