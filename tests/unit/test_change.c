/* tests/unit/test_change.c - revoked, suspended, resumed: what outside programs then say. */
#include "tests/unit/signer_judge.h"

static void
test_revoke(void **state)
{
	DROP(signer_issued_wipe) struct signer_issued i = {0};
	DROP(signer_issued_wipe) struct signer_issued more = {0};
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf req = {0};
	struct ticket end, hold;
	struct receipt r, again;
	struct signer_state st;
	struct span none = span_of(NULL, 0);

	(void)state;
	one(&t, &req, &i, PROFILE_ROBOT_TLS);
	pem_put("crt.pem", &i.certificate);
	pem_put("issuer.pem", &i.issuer);
	crls_put();
	assert_int_equal(verify("sslserver", "1.3.6.1.4.1.32473.1.1"), 0);
	ocsp_put(PROFILE_ROBOT_TLS, t.serial, 1, none);
	ocsp_says("good");
	ocsp_put(PROFILE_ROBOT_TLS, t.serial, 1, none);		/* the kept answer */
	ocsp_says("good");

	ticket_change(&site, &hold, TICKET_SUSPEND, &t, 0);
	BAD(change(&site, &hold, &r, e), ERR_DENIED, SIGNER_WHY_PROFILE);	/* never TLS */

	ticket_change(&site, &end, TICKET_REVOKE, &t, 1);
	GOOD(change(&site, &end, &r, e));
	GOOD(change(&site, &end, &again, e));
	assert_memory_equal(&r, &again, sizeof(r));
	assert_int_equal(r.status, CERT_REVOKED);
	crls_put();
	assert_int_not_equal(verify("sslserver", "1.3.6.1.4.1.32473.1.1"), 0);
	assert_non_null(strstr(out_text(&site), "certificate revoked"));
	ocsp_put(PROFILE_ROBOT_TLS, t.serial, 1, none);
	ocsp_says("revoked");
	assert_non_null(strstr(out_text(&site), "keyCompromise"));
	ocsp_put(PROFILE_ROBOT_TLS, t.serial, 2, span_text("\x04\x20" "0123456789abcdef0123456789abcdef"));
	OCSP_HOLDS("sha256", "30313233343536373839616263646566");		/* with the nonce */
	GOOD(signer_by_serial(site.portal, t.serial, &st, e));
	assert_int_equal(st.status, CERT_REVOKED);
	assert_int_equal(st.reason, 1);
	GOOD(signer_by_hash(site.portal, st.sha256, &st, e));
	assert_memory_equal(st.serial, t.serial, TICKET_SERIAL);

	ticket_change(&site, &hold, TICKET_RESUME, &t, 0);
	BAD(change(&site, &hold, &r, e), ERR_CONFLICT, SIGNER_WHY_REVOKED);	/* never comes back */
	t.profile = PROFILE_ASSURED_TLS;
	ticket_change(&site, &hold, TICKET_REVOKE, &t, 0);
	BAD(change(&site, &hold, &r, e), ERR_DENIED, SIGNER_WHY_PROFILE);
	t.profile = PROFILE_ROBOT_TLS;
	ticket_fresh(&site, &hold, TICKET_REVOKE, PROFILE_ROBOT_TLS);
	serial_draw(hold.serial);
	BAD(change(&site, &hold, &r, e), ERR_ABSENT, 0);

	/* Its key was given up as compromised: no certificate for it again. */
	randombytes_buf(t.id, sizeof(t.id));
	serial_draw(t.serial);
	BAD(issue(&site, &t, &req, &more, e), ERR_DENIED, SIGNER_WHY_KEY);

	ocsp_put(PROFILE_ROBOT_TLS, t.serial, 1, span_text("raw"));	/* not an OCTET STRING: passed over */
}

static void
test_suspend(void **state)
{
	DROP(signer_issued_wipe) struct signer_issued i = {0};
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf req = {0};
	DROP(buf_wipe) struct buf crl = {0};
	struct ticket c;
	struct receipt r;
	bool changed = false;

	(void)state;
	one(&t, &req, &i, PROFILE_ROBOT_MAIL);
	pem_put("crt.pem", &i.certificate);
	pem_put("issuer.pem", &i.issuer);
	crls_put();
	assert_int_equal(verify("smimesign", "1.3.6.1.4.1.32473.1.1"), 0);
	GOOD(signer_crl(site.clerk, PROFILE_ROBOT_MAIL, 0, &changed, &crl, e));
	assert_false(changed);

	ticket_change(&site, &c, TICKET_SUSPEND, &t, 0);
	GOOD(change(&site, &c, &r, e));
	assert_int_equal(r.status, CERT_SUSPENDED);
	buf_reset(&crl);
	GOOD(signer_crl(site.clerk, PROFILE_ROBOT_MAIL, 0, &changed, &crl, e));
	assert_true(changed);
	file_put(site.dir, "mail.crl", crl.data, crl.len);
	{
		char path[256];

		path_of(path, "mail.crl");
		JUDGE(&site, "openssl", "crl", "-inform", "DER", "-in", path, "-noout", "-text");
		assert_non_null(strstr(out_text(&site), "Certificate Hold"));
		JUDGE(&site, "certtool", "--crl-info", "--inder", "--infile", path);
	}
	crls_put();
	assert_int_not_equal(verify("smimesign", "1.3.6.1.4.1.32473.1.1"), 0);

	ticket_change(&site, &c, TICKET_RESUME, &t, 0);
	GOOD(change(&site, &c, &r, e));
	assert_int_equal(r.status, CERT_VALID);
	crls_put();
	assert_int_equal(verify("smimesign", "1.3.6.1.4.1.32473.1.1"), 0);

	ticket_change(&site, &c, TICKET_REVOKE, &t, 4);
	GOOD(change(&site, &c, &r, e));
	assert_int_equal(r.status, CERT_REVOKED);
}

GROUP(group_start, cmocka_unit_test(test_revoke), cmocka_unit_test(test_suspend))
