#include <sys/socket.h>
#include <errno.h>
#include <unistd.h>
#include <sodium.h>
#include "ledger/base/clock.h"
#include "ledger/base/ipc_room.h"
#include "ledger/base/log.h"
#include "ledger/base/wipe.h"

#define KEEP		65536u	/* bytes: a larger buffer is given back after its request */

static void
ask_wipe(struct ipc_conn *c)
{
	if (c->ask.work != NULL && c->ask.work_drop != NULL)
		c->ask.work_drop(c->ask.work);
	if (c->ask.out.cap > KEEP)
		buf_wipe(&c->ask.out);
	else
		buf_reset(&c->ask.out);
	c->ask = (struct ipc_ask){ .out = c->ask.out };
	c->spoilt = false;
}

/* Closing alone forgets nothing while another process has the same connection open: one that was just forked, say. */
static void
hang_up(const struct ipc_server *s, struct ipc_conn *c)
{
	if (c->fd < 0)
		return;
	(void)epoll_ctl(s->epoll_fd, EPOLL_CTL_DEL, c->fd, NULL);
	close(c->fd);
	c->fd = -1;
}

void
ipc_conn_drop(const struct ipc_server *s, struct ipc_conn *c)
{
	hang_up(s, c);
	ask_wipe(c);
	buf_wipe(&c->ask.out);
	buf_wipe(&c->in);
	wipe_free(c);
}

void
ipc_conn_gone(const struct ipc_server *s, struct ipc_conn *c)
{
	hang_up(s, c);
	if (c->stand != QUEUED && c->stand != PUT_OFF)
		c->stand = READING;
}

void
ipc_conn_watch(struct ipc_server *s, struct ipc_conn *c, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = c };

	if (c->fd < 0 || c->watched == events)
		return;
	if (epoll_ctl(s->epoll_fd, EPOLL_CTL_MOD, c->fd, &ev) == 0)
		c->watched = events;
	else
		ipc_conn_gone(s, c);	/* of a peer who is never heard again nothing can come */
}

void
ipc_queue_add(struct ipc_server *s, struct ipc_conn *c)
{
	c->stand = QUEUED;
	c->next = NULL;
	*s->last = c;
	s->last = &c->next;
}

/* What the peer sent ahead moves to the front, the old frame is wiped. */
static void
frame_consume(struct ipc_conn *c)
{
	size_t rest = c->in.len - c->frame;

	if (rest == 0 && c->in.cap > KEEP)
		buf_wipe(&c->in);
	if (c->in.data != NULL) {
		memmove(c->in.data, c->in.data + c->frame, rest);
		explicit_bzero(c->in.data + rest, c->in.len - rest);
	}
	c->in.len = rest;
	c->frame = 0;
}

static bool frame_look(struct ipc_server *s, struct ipc_conn *c);

/* Hand out as much of the answer as the peer takes. */
void
ipc_conn_flush(struct ipc_server *s, struct ipc_conn *c)
{
	struct buf *out = &c->ask.out;

	while (c->sent < sizeof(c->head) + out->len) {
		size_t head = c->sent < sizeof(c->head) ? c->sent : sizeof(c->head);
		size_t body = c->sent - head;
		struct iovec v[2] = {
			{ c->head + head, sizeof(c->head) - head },
			{ out->len > body ? out->data + body : NULL, out->len - body },
		};
		struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };
		ssize_t n = sendmsg(c->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			ipc_conn_watch(s, c, EPOLLOUT);
			return;
		}
		if (n < 0) {
			ipc_conn_gone(s, c);
			return;
		}
		c->sent += (size_t)n;
		c->since = clock_mono_ms();
	}
	ask_wipe(c);
	frame_consume(c);
	c->stand = READING;
	if (c->closing || !frame_look(s, c))
		ipc_conn_gone(s, c);
	else if (c->stand == READING)
		ipc_conn_watch(s, c, EPOLLIN);
}

