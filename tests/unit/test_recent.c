/* What is remembered for a while, and forgotten in time. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "portal/signer/recent.h"

static void
test_keys(void **state)
{
	unsigned char a[32] = { 1 }, b[32] = { 1, [31] = 9 };	/* the same row */
	struct recent *r = NULL;

	(void)state;
	assert_true(recent_open(&r, NULL));
	assert_false(recent_key(r, a));
	recent_key_add(r, a);
	assert_true(recent_key(r, a));
	assert_false(recent_key(r, b));
	recent_key_add(r, b);
	assert_true(recent_key(r, b));
	assert_false(recent_key(r, a));
	recent_drop(&r);
	assert_null(r);
}

static void
test_certs(void **state)
{
	unsigned char t[TICKET_ID] = { 0, 0, 5 }, u[TICKET_ID] = { 0, 0, 6 };
	DROP(buf_wipe) struct buf der = {0};
	struct recent *r = NULL;

	(void)state;
	buf_text(&der, "certificate");
	assert_true(recent_open(&r, NULL));
	recent_cert_add(r, t, &der);
	recent_cert_add(r, u, &der);
	assert_memory_equal(recent_cert(r, t)->data, "certificate", 11);
	recent_cert_forget(r, t);
	assert_null(recent_cert(r, t));
	recent_sweep(r);
	assert_non_null(recent_cert(r, u));
	recent_cert_clear(r);
	assert_null(recent_cert(r, u));
	recent_drop(&r);
}

static void
test_answers(void **state)
{
	DROP(buf_wipe) struct buf der = {0};
	struct span id = span_text("cert id 1"), other = span_text("other id1");
	struct recent *r = NULL;

	(void)state;
	buf_text(&der, "answer");
	assert_true(recent_open(&r, NULL));
	recent_ocsp_add(r, id, CERT_VALID, 100, 1000, 2000, &der);
	assert_non_null(recent_ocsp(r, id, CERT_VALID, 100, 1999));
	assert_null(recent_ocsp(r, id, CERT_VALID, 100, 2000));		/* half its life is over */
	assert_null(recent_ocsp(r, id, CERT_VALID, 100, 999));		/* the clock was set back */
	assert_null(recent_ocsp(r, id, CERT_REVOKED, 100, 1000));	/* the status changed */
	assert_null(recent_ocsp(r, id, CERT_VALID, 101, 1000));
	assert_null(recent_ocsp(r, other, CERT_VALID, 100, 1000));
	assert_int_equal(recent_ocsp_until(1000, 12 * 3600), 1000 + 6 * 3600);
	assert_int_equal(recent_ocsp_until(1000, 8 * 86400), 1000 + 4 * 86400);
	assert_int_equal(recent_ocsp_until(1000, 10 * 86400), 1000 + 4 * 86400);
	recent_drop(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys), cmocka_unit_test(test_certs), cmocka_unit_test(test_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
