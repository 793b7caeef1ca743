#include <arpa/inet.h>
#include <sys/socket.h>
#include <errno.h>
#include <fcgiapp.h>
#include <openssl/pem.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <strings.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "ledger/store/store.h"
#include "portal/web/dispatch.h"
#include "portal/web/fcgi.h"
#include "portal/web/reply.h"
#include "portal/web/site.h"
#include "portal/web/visits.h"

#define PEERS_WAIT_MS	20000
#define SLOW_MS		1000	/* an answer that took longer is worth a line */
#define SUMMARY_S	60	/* seconds between two lines of counts */
#define STACK		(1u << 20)	/* bytes for a thread */
#define HEAD_ROOM	2048		/* bytes: no header of ours is longer */
#define ROOM_KEPT	65536u		/* bytes of a page, at most */
#define CERT_MAX	32768	/* bytes of a client certificate as nginx escapes it */

struct worker {
	const struct fcgi	*f;
	pthread_t		main;		/* which waits for signals */
	atomic_bool		stopping;
	atomic_ulong		answered, refused, failed;
};

struct hand {			/* one thread */
	struct worker	*w;
	pthread_t	thread;
	bool		started;
	atomic_bool	finished;
	struct ipc	*keeper, *signer, *prover;
	struct store	*store;
	struct buf	page, head;	/* of the answer: their room is kept, what stood in it is wiped */
	struct err	err;
};

/* ---- one request ---- */

/* nginx's $ssl_client_escaped_cert: percent-encoded PEM; false: none, or none that it verified. */
static bool
client_cert(const FCGX_Request *r, struct buf *der)
{
	const char *verify = FCGX_GetParam("CLIENT_VERIFY", r->envp), *s = FCGX_GetParam("CLIENT_CERT", r->envp);
	DROP(buf_wipe) struct buf pem = {0};
	unsigned char *data = NULL;
	char *name = NULL, *header = NULL;
	long len = 0;
	BIO *bio;

	if (verify == NULL || strcmp(verify, "SUCCESS") != 0 || s == NULL || strlen(s) > CERT_MAX)
		return false;
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
	return der->len > 0 && !der->failed;
}

/*
 * What lies in libfcgi's own buffer, at most `most` bytes, which are wiped there:
 * passwords stand in it, and it is freed as it is.
 */
static bool
read_piece(FCGX_Stream *in, struct buf *body, size_t most)
{
	int first = FCGX_GetChar(in);		/* fills the buffer when that is empty */
	size_t ready;

	if (first < 0)
		return false;
	in->rdNext[-1] = '\0';
	pack_u8(body, (unsigned)first);
	ready = (size_t)(in->stop - in->rdNext);
	ready = ready < most - 1 ? ready : most - 1;
	buf_add(body, in->rdNext, ready);
	explicit_bzero(in->rdNext, ready);
	in->rdNext += ready;
	return true;
}

/* The body, unless it is longer than any form of ours: then *too_large. */
static void
read_body(FCGX_Request *r, struct buf *body, bool *too_large)
{
	const char *said = FCGX_GetParam("CONTENT_LENGTH", r->envp);
	unsigned long want = said == NULL ? 0 : strtoul(said, NULL, 10);

	*too_large = want > FORM_FILES_MAX;
	while (!*too_large && body->len < want && read_piece(r->in, body, want - body->len))
		continue;
	*too_large |= body->failed;
}

/* One that can't go on ends early, which the length in the header tells whoever reads. */
static void
send_pieces(FCGX_Request *r, struct visit *v)
{
	struct err e = {0};

	do {
		if (!v->stream.piece(v, &e)) {
			log_err(v->route->name, &e);
			return;
		}
		if (v->page.len > 0 && FCGX_PutStr(v->page.data, (int)v->page.len, r->out) != (int)v->page.len)
			return;
	} while (v->page.len > 0);
	if (FCGX_FFlush(r->out) == 0)
		v->stream.over(v);
}

/* Past libfcgi, whose own streams are told that they were closed: it would end the request a second time. */
static void
send_whole(FCGX_Request *r, struct span head, struct span page)
{
	struct err e = {0};

	r->out->wasFCloseCalled = r->err->wasFCloseCalled = 1;
	if (!reply_write(r->ipcFd, r->requestId, head, page, &e))
		r->keepConnection = 0;		/* who asked is gone: the connection ends with the request */
}

