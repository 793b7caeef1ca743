#include <errno.h>
#include <string.h>
#include "ledger/base/log.h"
#include "ledger/base/process.h"

volatile sig_atomic_t process_stop;
static void (*heard)(void);

static void
on_signal(int sig)
{
	(void)sig;
	process_stop = 1;
	if (heard != NULL)
		heard();
}

bool
process_signals(void (*also)(void), struct err *e)
{
	struct sigaction end = { .sa_handler = on_signal }, ignore = { .sa_handler = SIG_IGN };

	heard = also;
	if (sigaction(SIGTERM, &end, NULL) != 0 || sigaction(SIGINT, &end, NULL) != 0 ||
	    sigaction(SIGPIPE, &ignore, NULL) != 0)
		return FAIL(e, ERR_IO, "sigaction: %s", strerror(errno));
	return true;
}

int
process_end(bool good, const struct err *e)
{
	if (good) {
		log_note("stopped");
		return 0;
	}
	log_err("stopped", e);
	return e->kind == ERR_INPUT ? 2 : 1;
}
