/*
 * ledger/base/pulse.h - a process says now and then that it moves on, and whoever started it hears when it does not.
 *
 * One that dies is seen by its parent; one that hangs (a deadlock, a loop without end, a stop
 * that nobody lifts) is not.  So whoever is watched writes a few bytes about once a second from
 * where its work turns, and from within work that takes long; the watcher ends it when nothing
 * came for the limit.  Over a pipe that `troth run` or the portal's parent left behind
 * ($TROTH_PULSE names the descriptor), else to systemd (sd_notify(3): $NOTIFY_SOCKET).
 *
 * A process of several threads moves on only when each of them does: a thread that took up work
 * and has not moved on for the limit ends the process.
 *
 * Time is counted in turns of the one who looks, each for two seconds at most: a machine that slept,
 * a watcher or a process that was stopped and goes on, find nobody late.  A start is not measured:
 * whoever has not begun to turn is not watched yet.
 *
 * Stands on clock, err, log.  Does not kill or start anybody; knows no work.
 */
#ifndef LEDGER_BASE_PULSE_H
#define LEDGER_BASE_PULSE_H
#include <stdatomic.h>
#include "ledger/base/err.h"

#define PULSE_ENV	"TROTH_PULSE"

/* ---- who is watched ---- */

/* Before threads and walls: where to say it, and how long a thread may take; limit_s 0: as long as it likes. */
void pulse_open(int64_t limit_s);
/* In a child that was forked and stays the same program, before it has threads: it says it on fd. */
void pulse_on_fd(int fd);

struct pulse {			/* one thread's */
	atomic_int_fast64_t	moved;		/* by the process's count; 0: it waits for work */
	struct pulse		*next;
};
/* From now on, until it is over, this thread's moves are counted in p and not taken for the process's. */
void pulse_thread(struct pulse *p);
void pulse_thread_over(void);
/*
 * What this thread works at moves on.  In the thread that no struct pulse belongs to: the process does,
 * and says so when a second has passed.  Aborts when another thread has not for the limit: our own bug.
 */
void pulse_move(void);
/* This thread waits for work, which may be for ever. */
void pulse_wait(void);
/* How long the process has turned, in milliseconds as explained above, to within a second. */
int64_t pulse_count(void);

/* ---- who watches ---- */

struct pulse_watch {
	int	fd;			/* our end, not blocking; -1: none */
	bool	begun;			/* it has been heard */
	int64_t	silent_ms;
};
/* A new pipe in w, whose old one is closed; *theirs: their end, close-on-exec.  ERR_IO. */
bool pulse_watch_open(struct pulse_watch *w, int *theirs, struct err *e) MUST;
void pulse_watch_close(struct pulse_watch *w);
/* How long ago *last was, two seconds at most, and sets it to now.  0 in *last: not at all. */
int64_t pulse_passed(int64_t *last);
/* Hear what came; true: nothing for limit_s (0: never true), passed_ms after the last look. */
bool pulse_hung(struct pulse_watch *w, int64_t passed_ms, int64_t limit_s);
#endif
