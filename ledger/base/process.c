#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/log.h"
#include "ledger/base/process.h"

volatile sig_atomic_t process_stop;
static void (*heard)(void);

void
process_begin(const char *name)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	log_name(name);
	/* The lowest number that is free is the next file's. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
			_exit(1);
	(void)sigaction(SIGXFSZ, &ignore, NULL);
}

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
