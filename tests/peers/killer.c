/*
 * tests/peers/killer.c - ends its own process at a step that a test named, or lets the disk fail there.
 *
 *	LD_PRELOAD=killer.so LD_KILLER=FILE troth run ...
 *
 * A step is a call by which others can see that something was done: bytes written to a file or a
 * socket, a file made durable, cut, named or removed.  Each process maps FILE before its walls close;
 * the test writes there whom to end and how many steps to let pass, and reads how many there were.
 * The kernel sees kill -9: nothing is flushed, nobody is told.  A disk that fails (EIO) does
 * nothing of what it was asked, once; only calls that ask a disk are steps then.  Other steps, and what
 * happens at them: killer_memory.c, killer_scarce.c.
 *
 * It also lets `troth run` and the portal's parent, who start again what fell, believe that time
 * passes faster: they would wait longer after each death, up to half a minute.  And everybody's clock
 * may be set ahead and back.
 *
 * Production code knows nothing of it.  A process that may not read this library (nginx, behind its
 * walls) runs without it.
 */
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "tests/peers/killer_inside.h"

struct orders *killer_orders;
static pid_t born;		/* who became this program */
static bool starts_others;
struct own_code killer_own;

/* The program is the first that is told of. */
static int
own_code(struct dl_phdr_info *info, size_t size, void *unused)
{
	(void)size;
	(void)unused;
	killer_own.base = info->dlpi_addr;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD && (info->dlpi_phdr[i].p_flags & PF_X) != 0) {
			killer_own.from = killer_own.base + info->dlpi_phdr[i].p_vaddr;
			killer_own.to = killer_own.from + info->dlpi_phdr[i].p_memsz;
		}
	return 1;
}

__attribute__((constructor)) static void
map_orders(void)
{
	const char *path = getenv("LD_KILLER");
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	void *at = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(struct orders), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (fd >= 0)
		close(fd);
	born = getpid();
	(void)dl_iterate_phdr(own_code, NULL);
	(void)backtrace((void *[1]){ NULL }, 1);	/* loads what it needs while files may be opened */
	starts_others = strcmp(program_invocation_short_name, "troth") == 0 ||
	    strcmp(program_invocation_short_name, "troth-portal") == 0;
	if (at != MAP_FAILED)
		killer_orders = at;
}

/* ---- steps ---- */

bool
killer_named(void)
{
	return killer_orders != NULL && strncmp(killer_orders->program, program_invocation_short_name, sizeof(killer_orders->program)) == 0 &&
	    (getpid() == born ? THE_PROCESS : ITS_CHILDREN) == killer_orders->who;
}

bool
killer_goes(enum manner m)
{
	return killer_orders != NULL && killer_orders->manner == m;
}

void
killer_note(const char *call)
{
	if (killer_orders->every != 0)
		atomic_store(&killer_orders->left, (int32_t)killer_orders->every);
	snprintf(killer_orders->call, sizeof(killer_orders->call), "%s", call);
	atomic_fetch_add(&killer_orders->refused, 1);
	atomic_store(&killer_orders->dead, (uint32_t)getpid());
}

/* Is this the one? */
bool
killer_hit(const char *call)
{
	if (!killer_named())
		return false;
	atomic_fetch_add(&killer_orders->steps, 1);
	if (atomic_load(&killer_orders->left) <= 0 || atomic_fetch_sub(&killer_orders->left, 1) != 1)
		return false;
	killer_note(call);
	return true;
}

static void
die(void)
{
	/* The walls let a process signal itself, by this call alone. */
	syscall(SYS_tgkill, getpid(), gettid(), SIGKILL);
	for (;;)
		pause();
}

static bool
halved(void)
{
	return killer_goes(HALF);
}

bool
killer_on_disk(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* A packet goes whole or not at all. */
bool
killer_in_pieces(int fd)
{
	int type = 0;
	socklen_t n = sizeof(type);

	return fd != STDERR_FILENO && (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) != 0 || type == SOCK_STREAM);
}

void
killer_disk_error(void)
{
	errno = killer_orders->error == 0 ? EIO : (int)killer_orders->error;
}

/* What is said on the log is nobody's step. */
#define ENDS_HERE(name, fd)	((fd) != STDERR_FILENO && (killer_goes(BEFORE) || killer_goes(HALF) || (killer_goes(FAILS) && killer_on_disk(fd))) && killer_hit(name))
#define FAIL_OR_DIE()		do { if (!killer_goes(FAILS)) die(); killer_disk_error(); return -1; } while (0)

ssize_t
write(int fd, const void *from, size_t n)
{
	NEXT(ssize_t, "write", int, const void *, size_t);
	OR_INTERRUPTED("write", fd);
	OR_SHORT("write", fd, n);
	if (ENDS_HERE("write", fd)) {
		if (halved() && n > 1)
			(void)!next(fd, from, n / 2);
		FAIL_OR_DIE();
	}
	return next(fd, from, n);
}

ssize_t
pwrite(int fd, const void *from, size_t n, off_t at)
{
	NEXT(ssize_t, "pwrite64", int, const void *, size_t, off_t);
	OR_SHORT("pwrite", fd, n);
	if (ENDS_HERE("pwrite", fd)) {
		if (halved() && n > 1)
			(void)!next(fd, from, n / 2, at);
		FAIL_OR_DIE();
	}
	return next(fd, from, n, at);
}

