/*
 * tests/unit/signer_judge.h - one site for all cases of a test program, and what
 * OpenSSL's own commands say to its certificates, lists and OCSP answers.
 */
#ifndef TESTS_UNIT_SIGNER_JUDGE_H
#define TESTS_UNIT_SIGNER_JUDGE_H
#include "portal/signer/op.h"
#include "tests/unit/signer_client.h"
#include "tests/unit/signer_site.h"

static const char *self;		/* set by main */
static struct site site;

static const char *const hosts[] = { "www.example.org", "example.org", "*.example.org", NULL };
static const char *const boxes[] = { "ada@example.org", "ada.l@example.org", NULL };

static inline void
path_of(char into[256], const char *name)
{
	snprintf(into, 256, "%s/%s", site.dir, name);
}

/* DER to a PEM file of the site. */
static inline void
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
static inline void
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
static inline int
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

/* One P-256 certificate to play with. */
static inline void
one(struct ticket *t, struct buf *req, struct signer_issued *i, enum profile p)
{
	EVP_PKEY *key = key_of("P-256");

	request_make(req, key, "");
	ticket_issue(&site, t, p, key, profile_is_mail(p) ? boxes : hosts);
	if (i != NULL)
		GOOD(issue(&site, t, req, i, e));
	EVP_PKEY_free(key);
}

/* ---- OCSP ---- */

static inline void
issuer_hashes(enum profile p, const struct signer_chain *chain, EVP_PKEY **key, X509 **crt)
{
	const unsigned char *at = (const unsigned char *)chain->issuer[p].data;

	*crt = d2i_X509(NULL, &at, (long)chain->issuer[p].len);
	assert_non_null(*crt);
	*key = X509_get_pubkey(*crt);
}

/* Ask by a CertID as OpenSSL makes it; the answer goes to DIR/ocsp.der. */
static inline void
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
	GOOD(signer_ocsp(site.portal, digest, hash, serial, span_buf(&id), nonce, &answer, e));
	file_put(site.dir, "ocsp.der", answer.data, answer.len);
	EVP_PKEY_free(key);
	X509_free(crt);
}

static inline void
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

static inline void
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

/* ---- a group of cases ---- */

static inline int
group_start(void **state)
{
	(void)state;
	site_make(&site, self, NULL, 0);
	site_start(&site, NULL, 0);
	return 0;
}

static inline int
group_end(void **state)
{
	(void)state;
	assert_int_equal(site_stop(&site, SIGTERM), 0);		/* ends cleanly when asked */
	site_remove(&site);
	return 0;
}

#define GROUP(start, ...)	int \
main(int argc, char **argv) \
{ \
	const struct CMUnitTest tests[] = { __VA_ARGS__ }; \
	(void)argc; \
	self = argv[0]; \
	return cmocka_run_group_tests(tests, start, group_end); \
}
#endif
