/* tests/unit/test_keys.c - portal/signer/keys: a signature is whole, or there is none, whichever memory OpenSSL does not get. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <openssl/crypto.h>
#include <cmocka.h>
#include "portal/signer/keys.h"

static int left = -1;		/* requests until the one that is refused; -1: none is */
static bool met;		/* the last signature's was reached */

static bool
refused(void)
{
	return left >= 0 && left-- == 0;
}

static void *
take(size_t n, const char *file, int line)
{
	(void)file, (void)line;
	return refused() ? NULL : malloc(n);
}

static void *
resize(void *p, size_t n, const char *file, int line)
{
	(void)file, (void)line;
	return refused() ? NULL : realloc(p, n);
}

static void
give(void *p, const char *file, int line)
{
	(void)file, (void)line;
	free(p);
}

static bool
signs(struct ca_key *k, struct buf *into)
{
	static const unsigned char tbs[] = { 0x30, 3, 2, 1, 7 };
	struct err e = {0};
	bool good = ca_key_sign(k, span_of(tbs, sizeof(tbs)), into, &e);

	met = left < 0;
	left = -1;
	if (!good) {
		assert_true(e.kind == ERR_CRYPTO || e.kind == ERR_MEMORY);
		return false;
	}
	assert_true(ca_key_verify(k, span_buf(into), &e));
	return true;
}

static void
refusals(enum key_kind kind)
{
	DROP(ca_key_wipe) struct ca_key k = {0};
	int failed = 0;

	assert_true(ca_key_make(&k, kind, NULL));
	met = true;
	for (int n = 0; met; n++) {
		DROP(buf_wipe) struct buf first = {0}, second = {0};

		/* The key goes on as before. */
		assert_true(signs(&k, &first));
		left = n;
		failed += !signs(&k, &second);
	}
	assert_true(failed > 5);
}

static void
test_p256(void **state)
{
	(void)state;
	refusals(KEY_P256);
}

static void
test_p384(void **state)
{
	(void)state;
	refusals(KEY_P384);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_p256),
		cmocka_unit_test(test_p384),
	};

	if (CRYPTO_set_mem_functions(take, resize, give) != 1)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
