/* The keyless child: it answers, it may die, it is replaced. */
#include <setjmp.h>
#include <stdarg.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sodium.h>
#include <cmocka.h>
#include "ledger/base/jail.h"
#include "portal/signer/nursery.h"

static struct nursery nursery;

static struct span
specimen(void)
{
	static unsigned char bytes[4096];
	FILE *f = fopen("tests/specimens/csr/good-p256.pem", "re");
	size_t n;

	assert_non_null(f);
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	return span_of(bytes, n);
}

/* Wait for one message. */
static enum nursery_word
take(int64_t *id, struct buf *b)
{
	struct pollfd p = { .fd = nursery.fd, .events = POLLIN };
	enum nursery_word what = 0;
	struct err e = {0};

	assert_int_equal(poll(&p, 1, 10000), 1);
	if (!nursery_take(&nursery, id, &what, b, &e))
		fail_msg("%s", e.text);
	return what;
}

static void
test_answers(void **state)
{
	DROP(buf_wipe) struct buf b = {0};
	struct err e = {0};
	enum nursery_word what;
	int64_t id = 0;

	(void)state;
	assert_false(nursery_take(&nursery, &id, &what, &b, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	for (int64_t i = 1; i <= 3; i++)
		assert_true(nursery_send(&nursery, i, specimen(), &e));
	for (int64_t i = 1; i <= 3; i++) {
		buf_reset(&b);
		assert_int_equal(take(&id, &b), NURSERY_ANSWER);
		assert_int_equal(id, i);
		assert_int_equal((unsigned char)b.data[32], CSR_GOOD);
		assert_false(sodium_is_zero((unsigned char *)b.data, 32));
	}
	buf_reset(&b);
	assert_true(nursery_send(&nursery, 9, span_text("nothing"), &e));
	assert_int_equal(take(&id, &b), NURSERY_ANSWER);
	assert_int_equal((unsigned char)b.data[32], CSR_GARBAGE);
	assert_true(sodium_is_zero((unsigned char *)b.data, 32));
}

static pid_t
worker(void)
{
	char path[128];
	int pid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)nursery.pid, (int)nursery.pid);
	f = fopen(path, "re");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &pid), 1);
	fclose(f);
	return pid;
}

static void
test_dies(void **state)
{
	DROP(buf_wipe) struct buf b = {0};
	int64_t id = 0;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(kill(worker(), SIGKILL), 0);
		assert_int_equal(take(&id, &b), NURSERY_DIED);
		buf_reset(&b);
		assert_true(nursery_send(&nursery, 40 + i, specimen(), NULL));
		assert_int_equal(take(&id, &b), NURSERY_ANSWER);
		assert_int_equal(id, 40 + i);
		buf_reset(&b);
	}
}

static int
start(void **state)
{
	struct err e = {0};

	(void)state;
	if (!nursery_start(&nursery, "", jail_landlock() == 0, &e))
		fail_msg("%s", e.text);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	nursery_stop(&nursery);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_answers), cmocka_unit_test(test_dies) };

	return cmocka_run_group_tests(tests, start, end);
}
