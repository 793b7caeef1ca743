#include "ledger/base/wipe.h"
#include "portal/prover/service.h"
#include <sys/eventfd.h>
#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <unistd.h>
#include "ledger/base/log.h"
#include "ledger/base/process.h"
#include "portal/prover/look.h"
#include "portal/prover/op.h"
#include "privacy/keeper/op.h"

#define STACK		(512u << 10)	/* bytes of a worker's; libcurl and OpenSSL need room */
#define PEERS_MAX	4

struct job {			/* hangs on its request, ask->work */
	struct look		look;
	struct statement	saw;
	struct err		err;
	struct ipc_ask		*ask;
	struct job		*next;
};

struct queue { struct job *first, **last; };

struct prover {
	const struct settings	*settings;
	const unsigned char	*key;
	struct dns		*dns;
	struct ipc_peer		peers[PEERS_MAX];
	struct ipc_service	service;
	struct ipc_server	*server;
	pthread_t		*workers;
	size_t			worker_count;
	size_t			under_way;	/* the socket's thread alone */
	int			done_fd;
	pthread_mutex_t		lock;
	pthread_cond_t		work;
	struct queue		todo, done;	/* under the lock */
	atomic_bool		stop;		/* set under the lock, polled without */
};

static void
queue_add(struct queue *q, struct job *j)
{
	j->next = NULL;
	*q->last = j;
	q->last = &j->next;
}

static struct job *
queue_take(struct queue *q)
{
	struct job *j = q->first;

	if (j == NULL)
		return NULL;
	q->first = j->next;
	if (q->first == NULL)
		q->last = &q->first;
	return j;
}

/* ---- workers ---- */

static struct job *
wait_for_work(struct prover *p)
{
	struct job *j = NULL;

	pthread_mutex_lock(&p->lock);
	while (!p->stop && (j = queue_take(&p->todo)) == NULL)
		pthread_cond_wait(&p->work, &p->lock);
	pthread_mutex_unlock(&p->lock);
	return j;
}

static void
hand_back(struct prover *p, struct job *j)
{
	uint64_t one = 1;

	pthread_mutex_lock(&p->lock);
	queue_add(&p->done, j);
	pthread_mutex_unlock(&p->lock);
	/* Only a full counter could fail, and then the reader is awake already. */
	if (write(p->done_fd, &one, sizeof(one)) < 0 && errno != EAGAIN)
		log_warn("eventfd: %s", strerror(errno));
}

static void *
worker_run(void *self)
{
	struct prover *p = self;
	struct job *j;

	while ((j = wait_for_work(p)) != NULL) {
		if (!look_run(&j->look, &j->saw, &j->err) && j->err.kind == ERR_NONE)
			j->err.kind = ERR_MEMORY;
		hand_back(p, j);
	}
	return NULL;
}

/* ---- the socket's side ---- */

static void
on_done(void *self, int fd)
{
	struct prover *p = self;
	struct job *j;
	uint64_t n;

	if (read(fd, &n, sizeof(n)) < 0)
		return;
	for (;;) {
		pthread_mutex_lock(&p->lock);
		j = queue_take(&p->done);
		pthread_mutex_unlock(&p->lock);
		if (j == NULL)
			return;
		p->under_way--;
		ipc_again(p->server, j->ask);
	}
}

static enum ipc_turn
begin(struct prover *p, struct ipc_ask *a, const struct look *l)
{
	struct job *j;

	if (p->under_way >= p->worker_count) {
		FAIL(&a->err, ERR_BUSY, "%zu look-ups are under way", p->under_way);
		return IPC_ANSWER;
	}
	j = calloc(1, sizeof(*j));
	if (j == NULL) {
		FAIL(&a->err, ERR_MEMORY, "look-up");
		return IPC_ANSWER;
	}
	j->look = *l;
	j->look.dns = p->dns;
	j->look.settings = p->settings;
	j->look.stop = &p->stop;
	j->ask = a;
	a->work = j;
	a->work_drop = free;
	p->under_way++;
	pthread_mutex_lock(&p->lock);
	queue_add(&p->todo, j);
	pthread_cond_signal(&p->work);
	pthread_mutex_unlock(&p->lock);
	return IPC_LATER;
}

/* The look-up is over: sign what it saw. */
static enum ipc_turn
finish(struct prover *p, struct ipc_ask *a)
{
	DROP(buf_wipe) struct buf statement = {0};
	const struct job *j = a->work;

	if (j->err.kind != ERR_NONE)
		a->err = j->err;
	else if (statement_sign(&statement, &j->saw, p->key, &a->err))
		pack_bytes(&a->out, statement.data, statement.len);
	return IPC_ANSWER;
}

static enum ipc_turn
on_ready(void *self, struct ipc_ask *a)
{
	(void)self;
	(void)a;
	return IPC_ANSWER;
}