ssize_t pwrite64(int fd, const void *from, size_t n, off_t at) __attribute__((alias("pwrite")));

/* Nothing is done by it: only a disk that fails has its step here. */
ssize_t
pread(int fd, void *into, size_t n, off_t at)
{
	NEXT(ssize_t, "pread64", int, void *, size_t, off_t);
	if (killer_goes(FAILS) && ENDS_HERE("pread", fd))
		FAIL_OR_DIE();
	return next(fd, into, n, at);
}

ssize_t pread64(int fd, void *into, size_t n, off_t at) __attribute__((alias("pread")));

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	NEXT(ssize_t, "writev", int, const struct iovec *, int);
	OR_INTERRUPTED("writev", fd);
	OR_SHORT("writev", fd, n);
	if (ENDS_HERE("writev", fd)) {
		if (halved() && n > 1)
			(void)!next(fd, v, n - 1);
		FAIL_OR_DIE();
	}
	return next(fd, v, n);
}

ssize_t
sendmsg(int fd, const struct msghdr *m, int flags)
{
	NEXT(ssize_t, "sendmsg", int, const struct msghdr *, int);
	OR_INTERRUPTED("sendmsg", fd);
	if (m->msg_iovlen > 0 && m->msg_iov->iov_len > 1 && killer_goes(SHORT) && killer_in_pieces(fd) && killer_hit("sendmsg"))
		return send(fd, m->msg_iov->iov_base, 1, flags);
	if (ENDS_HERE("sendmsg", fd)) {
		struct msghdr less = *m;

		less.msg_iovlen = 1;	/* a frame's head without its body */
		if (halved() && m->msg_iovlen > 1)
			(void)!next(fd, &less, flags);
		FAIL_OR_DIE();
	}
	return next(fd, m, flags);
}

ssize_t
send(int fd, const void *from, size_t n, int flags)
{
	NEXT(ssize_t, "send", int, const void *, size_t, int);
	OR_INTERRUPTED("send", fd);
	OR_SHORT("send", fd, n);
	if (ENDS_HERE("send", fd))
		FAIL_OR_DIE();
	return next(fd, from, n, flags);
}

int
fdatasync(int fd)
{
	NEXT(int, "fdatasync", int);
	if (ENDS_HERE("fdatasync", fd))
		FAIL_OR_DIE();
	return next(fd);
}

int
fsync(int fd)
{
	NEXT(int, "fsync", int);
	if (ENDS_HERE("fsync", fd))
		FAIL_OR_DIE();
	return next(fd);
}

int
ftruncate(int fd, off_t length)
{
	NEXT(int, "ftruncate64", int, off_t);
	if (ENDS_HERE("ftruncate", fd))
		FAIL_OR_DIE();
	return next(fd, length);
}

int ftruncate64(int fd, off_t length) __attribute__((alias("ftruncate")));

int
unlink(const char *path)
{
	NEXT(int, "unlink", const char *);
	if ((killer_goes(BEFORE) || killer_goes(HALF) || killer_goes(FAILS)) && killer_hit("unlink"))
		FAIL_OR_DIE();
	return next(path);
}

int
rename(const char *from, const char *to)
{
	NEXT(int, "rename", const char *, const char *);
	if ((killer_goes(BEFORE) || killer_goes(HALF) || killer_goes(FAILS)) && killer_hit("rename"))
		FAIL_OR_DIE();
	return next(from, to);
}

int
link(const char *from, const char *to)
{
	NEXT(int, "link", const char *, const char *);
	if ((killer_goes(BEFORE) || killer_goes(HALF) || killer_goes(FAILS)) && killer_hit("link"))
		FAIL_OR_DIE();
	return next(from, to);
}

int
mkdir(const char *path, mode_t mode)
{
	NEXT(int, "mkdir", const char *, mode_t);
	OR_FAILS("mkdir", -1);
	return next(path, mode);
}

int
fchmod(int fd, mode_t mode)
{
	NEXT(int, "fchmod", int, mode_t);
	OR_FAILS("fchmod", -1);
	return next(fd, mode);
}

/* ---- time ---- */

time_t
time(time_t *into)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	if (into != NULL)
		*into = t.tv_sec;
	return t.tv_sec;
}

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	NEXT(int, "clock_gettime", clockid_t, struct timespec *);
	int rc = next(clock, t);
	int64_t now, ahead;

	if (rc == 0 && clock == CLOCK_REALTIME && killer_orders != NULL)
		t->tv_sec += killer_orders->wall_s;
	if (rc != 0 || clock != CLOCK_MONOTONIC || !starts_others || killer_orders == NULL || getpid() != born)
		return rc;
	now = (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
	ahead = killer_orders->ahead_ns;
	if (killer_orders->since_ns != 0 && now > killer_orders->since_ns)
		ahead += (now - killer_orders->since_ns) * (killer_orders->rate - 1);
	now += ahead;
	t->tv_sec = now / 1000000000;
	t->tv_nsec = now % 1000000000;
	return 0;
}
