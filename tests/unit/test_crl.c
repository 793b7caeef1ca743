/* CRLs and OCSP answers, read back by OpenSSL's library. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>
#include <sodium.h>
#include <cmocka.h>
#include "ledger/base/clock.h"
#include "portal/signer/build.h"
#include "portal/signer/crl.h"
#include "portal/signer/ocsp.h"

#define NOW	1795339800

static struct ca_key ca, responder;

static void
certify(struct ca_key *k, unsigned profile, const char *cn)
{
	DROP(build_wipe) struct build b = { .profile = profile, .serial = { 1, 2 }, .country = "XX",
	    .organisation = "Test", .common_name = cn, .not_before = NOW - 10, .not_after = NOW + 100000,
	    .spki = span_buf(&k->spki), .issuer_ski = ca.ski, .alg = ca.alg, .base_url = "http://ca.example.org" };
	DROP(buf_wipe) struct buf name = {0};
	DROP(buf_wipe) struct buf tbs = {0};
	DROP(buf_wipe) struct buf der = {0};

	(void)build_subject(&name, &b);
	b.issuer_name = k == &ca ? span_buf(&name) : span_buf(&ca.name);
	assert_true(build_tbs(&tbs, &b, NULL));
	assert_true(ca_key_sign(&ca, span_buf(&tbs), &der, NULL));
	assert_true(ca_key_certificate(k, span_buf(&der), NULL));
}

static int
start(void **state)
{
	(void)state;
	assert_true(ca_key_make(&ca, KEY_P256, NULL));
	assert_true(ca_key_make(&responder, KEY_P256, NULL));
	certify(&ca, PROFILE_TLS_ISSUER, "Issuer");
	certify(&responder, PROFILE_RESPONDER, "Responder");
	return 0;
}

static int
end(void **state)
{
	(void)state;
	ca_key_wipe(&ca);
	ca_key_wipe(&responder);
	return 0;
}

static X509_CRL *
made(const struct crl *c)
{
	DROP(buf_wipe) struct buf der = {0};
	const unsigned char *at;
	X509_CRL *x;

	assert_true(crl_build(&der, c, &ca, NULL));
	at = (const unsigned char *)der.data;
	x = d2i_X509_CRL(NULL, &at, (long)der.len);
	assert_non_null(x);
	assert_int_equal(X509_CRL_verify(x, ca.key), 1);
	return x;
}

static void
test_empty(void **state)
{
	struct crl c = { .number = 200, .this_update = NOW, .next_update = NOW + 604800 };
	X509_CRL *x = made(&c);
	ASN1_INTEGER *n = X509_CRL_get_ext_d2i(x, NID_crl_number, NULL, NULL);

	(void)state;
	assert_int_equal(X509_CRL_get_version(x), 1);
	assert_int_equal(ASN1_INTEGER_get(n), 200);
	assert_null(X509_CRL_get_REVOKED(x));
	assert_int_equal(X509_CRL_get_ext_by_NID(x, NID_issuing_distribution_point, -1), -1);
	ASN1_INTEGER_free(n);
	X509_CRL_free(x);
}

static void
test_entries(void **state)
{
	static const unsigned char serial[2][TICKET_SERIAL] = { { 0x11, 1 }, { 0x7f, 2 } };
	struct crl c = { .number = 7, .this_update = NOW, .next_update = NOW + 604800,
	    .part = "http://ca.example.org/crl/robot-tls-1.crl" };
	X509_REVOKED *r;
	ASN1_ENUMERATED *why;
	ISSUING_DIST_POINT *part;
	X509_CRL *x;
	int critical = 0;

	(void)state;
	crl_entry_add(&c, serial[0], TICKET_SERIAL, NOW - 5, 0);
	crl_entry_add(&c, serial[1], TICKET_SERIAL, NOW + 4, 6);	/* the clock was put back */
	x = made(&c);
	crl_wipe(&c);
	assert_int_equal(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(x)), 2);
	r = sk_X509_REVOKED_value(X509_CRL_get_REVOKED(x), 0);
	assert_int_equal(X509_REVOKED_get_ext_count(r), 0);	/* unspecified is left out */
	r = sk_X509_REVOKED_value(X509_CRL_get_REVOKED(x), 1);
	assert_memory_equal(ASN1_STRING_get0_data(X509_REVOKED_get0_serialNumber(r)), serial[1], TICKET_SERIAL);
	assert_int_equal(ASN1_TIME_compare(X509_REVOKED_get0_revocationDate(r), X509_CRL_get0_lastUpdate(x)), 0);
	why = X509_REVOKED_get_ext_d2i(r, NID_crl_reason, &critical, NULL);
	assert_int_equal(ASN1_ENUMERATED_get(why), 6);
	assert_int_equal(critical, 0);
	ASN1_ENUMERATED_free(why);
	part = X509_CRL_get_ext_d2i(x, NID_issuing_distribution_point, &critical, NULL);
	assert_non_null(part);
	assert_int_equal(critical, 1);
	assert_string_equal((const char *)ASN1_STRING_get0_data(sk_GENERAL_NAME_value(
	    part->distpoint->name.fullname, 0)->d.uniformResourceIdentifier),
	    "http://ca.example.org/crl/robot-tls-1.crl");
	assert_int_equal(part->onlyuser, 0);
	ISSUING_DIST_POINT_free(part);
	X509_CRL_free(x);
}

