/*
 * troth-postbox - takes mail for cases, by LMTP and out of a Maildir, where that is switched on.
 *
 *	troth-postbox --state DIR [--set name=value]...
 *
 * SECURITY.  The one process that reads strangers' mail.  It listens on DIR/run/lmtp.sock or on a port of 127.0.0.1, for
 * the mail server before it, and reads the Maildir that post.maildir names; it talks to the keeper alone, with a
 * secret that lets it have a mail sealed and open nothing.  It has no store and no key, looks nothing up
 * and sends nothing: answers are the clerk's.  Started, it reads no file but that Maildir's, what is
 * published below www and what iconv keeps open; it makes no process.  Whoever takes it over can read the mails that come from then on and have others
 * sealed as if they had come, up to post.per_hour; nothing that was sealed before.  Logs no address and no word.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/drop.h"
#include "ledger/base/ipc.h"
#include "ledger/base/jail.h"
#include "ledger/base/log.h"
#include "ledger/base/pulse.h"
#include "ledger/base/wipe.h"
#include "portal/base/crypto_memory.h"
#include "portal/postbox/decode.h"
#include "portal/postbox/folder.h"
#include "portal/postbox/lmtp.h"
#include "privacy/start.h"

#define SOCKET		"run/lmtp.sock"
#define DOORS		2
#define TALKS		16	/* conversations at a time; others wait in the backlog */
#define IDLE_MS		300000	/* RFC 5321 4.5.3.2 */
#define SLOW_MS		600000	/* for one command or one mail, from its first byte to our answer */
#define CROWDED_MS	10000	/* the same when others wait for a place */
#define LOOK_MS		1000	/* between looks into the Maildir */
#define REST_MS		100	/* after accept found no descriptor left */
#define OUT_MOST	65536u	/* bytes of answers that nobody reads */

/* heard: the last byte; answered: the last time that there was something to say. */
struct talk { int fd; int64_t heard_ms, answered_ms; struct lmtp lmtp; struct buf out; };

struct postbox {
	const struct settings *set;
	struct taker	*taker;
	struct folder	folder;
	struct lmtp_door door;
	int		listen[DOORS];		/* -1: not */
	struct talk	talk[TALKS];		/* fd -1: free */
	int64_t		rest_until;		/* clock_mono_ms(): nobody is let in before */
};

static enum taken
take(void *self, struct span mail, const char *sender)
{
	return taker_take(((struct postbox *)self)->taker, mail, sender);
}

static void
talk_end(struct talk *t)
{
	close_fd(&t->fd);
	lmtp_wipe(&t->lmtp);
	buf_wipe(&t->out);
	t->fd = -1;
}

static void
postbox_drop(struct postbox **pp)
{
	struct postbox *p = *pp;

	if (p == NULL)
		return;
	for (size_t i = 0; i < TALKS; i++)
		talk_end(&p->talk[i]);
	for (size_t i = 0; i < DOORS; i++)
		close_fd(&p->listen[i]);
	folder_close(&p->folder);
	taker_drop(&p->taker);
	decode_close();
	wipe_free(p);
	*pp = NULL;
}

/* ---- before the walls are up ---- */

static bool
port_open(int *fd, int64_t port, struct err *e)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int yes = 1;

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0 || setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
	    bind(*fd, (const struct sockaddr *)&a, sizeof(a)) != 0 || listen(*fd, TALKS) != 0)
		return FAIL(e, ERR_IO, "post.port %lld: %s", (long long)port, strerror(errno));
	return true;
}

static bool
doors_open(struct postbox *p, struct err *e)
{
	const struct settings *s = p->set;

	p->door = (struct lmtp_door){ .host = s->site_host, .most = (size_t)s->post_most_bytes, .take = take, .self = p,
	    .address = { s->mail_from, s->post_address[0] == '\0' ? NULL : s->post_address } };
	if (s->post_lmtp)
		TRY(ipc_listen(&p->listen[0], SOCKET, e));
	if (s->post_port != 0)
		TRY(port_open(&p->listen[1], s->post_port, e));
	if (s->post_maildir[0] != '\0')
		TRY(folder_open(&p->folder, s->post_maildir, (size_t)s->post_most_bytes, e));
	return true;
}

static bool
close_in(const struct settings *s, struct err *e)
{
	static const char *const reads[] = { "www", "-/dev/urandom", "-/dev/null", NULL };
	const char *const writes[] = { s->post_maildir[0] == '\0' ? NULL : s->post_maildir, NULL };
	/* The keeper's socket is reached through its path. */
	const struct jail_spec jail = { .read = reads, .write = writes, .net = JAIL_UNIX, .may = JAIL_FILES };

	return jail_close(&jail, s->unwalled, e);
}

/* ---- conversations ---- */

static bool
is_slow(const struct talk *t, int64_t ms)
{
	return clock_mono_ms() - t->answered_ms > ms;
}

