/*
 * tests/peers/killer.c - ends its own process at a step that a test named, or lets the disk fail there.
 *
 *	LD_PRELOAD=killer.so LD_KILLER=FILE troth run ...
 *
 * A step is a call by which others can see that something was done: bytes written to a file or a
 * socket, a file made durable, cut, named or removed.  Each process maps FILE before its walls close;
 * the test writes there whom to end and how many steps to let pass, and reads how many there were.
 * The kernel sees kill -9: nothing is flushed, nobody is told.  A disk that fails (EIO) does
 * nothing of what it was asked, once; only calls that ask a disk are steps then.  Memory that is
 * refused (NULL, ENOMEM) is refused once, or from then on at every so many-th request; only requests
 * for memory are steps then.  "Fresh": only such a request is a step as came by a way through the
 * program's own functions by which none was refused before, so that each error path is walked once.
 *
 * It also lets `troth run` and the portal's parent, who start again what fell, believe that time
 * passes faster: they would wait longer after each death, up to half a minute.
 *
 * Production code knows nothing of it.  A process that may not read this library (nginx, behind its
 * walls) runs without it.
 */
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "tests/peers/killer.h"

static struct orders *orders;
static pid_t born;		/* who became this program */
static bool starts_others;
static struct { uintptr_t base, from, to; } own;	/* the program's own code */

/* The program is the first that is told of. */
static int
own_code(struct dl_phdr_info *info, size_t size, void *unused)
{
	(void)size;
	(void)unused;
	own.base = info->dlpi_addr;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD && (info->dlpi_phdr[i].p_flags & PF_X) != 0) {
			own.from = own.base + info->dlpi_phdr[i].p_vaddr;
			own.to = own.from + info->dlpi_phdr[i].p_memsz;
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
		orders = at;
}

/* ---- steps ---- */

static bool
named(void)
{
	return orders != NULL && strncmp(orders->program, program_invocation_short_name, sizeof(orders->program)) == 0 &&
	    (getpid() == born ? THE_PROCESS : ITS_CHILDREN) == orders->who;
}

static bool
refuses(void)
{
	return orders != NULL && orders->manner == REFUSES;
}

/* Is this the one?  Then it must not return from the call. */
static bool
is_last(const char *call)
{
	if (refuses() || !named())
		return false;
	atomic_fetch_add(&orders->steps, 1);
	if (atomic_load(&orders->left) <= 0 || atomic_fetch_sub(&orders->left, 1) != 1)
		return false;
	snprintf(orders->call, sizeof(orders->call), "%s", call);
	atomic_store(&orders->dead, (uint32_t)getpid());
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
	return orders->manner == HALF;
}

static bool
disk_fails(void)
{
	return orders != NULL && orders->manner == FAILS;
}

static bool
on_disk(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* What is said on the log is nobody's step. */
#define ENDS_HERE(name, fd)	((fd) != STDERR_FILENO && (!disk_fails() || on_disk(fd)) && is_last(name))
#define FAIL_OR_DIE()		do { if (!disk_fails()) die(); errno = EIO; return -1; } while (0)

/* The next one of that name: a sanitizer's, or libc's. */
#define NEXT(result, name, ...) \
	static result (*next)(__VA_ARGS__); \
	if (next == NULL) \
		*(void **)(&next) = dlsym(RTLD_NEXT, name)

ssize_t
write(int fd, const void *from, size_t n)
{
	NEXT(ssize_t, "write", int, const void *, size_t);
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
	if (disk_fails() && ENDS_HERE("pread", fd))
		FAIL_OR_DIE();
	return next(fd, into, n, at);
}

ssize_t pread64(int fd, void *into, size_t n, off_t at) __attribute__((alias("pread")));

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	NEXT(ssize_t, "writev", int, const struct iovec *, int);
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
	if (is_last("unlink"))
		FAIL_OR_DIE();
	return next(path);
}

int
rename(const char *from, const char *to)
{
	NEXT(int, "rename", const char *, const char *);
	if (is_last("rename"))
		FAIL_OR_DIE();
	return next(from, to);
}

int
link(const char *from, const char *to)
{
	NEXT(int, "link", const char *, const char *);
	if (is_last("link"))
		FAIL_OR_DIE();
	return next(from, to);
}

/* ---- memory ---- */

/* What is asked for while the next malloc is looked up, which asks for memory itself. */
static _Alignas(16) char early[65536];
static size_t early_used;
/* volatile: dlsym(3) is said to call nothing of this file. */
static __thread volatile bool looking __attribute__((tls_model("initial-exec")));

