#include <sys/uio.h>
#include <errno.h>
#include <string.h>
#include "ledger/base/pulse.h"
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
			return FAIL(e, ERR_IO, "writev: %s", errno == EAGAIN ? "nobody reads it" : strerror(errno));
		pulse_move();	/* who reads slowly may */
		for (; n > 0 && (size_t)did >= piece->iov_len; piece++, n--)
			did -= (ssize_t)piece->iov_len;
		if (n > 0) {
			piece->iov_base = (unsigned char *)piece->iov_base + did;
			piece->iov_len -= (size_t)did;
		}
	}
	return true;
}

/* What is sent last: zeros for the padding, the end of STDOUT, END_REQUEST. */
static void
last_records(unsigned char into[4 * HEADER], int id)
{
	memset(into, 0, 4 * HEADER);
	header(into + HEADER, FCGI_STDOUT, id, 0, 0);
	header(into + 2 * HEADER, FCGI_END_REQUEST, id, HEADER, 0);
}

static bool
id_ok(int id, struct err *e)
{
	return id >= 1 && id <= 0xffff ? true : FAIL(e, ERR_INPUT, "request %d", id);
}

bool
reply_write(int fd, int id, struct span head, struct span page, struct err *e)
{
	size_t len = head.len + page.len, padding = (HEADER - len % HEADER) % HEADER;
	unsigned char first[HEADER], last[4 * HEADER];
	struct iovec piece[PIECES] = {
		{ first, sizeof(first) },
		{ (void *)(uintptr_t)head.p, head.len },
		{ (void *)(uintptr_t)page.p, page.len },
		{ last + HEADER - padding, padding + 3 * HEADER },
	};

	TRY(id_ok(id, e));
	if (len == 0 || head.len > REPLY_MOST || page.len > REPLY_MOST - head.len)
		return FAIL(e, ERR_INPUT, "%zu bytes for request %d", len, id);
	header(first, FCGI_STDOUT, id, len, padding);
	last_records(last, id);
	return write_all(fd, piece, PIECES, e);
}

bool
reply_piece(int fd, int id, struct span s, struct err *e)
{
	static const unsigned char zeros[HEADER];

	TRY(id_ok(id, e));
	while (s.len > 0) {
		size_t n = s.len < REPLY_MOST ? s.len : REPLY_MOST, padding = (HEADER - n % HEADER) % HEADER;
		unsigned char first[HEADER];
		struct iovec piece[] = {
			{ first, sizeof(first) }, { (void *)(uintptr_t)s.p, n }, { (void *)(uintptr_t)zeros, padding },
		};

		header(first, FCGI_STDOUT, id, n, padding);
		TRY(write_all(fd, piece, COUNT(piece), e));
		s.p += n;
		s.len -= n;
	}
	return true;
}

bool
reply_end(int fd, int id, struct err *e)
{
	unsigned char last[4 * HEADER];
	struct iovec piece = { last + HEADER, 3 * HEADER };

	TRY(id_ok(id, e));
	last_records(last, id);
	return write_all(fd, &piece, 1, e);
}
