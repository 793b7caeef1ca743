#include <sys/uio.h>
#include <errno.h>
#include <string.h>
#include "portal/web/reply.h"

enum { FCGI_VERSION_1 = 1, FCGI_END_REQUEST = 3, FCGI_STDOUT = 6 };

#define HEADER		8u		/* bytes before each record, and of END_REQUEST's body */
#define PIECES		4

static void
header(unsigned char into[HEADER], int type, int id, size_t len, size_t padding)
{
	into[0] = FCGI_VERSION_1;
	into[1] = (unsigned char)type;
	into[2] = (unsigned char)(id >> 8);
	into[3] = (unsigned char)(id & 0xff);
	into[4] = (unsigned char)(len >> 8);
	into[5] = (unsigned char)(len & 0xff);
	into[6] = (unsigned char)padding;
	into[7] = 0;
}

/* All of the pieces, however small the bites the kernel takes. */
static bool
write_all(int fd, struct iovec *piece, int n, struct err *e)
{
	while (n > 0) {
		ssize_t did = writev(fd, piece, n);

		if (did < 0 && errno == EINTR)
			continue;
		if (did < 0)
			return FAIL(e, ERR_IO, "writev: %s", strerror(errno));
		for (; n > 0 && (size_t)did >= piece->iov_len; piece++, n--)
			did -= (ssize_t)piece->iov_len;
		if (n > 0) {
			piece->iov_base = (unsigned char *)piece->iov_base + did;
			piece->iov_len -= (size_t)did;
		}
	}
	return true;
}

bool
reply_write(int fd, int id, struct span head, struct span page, struct err *e)
{
	size_t len = head.len + page.len, padding = (HEADER - len % HEADER) % HEADER;
	unsigned char first[HEADER], last[4 * HEADER] = {0};
	struct iovec piece[PIECES] = {
		{ first, sizeof(first) },
		{ (void *)(uintptr_t)head.p, head.len },
		{ (void *)(uintptr_t)page.p, page.len },
		{ last + HEADER - padding, padding + 3 * HEADER },	/* the padding before, all zero */
	};

	if (len == 0 || head.len > REPLY_MOST || page.len > REPLY_MOST - head.len || id < 1 || id > 0xffff)
		return FAIL(e, ERR_INPUT, "%zu bytes for request %d", len, id);
	header(first, FCGI_STDOUT, id, len, padding);
	header(last + HEADER, FCGI_STDOUT, id, 0, 0);
	header(last + 2 * HEADER, FCGI_END_REQUEST, id, HEADER, 0);
	return write_all(fd, piece, PIECES, e);
}