static void *
early_take(size_t n)
{
	char *at = early + early_used;

	early_used += (n + 15) / 16 * 16;
	if (early_used > sizeof(early))
		abort();
	return at;
}

static bool
is_early(const void *p)
{
	return (const char *)p >= early && (const char *)p < early + sizeof(early);
}

#define NEXT_MEMORY(result, name, early_answer, ...) \
	static result (*next)(__VA_ARGS__); \
	if (next == NULL) { \
		if (looking) \
			return early_answer; \
		looking = true; \
		*(void **)(&next) = dlsym(RTLD_NEXT, name); \
		looking = false; \
	}

/* By which of the program's functions it came here: never 0. */
static uint64_t
way_here(void)
{
	uint64_t h = 14695981039346656037u;
	void *at[64];
	int n = backtrace(at, 64);

	for (int i = 0, left = (int)orders->fresh; i < n && left > 0; i++)
		if ((uintptr_t)at[i] >= own.from && (uintptr_t)at[i] < own.to) {
			h = (h ^ ((uintptr_t)at[i] - own.base)) * 1099511628211u;
			left--;
		}
	return h | 1;
}

/* Was none refused by this way?  Then it is one by which one was. */
static bool
goes_fresh(uint64_t way)
{
	for (size_t i = 0; i < WAYS; i++) {
		uint64_t none = 0;

		if (atomic_compare_exchange_strong(&orders->gone[(way + i) % WAYS], &none, way))
			return true;
		if (none == way)
			return false;
	}
	return false;
}

static bool
is_refused(const char *call)
{
	bool hit;

	if (looking || !refuses() || !named())
		return false;
	atomic_fetch_add(&orders->steps, 1);
	if (atomic_load(&orders->left) <= 0)
		return false;
	looking = true;		/* a way is looked up without being asked for one */
	hit = (orders->fresh == 0 || goes_fresh(way_here())) && atomic_fetch_sub(&orders->left, 1) == 1;
	looking = false;
	if (!hit)
		return false;
	if (orders->every != 0)
		atomic_store(&orders->left, (int32_t)orders->every);
	snprintf(orders->call, sizeof(orders->call), "%s", call);
	atomic_fetch_add(&orders->refused, 1);
	atomic_store(&orders->dead, (uint32_t)getpid());
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t n)
{
	NEXT_MEMORY(void *, "malloc", early_take(n), size_t);
	return is_refused("malloc") ? NULL : next(n);
}

void *
calloc(size_t n, size_t size)
{
	NEXT_MEMORY(void *, "calloc", early_take(n * size), size_t, size_t);
	return is_refused("calloc") ? NULL : next(n, size);
}

void *
realloc(void *p, size_t n)
{
	NEXT_MEMORY(void *, "realloc", NULL, void *, size_t);
	if (is_early(p)) {
		size_t most = (size_t)(early + sizeof(early) - (char *)p);
		void *fresh = malloc(n);

		return fresh == NULL ? NULL : memcpy(fresh, p, n < most ? n : most);
	}
	return is_refused("realloc") ? NULL : next(p, n);
}

void *
reallocarray(void *p, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(p, n * size);
}

int
posix_memalign(void **p, size_t alignment, size_t n)
{
	NEXT_MEMORY(int, "posix_memalign", ENOMEM, void **, size_t, size_t);
	return is_refused("posix_memalign") ? ENOMEM : next(p, alignment, n);
}

void *
aligned_alloc(size_t alignment, size_t n)
{
	NEXT_MEMORY(void *, "aligned_alloc", NULL, size_t, size_t);
	return is_refused("aligned_alloc") ? NULL : next(alignment, n);
}

void
free(void *p)
{
	static void (*next)(void *);

	if (is_early(p))
		return;
	if (next == NULL) {
		if (looking)
			return;
		looking = true;
		*(void **)(&next) = dlsym(RTLD_NEXT, "free");
		looking = false;
	}
	next(p);
}

/* ---- time ---- */

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	NEXT(int, "clock_gettime", clockid_t, struct timespec *);
	int rc = next(clock, t);
	int64_t now, ahead;

	if (rc != 0 || clock != CLOCK_MONOTONIC || !starts_others || orders == NULL || getpid() != born)
		return rc;
	now = (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
	ahead = orders->ahead_ns;
	if (orders->since_ns != 0 && now > orders->since_ns)
		ahead += (now - orders->since_ns) * (orders->rate - 1);
	now += ahead;
	t->tv_sec = now / 1000000000;
	t->tv_nsec = now % 1000000000;
	return 0;
}
