#include <arpa/inet.h>
#include <sys/socket.h>
#include <errno.h>
#include <openssl/pem.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdatomic.h>
#include <strings.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "ledger/base/pulse.h"
#include "ledger/base/wipe.h"
#include "ledger/store/store.h"
#include "portal/web/ahead.h"
#include "portal/web/dispatch.h"
#include "portal/web/fcgi.h"
#include "portal/web/kept.h"
#include "portal/web/peers.h"
#include "portal/web/reply.h"
#include "portal/web/site.h"
#include "portal/web/visits.h"

#define PEERS_WAIT_MS	20000
#define SLOW_MS		1000	/* an answer that took longer is worth a line */
#define LOOK_MS		1000	/* between two looks for answers that are late */
#define SUMMARY_S	60	/* seconds between two lines of counts */
#define STACK		(1u << 20)	/* bytes for a thread */
#define STACK_USED	131072u		/* bytes below its caller that an answer goes through: none was seen to need more */
#define HEAD_ROOM	2048		/* bytes: no header of ours is longer */
#define ROOM_KEPT	65536u		/* bytes of a page, at most */
#define CERT_MAX	32768	/* bytes of a client certificate as nginx escapes it */
#define ANSWER_SHORT	2048u	/* bytes of the keeper's: no page of it is longer than what a socket takes at once */
#define LAST_MS		5000	/* for what is being answered when the worker is told to end */
#define QUIET_MS	100	/* nobody who asks often is silent so long */

struct worker {
	const struct fcgi	*f;
	struct peers		*peers;
	struct lines		*lines;		/* of the thread that listens, and lent to others */
	pthread_t		main;		/* which waits for signals */
	pthread_mutex_t		lock;		/* of the queue */
	pthread_cond_t		more;
	struct peer		*first, **last;	/* requests that take time, oldest first */
	bool			closed;		/* nothing will be queued any more */
	atomic_bool		stopping;
	atomic_size_t		hands, idle;	/* threads that answer; those of them that wait for something to do */
	atomic_ulong		answered, refused, failed;
};

struct hand {			/* one thread: a worker's first one listens, the others answer what it queues */
	struct worker	*w;
	pthread_t	thread;
	bool		started, wiped;		/* wiped: nothing of a page is left on the stack (the thread that listens) */
	atomic_bool	finished;
	struct pulse	pulse;
	struct ipc	*keeper, *signer, *prover;
	struct store	*store;
	struct buf	page, head, cert;	/* of the answer, of who asks: their room is kept, what stood in it is wiped */
	struct err	err;
};

/* ---- one request ---- */

/* nginx's $ssl_client_escaped_cert: percent-encoded PEM.  Empty: none, or none that it verified. */
static void
client_cert(const struct fcgi_request *r, struct buf *der)
{
	const char *verify = r->param[FCGI_CLIENT_VERIFY], *s = r->param[FCGI_CLIENT_CERT];
	DROP(buf_wipe) struct buf pem = {0};
	unsigned char *data = NULL;
	char *name = NULL, *header = NULL;
	long len = 0;
	BIO *bio;

	if (verify == NULL || strcmp(verify, "SUCCESS") != 0 || s == NULL || strlen(s) > CERT_MAX)
		return;
	for (; *s != '\0'; s++) {
		unsigned c = (unsigned char)*s;

		if (*s == '%' && s[1] != '\0' && s[2] != '\0') {
			char two[3] = { s[1], s[2], '\0' };

			c = (unsigned)strtoul(two, NULL, 16);
			s += 2;
		}
		pack_u8(&pem, c);
	}
	bio = pem.failed ? NULL : BIO_new_mem_buf(pem.data, (int)pem.len);
	if (bio != NULL && PEM_read_bio(bio, &name, &header, &data, &len) == 1 &&
	    strcmp(name, PEM_STRING_X509) == 0 && len > 0)
		buf_add(der, data, (size_t)len);
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_free(data);
	BIO_free(bio);
}

/* One that can't go on ends early, which the length in the header tells whoever reads. */
static bool
send_pieces(const struct peer *p, struct visit *v, struct err *e)
{
	do {
		if (!v->stream.piece(v, e)) {
			log_err(v->route->name, e);
			return reply_end(p->fd, p->request.id, e);
		}
		TRY(reply_piece(p->fd, p->request.id, span_buf(&v->page), e));
	} while (v->page.len > 0);
	visit_stream_end(v);
	TRY(reply_end(p->fd, p->request.id, e));
	v->stream.over(v);
	return true;
}

