/* tests/unit/test_errand.c - requests, through the keyless child. */
#include "tests/unit/signer_judge.h"

static void
test_csr(void **state)
{
	DROP(buf_wipe) struct buf req = {0};
	DROP(signer_request_wipe) struct signer_request r = {0};
	EVP_PKEY *key = key_of("P-256");
	unsigned char *p8 = NULL;
	int n;

	(void)state;
	request_make(&req, key, "WWW.Example.org");
	GOOD(signer_csr(site.portal, span_buf(&req), &r, e));
	assert_int_equal(r.verdict, CSR_GOOD);
	assert_int_equal(r.name_count, 1);
	assert_string_equal(r.names[0].text, "www.example.org");
	assert_string_equal(r.key, "ECDSA P-256");
	signer_request_wipe(&r);
	n = i2d_PrivateKey(key, &p8);
	GOOD(signer_csr(site.portal, span_of(p8, (size_t)n), &r, e));
	assert_int_equal(r.verdict, CSR_PRIVATE_KEY);
	OPENSSL_free(p8);
	EVP_PKEY_free(key);
	signer_request_wipe(&r);
	{
		DROP(buf_wipe) struct buf much = {0};

		for (int i = 0; i < 20000; i++)
			buf_text(&much, "a long letter ");
		GOOD(signer_csr(site.portal, span_buf(&much), &r, e));
		assert_int_equal(r.verdict, CSR_TOO_LONG);
	}
}

GROUP(group_start, cmocka_unit_test(test_csr))
