#include <sys/epoll.h>
#include <sys/socket.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "ledger/base/wipe.h"
#include "portal/web/peers.h"

#define EVENTS	32
#define PATIENCE_S 30		/* nobody takes a byte of an answer for so long: it is given up; a record may need two waits */
#define BYTES	65536u		/* one reading; nginx sends most requests in one piece */
#define REST_MS	100		/* after accept found no descriptor left */

struct peers {
	int			epoll_fd, listen_fd;
	const int		*pass;		/* portal/web/pass.h; NULL: there is nobody else */
	size_t			body_most;
	const uid_t		*may;		/* peers_only() */
	size_t			may_count;
	/* of the one thread in peers_next() */
	struct epoll_event	event[EVENTS];
	int			at, n;		/* of the events */
	int64_t			rest_until;	/* clock_mono_ms(): nobody is let in before, for want of descriptors; 0: all are */
	unsigned char		bytes[BYTES];
	/* of all threads */
	atomic_size_t		away;
	atomic_bool		leaving;
	pthread_mutex_t		lock;
	struct peer		*first;
	size_t			count;
	bool			full;		/* nobody listens */
};

/* ---- waiting ---- */

/* One event at most, until it is armed again: nobody else comes to a peer that is being answered. */
static bool
arm(struct peers *ps, struct peer *p, int fd, int how)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT, .data.ptr = p };

	return epoll_ctl(ps->epoll_fd, how, fd, &ev) == 0;
}

/* A peer's address is even: the last bit tells what is watched for others. */
bool
peers_watch(struct peers *ps, int fd, void *what)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = (uintptr_t)what | 1 };

	return epoll_ctl(ps->epoll_fd, EPOLL_CTL_ADD, fd, &ev) == 0;
}

static void
forget(struct peers *ps, uintptr_t what)
{
	for (int i = ps->at; i < ps->n; i++)
		if (ps->event[i].data.u64 == what)
			ps->event[i].events = 0;
}

void
peers_forget(struct peers *ps, const void *what)
{
	forget(ps, (uintptr_t)what | 1);
}

/* New ones come from nginx, and from a worker that ends: their events hold NULL and the peers themselves. */
static bool
listen_again(struct peers *ps)
{
	struct epoll_event new = { .events = EPOLLIN | EPOLLEXCLUSIVE, .data.ptr = NULL };
	struct epoll_event passed = { .events = EPOLLIN | EPOLLEXCLUSIVE, .data.ptr = ps };

	if (epoll_ctl(ps->epoll_fd, EPOLL_CTL_ADD, ps->listen_fd, &new) != 0)
		return false;
	return ps->pass == NULL || epoll_ctl(ps->epoll_fd, EPOLL_CTL_ADD, ps->pass[PASS_TAKE], &passed) == 0;
}

static void
listen_no_more(struct peers *ps)
{
	if (ps->full || epoll_ctl(ps->epoll_fd, EPOLL_CTL_DEL, ps->listen_fd, NULL) != 0)
		return;
	if (ps->pass != NULL)
		(void)epoll_ctl(ps->epoll_fd, EPOLL_CTL_DEL, ps->pass[PASS_TAKE], NULL);
	ps->full = true;
}

bool
peers_open(struct peers **into, int listen_fd, const int pass[PASS__ENDS], size_t body_most, struct err *e)
{
	struct peers *ps = calloc(1, sizeof(*ps));

	if (ps == NULL)
		return FAIL(e, ERR_MEMORY, "connections");
	ps->listen_fd = listen_fd;
	ps->pass = pass;
	ps->body_most = body_most;
	ps->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	*into = ps;
	if (pthread_mutex_init(&ps->lock, NULL) != 0 || ps->epoll_fd < 0 || !listen_again(ps)) {
		peers_drop(into);
		return FAIL(e, ERR_IO, "epoll: %s", strerror(errno));
	}
	return true;
}

/* What could not be let in stays at the door, and would wake this thread without end. */
static void
rest(struct peers *ps)
{
	pthread_mutex_lock(&ps->lock);
	listen_no_more(ps);
	pthread_mutex_unlock(&ps->lock);
	ps->rest_until = clock_mono_ms() + REST_MS;
}

