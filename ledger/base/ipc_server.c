#include <sys/socket.h>
#include <errno.h>
#include <unistd.h>
#include <sodium.h>
#include "ledger/base/clock.h"
#include "ledger/base/ipc_conn.h"
#include "ledger/base/log.h"

#define HELLO_MS	10000	/* a stranger must have said who it is by then */
#define STALL_MS	30000	/* a half frame or an answer nobody takes lives so long */
#define PAUSE_MS	100	/* after accept found no descriptor left */
#define POLL_MS		1000	/* a stop that fell between look and poll waits at most this */
#define LAST_MS		1000	/* to hand out the last answers when told to stop */

/* ---- batches ---- */

/* Take up to max_batch requests off the queue; returns the chain. */
static struct ipc_conn *
batch_take(struct ipc_server *s)
{
	struct ipc_conn *chain = s->first, **at = &chain;

	for (size_t n = 0; *at != NULL && n < s->max_batch; n++)
		at = &(*at)->next;
	s->first = *at;
	*at = NULL;
	if (s->first == NULL)
		s->last = &s->first;
	return chain;
}

static void
fail_all(struct ipc_conn *chain, struct err *e)
{
	if (e->kind == ERR_NONE)
		e->kind = ERR_IO;
	log_err("batch", e);
	for (struct ipc_conn *c = chain; c != NULL; c = c->next) {
		/* Work done before the failure is undone: a put-off one must not go on. */
		c->spoilt = c->stand == PUT_OFF;
		c->ask.err = *e;
	}
}

static void
batch_run(struct ipc_server *s)
{
	struct ipc_service *svc = s->svc;
	struct ipc_conn *chain = batch_take(s), *next;
	struct err e = {0};

	if (chain == NULL)
		return;
	if (svc->begin != NULL && !svc->begin(svc->self, &e))
		fail_all(chain, &e);
	else {
		for (struct ipc_conn *c = chain; c != NULL; c = c->next)
			if (!c->spoilt && svc->ops[c->ask.op].run(svc->self, &c->ask) == IPC_LATER)
				c->stand = PUT_OFF;
		if (svc->end != NULL && !svc->end(svc->self, &e))
			fail_all(chain, &e);
	}
	for (struct ipc_conn *c = chain; c != NULL; c = next) {
		next = c->next;
		if (c->stand != PUT_OFF)
			ipc_conn_answer(s, c);
	}
}

void
ipc_again(struct ipc_server *s, struct ipc_ask *a)
{
	struct ipc_conn *c = (struct ipc_conn *)(void *)a;

	if (c->stand == PUT_OFF)
		ipc_queue_add(s, c);
}

/* ---- the loop ---- */

static bool
conn_done(const struct ipc_conn *c)
{
	return c->fd < 0 && c->stand == READING;
}

static void
accept_all(struct ipc_server *s)
{
	while (s->count < s->room) {
		int fd = accept4(s->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		struct ipc_conn *c;

		if (fd < 0) {
			if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
				s->pause_until = clock_mono_ms() + PAUSE_MS;
			return;
		}
		c = calloc(1, sizeof(*c));
		if (c == NULL) {
			close(fd);
			return;
		}
		c->fd = fd;
		c->since = clock_mono_ms();
		s->conns[s->count++] = c;
	}
}

/* Free those that are done, hang up on those that stall. */
static void
conns_sweep(struct ipc_server *s)
{
	int64_t now = clock_mono_ms();

	for (size_t i = 0; i < s->count;) {
		struct ipc_conn *c = s->conns[i];
		bool waits_for_peer = c->stand == ANSWERING ||
		    (c->stand == READING && (c->in.len > 0 || c->peer == 0));

		if (c->fd >= 0 && waits_for_peer &&
		    now - c->since > (c->peer == 0 ? HELLO_MS : STALL_MS))
			ipc_conn_gone(c);
		if (conn_done(c)) {
			s->conns[i] = s->conns[--s->count];
			ipc_conn_drop(c);
		} else
			i++;
	}
}

static size_t
polls_fill(struct ipc_server *s)
{
	struct pollfd *p = s->polls;
	bool accepting = s->count < s->room && clock_mono_ms() >= s->pause_until;

	*p++ = (struct pollfd){ .fd = accepting ? s->listen_fd : -1, .events = POLLIN };
	for (size_t i = 0; i < COUNT(s->svc->watch); i++)
		*p++ = (struct pollfd){ .fd = i < s->svc->watch_count ? s->svc->watch[i].fd : -1,
		    .events = POLLIN };
	for (size_t i = 0; i < s->count; i++) {
		const struct ipc_conn *c = s->conns[i];

		/* No events asked still reports a peer that hung up. */
		*p++ = (struct pollfd){ .fd = c->fd, .events =
		    c->stand == READING ? POLLIN : c->stand == ANSWERING ? POLLOUT : 0 };
	}
	return (size_t)(p - s->polls);
}

static void
polls_serve(struct ipc_server *s)
{
	const struct pollfd *watched = s->polls + 1;
	const struct pollfd *p = watched + COUNT(s->svc->watch);
	size_t conns = s->count;

	for (size_t i = 0; i < COUNT(s->svc->watch); i++) {
		const struct ipc_watch *w = &s->svc->watch[i];

		if (watched[i].revents != 0 && i < s->svc->watch_count && w->fd == watched[i].fd)
			w->run(s->svc->self, w->fd);
	}
	for (size_t i = 0; i < conns; i++) {
		struct ipc_conn *c = s->conns[i];

		if (p[i].revents == 0 || c->fd != p[i].fd)
			continue;
		if (c->stand == READING)
			ipc_conn_read(s, c);
		else if (c->stand == ANSWERING && (p[i].revents & POLLOUT) != 0)
			ipc_conn_flush(s, c);
		else if ((p[i].revents & (POLLHUP | POLLERR)) != 0)
			ipc_conn_gone(c);
	}
	if (s->polls[0].revents != 0)
		accept_all(s);
}

static int
wait_ms(const struct ipc_server *s)
{
	int most = POLL_MS;

	if (s->first != NULL)
		return 0;
	if (s->pause_until > clock_mono_ms())
		most = PAUSE_MS;
	return s->svc->tick == NULL ? most : ipc_left_ms(s->tick_at, most);
}

static bool
turn(struct ipc_server *s, int most, struct err *e)
{
	int wait = wait_ms(s);
	int n = poll(s->polls, (nfds_t)polls_fill(s), wait < most ? wait : most);

	if (n < 0 && errno != EINTR)
		return FAIL(e, ERR_IO, "poll: %s", strerror(errno));
	if (n > 0)
		polls_serve(s);
	batch_run(s);
	if (s->svc->tick != NULL && clock_mono_ms() >= s->tick_at) {
		s->svc->tick(s->svc->self);
		s->tick_at = clock_mono_ms() + (s->svc->tick_ms > 0 ? s->svc->tick_ms : 1000);
	}
	conns_sweep(s);
	return true;
}

static bool
answers_left(const struct ipc_server *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->conns[i]->stand == ANSWERING || s->conns[i]->stand == QUEUED)
			return true;
	return false;
}

