/* tests/unit/test_ahead.c - portal/web/ahead: questions on several lines, answered, refused, late, or never. */
#include "tests/unit/place.h"
#include <poll.h>
#include <pthread.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "portal/web/ahead.h"

#define LINES	3u
#define WAIT_MS	100

enum { ECHO = 1, NO, NEVER, OPS };

/* ---- the keeper: a thread with a real server ---- */

static volatile sig_atomic_t stop;
static int keeper_fd, peers_fd;
static struct ipc_ask *off[8];
static size_t off_count;
static unsigned char secret[IPC_SECRET] = { 9 };
static char keeper_path[96], peers_path[96];
static pthread_t keeper_thread;

static enum ipc_turn
echo(void *self, struct ipc_ask *a)
{
	(void)self;
	buf_add(&a->out, a->in.p, a->in.len);
	return IPC_ANSWER;
}

static enum ipc_turn
no(void *self, struct ipc_ask *a)
{
	(void)self;
	(void)REFUSE(&a->err, ERR_DENIED, 7, "no");
	return IPC_ANSWER;
}

static enum ipc_turn
never(void *self, struct ipc_ask *a)
{
	(void)self;
	off[off_count++ % COUNT(off)] = a;
	return IPC_LATER;
}

static void *
keeper(void *self)
{
	static const struct ipc_op ops[OPS] = {
		[ECHO] = { "echo", 0, 64, 1, echo }, [NO] = { "no", 0, 64, 1, no }, [NEVER] = { "never", 0, 64, 1, never },
	};
	static struct ipc_peer peer = { .name = "portal", .bit = 1, .secret = { 9 } };
	static struct ipc_service svc = { .ops = ops, .op_count = OPS, .peers = &peer, .peer_count = 1, .tick_ms = 20 };
	DROP(ipc_server_drop) struct ipc_server *s = NULL;
	struct err e = {0};

	(void)self;
	if (!ipc_server_open(&s, keeper_fd, &svc, &e) || !ipc_serve(s, &stop, &e))
		log_err("fake keeper", &e);
	return NULL;
}

static void
keeper_start(void)
{
	struct err e = {0};

	stop = 0;
	assert_true(ipc_listen(&keeper_fd, keeper_path, &e));
	assert_int_equal(pthread_create(&keeper_thread, NULL, keeper, NULL), 0);
}

static void
keeper_end(void)
{
	stop = 1;
	pthread_join(keeper_thread, NULL);
	unlink(keeper_path);
}

/* ---- cases ---- */

static struct peers *ps;
static struct lines *ls;

static int
begin(void **state)
{
	const struct place *place;
	struct err e = {0};

	make_place(state);
	place = *state;
	snprintf(keeper_path, sizeof(keeper_path), "%s/keeper", place->dir);
	snprintf(peers_path, sizeof(peers_path), "%s/peers", place->dir);
	keeper_start();
	assert_true(ipc_listen(&peers_fd, peers_path, &e));
	assert_true(peers_open(&ps, peers_fd, NULL, 100, &e));
	assert_true(lines_open(&ls, LINES, keeper_path, secret, ps, WAIT_MS, &e));
	/* Whoever opens them may wait; whoever asks does not. */
	assert_null(lines_free(ls));
	for (size_t i = 0; i < LINES; i++)
		lines_mend(ls);
	return 0;
}

static int
end(void **state)
{
	lines_drop(&ls);
	peers_drop(&ps);
	close(peers_fd);
	keeper_end();
	return drop_place(state);
}

static struct line *
ask(uint32_t op, const char *text, struct peer *p)
{
	struct line *l = lines_free(ls);

	assert_non_null(l);
	assert_int_equal(l->ahead.in.len + l->ahead.out.len, 0);
	l->ahead.op = op;
	buf_text(&l->ahead.in, text);
	assert_true(lines_ask(ls, l, p));
	assert_ptr_equal(l->peer, p);
	assert_true(lines_asked(ls));
	return l;
}

/* What came first; on lines without a question that they were closed. */
static struct line *
heard(void)
{
	struct err e = {0};
	void *what;

	assert_null(peers_next(ps, 5000, &what, &e));
	assert_int_equal(e.kind, ERR_NONE);
	return what;
}

/* Keep trying: the keeper was just started. */
static void
mended(void)
{
	struct line *l;

	while ((l = lines_free(ls)) == NULL) {
		lines_mend(ls);
		(void)poll(NULL, 0, 5);
	}
}

static void
test_answers(void **state)
{
	static struct peer who[LINES];
	struct line *l[LINES];

	(void)state;
	for (int turn = 0; turn < 3; turn++) {
		static const char *const texts[LINES] = { "a", "b", "c" };

		for (size_t i = 0; i < LINES; i++)
			l[i] = ask(i == 1 ? NO : ECHO, texts[i], &who[i]);
		assert_null(lines_free(ls));
		assert_null(lines_late(ls));
		for (size_t i = 0; i < LINES; i++) {
			struct line *got = heard();
			size_t n = (size_t)(got->peer - who);

			assert_non_null(got);
			assert_true(lines_take(ls, got));
			assert_ptr_equal(got, l[n]);
			assert_int_equal(got->ahead.err.kind, n == 1 ? ERR_DENIED : ERR_NONE);
			if (n != 1)
				assert_string_equal(got->ahead.out.data, texts[n]);
			/* One is lent and comes back by itself. */
			if (n == 1) {
				line_lend(got);
				assert_null(lines_free(ls) == got ? got : NULL);
			}
			line_back(got);
		}
		assert_false(lines_asked(ls));
	}
}

