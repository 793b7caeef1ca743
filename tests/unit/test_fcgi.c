/*
 * tests/unit/test_fcgi.c - portal/web/fcgi: a whole worker between one that asks as nginx does and a keeper.
 *
 * The keeper answers with the token it was asked by, at once, later, or with more than a socket
 * takes; so whatever comes back shows whose it is.
 */
#include "tests/unit/place.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "portal/web/fcgi.h"

#define THREADS	4u
#define LONG	1000000u	/* bytes: more than a socket takes that nobody reads */

enum how { QUICK = 'q', LATER = 'l', AT_LENGTH = 'a' };		/* the first byte of a token */

/* ---- the keeper ---- */

static volatile sig_atomic_t stop;
static int keeper_fd;
static char keeper_path[96], portal_path[96];
static struct ipc_server *server;
static struct ipc_ask *off[512];
static size_t off_count;

static enum ipc_turn
answer(void *self, struct ipc_ask *a)
{
	static char again;

	(void)self;
	if (a->in.p[0] == LATER && a->work == NULL) {
		a->work = &again;
		off[off_count++] = a;
		return IPC_LATER;
	}
	pack_i64(&a->out, 7);
	pack_u8(&a->out, 0);
	pack_u32(&a->out, 1u << ROLE_MEMBER);
	for (int i = 0; i < 4; i++)
		pack_i64(&a->out, 0);
	buf_add(&a->out, a->in.p, a->in.len);
	while (a->in.p[0] == AT_LENGTH && a->out.len < LONG)
		buf_add(&a->out, a->in.p, a->in.len);
	return IPC_ANSWER;
}

/* The last first: answers come in another order than the questions. */
static void
tick(void *self)
{
	(void)self;
	while (off_count > 0)
		ipc_again(server, off[--off_count]);
}

static void *
keeper(void *self)
{
	static struct ipc_op ops[KEEPER_OP__COUNT];
	static struct ipc_peer peer = { .name = "portal", .bit = 1, .secret = { 9 } };
	static struct ipc_service svc = { .ops = ops, .op_count = KEEPER_OP__COUNT, .peers = &peer, .peer_count = 1,
	    .tick = tick, .tick_ms = 5 };
	struct err e = {0};

	(void)self;
	ops[KEEPER_HOME] = (struct ipc_op){ "home", TOKEN_BYTES, TOKEN_BYTES, 1, answer };
	if (!ipc_server_open(&server, keeper_fd, &svc, &e) || !ipc_serve(server, &stop, &e))
		log_err("fake keeper", &e);
	ipc_server_drop(&server);
	return NULL;
}

/* ---- the worker ---- */

static bool
front(struct visit *v, struct err *e)
{
	v->same_for = 1;
	buf_text(&v->page, "front");
	return buf_ok(&v->page, e);
}

static bool
home(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_HOME, &in, &out, &a, e));
	buf_add(&v->page, a.p, a.len);
	return buf_ok(&v->page, e);
}

/* A body that takes as long as whoever reads it. */
static bool
piece_next(struct visit *v, struct err *e)
{
	static const char piece[LONG];

	buf_reset(&v->page);
	if (v->stream.next++ < v->stream.pieces)
		buf_add(&v->page, piece, sizeof(piece));
	return buf_ok(&v->page, e);
}

static void
over(struct visit *v)
{
	(void)v;
}

static bool
pieces(struct visit *v, struct err *e)
{
	TRY(visit_stream(v, e));
	v->stream.pieces = 3;
	v->stream.length = 3 * (int64_t)LONG;
	v->stream.piece = piece_next;
	v->stream.over = over;
	return true;
}

#define MARK	24

/* Stands in no memory but where it was written. */
static void
mark_make(char into[MARK])
{
	for (int i = 0; i < MARK; i++)
		into[i] = (char)('a' + i * 7 % 26);
}

/* A page that leaves on its stack what it was drawn from. */
static bool
marked(struct visit *v, struct err *e)
{
	volatile char view[40000];
	char mark[MARK];

	mark_make(mark);
	for (size_t i = 0; i < sizeof(view); i++)
		view[i] = mark[i % MARK];
	explicit_bzero(mark, sizeof(mark));
	buf_text(&v->page, view[0] == 'a' ? "marked" : "");
	return buf_ok(&v->page, e);
}