/* ---- OCSP ---- */

static X509 *
certificate(const struct ca_key *k)
{
	const unsigned char *at = (const unsigned char *)k->der.data;

	return d2i_X509(NULL, &at, (long)k->der.len);
}

static void
cert_id(struct buf *into, const EVP_MD *md, const unsigned char serial[TICKET_SERIAL])
{
	X509 *issuer = certificate(&ca);
	ASN1_INTEGER *n = ASN1_INTEGER_new();
	OCSP_CERTID *id;
	unsigned char *p = NULL;
	int len;

	assert_int_equal(ASN1_STRING_set(n, serial, TICKET_SERIAL), 1);
	id = OCSP_cert_id_new(md, X509_get_subject_name(issuer), X509_get0_pubkey_bitstr(issuer), n);
	len = i2d_OCSP_CERTID(id, &p);
	assert_true(len > 0);
	buf_add(into, p, (size_t)len);
	OPENSSL_free(p);
	OCSP_CERTID_free(id);
	ASN1_INTEGER_free(n);
	X509_free(issuer);
}

static const struct { enum ocsp_status status; uint8_t reason; const char *nonce; int want, want_reason; } answers[] = {
	{ OCSP_GOOD, 0, "", V_OCSP_CERTSTATUS_GOOD, -1 },
	{ OCSP_GOOD, 0, "x", V_OCSP_CERTSTATUS_GOOD, -1 },
	{ OCSP_REVOKED, 0, "", V_OCSP_CERTSTATUS_REVOKED, OCSP_REVOKED_STATUS_NOSTATUS },
	{ OCSP_REVOKED, 1, "0123456789abcdef0123456789abcdef", V_OCSP_CERTSTATUS_REVOKED, 1 },
	{ OCSP_REVOKED, 6, "", V_OCSP_CERTSTATUS_REVOKED, 6 },
	{ OCSP_UNKNOWN, 0, "", V_OCSP_CERTSTATUS_UNKNOWN, -1 },
};

