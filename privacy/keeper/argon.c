#include <sys/socket.h>
#include <errno.h>
#include <pthread.h>
#include <unistd.h>
#include <sodium.h>
#include "ledger/base/log.h"
#include "ledger/base/pulse.h"
#include "ledger/base/wipe.h"
#include "privacy/keeper/argon.h"
#include "privacy/keeper/child.h"
#include "privacy/keeper/why.h"

#define JOB_BYTES	64u	/* u64 id, u32 passes, u32 KiB, input, salt */
#define RESULT_BYTES	41u	/* u64 id, u8 good, hash */
#define AT_ONCE		16	/* threads of the child, at most */
#define FALLS_MOST	3	/* children that may end over one job */
#define RESTARTED	0	/* the id of the result that says "a new child" */

/* ---- the child: no key, no file, one socket ---- */

static void
result_send(int fd, uint64_t id, bool good, const unsigned char hash[ARGON_HASH])
{
	unsigned char m[RESULT_BYTES];

	memcpy(m, &id, 8);
	m[8] = good;
	memcpy(m + 9, hash, ARGON_HASH);
	if (send(fd, m, sizeof(m), MSG_NOSIGNAL) != (ssize_t)sizeof(m))
		_exit(1);
	explicit_bzero(m, sizeof(m));
}

static void *
hasher(void *arg)
{
	int fd = *(const int *)arg;
	unsigned char m[JOB_BYTES], hash[ARGON_HASH];
	uint64_t id;
	uint32_t passes, kib;

	for (;;) {
		ssize_t n = recv(fd, m, sizeof(m), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n != (ssize_t)sizeof(m))
			_exit(0);	/* the keeper is gone */
		memcpy(&id, m, 8);
		memcpy(&passes, m + 8, 4);
		memcpy(&kib, m + 12, 4);
		bool good = crypto_pwhash(hash, sizeof(hash), (const char *)m + 16, 32, m + 48,
		    passes, (size_t)kib * 1024, crypto_pwhash_ALG_ARGON2ID13) == 0;

		result_send(fd, id, good, hash);
		explicit_bzero(m, sizeof(m));
		explicit_bzero(hash, sizeof(hash));
	}
	return NULL;
}

/* All threads work at one socket; the first one is the process's own. */
static void
hash_all(int fd, void *arg)
{
	static int shared;
	pthread_t t;

	shared = fd;
	for (int i = 1; i < *(const int *)arg; i++)
		if (pthread_create(&t, NULL, hasher, &shared) != 0)
			_exit(1);
	hasher(&shared);
}

static void
say_anew(int fd)
{
	static const unsigned char nothing[ARGON_HASH];

	result_send(fd, RESTARTED, false, nothing);
}

bool
argon_start(int *fd, int threads, bool unwalled, struct err *e)
{
	static int count;
	static const struct child_spec spec = { .name = "hashing child", .run = hash_all, .anew = say_anew, .arg = &count };

	if (threads < 1 || threads > AT_ONCE)
		return FAIL(e, ERR_INPUT, "argon: %d threads", threads);
	count = threads;
	return child_start(fd, &spec, unwalled, e);
}

/* ---- the keeper's side ---- */

struct waiting {			/* one request put off; ask->work points here */
	struct argon_work work;		/* first: argon_done hands it out */
	struct argon	*of;
	struct ipc_ask	*ask;
	struct waiting	*next;		/* in its class's queue */
	enum argon_class class;
	size_t		given, done;	/* jobs handed to the child, results back */
	bool		failed;
	bool		over;		/* back in a batch: no longer ours to run */
};

/* id 0: free; since: pulse_count(); falls: children that ended over it */
struct flight { uint64_t id; struct waiting *w; size_t job; int64_t since; unsigned falls; };

struct argon {
	int		fd, threads, limit;
	void		(*again)(void *, struct ipc_ask *);
	void		*server;
	struct waiting	*first[ARGON_CLASSES];
	size_t		waiting;
	unsigned	turn;
	uint64_t	last_id;
	struct flight	flight[AT_ONCE];
	bool		gone;
};

bool
argon_open(struct argon **out, int fd, int threads, int queue,
    void (*again)(void *, struct ipc_ask *), void *server, struct err *e)
{
	struct argon *a = calloc(1, sizeof(*a));

	if (a == NULL) {
		close(fd);
		return FAIL(e, ERR_MEMORY, "argon");
	}
	*a = (struct argon){ .fd = fd, .threads = threads, .limit = queue, .again = again,
	    .server = server };
	*out = a;
	return true;
}

void
argon_drop(struct argon **a)
{
	if (*a == NULL)
		return;
	close((*a)->fd);
	wipe_free(*a);
	*a = NULL;
}

static void
unlink_waiting(struct waiting *w)
{
	for (struct waiting **at = &w->of->first[w->class]; *at != NULL; at = &(*at)->next)
		if (*at == w) {
			*at = w->next;
			break;
		}
}

/* The request is answered, or its connection's server ends. */
static void
waiting_drop(void *work)
{
	struct waiting *w = work;

	if (!w->over) {
		unlink_waiting(w);
		w->of->waiting--;
	}
	for (size_t i = 0; i < AT_ONCE; i++)
		if (w->of->flight[i].w == w)
			w->of->flight[i].w = NULL;	/* its result will be thrown away */
	wipe_free(w);
}

/* The next request with a job to give, classes in turn. */
static struct waiting *
next_waiting(struct argon *a)
{
	for (unsigned i = 0; i < ARGON_CLASSES; i++) {
		unsigned class = (a->turn + i) % ARGON_CLASSES;

		for (struct waiting *w = a->first[class]; w != NULL; w = w->next)
			if (w->given < w->work.count) {
				a->turn = (class + 1) % ARGON_CLASSES;
				return w;
			}
	}
	return NULL;
}