/* How long to wait at most: the door is opened again after a rest. */
static int
rested(struct peers *ps, int wait_ms)
{
	int64_t left = ps->rest_until - clock_mono_ms();

	if (ps->rest_until == 0)
		return wait_ms;
	if (left > 0)
		return wait_ms >= 0 && wait_ms < left ? wait_ms : (int)left;
	ps->rest_until = 0;
	pthread_mutex_lock(&ps->lock);
	if (ps->full && ps->count < PEERS_MOST && !atomic_load(&ps->leaving)) {
		if (listen_again(ps))
			ps->full = false;
		else
			ps->rest_until = clock_mono_ms() + REST_MS;
	}
	pthread_mutex_unlock(&ps->lock);
	return ps->rest_until == 0 ? wait_ms : REST_MS;
}

void
peers_only(struct peers *ps, const uid_t may[], size_t n)
{
	ps->may = may;
	ps->may_count = n;
}

/* ---- come and go ---- */

/* The kernel says as whom a connection was made, and nobody who made it can say otherwise. */
static bool
may_ask(const struct peers *ps, int fd)
{
	struct ucred who;
	socklen_t size = sizeof(who);

	if (ps->may_count == 0)
		return true;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0)
		return false;
	for (size_t i = 0; i < ps->may_count; i++)
		if (ps->may[i] == who.uid)
			return true;
	log_warn("a caller who is not nginx was turned away");
	return false;
}

static void
end(struct peers *ps, struct peer *p)
{
	pthread_mutex_lock(&ps->lock);
	*(p->before == NULL ? &ps->first : &p->before->after) = p->after;
	if (p->after != NULL)
		p->after->before = p->before;
	ps->count--;
	if (ps->full && !atomic_load(&ps->leaving) && listen_again(ps))
		ps->full = false;
	pthread_mutex_unlock(&ps->lock);
	close(p->fd);
	fcgi_request_wipe(&p->request);
	wipe_free(p);
}

static void
add(struct peers *ps, struct peer *p)
{
	pthread_mutex_lock(&ps->lock);
	p->after = ps->first;
	if (p->after != NULL)
		p->after->before = p;
	ps->first = p;
	ps->count++;
	if (ps->count >= PEERS_MOST)
		listen_no_more(ps);
	pthread_mutex_unlock(&ps->lock);
}

/* To a worker that stays, or, where there is none, closed. */
static void
give(const struct peers *ps, int fd)
{
	if (ps->pass != NULL && !pass_give(ps->pass, fd))
		log_warn("a connection could not be passed on: %s", strerror(errno));
}

/* What it has sent and nobody has read stays in it. */
static void
pass_on(struct peers *ps, struct peer *p)
{
	/* Closing forgets nothing as long as the other worker has it open. */
	(void)epoll_ctl(ps->epoll_fd, EPOLL_CTL_DEL, p->fd, NULL);
	give(ps, p->fd);
	end(ps, p);
}

/* Whoever finds no room here is closed, and asks again. */
static void
welcome(struct peers *ps, int fd)
{
	static const struct timeval patience = { .tv_sec = PATIENCE_S };
	struct peer *p;

	if (fd < 0)
		return;
	if (!may_ask(ps, fd)) {
		close(fd);
		return;
	}
	p = atomic_load(&ps->leaving) ? NULL : calloc(1, sizeof(*p));
	if (p == NULL) {
		if (atomic_load(&ps->leaving))
			give(ps, fd);
		close(fd);
		return;
	}
	p->fd = fd;
	p->request.body_most = ps->body_most;
	add(ps, p);
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) != 0 || !arm(ps, p, fd, EPOLL_CTL_ADD))
		end(ps, p);
}

static int
accepted(struct peers *ps)
{
	int fd = accept4(ps->listen_fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS))
		rest(ps);
	return fd;
}

/* True: it waits, and whatever happens to it from now on happens elsewhere, before this thread looks again. */
static bool
wait_again(struct peers *ps, struct peer *p)
{
	bool waits = false;

	pthread_mutex_lock(&ps->lock);
	if (!atomic_load(&ps->leaving)) {
		p->given = false;
		atomic_fetch_add_explicit(&p->turns, 1, memory_order_release);
		waits = arm(ps, p, p->fd, EPOLL_CTL_MOD);
		if (!waits)
			p->given = true;
	}
	pthread_mutex_unlock(&ps->lock);
	return waits;
}

void
peers_back(struct peers *ps, struct peer *p, bool keep)
{
	fcgi_request_next(&p->request);
	if (keep && wait_again(ps, p))
		;
	else if (keep && atomic_load(&ps->leaving))
		pass_on(ps, p);
	else
		end(ps, p);
	atomic_fetch_sub(&ps->away, 1);
}

