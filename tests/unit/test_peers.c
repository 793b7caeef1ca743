/* tests/unit/test_peers.c - portal/web/peers: connections that come, ask in pieces, wait and go. */
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>
#include "tests/unit/place.h"
#include "ledger/base/clock.h"
#include "ledger/base/ipc.h"
#include "portal/web/peers.h"
#include "portal/web/reply.h"

static char at[96];		/* the socket */

/* A request for "/", one byte of its address being `letter`. */
static size_t
request(unsigned char into[128], char letter)
{
	static const unsigned char head[] = "\1\1\0\1\0\10\0\0\0\1\1\0\0\0\0\0" "\1\4\0\1\0\17\1\0" "\13\2REQUEST_URI/";
	static const unsigned char rest[] = "\0" "\1\4\0\1\0\0\0\0" "\1\5\0\1\0\0\0\0";
	size_t n = sizeof(head) - 1;

	memcpy(into, head, n);
	into[n++] = (unsigned char)letter;
	memcpy(into + n, rest, sizeof(rest) - 1);
	return n + sizeof(rest) - 1;
}

static int
dial(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(a.sun_path, at, sizeof(at));
	assert_int_equal(connect(fd, (const struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void
ask(int fd, char letter)
{
	unsigned char bytes[128];
	size_t n = request(bytes, letter);

	assert_int_equal(write(fd, bytes, n), n);
}

static struct peer *
next(struct peers *ps)
{
	struct err e = {0};
	void *watched;
	struct peer *p = peers_next(ps, -1, &watched, &e);

	assert_non_null(p);
	return p;
}

/* The door may rest meanwhile. */
static struct peer *
next_of(struct peers *ps, const char *uri)
{
	struct peer *p = NULL;
	struct err e = {0};
	void *watched;

	for (int64_t until = clock_mono_ms() + 5000; p == NULL && clock_mono_ms() < until; )
		p = peers_next(ps, 100, &watched, &e);
	assert_non_null(p);
	assert_string_equal(p->request.param[FCGI_URI], uri);
	return p;
}

static struct peers *
opened(void **state, int *listen_fd)
{
	const struct place *place = *state;
	struct peers *ps = NULL;
	struct err e = {0};

	snprintf(at, sizeof(at), "%s", place->path);
	assert_true(ipc_listen(listen_fd, at, &e));
	assert_true(peers_open(&ps, *listen_fd, NULL, 100, &e));
	return ps;
}

static void
closed(struct peers *ps, int listen_fd)
{
	peers_drop(&ps);
	assert_null(ps);
	close(listen_fd);
}

/* Whose answer comes back to whom, kept or not. */
static void
test_turns(void **state)
{
	int listen_fd, a, b;
	struct peers *ps = opened(state, &listen_fd);
	struct err e = {0};
	char got[256];

	a = dial();
	b = dial();
	for (int turn = 0; turn < 3; turn++) {
		struct peer *p, *q;

		ask(b, 'b');
		p = next(ps);
		assert_string_equal(p->request.param[FCGI_URI], "/b");
		/* While b's is being answered a's comes and goes. */
		ask(a, 'a');
		q = next(ps);
		assert_string_equal(q->request.param[FCGI_URI], "/a");
		assert_true(reply_write(q->fd, q->request.id, span_text("A"), span_of("", 0), &e));
		peers_back(ps, q, true);
		assert_true(read(a, got, sizeof(got)) > 8);
		assert_int_equal(got[8], 'A');
		assert_true(reply_write(p->fd, p->request.id, span_text("B"), span_of("", 0), &e));
		peers_back(ps, p, turn < 2);
		assert_true(read(b, got, sizeof(got)) > 8);
		assert_int_equal(got[8], 'B');
	}
	/* The last answer was not to be followed by another one. */
	assert_int_equal(read(b, got, sizeof(got)), 0);
	close(a);
	close(b);
	closed(ps, listen_fd);
}

/* Who sends half a request, garbage, or goes away holds nobody up. */
static void
test_others(void **state)
{
	unsigned char bytes[128];
	int listen_fd, half, wrong, gone, good;
	struct peers *ps = opened(state, &listen_fd);
	size_t n = request(bytes, 'h');
	struct peer *p;
	char got[8];

	half = dial();
	wrong = dial();
	gone = dial();
	good = dial();
	assert_int_equal(write(half, bytes, n - 1), n - 1);
	assert_int_equal(write(wrong, "GET / HTTP/1.0\r\n\r\n", 18), 18);
	assert_int_equal(write(gone, bytes, 9), 9);
	close(gone);
	ask(good, 'g');
	p = next(ps);
	assert_string_equal(p->request.param[FCGI_URI], "/g");
	peers_back(ps, p, true);
	assert_int_equal(write(half, bytes + n - 1, 1), 1);
	p = next(ps);
	assert_string_equal(p->request.param[FCGI_URI], "/h");
	peers_back(ps, p, true);
	/* Garbage is answered by hanging up. */
	ask(good, 'x');
	peers_back(ps, next(ps), true);
	assert_true(read(wrong, got, sizeof(got)) <= 0);
	close(half);
	close(wrong);
	close(good);
	closed(ps, listen_fd);
}

struct asker { struct peers *ps; atomic_int got; atomic_bool done; };

static void *
serve(void *self)
{
	struct asker *a = self;
	struct err e = {0};
	void *watched;
	struct peer *p;

	while ((p = peers_next(a->ps, -1, &watched, &e)) != NULL) {
		atomic_fetch_add(&a->got, 1);
		peers_back(a->ps, p, true);
	}
	assert_int_equal(e.kind, ERR_NONE);
	atomic_store(&a->done, true);
	return NULL;
}

static void on_signal(int sig) { (void)sig; }

/* More than fit: the further ones are heard when earlier ones went.  A signal ends the wait. */
static void
test_full(void **state)
{
	enum { ALL = PEERS_MOST + 40 };
	const struct sigaction wake = { .sa_handler = on_signal };
	static int fd[ALL];
	int listen_fd;
	struct asker a = { .ps = opened(state, &listen_fd) };
	pthread_t t;

	assert_int_equal(sigaction(SIGUSR1, &wake, NULL), 0);
	assert_int_equal(pthread_create(&t, NULL, serve, &a), 0);
	for (int i = 0; i < ALL; i++) {
		fd[i] = dial();
		ask(fd[i], 'f');
	}
	while (atomic_load(&a.got) < (int)PEERS_MOST)
		usleep(1000);
	for (int i = 0; i < 50; i++)
		close(fd[i]);
	while (atomic_load(&a.got) < ALL)
		usleep(1000);
	while (!atomic_load(&a.done)) {
		pthread_kill(t, SIGUSR1);
		usleep(1000);
	}
	pthread_join(t, NULL);
	for (int i = 50; i < ALL; i++)
		close(fd[i]);
	closed(a.ps, listen_fd);
}

/* Without a descriptor for who comes the thread sleeps, others are heard, and the newcomer is let in as soon as there is one. */
static void
test_scarce(void **state)
{
	int listen_fd, known, late, spare;
	struct peers *ps = opened(state, &listen_fd);
	struct rlimit was, less;
	struct err e = {0};
	void *watched;
	clock_t worked;

	known = dial();
	ask(known, 'k');
	peers_back(ps, next(ps), true);
	late = dial();
	ask(late, 'l');
	spare = dup(known);
	assert_int_equal(close(spare), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	less = (struct rlimit){ .rlim_cur = (rlim_t)spare, .rlim_max = was.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &less), 0);
	worked = clock();
	for (int64_t until = clock_mono_ms() + 300; clock_mono_ms() < until; )
		assert_null(peers_next(ps, 50, &watched, &e));
	assert_true(clock() - worked < CLOCKS_PER_SEC / 10);
	assert_int_equal(e.kind, ERR_NONE);
	ask(known, 'm');
	peers_back(ps, next_of(ps, "/m"), true);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	peers_back(ps, next_of(ps, "/l"), true);
	close(known);
	close(late);
	closed(ps, listen_fd);
}

/* At the end what still comes is answered, each connection goes behind its answer, and nobody new is let in. */
static void
test_leave(void **state)
{
	int listen_fd, asked, idle, late, strange;
	struct peers *ps = opened(state, &listen_fd);
	struct peer *p, *q;
	struct err e = {0};
	void *watched;
	char got[256];

	asked = dial();
	idle = dial();
	late = dial();
	for (int i = 0; i < 3; i++) {
		ask(i == 0 ? asked : i == 1 ? idle : late, 'k');
		peers_back(ps, next(ps), true);
	}
	ask(asked, 'a');
	p = next(ps);
	assert_int_equal(peers_away(ps), 1);
	assert_int_equal(peers_here(ps), 3);
	peers_leave(ps);
	strange = dial();
	ask(strange, 's');
	ask(late, 'l');
	q = next(ps);
	assert_string_equal(q->request.param[FCGI_URI], "/l");
	assert_null(peers_next(ps, 0, &watched, &e));
	assert_int_equal(peers_away(ps), 2);
	for (int i = 0; i < 2; i++) {
		struct peer *one = i == 0 ? q : p;
		int fd = i == 0 ? late : asked;

		assert_true(reply_write(one->fd, one->request.id, span_text("A"), span_of("", 0), &e));
		peers_back(ps, one, true);
		assert_true(read(fd, got, sizeof(got)) > 8);
		assert_int_equal(read(fd, got, sizeof(got)), 0);
	}
	assert_int_equal(peers_away(ps), 0);
	assert_int_equal(peers_here(ps), 1);
	close(asked);
	close(late);
	closed(ps, listen_fd);
	assert_int_equal(read(idle, got, sizeof(got)), 0);
	close(idle);
	close(strange);
}

/* Who is not named is closed unheard, whatever it says of itself; who is is answered. */
static void
test_only(void **state)
{
	const uid_t others[] = { geteuid() + 1, geteuid() + 2 }, ours[] = { geteuid() + 1, geteuid() };
	int listen_fd, fd;
	struct peers *ps = opened(state, &listen_fd);
	struct err e = {0};
	void *watched;
	char got[256];

	peers_only(ps, others, COUNT(others));
	fd = dial();
	ask(fd, 's');
	assert_null(peers_next(ps, 0, &watched, &e));
	assert_int_equal(peers_here(ps), 0);
	assert_true(read(fd, got, sizeof(got)) <= 0);
	close(fd);
	peers_only(ps, ours, COUNT(ours));
	fd = dial();
	ask(fd, 'o');
	assert_string_equal(next(ps)->request.param[FCGI_URI], "/o");
	assert_int_equal(peers_here(ps), 1);
	close(fd);
	closed(ps, listen_fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_turns, make_place, drop_place),
		cmocka_unit_test_setup_teardown(test_others, make_place, drop_place),
		cmocka_unit_test_setup_teardown(test_full, make_place, drop_place),
		cmocka_unit_test_setup_teardown(test_scarce, make_place, drop_place),
		cmocka_unit_test_setup_teardown(test_leave, make_place, drop_place),
		cmocka_unit_test_setup_teardown(test_only, make_place, drop_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