void
ipc_conn_answer(struct ipc_server *s, struct ipc_conn *c)
{
	struct ipc_ask *a = &c->ask;
	struct ipc_head h = { .op = a->op, .id = c->id };

	if (a->err.kind == ERR_NONE && a->out.len > IPC_FRAME_MAX)
		err_fail(&a->err, ERR_IO, 0, __FILE__, __LINE__, "answer too long");
	if (a->err.kind == ERR_NONE && !buf_ok(&a->out, &a->err))
		log_err("answer", &a->err);
	if (a->err.kind != ERR_NONE)
		buf_reset(&a->out);
	h.length = IPC_VERDICT + (uint32_t)a->out.len;
	ipc_head_write(c->head, &h);
	ipc_verdict_write(c->head + IPC_HEAD, (uint32_t)a->err.kind,
	    a->err.kind == ERR_NONE ? 0 : a->err.why);
	c->sent = 0;
	c->stand = ANSWERING;
	c->since = clock_mono_ms();
	if (c->fd < 0)
		c->stand = READING;	/* nobody to tell: conns_sweep() drops it */
	else
		ipc_conn_flush(s, c);
}

/* ---- frames ---- */

/* The bit of the peer whose name and secret these are; 0: nobody's. */
static unsigned
who_says(const struct ipc_service *svc, struct span in)
{
	unsigned char secret[IPC_SECRET];
	char name[IPC_NAME_MAX];
	unsigned bit = 0;

	unpack_text(&in, name, sizeof(name));
	unpack_exact(&in, secret, sizeof(secret));
	if (unpack_end(&in, "hello", NULL))
		for (size_t i = 0; i < svc->peer_count; i++) {
			const struct ipc_peer *p = &svc->peers[i];

			if (strcmp(p->name, name) == 0 &&
			    sodium_memcmp(p->secret, secret, sizeof(secret)) == 0)
				bit = p->bit;
		}
	explicit_bzero(secret, sizeof(secret));
	return bit;
}

static void
hello(struct ipc_server *s, struct ipc_conn *c)
{
	unsigned bit = who_says(s->svc, c->ask.in);

	if (bit == 0) {
		log_warn("a caller without the right channel secret was turned away");
		err_fail(&c->ask.err, ERR_DENIED, 0, __FILE__, __LINE__, "hello");
	} else if (!ipc_room_peer(s, bit))
		err_fail(&c->ask.err, ERR_BUSY, IPC_SHARE_HELD, __FILE__, __LINE__, "peer %#x holds its share", bit);
	else
		c->peer = bit;
	c->closing = c->peer == 0;
	ipc_conn_answer(s, c);
}

/* May this peer send this frame?  Decided on the head alone. */
static bool
head_ok(const struct ipc_server *s, const struct ipc_conn *c, const struct ipc_head *h)
{
	const struct ipc_op *op;

	if (c->peer == 0)
		return h->op == IPC_HELLO && h->length >= IPC_HELLO_MIN &&
		    h->length <= IPC_HELLO_MAX;
	if (h->op >= s->svc->op_count)
		return false;
	op = &s->svc->ops[h->op];
	return op->run != NULL && (op->peers & c->peer) != 0 && h->length >= op->least &&
	    h->length <= op->most;
}

/* Look at what has arrived; queue a whole frame.  False: hang up. */
static bool
frame_look(struct ipc_server *s, struct ipc_conn *c)
{
	struct ipc_head h;

	if (c->in.failed)
		return false;
	if (c->in.len < IPC_HEAD)
		return true;
	ipc_head_read(&h, (const unsigned char *)c->in.data);
	if (!head_ok(s, c, &h)) {
		log_warn("peer %#x: op %u with %u bytes is not allowed", c->peer, h.op, h.length);
		return false;
	}
	c->frame = IPC_HEAD + h.length;
	if (c->in.len < c->frame)
		return true;
	c->id = h.id;
	c->ask.op = h.op;
	c->ask.peer = c->peer;
	c->ask.in = span_of(c->in.data + IPC_HEAD, h.length);
	if (c->peer == 0)
		hello(s, c);
	else
		ipc_queue_add(s, c);
	return true;
}

void
ipc_conn_read(struct ipc_server *s, struct ipc_conn *c)
{
	size_t want;
	ssize_t n;

	do {
		want = IPC_SCRATCH;
		/* Once the length is known, nothing of the next frame is taken. */
		if (c->frame != 0 && c->frame - c->in.len < IPC_SCRATCH)
			want = c->frame - c->in.len;
		n = read(c->fd, s->scratch, want);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			ipc_conn_gone(s, c);
			return;
		}
		if (c->in.len == 0)
			c->since = clock_mono_ms();
		buf_add(&c->in, s->scratch, (size_t)n);
		explicit_bzero(s->scratch, (size_t)n);
		if (!frame_look(s, c)) {
			ipc_conn_gone(s, c);
			return;
		}
	} while (c->fd >= 0 && c->stand == READING && (size_t)n == want);
}
