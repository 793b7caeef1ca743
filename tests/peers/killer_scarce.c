/*
 * tests/peers/killer_scarce.c - what there is only so much of (descriptors, processes, threads) is used up for
 * one call; calls that wait are interrupted (EINTR); streams bring a byte where more was there.
 */
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include "tests/peers/killer_inside.h"

#define OR_SCARCE(name, why, none)	do { if (killer_goes(SCARCE) && killer_hit(name)) { errno = why; return none; } } while (0)

ssize_t
read(int fd, void *into, size_t n)
{
	NEXT(ssize_t, "read", int, void *, size_t);
	OR_INTERRUPTED("read", fd);
	if (!killer_on_disk(fd))
		OR_SHORT("read", fd, n);
	return next(fd, into, n);
}

ssize_t
recv(int fd, void *into, size_t n, int flags)
{
	NEXT(ssize_t, "recv", int, void *, size_t, int);
	OR_INTERRUPTED("recv", fd);
	OR_SHORT("recv", fd, n);
	return next(fd, into, n, flags);
}

ssize_t
recvmsg(int fd, struct msghdr *m, int flags)
{
	NEXT(ssize_t, "recvmsg", int, struct msghdr *, int);
	OR_INTERRUPTED("recvmsg", fd);
	return next(fd, m, flags);
}

int
poll(struct pollfd *p, nfds_t n, int ms)
{
	NEXT(int, "poll", struct pollfd *, nfds_t, int);
	OR_INTERRUPTED("poll", -1);
	return next(p, n, ms);
}

int
epoll_wait(int fd, struct epoll_event *ev, int n, int ms)
{
	NEXT(int, "epoll_wait", int, struct epoll_event *, int, int);
	OR_INTERRUPTED("epoll_wait", fd);
	return next(fd, ev, n, ms);
}

int
connect(int fd, __CONST_SOCKADDR_ARG to, socklen_t n)
{
	NEXT(int, "connect", int, __CONST_SOCKADDR_ARG, socklen_t);
	OR_INTERRUPTED("connect", fd);
	return next(fd, to, n);
}

int
flock(int fd, int how)
{
	NEXT(int, "flock", int, int);
	OR_INTERRUPTED("flock", fd);
	return next(fd, how);
}

pid_t
waitpid(pid_t pid, int *how, int options)
{
	NEXT(pid_t, "waitpid", pid_t, int *, int);
	OR_INTERRUPTED("waitpid", -1);
	return next(pid, how, options);
}

/* ---- what there is only so much of ---- */

int
accept4(int fd, __SOCKADDR_ARG from, socklen_t *n, int flags)
{
	NEXT(int, "accept4", int, __SOCKADDR_ARG, socklen_t *, int);
	OR_INTERRUPTED("accept4", fd);
	OR_SCARCE("accept4", EMFILE, -1);
	return next(fd, from, n, flags);
}

int
open(const char *path, int flags, ...)
{
	NEXT(int, "open64", const char *, int, ...);
	mode_t mode = 0;
	va_list more;

	if ((flags & O_CREAT) != 0) {
		va_start(more, flags);
		mode = va_arg(more, mode_t);
		va_end(more);
	}
	/* A file made anew, and a folder that is to be made durable, ask the disk; SQLite, refused, opens to read alone. */
	if ((flags & (O_EXCL | O_TRUNC | O_DIRECTORY)) != 0)
		OR_FAILS("open", -1);
	OR_SCARCE("open", EMFILE, -1);
	return next(path, flags, mode);
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));

FILE *
fopen(const char *path, const char *how)
{
	NEXT(FILE *, "fopen64", const char *, const char *);
	OR_SCARCE("fopen", EMFILE, NULL);
	return next(path, how);
}

FILE *fopen64(const char *path, const char *how) __attribute__((alias("fopen")));

DIR *
opendir(const char *path)
{
	NEXT(DIR *, "opendir", const char *);
	OR_SCARCE("opendir", EMFILE, NULL);
	return next(path);
}

int
socket(int domain, int type, int protocol)
{
	NEXT(int, "socket", int, int, int);
	OR_SCARCE("socket", EMFILE, -1);
	return next(domain, type, protocol);
}

int
socketpair(int domain, int type, int protocol, int pair[2])
{
	NEXT(int, "socketpair", int, int, int, int *);
	OR_SCARCE("socketpair", EMFILE, -1);
	return next(domain, type, protocol, pair);
}

int
pipe2(int pair[2], int flags)
{
	NEXT(int, "pipe2", int *, int);
	OR_SCARCE("pipe2", EMFILE, -1);
	return next(pair, flags);
}

pid_t
fork(void)
{
	NEXT(pid_t, "fork", void);
	OR_SCARCE("fork", EAGAIN, -1);
	return next();
}

int
pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *), void *arg)
{
	NEXT(int, "pthread_create", pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
	OR_SCARCE("pthread_create", EAGAIN, EAGAIN);
	return next(thread, attr, run, arg);
}
