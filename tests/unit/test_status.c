/* tests/unit/test_status.c - what nobody asked us for is never good. */
#include "portal/signer/recall.h"
#include "privacy/keeper/why.h"
#include "tests/unit/signer_judge.h"

/* Nobody asked us for it: never good. */
static void
test_unknown(void **state)
{
	unsigned char unknown[TICKET_SERIAL] = { 0x11, 0x22 }, hash[32] = { 0x33 };
	struct signer_state st;

	(void)state;
	BAD(signer_by_serial(site.portal, unknown, &st, e), ERR_ABSENT, 0);
	BAD(signer_by_hash(site.portal, hash, &st, e), ERR_ABSENT, 0);
	ocsp_put(PROFILE_ROBOT_TLS, unknown, 1, span_of(NULL, 0));
	OCSP_HOLDS("Cert Status: unknown");
}

/* Good under the issuer that signed it, and under no other. */
static void
test_other_issuer(void **state)
{
	DROP(signer_issued_wipe) struct signer_issued i = {0};
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf req = {0};
	struct signer_state st;

	(void)state;
	one(&t, &req, &i, PROFILE_ROBOT_TLS);
	ocsp_put(PROFILE_ASSURED_TLS, t.serial, 2, span_of(NULL, 0));
	OCSP_HOLDS("Cert Status: unknown");
	ocsp_put(PROFILE_ROBOT_TLS, t.serial, 2, span_of(NULL, 0));
	OCSP_HOLDS("Cert Status: good");
	GOOD(signer_by_serial(site.portal, t.serial, &st, e));
	assert_int_equal(st.status, CERT_VALID);
	assert_int_equal(st.profile, PROFILE_ROBOT_TLS);
	GOOD(signer_by_hash(site.portal, st.sha256, &st, e));
	assert_memory_equal(st.serial, t.serial, TICKET_SERIAL);
}

/* The answer in ocsp.der tells of no revocation later than itself. */
static void
not_later(void)
{
	const char *made, *ended;

	OCSP_HOLDS("This Update: ", "Revocation Time: ");
	made = strstr(out_text(&site), "This Update: ") + strlen("This Update: ");
	ended = strstr(out_text(&site), "Revocation Time: ") + strlen("Revocation Time: ");
	assert_memory_equal(made, ended, strcspn(made, "\n"));
}

/* After a restore: signed once, forgotten, and on a list that a clock ahead of ours dated.  Revoked, and never given out again. */
static void
test_listed(void **state)
{
	DROP(book_drop) struct book *b = NULL;
	DROP(signer_issued_wipe) struct signer_issued i = {0};
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf req = {0}, crl = {0};
	struct recall r = { .issuer = PROFILE_ROBOT_TLS, .reason = 4, .at = clock_now() + 9000, .listed_at = clock_now() - 60,
	    .not_after = clock_now() + 5000 };
	struct signer_state st;
	enum recall_did did;
	char path[256];
	bool changed;

	(void)state;
	one(&t, &req, NULL, PROFILE_ROBOT_TLS);
	memcpy(r.serial, t.serial, sizeof(r.serial));
	assert_int_equal(site_stop(&site, SIGTERM), 0);
	path_of(path, "signer");
	GOOD(book_open(&b, path, e));
	GOOD(book_begin(b, e));
	GOOD(recall_one(b, &r, &did, e));
	GOOD(book_crl_above(b, PROFILE_ROBOT_TLS, 0, clock_now() + 1000, e));
	GOOD(book_end(b, e));
	book_drop(&b);
	site_start(&site, NULL, 0);
	ocsp_put(PROFILE_ROBOT_TLS, t.serial, 2, span_of(NULL, 0));
	OCSP_HOLDS("Cert Status: revoked");
	OCSP_HOLDS("superseded");
	not_later();
	GOOD(signer_by_serial(site.portal, t.serial, &st, e));
	assert_int_equal(st.status, CERT_REVOKED);
	assert_int_equal(st.not_before, 0);
	BAD(issue(&site, &t, &req, &i, e), ERR_CONFLICT, SIGNER_WHY_SERIAL);
	GOOD(signer_crl(site.clerk, PROFILE_ROBOT_TLS, 0, &changed, &crl, e));
	{
		const unsigned char *at = (const unsigned char *)crl.data;
		X509_CRL *x = d2i_X509_CRL(NULL, &at, (long)crl.len);
		ASN1_INTEGER *number = X509_CRL_get_ext_d2i(x, NID_crl_number, NULL, NULL);
		int64_t n = 0;

		assert_int_equal(ASN1_INTEGER_get_int64(&n, number), 1);
		assert_true(n > clock_now() + 990);	/* above the highest that was seen */
		assert_int_equal(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(x)), 1);
		assert_int_equal(ASN1_TIME_compare(X509_REVOKED_get0_revocationDate(sk_X509_REVOKED_value(X509_CRL_get_REVOKED(x), 0)),
		    X509_CRL_get0_lastUpdate(x)), 0);
		ASN1_INTEGER_free(number);
		X509_CRL_free(x);
	}
}