/* False: who asked is gone. */
static bool
send_answer(const struct peer *p, struct visit *v, const struct buf *head)
{
	static const char no_memory[] = "Status: 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
	struct span page = v->head ? span_of("", 0) : span_buf(&v->page);
	struct err e = {0};

	if (head->failed || v->page.failed)
		return reply_write(p->fd, p->request.id, span_text(no_memory), span_of("", 0), &e);
	if (v->stream.piece == NULL && head->len + page.len <= REPLY_MOST)
		return reply_write(p->fd, p->request.id, span_buf(head), page, &e);
	TRY(reply_piece(p->fd, p->request.id, span_buf(head), &e));
	if (v->stream.piece != NULL)
		return send_pieces(p, v, &e);
	return reply_piece(p->fd, p->request.id, page, &e) && reply_end(p->fd, p->request.id, &e);
}

/* The route's name, how it ended and how long it took: never path, address or query. */
static void
count(struct worker *w, const struct visit *v, int64_t ms)
{
	const char *name = v->route == NULL ? "no route" : v->route->name;

	atomic_fetch_add(&w->answered, 1);
	if (v->status >= 500)
		atomic_fetch_add(&w->failed, 1);
	else if (v->status >= 400)
		atomic_fetch_add(&w->refused, 1);
	if (v->status >= 500 || ms >= SLOW_MS)
		log_note("%s: %d in %lld ms", name, v->status, (long long)ms);
}

/*
 * What tells one network source from another: an IPv4 address, or the half of
 * an IPv6 one that its network gave out; the other half everybody picks anew.
 */
static struct span
source_of(const char *address, unsigned char into[16])
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (address != NULL && inet_pton(AF_INET, address, into) == 1)
		return span_of(into, 4);
	if (address == NULL || inet_pton(AF_INET6, address, into) != 1)
		return span_text(address);
	/* ::ffff:192.0.2.1 is an IPv4 address in other clothes. */
	return memcmp(into, mapped, sizeof(mapped)) == 0 ? span_of(into + 12, 4) : span_of(into, 8);
}

/* Most pages fit into what the last one left: then nothing is taken and given back.  A large one is not kept. */
static void
keep_room(struct buf *kept, struct buf *used)
{
	*kept = *used;
	*used = (struct buf){0};
	if (kept->cap > ROOM_KEPT)
		buf_wipe(kept);
	else
		buf_reset(kept);
}

static struct asked
asked_by(const struct fcgi_request *r, unsigned char source[16])
{
	return (struct asked){
		.method = r->param[FCGI_METHOD],
		.uri = r->param[FCGI_URI],
		.content_type = r->param[FCGI_CONTENT_TYPE],
		.fetch_site = r->param[FCGI_FETCH_SITE],
		.accept_language = r->param[FCGI_ACCEPT_LANGUAGE],
		.browser = r->param[FCGI_BROWSER],
		.came_from = r->param[FCGI_CAME_FROM],
		.uncounted = r->param[FCGI_UNCOUNTED],
		.body = span_buf(&r->body),
		.too_large = r->too_large,
		.source = source_of(r->param[FCGI_REMOTE_ADDR], source),
	};
}

/* ahead: what its page's question brought, when that was asked before. */
static void
serve_one(struct hand *h, struct peer *p, struct ahead *ahead)
{
	unsigned char source[16];
	struct visit v = { .site = h->w->f->site, .ahead = ahead, .keeper = h->keeper, .signer = h->signer,
	    .prover = h->prover, .store = h->store, .page = h->page };
	struct asked a = asked_by(&p->request, source);
	int64_t began = clock_mono_ms();
	bool sent;

	client_cert(&p->request, &h->cert);
	a.client_cert = span_buf(&h->cert);
	dispatch(&v, &a);
	buf_room(&h->head, HEAD_ROOM);
	answer_head(&v, &h->head);
	dispatch_keep(&v, &a, &h->head);
	sent = send_answer(p, &v, &h->head);
	count(h->w, &v, clock_mono_ms() - began);
	keep_room(&h->page, &v.page);
	buf_reset(&h->head);
	buf_reset(&h->cert);
	dispatch_end(&v);
	peers_back(h->w->peers, p, sent && p->request.keep);
}

