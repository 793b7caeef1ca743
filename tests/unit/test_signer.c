/* The running signer, judged by OpenSSL's, GnuTLS's and NSS's own commands. */
#include "tests/unit/signer_site.h"
#include "ledger/checkpoint.h"
#include "ledger/journal.h"
#include "ledger/tree.h"

static const char *self;
static struct site site;

static const char *const hosts[] = { "www.example.org", "example.org", "*.example.org", NULL };
static const char *const boxes[] = { "ada@example.org", "ada.l@example.org", NULL };

static void
path_of(char into[256], const char *name)
{
	snprintf(into, 256, "%s/%s", site.dir, name);
}

/* DER to a PEM file of the site. */
static void
pem_put(const char *name, const struct buf *der)
{
	char path[256];
	FILE *f;

	path_of(path, name);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_true(PEM_write(f, "CERTIFICATE", "", (const unsigned char *)der->data, (long)der->len) > 0);
	fclose(f);
}

/* Every issuer's CRL and the root's, as one PEM file "crls.pem". */
static void
crls_put(void)
{
	char path[256];
	FILE *f, *root;
	static unsigned char der[1 << 16];
	size_t n;

	path_of(path, "crls.pem");
	f = fopen(path, "we");
	assert_non_null(f);
	path_of(path, "signer/root.crl");
	root = fopen(path, "re");
	assert_non_null(root);
	n = fread(der, 1, sizeof(der), root);
	fclose(root);
	assert_true(PEM_write(f, "X509 CRL", "", der, (long)n) > 0);
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++) {
		DROP(buf_wipe) struct buf crl = {0};
		bool changed;

		GOOD(signer_crl(site.clerk, p, 0, &changed, &crl, e));
		assert_true(PEM_write(f, "X509 CRL", "", (const unsigned char *)crl.data, (long)crl.len) > 0);
	}
	fclose(f);
}

/* Exit status of openssl verify with CRLs. */
static int
verify(const char *purpose, const char *policy)
{
	char root[256], chain[256], crls[256], crt[256];

	path_of(root, "signer/root.crt");
	path_of(chain, "issuer.pem");
	path_of(crls, "crls.pem");
	path_of(crt, "crt.pem");
	return RUN(&site, "openssl", "verify", "-x509_strict", "-CAfile", root, "-untrusted", chain,
	    "-CRLfile", crls, "-crl_check_all", "-purpose", purpose, "-policy", policy,
	    "-policy_check", "-explicit_policy", crt);
}

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
group_start(void **state)
{
	char nss[128], root[128];

	(void)state;
	site_make(&site, self, NULL, 0);
	site_start(&site, NULL, 0);
	snprintf(nss, sizeof(nss), "%s/nss", site.dir);
	assert_int_equal(mkdir(nss, 0700), 0);
	snprintf(nss, sizeof(nss), "sql:%s/nss", site.dir);
	snprintf(root, sizeof(root), "%s/signer/root.crt", site.dir);
	JUDGE(&site, "certutil", "-N", "-d", nss, "--empty-password");
	JUDGE(&site, "certutil", "-A", "-d", nss, "-n", "root", "-t", "CT,C,", "-a", "-i", root);
	return 0;
}

static int
group_end(void **state)
{
	(void)state;
	assert_int_equal(site_stop(&site, SIGTERM), 0);		/* ends cleanly when asked */
	site_remove(&site);
	return 0;
}

/* ---- issuing ---- */

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