/* Refused after its place was taken. */
static bool
nothing(struct visit *v, struct err *e)
{
	TRY(visit_stream(v, e));
	return FAIL(e, ERR_ABSENT, "nothing");
}

/* What would be written of a body in pieces is written only where there is a place for one. */
static bool
room(struct visit *v, struct err *e)
{
	TRY(visit_stream_room(v, e));
	buf_text(&v->page, "written");
	return buf_ok(&v->page, e);
}

static const struct route rows[] = {
	{ GET, "/room", "room", 0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL, NULL, 0, room },
	{ GET, "/marked", "marked", 0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL, NULL, 0, marked },
	{ GET, "/nothing", "nothing", 0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL, NULL, 0, nothing },
	{ GET, "/", "front", 0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL, NULL, 0, front },
	{ GET, "/pieces", "pieces", 0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL, NULL, 0, pieces },
	{ GET, "/home", "home", ROLE_MEMBER, NEEDS_SESSION, PURPOSE_HISTORY, GUARD_OWN, NULL, NULL, 0, home },
};
static const struct route_table table = { rows, COUNT(rows) };
static const struct route_ahead ahead[] = { { "/home", KEEPER_HOME } };
static pid_t worker;
static int portal_fd, pass[PASS__ENDS];

static int
work(void)
{
	static const struct site site = { .name = "Test", .base_https = "", .base_http = "", .base_cert = "",
	    .association = "", .registration = "", .postal = "", .privacy_contact = "", .logo = "", .static_version = "",
	    .ahead = ahead, .ahead_count = COUNT(ahead), .streams_most = 2 };
	struct fcgi f = { .site = &site, .listen_fd = portal_fd, .pass = { pass[0], pass[1] }, .threads = THREADS, .keeper = { 9 }, .keeper_path = keeper_path };
	struct err e = {0};

	if (route_check(&table, 1, &e) && fcgi_signals(&e) && fcgi_serve(&f, &e))
		return 0;
	log_err("worker", &e);
	return 1;
}

/* The keeper's own descriptors are not for the worker: what is closed there would stay open here. */
static void
start_worker(void)
{
	worker = fork();
	assert_true(worker >= 0);
	if (worker != 0)
		return;
	for (int fd = 3; fd < 1024; fd++)
		if (fd != portal_fd && fd != pass[PASS_TAKE] && fd != pass[PASS_GIVE])
			close(fd);
	_exit(work());
}

static pthread_t keeper_thread;

static int
begin(void **state)
{
	const struct place *place;
	struct err e = {0};

	make_place(state);
	place = *state;
	snprintf(keeper_path, sizeof(keeper_path), "%s/keeper", place->dir);
	snprintf(portal_path, sizeof(portal_path), "%s/portal", place->dir);
	GOOD(ipc_listen(&portal_fd, portal_path, &e));
	GOOD(pass_open(pass, &e));
	GOOD(ipc_listen(&keeper_fd, keeper_path, &e));
	start_worker();
	stop = 0;
	assert_int_equal(pthread_create(&keeper_thread, NULL, keeper, NULL), 0);
	return 0;
}

/* It ends by itself, in good order. */
static void
ended(void)
{
	int status;

	assert_int_equal(waitpid(worker, &status, 0), worker);
	assert_int_equal(status, 0);
	worker = 0;
}

static int
end(void **state)
{
	if (worker > 0) {
		kill(worker, SIGTERM);
		ended();
	}
	stop = 1;
	pthread_join(keeper_thread, NULL);
	unlink(keeper_path);
	close(portal_fd);
	close(pass[PASS_TAKE]);
	close(pass[PASS_GIVE]);
	return drop_place(state);
}

/* ---- who asks ---- */

