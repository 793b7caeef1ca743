/* tests/unit/test_ipc.c - a real server in a child process, good and bad callers here. */
#include <sys/socket.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>
#include "ledger/base/clock.h"
#include "ledger/base/ipc_frame.h"

#define SOCK	"ipc.sock"
#define WAIT	5000
#define PORTAL	1u
#define CLERK	2u
#define ROOM	24

enum { ECHO = 1, NO, LATER, COUNTS, FAIL_END, EIGHT, CLERKS, BIG, DIE, FAIL_BEGIN, LATER_FAIL, OPS };

/* ---- the service (lives in the child) ---- */

static struct {
	struct ipc_server	*server;
	struct ipc_ask		*off[64];
	size_t			off_count;
	bool			fail_end, fail_begin;
	uint32_t		runs, batches, drops, widest, now;
} at;
static volatile sig_atomic_t stop;

static void
on_term(int sig)
{
	(void)sig;
	stop = 1;
}

static enum ipc_turn
run_echo(void *self, struct ipc_ask *a)
{
	(void)self;
	at.now++;
	buf_add(&a->out, a->in.p, a->in.len);
	return IPC_ANSWER;
}

static enum ipc_turn
run_no(void *self, struct ipc_ask *a)
{
	(void)self;
	buf_text(&a->out, "must not be seen");
	err_fail(&a->err, ERR_CONFLICT, 77, __FILE__, __LINE__, "no");
	return IPC_ANSWER;
}

static void
work_drop(void *work)
{
	at.drops++;
	free(work);
}

static enum ipc_turn
run_later(void *self, struct ipc_ask *a)
{
	(void)self;
	if (a->work == NULL) {
		a->work = malloc(1);
		a->work_drop = work_drop;
		at.off[at.off_count++] = a;
		at.fail_end = a->op == LATER_FAIL;
		return IPC_LATER;
	}
	at.runs++;
	buf_add(&a->out, a->in.p, a->in.len);
	return IPC_ANSWER;
}

static enum ipc_turn
run_counts(void *self, struct ipc_ask *a)
{
	(void)self;
	pack_u32(&a->out, at.runs);
	pack_u32(&a->out, at.drops);
	pack_u32(&a->out, at.batches);
	pack_u32(&a->out, at.widest);
	return IPC_ANSWER;
}

static enum ipc_turn
run_fail(void *self, struct ipc_ask *a)
{
	(void)self;
	buf_text(&a->out, "must not be seen");
	if (a->op == FAIL_END)
		at.fail_end = true;
	else
		at.fail_begin = true;
	return IPC_ANSWER;
}

static enum ipc_turn
run_die(void *self, struct ipc_ask *a)
{
	(void)self;
	(void)a;
	_exit(9);
}

static bool
batch_begin(void *self, struct err *e)
{
	(void)self;
	at.now = 0;
	if (at.fail_begin) {
		at.fail_begin = false;
		return REFUSE(e, ERR_BUSY, 5, "begin");
	}
	at.batches++;
	return true;
}

static bool
batch_end(void *self, struct err *e)
{
	(void)self;
	if (at.now > at.widest)
		at.widest = at.now;
	if (at.fail_end) {
		at.fail_end = false;
		return REFUSE(e, ERR_FULL, 6, "end");
	}
	return true;
}

static void
tick(void *self)
{
	(void)self;
	for (size_t i = 0; i < at.off_count; i++)
		ipc_again(at.server, at.off[i]);
	at.off_count = 0;
}

static const struct ipc_op ops[OPS] = {
	[ECHO] = { "echo", 0, 65536, PORTAL | CLERK, run_echo },
	[NO] = { "no", 0, 0, PORTAL, run_no },
	[LATER] = { "later", 0, 64, PORTAL, run_later },
	[COUNTS] = { "counts", 0, 0, PORTAL, run_counts },
	[FAIL_END] = { "fail end", 0, 0, PORTAL, run_fail },
	[EIGHT] = { "eight", 8, 8, PORTAL, run_echo },
	[CLERKS] = { "clerks", 0, 8, CLERK, run_echo },
	[BIG] = { "big", 0, IPC_FRAME_MAX, PORTAL, run_echo },
	[DIE] = { "die", 0, 0, PORTAL, run_die },
	[FAIL_BEGIN] = { "fail begin", 0, 0, PORTAL, run_fail },
	[LATER_FAIL] = { "later fail", 0, 64, PORTAL, run_later },
};
static struct ipc_peer peers[] = { { "portal", PORTAL, {1, 2, 3} }, { "clerk", CLERK, {4, 5, 6} } };
static struct ipc_service service = { .ops = ops, .op_count = OPS, .peers = peers,
    .peer_count = COUNT(peers), .begin = batch_begin, .end = batch_end, .tick = tick,
    .tick_ms = 100, .max_batch = 16, .max_conns = ROOM };

