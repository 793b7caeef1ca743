/*
 * tests/peers/walled.c - a shell in the portal's place: behind the walls that a
 * worker closes around itself, with no secret of its own.
 *
 *	walled DIR	changes to DIR, closes the walls, then obeys one line after
 *			another from its input and says "ok" or an error number's name:
 *	read PATH  write PATH  make PATH  list PATH  connect PATH  relay PATH
 *	inet PORT  listen PORT  ptrace PID  kill PID  memory PID  exec PATH  fork
 *
 * After "relay" its input and output are the socket's.  A call that the walls
 * do not know ends it by SIGSYS, which whoever started it sees.
 */
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "portal/web/walls.h"

static int
take(int fd)
{
	char byte;

	if (fd < 0)
		return errno;
	(void)!read(fd, &byte, 1);
	close(fd);
	return 0;
}

static int
put(const char *path, int flags)
{
	int fd = open(path, flags | O_WRONLY | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int
reach(const char *path, int *into)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&a, sizeof(a)) != 0)
		return errno;
	*into = fd;
	return 0;
}

static int
network(int port, int out)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	return (out ? connect(fd, (const struct sockaddr *)&a, sizeof(a)) : bind(fd, (const struct sockaddr *)&a, sizeof(a)) != 0 || listen(fd, 1)) != 0 ? errno : 0;
}

static int
folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return take(fd);
}

static int
memory(int pid)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { &byte, 1 };

	return process_vm_readv(pid, &here, 1, &there, 1, 0) < 0 ? errno : 0;
}

static void
relay(int fd)
{
	struct pollfd p[2] = { { .fd = 0, .events = POLLIN }, { .fd = fd, .events = POLLIN } };
	char piece[4096];

	while (poll(p, 2, -1) > 0)
		for (int i = 0; i < 2; i++) {
			ssize_t n = p[i].revents == 0 ? 0 : read(p[i].fd, piece, sizeof(piece));

			if (p[i].revents != 0 && (n <= 0 || write(i == 0 ? fd : 1, piece, (size_t)n) != n))
				_exit(0);
		}
}

static int
obey(const char *verb, const char *what)
{
	char *const none[] = { NULL };
	int fd = -1, got, number = (int)strtol(what, NULL, 10);

	if (strcmp(verb, "read") == 0)
		return take(open(what, O_RDONLY | O_CLOEXEC));
	if (strcmp(verb, "write") == 0)
		return put(what, 0);
	if (strcmp(verb, "make") == 0)
		return put(what, O_CREAT);
	if (strcmp(verb, "list") == 0)
		return folder(what);
	if (strcmp(verb, "inet") == 0 || strcmp(verb, "listen") == 0)
		return network(number, verb[0] == 'i');
	if (strcmp(verb, "ptrace") == 0)
		return ptrace(PTRACE_ATTACH, number, NULL, NULL) < 0 ? errno : 0;
	if (strcmp(verb, "kill") == 0)
		return kill(number, SIGCONT) < 0 ? errno : 0;
	if (strcmp(verb, "memory") == 0)
		return memory(number);
	if (strcmp(verb, "exec") == 0)
		return execve(what, none, none) < 0 ? errno : 0;
	if (strcmp(verb, "fork") == 0)
		return (got = fork()) < 0 ? errno : got == 0 ? (_exit(0), 0) : 0;
	if (strcmp(verb, "connect") == 0 || strcmp(verb, "relay") == 0) {
		if ((got = reach(what, &fd)) != 0)
			return got;
		if (verb[0] == 'r') {
			(void)!write(1, "ok\n", 3);
			relay(fd);
		}
		close(fd);
		return 0;
	}
	return EINVAL;
}

int
main(int argc, char **argv)
{
	char line[4200], *space;
	struct err e = {0};

	if (argc != 2 || chdir(argv[1]) != 0 || !jail_close(&worker_walls, false, &e)) {
		dprintf(2, "walled: %s\n", e.text);
		return 2;
	}
	(void)!write(1, "walled\n", 7);
	for (;;) {
		size_t n = 0;

		while (n + 1 < sizeof(line) && read(0, line + n, 1) == 1 && line[n] != '\n')
			n++;
		if (n == 0)
			return 0;
		line[n] = '\0';
		if ((space = strchr(line, ' ')) != NULL)
			*space++ = '\0';
		n = (size_t)obey(line, space == NULL ? "" : space);
		n = (size_t)snprintf(line, sizeof(line), "%s\n", n == 0 ? "ok" : strerrorname_np((int)n));
		(void)!write(1, line, n);
	}
}
