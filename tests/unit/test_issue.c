/* tests/unit/test_issue.c - certificates on tickets, judged by OpenSSL's, GnuTLS's and NSS's own commands. */
#include "privacy/facts/parcel.h"
#include "tests/unit/signer_judge.h"

static void
judge(const struct signer_issued *i, enum profile p, const char *kind)
{
	bool mail = profile_is_mail(p);
	const char *policy = p == PROFILE_ROBOT_TLS || p == PROFILE_ROBOT_MAIL ?
	    "1.3.6.1.4.1.32473.1.1" : "1.3.6.1.4.1.32473.1.2";
	char all[256], root[256], nss[300], crt[256];
	FILE *f;

	pem_put("crt.pem", &i->certificate);
	pem_put("issuer.pem", &i->issuer);
	if (verify(mail ? "smimesign" : "sslserver", policy) != 0)
		fail_msg("openssl: %s", out_text(&site));
	if (!mail)		/* neither purpose for the other */
		assert_int_not_equal(verify("smimesign", policy), 0);

	path_of(all, "all.pem");
	path_of(root, "signer/root.crt");
	path_of(crt, "crt.pem");
	f = fopen(all, "we");
	assert_non_null(f);
	assert_true(PEM_write(f, "CERTIFICATE", "", (const unsigned char *)i->certificate.data, (long)i->certificate.len) > 0);
	assert_true(PEM_write(f, "CERTIFICATE", "", (const unsigned char *)i->issuer.data, (long)i->issuer.len) > 0);
	assert_true(PEM_write(f, "CERTIFICATE", "", (const unsigned char *)i->root.data, (long)i->root.len) > 0);
	fclose(f);
	JUDGE(&site, "certtool", "--verify-chain", "--verify-profile", "medium", "--infile", all);

	if (strcmp(kind, "Ed25519") == 0)	/* NSS of Debian 12 knows no such key */
		return;
	snprintf(nss, sizeof(nss), "sql:%s/nss", site.dir);
	path_of(crt, "crt.pem");
	JUDGE(&site, "certutil", "-A", "-d", nss, "-n", "leaf", "-t", ",,", "-a", "-i", crt);
	path_of(all, "issuer.pem");
	JUDGE(&site, "vfychain", "-d", nss, "-pp", "-u", mail ? "4" : "1", "-a", crt, "-a", all);
	path_of(crt, "issuer.pem");
	JUDGE(&site, "certutil", "-A", "-d", nss, "-n", "issuer", "-t", ",,", "-a", "-i", crt);
	JUDGE(&site, "certutil", "-V", "-d", nss, "-n", "leaf", "-u", mail ? "S" : "V");
	JUDGE(&site, "certutil", "-D", "-d", nss, "-n", "leaf");
	JUDGE(&site, "certutil", "-D", "-d", nss, "-n", "issuer");
}

static int
group_with_nss(void **state)
{
	char nss[128], root[128];

	(void)state;
	assert_int_equal(group_start(NULL), 0);
	snprintf(nss, sizeof(nss), "%s/nss", site.dir);
	assert_int_equal(mkdir(nss, 0700), 0);
	snprintf(nss, sizeof(nss), "sql:%s/nss", site.dir);
	snprintf(root, sizeof(root), "%s/signer/root.crt", site.dir);
	JUDGE(&site, "certutil", "-N", "-d", nss, "--empty-password");
	JUDGE(&site, "certutil", "-A", "-d", nss, "-n", "root", "-t", "CT,C,", "-a", "-i", root);
	return 0;
}

/* ---- every kind of key ---- */

static const struct {
	const char *kind;
	enum profile profile;
	enum err_kind refused;
	uint32_t why;
} kinds[] = {
	{ "P-256", PROFILE_ROBOT_TLS, 0, 0 }, { "P-384", PROFILE_ROBOT_TLS, 0, 0 },
	{ "P-521", PROFILE_ASSURED_TLS, 0, 0 }, { "RSA 2048", PROFILE_ROBOT_TLS, 0, 0 },
	{ "RSA 3072", PROFILE_ASSURED_TLS, 0, 0 }, { "P-256", PROFILE_ASSURED_TLS, 0, 0 },
	{ "RSA 3072", PROFILE_ROBOT_MAIL, 0, 0 }, { "P-256", PROFILE_ROBOT_MAIL, 0, 0 },
	{ "Ed25519", PROFILE_ROBOT_MAIL, 0, 0 }, { "RSA 2048", PROFILE_ASSURED_MAIL, 0, 0 },
	{ "P-384", PROFILE_ASSURED_MAIL, 0, 0 }, { "Ed25519", PROFILE_ASSURED_MAIL, 0, 0 },
	{ "Ed25519", PROFILE_ROBOT_TLS, ERR_DENIED, SIGNER_WHY_PROFILE },
	{ "Ed25519", PROFILE_ASSURED_TLS, ERR_DENIED, SIGNER_WHY_PROFILE },
	{ "RSA 1024", PROFILE_ROBOT_TLS, ERR_DENIED, SIGNER_WHY_KEY },
};