static void
test_answers(void **state)
{
	static const unsigned char serial[TICKET_SERIAL] = { 0x33, 4 };
	X509_STORE *store = X509_STORE_new();
	X509 *issuer = certificate(&ca);

	(void)state;
	X509_STORE_add_cert(store, issuer);
	X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
	for (size_t i = 0; i < COUNT(answers); i++) {
		DROP(buf_wipe) struct buf id = {0};
		DROP(buf_wipe) struct buf der = {0};
		struct ocsp_answer a = { .status = answers[i].status, .reason = answers[i].reason,
		    .revoked_at = NOW - 60, .this_update = NOW, .next_update = NOW + 43200,
		    .nonce = span_of(NULL, 0) };
		DROP(buf_wipe) struct buf nonce = {0};
		const unsigned char *at;
		OCSP_RESPONSE *r;
		OCSP_BASICRESP *b;
		OCSP_SINGLERESP *s;
		int reason = -1;

		if (answers[i].nonce[0] != '\0') {
			der_put(&nonce, DER_OCTETS, answers[i].nonce, strlen(answers[i].nonce));
			assert_true(ocsp_nonce_ok(span_buf(&nonce)));
			a.nonce = span_buf(&nonce);
		}
		cert_id(&id, i % 2 == 0 ? EVP_sha1() : EVP_sha256(), serial);
		a.cert_id = span_buf(&id);
		assert_true(ocsp_build(&der, &a, &responder, NULL));
		at = (const unsigned char *)der.data;
		r = d2i_OCSP_RESPONSE(NULL, &at, (long)der.len);
		assert_non_null(r);
		assert_int_equal(OCSP_response_status(r), OCSP_RESPONSE_STATUS_SUCCESSFUL);
		b = OCSP_response_get1_basic(r);
		assert_non_null(b);
		assert_int_equal(OCSP_basic_verify(b, NULL, store, 0), 1);
		s = OCSP_resp_get0(b, 0);
		assert_int_equal(OCSP_single_get0_status(s, &reason, NULL, NULL, NULL), answers[i].want);
		assert_int_equal(reason, answers[i].want_reason);
		assert_int_equal(OCSP_BASICRESP_get_ext_count(b), answers[i].nonce[0] == '\0' ? 0 : 1);
		OCSP_BASICRESP_free(b);
		OCSP_RESPONSE_free(r);
	}
	X509_STORE_free(store);
	X509_free(issuer);
}

static void
test_cert_id(void **state)
{
	static const unsigned char serial[TICKET_SERIAL] = { 0x33, 4 };
	DROP(buf_wipe) struct buf id = {0};
	struct span got;
	struct err e = {0};

	(void)state;
	cert_id(&id, EVP_sha1(), serial);
	assert_true(ocsp_cert_id(span_buf(&id), OCSP_SHA1, &ca, &got, &e));
	assert_memory_equal(got.p, serial, TICKET_SERIAL);
	assert_false(ocsp_cert_id(span_buf(&id), OCSP_SHA256, &ca, &got, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_false(ocsp_cert_id(span_buf(&id), OCSP_SHA1, &responder, &got, &e));
	assert_int_equal(e.kind, ERR_ABSENT);
	assert_false(ocsp_cert_id(span_of(id.data, id.len - 1), OCSP_SHA1, &ca, &got, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	for (size_t i = 0; i < id.len - TICKET_SERIAL; i++) {	/* nothing but the serial is free */
		id.data[i] ^= 4;
		assert_false(ocsp_cert_id(span_buf(&id), OCSP_SHA1, &ca, &got, &e));
		id.data[i] ^= 4;
	}
}

static void
test_nonces(void **state)
{
	static const unsigned char bytes[129];

	(void)state;
	assert_false(ocsp_nonce_ok(span_of(NULL, 0)));
	assert_false(ocsp_nonce_ok(span_text("raw bytes without a tag")));
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		DROP(buf_wipe) struct buf b = {0};

		der_put(&b, DER_OCTETS, bytes, n);
		assert_int_equal(ocsp_nonce_ok(span_buf(&b)), n >= 1 && n <= 128);
		assert_true(n > 128 || b.len <= OCSP_NONCE_MOST);
		pack_u8(&b, 0);
		assert_false(ocsp_nonce_ok(span_buf(&b)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty), cmocka_unit_test(test_entries),
		cmocka_unit_test(test_answers), cmocka_unit_test(test_cert_id), cmocka_unit_test(test_nonces),
	};

	return cmocka_run_group_tests(tests, start, end);
}
