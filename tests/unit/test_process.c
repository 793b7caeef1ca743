/* tests/unit/test_process.c - a process is asked to end, and says how it went. */
#include <sys/resource.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "ledger/base/log.h"
#include "ledger/base/process.h"

static volatile sig_atomic_t told;

static void
also(void)
{
	told = process_stop == 1 ? told + 1 : -1;
}

/* Both signals are heard, and waiting calls return. */
static void
asked_to_end(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT };
	struct err e = {0};
	int ends[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_true(process_signals(also, &e));
	assert_int_equal(process_stop, 0);
	for (size_t i = 0; i < COUNT(signals); i++) {
		process_stop = 0;
		assert_int_equal(raise(signals[i]), 0);
		assert_int_equal(process_stop, 1);
		assert_int_equal(told, (int)i + 1);
	}
	/* Without a second listener the flag alone tells. */
	assert_true(process_signals(NULL, &e));
	process_stop = 0;
	assert_int_equal(raise(SIGTERM), 0);
	assert_int_equal(process_stop, 1);
	assert_int_equal(told, 2);
	/* Who writes to nobody gets an error and lives. */
	close(ends[0]);
	byte = 'x';
	assert_int_equal(write(ends[1], &byte, 1), -1);
	close(ends[1]);
}

/* A call that waits is interrupted: it does not go on as if nothing had been. */
static void
waiting_ends(void **state)
{
	int ready[2], status;
	char byte;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct err e = {0};
		sigset_t set, was;

		/* Blocked until the wait begins: the signal can't come before it. */
		if (sigemptyset(&set) != 0 || sigaddset(&set, SIGTERM) != 0 ||
		    sigprocmask(SIG_BLOCK, &set, &was) != 0 || !process_signals(NULL, &e) ||
		    write(ready[1], "r", 1) != 1)
			_exit(9);
		while (!process_stop)
			sigsuspend(&was);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(kill(pid, SIGTERM), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(ready[0]);
	close(ready[1]);
}

static void
exit_status(void **state)
{
	static const struct { bool good; enum err_kind kind; int status; } rows[] = {
		{ true, ERR_NONE, 0 }, { true, ERR_INPUT, 0 }, { false, ERR_INPUT, 2 },
		{ false, ERR_IO, 1 }, { false, ERR_DENIED, 1 }, { false, ERR_NONE, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct err e = { .kind = rows[i].kind, .text = "as this test wants" };

		assert_int_equal(process_end(rows[i].good, &e), rows[i].status);
	}
}

/* In the child: started with no streams, and with no room for any file. */
static int
bare(const char *path)
{
	const struct rlimit none = { 0, 0 };
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		close(fd);
	process_begin("bare");
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd <= STDERR_FILENO)
		return 1;
	log_note("this lands nowhere");
	if (lseek(fd, 0, SEEK_END) != 0 || setrlimit(RLIMIT_FSIZE, &none) != 0)
		return 2;
	return write(fd, "x", 1) < 0 && errno == EFBIG ? 0 : 3;
}

static void
bare_start(void **state)
{
	char dir[] = "/tmp/troth-process-XXXXXX", path[64];
	int status = -1;
	pid_t pid;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/file", dir);
	pid = fork();
	if (pid == 0)
		_exit(bare(path));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asked_to_end), cmocka_unit_test(waiting_ends), cmocka_unit_test(exit_status),
		cmocka_unit_test(bare_start),
	};

	log_name("test");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