/* The signer starts again with another clock. */
static void
clock_of(const char *shift)
{
	const char *const sets[] = { shift };

	assert_int_equal(site_stop(&site, SIGTERM), 0);
	site_start(&site, sets, 1);
}

/* Is the serial on the list that one gets now, and of which time is that? */
static bool
on_list(const unsigned char serial[TICKET_SERIAL], int64_t *made)
{
	DROP(buf_wipe) struct buf crl = {0};
	const unsigned char *at;
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	BIGNUM *n = BN_bin2bn(serial, TICKET_SERIAL, NULL);
	X509_REVOKED *row = NULL;
	struct tm when;
	X509_CRL *x;
	bool changed;

	GOOD(signer_crl(site.clerk, PROFILE_ROBOT_TLS, 0, &changed, &crl, e));
	at = (const unsigned char *)crl.data;
	x = d2i_X509_CRL(NULL, &at, (long)crl.len);
	assert_non_null(x);
	assert_non_null(BN_to_ASN1_INTEGER(n, number));
	assert_int_equal(ASN1_TIME_to_tm(X509_CRL_get0_lastUpdate(x), &when), 1);
	*made = timegm(&when);
	bool yes = X509_CRL_get0_by_serial(x, &row, number) == 1;

	BN_free(n);
	ASN1_INTEGER_free(number);
	X509_CRL_free(x);
	return yes;
}

/* A clock that stood ahead, and was set right: no revocation is lost.  Too far ahead nothing is signed. */
static void
test_clock(void **state)
{
	DROP(signer_issued_wipe) struct signer_issued i = {0};
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf req = {0}, none = {0};
	struct ticket end;
	struct receipt r;
	int64_t made, again;
	bool changed;

	(void)state;
	one(&t, &req, &i, PROFILE_ROBOT_TLS);
	ticket_change(&site, &end, TICKET_REVOKE, &t, 4);
	GOOD(change(&site, &end, &r, e));
	assert_true(on_list(t.serial, &made));
	clock_of("clock.shift=34473600");			/* 399 days */
	assert_true(on_list(t.serial, &made));		/* it expired since the last list: once more */
	assert_true(made > clock_now() + 398 * DAY);
	clock_of("clock.shift=0");
	assert_true(on_list(t.serial, &made));
	assert_true(made <= clock_now());
	clock_of("clock.shift=34732800");			/* 402 days */
	assert_true(on_list(t.serial, &again));
	assert_int_equal(made, again);
	/* Nor does a list that there was none of yet make it the right one. */
	BAD(signer_crl(site.clerk, PROFILE_ASSURED_MAIL, 0, &changed, &none, e), ERR_BUSY, WHY_CLOCK_AHEAD);
	buf_reset(&req);
	signer_issued_wipe(&i);
	ticket_wipe(&t);
	one(&t, &req, NULL, PROFILE_ROBOT_TLS);
	t.expires = clock_now() + 500 * DAY;
	BAD(issue(&site, &t, &req, &i, e), ERR_BUSY, WHY_CLOCK_AHEAD);
	ticket_change(&site, &end, TICKET_REVOKE, &t, 4);
	end.expires = t.expires;
	BAD(change(&site, &end, &r, e), ERR_BUSY, WHY_CLOCK_AHEAD);
	clock_of("clock.shift=0");
	GOOD(issue(&site, &t, &req, &i, e));
}

GROUP(group_start, cmocka_unit_test(test_unknown), cmocka_unit_test(test_other_issuer), cmocka_unit_test(test_listed),
    cmocka_unit_test(test_clock))
