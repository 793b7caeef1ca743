#include <sys/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/ipc_frame.h"
#include "ledger/base/pulse.h"
#include "ledger/base/wipe.h"

#define LOOK_MS	1000

#define AGAIN_MS	5

struct ipc {
	int		fd;		/* -1: to be opened by the next call */
	uint64_t	id;		/* of the last request */
	uint32_t	op;
	char		*path;
	char		name[IPC_NAME_MAX];
	unsigned char	secret[IPC_SECRET];
};

/* How far a request came: what may be repeated and what never. */
enum progress { NOTHING_SENT, PARTLY_SENT };

void
ipc_hang_up(struct ipc *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

/* A wait that has its end is no hang, however long it is. */
static bool
wait_for(struct ipc *c, short events, int64_t until, struct err *e)
{
	struct pollfd p = { .fd = c->fd, .events = events };

	for (;;) {
		int n = poll(&p, 1, ipc_left_ms(until, LOOK_MS));

		pulse_move();
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return FAIL(e, ERR_IO, "poll: %s", strerror(errno));
		if (clock_mono_ms() >= until)
			return FAIL(e, ERR_TIMEOUT, "%s: no answer in time", c->path);
	}
}

static bool
send_frame(struct ipc *c, const unsigned char *head, struct span body,
    int64_t until, enum progress *far, struct err *e)
{
	size_t at = 0, total = IPC_HEAD + body.len;

	while (at < total) {
		size_t skip = at < IPC_HEAD ? 0 : at - IPC_HEAD;
		struct iovec v[2] = {
			{ (void *)(uintptr_t)(head + (at < IPC_HEAD ? at : IPC_HEAD)),
			    at < IPC_HEAD ? IPC_HEAD - at : 0 },
			{ body.len > skip ? (void *)(uintptr_t)(body.p + skip) : NULL,
			    body.len - skip },
		};
		struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };
		ssize_t n = sendmsg(c->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0) {
			at += (size_t)n;
			*far = PARTLY_SENT;
		} else if (n < 0 && errno == EAGAIN)
			TRY(wait_for(c, POLLOUT, until, e));
		else if (n < 0 && errno != EINTR)
			return FAIL(e, ERR_IO, "%s: send: %s", c->path, strerror(errno));
	}
	return true;
}

/* Whatever has come, at least one byte. */
static bool
read_some(struct ipc *c, unsigned char *into, size_t room, size_t *len, int64_t until,
    struct err *e)
{
	for (;;) {
		ssize_t got = recv(c->fd, into, room, MSG_DONTWAIT);

		if (got > 0) {
			*len += (size_t)got;
			return true;
		}
		if (got == 0)
			return FAIL(e, ERR_IO, "%s: closed before the answer", c->path);
		if (errno == EAGAIN)
			TRY(wait_for(c, POLLIN, until, e));
		else if (errno != EINTR)
			return FAIL(e, ERR_IO, "%s: read: %s", c->path, strerror(errno));
	}
}

/* Is this the head of an answer to what was asked? */
static bool
head_fits(const struct ipc *c, const struct ipc_head *h, uint32_t kind)
{
	return h->op == c->op && h->id == c->id && h->length >= IPC_VERDICT &&
	    h->length - IPC_VERDICT <= IPC_FRAME_MAX && kind < ERR__COUNT &&
	    (kind == ERR_NONE || h->length == IPC_VERDICT);
}

struct answer {
	unsigned char	piece[8192];	/* what came last; the head is at the front of the first one */
	size_t		len;
	bool		refused;	/* properly: the connection is still good */
};

static void
answer_wipe(struct answer *a)
{
	explicit_bzero(a->piece, a->len);
}

/* *left: bytes of the body, of which some may have come with the head. */
static bool
read_head(struct ipc *c, struct answer *a, size_t *left, int64_t until, struct err *e)
{
	struct span s = span_of(a->piece + IPC_HEAD, IPC_VERDICT);
	struct ipc_head h;
	uint32_t kind, why;

	while (a->len < IPC_ANSWER_HEAD)
		TRY(read_some(c, a->piece + a->len, sizeof(a->piece) - a->len, &a->len, until, e));
	ipc_head_read(&h, a->piece);
	kind = unpack_u32(&s);
	why = unpack_u32(&s);
	if (!head_fits(c, &h, kind) || a->len - IPC_HEAD > h.length)
		return FAIL(e, ERR_IO, "%s: answer to op %u makes no sense", c->path, c->op);
	*left = h.length - IPC_VERDICT;
	a->refused = kind != ERR_NONE;
	return !a->refused || REFUSE(e, (enum err_kind)kind, why, "%s: op %u refused: %s",
	    c->path, c->op, err_kind_name((enum err_kind)kind));
}