static enum ipc_turn
on_prove(void *self, struct ipc_ask *a)
{
	struct look l = { .kind = STATEMENT_PROOF };

	if (a->work != NULL)
		return finish(self, a);
	l.method = unpack_u8(&a->in);
	unpack_text(&a->in, l.name, sizeof(l.name));
	unpack_text(&a->in, l.nonce, sizeof(l.nonce));
	if (!unpack_end(&a->in, "prove", &a->err) || !look_check(&l, &a->err))
		return IPC_ANSWER;
	return begin(self, a, &l);
}

static enum ipc_turn
on_caa(void *self, struct ipc_ask *a)
{
	struct look l = { .kind = STATEMENT_CAA };
	char name[sizeof(l.name) + 2];
	unsigned mail;

	if (a->work != NULL)
		return finish(self, a);
	unpack_text(&a->in, name, sizeof(name));
	mail = unpack_u8(&a->in);
	l.method = mail != 0 ? PROOF_MAIL : 0;
	l.wildcard = strncmp(name, "*.", 2) == 0;
	snprintf(l.name, sizeof(l.name), "%s", name + (l.wildcard ? 2 : 0));
	if (!unpack_end(&a->in, "caa", &a->err) || !look_check(&l, &a->err))
		return IPC_ANSWER;
	if (mail > 1 || (mail == 1 && l.wildcard) || strlen(name) >= sizeof(l.name)) {
		FAIL(&a->err, ERR_INPUT, "caa: what is asked");
		return IPC_ANSWER;
	}
	return begin(self, a, &l);
}

static const struct ipc_op ops[PROVER_OP__COUNT] = {
	[PROVER_READY] = { "ready", 0, 0, PROVER_PEER_PORTAL | PROVER_PEER_CONTROL, on_ready },
	[PROVER_PROVE] = { "prove", 9, 400, PROVER_PEER_PORTAL | PROVER_PEER_CONTROL, on_prove },
	[PROVER_CAA] = { "caa", 5, 300, PROVER_PEER_PORTAL | PROVER_PEER_CONTROL, on_caa },
};

/* ---- life ---- */

static void
tick(void *self)
{
	struct prover *p = self;

	if (process_stop || !dns_lost(p->dns))
		return;
	log_warn("the resolver has ended; stopping, to start anew");
	process_stop = 1;
}

bool
prover_open(struct prover **out, struct dns **dns, const struct settings *s,
    const unsigned char *key, const struct ipc_peer *peers, size_t peer_count, struct err *e)
{
	DROP(prover_drop) struct prover *p = calloc(1, sizeof(*p));

	*out = NULL;
	if (p == NULL)
		return FAIL(e, ERR_MEMORY, "prover");
	p->settings = s;
	p->key = key;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->work, NULL);
	p->todo.last = &p->todo.first;
	p->done.last = &p->done.first;
	p->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	p->workers = calloc((size_t)s->prover_at_once, sizeof(*p->workers));
	if (p->done_fd < 0 || p->workers == NULL || peer_count > PEERS_MAX)
		return FAIL(e, ERR_MEMORY, "prover");
	memcpy(p->peers, peers, peer_count * sizeof(*peers));
	p->service = (struct ipc_service){ .ops = ops, .op_count = COUNT(ops), .peers = p->peers,
	    .peer_count = peer_count, .self = p, .tick = tick, .watch_count = 1, .max_conns = settings_connections(s),
	    .watch = { { p->done_fd, on_done } } };
	p->dns = *dns;
	*dns = NULL;
	*out = p;
	p = NULL;
	return true;
}

static bool
workers_start(struct prover *p, struct err *e)
{
	pthread_attr_t attr;
	int rc = 0;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	while (rc == 0 && p->worker_count < (size_t)p->settings->prover_at_once) {
		rc = pthread_create(&p->workers[p->worker_count], &attr, worker_run, p);
		if (rc == 0)
			p->worker_count++;
	}
	pthread_attr_destroy(&attr);
	return rc == 0 ? true : FAIL(e, ERR_IO, "worker thread: %s", strerror(rc));
}

/* Look-ups under way end at once: DNS waits are woken, transfers look at the flag. */
static void
workers_stop(struct prover *p)
{
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_broadcast(&p->work);
	pthread_mutex_unlock(&p->lock);
	dns_stop(p->dns);
	for (size_t i = 0; i < p->worker_count; i++)
		pthread_join(p->workers[i], NULL);
	p->worker_count = 0;
}

bool
prover_serve(struct prover *p, int listen_fd, const volatile sig_atomic_t *stop, struct err *e)
{
	bool good = ipc_server_open(&p->server, listen_fd, &p->service, e) && dns_start(p->dns, e) &&
	    workers_start(p, e) && ipc_serve(p->server, stop, e);

	workers_stop(p);
	/* Jobs hang on their requests: with the server they go. */
	ipc_server_drop(&p->server);
	return good;
}

void
prover_drop(struct prover **p)
{
	struct prover *x = *p;

	if (x == NULL)
		return;
	dns_drop(&x->dns);
	if (x->done_fd >= 0)
		close(x->done_fd);
	wipe_free(x->workers);
	pthread_cond_destroy(&x->work);
	pthread_mutex_destroy(&x->lock);
	wipe_free(x);
	*p = NULL;
}
