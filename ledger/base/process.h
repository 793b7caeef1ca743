/*
 * ledger/base/process.h - what each of our processes listens to and ends with.
 *
 * SIGTERM and SIGINT ask for the end: process_stop turns true, calls that wait
 * are interrupted, and whoever serves looks at it.  SIGPIPE is ignored: a peer
 * that is gone is an error of write(2), no reason to die.  At the end one line
 * in the log says how it went, and the exit status says it to whoever started
 * us: 0 as asked, 2 what was typed or configured is wrong, 1 all else.
 *
 * Whoever started us may have closed our standard streams: a file that then got
 * the number of one would get our lines.  And a limit on the size of files is an
 * error of write(2), too.
 *
 * Stands on err, log.  Does not exit, wait or clean up, and keeps no order: that
 * stands in each main.c, where one can read it.
 */
#ifndef LEDGER_BASE_PROCESS_H
#define LEDGER_BASE_PROCESS_H
#include <signal.h>
#include "ledger/base/err.h"

/* Shall we end?  Also set by a process that finds out by itself that it can't go on. */
extern volatile sig_atomic_t process_stop;

/* The first that main does: name (static storage) stands in each line of the log, and what is said above. */
void process_begin(const char *name);

/*
 * From now on signals are heard.  also, when not NULL, runs within the handler
 * each time, after process_stop was set: only what is async-signal-safe.
 * ERR_IO.
 */
bool process_signals(void (*also)(void), struct err *e) MUST;

/* The last line in the log, and what main returns: *e tells why when not good. */
int process_end(bool good, const struct err *e);
#endif
