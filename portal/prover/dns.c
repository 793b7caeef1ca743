#include "ledger/base/wipe.h"
#include "portal/prover/dns.h"
#include <arpa/inet.h>
#include <sys/eventfd.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unbound.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "portal/prover/place.h"

#define CLASS_IN	1
#define RCODE_OK	0
#define RCODE_NXDOMAIN	3
#define KNOWN_MS	5000	/* for an answer that is known without asking anybody; 1 ms is enough where nothing else runs */
#define DEBIAN_ANCHOR	"/usr/share/dns/root.key"	/* package dns-root-data */

struct dns {
	struct ub_ctx	*ctx;
	uint64_t	named;		/* a bit for each range of place.h that holds a server the operator named */
	pthread_t	pump;
	bool		pumping;
	int		wake_fd;	/* ends the pump */
	pthread_mutex_t	lock;
	pthread_cond_t	news;		/* some question was answered, or stop */
	atomic_bool	stop;		/* nobody waits for an answer any more; set under the lock */
	atomic_bool	lost;
};

struct question {		/* on its asker's stack; answered under the lock */
	struct dns		*dns;
	bool			answered;
	int			failed;		/* libunbound's error, 0: none */
	struct ub_result	*result;
};

/* ---- set-up ---- */

/*
 * Short caches, so that a record written a moment ago is seen; servers that
 * did not answer are tried again soon.  Who may be asked is keep_out()'s: the
 * library's own word on loopback would keep the operator's servers out as well.
 */
static const char *const options[][2] = {
	{ "cache-max-ttl:", "30" },
	{ "cache-max-negative-ttl:", "3" },
	{ "infra-host-ttl:", "15" },
	{ "do-not-query-localhost:", "no" },
	{ "msg-cache-size:", "1m" },
	{ "rrset-cache-size:", "2m" },
	{ "key-cache-size:", "1m" },
	{ "neg-cache-size:", "1m" },
	{ "edns-buffer-size:", "1232" },
	{ "aggressive-nsec:", "no" },
};

static bool
unbound_ok(int rc, const char *doing, struct err *e)
{
	if (rc == 0)
		return true;
	return FAIL(e, rc == UB_NOMEM ? ERR_MEMORY : ERR_INPUT, "resolver, %s: %s", doing,
	    ub_strerror(rc));
}

/*
 * The resolver answers "test.", "local" and the like itself; a stub for such a zone means
 * the operator wants the real one, so its own copies of the stub and of all
 * names above go.
 */
static bool
own_zones_remove(struct dns *d, char *zone, struct err *e)
{
	for (const char *at = zone; at != NULL && *at != '\0';) {
		const char *dot = strchr(at, '.');

		TRY(unbound_ok(ub_ctx_zone_remove(d->ctx, at), "zone", e));
		at = dot == NULL ? NULL : dot + 1;
	}
	return true;
}

/* Run `each` over the stubs "zone=address,..." of the setting. */
static bool
stubs_each(struct dns *d, const char *list,
    bool (*each)(struct dns *, char *zone, const char *address, struct err *), struct err *e)
{
	for (const char *at = list; *at != '\0';) {
		size_t n = strcspn(at, ",");
		char stub[512], *address;

		if (n >= sizeof(stub))
			return FAIL(e, ERR_INPUT, "resolver stub of %zu bytes", n);
		memcpy(stub, at, n);
		stub[n] = '\0';
		address = strchr(stub, '=');
		if (address == NULL || address == stub || address[1] == '\0')
			return FAIL(e, ERR_INPUT, "resolver stub: not zone=address");
		*address++ = '\0';
		TRY(each(d, stub, address, e));
		at += n + (at[n] == ',');
	}
	return true;
}

/* A server that the operator named, "ADDRESS" or "ADDRESS@PORT". */
static void
server_named(struct dns *d, const char *server)
{
	char address[INET6_ADDRSTRLEN];
	size_t n = strcspn(server, "@"), range;

	if (n >= sizeof(address))
		return;
	memcpy(address, server, n);
	address[n] = '\0';
	range = place_of(address);
	if (range != PLACE_NONE)
		d->named |= UINT64_C(1) << range;
}

/* Whoever holds a domain says where its name servers stand: not among what is private. */
static bool
keep_out(struct dns *d, struct err *e)
{
	char range[PLACE_RANGE];

	for (size_t i = 0; place_range(i, range); i++)
		if ((d->named >> i & 1) == 0)
			TRY(unbound_ok(ub_ctx_set_option(d->ctx, "do-not-query-address:", range), range, e));
	return true;
}

static bool
stub_add(struct dns *d, char *zone, const char *address, struct err *e)
{
	server_named(d, address);
	return unbound_ok(ub_ctx_set_stub(d->ctx, zone, address, 0), "stub", e);
}

