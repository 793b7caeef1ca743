/*
 * portal/control/crew.h - the site's processes under one hand.
 *
 * Starts each in its place of the order, in a process group of its own, bound
 * to end with us (PR_SET_PDEATHSIG); kills who has a pulse and hangs (pulse.h); starts again
 * whoever dies, sooner at first and later when that does not help, and says so each time; what a dead process
 * left behind of its own children is ended before the next one starts.  Stopping
 * goes through the order backwards.
 *
 * Single-threaded.  Blocks SIGCHLD, SIGINT, SIGTERM and SIGHUP while it lives and
 * gives them back to the children.  Knows no operation of any process.
 */
#ifndef PORTAL_CONTROL_CREW_H
#define PORTAL_CONTROL_CREW_H
#include <sys/types.h>
#include "ledger/base/err.h"
#include "ledger/base/pulse.h"
#include "portal/control/scrub.h"

#define CREW_MAX	9
#define CREW_ARGS	140

struct hand {			/* one process; the first seven are the caller's */
	const char	*name;			/* "keeper": in messages, run/keeper.pid */
	const char	*argv[CREW_ARGS];	/* argv[0] is the program's path; NULL-terminated */
	int		stop_signal;		/* SIGTERM, or SIGQUIT for nginx */
	bool		scrubbed;		/* its stderr comes through the scrubber */
	bool		has_pulse;		/* it says that it moves on, and is ended when it does not */
	/* In the child, just before exec: walls, descriptors, environment.  May be NULL. */
	bool		(*before)(void *self, struct err *e);
	void		*self;
	pid_t		pid;			/* 0: not running */
	unsigned	falls;			/* deaths in a row */
	bool		killed;			/* the last one was by SIGKILL */
	int64_t		since_ms, next_ms;	/* clock_mono_ms() */
	struct pulse_watch pulse;
};

struct crew {
	struct hand	hand[CREW_MAX];
	size_t		count;
	int		signals;		/* signalfd */
	int		errors[2];		/* the scrubber's pipe */
	struct scrub	scrub;
	bool		stopping;		/* a signal asked us to end */
	int64_t		hang_limit;		/* seconds; 0: nobody hangs */
	int64_t		looked_ms;		/* at the pulses */
};

/* hang_limit: seconds, as in the settings; what watches us is told, too. */
bool crew_open(struct crew *c, int64_t hang_limit, struct err *e) MUST;
/* Append one; starts nothing.  The caller fills it. */
struct hand *crew_add(struct crew *c, const char *name, const char *program);
void hand_arg(struct hand *h, const char *word);	/* borrowed; aborts when there are too many: our own bug */
/*
 * Start hand h and wait until ready() says true; killed meanwhile it starts
 * again.  Fails: ERR_IO (it ended by itself), ERR_TIMEOUT after wait_ms, ERR_DENIED (a signal asked us to end).
 */
bool crew_start(struct crew *c, struct hand *h, bool (*ready)(const struct hand *h),
    int wait_ms, struct err *e) MUST;
/* One turn of at most wait_ms: gather the dead, restart, pass on what the scrubber keeps. */
void crew_turn(struct crew *c, int wait_ms);
/* End all, last started first; each gets grace_ms before it is killed.  Fits any state of the crew. */
void crew_stop(struct crew *c, int grace_ms);
#endif
