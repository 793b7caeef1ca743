/* tests/unit/test_cas.c - a signer with issuers of two generations: who signs, who answers, and what a revoked one's are worth. */
#include <openssl/ocsp.h>
#include "tests/unit/signer_judge.h"
#include "tests/unit/signer_root.h"

#define SECOND	issuer_number(PROFILE_ROBOT_TLS, 2)

static struct ticket first, second;
static struct buf first_request;

static bool
control(uint32_t op, const struct buf *in, struct buf *out, struct err *e)
{
	struct ipc *c = NULL;
	char path[256];
	bool good;

	path_of(path, "run/signer.sock");
	TRY(ipc_open(&c, path, "control", site.secret[2], 2000, e));
	good = ipc_call(c, op, in, out, 5000, e);
	ipc_drop(&c);
	return good;
}

static void
read_anew(void)
{
	DROP(buf_wipe) struct buf none = {0};

	GOOD(control(SIGNER_ISSUERS, &none, NULL, e));
}

/* How many certificates of this issuer are in force. */
static size_t
live(unsigned number)
{
	int64_t at = INT64_MIN;
	size_t n = 0;

	while (at != 0) {
		DROP(buf_wipe) struct buf in = {0}, out = {0};
		struct span s;

		pack_u8(&in, number);
		pack_i64(&in, at);
		GOOD(control(SIGNER_LIVE, &in, &out, e));
		s = span_buf(&out);
		at = unpack_i64(&s);
		n += unpack_bytes(&s).len / TICKET_SERIAL;
	}
	return n;
}

/* What OCSP says of a certificate, asked under this issuer. */
static void
ocsp_of(const char *crt, const char *issuer, const unsigned char serial[TICKET_SERIAL], const char *want)
{
	DROP(buf_wipe) struct buf answer = {0};
	X509 *x = site_pem(&site, crt), *by = site_pem(&site, issuer);
	OCSP_CERTID *id = OCSP_cert_id_new(EVP_sha1(), X509_get_subject_name(by), X509_get0_pubkey_bitstr(by), X509_get0_serialNumber(x));
	ASN1_OCTET_STRING *key = NULL;
	unsigned char *der = NULL;
	char path[3][256], hex[2 * TICKET_SERIAL + 3] = "0x";
	int n = i2d_OCSP_CERTID(id, &der);

	assert_true(n > 0);
	OCSP_id_get0_info(NULL, NULL, &key, NULL, id);
	GOOD(signer_ocsp(site.portal, 1, ASN1_STRING_get0_data(key), serial, span_of(der, (size_t)n), span_of(NULL, 0), &answer, e));
	file_put(site.dir, "ocsp.der", answer.data, answer.len);
	sodium_bin2hex(hex + 2, sizeof(hex) - 2, serial, TICKET_SERIAL);
	path_of(path[0], "ocsp.der");
	path_of(path[1], issuer);
	path_of(path[2], "signer/root.crt");
	JUDGE(&site, "openssl", "ocsp", "-respin", path[0], "-issuer", path[1], "-serial", hex, "-CAfile", path[2], "-no_nonce");
	if (strstr(out_text(&site), want) == NULL || strstr(out_text(&site), "Response verify OK") == NULL)
		fail_msg("wanted '%s': %s", want, out_text(&site));
	OPENSSL_free(der);
	OCSP_CERTID_free(id);
	X509_free(x);
	X509_free(by);
}

/* By their own issuers and lists; the status openssl verify gives. */
static int
judged(const char *crt, unsigned number)
{
	DROP(buf_wipe) struct buf crl = {0};
	char path[4][256], name[ISSUER_NAME], file[64];
	static char root[1 << 16];
	bool changed;
	FILE *in, *out;
	size_t n;

	issuer_name(name, number);
	snprintf(file, sizeof(file), "signer/%s.crt", name);
	path_of(path[0], "signer/root.crt");
	path_of(path[1], file);
	path_of(path[2], "crls.pem");
	path_of(path[3], "signer/root.crl");
	in = fopen(path[3], "re");
	out = fopen(path[2], "we");
	assert_true(in != NULL && out != NULL);
	n = fread(root, 1, sizeof(root), in);
	fclose(in);
	assert_true(PEM_write(out, "X509 CRL", "", (const unsigned char *)root, (long)n) > 0);
	GOOD(signer_crl(site.clerk, number, 0, &changed, &crl, e));
	assert_true(PEM_write(out, "X509 CRL", "", (const unsigned char *)crl.data, (long)crl.len) > 0);
	fclose(out);
	path_of(path[3], crt);
	return RUN(&site, "openssl", "verify", "-x509_strict", "-CAfile", path[0], "-untrusted", path[1], "-CRLfile", path[2],
	    "-crl_check_all", "-purpose", "sslserver", path[3]);
}