static bool
stub_own_zones(struct dns *d, char *zone, const char *address, struct err *e)
{
	(void)address;
	return own_zones_remove(d, zone, e);
}

static bool
configure(struct dns *d, const struct settings *s, struct err *e)
{
	const char *anchor = *s->trust_anchor == '\0' ? DEBIAN_ANCHOR : s->trust_anchor;
	char never[] = "troth.invalid.";

	for (size_t i = 0; i < COUNT(options); i++)
		TRY(unbound_ok(ub_ctx_set_option(d->ctx, options[i][0], options[i][1]),
		    options[i][0], e));
	if (access(anchor, R_OK) != 0)
		return FAIL(e, ERR_INPUT, "trust anchor %s: %s", anchor, strerror(errno));
	TRY(unbound_ok(ub_ctx_add_ta_file(d->ctx, anchor), "trust anchor", e));
	if (*s->resolver != '\0')
		TRY(unbound_ok(ub_ctx_set_fwd(d->ctx, s->resolver), "forwarder", e));
	server_named(d, s->resolver);
	TRY(stubs_each(d, s->resolver_stub, stub_add, e));
	if (!s->allow_private_addresses)
		TRY(keep_out(d, e));
	TRY(unbound_ok(ub_ctx_async(d->ctx, 1), "threads", e));
	/*
	 * Removing a zone makes the library read its files and take its settings:
	 * here, while files can still be opened, so also when there is no stub.
	 */
	TRY(unbound_ok(ub_ctx_zone_remove(d->ctx, never), "set-up", e));
	return stubs_each(d, s->resolver_stub, stub_own_zones, e);
}

bool
dns_open(struct dns **out, const struct settings *s, struct err *e)
{
	DROP(dns_drop) struct dns *d = calloc(1, sizeof(*d));
	pthread_condattr_t attr;

	*out = NULL;
	if (d == NULL)
		return FAIL(e, ERR_MEMORY, "resolver");
	pthread_mutex_init(&d->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&d->news, &attr);
	pthread_condattr_destroy(&attr);
	d->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	d->ctx = ub_ctx_create();
	if (d->wake_fd < 0 || d->ctx == NULL)
		return FAIL(e, ERR_MEMORY, "resolver");
	/* Its words hold names that were asked for. */
	ub_ctx_debuglevel(d->ctx, 0);
	ub_ctx_debugout(d->ctx, NULL);
	TRY(configure(d, s, e));
	*out = d;
	d = NULL;
	return true;
}

/* ---- gathering answers ---- */

static void *
pump_run(void *self)
{
	struct dns *d = self;
	struct pollfd p[2] = {
		{ .fd = ub_fd(d->ctx), .events = POLLIN },
		{ .fd = d->wake_fd, .events = POLLIN },
	};

	while (p[1].revents == 0) {
		if (poll(p, 2, -1) < 0)
			continue;	/* EINTR; revents are zero then */
		if (p[0].revents != 0)
			(void)ub_process(d->ctx);
	}
	return NULL;
}

static void
answered(void *arg, int failed, struct ub_result *result)
{
	struct question *q = arg;
	struct dns *d = q->dns;

	pthread_mutex_lock(&d->lock);
	q->failed = failed;
	q->result = result;
	q->answered = true;
	pthread_cond_broadcast(&d->news);
	pthread_mutex_unlock(&d->lock);
}

static struct timespec
timespec_of(int64_t mono_ms)
{
	return (struct timespec){ .tv_sec = (time_t)(mono_ms / 1000),
	    .tv_nsec = (long)(mono_ms % 1000) * 1000000L };
}

/* Wait for the answer.  False: deadline or stop came first. */
static bool
wait_until(struct dns *d, struct question *q, int64_t until)
{
	struct timespec at = timespec_of(until);
	bool done;

	pthread_mutex_lock(&d->lock);
	while (!q->answered && !d->stop &&
	    pthread_cond_timedwait(&d->news, &d->lock, &at) != ETIMEDOUT)
		;
	done = q->answered;
	pthread_mutex_unlock(&d->lock);
	return done;
}

/*
 * Give a question up.  When the library no longer knows its number the answer
 * is being handed over this very moment: the question lives on our stack, so
 * that has to be waited for.
 */
static void
give_up(struct dns *d, struct question *q, int number)
{
	if (ub_cancel(d->ctx, number) != UB_NOID)
		return;
	pthread_mutex_lock(&d->lock);
	while (!q->answered)
		pthread_cond_wait(&d->news, &d->lock);
	pthread_mutex_unlock(&d->lock);
}

