/* Lists of known weak keys; what keys themselves are judged by is in test_csr.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "portal/signer/keycheck.h"

static char folder[] = "/tmp/troth-weak-XXXXXX";

#define A	"0000000000000000000000000000000000000000000000000000000000000000\n"
#define B	"1111111111111111111111111111111111111111111111111111111111111111\n"
#define C	"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\n"

static const struct { const char *text; enum err_kind kind; } cases[] = {
	{ A B C, ERR_NONE }, { B, ERR_NONE }, { "", ERR_NONE },
	{ B A, ERR_INPUT },			/* out of order */
	{ A A, ERR_INPUT },			/* twice */
	{ "ABCDEF\n", ERR_INPUT },
	{ "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\n", ERR_INPUT },
	{ A "1111", ERR_INPUT },		/* cut short */
};

static void
put(const char *text)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/list", folder);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	fclose(f);
}

static void
test_lists(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct weak_keys *w = NULL;
		struct err e = {0};

		put(cases[i].text);
		assert_int_equal(weak_keys_open(&w, folder, &e), cases[i].kind == ERR_NONE);
		assert_int_equal(e.kind, cases[i].kind);
		weak_keys_drop(&w);
	}
}

static void
test_search(void **state)
{
	unsigned char zero[32] = {0}, one[32], all[32], other[32] = { 1 };
	struct weak_keys *w = NULL;
	struct err e = {0};
	char path[64];

	(void)state;
	memset(one, 0x11, sizeof(one));
	memset(all, 0xff, sizeof(all));
	put(A B C);
	assert_true(weak_keys_open(&w, folder, &e));
	assert_true(weak_keys_have(w, zero));
	assert_true(weak_keys_have(w, one));
	assert_true(weak_keys_have(w, all));
	assert_false(weak_keys_have(w, other));
	weak_keys_drop(&w);
	assert_false(weak_keys_have(NULL, zero));
	assert_true(weak_keys_open(&w, "", &e));
	assert_false(weak_keys_have(w, zero));
	weak_keys_drop(&w);
	assert_false(weak_keys_open(&w, "/nowhere/at/all", &e));
	assert_int_equal(e.kind, ERR_IO);
	snprintf(path, sizeof(path), "%s/list", folder);
	(void)unlink(path);
	(void)rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_lists), cmocka_unit_test(test_search) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