static void
judged_good(const char *crt, unsigned number)
{
	if (judged(crt, number) != 0)
		fail_msg("%s: %s", crt, out_text(&site));
}

static void
issued(struct ticket *t, struct buf *request, const char *crt, const char *issuer_words)
{
	DROP(signer_issued_wipe) struct signer_issued i = {0};
	char path[256];

	one(t, request, &i, PROFILE_ROBOT_TLS);
	pem_put(crt, &i.certificate);
	path_of(path, crt);
	JUDGE(&site, "openssl", "x509", "-in", path, "-noout", "-text");
	if (strstr(out_text(&site), issuer_words) == NULL)
		fail_msg("no %s: %s", issuer_words, out_text(&site));
}

/* A new one signs from now on; what the one before signed is its own to answer for, a repeated ticket included. */
static void
succeeded(void **state)
{
	DROP(buf_wipe) struct buf request = {0};
	DROP(signer_issued_wipe) struct signer_issued again = {0};
	X509 *by;

	(void)state;
	issued(&first, &first_request, "first.pem", "/ca/robot-tls.crt");
	root_makes(&site, SECOND);
	read_anew();
	issued(&second, &request, "second.pem", "/ca/robot-tls-2.crt");
	assert_non_null(strstr(out_text(&site), "/crl/robot-tls-2-0.crl"));
	GOOD(issue(&site, &first, &first_request, &again, e));
	by = site_pem(&site, "signer/robot-tls.crt");
	assert_int_equal(i2d_X509(by, NULL), again.issuer.len);
	X509_free(by);
	judged_good("first.pem", PROFILE_ROBOT_TLS);
	judged_good("second.pem", SECOND);
	ocsp_of("first.pem", "signer/robot-tls.crt", first.serial, "good");
	ocsp_of("second.pem", "signer/robot-tls-2.crt", second.serial, "good");
	ocsp_of("first.pem", "signer/robot-tls-2.crt", first.serial, "unknown");	/* not that one's */
	assert_int_equal(live(PROFILE_ROBOT_TLS), 1);
	assert_int_equal(live(SECOND), 1);
	assert_int_equal(live(PROFILE_ASSURED_TLS), 0);
}

/* Each is revoked on its own issuer's list. */
static void
changed(void **state)
{
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf request = {0};
	struct ticket gone;
	struct receipt r;

	(void)state;
	issued(&t, &request, "third.pem", "/ca/robot-tls-2.crt");
	ticket_change(&site, &gone, TICKET_REVOKE, &t, 4);
	GOOD(change(&site, &gone, &r, e));
	assert_int_not_equal(judged("third.pem", SECOND), 0);
	judged_good("first.pem", PROFILE_ROBOT_TLS);
	judged_good("second.pem", SECOND);
	assert_int_equal(live(SECOND), 1);
}

/* What was made for an issuer goes on: without its files the signer keeps what it has, and starts no more. */
static void
missing(void **state)
{
	DROP(buf_wipe) struct buf none = {0};
	char path[256], kept[256];

	(void)state;
	path_of(path, "signer/robot-tls-2.crt");
	path_of(kept, "kept");
	assert_int_equal(rename(path, kept), 0);
	BAD(control(SIGNER_ISSUERS, &none, NULL, e), ERR_ABSENT, 0);
	assert_int_equal(rename(kept, path), 0);
	judged_good("second.pem", SECOND);
	path_of(path, "signer/robot-tls-2.key");
	assert_int_equal(rename(path, kept), 0);
	BAD(control(SIGNER_ISSUERS, &none, NULL, e), ERR_IO, 0);
	assert_int_equal(rename(kept, path), 0);
	read_anew();
	(void)site_stop(&site, SIGTERM);
	site_start(&site, NULL, 0);
	judged_good("second.pem", SECOND);
}

