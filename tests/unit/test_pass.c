/* tests/unit/test_pass.c - portal/web/pass: one descriptor at a time, a socket, and none is left open. */
#include <sys/socket.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "portal/web/pass.h"

/* The lowest descriptor that is free: the same again when nothing was left open. */
static int
lowest(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	close(fd);
	return fd;
}

static void
give_many(const int pass[PASS__ENDS], const int *fd, size_t n)
{
	union { struct cmsghdr head; char bytes[CMSG_SPACE(8 * sizeof(int))]; } c = {0};
	struct iovec one = { .iov_base = (char[1]){0}, .iov_len = 1 };
	struct msghdr m = { .msg_iov = &one, .msg_iovlen = 1, .msg_control = &c, .msg_controllen = CMSG_SPACE(n * sizeof(int)) };

	c.head.cmsg_level = SOL_SOCKET;
	c.head.cmsg_type = SCM_RIGHTS;
	c.head.cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(&c.head), fd, n * sizeof(int));
	assert_int_equal(sendmsg(pass[PASS_GIVE], &m, 0), 1);
}

static void
test_one(void **state)
{
	int pass[PASS__ENDS], pair[2], first, second;
	char got;

	(void)state;
	assert_true(pass_open(pass, NULL));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(pass_take(pass), -1);
	assert_true(pass_give(pass, pair[0]));
	assert_true(pass_give(pass, pair[1]));
	close(pair[0]);
	close(pair[1]);
	first = pass_take(pass);
	second = pass_take(pass);
	assert_true(first >= 0 && second >= 0);
	assert_int_equal(pass_take(pass), -1);
	assert_int_equal(fcntl(first, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(write(second, "x", 1), 1);
	assert_int_equal(read(first, &got, 1), 1);
	assert_int_equal(got, 'x');
	close(first);
	close(second);
	close(pass[PASS_TAKE]);
	close(pass[PASS_GIVE]);
}

/* What a worker in other hands could send. */
static void
test_hostile(void **state)
{
	int pass[PASS__ENDS], pair[2], file, before;

	(void)state;
	assert_true(pass_open(pass, NULL));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	file = open("/dev/null", O_RDONLY);
	before = lowest();
	for (size_t n = 2; n <= 8; n++) {
		const int many[8] = { pair[0], pair[1], pair[0], pair[1], pair[0], pair[1], pair[0], pair[1] };

		give_many(pass, many, n);
		assert_int_equal(pass_take(pass), -1);
		assert_int_equal(lowest(), before);
	}
	assert_true(pass_give(pass, file));
	assert_int_equal(pass_take(pass), -1);
	assert_int_equal(write(pass[PASS_GIVE], "x", 1), 1);
	assert_int_equal(pass_take(pass), -1);
	assert_int_equal(lowest(), before);
	/* And goes on. */
	assert_true(pass_give(pass, pair[0]));
	assert_int_equal(pass_take(pass), before);
	close(before);
	close(file);
	close(pair[0]);
	close(pair[1]);
	close(pass[PASS_TAKE]);
	close(pass[PASS_GIVE]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
