/* tests/unit/test_secret.c - a key file is exactly as long as it should be, or it is none. */
#include <sys/stat.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "ledger/base/secret.h"

#define KEY	64

static char folder[] = "/tmp/troth-secret-XXXXXX";

static void
sizes(void **state)
{
	static const struct { size_t size; enum err_kind kind; } rows[] = {
		{ KEY, ERR_NONE }, { 0, ERR_INPUT }, { KEY - 1, ERR_INPUT }, { KEY + 1, ERR_INPUT },
	};
	char bytes[KEY + 1];

	(void)state;
	memset(bytes, 's', sizeof(bytes));
	for (size_t i = 0; i < COUNT(rows); i++) {
		int fd = open("secret", O_CREAT | O_TRUNC | O_WRONLY, 0600);
		unsigned char secret[KEY];
		struct err e = {0};

		assert_int_equal(write(fd, bytes, rows[i].size), rows[i].size);
		close(fd);
		memset(secret, 'x', sizeof(secret));
		assert_true(secret_read("secret", secret, sizeof(secret), &e) == (rows[i].kind == ERR_NONE));
		assert_int_equal(e.kind, rows[i].kind);
		assert_int_equal(secret[0], rows[i].kind == ERR_NONE ? 's' : 0);
		assert_int_equal(secret[KEY - 1], rows[i].kind == ERR_NONE ? 's' : 0);
	}
	assert_int_equal(unlink("secret"), 0);
}

static void
no_files(void **state)
{
	static const struct { const char *path; enum err_kind kind; } rows[] = {
		{ "secret", ERR_ABSENT }, { "no/such/folder", ERR_ABSENT }, { "/", ERR_INPUT }, { "/dev/null", ERR_INPUT },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned char secret[KEY] = { 'x' };
		struct err e = {0};

		assert_false(secret_read(rows[i].path, secret, sizeof(secret), &e));
		assert_int_equal(e.kind, rows[i].kind);
		assert_int_equal(secret[0], 0);
	}
}

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int
teardown(void **state)
{
	(void)state;
	return chdir("/") != 0 || rmdir(folder) != 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(sizes), cmocka_unit_test(no_files) };

	return cmocka_run_group_tests(tests, setup, teardown);
}
