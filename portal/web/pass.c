#include <sys/socket.h>
#include <sys/stat.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "portal/web/pass.h"

union control {			/* room for one descriptor, aligned as its header has to be */
	struct cmsghdr	head;
	char		bytes[CMSG_SPACE(sizeof(int))];
};

bool
pass_open(int pass[PASS__ENDS], struct err *e)
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pass) != 0)
		return FAIL(e, ERR_IO, "socketpair: %s", strerror(errno));
	return true;
}

/* A stream keeps apart what comes with descriptors: one byte, one descriptor. */
bool
pass_give(const int pass[PASS__ENDS], int fd)
{
	union control c = {0};
	struct iovec one = { .iov_base = (char[1]){0}, .iov_len = 1 };
	struct msghdr m = { .msg_iov = &one, .msg_iovlen = 1, .msg_control = &c, .msg_controllen = sizeof(c.bytes) };

	c.head.cmsg_level = SOL_SOCKET;
	c.head.cmsg_type = SCM_RIGHTS;
	c.head.cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(&c.head), &fd, sizeof(fd));
	return sendmsg(pass[PASS_GIVE], &m, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

/* Of more than one nobody asked for any. */
static void
close_all(struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t at = 0; CMSG_LEN(at + sizeof(int)) <= c->cmsg_len; at += sizeof(int)) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + at, sizeof(fd));
			close(fd);
		}
	}
}

int
pass_take(const int pass[PASS__ENDS])
{
	union control c = {0};
	struct iovec one = { .iov_base = (char[1]){0}, .iov_len = 1 };
	struct msghdr m = { .msg_iov = &one, .msg_iovlen = 1, .msg_control = &c, .msg_controllen = sizeof(c.bytes) };
	struct stat st;
	int fd;

	if (recvmsg(pass[PASS_TAKE], &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != 1)
		return -1;
	if (CMSG_FIRSTHDR(&m) != NULL && c.head.cmsg_level == SOL_SOCKET && c.head.cmsg_type == SCM_RIGHTS &&
	    c.head.cmsg_len == CMSG_LEN(sizeof(fd))) {
		memcpy(&fd, CMSG_DATA(&c.head), sizeof(fd));
		if (fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode))
			return fd;
	}
	close_all(&m);
	return -1;
}
