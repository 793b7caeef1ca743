#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/jail.h"
#include "ledger/base/log.h"
#include "portal/signer/nursery.h"

#define STACK_USED	(64u << 10)	/* bytes that taking a request apart may reach down */
#define MESSAGE_MAX	(3u * CSR_MAX)	/* a request and its names, packed */
#define SECONDS_MOST	5		/* of processor time and of patience for one request */

/* ---- the worker ---- */

static void
answer_pack(struct buf *b, const struct csr *c)
{
	pack_u8(b, c->verdict);
	if (c->verdict != CSR_GOOD && c->verdict != CSR_NAMES_ODD)
		return;
	pack_bytes(b, c->der.data, c->der.len);
	buf_add(b, c->key_hash, sizeof(c->key_hash));
	pack_text(b, c->key);
	pack_u32(b, c->name_count);
	for (unsigned i = 0; i < c->name_count; i++) {
		pack_u8(b, c->names[i].kind);
		pack_text(b, c->names[i].text);
	}
}

static bool
answer(int fd, struct span message, const struct weak_keys *weak, struct err *e)
{
	DROP(csr_wipe) struct csr c = {0};
	DROP(buf_wipe) struct buf b = {0};
	int64_t id = unpack_i64(&message);

	TRY(csr_check(&c, message, weak, e));
	pack_i64(&b, id);
	pack_u8(&b, NURSERY_ANSWER);
	buf_add(&b, c.key_hash, sizeof(c.key_hash));
	answer_pack(&b, &c);
	TRY(buf_ok(&b, e));
	if (send(fd, b.data, b.len, MSG_NOSIGNAL) != (ssize_t)b.len)
		return FAIL(e, ERR_IO, "worker: answer");
	return true;
}

static void
patience(int seconds)
{
	struct itimerval t = { .it_value = { .tv_sec = seconds } };

	setitimer(ITIMER_REAL, &t, NULL);	/* SIGALRM ends the worker */
}

static int
work(int fd, const struct weak_keys *weak)
{
	static unsigned char message[MESSAGE_MAX];
	struct err e = {0};
	ssize_t n;

	while ((n = recv(fd, message, sizeof(message), 0)) > 0) {
		patience(SECONDS_MOST);

		bool ok = n >= 8 && answer(fd, span_of(message, (size_t)n), weak, &e);

		patience(0);
		/* Nor does what the functions it went through left on the stack stay. */
		sodium_memzero(message, (size_t)n);
		sodium_stackzero(STACK_USED);
		if (!ok) {
			log_err("request worker", &e);
			return 1;
		}
	}
	return 0;
}

/* ---- the nursery ---- */

static pid_t
rear(int fd, const struct weak_keys *weak, bool unwalled)
{
	static const struct jail_spec nothing = { .net = JAIL_NO_NET };
	pid_t parent = getpid(), pid = fork();
	struct err e = {0};

	if (pid != 0)
		return pid;
	signal(SIGALRM, SIG_DFL);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		_exit(0);
	if (!jail_close(&nothing, unwalled, &e)) {
		log_err("request worker", &e);
		_exit(3);
	}
	_exit(work(fd, weak));
}

/* Tell the signer that the request in hand is lost. */
static void
report(int fd)
{
	DROP(buf_wipe) struct buf b = {0};

	pack_i64(&b, 0);
	pack_u8(&b, NURSERY_DIED);
	if (buf_ok(&b, NULL))
		(void)!send(fd, b.data, b.len, MSG_NOSIGNAL);
}

static void
nurse(int fd, const struct weak_keys *weak, bool unwalled)
{
	static const struct jail_spec nothing = { .net = JAIL_NO_NET };
	struct err e = {0};
	unsigned quick = 0;

	if (!jail_supervise(&nothing, unwalled, &e)) {
		log_err("nursery", &e);
		_exit(3);
	}

	for (;;) {
		int64_t born = clock_mono_ms();
		pid_t pid = rear(fd, weak, unwalled);
		int how = 0;

		if (pid < 0)
			_exit(2);
		while (waitpid(pid, &how, 0) < 0 && errno == EINTR)
			;
		if (WIFEXITED(how) && WEXITSTATUS(how) == 0)	/* the signer closed its end */
			_exit(0);
		report(fd);
		quick = clock_mono_ms() - born < 1000 ? quick + 1 : 0;
		if (WIFEXITED(how) && WEXITSTATUS(how) == 3)	/* no jail, no work */
			_exit(3);
		if (quick > 50)				/* something is wrong with us, not with requests */
			sleep(1);
	}
}

/* Only the socket pair and stderr stay open. */
static void
close_others(int keep)
{
	for (int fd = 0; fd < 1024; fd++)
		if (fd != keep && fd != STDERR_FILENO)
			close(fd);
}

bool
nursery_start(struct nursery *n, const char *weak_folder, bool unwalled, struct err *e)
{
	struct weak_keys *weak;
	int pair[2], room = 1 << 20;
	pid_t parent = getpid();

	TRY(weak_keys_open(&weak, weak_folder, e));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
		FAIL(e, ERR_IO, "nursery: socket pair: %s", strerror(errno));
		weak_keys_drop(&weak);
		return false;
	}
	for (int i = 0; i < 2; i++)
		(void)setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	n->pid = fork();
	if (n->pid == 0) {
		log_name("signer-nursery");
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
			_exit(0);
		signal(SIGTERM, SIG_IGN);		/* ends with the signer, after its last answer */
		signal(SIGINT, SIG_IGN);
		close_others(pair[1]);
		nurse(pair[1], weak, unwalled);
	}
	n->fd = pair[0];
	if (n->pid < 0) {
		FAIL(e, ERR_IO, "nursery: fork: %s", strerror(errno));
		close(pair[0]);
	}
	weak_keys_drop(&weak);
	close(pair[1]);
	return n->pid > 0;
}

bool
nursery_send(struct nursery *n, int64_t id, struct span request, struct err *e)
{
	unsigned char head[8];
	struct iovec part[2] = { { head, sizeof(head) },
	    { (void *)(uintptr_t)request.p, request.len } };
	struct msghdr m = { .msg_iov = part, .msg_iovlen = 2 };

	for (int i = 0; i < 8; i++)
		head[i] = (unsigned char)((uint64_t)id >> (56 - 8 * i));
	if (sendmsg(n->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)(8 + request.len))
		return true;
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)
		return FAIL(e, ERR_BUSY, "nursery: queue is full");
	return FAIL(e, ERR_IO, "nursery: send");
}

bool
nursery_take(struct nursery *n, int64_t *id, enum nursery_word *what, struct buf *into,
    struct err *e)
{
	static unsigned char message[MESSAGE_MAX];
	ssize_t got = recv(n->fd, message, sizeof(message), MSG_DONTWAIT);
	struct span s = span_of(message, got > 0 ? (size_t)got : 0);

	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return FAIL(e, ERR_BUSY, "nursery: nothing there");
	if (got <= 0)
		return FAIL(e, ERR_IO, "nursery: gone");
	*id = unpack_i64(&s);
	*what = unpack_u8(&s) == NURSERY_ANSWER && !s.bad ? NURSERY_ANSWER : NURSERY_DIED;
	buf_add(into, s.p, s.len);
	sodium_memzero(message, (size_t)got);
	return buf_ok(into, e);
}

void
nursery_stop(struct nursery *n)
{
	if (n->pid > 0)
		close(n->fd);
	*n = (struct nursery){ .fd = -1 };
}
