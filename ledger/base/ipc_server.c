#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <errno.h>
#include <unistd.h>
#include <sodium.h>
#include "ledger/base/clock.h"
#include "ledger/base/ipc_room.h"
#include "ledger/base/log.h"
#include "ledger/base/pulse.h"
#include "ledger/base/wipe.h"

#define HELLO_MS	10000	/* a stranger must have said who it is by then */
#define STALL_MS	30000	/* a half frame or an answer nobody takes lives so long */
#define PAUSE_MS	100	/* after accept found no descriptor left, or no place for a stranger */
#define SILENT_MS	100	/* a stranger who said nothing for so long gives way to the next one */
#define QUIET_MS	10	/* nobody asked for so long: the stack is wiped */
#define USED_MS		1000	/* somebody always asks: it is wiped so often */
#define STACK_USED	131072u	/* bytes of it that an answer goes through */
#define WAIT_MS		1000	/* a stop that fell between look and wait waits at most this */
#define EVENTS		128	/* taken at once; who is left over is told of the next time */
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
		for (struct ipc_conn *c = chain; c != NULL; c = c->next, pulse_move())
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

static bool
watch(struct ipc_server *s, int fd, void *told, struct err *e)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = told };

	return epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, fd, &ev) == 0 ||
	    FAIL(e, ERR_IO, "epoll: %s", strerror(errno));
}

/* Strangers who hold their places and say nothing keep nobody out who has something to say. */
static bool
stranger_fits(struct ipc_server *s)
{
	struct ipc_conn *silent;
	int unheard = 0;

	if (ipc_room_strangers(s, &silent) < ipc_room_strangers_most(s))
		return true;
	if (clock_mono_ms() - silent->since < SILENT_MS || (ioctl(silent->fd, FIONREAD, &unheard) == 0 && unheard > 0)) {
		s->pause_until = clock_mono_ms() + PAUSE_MS;
		return false;
	}
	ipc_conn_gone(s, silent);
	return true;
}

static void
accept_all(struct ipc_server *s)
{
	while (s->count < s->room && stranger_fits(s)) {
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
		c->watched = EPOLLIN;
		if (!watch(s, fd, c, NULL)) {
			ipc_conn_drop(s, c);
			return;
		}
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
			ipc_conn_gone(s, c);
		if (conn_done(c)) {
			s->conns[i] = s->conns[--s->count];
			ipc_conn_drop(s, c);
		} else
			i++;
	}
}

/* Strangers are heard while there is room for them. */
static void
accept_or_not(struct ipc_server *s)
{
	bool on = s->count < s->room && clock_mono_ms() >= s->pause_until;
	struct epoll_event ev = { .events = on ? EPOLLIN : 0, .data.ptr = s };

	if (on != s->accepting && epoll_ctl(s->epoll_fd, EPOLL_CTL_MOD, s->listen_fd, &ev) == 0)
		s->accepting = on;
}

static void
conn_serve(struct ipc_server *s, struct ipc_conn *c, uint32_t events)
{
	if (c->fd < 0)			/* gone since this was told */
		return;
	if (c->stand == READING)
		ipc_conn_read(s, c);
	else if (c->stand == ANSWERING && (events & EPOLLOUT) != 0)
		ipc_conn_flush(s, c);
	else if ((events & (EPOLLHUP | EPOLLERR)) != 0)
		ipc_conn_gone(s, c);
	else
		ipc_conn_watch(s, c, c->stand == ANSWERING ? EPOLLOUT : 0);	/* it sends ahead */
}

static struct ipc_watch *
watch_of(struct ipc_service *svc, const void *told)
{
	for (size_t i = 0; i < svc->watch_count; i++)
		if (told == &svc->watch[i])
			return &svc->watch[i];
	return NULL;
}

/* Children first: what they bring goes into the batch that fills now.  Newcomers last. */
static void
events_serve(struct ipc_server *s, const struct epoll_event *ev, int n)
{
	bool newcomers = false;

	for (int i = 0; i < n; i++) {
		const struct ipc_watch *w = watch_of(s->svc, ev[i].data.ptr);

		if (w != NULL)
			w->run(s->svc->self, w->fd);
		newcomers |= ev[i].data.ptr == s;
	}
	for (int i = 0; i < n; i++)
		if (ev[i].data.ptr != s && watch_of(s->svc, ev[i].data.ptr) == NULL)
			conn_serve(s, ev[i].data.ptr, ev[i].events);
	if (newcomers)
		accept_all(s);
}

static int
wait_ms(const struct ipc_server *s)
{
	int most = s->used ? QUIET_MS : WAIT_MS;

	if (s->first != NULL)
		return 0;
	if (s->pause_until > clock_mono_ms())
		most = most < PAUSE_MS ? most : PAUSE_MS;
	return s->svc->tick == NULL ? most : ipc_left_ms(s->tick_at, most);
}

/* What was asked and answered lay there, and who serves may wait long for the next question. */
static void
stack_wipe(struct ipc_server *s, bool quiet)
{
	int64_t now = clock_mono_ms();

	if (!s->used || (!quiet && now - s->wiped_at < USED_MS))
		return;
	sodium_stackzero(STACK_USED);
	s->used = false;
	s->wiped_at = now;
}

static bool
turn(struct ipc_server *s, int most, struct err *e)
{
	struct epoll_event ev[EVENTS];
	int wait = wait_ms(s), n;

	pulse_move();
	accept_or_not(s);
	n = epoll_wait(s->epoll_fd, ev, EVENTS, wait < most ? wait : most);
	if (n < 0 && errno != EINTR)
		return FAIL(e, ERR_IO, "epoll: %s", strerror(errno));
	stack_wipe(s, n == 0);
	s->used = s->used || n > 0;
	events_serve(s, ev, n);
	batch_run(s);
	if (s->svc->tick != NULL && clock_mono_ms() >= s->tick_at) {
		s->svc->tick(s->svc->self);
		s->tick_at = clock_mono_ms() + (s->svc->tick_ms > 0 ? s->svc->tick_ms : 1000);
		s->used = true;
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
		TRY(turn(s, WAIT_MS, e));
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
	if (svc->peer_count > IPC_ROOM_PEERS || (svc->max_conns > 0 && svc->max_conns < IPC_ROOM_LEAST))
		return FAIL(e, ERR_INPUT, "%zu peers in a room for %u", svc->peer_count, svc->max_conns);
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
	s->listen_fd = s->epoll_fd = -1;
	s->last = &s->first;
	s->svc = svc;
	s->room = s->most = room;
	s->max_batch = svc->max_batch == 0 ? 256 : svc->max_batch;
	s->conns = calloc(room, sizeof(*s->conns));
	if (s->conns == NULL)
		return FAIL(e, ERR_MEMORY, "server for %zu connections", room);
	s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (s->epoll_fd < 0)
		return FAIL(e, ERR_IO, "epoll: %s", strerror(errno));
	TRY(watch(s, listen_fd, s, e));
	s->accepting = true;
	for (size_t i = 0; i < svc->watch_count; i++)
		TRY(watch(s, svc->watch[i].fd, &svc->watch[i], e));
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
		ipc_conn_drop(*s, (*s)->conns[i]);
	if ((*s)->epoll_fd >= 0)
		close((*s)->epoll_fd);
	if ((*s)->listen_fd >= 0)
		close((*s)->listen_fd);
	wipe_free((*s)->conns);
	wipe_free(*s);
	*s = NULL;
}