static void
test_kinds(void **state)
{
	(void)state;
	crls_put();
	for (size_t k = 0; k < COUNT(kinds); k++) {
		EVP_PKEY *key = key_of(kinds[k].kind);
		DROP(signer_issued_wipe) struct signer_issued i = {0};
		DROP(ticket_wipe) struct ticket t = {0};
		DROP(buf_wipe) struct buf req = {0};
		struct receipt r;

		request_make(&req, key, "ignored.example.net");
		ticket_issue(&site, &t, kinds[k].profile, key, profile_is_mail(kinds[k].profile) ? boxes : hosts);
		if (kinds[k].profile == PROFILE_ASSURED_MAIL) {
			snprintf(t.given, sizeof(t.given), "Ada");
			snprintf(t.family, sizeof(t.family), "Løvelace");
			snprintf(t.common_name, sizeof(t.common_name), "Ada Løvelace");
		}
		if (profile_is_mail(kinds[k].profile) && k % 2 == 0)
			t.options = TICKET_CLIENT_AUTH;
		if (kinds[k].refused != 0) {
			BAD(issue(&site, &t, &req, &i, e), kinds[k].refused, kinds[k].why);
		} else {
			GOOD(issue(&site, &t, &req, &i, e));
			GOOD(receipt_unpack(&r, span_buf(&i.receipt), site.ticket_key, e));
			assert_memory_equal(r.id, t.id, TICKET_ID);
			assert_memory_equal(r.serial, t.serial, TICKET_SERIAL);
			assert_int_equal(r.status, CERT_VALID);
			judge(&i, kinds[k].profile, kinds[k].kind);
		}
		EVP_PKEY_free(key);
	}
}

/* ---- tickets ---- */

static void
test_repeat(void **state)
{
	DROP(signer_issued_wipe) struct signer_issued first = {0};
	DROP(signer_issued_wipe) struct signer_issued again = {0};
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf req = {0};
	DROP(buf_wipe) struct buf sealed = {0};
	DROP(buf_wipe) struct buf receipt = {0};
	DROP(buf_wipe) struct buf open = {0};

	(void)state;
	one(&t, &req, &first, PROFILE_ROBOT_TLS);
	GOOD(issue(&site, &t, &req, &again, e));
	assert_int_equal(first.certificate.len, again.certificate.len);
	assert_memory_equal(first.certificate.data, again.certificate.data, first.certificate.len);
	assert_memory_equal(first.receipt.data, again.receipt.data, first.receipt.len);

	GOOD(signer_pending(site.clerk, t.id, &sealed, &receipt, e));
	GOOD(parcel_open(span_buf(&sealed), site.keeper_public, site.keeper_secret, &open, e));
	assert_int_equal(open.len, first.certificate.len);
	assert_memory_equal(open.data, first.certificate.data, first.certificate.len);
	assert_memory_equal(receipt.data, first.receipt.data, receipt.len);

	signer_issued_wipe(&again);
	BAD(signer_stored(site.portal, t.id, e), ERR_IO, 0);	/* not the portal's to say */
	GOOD(signer_stored(site.clerk, t.id, e));
	GOOD(signer_stored(site.clerk, t.id, e));	/* twice is fine */
	buf_reset(&sealed);
	buf_reset(&receipt);
	BAD(signer_pending(site.clerk, t.id, &sealed, &receipt, e), ERR_CONFLICT, 0);
	BAD(issue(&site, &t, &req, &again, e), ERR_CONFLICT, SIGNER_WHY_STORED);
	randombytes_buf(t.id, sizeof(t.id));
	BAD(signer_pending(site.clerk, t.id, &sealed, &receipt, e), ERR_ABSENT, 0);
	BAD(signer_stored(site.clerk, t.id, e), ERR_ABSENT, 0);
	BAD(issue(&site, &t, &req, &again, e), ERR_CONFLICT, SIGNER_WHY_SERIAL);	/* another ticket, same serial */
}

/* What a seized portal could try with tickets. */
static void
test_refusals(void **state)
{
	DROP(signer_issued_wipe) struct signer_issued i = {0};
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf req = {0};
	DROP(buf_wipe) struct buf other = {0};
	DROP(buf_wipe) struct buf wire = {0};
	EVP_PKEY *key = key_of("P-256");

	(void)state;
	one(&t, &req, NULL, PROFILE_ROBOT_TLS);
	request_make(&other, key, "");
	BAD(issue(&site, &t, &other, &i, e), ERR_DENIED, SIGNER_WHY_KEY);	/* somebody else's key */

	GOOD(ticket_pack(&wire, &t, site.ticket_key, e));
	wire.data[40] ^= 1;							/* one bit of the validity */
	BAD(signer_issue(site.portal, span_buf(&wire), span_buf(&req), &i, e), ERR_CRYPTO, 0);

	t.expires = clock_now() - 1;
	BAD(issue(&site, &t, &req, &i, e), ERR_DENIED, SIGNER_WHY_EXPIRED);
	t.expires = clock_now() + 60;

	t.not_after += 1;							/* a second too long */
	BAD(issue(&site, &t, &req, &i, e), ERR_DENIED, SIGNER_WHY_LINT);
	t.not_after -= 1;
	snprintf(t.common_name, sizeof(t.common_name), "other.example.org");
	BAD(issue(&site, &t, &req, &i, e), ERR_INPUT, 0);
	t.common_name[0] = '\0';
	snprintf(t.names[0].text, sizeof(t.names[0].text), "under_score.example.org");
	BAD(issue(&site, &t, &req, &i, e), ERR_DENIED, SIGNER_WHY_LINT);
	snprintf(t.names[0].text, sizeof(t.names[0].text), "www.example.org");
	GOOD(issue(&site, &t, &req, &i, e));
	signer_issued_wipe(&i);

	other.data[other.len - 1] ^= 1;			/* a request whose signature does not hold */
	ticket_wipe(&t);
	ticket_issue(&site, &t, PROFILE_ROBOT_TLS, key, hosts);
	BAD(issue(&site, &t, &other, &i, e), ERR_DENIED, SIGNER_WHY_KEY);
	EVP_PKEY_free(key);
}

GROUP(group_with_nss, cmocka_unit_test(test_kinds), cmocka_unit_test(test_repeat), cmocka_unit_test(test_refusals))
