#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "portal/control/crew.h"
#include "portal/control/file.h"

#define STEADY_MS	10000	/* who lived so long has not fallen in a row */
#define LOOK_MS		1000	/* between two looks at the pulses */
#define AGAIN_MS	1000	/* between two askings to stop */
#define FIRST_WAIT_MS	100	/* before the first restart; doubled each time */
#define LAST_WAIT_MS	30000

/* ---- making ---- */

static void
signals_of(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
}

bool
crew_open(struct crew *c, int64_t hang_limit, struct err *e)
{
	sigset_t set;

	*c = (struct crew){ .signals = -1, .errors = { -1, -1 }, .hang_limit = hang_limit };
	pulse_open(hang_limit);
	signals_of(&set);
	/* Whoever loses its parent becomes ours, so that nobody is left behind. */
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		return FAIL(e, ERR_IO, "signals: %s", strerror(errno));
	c->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (c->signals < 0 || pipe2(c->errors, O_CLOEXEC) != 0 ||
	    fcntl(c->errors[0], F_SETFL, O_NONBLOCK) != 0)
		return FAIL(e, ERR_IO, "signals: %s", strerror(errno));
	return true;
}

struct hand *
crew_add(struct crew *c, const char *name, const char *program)
{
	struct hand *h = &c->hand[c->count];

	if (c->count == CREW_MAX)
		abort();
	c->count++;
	*h = (struct hand){ .name = name, .stop_signal = SIGTERM, .pulse = { .fd = -1 } };
	hand_arg(h, program);
	return h;
}

void
hand_arg(struct hand *h, const char *word)
{
	size_t n = 0;

	while (h->argv[n] != NULL)
		n++;
	if (n + 1 >= CREW_ARGS)
		abort();
	h->argv[n] = word;
}

/* ---- starting ---- */

/* In the child: where it says that it moves on; -1: nowhere, not even where we do. */
static bool
leave_pulse(int fd)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", fd);
	if (unsetenv("NOTIFY_SOCKET") != 0 || unsetenv(PULSE_ENV) != 0)
		return false;
	return fd < 0 || (fcntl(fd, F_SETFD, 0) == 0 && setenv(PULSE_ENV, number, 1) == 0);
}

/*
 * An operator's shell holds keys to other things, and some of our processes talk to strangers: they get
 * what tells them language, time and place, what the loader and a checking build ask for, nginx its sockets, and where to leave a pulse.
 * Where a library was put before all others (one that sets a clock, or lets calls fail), its words are anybody's guess.
 */
static void
environment_clear(void)
{
	static const char *const kept[] = { "PATH=", "LANG=", "LC_", "TZ=", "TMPDIR=", "LD_", "MALLOC_", "GLIBC_TUNABLES=",
	    "ASAN_OPTIONS=", "LSAN_OPTIONS=", "TSAN_OPTIONS=", "UBSAN_OPTIONS=", "GCOV_", "NGINX=", PULSE_ENV "=" };
	char **to = environ;

	if (getenv("LD_PRELOAD") != NULL)
		return;
	for (char **at = environ; at != NULL && *at != NULL; at++)
		for (size_t i = 0; i < COUNT(kept); i++)
			if (strncmp(*at, kept[i], strlen(kept[i])) == 0) {
				*to++ = *at;
				break;
			}
	if (to != NULL)
		*to = NULL;
}

/* In the child.  Does not return. */
static void
become(struct crew *c, struct hand *h, pid_t parent, int pulse)
{
	struct err e = {0};
	sigset_t none;
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	sigemptyset(&none);
	setpgid(0, 0);
	/* When we are killed, they end too; a parent gone before this call is seen here. */
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent)
		_exit(1);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    (h->scrubbed && dup2(c->errors[1], STDERR_FILENO) < 0) ||
	    !leave_pulse(pulse) || sigprocmask(SIG_SETMASK, &none, NULL) != 0)
		_exit(1);
	if (h->before != NULL && !h->before(h->self, &e)) {
		log_err(h->name, &e);
		_exit(1);
	}
	environment_clear();
	execv(h->argv[0], (char *const *)(const void *)h->argv);
	log_warn("%s: cannot start %s: %s", h->name, h->argv[0], strerror(errno));
	_exit(127);
}

