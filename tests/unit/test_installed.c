/* tests/unit/test_installed.c - a program finds what belongs to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "portal/base/installed.h"

/* This program's own place, two folders up, whatever the working directory is. */
static void
two_up(void **state)
{
	char root[4096], path[4096 + 64], self[4096], there[4096];
	struct err e = {0};
	ssize_t n;

	(void)state;
	assert_int_equal(chdir("/"), 0);
	assert_true(installed_root(root, sizeof(root), &e));
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	assert_true(n > 0);
	self[n] = '\0';
	snprintf(path, sizeof(path), "%s/unit/test_installed", root);
	assert_non_null(realpath(path, there));
	assert_string_equal(there, self);
}

/* A place that does not fit is refused, not cut. */
static void
too_deep(void **state)
{
	static const size_t sizes[] = { 2, 8 };

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		char into[8];
		struct err e = {0};

		assert_false(installed_root(into, sizes[i], &e));
		assert_int_equal(e.kind, ERR_IO);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(two_up), cmocka_unit_test(too_deep) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
