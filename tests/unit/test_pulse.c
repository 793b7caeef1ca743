/* tests/unit/test_pulse.c - who hangs is found out, and nobody else. */
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "ledger/base/clock.h"
#include "ledger/base/pulse.h"

#define LIMIT_S	3

/* ---- who watches ---- */

/* Rows of looks, as if time had passed: what is written before each, and what it finds. */
static void
looks(void **state)
{
	static const struct look { bool says; int64_t passed_ms; bool hung; } rows[] = {
		{ false, 60000, false },	/* a start is not measured */
		{ true, 2000, false }, { false, 2000, false }, { false, 1000, false },
		{ true, 2000, false },		/* just in time */
		{ false, 2000, false }, { false, 1000, false }, { false, 1, true },
		{ false, 1000, true },		/* until somebody does something about it */
		{ true, 2000, false },
	};
	struct pulse_watch w = { .fd = -1 };
	struct err e = {0};
	int theirs;

	(void)state;
	assert_false(pulse_hung(&w, 60000, LIMIT_S));	/* of nobody */
	assert_true(pulse_watch_open(&w, &theirs, &e));
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].says)
			assert_int_equal(write(theirs, "x", 1), 1);
		assert_int_equal(pulse_hung(&w, rows[i].passed_ms, LIMIT_S), rows[i].hung);
	}
	assert_false(pulse_hung(&w, INT64_C(1) << 40, 0));	/* nobody is to be ended */
	/* The next one begins as the first did. */
	close(theirs);
	assert_true(pulse_watch_open(&w, &theirs, &e));
	assert_false(pulse_hung(&w, 60000, LIMIT_S));
	pulse_watch_close(&w);
	pulse_watch_close(&w);
	close(theirs);
}

/* Whoever was stopped for an hour finds that two seconds passed. */
static void
steps(void **state)
{
	int64_t last = 0, passed;

	(void)state;
	assert_int_equal(pulse_passed(&last), 0);
	last = clock_mono_ms() - 3600 * 1000;
	assert_int_equal(pulse_passed(&last), 2000);
	last = clock_mono_ms() - 700;
	passed = pulse_passed(&last);
	assert_in_range(passed, 700, 2000);
}

/* ---- who is watched ---- */

/* One child's life; returns how it ended. */
static int
lives(void (*life)(void))
{
	pid_t pid = fork();
	int how;

	if (pid == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(99);
		life();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &how, 0), pid);
	return how;
}

static atomic_bool up;

static void *
busy_forever(void *self)
{
	struct pulse *p = self;

	pulse_thread(p);
	pulse_move();
	atomic_store(&up, true);
	while (pause() != 0)
		;
	return NULL;
}

static void *
waits_forever(void *self)
{
	pulse_thread(self);
	pulse_move();
	pulse_wait();
	atomic_store(&up, true);
	while (pause() != 0)
		;
	return NULL;
}

static void
turn_beside(void *(*other)(void *))
{
	static struct pulse p;
	pthread_t t;

	pulse_open(1);
	pulse_move();
	if (pthread_create(&t, NULL, other, &p) != 0)
		_exit(9);
	while (!atomic_load(&up))
		usleep(1000);
	for (int i = 0; i < 35; i++) {
		usleep(100 * 1000);
		pulse_move();
	}
}

static void
beside_a_hung_one(void)
{
	turn_beside(busy_forever);
}

static void
beside_a_waiting_one(void)
{
	turn_beside(waits_forever);
}

static void
threads(void **state)
{
	int how = lives(beside_a_hung_one);

	(void)state;
	assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGABRT);
	assert_int_equal(lives(beside_a_waiting_one), 0);
}

static int ends[2];

static void
says_it_in_a_pipe(void)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", ends[1]);
	setenv(PULSE_ENV, number, 1);
	setenv("NOTIFY_SOCKET", "/nowhere", 1);
	pulse_open(0);
	pulse_move();
	pulse_move();		/* not twice in a second */
}

/* A number that is no pipe of a watcher's is left alone, whatever it is. */
static void
says_nothing(void)
{
	static const char *const wrong[] = { "", "1", "x", "99999", "-1", "4294967296" };

	unsetenv("NOTIFY_SOCKET");
	for (size_t i = 0; i < COUNT(wrong); i++) {
		setenv(PULSE_ENV, wrong[i], 1);
		pulse_open(0);
		pulse_move();
	}
}

static void
pipes(void **state)
{
	struct pulse_watch w = { .fd = -1 };
	struct err e = {0};
	char got[100];

	(void)state;
	assert_true(pulse_watch_open(&w, &ends[1], &e));
	assert_int_equal(lives(says_nothing), 0);
	assert_int_equal(read(w.fd, got, sizeof(got)), -1);
	assert_int_equal(lives(says_it_in_a_pipe), 0);
	assert_int_equal(read(w.fd, got, sizeof(got)), strlen("READY=1\nWATCHDOG=1"));
	close(ends[1]);
	pulse_watch_close(&w);
}

static char notify[64];

static void
says_it_to_systemd(void)
{
	unsetenv(PULSE_ENV);
	setenv("NOTIFY_SOCKET", notify, 1);
	pulse_open(0);
	pulse_move();
}

/* As sd_notify(3) wants it. */
static void
systemd(void **state)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	char got[100] = {0};

	(void)state;
	snprintf(notify, sizeof(notify), "@troth-test-pulse-%d", (int)getpid());
	memcpy(a.sun_path + 1, notify + 1, strlen(notify + 1));
	assert_int_equal(bind(fd, (struct sockaddr *)&a, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(notify))), 0);
	assert_int_equal(lives(says_it_to_systemd), 0);
	assert_true(recv(fd, got, sizeof(got) - 1, 0) > 0);
	assert_string_equal(got, "READY=1\nWATCHDOG=1");
	assert_true(recv(fd, got, sizeof(got) - 1, 0) < 0);
	close(fd);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(looks),
		cmocka_unit_test(steps),
		cmocka_unit_test(threads),
		cmocka_unit_test(pipes),
		cmocka_unit_test(systemd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