static void
test_late(void **state)
{
	static struct peer who[2];
	struct line *slow = ask(NEVER, "slow", &who[0]), *l = NULL;
	int64_t began = clock_mono_ms();

	(void)state;
	/* Others are answered meanwhile. */
	(void)ask(ECHO, "quick", &who[1]);
	l = heard();
	assert_true(lines_take(ls, l));
	assert_ptr_equal(l->peer, &who[1]);
	line_back(l);
	while ((l = lines_late(ls)) == NULL)
		(void)poll(NULL, 0, 5);
	assert_true(clock_mono_ms() - began >= WAIT_MS);
	assert_ptr_equal(l, slow);
	assert_int_equal(l->ahead.err.kind, ERR_TIMEOUT);
	assert_false(lines_asked(ls));
	line_back(l);
	/* The line serves again, when it was opened again. */
	assert_ptr_not_equal(lines_free(ls), slow);
	lines_mend(ls);
	assert_ptr_equal(lines_free(ls), slow);
	l = ask(ECHO, "again", &who[0]);
	assert_ptr_equal(l, slow);
	assert_ptr_equal(heard(), l);
	assert_true(lines_take(ls, l));
	assert_string_equal(l->ahead.out.data, "again");
	line_back(l);
}

/* Gone while a question is under way, while none is, and while nobody is there to be asked. */
static void
test_gone(void **state)
{
	static struct peer who;
	struct line *asked, *idle, *l;

	(void)state;
	asked = ask(ECHO, "x", &who);
	assert_true(heard() == asked && lines_take(ls, asked));
	idle = asked;
	line_back(asked);
	/* The first free line is the idle one: a question that is never answered lies on it when the keeper goes. */
	asked = ask(NEVER, "y", &who);
	assert_ptr_equal(asked, idle);
	l = ask(ECHO, "z", &who);
	assert_true(heard() == l && lines_take(ls, l));
	line_back(l);
	keeper_end();
	/* The third was never asked, so it is not heard: the first to ask on it finds out. */
	for (int i = 0; i < 2; i++) {
		struct line *got = heard();

		assert_int_equal(lines_take(ls, got), got == asked);
		if (got == asked) {
			assert_int_equal(got->ahead.err.kind, ERR_IO);
			line_back(got);
		}
	}
	assert_false(lines_asked(ls));
	l = lines_free(ls);
	assert_non_null(l);
	l->ahead.op = ECHO;
	buf_text(&l->ahead.in, "nobody");
	assert_false(lines_ask(ls, l, &who));
	assert_null(lines_free(ls));
	lines_mend(ls);
	assert_null(lines_free(ls));
	keeper_start();
	mended();
	l = ask(ECHO, "back", &who);
	assert_true(heard() == l && lines_take(ls, l));
	assert_string_equal(l->ahead.out.data, "back");
	line_back(l);
}

/* A keeper that lets nobody in costs a try now and then, of whoever may wait; who asks is told at once that there is no line. */
static void
test_deaf(void **state)
{
	static struct peer who;
	struct line *l = ask(ECHO, "x", &who);
	struct err e = {0};
	int64_t began;

	(void)state;
	assert_true(heard() == l && lines_take(ls, l));
	line_back(l);
	keeper_end();
	assert_ptr_equal(heard(), l);
	assert_false(lines_take(ls, l));
	assert_true(ipc_listen(&keeper_fd, keeper_path, &e));
	began = clock_mono_ms();
	while ((l = lines_free(ls)) != NULL) {	/* those that were not watched */
		l->ahead.op = ECHO;
		buf_text(&l->ahead.in, "y");
		assert_false(lines_ask(ls, l, &who));
	}
	assert_true(clock_mono_ms() - began < 500);
	lines_mend(ls);
	assert_true(clock_mono_ms() - began >= 1000);
	began = clock_mono_ms();
	lines_mend(ls);		/* not so soon again */
	assert_null(lines_free(ls));
	assert_true(clock_mono_ms() - began < 500);
	close(keeper_fd);
	unlink(keeper_path);
	keeper_start();
	mended();
	l = ask(ECHO, "back", &who);
	assert_true(heard() == l && lines_take(ls, l));
	line_back(l);
}

/* What was heard of a line before it was hung up is no answer to what is asked on it next. */
static void
test_stale(void **state)
{
	static struct peer who[2], others[3];
	struct line *first, *second, *l;
	int64_t began = clock_mono_ms();
	struct err e = {0};
	void *what;

	(void)state;
	first = ask(ECHO, "1", &who[0]);
	second = ask(ECHO, "2", &who[1]);
	/* Both answers are there, and told of together; the second one is late by then. */
	while (clock_mono_ms() - began <= WAIT_MS)
		(void)poll(NULL, 0, 5);
	l = heard();
	assert_true(lines_take(ls, l));
	line_back(l);
	l = lines_late(ls);
	assert_non_null(l);
	assert_true(l == first || l == second);
	line_back(l);
	(void)ask(NEVER, "never", &others[0]);
	(void)ask(NEVER, "never", &others[1]);
	assert_null(lines_free(ls));
	lines_mend(ls);
	assert_ptr_equal(ask(NEVER, "never", &others[2]), l);
	/* Neither told, nor the end of what was just asked. */
	assert_null(peers_next(ps, 50, &what, &e));
	assert_null(what);
	assert_true(lines_asked(ls));
	while ((l = lines_late(ls)) == NULL)
		(void)poll(NULL, 0, 5);
	line_back(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_answers, begin, end),
		cmocka_unit_test_setup_teardown(test_late, begin, end),
		cmocka_unit_test_setup_teardown(test_gone, begin, end),
		cmocka_unit_test_setup_teardown(test_deaf, begin, end),
		cmocka_unit_test_setup_teardown(test_stale, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