bool
ipc_serve(struct ipc_server *s, const volatile sig_atomic_t *stop, struct err *e)
{
	int64_t until;

	while (!*stop)
		TRY(turn(s, POLL_MS, e));
	/* What is here already is answered; newcomers are not let in any more. */
	s->room = 0;
	until = clock_mono_ms() + LAST_MS;
	while (answers_left(s) && clock_mono_ms() < until)
		TRY(turn(s, 20, e));
	return true;
}

/* A table that would let a frame through by accident is our own bug: refuse to start. */
static bool
service_ok(const struct ipc_service *svc, struct err *e)
{
	for (uint32_t i = 0; i < svc->op_count; i++) {
		const struct ipc_op *op = &svc->ops[i];

		if (op->run == NULL)
			continue;
		if (i == IPC_HELLO || op->peers == 0 || op->least > op->most ||
		    op->most > IPC_FRAME_MAX)
			return FAIL(e, ERR_INPUT, "op %u: row makes no sense", i);
	}
	for (size_t i = 0; i < svc->peer_count; i++)
		if (svc->peers[i].bit == 0 || svc->peers[i].name[0] == '\0' ||
		    strlen(svc->peers[i].name) >= IPC_NAME_MAX ||
		    sodium_is_zero(svc->peers[i].secret, IPC_SECRET))
			return FAIL(e, ERR_INPUT, "peer %zu: row makes no sense", i);
	if (svc->watch_count > COUNT(svc->watch))
		return FAIL(e, ERR_INPUT, "%zu watches", svc->watch_count);
	return true;
}

bool
ipc_server_open(struct ipc_server **out, int listen_fd, struct ipc_service *svc, struct err *e)
{
	DROP(ipc_server_drop) struct ipc_server *s = NULL;
	size_t room = svc->max_conns == 0 ? 512 : svc->max_conns;

	*out = NULL;
	TRY(service_ok(svc, e));
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return FAIL(e, ERR_MEMORY, "server");
	s->listen_fd = -1;
	s->last = &s->first;
	s->svc = svc;
	s->room = room;
	s->max_batch = svc->max_batch == 0 ? 256 : svc->max_batch;
	s->conns = calloc(room, sizeof(*s->conns));
	s->polls = calloc(room + 1 + COUNT(svc->watch), sizeof(*s->polls));
	if (s->conns == NULL || s->polls == NULL)
		return FAIL(e, ERR_MEMORY, "server for %zu connections", room);
	s->tick_at = clock_mono_ms() + svc->tick_ms;
	s->listen_fd = listen_fd;
	*out = s;
	s = NULL;
	return true;
}

void
ipc_server_drop(struct ipc_server **s)
{
	if (*s == NULL)
		return;
	for (size_t i = 0; i < (*s)->count; i++)
		ipc_conn_drop((*s)->conns[i]);
	if ((*s)->listen_fd >= 0)
		close((*s)->listen_fd);
	free((*s)->conns);
	free((*s)->polls);
	explicit_bzero(*s, sizeof(**s));
	free(*s);
	*s = NULL;
}
