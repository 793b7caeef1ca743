/* tests/fuzz/fuzz_ipc.c - any bytes from a peer: before HELLO, and after a good one. */
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include "ledger/base/ipc_conn.h"

static enum ipc_turn
echo(void *self, struct ipc_ask *a)
{
	(void)self;
	if (a->op > 3 || a->peer != 1 || (a->op == 2 && a->in.len != 4))
		abort();		/* the table let something through */
	buf_add(&a->out, a->in.p, a->in.len);
	return IPC_ANSWER;
}

static const struct ipc_op ops[] = {
	{0}, { "echo", 0, 300, 1, echo }, { "four", 4, 4, 1, echo }, { "not yours", 0, 9, 2, echo },
};
static const struct ipc_peer peers[] = { { "p", 1, "a secret of thirty-two bytes ..." } };
static struct ipc_service service = { .ops = ops, .op_count = COUNT(ops), .peers = peers,
    .peer_count = COUNT(peers), .max_conns = 16 };

static void
talk(const struct buf *said)
{
	struct ipc_server *s;
	struct ipc_conn *c = calloc(1, sizeof(*c));
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };
	char answer[4096];
	int pair[2], nobody = eventfd(0, EFD_CLOEXEC);	/* in the place of a socket that listens */

	if (c == NULL || !ipc_server_open(&s, nobody, &service, NULL) ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0 ||
	    epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, pair[0], &ev) != 0)
		abort();
	c->fd = pair[0];
	c->watched = EPOLLIN;
	for (size_t at = 0; at < said->len && c->fd >= 0;) {
		ssize_t n = write(pair[1], said->data + at, said->len - at);

		at += n < 0 ? 0 : (size_t)n;
		if (c->stand == READING)
			ipc_conn_read(s, c);
		while (c->stand == QUEUED) {
			s->first = NULL;
			s->last = &s->first;
			ops[c->ask.op].run(NULL, &c->ask);
			ipc_conn_answer(s, c);
		}
		while (read(pair[1], answer, sizeof(answer)) > 0)
			;
		if (c->stand == ANSWERING)
			ipc_conn_flush(s, c);
	}
	ipc_conn_drop(s, c);
	ipc_server_drop(&s);
	close(pair[1]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DROP(buf_wipe) struct buf raw = {0}, known = {0}, hello = {0};
	unsigned char head[IPC_HEAD];

	buf_add(&raw, data, size);
	talk(&raw);
	pack_text(&hello, peers[0].name);
	buf_add(&hello, peers[0].secret, IPC_SECRET);
	ipc_head_write(head, &(struct ipc_head){ IPC_HELLO, (uint32_t)hello.len, 1 });
	buf_add(&known, head, sizeof(head));
	buf_add(&known, hello.data, hello.len);
	buf_add(&known, data, size);
	talk(&known);
	return 0;
}