/* What others were given a moment ago is sent at once; false: this request is to be looked at. */
static bool
serve_kept(struct hand *h, struct peer *p)
{
	struct visit v = { .page = h->page };
	struct asked a = asked_by(&p->request, (unsigned char[16]){0});
	bool found = dispatch_kept(&v, &a, atomic_load(&h->w->idle) == 0, &h->head);

	if (found) {
		bool sent = send_answer(p, &v, &h->head);

		count(h->w, &v, 0);
		peers_back(h->w->peers, p, sent && p->request.keep);
	}
	keep_room(&h->page, &v.page);
	buf_reset(&h->head);
	return found;
}

/* ---- a thread ---- */

static bool
open_peer(struct ipc **into, const char *path, const unsigned char secret[IPC_SECRET], struct hand *h)
{
	int64_t until = clock_mono_ms() + PEERS_WAIT_MS;

	if (path == NULL)
		return true;
	for (;;) {
		if (ipc_open(into, path, "portal", secret, 1000, &h->err)) {
			h->err = (struct err){0};	/* of a try before */
			return true;
		}
		if (h->err.kind != ERR_BUSY || clock_mono_ms() > until || atomic_load(&h->w->stopping))
			return false;
		usleep(50 * 1000);
	}
}

static bool
open_store(struct hand *h)
{
	const char *path = h->w->f->store;

	return path == NULL || store_open(&h->store, &site_spec, path, &h->err);
}

static bool
open_all(struct hand *h)
{
	const struct fcgi *f = h->w->f;

	return open_peer(&h->keeper, f->keeper_path, f->keeper, h) &&
	    open_peer(&h->signer, f->signer_path, f->signer, h) &&
	    open_peer(&h->prover, f->prover_path, f->prover, h) && open_store(h);
}

/* After a sync that failed the store is opened anew. */
static bool
store_whole(struct hand *h)
{
	if (h->store == NULL || !store_broken(h->store))
		return true;
	store_drop(&h->store);
	return open_store(h);
}

/* Oldest first, and all of them, before this thread ends.  NULL: told to end. */
static struct peer *
next_in_queue(struct worker *w)
{
	struct peer *p;

	atomic_fetch_add(&w->idle, 1);
	pulse_wait();
	pthread_mutex_lock(&w->lock);
	while (w->first == NULL && !w->closed)
		pthread_cond_wait(&w->more, &w->lock);
	atomic_fetch_sub(&w->idle, 1);
	p = w->first;
	if (p != NULL) {
		w->first = p->behind;
		if (w->first == NULL)
			w->last = &w->first;
	}
	pthread_mutex_unlock(&w->lock);
	pulse_move();
	return p;
}

/* with: the line that it was asked ahead on and is lent until it is answered; or NULL. */
static void
queue(struct worker *w, struct peer *p, struct line *with)
{
	p->behind = NULL;
	p->with = with;
	pthread_mutex_lock(&w->lock);
	*w->last = p;
	w->last = &p->behind;
	pthread_mutex_unlock(&w->lock);
	pthread_cond_signal(&w->more);		/* not under the lock: whoever wakes wants it */
}

static void
close_queue(struct worker *w)
{
	pthread_mutex_lock(&w->lock);
	w->closed = true;
	pthread_mutex_unlock(&w->lock);
	pthread_cond_broadcast(&w->more);
}

static bool
serve(struct hand *h)
{
	struct peer *p;

	while ((p = next_in_queue(h->w)) != NULL) {
		struct line *l = p->with;

		serve_one(h, p, l == NULL ? NULL : &l->ahead);
		/* What a page was drawn from lay there: a thread may wait long for its next one. */
		sodium_stackzero(STACK_USED);
		if (l != NULL)
			line_back(l);
		/* The keeper is there: the next questions need not wait in a thread. */
		if (h->keeper != NULL && ipc_fd(h->keeper) >= 0)
			lines_mend(h->w->lines);
		TRY(store_whole(h));
	}
	return true;
}

/* ---- the thread that listens ---- */

