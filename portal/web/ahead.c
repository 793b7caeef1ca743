#include <stdlib.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "ledger/base/wipe.h"
#include "portal/web/ahead.h"

#define REST_MS		1000	/* for what is left of a frame */
#define OPEN_MS		1000	/* for a connection */
#define LOOK_MS		1000	/* between two looks for answers that did not come, and two tries to open a line */

struct lines {
	struct line	*line;
	size_t		n, asked;
	const char	*path;
	const unsigned char *secret;
	struct peers	*peers;
	int64_t		wait_ms, look_at;	/* clock_mono_ms() */
	/* of all threads */
	atomic_size_t	shut;
	_Atomic int64_t	mend_at;		/* clock_mono_ms() */
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
	ls->shut = n;
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
	wipe_free(ls->line);
	wipe_free(ls);
	*into = NULL;
}

/* ---- open and shut ---- */

static bool
open_line(struct lines *ls, struct line *l)
{
	struct err e = {0};

	ipc_drop(&l->keeper);
	if (ipc_open(&l->keeper, ls->path, "portal", ls->secret, OPEN_MS, &e))
		return true;
	atomic_store(&ls->mend_at, clock_mono_ms() + LOOK_MS);
	return false;
}

void
lines_mend(struct lines *ls)
{
	if (atomic_load(&ls->shut) == 0 || clock_mono_ms() < atomic_load(&ls->mend_at))
		return;
	for (size_t i = 0; i < ls->n; i++) {
		struct line *l = &ls->line[i];
		enum line_state state = LINE_SHUT;

		if (!atomic_compare_exchange_strong(&l->state, &state, LINE_OPENING))
			continue;
		if (open_line(ls, l)) {
			atomic_fetch_sub(&ls->shut, 1);
			atomic_store(&l->state, LINE_FREE);
		} else {
			atomic_store(&l->state, LINE_SHUT);
		}
		return;
	}
}

/* The line itself is shut when it is free and somebody looks for one. */
static void
hang_up(struct lines *ls, struct line *l)
{
	ipc_hang_up(l->keeper);
	l->watched = false;
	peers_forget(ls->peers, l);
}

struct line *
lines_free(struct lines *ls)
{
	for (size_t i = 0; i < ls->n; i++) {
		struct line *l = &ls->line[i];

		if (atomic_load(&l->state) != LINE_FREE)
			continue;
		if (ipc_fd(l->keeper) >= 0)
			return l;
		atomic_fetch_add(&ls->shut, 1);
		atomic_store(&l->state, LINE_SHUT);
	}
	return NULL;
}

/* ---- questions ---- */

/* A connection that is new is to be watched: before anything is asked on it that must not be asked twice. */
static bool
ask(struct lines *ls, struct line *l)
{
	struct err e = {0};

	l->watched = l->watched || peers_watch(ls->peers, ipc_fd(l->keeper), l);
	if (l->watched && ipc_ask(l->keeper, l->ahead.op, &l->ahead.in, 0, &e))
		return true;
	hang_up(ls, l);
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
		hang_up(ls, l);
		return false;
	}
	ls->asked--;
	if (!ipc_take(l->keeper, &l->ahead.out, REST_MS, &l->ahead.err) && ipc_fd(l->keeper) < 0)
		hang_up(ls, l);
	return true;
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
		hang_up(ls, l);
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
