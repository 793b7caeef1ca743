#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>
#include "ledger/base/jail.h"
#include "ledger/base/log.h"
#include "privacy/keeper/child.h"

#define NO_JAIL		3	/* exit status of a child that could not close itself in */

static const struct jail_spec nothing = { .net = JAIL_NO_NET };

static _Noreturn void
child(int fd, const struct child_spec *s, bool unwalled)
{
	struct err e = {0};

	if (!jail_close(&nothing, unwalled, &e)) {
		log_err(s->name, &e);
		_exit(NO_JAIL);
	}
	s->run(fd, s->arg);
	_exit(0);
}

/* The child's parent: forks, waits, forks again.  Holds the child's end open meanwhile. */
static _Noreturn void
parent(int fd, const struct child_spec *s, bool unwalled)
{
	const struct timespec pause = { .tv_nsec = 100000000 };
	pid_t self = getpid(), pid;

	for (;;) {
		int how = 0;

		pid = fork();
		if (pid == 0) {
			if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != self)
				_exit(0);
			child(fd, s, unwalled);
		}
		while (pid > 0 && waitpid(pid, &how, 0) < 0 && errno == EINTR)
			;
		/* It ends well only when the keeper closed its end; without a jail it may not work. */
		if (pid < 0 || (WIFEXITED(how) && (WEXITSTATUS(how) == 0 || WEXITSTATUS(how) == NO_JAIL)))
			_exit(0);
		nanosleep(&pause, NULL);	/* one that dies at once must not spin */
		s->anew(fd);
	}
}

static void
parent_settle(int keep, const struct child_spec *s, bool unwalled)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	struct err e = {0};

	/* Ctrl-C reaches the whole group; we end when the keeper's socket does. */
	for (size_t i = 0; i < COUNT(ignored); i++)
		signal(ignored[i], SIG_IGN);
	if (keep > 3)
		close_range(3, (unsigned)keep - 1, 0);
	close_range((unsigned)keep + 1, ~0u, 0);
	if (!jail_supervise(&nothing, unwalled, &e)) {
		log_err(s->name, &e);
		_exit(NO_JAIL);
	}
}

bool
child_start(int *fd, const struct child_spec *s, bool unwalled, struct err *e)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return FAIL(e, ERR_IO, "%s: no socket: %s", s->name, strerror(errno));
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		parent_settle(pair[1], s, unwalled);
		parent(pair[1], s, unwalled);
	}
	if (pid < 0) {
		FAIL(e, ERR_IO, "%s: no child: %s", s->name, strerror(errno));
		close(pair[0]);
		close(pair[1]);
		return false;
	}
	close(pair[1]);
	*fd = pair[0];
	return true;
}