/* Who drips may keep a place while nobody else wants one. */
static void
talk_begin(struct postbox *p, int listener)
{
	struct talk *slowest = &p->talk[0];
	size_t i = 0;

	for (; i < TALKS && p->talk[i].fd >= 0; i++)
		if (p->talk[i].answered_ms < slowest->answered_ms)
			slowest = &p->talk[i];
	if (i == TALKS) {
		if (!is_slow(slowest, CROWDED_MS))
			return;
		talk_end(slowest);
		i = (size_t)(slowest - p->talk);
	}
	p->talk[i].fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	p->talk[i].heard_ms = p->talk[i].answered_ms = clock_mono_ms();
	/* Who could not be let in stays at the door, and would wake us without end. */
	if (p->talk[i].fd < 0)
		p->rest_until = clock_mono_ms() + REST_MS;
	else
		lmtp_begin(&p->talk[i].lmtp, &p->door, &p->talk[i].out);
}

/* False: it is over. */
static bool
talk_say(struct talk *t)
{
	ssize_t n = t->out.len == 0 ? 0 : send(t->fd, t->out.data, t->out.len, MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if ((size_t)n == t->out.len)
		buf_reset(&t->out);
	else if (n > 0) {
		memmove(t->out.data, t->out.data + n, t->out.len - (size_t)n + 1);
		t->out.len -= (size_t)n;
	}
	return !t->lmtp.over || t->out.len > 0;
}

static bool
talk_hear(struct talk *t)
{
	unsigned char part[65536];
	ssize_t n = recv(t->fd, part, sizeof(part), 0);

	if (n > 0) {
		t->heard_ms = clock_mono_ms();
		size_t had = t->out.len;

		lmtp_feed(&t->lmtp, span_of(part, (size_t)n), &t->out);
		if (t->out.len > had)
			t->answered_ms = t->heard_ms;
		explicit_bzero(part, (size_t)n);
	}
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static void
talk_turn(struct talk *t, short what)
{
	bool good = clock_mono_ms() - t->heard_ms < IDLE_MS && !is_slow(t, SLOW_MS) && t->out.len < OUT_MOST && !t->out.failed;

	if (good && (what & (POLLIN | POLLHUP | POLLERR)) != 0)
		good = talk_hear(t);
	if (!talk_say(t) || !good)
		talk_end(t);
}

static void
turn(struct postbox *p)
{
	struct pollfd fds[DOORS + TALKS];
	int64_t rest = p->rest_until - clock_mono_ms();
	bool room = false;

	for (size_t i = 0; i < TALKS; i++) {
		short out = p->talk[i].out.len > 0 ? POLLOUT : 0;

		room = room || p->talk[i].fd < 0 || is_slow(&p->talk[i], CROWDED_MS);
		fds[DOORS + i] = (struct pollfd){ .fd = p->talk[i].fd, .events = (short)(POLLIN | out) };
	}
	for (size_t i = 0; i < DOORS; i++)
		fds[i] = (struct pollfd){ .fd = room && rest <= 0 ? p->listen[i] : -1, .events = POLLIN };
	if (poll(fds, COUNT(fds), rest > 0 ? (int)rest : LOOK_MS) < 0) {
		if (errno != EINTR)
			(void)poll(NULL, 0, REST_MS);
		return;
	}
	for (size_t i = 0; i < TALKS; i++)
		if (p->talk[i].fd >= 0)
			talk_turn(&p->talk[i], fds[DOORS + i].revents);
	for (size_t i = 0; i < DOORS; i++)
		if (fds[i].revents != 0)
			talk_begin(p, p->listen[i]);
}

/* A folder that cannot be read is said once, and looked into again. */
static void
look(struct postbox *p, int64_t *next_ms, bool *failing)
{
	struct err e = {0};
	bool good;
	size_t n;

	if (p->set->post_maildir[0] == '\0' || clock_mono_ms() < *next_ms)
		return;
	good = folder_turn(&p->folder, take, p, &n, &e);
	if (!good && !*failing)
		log_err("the Maildir", &e);
	*failing = !good;
	*next_ms = clock_mono_ms() + LOOK_MS;
}

static bool
serve(const struct settings *s, struct err *e)
{
	DROP(postbox_drop) struct postbox *p = calloc(1, sizeof(*p));
	int64_t next_ms = 0;
	bool failing = false;

	if (p == NULL)
		return FAIL(e, ERR_MEMORY, "postbox");
	p->set = s;
	p->folder = (struct folder){ .new = -1, .refused = -1 };
	for (size_t i = 0; i < DOORS; i++)
		p->listen[i] = -1;
	for (size_t i = 0; i < TALKS; i++)
		p->talk[i].fd = -1;
	decode_open();
	TRY(taker_open(&p->taker, s, e));
	TRY(doors_open(p, e));
	TRY(close_in(s, e));
	log_note("ready");
	while (!process_stop) {
		pulse_move();
		turn(p);
		look(p, &next_ms, &failing);
	}
	return true;
}

static bool
start(int argc, char **argv, struct err *e)
{
	DROP(conf_drop) struct conf *conf = NULL;
	struct settings s;

	TRY(start_read(&conf, &s, argc, argv, e));
	TRY(process_signals(NULL, e));
	if (!s.post_lmtp && s.post_port == 0 && s.post_maildir[0] == '\0') {
		log_note("post.lmtp, post.port and post.maildir are off: there is nothing to take");
		return true;
	}
	return serve(&s, e);
}

int
main(int argc, char **argv)
{
	struct err e = {0};

	process_begin("postbox");
	return process_end(crypto_memory_wipes(&e) && start(argc, argv, &e), &e);
}