static bool
read_answer(struct ipc *c, struct answer *a, struct buf *out, int64_t until, struct err *e)
{
	size_t left = 0, skip = IPC_ANSWER_HEAD;

	TRY(read_head(c, a, &left, until, e));
	for (;;) {
		if (out != NULL)
			buf_add(out, a->piece + skip, a->len - skip);
		left -= a->len - skip;
		if (left == 0)
			return out == NULL || buf_ok(out, e);
		explicit_bzero(a->piece, a->len);
		a->len = skip = 0;
		TRY(read_some(c, a->piece, left < sizeof(a->piece) ? left : sizeof(a->piece), &a->len,
		    until, e));
	}
}

static bool
send_question(struct ipc *c, uint32_t op, struct span body, int64_t until, enum progress *far, struct err *e)
{
	struct ipc_head h = { .op = op, .length = (uint32_t)body.len, .id = ++c->id };
	unsigned char head[IPC_HEAD];

	c->op = op;
	*far = NOTHING_SENT;
	ipc_head_write(head, &h);
	if (send_frame(c, head, body, until, far, e))
		return true;
	ipc_hang_up(c);
	return false;
}

static bool
take_answer(struct ipc *c, struct buf *out, int64_t until, struct err *e)
{
	struct answer a;		/* large: only what is used is cleared */
	bool good;

	a.len = 0;
	a.refused = false;
	good = read_answer(c, &a, out, until, e);
	answer_wipe(&a);
	if (!good && !a.refused)
		ipc_hang_up(c);
	return good;
}

static bool
exchange(struct ipc *c, uint32_t op, struct span body, struct buf *out, int64_t until,
    enum progress *far, struct err *e)
{
	TRY(send_question(c, op, body, until, far, e));
	/*
	 * Waiting in read(2) itself would be woken once for nothing: when the server takes the request, the kernel
	 * tells everybody who sleeps at this socket that there is room to write.  poll(2) sleeps for what it asked for.
	 */
	if (!wait_for(c, POLLIN, until, e)) {
		ipc_hang_up(c);
		return false;
	}
	return take_answer(c, out, until, e);
}

static bool
say_hello(struct ipc *c, int64_t until, struct err *e)
{
	DROP(buf_wipe) struct buf hello = {0};
	enum progress far;

	pack_text(&hello, c->name);
	buf_add(&hello, c->secret, sizeof(c->secret));
	TRY(buf_ok(&hello, e));
	if (exchange(c, IPC_HELLO, span_buf(&hello), NULL, until, &far, e))
		return true;
	ipc_hang_up(c);
	return false;
}

/* A full backlog answers EAGAIN at once on a Unix socket: ask again, briefly. */
static bool
dial_once(struct ipc *c, const struct sockaddr_un *a, int64_t until, struct err *e)
{
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->fd < 0)
		return FAIL(e, ERR_IO, "socket: %s", strerror(errno));
	while (connect(c->fd, (const struct sockaddr *)a, sizeof(*a)) != 0) {
		int why = errno;

		if (why == EINTR || (why == EAGAIN && clock_mono_ms() < until)) {
			if (poll(NULL, 0, ipc_left_ms(until, AGAIN_MS)) < 0 && errno != EINTR)
				why = errno;
			else
				continue;
		}
		ipc_hang_up(c);
		return FAIL(e, why == EACCES || why == EPERM ? ERR_DENIED :
		    why == EAGAIN || why == ENOENT || why == ECONNREFUSED ? ERR_BUSY : ERR_IO,
		    "connect %s: %s", c->path, strerror(why));
	}
	/* From here on a read waits by itself; what is sent asks not to wait. */
	if (fcntl(c->fd, F_SETFL, 0) != 0) {
		ipc_hang_up(c);
		return FAIL(e, ERR_IO, "fcntl: %s", strerror(errno));
	}
	return say_hello(c, until, e);
}

