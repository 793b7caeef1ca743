/* tests/unit/test_start.c - from a command line to settings, folder and clock. */
#include <sys/resource.h>
#include <sys/wait.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include "ledger/base/clock.h"
#include "privacy/start.h"

static char folder[] = "/tmp/troth-start-XXXXXX";

static void
conf_write(const char *words)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/troth.conf", folder);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_true(fputs(words, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static bool
try(struct conf **keep, struct settings *s, const char *const *words, struct err *e)
{
	char *argv[8] = { (char *)(uintptr_t)"troth-test" };
	int n = 1;

	while (n < 7 && words[n - 1] != NULL) {
		argv[n] = (char *)(uintptr_t)words[n - 1];
		n++;
	}
	return start_read(keep, s, n, argv, e);
}

/* The file, then the words; the folder is where we stand afterwards; the clock is shifted. */
static void
told(void **state)
{
	static const char *const words[] = { "--state", folder, "--set", "site.name=Ours", "--set", "clock.shift=86400", NULL };
	DROP(conf_drop) struct conf *keep = NULL;
	struct settings s;
	struct err e = {0};
	char here[64];

	(void)state;
	conf_write("site.name = \"Theirs\"\nsite.host = ca.example.org\n");
	assert_true(try(&keep, &s, words, &e));
	assert_string_equal(s.site_name, "Ours");
	assert_string_equal(s.site_host, "ca.example.org");
	assert_non_null(getcwd(here, sizeof(here)));
	assert_string_equal(here, folder);
	assert_true(clock_now() - (int64_t)time(NULL) >= 86399 && clock_now() - (int64_t)time(NULL) <= 86401);
	clock_shift(0);
}

static void
refused(void **state)
{
	static const struct { const char *words[7], *conf, *says; enum err_kind kind; } rows[] = {
		{ { NULL }, "", "usage: troth-test --state DIR", ERR_INPUT },
		{ { "--state", folder, "--frob", NULL }, "", "usage:", ERR_INPUT },
		{ { "--state", folder, "--set", "frob=1", NULL }, "", "frob", ERR_INPUT },
		{ { "--state", folder, NULL }, "frob = 1\n", "troth.conf:1", ERR_INPUT },
		{ { "--state", "/tmp/no/such/state", NULL }, "", "/tmp/no/such/state", ERR_IO },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(conf_drop) struct conf *keep = NULL;
		struct settings s;
		struct err e = {0};

		conf_write(rows[i].conf);
		assert_int_equal(chdir("/"), 0);
		if (try(&keep, &s, rows[i].words, &e) || e.kind != rows[i].kind || strstr(e.text, rows[i].says) == NULL)
			fail_msg("row %zu: %s %s", i, err_kind_name(e.kind), e.text);
	}
}

/* The limit does not come back up: in a child. */
static void
few_descriptors(void **state)
{
	static const char *const words[] = { "--state", folder, NULL };
	const struct rlimit few = { 255, 255 };
	int status = -1;
	pid_t pid;

	(void)state;
	conf_write("");
	pid = fork();
	if (pid == 0) {
		DROP(conf_drop) struct conf *keep = NULL;
		struct settings s;
		struct err e = {0};

		if (setrlimit(RLIMIT_NOFILE, &few) != 0 || try(&keep, &s, words, &e))
			_exit(1);
		_exit(e.kind == ERR_DENIED && strstr(e.text, "raise `ulimit -n`") != NULL ? 0 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int
teardown(void **state)
{
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/troth.conf", folder);
	return chdir("/") != 0 || unlink(path) != 0 || rmdir(folder) != 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(told), cmocka_unit_test(refused), cmocka_unit_test(few_descriptors) };

	return cmocka_run_group_tests(tests, setup, teardown);
}