static void
send_answer(FCGX_Request *r, struct visit *v, struct buf *head)
{
	buf_room(head, HEAD_ROOM);
	answer_head(v, head);
	if (head->failed) {
		FCGX_FPrintF(r->out, "Status: 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
		return;
	}
	if (v->stream.piece == NULL && head->len + v->page.len <= REPLY_MOST) {
		send_whole(r, span_buf(head), v->head ? span_of("", 0) : span_buf(&v->page));
		return;
	}
	FCGX_PutStr(head->data, (int)head->len, r->out);
	if (v->stream.piece != NULL)
		send_pieces(r, v);
	else if (!v->head && v->page.len > 0)
		FCGX_PutStr(v->page.data, (int)v->page.len, r->out);
}

/* The address holds a session's token, the certificate a name: leave neither in libfcgi's memory. */
static void
wipe_params(FCGX_Request *r)
{
	for (char **p = r->envp; p != NULL && *p != NULL; p++) {
		char *value = strchr(*p, '=');

		if (value != NULL)
			explicit_bzero(value + 1, strlen(value + 1));
	}
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

static void
serve_one(struct hand *h, FCGX_Request *r)
{
	DROP(buf_wipe) struct buf body = {0}, cert = {0};
	unsigned char source[16];
	struct visit v = { .site = h->w->f->site, .keeper = h->keeper, .signer = h->signer,
	    .prover = h->prover, .store = h->store, .page = h->page };
	struct asked a = {
		.method = FCGX_GetParam("REQUEST_METHOD", r->envp),
		.uri = FCGX_GetParam("REQUEST_URI", r->envp),
		.content_type = FCGX_GetParam("CONTENT_TYPE", r->envp),
		.fetch_site = FCGX_GetParam("HTTP_SEC_FETCH_SITE", r->envp),
		.accept_language = FCGX_GetParam("HTTP_ACCEPT_LANGUAGE", r->envp),
		.browser = FCGX_GetParam("BROWSER", r->envp),
		.came_from = FCGX_GetParam("CAME_FROM", r->envp),
		.uncounted = FCGX_GetParam("UNCOUNTED", r->envp),
		.source = source_of(FCGX_GetParam("REMOTE_ADDR", r->envp), source),
	};
	int64_t began = clock_mono_ms();

	read_body(r, &body, &a.too_large);
	a.body = span_buf(&body);
	if (client_cert(r, &cert))
		a.client_cert = span_buf(&cert);
	dispatch(&v, &a);
	send_answer(r, &v, &h->head);
	count(h->w, &v, clock_mono_ms() - began);
	keep_room(&h->page, &v.page);
	buf_reset(&h->head);
	dispatch_end(&v);
	wipe_params(r);
	FCGX_Finish_r(r);
}

/* ---- a thread ---- */

static bool
open_peer(struct ipc **into, const char *path, const unsigned char secret[IPC_SECRET], struct hand *h)
{
	int64_t until = clock_mono_ms() + PEERS_WAIT_MS;

	if (path == NULL)
		return true;
	for (;;) {
		if (ipc_open(into, path, "portal", secret, 1000, &h->err))
			return true;
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

/*
 * A connection that is kept sleeps in poll(2): in libfcgi's read(2) it would be woken for nothing
 * when nginx takes the answer, since there is room to write then.  False: a signal came.
 */
static bool
heard(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return fd < 0 || poll(&p, 1, -1) >= 0;
}

static bool
serve(struct hand *h)
{
	bool good = true;
	FCGX_Request r;

	if (FCGX_InitRequest(&r, h->w->f->listen_fd, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		return FAIL(&h->err, ERR_IO, "FCGX_InitRequest");
	while (good && !atomic_load(&h->w->stopping))
		if (heard(r.ipcFd) && FCGX_Accept_r(&r) == 0) {
			serve_one(h, &r);
			good = store_whole(h);
		}
	FCGX_Free(&r, 1);
	return good;
}

static void *
hand_main(void *self)
{
	struct hand *h = self;
	struct err uncounted = {0};

	if (!open_all(h) || !serve(h))
		pthread_kill(h->w->main, SIGTERM);	/* this worker can't serve: h->err says why */
	if (h->store != NULL && !visits_write(h->store, clock_now(), true, &uncounted))
		log_err("counting pages", &uncounted);
	ipc_drop(&h->keeper);
	ipc_drop(&h->signer);
	ipc_drop(&h->prover);
	store_drop(&h->store);
	buf_wipe(&h->page);
	buf_wipe(&h->head);
	atomic_store(&h->finished, true);
	return NULL;
}

/* ---- the worker ---- */

static void
wake_up(int sig)
{
	(void)sig;		/* its only use is to end a blocking accept or read */
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

	for (size_t i = 0; good && i < w->f->threads; i++) {
		hands[i].w = w;
		good = hands[i].started = pthread_create(&hands[i].thread, &attr, hand_main, &hands[i]) == 0;
	}
	(void)pthread_attr_destroy(&attr);
	return good ? true : FAIL(e, ERR_IO, "threads");
}

/* Until SIGTERM; a line of counts now and then. */
static void
wait_for_end(struct worker *w)
{
	struct timespec pause = { .tv_sec = SUMMARY_S };
	unsigned long before = 0;
	sigset_t set;

	if (!end_signals(&set))
		return;
	while (sigtimedwait(&set, NULL, &pause) < 0) {
		unsigned long now = atomic_load(&w->answered);

		if (now != before)
			log_note("%lu answers so far, %lu refused, %lu failed", now, atomic_load(&w->refused),
			    atomic_load(&w->failed));
		before = now;
	}
}

/* Threads that wait for a request are woken until they have seen the flag; others finish theirs. */
static bool
stop_hands(struct worker *w, struct hand *hands, struct err *e)
{
	bool good = true;

	atomic_store(&w->stopping, true);
	for (size_t i = 0; i < w->f->threads; i++) {
		if (!hands[i].started)
			continue;
		while (!atomic_load(&hands[i].finished)) {
			pthread_kill(hands[i].thread, SIGUSR1);
			usleep(20 * 1000);
		}
		pthread_join(hands[i].thread, NULL);
		if (good && hands[i].err.kind != ERR_NONE) {
			*e = hands[i].err;
			good = false;
		}
	}
	return good;
}

bool
fcgi_serve(const struct fcgi *f, struct err *e)
{
	static struct worker w;		/* one a process; too many atomics for a moving place */
	struct hand *hands = calloc(f->threads, sizeof(*hands));
	bool good;

	if (hands == NULL || FCGX_Init() != 0) {
		free(hands);
		return FAIL(e, ERR_MEMORY, "%zu threads", f->threads);
	}
	w.f = f;
	w.main = pthread_self();
	good = start_hands(&w, hands, e);
	if (good)
		wait_for_end(&w);
	good = stop_hands(&w, hands, e) && good;
	free(hands);
	return good;
}