/* A server where we hold our share already says that it is busy: one of ours may be done in a moment. */
static bool
dial(struct ipc *c, int64_t until, struct err *e)
{
	struct sockaddr_un a;
	bool held = false;

	TRY(ipc_address(&a, c->path, e));
	for (;;) {
		struct err one = {0};

		if (dial_once(c, &a, until, &one))
			return true;
		held |= one.why == IPC_SHARE_HELD;
		if (one.why == 0 || clock_mono_ms() >= until)
			return FAIL(e, held && one.kind == ERR_TIMEOUT ? ERR_BUSY : one.kind, "%s", one.text);
		(void)poll(NULL, 0, ipc_left_ms(until, AGAIN_MS));
	}
}

bool
ipc_open(struct ipc **out, const char *path, const char *name,
    const unsigned char secret[IPC_SECRET], int wait_ms, struct err *e)
{
	DROP(ipc_drop) struct ipc *c = calloc(1, sizeof(*c));
	size_t n = strlen(name);

	*out = NULL;
	if (c == NULL || (c->path = strdup(path)) == NULL) {
		if (c != NULL)
			c->fd = -1;
		return FAIL(e, ERR_MEMORY, "connection to %s", path);
	}
	c->fd = -1;
	if (n >= sizeof(c->name))
		return FAIL(e, ERR_INPUT, "peer name of %zu bytes", n);
	memcpy(c->name, name, n + 1);
	memcpy(c->secret, secret, sizeof(c->secret));
	TRY(dial(c, clock_mono_ms() + wait_ms, e));
	*out = c;
	c = NULL;
	return true;
}

/* Nothing was sent yet, so "unknown outcome" would be too dark: it is busy. */
static bool
dial_again(struct ipc *c, int64_t until, struct err *e)
{
	struct err inner = {0};

	ipc_hang_up(c);
	if (dial(c, until, &inner))
		return true;
	if (inner.kind == ERR_TIMEOUT || inner.kind == ERR_IO)
		inner.kind = ERR_BUSY;
	if (e != NULL)
		*e = inner;
	return false;
}

static bool
question_fits(uint32_t op, const struct buf *in, struct err *e)
{
	if (in != NULL)
		TRY(buf_ok(in, e));
	if ((in != NULL && in->len > IPC_FRAME_MAX) || op == IPC_HELLO)
		return FAIL(e, ERR_INPUT, "op %u with %zu bytes", op, in == NULL ? 0 : in->len);
	return true;
}

bool
ipc_call(struct ipc *c, uint32_t op, const struct buf *in, struct buf *out,
    int wait_ms, struct err *e)
{
	int64_t until = clock_mono_ms() + wait_ms;
	struct span body = in == NULL ? span_of(NULL, 0) : span_buf(in);
	enum progress far;

	if (out != NULL)
		buf_reset(out);
	TRY(question_fits(op, in, e));
	if (c->fd < 0)
		TRY(dial_again(c, until, e));
	if (exchange(c, op, body, out, until, &far, e))
		return true;
	if (c->fd < 0 && far == NOTHING_SENT && clock_mono_ms() < until) {
		/* The server was restarted since the last call: it took not one byte. */
		TRY(dial_again(c, until, e));
		if (exchange(c, op, body, out, until, &far, e))
			return true;
	}
	if (out != NULL)
		buf_reset(out);
	return false;
}

bool
ipc_ask(struct ipc *c, uint32_t op, const struct buf *in, int wait_ms, struct err *e)
{
	enum progress far;

	TRY(question_fits(op, in, e));
	if (c->fd < 0)
		return FAIL(e, ERR_BUSY, "%s: closed", c->path);
	return send_question(c, op, in == NULL ? span_of(NULL, 0) : span_buf(in), clock_mono_ms() + wait_ms, &far, e);
}

bool
ipc_take(struct ipc *c, struct buf *out, int wait_ms, struct err *e)
{
	if (out != NULL)
		buf_reset(out);
	if (c->fd < 0)
		return FAIL(e, ERR_IO, "%s: closed before the answer", c->path);
	if (take_answer(c, out, clock_mono_ms() + wait_ms, e))
		return true;
	if (out != NULL)
		buf_reset(out);
	return false;
}

int
ipc_fd(const struct ipc *c)
{
	return c->fd;
}

void
ipc_drop(struct ipc **c)
{
	if (*c == NULL)
		return;
	ipc_hang_up(*c);
	wipe_free((*c)->path);
	wipe_free(*c);
	*c = NULL;
}