static int
dial(void)
{
	const struct timeval patience = { .tv_sec = 10 };
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(a.sun_path, portal_path, sizeof(portal_path));
	assert_int_equal(connect(fd, (const struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
	return fd;
}

static void
add_param(struct buf *b, const char *name, const char *value)
{
	pack_u8(b, (unsigned)strlen(name));
	pack_u8(b, (unsigned)strlen(value));
	buf_text(b, name);
	buf_text(b, value);
}

static void
record(struct buf *b, unsigned type, const struct buf *content)
{
	pack_u8(b, 1);
	pack_u8(b, type);
	pack_u8(b, 0);
	pack_u8(b, 1);
	pack_u8(b, (unsigned)(content->len >> 8));
	pack_u8(b, content->len & 0xff);
	pack_u8(b, 0);
	pack_u8(b, 0);
	buf_add(b, content->data, content->len);
}

static void
ask(int fd, const char *uri)
{
	DROP(buf_wipe) struct buf all = {0}, begins = {0}, params = {0}, none = {0};

	buf_add(&begins, "\0\1\1\0\0\0\0\0", 8);
	add_param(&params, "REQUEST_METHOD", "GET");
	add_param(&params, "REQUEST_URI", uri);
	add_param(&params, "HTTP_SEC_FETCH_SITE", "same-origin");
	record(&all, 1, &begins);
	record(&all, 4, &params);
	record(&all, 4, &none);
	record(&all, 5, &none);
	assert_int_equal(write(fd, all.data, all.len), all.len);
}

static void
token_make(enum how how, int number, unsigned char token[TOKEN_BYTES])
{
	memset(token, 'x', TOKEN_BYTES);
	token[0] = (unsigned char)how;
	token[1] = (unsigned char)('a' + number / 26 % 26);
	token[2] = (unsigned char)('a' + number % 26);
}

static void
ask_home(int fd, enum how how, int number)
{
	unsigned char token[TOKEN_BYTES];
	char uri[64] = "/~";

	token_make(how, number, token);
	token_text(token, uri + 2);
	memcpy(uri + 2 + 32, "/home", 6);
	ask(fd, uri);
}

static bool
read_all(int fd, void *into, size_t n)
{
	return n == 0 || recv(fd, into, n, MSG_WAITALL) == (ssize_t)n;
}

/* False: it was closed instead, or nothing came in time. */
static bool
heard(int fd, struct buf *out)
{
	unsigned char h[8];
	static unsigned char content[65536 + 256];

	buf_reset(out);
	while (read_all(fd, h, sizeof(h))) {
		size_t n = (size_t)h[4] << 8 | h[5];

		if (!read_all(fd, content, n + h[6]))
			return false;
		if (h[1] == 3)
			return true;
		buf_add(out, content, n);
	}
	return false;
}

static bool
is_home(const struct buf *out, enum how how, int number)
{
	unsigned char token[TOKEN_BYTES];

	token_make(how, number, token);
	return out->len > TOKEN_BYTES && strncmp(out->data, "Status: 200 ", 12) == 0 &&
	    memcmp(out->data + out->len - TOKEN_BYTES, token, TOKEN_BYTES) == 0;
}

static bool
closed(int fd)
{
	char one;

	return recv(fd, &one, 1, 0) == 0;
}

/* ---- cases ---- */

/* Each gets what belongs to its own session, in whatever order answers come and whoever goes away meanwhile. */
static void
test_whose(void **state)
{
	enum { ALL = 60 };
	DROP(buf_wipe) struct buf out = {0};
	int fd[ALL];

	(void)state;
	for (int i = 0; i < ALL; i++)
		fd[i] = dial();
	for (int turn = 0; turn < 6; turn++) {
		for (int i = 0; i < ALL; i++)
			ask_home(fd[i], i % 2 == 0 ? LATER : QUICK, turn * ALL + i);
		for (int i = turn % 3; i < ALL; i += 3) {
			close(fd[i]);
			fd[i] = -1;
		}
		for (int i = 0; i < ALL; i++) {
			if (fd[i] >= 0) {
				assert_true(heard(fd[i], &out));
				assert_true(is_home(&out, i % 2 == 0 ? LATER : QUICK, turn * ALL + i));
			} else {
				fd[i] = dial();
			}
		}
	}
	for (int i = 0; i < ALL; i++)
		close(fd[i]);
}

/* Those who ask for more than a socket takes, and do not read it, keep nobody else waiting. */
static void
test_reader(void **state)
{
	DROP(buf_wipe) struct buf out = {0};
	int slow = dial(), other = dial();
	int64_t began;

	(void)state;
	for (int i = 0; i < 20; i++) {
		ask_home(other, QUICK, i);
		assert_true(heard(other, &out) && is_home(&out, QUICK, i));
	}
	ask_home(slow, AT_LENGTH, 1);
	began = clock_mono_ms();
	while (clock_mono_ms() - began < 300) {
		ask(other, "/");
		assert_true(heard(other, &out));
		assert_non_null(strstr(out.data, "front"));
		ask_home(other, LATER, 3);
		assert_true(heard(other, &out) && is_home(&out, LATER, 3));
	}
	assert_true(heard(slow, &out) && is_home(&out, AT_LENGTH, 1));
	assert_true(out.len > LONG);
	close(slow);
	close(other);
}

/* Threads that are all held up keep nobody from a page that was drawn a while ago. */
static void
test_busy(void **state)
{
	DROP(buf_wipe) struct buf out = {0};
	int slow[THREADS + 1], other = dial();
	unsigned char some[8];
	int64_t drawn;

	(void)state;
	ask(other, "/");
	assert_true(heard(other, &out));
	drawn = clock_now();
	for (size_t i = 0; i < COUNT(slow); i++) {
		slow[i] = dial();
		ask_home(slow[i], AT_LENGTH, (int)i);
		if (i < THREADS)
			assert_true(read_all(slow[i], some, sizeof(some)));
	}
	while (clock_now() < drawn + 2)
		usleep(10000);
	ask(other, "/");
	assert_true(heard(other, &out));
	assert_non_null(strstr(out.data, "front"));
	for (size_t i = 0; i < COUNT(slow); i++)
		close(slow[i]);
	close(other);
}

static bool
stacks_hold(pid_t pid, const char mark[MARK])
{
	char path[64], line[512];
	unsigned long from, to;
	bool found = false;
	FILE *maps;
	int mem;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	maps = fopen(path, "re");
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(maps != NULL && mem >= 0);
	while (fgets(line, sizeof(line), maps) != NULL) {
		static char stack[1u << 20];

		/* Those of the threads have a size of their own. */
		if (sscanf(line, "%lx-%lx rw-p", &from, &to) == 2 && to - from == sizeof(stack) &&
		    pread(mem, stack, sizeof(stack), (off_t)from) == (ssize_t)sizeof(stack))
			found = found || memmem(stack, sizeof(stack), mark, MARK) != NULL;
	}
	fclose(maps);
	close(mem);
	return found;
}

/* What a page was drawn from does not stay on the stack of the thread that drew it. */
static void
test_stack(void **state)
{
	DROP(buf_wipe) struct buf out = {0};
	int64_t until = clock_mono_ms() + 5000;
	int fd = dial();
	char mark[MARK];

	(void)state;
	for (int i = 0; i < 20; i++) {
		ask(fd, "/marked");
		assert_true(heard(fd, &out));
		assert_non_null(strstr(out.data, "marked"));
	}
	mark_make(mark);
	while (stacks_hold(worker, mark) && clock_mono_ms() < until)
		usleep(10000);
	assert_false(stacks_hold(worker, mark));
	close(fd);
}

/* Bodies in pieces, read slowly, hold as many threads as are meant for them, and no more. */
static void
test_pieces(void **state)
{
	DROP(buf_wipe) struct buf out = {0};
	int slow[3], other = dial();
	size_t refused = 0, whole = 0;
	char some[8];

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(slow); i++) {
		ask(other, "/nothing");
		assert_true(heard(other, &out));
		assert_int_equal(strncmp(out.data, "Status: 404 ", 12), 0);
	}
	for (size_t turn = 0; turn < 2; turn++) {
		for (size_t i = 0; i < COUNT(slow); i++) {
			slow[i] = dial();
			ask(slow[i], "/pieces");
		}
		ask_home(other, QUICK, 1);
		assert_true(heard(other, &out) && is_home(&out, QUICK, 1));
		/* Each is being answered before one of them gets on. */
		for (size_t i = 0; i < COUNT(slow); i++)
			assert_int_equal(recv(slow[i], some, sizeof(some), MSG_PEEK | MSG_WAITALL), sizeof(some));
		ask(other, "/room");
		assert_true(heard(other, &out));
		assert_int_equal(strncmp(out.data, "Status: 503 ", 12), 0);
		for (size_t i = 0; i < COUNT(slow); i++) {
			assert_true(heard(slow[i], &out));
			refused += strncmp(out.data, "Status: 503 ", 12) == 0;
			whole += out.len > 3 * LONG;
			close(slow[i]);
		}
	}
	assert_int_equal(refused, 2);
	assert_int_equal(whole, 4);
	ask(other, "/room");
	assert_true(heard(other, &out));
	assert_int_equal(strncmp(out.data, "Status: 200 ", 12), 0);
	close(other);
}

/* Nobody who reads nothing keeps a worker from its end. */
static void
test_last(void **state)
{
	int slow[2] = { dial(), dial() };
	unsigned char some[8];

	(void)state;
	ask_home(slow[0], AT_LENGTH, 1);
	ask(slow[1], "/pieces");
	for (size_t i = 0; i < COUNT(slow); i++)
		assert_true(read_all(slow[i], some, sizeof(some)));
	kill(worker, SIGTERM);
	ended();
	close(slow[0]);
	close(slow[1]);
}

/*
 * What was sent to a worker that is told to end is answered, by it or by the one after it; no connection
 * is closed but the one that had sent half a request.
 */
static void
test_end(void **state)
{
	enum { ALL = 40, NEW = 20 };
	DROP(buf_wipe) struct buf out = {0};
	int fd[ALL + NEW], half = dial();

	(void)state;
	assert_int_equal(write(half, "\1\1\0\1", 4), 4);	/* read when what is asked later is answered */
	for (int i = 0; i < ALL; i++) {
		fd[i] = dial();
		if (i % 4 == 0)		/* has never asked */
			continue;
		ask_home(fd[i], QUICK, i);
		assert_true(heard(fd[i], &out) && is_home(&out, QUICK, i));
	}
	for (int turn = 0; turn < 3; turn++) {
		/* All that happens while it sleeps it finds at once. */
		kill(worker, SIGSTOP);
		kill(worker, SIGTERM);
		for (int i = 0; i < ALL; i += 2)
			ask_home(fd[i], i % 3 == 0 ? LATER : QUICK, turn + i);
		for (int i = turn == 0 ? ALL : ALL + NEW; i < ALL + NEW; i++)
			fd[i] = dial();
		kill(worker, SIGCONT);
		ended();
		if (turn == 0)
			assert_true(closed(half));
		for (int i = 1; i < ALL + NEW; i += 2)
			ask_home(fd[i], i % 3 == 0 ? LATER : QUICK, turn + i);
		start_worker();
		for (int i = 0; i < ALL + NEW; i++) {
			if (i >= ALL && i % 2 == 0)
				continue;
			assert_true(heard(fd[i], &out));
			assert_true(is_home(&out, i % 3 == 0 ? LATER : QUICK, turn + i));
		}
	}
	for (int i = 0; i < ALL + NEW; i++)
		close(fd[i]);
	close(half);
}

/* Two workers that are told to end in turn under load: nobody hears of it. */
static void
test_relay(void **state)
{
	enum { ALL = 24, TURNS = 8 };
	DROP(buf_wipe) struct buf out = {0};
	int fd[ALL];

	(void)state;
	for (int i = 0; i < ALL; i++)
		fd[i] = dial();
	for (int turn = 0; turn < TURNS; turn++) {
		pid_t before = worker;
		int status;

		start_worker();
		for (int round = 0; round < 10; round++) {
			for (int i = 0; i < ALL; i++)
				ask_home(fd[i], (i + round) % 3 == 0 ? LATER : QUICK, round * ALL + i);
			if (round == 5)
				kill(before, SIGTERM);
			for (int i = 0; i < ALL; i++) {
				assert_true(heard(fd[i], &out));
				assert_true(is_home(&out, (i + round) % 3 == 0 ? LATER : QUICK, round * ALL + i));
			}
		}
		assert_int_equal(waitpid(before, &status, 0), before);
		assert_int_equal(status, 0);
	}
	for (int i = 0; i < ALL; i++)
		close(fd[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_whose, begin, end),
		cmocka_unit_test_setup_teardown(test_reader, begin, end),
		cmocka_unit_test_setup_teardown(test_busy, begin, end),
		cmocka_unit_test_setup_teardown(test_stack, begin, end),
		cmocka_unit_test_setup_teardown(test_pieces, begin, end),
		cmocka_unit_test_setup_teardown(test_end, begin, end),
		cmocka_unit_test_setup_teardown(test_last, begin, end),
		cmocka_unit_test_setup_teardown(test_relay, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