static int
serve(int listen_fd)
{
	struct err e = {0};
	bool ok;

	if (!ipc_server_open(&at.server, listen_fd, &service, &e))
		return 2;
	ok = ipc_serve(at.server, &stop, &e);
	ipc_server_drop(&at.server);
	return ok ? 0 : 3;
}

/* ---- fixtures ---- */

static pid_t server;
static char folder[] = "/tmp/test_ipc.XXXXXX";

static void
start(void)
{
	struct err e = {0};
	int fd;

	assert_true(ipc_listen(&fd, SOCK, &e));
	server = fork();
	assert_true(server >= 0);
	if (server == 0)
		_exit(serve(fd));
	close(fd);
}

static int
finish(void)
{
	int status = -1;

	kill(server, SIGTERM);
	assert_int_equal(waitpid(server, &status, 0), server);
	return status;
}

static int
setup(void **state)
{
	(void)state;
	start();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	return finish();
}

static struct ipc *
join(const char *name)
{
	struct err e = {0};
	struct ipc *c;

	if (!ipc_open(&c, SOCK, name, peers[strcmp(name, "clerk") == 0].secret, WAIT, &e))
		fail_msg("open: %s %s", err_kind_name(e.kind), e.text);
	return c;
}

/* Says `text` by op and returns what came of it; the answer must be `want`. */
static enum err_kind
say(struct ipc *c, uint32_t op, const char *text, const char *want, uint32_t *why)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct err e = {0};

	buf_text(&in, text);
	if (!ipc_call(c, op, &in, &out, WAIT, &e)) {
		assert_int_equal(out.len, 0);
		if (why != NULL)
			*why = e.why;
		return e.kind;
	}
	assert_int_equal(out.len, strlen(want));
	if (out.len > 0)
		assert_memory_equal(out.data, want, out.len);
	return ERR_NONE;
}

struct counts { uint32_t runs, drops, batches, widest; };

static struct counts
counts(struct ipc *c)
{
	DROP(buf_wipe) struct buf out = {0};
	struct err e = {0};
	struct counts n;
	struct span s;

	assert_true(ipc_call(c, COUNTS, NULL, &out, WAIT, &e));
	s = span_buf(&out);
	n.runs = unpack_u32(&s);
	n.drops = unpack_u32(&s);
	n.batches = unpack_u32(&s);
	n.widest = unpack_u32(&s);
	assert_true(unpack_end(&s, "counts", &e));
	return n;
}