static void
pid_file(const struct hand *h)
{
	char path[64], line[24];
	struct err e = {0};
	int n = snprintf(line, sizeof(line), "%d\n", (int)h->pid);

	snprintf(path, sizeof(path), "run/%s.pid", h->name);
	if (h->pid == 0)
		unlink(path);
	else if (!file_put(path, line, (size_t)n, 0644, &e))
		log_err(path, &e);
}

static bool
hand_start(struct crew *c, struct hand *h, struct err *e)
{
	pid_t parent = getpid(), pid;
	int pulse = -1;

	if (h->has_pulse)
		TRY(pulse_watch_open(&h->pulse, &pulse, e));
	pid = fork();
	if (pid == 0)
		become(c, h, parent, pulse);
	fd_close(&pulse);
	if (pid < 0)
		return FAIL(e, ERR_IO, "%s: cannot fork: %s", h->name, strerror(errno));
	setpgid(pid, pid);	/* both sides do it: whoever is first */
	h->pid = pid;
	h->since_ms = clock_mono_ms();
	pid_file(h);
	return true;
}

static int64_t
wait_after(unsigned falls)
{
	int64_t wait = FIRST_WAIT_MS;

	for (; falls > 1 && wait < LAST_WAIT_MS; falls--)
		wait *= 2;
	return wait < LAST_WAIT_MS ? wait : LAST_WAIT_MS;
}

/* ---- the dead ---- */

static void
hand_fell(struct crew *c, struct hand *h, int status)
{
	int64_t now = clock_mono_ms();

	h->falls = now - h->since_ms > STEADY_MS ? 1 : h->falls + 1;
	h->killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	h->pid = 0;
	h->next_ms = now + wait_after(h->falls);
	pid_file(h);
	if (c->stopping)
		return;
	if (WIFSIGNALED(status))
		log_warn("%s was ended by signal %d (%u in a row); it starts again in %d ms", h->name,
		    WTERMSIG(status), h->falls, (int)(h->next_ms - now));
	else
		log_warn("%s ended with status %d (%u in a row); it starts again in %d ms", h->name,
		    WEXITSTATUS(status), h->falls, (int)(h->next_ms - now));
}

static void
gather(struct crew *c)
{
	siginfo_t si = {0};

	while (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) == 0 && si.si_pid != 0) {
		int status = 0;
		pid_t pid = si.si_pid;

		/* While it is a zombie its number, and so its group's, is nobody else's. */
		for (size_t i = 0; i < c->count; i++)
			if (c->hand[i].pid == pid)
				kill(-pid, SIGKILL);
		if (waitpid(pid, &status, 0) != pid)
			return;
		for (size_t i = 0; i < c->count; i++)
			if (c->hand[i].pid == pid)
				hand_fell(c, &c->hand[i], status);
		si.si_pid = 0;
	}
}

static void
restart(struct crew *c)
{
	int64_t now = clock_mono_ms();

	for (size_t i = 0; i < c->count && !c->stopping; i++) {
		struct hand *h = &c->hand[i];
		struct err e = {0};

		if (h->pid != 0 || h->next_ms == 0 || now < h->next_ms)
			continue;
		if (!hand_start(c, h, &e)) {
			log_err("restart", &e);
			h->next_ms = now + wait_after(++h->falls);
		}
	}
}

/* ---- who hangs ---- */

/* It is dead soon, and starts again as after any other death. */
static void
end_hung(struct crew *c)
{
	int64_t passed;

	if (c->stopping || (c->looked_ms != 0 && clock_mono_ms() - c->looked_ms < LOOK_MS))
		return;
	passed = pulse_passed(&c->looked_ms);
	for (size_t i = 0; i < c->count; i++) {
		struct hand *h = &c->hand[i];

		if (h->pid == 0 || !pulse_hung(&h->pulse, passed, c->hang_limit))
			continue;
		log_warn("%s has not moved on for %lld seconds: it hangs, and is killed", h->name,
		    (long long)c->hang_limit);
		kill(-h->pid, SIGKILL);
		h->pulse.begun = false;
	}
}