/* The first one that waits for its next request, and will wait for it elsewhere. */
static struct peer *
first_idle(struct peers *ps)
{
	struct peer *p;

	pthread_mutex_lock(&ps->lock);
	for (p = ps->first; p != NULL && (p->given || fcgi_request_begun(&p->request)); p = p->after)
		continue;
	pthread_mutex_unlock(&ps->lock);
	return p;
}

void
peers_leave(struct peers *ps)
{
	struct peer *p;
	int fd;

	pthread_mutex_lock(&ps->lock);
	atomic_store(&ps->leaving, true);
	listen_no_more(ps);
	pthread_mutex_unlock(&ps->lock);
	if (ps->pass == NULL)
		return;
	/* Only one is woken for each that comes, and it was perhaps this one. */
	for (unsigned i = 0; i < PEERS_MOST && (fd = pass_take(ps->pass)) >= 0; i++)
		welcome(ps, fd);
	while ((fd = accepted(ps)) >= 0)
		welcome(ps, fd);
	while ((p = first_idle(ps)) != NULL) {
		forget(ps, (uintptr_t)p);
		pass_on(ps, p);
	}
}

void
peers_cut(struct peers *ps)
{
	pthread_mutex_lock(&ps->lock);
	for (const struct peer *p = ps->first; p != NULL; p = p->after)
		(void)shutdown(p->fd, SHUT_RDWR);
	pthread_mutex_unlock(&ps->lock);
}

size_t
peers_here(struct peers *ps)
{
	size_t n;

	pthread_mutex_lock(&ps->lock);
	n = ps->count;
	pthread_mutex_unlock(&ps->lock);
	return n;
}

size_t
peers_away(const struct peers *ps)
{
	return atomic_load(&ps->away);
}

void
peers_drop(struct peers **into)
{
	struct peers *ps = *into;

	if (ps == NULL)
		return;
	while (ps->first != NULL)
		end(ps, ps->first);
	if (ps->epoll_fd >= 0)
		close(ps->epoll_fd);
	pthread_mutex_destroy(&ps->lock);
	explicit_bzero(ps->bytes, sizeof(ps->bytes));
	wipe_free(ps);
	*into = NULL;
}

/* ---- requests ---- */

/* What has come of a request; false: this peer is over. */
static bool
hear(struct peers *ps, struct peer *p)
{
	ssize_t n = recv(p->fd, ps->bytes, sizeof(ps->bytes), MSG_DONTWAIT);
	struct err e = {0};
	bool good;

	/* epoll_ctl(2) before epoll_wait(2) is an order the kernel keeps and the language does not know. */
	(void)atomic_load_explicit(&p->turns, memory_order_acquire);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	good = fcgi_request_take(&p->request, span_of(ps->bytes, (size_t)n), &e);
	explicit_bzero(ps->bytes, (size_t)n);
	if (!good)
		log_err("a request", &e);
	return good;
}

static bool
wait_for_events(struct peers *ps, int wait_ms, struct err *e)
{
	ps->at = 0;
	ps->n = epoll_wait(ps->epoll_fd, ps->event, EVENTS, rested(ps, wait_ms));
	if (ps->n < 0 && errno != EINTR)
		return FAIL(e, ERR_IO, "epoll_wait: %s", strerror(errno));
	return ps->n > 0;
}

static struct peer *
given(struct peers *ps, struct peer *p)
{
	atomic_fetch_add(&ps->away, 1);
	p->given = true;
	return p;
}

struct peer *
peers_next(struct peers *ps, int wait_ms, void **watched, struct err *e)
{
	*watched = NULL;
	for (;;) {
		const struct epoll_event *ev;
		struct peer *p;

		if (ps->at >= ps->n && !wait_for_events(ps, wait_ms, e))
			return NULL;
		ev = &ps->event[ps->at++];
		if (ev->events == 0)		/* forgotten */
			continue;
		if ((ev->data.u64 & 1) != 0) {
			*watched = (void *)(uintptr_t)(ev->data.u64 & ~(uint64_t)1);
			return NULL;
		}
		p = ev->data.ptr;
		if (p == NULL)
			welcome(ps, accepted(ps));
		else if (ev->data.ptr == ps)
			welcome(ps, pass_take(ps->pass));
		else if (!hear(ps, p))
			end(ps, p);
		else if (p->request.part == FCGI_WHOLE)
			return given(ps, p);
		else if (!arm(ps, p, p->fd, EPOLL_CTL_MOD))
			end(ps, p);
	}
}
