#include <sys/socket.h>
#include <sys/un.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "ledger/base/pulse.h"

#define EVERY_MS	1000
#define STEP_MOST_MS	2000	/* a turn that took longer tells of whoever was stopped, not of the one watched */

static int out = -1;
static int64_t limit_ms, last_ms;
static atomic_int_fast64_t count_ms = 1;	/* how far the process has come: turns, added up */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;	/* of the list */
static struct pulse *threads;
static _Thread_local struct pulse *mine;

/* ---- who is watched ---- */

/* sd_notify(3): a datagram socket by path, or by abstract name behind '@'. */
static int
notify_socket(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	size_t n = name == NULL ? 0 : strlen(name);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	int fd;

	if (n < 2 || n >= sizeof(a.sun_path) || (name[0] != '/' && name[0] != '@'))
		return -1;
	memcpy(a.sun_path, name, n);
	if (name[0] == '@')
		a.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&a, size) != 0) {
		log_warn("NOTIFY_SOCKET cannot be reached: %s", strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

/* Only a pipe of ours is written to: whatever else has this number stays as it is. */
static int
inherited(const char *number)
{
	char *end = NULL;
	long fd = number == NULL ? -1 : strtol(number, &end, 10);
	int flags = number == NULL || *number == '\0' || *end != '\0' || fd < 3 || fd > 1 << 20 ? -1 :
	    fcntl((int)fd, F_GETFL);

	return flags >= 0 && (flags & O_ACCMODE) == O_WRONLY && fcntl((int)fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
	    fcntl((int)fd, F_SETFD, FD_CLOEXEC) == 0 ? (int)fd : -1;
}

void
pulse_open(int64_t limit_s)
{
	const char *number = getenv(PULSE_ENV);

	limit_ms = limit_s * 1000;
	out = number != NULL ? inherited(number) : notify_socket(getenv("NOTIFY_SOCKET"));
}

void
pulse_on_fd(int fd)
{
	if (out >= 0)
		close(out);		/* the parent's own */
	out = fd;
	last_ms = 0;
}

void
pulse_thread(struct pulse *p)
{
	mine = p;
	atomic_store(&p->moved, 0);
	pthread_mutex_lock(&lock);
	p->next = threads;
	threads = p;
	pthread_mutex_unlock(&lock);
}

void
pulse_thread_over(void)
{
	pthread_mutex_lock(&lock);
	for (struct pulse **at = &threads; *at != NULL; at = &(*at)->next)
		if (*at == mine) {
			*at = mine->next;
			break;
		}
	pthread_mutex_unlock(&lock);
	mine = NULL;
}

int64_t
pulse_count(void)
{
	return atomic_load(&count_ms);
}

static void
threads_look(void)
{
	int64_t now = pulse_count();

	pthread_mutex_lock(&lock);
	for (const struct pulse *p = threads; p != NULL && limit_ms > 0; p = p->next) {
		int64_t moved = atomic_load(&p->moved);

		if (moved != 0 && now - moved > limit_ms) {
			log_warn("a thread has not moved on for %lld seconds: it hangs, and the process ends",
			    (long long)limit_ms / 1000);
			abort();
		}
	}
	pthread_mutex_unlock(&lock);
}

/* A full pipe, or a watcher that is gone, is no matter of ours. */
static void
say(void)
{
	static const char words[] = "READY=1\nWATCHDOG=1";

	if (out >= 0)
		(void)!write(out, words, sizeof(words) - 1);
}

void
pulse_move(void)
{
	if (mine != NULL) {
		atomic_store(&mine->moved, pulse_count());
		return;
	}
	if (last_ms != 0 && clock_mono_ms() - last_ms < EVERY_MS)
		return;
	atomic_fetch_add(&count_ms, pulse_passed(&last_ms));
	threads_look();
	say();
}

void
pulse_wait(void)
{
	if (mine != NULL)
		atomic_store(&mine->moved, 0);
}

/* ---- who watches ---- */

bool
pulse_watch_open(struct pulse_watch *w, int *theirs, struct err *e)
{
	int ends[2];

	pulse_watch_close(w);
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return FAIL(e, ERR_IO, "pulse: %s", strerror(errno));
	*w = (struct pulse_watch){ .fd = ends[0] };
	*theirs = ends[1];
	return true;
}

void
pulse_watch_close(struct pulse_watch *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

int64_t
pulse_passed(int64_t *last)
{
	int64_t now = clock_mono_ms(), passed = *last == 0 ? 0 : now - *last;

	*last = now;
	return passed < STEP_MOST_MS ? passed : STEP_MOST_MS;
}

bool
pulse_hung(struct pulse_watch *w, int64_t passed_ms, int64_t limit_s)
{
	char part[4096];
	bool heard = false;

	if (w->fd < 0)
		return false;
	while (read(w->fd, part, sizeof(part)) > 0)
		heard = true;
	w->begun |= heard;
	w->silent_ms = heard ? 0 : w->silent_ms + passed_ms;
	return w->begun && limit_s > 0 && w->silent_ms > limit_s * 1000;
}