/* What a revoked one signed is never called good again, before any ticket came; the other's is. */
static void
revoked(void **state)
{
	DROP(buf_wipe) struct buf none = {0};
	X509 *x = site_pem(&site, "signer/robot-tls.crt");
	struct signer_state st;
	char path[256], kept[256];

	(void)state;
	root_revokes(&site, ASN1_STRING_get0_data(X509_get0_serialNumber(x)), 1);
	X509_free(x);
	/* The key of another one is missing: the revocation comes in all the same. */
	path_of(path, "signer/assured-mail.key");
	path_of(kept, "kept");
	assert_int_equal(rename(path, kept), 0);
	BAD(control(SIGNER_ISSUERS, &none, NULL, e), ERR_IO, 0);
	assert_int_equal(rename(kept, path), 0);
	GOOD(signer_by_serial(site.portal, first.serial, &st, e));
	assert_int_equal(st.status, CERT_REVOKED);
	assert_true(st.issuer_revoked_at > 0 && st.changed_at == st.issuer_revoked_at);
	GOOD(signer_by_serial(site.portal, second.serial, &st, e));
	assert_int_equal(st.status, CERT_VALID);
	assert_int_equal(st.issuer_revoked_at, 0);
	ocsp_of("first.pem", "signer/robot-tls.crt", first.serial, "revoked");
	ocsp_of("second.pem", "signer/robot-tls-2.crt", second.serial, "good");
	assert_int_not_equal(judged("first.pem", PROFILE_ROBOT_TLS), 0);
	assert_non_null(strstr(out_text(&site), "certificate revoked"));
	judged_good("second.pem", SECOND);
}

/* What is revoked needs its certificate only: it makes no list, and a key that was lost stops nobody. */
static void
keyless(void **state)
{
	DROP(buf_wipe) struct buf was = {0}, is = {0};
	struct signer_state st;
	char path[256], kept[256];
	bool changed;

	(void)state;
	GOOD(signer_crl(site.clerk, PROFILE_ROBOT_TLS, 0, &changed, &was, e));
	path_of(path, "signer/robot-tls.key");
	path_of(kept, "kept");
	assert_int_equal(rename(path, kept), 0);
	read_anew();
	(void)site_stop(&site, SIGTERM);
	site_start(&site, NULL, 0);
	GOOD(signer_by_serial(site.portal, first.serial, &st, e));
	assert_int_equal(st.status, CERT_REVOKED);
	GOOD(signer_crl(site.clerk, PROFILE_ROBOT_TLS, 0, &changed, &is, e));
	assert_int_equal(is.len, was.len);
	assert_memory_equal(is.data, was.data, is.len);
	judged_good("second.pem", SECOND);
}

/* The newest revoked, or of no use any more: nothing of its kind is signed, the other kinds are. */
static void
none_signs(void **state)
{
	DROP(signer_issued_wipe) struct signer_issued i = {0};
	DROP(ticket_wipe) struct ticket t = {0}, other = {0};
	DROP(buf_wipe) struct buf request = {0}, more = {0};
	X509 *x = site_pem(&site, "signer/robot-tls-2.crt");

	(void)state;
	one(&t, &request, NULL, PROFILE_ROBOT_TLS);
	t.not_after = clock_now() + INT64_C(11) * 365 * DAY;
	BAD(issue(&site, &t, &request, &i, e), ERR_DENIED, SIGNER_WHY_ISSUER);
	root_revokes(&site, ASN1_STRING_get0_data(X509_get0_serialNumber(x)), 5);
	X509_free(x);
	read_anew();
	t.not_after = clock_now() + DAY;
	BAD(issue(&site, &t, &request, &i, e), ERR_DENIED, SIGNER_WHY_ISSUER);
	one(&other, &more, &i, PROFILE_ASSURED_TLS);
	root_makes(&site, issuer_number(PROFILE_ROBOT_TLS, 3));
	read_anew();
	signer_issued_wipe(&i);
	GOOD(issue(&site, &t, &request, &i, e));
	pem_put("last.pem", &i.certificate);
	judged_good("last.pem", issuer_number(PROFILE_ROBOT_TLS, 3));
	ticket_wipe(&first);
	ticket_wipe(&second);
	buf_wipe(&first_request);
}

GROUP(group_start, cmocka_unit_test(succeeded), cmocka_unit_test(changed), cmocka_unit_test(missing), cmocka_unit_test(revoked), cmocka_unit_test(keyless),
    cmocka_unit_test(none_signs))