static bool
job_send(struct argon *a, struct flight *f)
{
	const struct argon_job *j = &f->w->work.job[f->job];
	unsigned char m[JOB_BYTES];
	ssize_t n;

	memcpy(m, &f->id, 8);
	memcpy(m + 8, &j->passes, 4);
	memcpy(m + 12, &j->memory_kib, 4);
	memcpy(m + 16, j->input, 32);
	memcpy(m + 48, j->salt, ARGON_SALT);
	do
		n = send(a->fd, m, sizeof(m), MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	explicit_bzero(m, sizeof(m));
	return n == (ssize_t)sizeof(m);
}

/* Fill the child's hands. */
static void
jobs_give(struct argon *a)
{
	for (int i = 0; i < a->threads; i++) {
		struct flight *f = &a->flight[i];
		struct waiting *w;

		if (f->id != 0)
			continue;
		w = next_waiting(a);
		if (w == NULL)
			return;
		*f = (struct flight){ .id = ++a->last_id, .w = w, .job = w->given++, .since = pulse_count() };
		if (!job_send(a, f)) {
			w->given--;
			*f = (struct flight){0};
			return;
		}
	}
}

/* Is there room for one more of this class?  Strangers' joins leave half of it to members. */
static bool
has_room(const struct argon *a, enum argon_class c)
{
	size_t joins = 0;

	if (a->gone || a->waiting >= (size_t)a->limit)
		return false;
	if (c != ARGON_JOIN)
		return true;
	for (const struct waiting *w = a->first[ARGON_JOIN]; w != NULL; w = w->next)
		joins++;
	return joins < ((size_t)a->limit + 1) / 2;
}

bool
argon_ask(struct argon *a, struct ipc_ask *ask, enum argon_class c,
    const struct argon_job *jobs, size_t n, struct err *e)
{
	struct waiting *w, **at;

	if (n == 0 || n > ARGON_JOBS)
		return FAIL(e, ERR_INPUT, "argon: %zu jobs", n);
	/* It came back without its hashes: no memory for them, for one. */
	if (ask->work != NULL)
		return REFUSE(e, ERR_BUSY, WHY_HASH_QUEUE, "argon: the child could not");
	if (!has_room(a, c))
		return REFUSE(e, ERR_BUSY, WHY_HASH_QUEUE, "argon: %zu requests wait", a->waiting);
	w = calloc(1, sizeof(*w));
	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "argon");
	*w = (struct waiting){ .of = a, .ask = ask, .class = c, .work.count = n };
	memcpy(w->work.job, jobs, n * sizeof(*jobs));
	for (at = &a->first[c]; *at != NULL; at = &(*at)->next)
		;
	*at = w;
	a->waiting++;
	ask->work = w;
	ask->work_drop = waiting_drop;
	jobs_give(a);
	return true;
}

struct argon_work *
argon_done(const struct ipc_ask *ask)
{
	struct waiting *w = ask->work;

	/* Another child's work may hang there. */
	return ask->work_drop == waiting_drop && w != NULL && w->over && !w->failed ? &w->work : NULL;
}

/* All jobs are back: the request goes into the next batch. */
static void
waiting_over(struct waiting *w)
{
	unlink_waiting(w);
	w->of->waiting--;
	w->over = true;
	w->of->again(w->of->server, w->ask);
}

/* A job is back; hash NULL: without one, and its request will be refused. */
static void
flight_back(struct flight *f, const unsigned char *hash)
{
	struct waiting *w = f->w;

	if (w != NULL && hash != NULL)
		memcpy(w->work.job[f->job].hash, hash, ARGON_HASH);
	*f = (struct flight){0};
	if (w == NULL)
		return;
	w->failed |= hash == NULL;
	if (++w->done == w->work.count)
		waiting_over(w);
}

static void
flights_again(struct argon *a)
{
	log_warn("the hashing child was started anew; where the system ended it for want of memory, lower argon.memory");
	for (size_t i = 0; i < AT_ONCE; i++) {
		struct flight *f = &a->flight[i];

		if (f->id == 0)
			continue;
		f->id = ++a->last_id;
		f->since = pulse_count();
		/* What child after child ends over waits for nothing: others are behind it. */
		if (f->w == NULL || ++f->falls > FALLS_MOST || !job_send(a, f))
			flight_back(f, NULL);
	}
}

static void
result_take(struct argon *a, const unsigned char m[RESULT_BYTES])
{
	uint64_t id;

	memcpy(&id, m, 8);
	if (id == RESTARTED) {
		flights_again(a);
		return;
	}
	for (size_t i = 0; i < AT_ONCE; i++)
		if (a->flight[i].id == id) {
			flight_back(&a->flight[i], m[8] != 0 ? m + 9 : NULL);
			return;
		}
}

void
argon_readable(struct argon *a)
{
	unsigned char m[RESULT_BYTES];
	ssize_t n;

	while ((n = recv(a->fd, m, sizeof(m), MSG_DONTWAIT)) == (ssize_t)sizeof(m))
		result_take(a, m);
	explicit_bzero(m, sizeof(m));
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		if (!a->gone)
			log_warn("the hashing child is gone for good");
		a->gone = true;
		return;
	}
	jobs_give(a);
}

int
argon_fd(const struct argon *a)
{
	return a->fd;
}

bool
argon_alive(const struct argon *a, int64_t limit_s)
{
	for (size_t i = 0; i < AT_ONCE && limit_s > 0; i++)
		if (a->flight[i].id != 0 && pulse_count() - a->flight[i].since > limit_s * 1000)
			return false;
	return !a->gone;
}