/* ---- turning ---- */

static void
say_nginx(const char *line)
{
	log_warn("nginx %s", line);
}

static void
read_errors(struct crew *c)
{
	char piece[4096];
	ssize_t n;

	while ((n = read(c->errors[0], piece, sizeof(piece))) > 0)
		scrub_feed(&c->scrub, piece, (size_t)n, say_nginx);
	explicit_bzero(piece, sizeof(piece));
}

static void
read_signals(struct crew *c)
{
	struct signalfd_siginfo si;

	while (read(c->signals, &si, sizeof(si)) == (ssize_t)sizeof(si))
		if (si.ssi_signo != SIGCHLD)
			c->stopping = true;
}

void
crew_turn(struct crew *c, int wait_ms)
{
	struct pollfd p[] = {
		{ .fd = c->signals, .events = POLLIN }, { .fd = c->errors[0], .events = POLLIN },
	};
	int64_t now = clock_mono_ms();

	/* Who fell while we stop is not started again: nothing to wake up for. */
	for (size_t i = 0; i < c->count && !c->stopping; i++) {
		const struct hand *h = &c->hand[i];

		if (h->pid == 0 && h->next_ms != 0 && h->next_ms - now < wait_ms)
			wait_ms = h->next_ms > now ? (int)(h->next_ms - now) : 0;
	}
	if (poll(p, COUNT(p), wait_ms) > 0) {
		read_signals(c);
		read_errors(c);
	}
	pulse_move();
	end_hung(c);
	gather(c);
	restart(c);
}

bool
crew_start(struct crew *c, struct hand *h, bool (*ready)(const struct hand *h), int wait_ms,
    struct err *e)
{
	int64_t until = clock_mono_ms() + wait_ms;

	TRY(hand_start(c, h, e));
	for (;;) {
		int64_t now = clock_mono_ms();

		crew_turn(c, 20);
		if (c->stopping)
			return FAIL(e, ERR_DENIED, "asked to stop while starting");
		/* kill -9 comes from outside; who falls by itself would do so again. */
		if (h->falls > 0 && !h->killed)
			return FAIL(e, ERR_IO, "%s ended before it was ready; its own words stand above", h->name);
		if (ready(h))
			return true;
		if (now > until)
			return FAIL(e, ERR_TIMEOUT, "%s was not ready after %d seconds", h->name, wait_ms / 1000);
	}
}

/* ---- stopping ---- */

static void
hand_stop(struct crew *c, struct hand *h, int grace_ms)
{
	int64_t until = clock_mono_ms() + grace_ms, said = 0;

	while (h->pid != 0 && clock_mono_ms() < until) {
		/* Again now and then: a young nginx loses the first. */
		if (clock_mono_ms() - said >= AGAIN_MS) {
			said = clock_mono_ms();
			kill(h->pid, h->stop_signal);
		}
		crew_turn(c, 20);
	}
	if (h->pid == 0)
		return;
	log_warn("%s did not stop in %d seconds and is ended", h->name, grace_ms / 1000);
	kill(-h->pid, SIGKILL);
	for (int i = 0; h->pid != 0 && i < 100; i++)
		crew_turn(c, 20);
}

void
crew_stop(struct crew *c, int grace_ms)
{
	if (c->signals <= 0)
		return;		/* never opened */
	c->stopping = true;
	for (size_t i = c->count; i-- > 0;)
		hand_stop(c, &c->hand[i], grace_ms);
	if (c->errors[0] >= 0)
		read_errors(c);
	for (size_t i = 0; i < c->count; i++)
		pulse_watch_close(&c->hand[i].pulse);
	fd_close(&c->signals);
	fd_close(&c->errors[0]);
	fd_close(&c->errors[1]);
	buf_wipe(&c->scrub.partial);
}