/* True: its question is under way. */
static bool
ask_ahead(struct hand *h, struct peer *p)
{
	struct lines *lines = h->w->lines;
	struct visit v = { .site = h->w->f->site };
	struct asked a = asked_by(&p->request, (unsigned char[16]){0});
	struct line *l = p->request.param[FCGI_CLIENT_CERT] == NULL ? lines_free(lines) : NULL;

	return l != NULL && dispatch_ahead(&v, &a, &l->ahead) && lines_ask(lines, l, p);
}

/*
 * A page with its answer is drawn here.  What was refused may have more to ask, and a long page may find no room
 * at nginx, whose own client reads slowly: somebody else has to wait for that.
 */
static void
serve_line(struct hand *h, struct line *l)
{
	struct peer *p = l->peer;

	if (l->ahead.err.kind != ERR_NONE || l->ahead.out.len > ANSWER_SHORT) {
		line_lend(l);
		queue(h->w, p, l);
		return;
	}
	serve_one(h, p, &l->ahead);
	line_back(l);
	h->wiped = false;
}

/* False: nobody said anything. */
static bool
listen_once(struct hand *h)
{
	struct worker *w = h->w;
	void *heard;
	struct peer *p = peers_next(w->peers, lines_asked(w->lines) ? LOOK_MS : h->wiped ? -1 : QUIET_MS, &heard, &h->err);
	pulse_move();
	if (p == NULL && heard == NULL && !h->wiped) {
		sodium_stackzero(STACK_USED);
		h->wiped = true;
	}
	if (heard != NULL && lines_take(w->lines, heard))
		serve_line(h, heard);
	/* What was given to others a moment ago neither waits nor wakes anybody. */
	if (p != NULL && !serve_kept(h, p) && !ask_ahead(h, p))
		queue(w, p, NULL);
	for (struct line *l; (l = lines_late(w->lines)) != NULL; )
		serve_line(h, l);
	pulse_wait();
	return p != NULL || heard != NULL;
}

/* Until all is answered, and nobody is there any more or has said anything for a while; a signal looks after it now and then. */
static void
listen_to_the_last(struct hand *h)
{
	struct worker *w = h->w;
	int64_t last = clock_mono_ms(), until = last + LAST_MS;

	peers_leave(w->peers);
	while (h->err.kind == ERR_NONE) {
		bool all = peers_away(w->peers) == 0 || atomic_load(&w->hands) == 0;

		if (all && (peers_here(w->peers) == 0 || clock_mono_ms() - last >= QUIET_MS))
			break;
		if (listen_once(h))
			last = clock_mono_ms();
		if (clock_mono_ms() >= until)
			peers_cut(w->peers);
	}
}

static void *
listener_main(void *self)
{
	struct hand *h = self;
	struct worker *w = h->w;

	pulse_thread(&h->pulse);
	while (h->err.kind == ERR_NONE && !atomic_load(&w->stopping))
		(void)listen_once(h);
	listen_to_the_last(h);
	/* Who has said nothing is to know at once that nothing will be heard. */
	if (peers_away(w->peers) == 0)
		peers_drop(&w->peers);
	if (h->err.kind != ERR_NONE)
		pthread_kill(w->main, SIGTERM);
	close_queue(w);
	pulse_thread_over();
	atomic_store(&h->finished, true);
	return NULL;
}

/* ---- a thread that answers ---- */

static void *
hand_main(void *self)
{
	struct hand *h = self;
	struct err uncounted = {0};

	pulse_thread(&h->pulse);
	if (!open_all(h) || !serve(h))
		pthread_kill(h->w->main, SIGTERM);	/* this worker can't serve: h->err says why */
	if (h->store != NULL && !visits_write(h->store, clock_now(), true, &uncounted))
		log_err("counting pages", &uncounted);
	ipc_drop(&h->keeper);
	ipc_drop(&h->signer);
	ipc_drop(&h->prover);
	store_drop(&h->store);
	atomic_fetch_sub(&h->w->hands, 1);
	pulse_thread_over();
	atomic_store(&h->finished, true);
	return NULL;
}

/* ---- the worker ---- */

static void
wake_up(int sig)
{
	(void)sig;		/* its only use is to end the wait for a request */
}