/* One P-256 certificate to play with. */
static void
one(struct ticket *t, struct buf *req, struct signer_issued *i, enum profile p)
{
	EVP_PKEY *key = key_of("P-256");

	request_make(req, key, "");
	ticket_issue(&site, t, p, key, profile_is_mail(p) ? boxes : hosts);
	if (i != NULL)
		GOOD(issue(&site, t, req, i, e));
	EVP_PKEY_free(key);
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
	unsigned char open[4096];

	(void)state;
	one(&t, &req, &first, PROFILE_ROBOT_TLS);
	GOOD(issue(&site, &t, &req, &again, e));
	assert_int_equal(first.certificate.len, again.certificate.len);
	assert_memory_equal(first.certificate.data, again.certificate.data, first.certificate.len);
	assert_memory_equal(first.receipt.data, again.receipt.data, first.receipt.len);

	GOOD(signer_pending(site.clerk, t.id, &sealed, &receipt, e));
	assert_int_equal(crypto_box_seal_open(open, (unsigned char *)sealed.data, sealed.len,
	    site.keeper_public, site.keeper_secret), 0);
	assert_int_equal(sealed.len, first.certificate.len + crypto_box_SEALBYTES);
	assert_memory_equal(open, first.certificate.data, first.certificate.len);
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

/* ---- status ---- */

static void
issuer_hashes(enum profile p, const struct signer_chain *chain, EVP_PKEY **key, X509 **crt)
{
	const unsigned char *at = (const unsigned char *)chain->issuer[p].data;

	*crt = d2i_X509(NULL, &at, (long)chain->issuer[p].len);
	assert_non_null(*crt);
	*key = X509_get_pubkey(*crt);
}

/* Ask by a CertID as OpenSSL makes it; the answer goes to DIR/ocsp.der. */
static void
ocsp_put(enum profile p, const unsigned char serial[TICKET_SERIAL], unsigned digest, struct span nonce)
{
	DROP(signer_chain_wipe) struct signer_chain chain = {0};
	DROP(buf_wipe) struct buf id = {0};
	DROP(buf_wipe) struct buf answer = {0};
	unsigned char name[32], hash[32];
	unsigned n = 0, k = 0;
	EVP_PKEY *key;
	X509 *crt;
	size_t seq, alg;
	struct oid oid;

	GOOD(signer_chain(site.portal, &chain, e));
	issuer_hashes(p, &chain, &key, &crt);
	assert_int_equal(X509_NAME_digest(X509_get_subject_name(crt), digest == 1 ? EVP_sha1() : EVP_sha256(), name, &n), 1);
	assert_int_equal(X509_pubkey_digest(crt, digest == 1 ? EVP_sha1() : EVP_sha256(), hash, &k), 1);
	seq = der_open(&id, DER_SEQUENCE);
	alg = der_open(&id, DER_SEQUENCE);
	GOOD(oid_parse(&oid, digest == 1 ? "1.3.14.3.2.26" : "2.16.840.1.101.3.4.2.1", e));
	der_oid(&id, &oid);
	der_put(&id, DER_NULL, NULL, 0);
	der_close(&id, alg);
	der_put(&id, DER_OCTETS, name, n);
	der_put(&id, DER_OCTETS, hash, k);
	der_put(&id, DER_INTEGER, serial, TICKET_SERIAL);
	der_close(&id, seq);
	GOOD(signer_ocsp(site.portal, p, digest, hash, serial, span_buf(&id), nonce, &answer, e));
	file_put(site.dir, "ocsp.der", answer.data, answer.len);
	EVP_PKEY_free(key);
	X509_free(crt);
}

static void
ocsp_says(const char *want)
{
	char der[256], crt[256], issuer[256], root[256];

	path_of(der, "ocsp.der");
	path_of(crt, "crt.pem");
	path_of(issuer, "issuer.pem");
	path_of(root, "signer/root.crt");
	JUDGE(&site, "openssl", "ocsp", "-respin", der, "-issuer", issuer, "-cert", crt, "-CAfile", root, "-no_nonce");
	if (strstr(out_text(&site), want) == NULL || strstr(out_text(&site), "Response verify OK") == NULL)
		fail_msg("wanted '%s': %s", want, out_text(&site));
	if (strcmp(want, "good") == 0)
		JUDGE(&site, "ocsptool", "--verify-response", "--load-response", der, "--load-trust", issuer);
}

static void
ocsp_holds(const char *const *words)
{
	char der[256];

	path_of(der, "ocsp.der");
	JUDGE(&site, "openssl", "ocsp", "-respin", der, "-noverify", "-resp_text");
	for (; *words != NULL; words++)
		if (strstr(out_text(&site), *words) == NULL)
			fail_msg("no '%s': %s", *words, out_text(&site));
}
#define OCSP_HOLDS(...)	ocsp_holds((const char *const[]){ __VA_ARGS__, NULL })

/* Nobody asked us for it: never good. */
static void
test_unknown(void **state)
{
	unsigned char unknown[TICKET_SERIAL] = { 0x11, 0x22 };
	struct signer_state st;

	(void)state;
	BAD(signer_by_serial(site.portal, unknown, &st, e), ERR_ABSENT, 0);
	ocsp_put(PROFILE_ROBOT_TLS, unknown, 1, span_of(NULL, 0));
	OCSP_HOLDS("Cert Status: unknown");
}

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

/* ---- requests ---- */

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

/* ---- checkpoints ---- */

struct level { unsigned char hash[2][LEAF_HASH]; };

static bool
leaf_read(void *from, unsigned level, int64_t index, unsigned char hash[LEAF_HASH], struct err *e)
{
	(void)e;
	assert_int_equal(level, 0);
	memcpy(hash, ((struct level *)from)->hash[index], LEAF_HASH);
	return true;
}

static void
test_checkpoint(void **state)
{
	DROP(buf_wipe) struct buf note = {0};
	DROP(buf_wipe) struct buf proof = {0};
	struct level leaves = { { { 1 }, { 2 } } };
	struct tree tree = {0};
	unsigned char root1[LEAF_HASH], root2[LEAF_HASH], got[LEAF_HASH];
	int64_t size;

	(void)state;
	GOOD(signer_head(site.clerk, &size, got, e));
	assert_int_equal(size, 0);
	tree_append(&tree, leaves.hash[0]);
	tree_root(&tree, root1);
	GOOD(signer_checkpoint(site.clerk, 1, root1, span_of(NULL, 0), &note, e));
	assert_memory_equal(note.data, "localhost\n1\n", 12);
	buf_reset(&note);
	GOOD(signer_checkpoint(site.clerk, 1, root1, span_of(NULL, 0), &note, e));	/* the same again */
	tree_append(&tree, leaves.hash[1]);
	tree_root(&tree, root2);
	BAD(signer_checkpoint(site.clerk, 1, root2, span_of(NULL, 0), &note, e), ERR_TAMPER, 0);
	GOOD(tree_consistency(leaf_read, &leaves, 1, 2, &proof, e));
	proof.data[0] ^= 1;
	BAD(signer_checkpoint(site.clerk, 2, root2, span_buf(&proof), &note, e), ERR_TAMPER, 0);
	proof.data[0] ^= 1;
	buf_reset(&note);
	GOOD(signer_checkpoint(site.clerk, 2, root2, span_buf(&proof), &note, e));
	BAD(signer_checkpoint(site.clerk, 1, root1, span_of(NULL, 0), &note, e), ERR_TAMPER, 0);
	GOOD(signer_head(site.clerk, &size, got, e));
	assert_int_equal(size, 2);
	assert_memory_equal(got, root2, LEAF_HASH);
}

/* ---- faults ---- */

static bool
count_one(void *self_, int64_t number, const unsigned char hash[LEAF_HASH], struct err *e)
{
	(void)number, (void)hash, (void)e;
	(*(size_t *)self_)++;
	return true;
}

/* kill -9 after the answer: nothing acknowledged is lost, the clerk finishes. */
static void
test_killed(void **state)
{
	DROP(signer_issued_wipe) struct signer_issued i = {0};
	DROP(signer_issued_wipe) struct signer_issued again = {0};
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf req = {0};
	DROP(buf_wipe) struct buf sealed = {0};
	DROP(buf_wipe) struct buf receipt = {0};
	struct signer_state st;
	char journal[256];
	size_t before = 0, after = 0;

	(void)state;
	path_of(journal, "signer/journal");
	GOOD(journal_each(journal, count_one, &before, e));
	one(&t, &req, &i, PROFILE_ASSURED_TLS);
	(void)site_stop(&site, SIGKILL);
	site_start(&site, NULL, 0);
	BAD(issue(&site, &t, &req, &again, e), ERR_CONFLICT, SIGNER_WHY_SEALED);
	GOOD(signer_pending(site.clerk, t.id, &sealed, &receipt, e));
	assert_memory_equal(receipt.data, i.receipt.data, receipt.len);
	GOOD(signer_by_serial(site.portal, t.serial, &st, e));
	assert_int_equal(st.status, CERT_VALID);
	GOOD(signer_stored(site.clerk, t.id, e));
	GOOD(journal_each(journal, count_one, &after, e));
	assert_int_equal(after, before + 1);
}

/* Several lists an issuer: each certificate names its own, and verifiers take it for no other. */
static void
test_shards(void **state)
{
	static const char *const sets[] = { "ca.crl.shards=3" };
	DROP(signer_issued_wipe) struct signer_issued i = {0};
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf req = {0};
	struct ticket end;
	struct receipt r;
	uint32_t own;

	(void)state;
	assert_int_equal(site_stop(&site, SIGTERM), 0);
	site_start(&site, sets, 1);
	one(&t, &req, &i, PROFILE_ROBOT_TLS);
	pem_put("crt.pem", &i.certificate);
	pem_put("issuer.pem", &i.issuer);
	own = (uint32_t)(((uint64_t)t.serial[12] << 24 | (uint64_t)t.serial[13] << 16 |
	    (uint64_t)t.serial[14] << 8 | t.serial[15]) % 3);
	ticket_change(&site, &end, TICKET_REVOKE, &t, 0);
	GOOD(change(&site, &end, &r, e));
	for (uint32_t shard = 0; shard < 3; shard++) {
		DROP(buf_wipe) struct buf crl = {0};
		char path[256], root[256], issuer[256], crt[256], uri[64];
		bool changed;

		GOOD(signer_crl(site.clerk, PROFILE_ROBOT_TLS, shard, &changed, &crl, e));
		file_put(site.dir, "shard.crl", crl.data, crl.len);
		path_of(path, "shard.crl");
		path_of(root, "signer/root.crt");
		path_of(issuer, "issuer.pem");
		path_of(crt, "crt.pem");
		JUDGE(&site, "openssl", "crl", "-inform", "DER", "-in", path, "-noout", "-text");
		snprintf(uri, sizeof(uri), "/crl/robot-tls-%u.crl", shard);
		assert_non_null(strstr(out_text(&site), "X509v3 Issuing Distribution Point: critical"));
		assert_non_null(strstr(out_text(&site), uri));
		assert_int_not_equal(RUN(&site, "openssl", "verify", "-CAfile", root, "-untrusted", issuer,
		    "-CRLfile", path, "-crl_check", crt), 0);
		assert_non_null(strstr(out_text(&site), shard == own ? "certificate revoked" : "CRL scope"));
	}
	assert_int_equal(site_stop(&site, SIGTERM), 0);
	site_start(&site, NULL, 0);
}

/* A store put back to yesterday is known by the journal beside it. */
static void
test_put_back(void **state)
{
	DROP(signer_issued_wipe) struct signer_issued i = {0};
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf req = {0};
	char store[256], old[256], shell[1024];
	int status;

	(void)state;
	assert_int_equal(site_stop(&site, SIGTERM), 0);
	path_of(store, "signer/book.sqlite");
	path_of(old, "old");
	snprintf(shell, sizeof(shell), "mkdir %s && cp %s* %s/", old, store, old);
	JUDGE(&site, "/bin/sh", "-c", shell);
	site_start(&site, NULL, 0);
	one(&t, &req, &i, PROFILE_ROBOT_TLS);
	assert_int_equal(site_stop(&site, SIGTERM), 0);
	snprintf(shell, sizeof(shell), "mkdir %s/new && mv %s* %s/new && cp %s/book.sqlite* %s/signer/", site.dir, store, site.dir, old, site.dir);
	JUDGE(&site, "/bin/sh", "-c", shell);
	status = RUN(&site, site.program, "--state", site.dir);
	assert_int_equal(status, 1);
	assert_non_null(strstr(out_text(&site), "older store"));
	snprintf(shell, sizeof(shell), "rm %s* && mv %s/new/* %s/signer/", store, site.dir, site.dir);
	JUDGE(&site, "/bin/sh", "-c", shell);
	site_start(&site, NULL, 0);
}

/* The clerk may not ask for certificates, a stranger for nothing. */
static void
test_peers(void **state)
{
	DROP(buf_wipe) struct buf in = {0};
	DROP(buf_wipe) struct buf out = {0};
	struct ipc *c = NULL;
	unsigned char wrong[IPC_SECRET] = {0};
	char path[256];

	(void)state;
	path_of(path, "run/signer.sock");
	assert_false(ipc_open(&c, path, "portal", wrong, 2000, NULL) && ipc_call(c, SIGNER_READY, NULL, NULL, 2000, NULL));
	ipc_drop(&c);
	pack_bytes(&in, "x", 1);
	pack_bytes(&in, "y", 1);
	assert_false(ipc_call(site.clerk, SIGNER_ISSUE, &in, &out, 2000, NULL));
	GOOD(signer_ready(site.clerk, e));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds), cmocka_unit_test(test_repeat),
		cmocka_unit_test(test_refusals), cmocka_unit_test(test_revoke), cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_suspend), cmocka_unit_test(test_csr),
		cmocka_unit_test(test_checkpoint), cmocka_unit_test(test_killed),
		cmocka_unit_test(test_shards), cmocka_unit_test(test_put_back), cmocka_unit_test(test_peers),
	};

	(void)argc;
	self = argv[0];
	return cmocka_run_group_tests(tests, group_start, group_end);
}