/* A connection without our client, to send what our client never would. */
static int
raw(void)
{
	struct sockaddr_un a;
	struct err e = {0};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_true(ipc_address(&a, SOCK, &e));
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void
add_frame(struct buf *b, uint32_t op, uint32_t length, uint64_t id, const void *body, size_t n)
{
	unsigned char head[IPC_HEAD];

	ipc_head_write(head, &(struct ipc_head){ op, length, id });
	buf_add(b, head, sizeof(head));
	buf_add(b, body, n);
}

static void
add_hello(struct buf *b, const char *name, const unsigned char *secret)
{
	DROP(buf_wipe) struct buf body = {0};

	pack_text(&body, name);
	buf_add(&body, secret, IPC_SECRET);
	add_frame(b, IPC_HELLO, (uint32_t)body.len, 1, body.data, body.len);
}

static void
send_all(int fd, const struct buf *b)
{
	for (size_t n = 0; n < b->len;) {
		ssize_t did = send(fd, b->data + n, b->len - n, MSG_NOSIGNAL);

		if (did < 0)
			return;		/* hung up on us: the reader will see it */
		n += (size_t)did;
	}
}

/* Reads until the other side closes or `most` bytes came; -1 when neither in WAIT. */
static ssize_t
read_all(int fd, unsigned char *into, size_t most)
{
	size_t n = 0;

	while (n < most) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t got;

		if (poll(&p, 1, WAIT) <= 0)
			return -1;
		got = read(fd, into + n, most - n);
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

/* ---- cases ---- */

static void
answers(void **state)
{
	static const struct { uint32_t op; const char *text, *want; enum err_kind kind; uint32_t why; }
	rows[] = {
		{ ECHO, "hello", "hello", ERR_NONE, 0 },
		{ ECHO, "", "", ERR_NONE, 0 },
		{ NO, "", NULL, ERR_CONFLICT, 77 },
		{ EIGHT, "12345678", "12345678", ERR_NONE, 0 },
		{ LATER, "put off", "put off", ERR_NONE, 0 },
		{ FAIL_END, "", NULL, ERR_FULL, 6 },
		{ ECHO, "after a failed batch", "after a failed batch", ERR_NONE, 0 },
		{ LATER_FAIL, "undone", NULL, ERR_FULL, 6 },
		{ FAIL_BEGIN, "", "must not be seen", ERR_NONE, 0 },
		{ ECHO, "", NULL, ERR_BUSY, 5 },
		{ ECHO, "again", "again", ERR_NONE, 0 },
	};
	struct ipc *c = join("portal");

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t why = 0;

		assert_int_equal(say(c, rows[i].op, rows[i].text, rows[i].want, &why), rows[i].kind);
		assert_int_equal(why, rows[i].why);
	}
	/* The one whose batch failed was dropped, but never run a second time. */
	assert_int_equal(counts(c).drops, 2);
	assert_int_equal(counts(c).runs, 1);
	ipc_drop(&c);
	assert_null(c);
	ipc_drop(&c);
}

static void
refused_frames(void **state)
{
	static const struct { const char *peer; uint32_t op; const char *text; } rows[] = {
		{ "portal", EIGHT, "1234567" }, { "portal", EIGHT, "123456789" },
		{ "portal", NO, "x" }, { "portal", OPS, "" }, { "portal", 0xffffffffu, "" },
		{ "portal", CLERKS, "x" }, { "clerk", NO, "" }, { "clerk", COUNTS, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ipc *c = join(rows[i].peer);

		assert_int_equal(say(c, rows[i].op, rows[i].text, NULL, NULL), ERR_IO);
		/* The connection ended, the process did not; a new one is made. */
		assert_int_equal(say(c, ECHO, "still there", "still there", NULL), ERR_NONE);
		ipc_drop(&c);
	}
}

static void
hello_rows(void **state)
{
	static const unsigned char zero[IPC_SECRET], near[IPC_SECRET] = {1, 2, 4};
	const struct { const char *name; const unsigned char *secret; enum err_kind kind; } rows[] = {
		{ "portal", peers[0].secret, ERR_NONE }, { "clerk", peers[1].secret, ERR_NONE },
		{ "portal", peers[1].secret, ERR_DENIED }, { "clerk", peers[0].secret, ERR_DENIED },
		{ "portal", zero, ERR_DENIED }, { "portal", near, ERR_DENIED },
		{ "stranger", peers[0].secret, ERR_DENIED }, { "", peers[0].secret, ERR_DENIED },
		{ "a name of many, many, many letters", zero, ERR_INPUT },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = {0};
		struct ipc *c;
		bool ok = ipc_open(&c, SOCK, rows[i].name, rows[i].secret, WAIT, &e);

		assert_int_equal(ok ? ERR_NONE : e.kind, rows[i].kind);
		assert_true(ok == (c != NULL));
		ipc_drop(&c);
	}
}

static void
bad_bytes(void **state)
{
	unsigned char got[64];

	(void)state;
	for (int row = 0; row < 7; row++) {
		DROP(buf_wipe) struct buf b = {0};
		ssize_t want = row >= 4 ? IPC_ANSWER_HEAD : 0;
		int fd = raw();

		if (row == 0)
			buf_text(&b, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
		else if (row == 1)	/* an operation before HELLO */
			add_frame(&b, ECHO, 2, 1, "hi", 2);
		else if (row == 2)	/* HELLO of four gigabytes */
			add_frame(&b, IPC_HELLO, 0xffffffffu, 1, NULL, 0);
		else if (row == 3)	/* HELLO whose name claims more than there is */
			add_frame(&b, IPC_HELLO, 40, 1, "\377\377\377\377", 4);
		else
			add_hello(&b, "portal", peers[0].secret);
		if (row == 3)
			shutdown(fd, SHUT_WR);
		if (row == 4)		/* HELLO twice */
			add_hello(&b, "portal", peers[0].secret);
		else if (row == 5)	/* a body longer than any operation's */
			add_frame(&b, BIG, IPC_FRAME_MAX + 1, 2, NULL, 0);
		else if (row == 6)	/* half a frame, then gone */
			add_frame(&b, ECHO, 100, 2, "half", 4);
		send_all(fd, &b);
		if (row == 6)
			shutdown(fd, SHUT_WR);
		assert_int_equal(read_all(fd, got, sizeof(got)), want);
		close(fd);
	}
	struct ipc *c = join("portal");

	assert_int_equal(say(c, ECHO, "alive", "alive", NULL), ERR_NONE);
	ipc_drop(&c);
}

/* Byte by byte, and all at once: the same answers in the same order. */
static void
pipelined(void **state)
{
	(void)state;
	for (int row = 0; row < 2; row++) {
		DROP(buf_wipe) struct buf b = {0};
		unsigned char got[5 * IPC_ANSWER_HEAD + 4];
		struct ipc_head h;
		int fd = raw();

		add_hello(&b, "portal", peers[0].secret);
		add_frame(&b, ECHO, 1, 2, "a", 1);
		add_frame(&b, LATER, 1, 3, "b", 1);
		add_frame(&b, EIGHT, 8, 4, "12345678", 8);
		add_frame(&b, ECHO, 2, 0x100000005, "cd", 2);
		if (row == 0)
			send_all(fd, &b);
		else
			for (size_t i = 0; i < b.len; i++)
				assert_int_equal(send(fd, b.data + i, 1, MSG_NOSIGNAL), 1);
		assert_int_equal(read_all(fd, got, 4 * IPC_ANSWER_HEAD + 10), 4 * IPC_ANSWER_HEAD + 10);
		ipc_head_read(&h, got + IPC_ANSWER_HEAD);
		assert_int_equal(h.id, 2);
		ipc_head_read(&h, got + 2 * IPC_ANSWER_HEAD + 1);
		assert_int_equal(h.op, LATER);
		assert_int_equal(got[3 * IPC_ANSWER_HEAD + 1], 'b');
		assert_int_equal(read_all(fd, got, IPC_ANSWER_HEAD + 2), IPC_ANSWER_HEAD + 2);
		ipc_head_read(&h, got);
		assert_true(h.id == 0x100000005);
		assert_memory_equal(got + IPC_ANSWER_HEAD, "cd", 2);
		close(fd);
	}
}

static void
large(void **state)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct ipc *c = join("portal");
	struct err e = {0};

	(void)state;
	for (uint32_t i = 0; i < IPC_FRAME_MAX / 4; i++)
		pack_u32(&in, i * 2654435761u);
	for (int i = 0; i < 2; i++) {
		assert_true(ipc_call(c, BIG, &in, &out, 20000, &e));
		assert_int_equal(out.len, in.len);
		assert_memory_equal(out.data, in.data, in.len);
	}
	pack_u8(&in, 0);
	assert_false(ipc_call(c, BIG, &in, &out, WAIT, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_int_equal(say(c, ECHO, "small", "small", NULL), ERR_NONE);
	ipc_drop(&c);
}

/* A peer that never reads its answers must not hold up the others. */
static void
deaf_peer(void **state)
{
	DROP(buf_wipe) struct buf b = {0}, body = {0};
	struct ipc *c = join("portal");
	int fd = raw();

	(void)state;
	for (size_t i = 0; i < 65536; i++)
		pack_u8(&body, 'x');
	add_hello(&b, "portal", peers[0].secret);
	for (uint64_t i = 0; i < 8; i++)
		add_frame(&b, ECHO, 65536, i, body.data, body.len);
	for (size_t n = 0; n < b.len;) {
		ssize_t did = send(fd, b.data + n, b.len - n, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (did < 0)
			break;		/* both directions are full now */
		n += (size_t)did;
	}
	assert_int_equal(say(c, ECHO, "hear me", "hear me", NULL), ERR_NONE);
	close(fd);
	assert_int_equal(say(c, LATER, "and me", "and me", NULL), ERR_NONE);
	ipc_drop(&c);
}

/* Who asks and leaves: the work is finished, counted and freed, nobody is told. */
static void
gone_while_put_off(void **state)
{
	DROP(buf_wipe) struct buf b = {0};
	unsigned char got[IPC_ANSWER_HEAD];
	struct ipc *c = join("portal");
	struct counts n = {0};
	int fd = raw();

	(void)state;
	add_hello(&b, "portal", peers[0].secret);
	add_frame(&b, LATER, 4, 2, "gone", 4);
	send_all(fd, &b);
	assert_int_equal(read_all(fd, got, sizeof(got)), sizeof(got));
	close(fd);
	for (int i = 0; i < 100 && n.drops == 0; i++) {
		n = counts(c);
		poll(NULL, 0, 20);
	}
	assert_int_equal(n.drops, 1);
	assert_int_equal(n.runs, 1);
	ipc_drop(&c);
}

static int
many_times(void)
{
	struct ipc *c = join("portal");
	int wrong = 0;

	for (int i = 0; i < 200; i++) {
		char text[32];

		snprintf(text, sizeof(text), "%d of %d", i, (int)getpid());
		wrong += say(c, i % 50 == 0 ? LATER : ECHO, text, text, NULL) != ERR_NONE;
	}
	ipc_drop(&c);
	return wrong;
}

/* Twice as many callers as there is room: the rest wait in the backlog. */
static void
many_clients(void **state)
{
	pid_t child[2 * ROOM];
	struct ipc *c;

	(void)state;
	for (size_t i = 0; i < COUNT(child); i++) {
		child[i] = fork();
		assert_true(child[i] >= 0);
		if (child[i] == 0)
			_exit(many_times() != 0);
	}
	for (size_t i = 0; i < COUNT(child); i++) {
		int status = -1;

		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
	c = join("portal");
	assert_true(counts(c).widest > 1);
	assert_true(counts(c).widest <= 16);
	ipc_drop(&c);
}

/* A seized process takes what it gets: another peer gets in at once, and neither costs the other a place. */
static void
room_is_shared(void **state)
{
	static const char *const name[] = { "portal", "clerk" };
	struct ipc *taken[ROOM] = {0}, *other;
	struct err e;

	(void)state;
	for (size_t who = 0; who < COUNT(name); who++) {
		size_t n = 0;

		do
			e = (struct err){0};
		while (n < ROOM && ipc_open(&taken[n], SOCK, name[who], peers[who].secret, 200, &e) && ++n > 0);
		assert_int_equal(e.kind, ERR_BUSY);
		assert_int_equal(e.why, 0);
		assert_in_range(n, ROOM / 2, ROOM - ROOM / 8 - 1);
		other = join(name[1 - who]);
		assert_int_equal(say(other, ECHO, "in", "in", NULL), ERR_NONE);
		/* What one gives back it may have again. */
		ipc_drop(&taken[--n]);
		taken[n++] = join(name[who]);
		assert_int_equal(say(taken[n - 1], ECHO, "again", "again", NULL), ERR_NONE);
		while (n > 0)
			ipc_drop(&taken[--n]);
		ipc_drop(&other);
	}
}

/* Callers who never say who they are give way to one who does, and never take a named one's place. */
static void
silent_strangers(void **state)
{
	struct ipc *named = join("portal"), *late;
	int64_t began = clock_mono_ms();
	int silent[ROOM + 8];

	(void)state;
	for (size_t i = 0; i < COUNT(silent); i++)
		silent[i] = raw();
	late = join("clerk");
	assert_in_range(clock_mono_ms() - began, 0, WAIT - 1);
	assert_int_equal(say(late, ECHO, "late", "late", NULL), ERR_NONE);
	assert_int_equal(say(named, ECHO, "named", "named", NULL), ERR_NONE);
	for (size_t i = 0; i < COUNT(silent); i++)
		close(silent[i]);
	ipc_drop(&named);
	ipc_drop(&late);
}

static void
restarted_server(void **state)
{
	struct ipc *c = join("portal");

	(void)state;
	assert_int_equal(say(c, ECHO, "one", "one", NULL), ERR_NONE);
	assert_int_equal(finish(), 0);
	/* Nothing was sent, so the caller hears "busy", not "unknown". */
	assert_int_equal(say(c, ECHO, "nobody", NULL, NULL), ERR_BUSY);
	start();
	assert_int_equal(say(c, ECHO, "two", "two", NULL), ERR_NONE);
	assert_int_equal(finish(), 0);
	start();
	assert_int_equal(say(c, ECHO, "three", "three", NULL), ERR_NONE);
	ipc_drop(&c);
}

/* A request that was sent is never repeated, whatever became of it. */
static void
killed_server(void **state)
{
	struct ipc *c = join("portal");
	int status;

	(void)state;
	assert_int_equal(say(c, DIE, "", NULL, NULL), ERR_IO);
	assert_int_equal(waitpid(server, &status, 0), server);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 9);
	start();
	assert_int_equal(say(c, ECHO, "anew", "anew", NULL), ERR_NONE);
	ipc_drop(&c);
}

static void
slow_answer(void **state)
{
	struct ipc *c = join("portal");
	struct err e = {0};

	(void)state;
	kill(server, SIGSTOP);
	assert_false(ipc_call(c, ECHO, NULL, NULL, 50, &e));
	assert_int_equal(e.kind, ERR_TIMEOUT);
	kill(server, SIGCONT);
	/* The late answer must not be taken for the next question's. */
	assert_int_equal(say(c, ECHO, "fresh", "fresh", NULL), ERR_NONE);
	ipc_drop(&c);
}

/* A call in two halves, and what is left of it when the server goes between them. */
static void
two_halves(void **state)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct ipc *c = join("portal");
	struct err e = {0};
	struct pollfd p;

	(void)state;
	buf_text(&in, "half");
	for (int turn = 0; turn < 3; turn++) {
		assert_true(ipc_ask(c, ECHO, &in, WAIT, &e));
		p = (struct pollfd){ .fd = ipc_fd(c), .events = POLLIN };
		assert_int_equal(poll(&p, 1, WAIT), 1);
		assert_true(ipc_take(c, &out, WAIT, &e));
		assert_string_equal(out.data, "half");
	}
	assert_true(ipc_ask(c, NO, NULL, WAIT, &e));
	assert_false(ipc_take(c, &out, WAIT, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_int_equal(e.why, 77);
	assert_int_equal(out.len, 0);
	assert_true(ipc_fd(c) >= 0);
	assert_false(ipc_ask(c, IPC_HELLO, &in, WAIT, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	/* Given up: its answer is nobody's, and there is none to take. */
	assert_true(ipc_ask(c, ECHO, &in, WAIT, &e));
	ipc_hang_up(c);
	assert_int_equal(ipc_fd(c), -1);
	assert_false(ipc_take(c, &out, WAIT, &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_false(ipc_ask(c, DIE, NULL, WAIT, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_int_equal(say(c, ECHO, "opened", "opened", NULL), ERR_NONE);
	assert_true(ipc_ask(c, DIE, NULL, WAIT, &e));
	assert_false(ipc_take(c, &out, WAIT, &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_int_equal(ipc_fd(c), -1);
	assert_int_equal(waitpid(server, NULL, 0), server);
	start();
	/* Opening it would mean to wait. */
	assert_false(ipc_ask(c, ECHO, &in, WAIT, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_int_equal(say(c, ECHO, "anew", "anew", NULL), ERR_NONE);
	assert_true(ipc_ask(c, ECHO, &in, WAIT, &e) && ipc_take(c, &out, WAIT, &e));
	ipc_drop(&c);
}

static void
listen_paths(void **state)
{
	struct err e = {0};
	struct stat st;
	char deep[200];
	int fd;

	(void)state;
	assert_false(ipc_listen(&fd, SOCK, &e));	/* the fixture's server is alive */
	assert_int_equal(e.kind, ERR_BUSY);
	assert_int_equal(stat(SOCK, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
	memset(deep, 'd', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	assert_false(ipc_listen(&fd, deep, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	fd = open("plain", O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_false(ipc_listen(&fd, "plain", &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_int_equal(unlink("plain"), 0);
	assert_false(ipc_listen(&fd, "no/such/folder", &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_int_equal(fd, -1);
}

/* Who starts anew leaves no moment in which somebody else could listen there. */
static void
never_free(void **state)
{
	volatile sig_atomic_t *over = mmap(NULL, sizeof(*over), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct err e = {0};
	int fd, status = -1;
	pid_t looks;

	(void)state;
	assert_true(over != MAP_FAILED);
	assert_true(ipc_listen(&fd, SOCK, &e));
	close(fd);
	looks = fork();
	assert_true(looks >= 0);
	if (looks == 0) {
		struct stat st;
		bool there = true;

		while (*over == 0)
			there = there && lstat(SOCK, &st) == 0;
		_exit(there ? 0 : 1);
	}
	for (int i = 0; i < 2000; i++) {
		if (!ipc_listen(&fd, SOCK, &e))
			fail_msg("%s", e.text);
		close(fd);
	}
	*over = 1;
	assert_int_equal(waitpid(looks, &status, 0), looks);
	assert_int_equal(status, 0);
	munmap((void *)(uintptr_t)over, sizeof(*over));
}

/* Each peer's own file, by its name. */
static void
peer_secrets(void **state)
{
	struct ipc_peer two[] = { { .name = "one", .bit = 1 }, { .name = "two", .bit = 2 } };
	unsigned char bytes[IPC_SECRET];
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(two); i++) {
		int fd = open(two[i].name, O_CREAT | O_TRUNC | O_WRONLY, 0600);

		memset(bytes, 'a' + (int)i, sizeof(bytes));
		assert_int_equal(write(fd, bytes, sizeof(bytes)), sizeof(bytes));
		close(fd);
	}
	assert_true(ipc_peers_read(two, COUNT(two), ".", &e));
	assert_int_equal(two[0].secret[31], 'a');
	assert_int_equal(two[1].secret[31], 'b');
	assert_int_equal(two[1].bit, 2);
	assert_int_equal(truncate("two", 31), 0);
	assert_false(ipc_peers_read(two, COUNT(two), ".", &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_int_equal(unlink("two"), 0);
	assert_false(ipc_peers_read(two, COUNT(two), ".", &e));
	assert_int_equal(e.kind, ERR_ABSENT);
	assert_int_equal(unlink("one"), 0);
}

/* A table that makes no sense must not start to serve. */
static void
bad_tables(void **state)
{
	static const struct ipc_op hello_op[] = { { "h", 0, 1, 1, run_echo } };
	static const struct ipc_op wide[] = { {0}, { "w", 0, IPC_FRAME_MAX + 1, 1, run_echo } };
	static const struct ipc_op nobody[] = { {0}, { "n", 0, 1, 0, run_echo } };
	static const struct ipc_op upside[] = { {0}, { "u", 2, 1, 1, run_echo } };
	static const struct ipc_peer unset[] = { { "portal", 1, {0} } };
	struct ipc_service rows[] = {
		{ .ops = hello_op, .op_count = 1 }, { .ops = wide, .op_count = 2 },
		{ .ops = nobody, .op_count = 2 }, { .ops = upside, .op_count = 2 },
		{ .peers = unset, .peer_count = 1 }, { .watch_count = 9 }, { .max_conns = 15 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ipc_server *s;
		struct err e = {0};

		assert_false(ipc_server_open(&s, -1, &rows[i], &e));
		assert_int_equal(e.kind, ERR_INPUT);
		assert_null(s);
	}
}

static int
folder_setup(void **state)
{
	(void)state;
	/* Here already, so that a child asked to stop right after fork() obeys. */
	sigaction(SIGTERM, &(struct sigaction){ .sa_handler = on_term }, NULL);
	return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int
folder_teardown(void **state)
{
	(void)state;
	return unlink(SOCK) != 0 || chdir("/") != 0 || rmdir(folder) != 0;
}

#define SERVED(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(answers), SERVED(refused_frames), SERVED(hello_rows), SERVED(bad_bytes),
		SERVED(pipelined), SERVED(large), SERVED(deaf_peer), SERVED(gone_while_put_off),
		SERVED(many_clients), SERVED(room_is_shared), SERVED(silent_strangers), SERVED(restarted_server),
		SERVED(killed_server),
		SERVED(slow_answer), SERVED(two_halves), SERVED(listen_paths), cmocka_unit_test(never_free),
		cmocka_unit_test(peer_secrets),
		cmocka_unit_test(bad_tables),
	};

	return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