static bool
end_signals(sigset_t *set)
{
	return sigemptyset(set) == 0 && sigaddset(set, SIGTERM) == 0 && sigaddset(set, SIGINT) == 0;
}

bool
fcgi_signals(struct err *e)
{
	struct sigaction wake = { .sa_handler = wake_up }, ignore = { .sa_handler = SIG_IGN };
	sigset_t set;

	if (!end_signals(&set) || pthread_sigmask(SIG_BLOCK, &set, NULL) != 0 ||
	    sigaction(SIGUSR1, &wake, NULL) != 0 || sigaction(SIGPIPE, &ignore, NULL) != 0)
		return FAIL(e, ERR_IO, "signals: %s", strerror(errno));
	return true;
}

static bool
start_hands(struct worker *w, struct hand *hands, struct err *e)
{
	pthread_attr_t attr;
	bool good = pthread_attr_init(&attr) == 0 && pthread_attr_setstacksize(&attr, STACK) == 0;

	for (size_t i = 0; good && i <= w->f->threads; i++) {
		hands[i].w = w;
		atomic_fetch_add(&w->hands, i > 0);
		good = hands[i].started = pthread_create(&hands[i].thread, &attr, i == 0 ? listener_main : hand_main, &hands[i]) == 0;
		atomic_fetch_sub(&w->hands, i > 0 && !good);
	}
	(void)pthread_attr_destroy(&attr);
	return good ? true : FAIL(e, ERR_IO, "threads");
}

/* Until SIGTERM; a line of counts now and then. */
static void
wait_for_end(struct worker *w)
{
	struct timespec pause = { .tv_sec = LOOK_MS / 1000 };
	unsigned long before = 0, seconds = 0;
	sigset_t set;

	if (!end_signals(&set))
		return;
	while (sigtimedwait(&set, NULL, &pause) < 0) {
		unsigned long now = atomic_load(&w->answered);

		pulse_move();
		if (now == before || ++seconds % SUMMARY_S != 0)
			continue;
		log_note("%lu answers so far, %lu refused, %lu failed", now, atomic_load(&w->refused), atomic_load(&w->failed));
		before = now;
	}
}

/* Whoever waits is woken until it has seen the flag; what was asked before is answered. */
static bool
stop_hands(struct worker *w, struct hand *hands, struct err *e)
{
	bool good = true;

	atomic_store(&w->stopping, true);
	for (size_t i = 0; i <= w->f->threads; i++) {
		if (!hands[i].started) {
			close_queue(w);
			continue;
		}
		while (!atomic_load(&hands[i].finished)) {
			pulse_move();
			pthread_kill(hands[i].thread, SIGUSR1);
			usleep(20 * 1000);
		}
		pthread_join(hands[i].thread, NULL);
		buf_wipe(&hands[i].page);
		buf_wipe(&hands[i].head);
		buf_wipe(&hands[i].cert);
		if (good && hands[i].err.kind != ERR_NONE) {
			*e = hands[i].err;
			good = false;
		}
	}
	return good;
}

static bool
serve_all(struct worker *w, struct hand *hands, struct err *e)
{
	bool good = start_hands(w, hands, e);

	if (good)
		wait_for_end(w);
	return stop_hands(w, hands, e) && good;
}

bool
fcgi_serve(const struct fcgi *f, struct err *e)
{
	static struct worker w = { .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER, .last = &w.first };	/* one a process; too many atomics for a moving place */
	struct hand *hands = calloc(f->threads + 1, sizeof(*hands));
	bool good;

	if (hands == NULL)
		return FAIL(e, ERR_MEMORY, "%zu threads", f->threads);
	w.f = f;
	w.main = pthread_self();
	good = peers_open(&w.peers, f->listen_fd, f->pass, FORM_FILES_MAX, e);
	if (good)
		peers_only(w.peers, f->may, f->may_count);
	good = good &&
	    lines_open(&w.lines, f->keeper_path == NULL ? 0 : f->threads < LINES_MOST ? f->threads : LINES_MOST, f->keeper_path, f->keeper, w.peers, VISIT_ASK_MS, e) &&
	    serve_all(&w, hands, e);
	lines_drop(&w.lines);
	peers_drop(&w.peers);
	kept_drop();
	wipe_free(hands);
	return good;
}
