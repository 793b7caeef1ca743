/* The ceremony's files, judged by openssl's command; the development site's certificate. */
#include "tests/unit/signer_site.h"

static const char *self;

static void
path_of(const struct site *s, char into[256], const char *name)
{
	snprintf(into, 256, "%s/%s", s->dir, name);
}

static void
mode_is(const struct site *s, const char *name, mode_t mode)
{
	char path[256];
	struct stat st;

	path_of(s, path, name);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, mode);
}

static void
test_files(void **state)
{
	static const char *const slugs[] = { "robot-tls", "robot-mail", "assured-tls", "assured-mail" };
	DROP(ceremony_wipe) struct ceremony c = {0};
	char root[256], path[256], pass[300], issuer[256], key[256];
	struct site s;

	(void)state;
	site_make(&s, self, NULL, 0);
	path_of(&s, root, "signer/root.crt");
	path_of(&s, key, "offline/root.key.pem");
	snprintf(pass, sizeof(pass), "file:%s/passphrase", s.dir);
	mode_is(&s, "offline/root.key.pem", 0600);
	mode_is(&s, "signer/checkpoint.seed", 0600);
	JUDGE(&s, "openssl", "pkey", "-in", key, "-passin", pass, "-noout", "-text_pub");
	assert_non_null(strstr(out_text(&s), "NIST CURVE: P-384"));
	assert_int_not_equal(RUN(&s, "openssl", "pkey", "-in", key, "-passin", "pass:wrong", "-noout"), 0);
	JUDGE(&s, "openssl", "asn1parse", "-in", key);
	assert_non_null(strstr(out_text(&s), ":scrypt"));
	JUDGE(&s, "openssl", "verify", "-x509_strict", "-check_ss_sig", "-CAfile", root, root);
	for (size_t i = 0; i < COUNT(slugs); i++) {
		snprintf(path, sizeof(path), "signer/%s.key", slugs[i]);
		mode_is(&s, path, 0600);
		snprintf(path, sizeof(path), "signer/%s-ocsp.key", slugs[i]);
		mode_is(&s, path, 0600);
		snprintf(issuer, sizeof(issuer), "%s/signer/%s.crt", s.dir, slugs[i]);
		snprintf(path, sizeof(path), "%s/signer/%s-ocsp.crt", s.dir, slugs[i]);
		JUDGE(&s, "openssl", "verify", "-x509_strict", "-CAfile", root, issuer);
		JUDGE(&s, "openssl", "verify", "-x509_strict", "-purpose", "ocsphelper", "-CAfile", root, "-untrusted", issuer, path);
		JUDGE(&s, "openssl", "x509", "-in", path, "-noout", "-text");
		assert_non_null(strstr(out_text(&s), "OCSP No Check"));
	}
	snprintf(path, sizeof(path), "%s/signer", s.dir);
	GOOD(ceremony_read(&c, path, e));
	assert_true(c.vkey.len > 50 && strncmp(c.vkey.data, "localhost+", 10) == 0);
	assert_string_equal(c.passphrase, "");
	assert_true(ceremony_held(path));
	ceremony_wipe(&c);
	BAD(ceremony_hold(&c, path, path, &s.set, e), ERR_CONFLICT, 0);
	site_remove(&s);
}

static void
site_certificate(struct site *s, const char *const *names, size_t n)
{
	char dir[256], key[256], crt[256];

	path_of(s, dir, "signer");
	path_of(s, key, "nginx/tls.key");
	path_of(s, crt, "nginx/tls.crt");
	GOOD(ceremony_site(dir, &s->set, names, n, key, crt, e));
}

static int
verify(struct site *s, const char *host)
{
	char root[256], issuer[256], crt[256];

	path_of(s, root, "signer/root.crt");
	path_of(s, issuer, "signer/robot-tls.crt");
	path_of(s, crt, "nginx/tls.crt");
	return RUN(s, "openssl", "verify", "-x509_strict", "-CAfile", root, "-untrusted", issuer, "-purpose", "sslserver",
	    "-verify_hostname", host, crt);
}

static void
test_site(void **state)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "::1" };
	static const char *const far[] = { "www.example.net" }, *const near[] = { "www.example.org" };
	static const char *const sets[] = { "ca.constraints=example.org,club.test" };
	char dir[256], crt[256], root[256];
	struct site s;

	(void)state;
	site_make(&s, self, sets, 1);
	path_of(&s, dir, "signer");
	path_of(&s, crt, "nginx/tls.crt");
	path_of(&s, root, "signer/root.crt");
	assert_true(site_certificate_due(dir, crt));
	site_certificate(&s, names, COUNT(names));
	assert_false(site_certificate_due(dir, crt));
	clock_shift(370 * 86400);
	assert_true(site_certificate_due(dir, crt));
	clock_shift(0);
	mode_is(&s, "nginx/tls.key", 0600);
	if (verify(&s, "localhost") != 0)
		fail_msg("%s", out_text(&s));
	assert_int_not_equal(verify(&s, "example.org"), 0);
	JUDGE(&s, "openssl", "x509", "-in", root, "-noout", "-text");
	assert_non_null(strstr(out_text(&s), "X509v3 Name Constraints: critical"));
	site_certificate(&s, near, 1);
	if (verify(&s, "www.example.org") != 0)
		fail_msg("%s", out_text(&s));
	site_certificate(&s, far, 1);				/* the root may not vouch for it */
	assert_int_not_equal(verify(&s, "www.example.net"), 0);
	assert_non_null(strstr(out_text(&s), "permitted subtree violation"));
	site_remove(&s);
}

static const struct { const char *set[3]; const char *url, *origin; } addresses[] = {
	{ { "site.host=ca.example.org", "site.http_port=80", NULL }, "http://ca.example.org", "ca.example.org" },
	{ { "site.host=ca.example.org", "site.http_port=8080", NULL }, "http://ca.example.org:8080", "ca.example.org" },
	{ { "site.http_port=8080", "site.public_http_port=80", "ledger.origin=example.org/log" }, "http://localhost", "example.org/log" },
};

/* The address that stands in certificates is the one the world sees. */
static void
test_addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		struct settings all;
		struct signer_settings set;
		struct conf *conf = NULL;
		struct buf path = {0};

		GOOD(settings_load(&conf, &all, "/nowhere", addresses[i].set, addresses[i].set[2] == NULL ? 2 : 3, e));
		GOOD(signer_settings(&set, &all, e));
		assert_string_equal(set.base_url, addresses[i].url);
		assert_string_equal(set.origin, addresses[i].origin);
		signer_path_crl(&path, PROFILE_ASSURED_MAIL, 3);
		signer_path_issuer(&path, PROFILE_ROBOT_TLS);
		assert_string_equal(path.data, "/crl/assured-mail-3.crl/ca/robot-tls.crt");
		buf_wipe(&path);
		conf_drop(&conf);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_files), cmocka_unit_test(test_site),
		cmocka_unit_test(test_addresses) };

	(void)argc;
	self = argv[0];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