static enum dns_outcome
outcome_of(const struct question *q)
{
	const struct ub_result *r = q->result;

	if (q->failed != 0 || r == NULL)
		return DNS_NO_ANSWER;
	if (r->bogus)
		return DNS_BOGUS;
	if (r->rcode != RCODE_OK && r->rcode != RCODE_NXDOMAIN)
		return DNS_NO_ANSWER;
	return r->havedata ? DNS_FOUND : DNS_EMPTY;
}

/* The answer takes the result over, also when this fails: its wipe gives it back. */
static bool
answer_fill(struct dns_answer *a, const struct question *q, struct err *e)
{
	const struct ub_result *r = q->result;
	size_t n = 0;

	a->held = q->result;
	a->outcome = outcome_of(q);
	if (a->outcome != DNS_FOUND && a->outcome != DNS_EMPTY)
		return true;
	a->secure = r->secure != 0;
	if (a->outcome == DNS_EMPTY)
		return true;
	while (r->data[n] != NULL)
		n++;
	a->data = calloc(n, sizeof(*a->data));
	if (a->data == NULL)
		return FAIL(e, ERR_MEMORY, "%zu records", n);
	for (; a->count < n; a->count++)
		a->data[a->count] = span_of(r->data[a->count], (size_t)r->len[a->count]);
	return true;
}

/* Put it and wait; what came is in *q, whose result is the caller's. */
static bool
put(struct dns *d, const char *ask, enum dns_type type, int64_t until, struct question *q, struct err *e)
{
	int number = 0, rc = ub_resolve_async(d->ctx, ask, type, CLASS_IN, q, answered, &number);

	if (rc == UB_NOMEM)
		return FAIL(e, ERR_MEMORY, "resolver");
	if (rc == 0 && !wait_until(d, q, until))
		give_up(d, q, number);
	return true;
}

/* Does it answer what it knows without asking anybody? */
static bool
answers(struct dns *d)
{
	struct question q = { .dns = d };

	if (!put(d, "localhost.", DNS_A, clock_mono_ms() + KNOWN_MS, &q, NULL))
		return true;		/* memory is short just now: that says nothing */
	if (q.result != NULL)
		ub_resolve_free(q.result);
	return q.answered;
}

bool
dns_start(struct dns *d, struct err *e)
{
	int rc = pthread_create(&d->pump, NULL, pump_run, d);

	if (rc != 0)
		return FAIL(e, ERR_IO, "resolver thread: %s", strerror(rc));
	d->pumping = true;
	/* The library's own thread starts with the first question, and says nothing when it could not. */
	return answers(d) ? true : FAIL(e, ERR_MEMORY, "the resolver does not start");
}

/* A library to which memory was refused may never answer again, and says so to nobody. */
static void
look_whether_lost(struct dns *d)
{
	if (!d->stop && !answers(d) && !d->stop) {
		atomic_store(&d->lost, true);
		dns_stop(d);
	}
}

bool
dns_lost(const struct dns *d)
{
	return atomic_load(&d->lost);
}

bool
dns_ask(struct dns *d, const char *name, enum dns_type type, int64_t until,
    struct dns_answer *a, struct err *e)
{
	struct question q = { .dns = d };
	char ask[512];

	*a = (struct dns_answer){ .outcome = DNS_NO_ANSWER };
	/* The final dot: no search list is ever tried. */
	if (snprintf(ask, sizeof(ask), "%s.", name) >= (int)sizeof(ask))
		return true;
	TRY(put(d, ask, type, until, &q, e));
	if (!q.answered)
		look_whether_lost(d);
	return answer_fill(a, &q, e);
}

void
dns_answer_wipe(struct dns_answer *a)
{
	if (a->held != NULL)
		ub_resolve_free(a->held);
	wipe_free(a->data);
	*a = (struct dns_answer){0};
}

/* ---- the end ---- */

void
dns_stop(struct dns *d)
{
	pthread_mutex_lock(&d->lock);
	d->stop = true;
	pthread_cond_broadcast(&d->news);
	pthread_mutex_unlock(&d->lock);
}

void
dns_drop(struct dns **d)
{
	struct dns *x = *d;
	uint64_t one = 1;

	if (x == NULL)
		return;
	if (x->pumping && write(x->wake_fd, &one, sizeof(one)) == (ssize_t)sizeof(one))
		pthread_join(x->pump, NULL);
	if (!x->lost)
		ub_ctx_delete(x->ctx);	/* else it would wait for its thread, which hears nothing more */
	if (x->wake_fd >= 0)
		close(x->wake_fd);
	pthread_cond_destroy(&x->news);
	pthread_mutex_destroy(&x->lock);
	wipe_free(x);
	*d = NULL;
}
