/* The ceremony's files and the root's later lists, judged by openssl's command; the development site's certificate. */
#include <inttypes.h>
#include "portal/signer/crl.h"
#include "portal/signer/root_list.h"
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

static size_t
whole_file(const char *path, char *into, size_t size)
{
	FILE *f = fopen(path, "re");
	size_t n;

	assert_non_null(f);
	n = fread(into, 1, size, f);
	fclose(f);
	return n;
}

/* With another file in its place nothing is read, and the sentence names it. */
static void
damaged(const struct site *s, const char *dir, const char *name, const char *other)
{
	DROP(ceremony_wipe) struct ceremony c = {0};
	char path[256], kept[4096], put[4096];
	size_t n, m;

	path_of(s, path, other);
	m = whole_file(path, put, sizeof(put));
	path_of(s, path, name);
	n = whole_file(path, kept, sizeof(kept));
	file_put(s->dir, name, put, m);
	BAD(ceremony_read(&c, dir, e), ERR_TAMPER, 0);
	file_put(s->dir, name, kept, n);
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
	/* Another issuer's certificate is not this one's root's. */
	damaged(&s, path, "signer/assured-mail.crt", "signer/assured-mail-ocsp.crt");
	damaged(&s, path, "signer/root.crt", "signer/robot-tls.crt");
	GOOD(ceremony_read(&c, path, e));
	ceremony_wipe(&c);
	BAD(ceremony_hold(&c, path, path, &s.set, e), ERR_CONFLICT, 0);
	site_remove(&s);
}

/* ---- the root's list ---- */

static void
put(const struct site *s, const char *name, const struct buf *der)
{
	char path[256];
	FILE *f;

	path_of(s, path, name);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(der->data, 1, der->len, f), der->len);
	assert_int_equal(fclose(f), 0);
}

/* A list of number and one entry, by this key, in root.crl's place. */
static void
planted(const struct site *s, const char *key_path, const char *crt_path, const char *passphrase, int64_t number)
{
	static const unsigned char serial[] = { 0x01, 0xab, 0xcd };
	DROP(ca_key_wipe) struct ca_key key = {0};
	DROP(buf_wipe) struct buf der = {0};
	struct crl list = { .number = number, .this_update = clock_now() - 400 * DAY, .next_update = clock_now() - 35 * DAY };

	GOOD(ca_key_open(&key, key_path, passphrase, crt_path, e));
	crl_entry_add(&list, serial, sizeof(serial), INT64_C(1700000000), 1);
	GOOD(crl_build(&der, &list, &key, e));
	crl_wipe(&list);
	put(s, "signer/root.crl", &der);
}

/* Two stand on a list, neither revoked later than the list's own time (RFC 5280 section 5.1.2.4). */
static void
both_stand(const struct buf *der)
{
	const unsigned char *at = (const unsigned char *)der->data;
	X509_CRL *x = d2i_X509_CRL(NULL, &at, (long)der->len);
	STACK_OF(X509_REVOKED) *all = X509_CRL_get_REVOKED(x);

	assert_int_equal(sk_X509_REVOKED_num(all), 2);
	for (int i = 0; i < 2; i++)
		assert_true(ASN1_TIME_compare(X509_REVOKED_get0_revocationDate(sk_X509_REVOKED_value(all, i)), X509_CRL_get0_lastUpdate(x)) <= 0);
	X509_CRL_free(x);
}

static void
test_root_list(void **state)
{
	static const unsigned char serial[TICKET_SERIAL] = { 0x7f, 1 };
	static const struct root_list_entry more = { serial, 4 };
	char passphrase[64] = "", number[24], path[256], dir[256], key[256], crt[256], other[256], other_crt[256];
	DROP(buf_wipe) struct buf next = {0}, none = {0}, two = {0};
	struct site s;
	FILE *f;
	bool taken;

	(void)state;
	site_make(&s, self, NULL, 0);
	path_of(&s, path, "passphrase");
	f = fopen(path, "re");
	assert_non_null(f);
	assert_non_null(fgets(passphrase, sizeof(passphrase), f));
	fclose(f);
	passphrase[strcspn(passphrase, "\n")] = '\0';
	path_of(&s, dir, "signer");
	path_of(&s, key, "offline/root.key.pem");
	path_of(&s, crt, "signer/root.crt");
	path_of(&s, other, "signer/robot-tls.key");
	path_of(&s, other_crt, "signer/robot-tls.crt");

	/* Who stood on the last one stands on the next, whose number is above, whatever the clock says. */
	snprintf(number, sizeof(number), "%" PRId64, clock_now() + 5001);
	planted(&s, key, crt, passphrase, clock_now() + 5000);
	GOOD(root_list_next(&next, dir, key, passphrase, 365 * DAY, NULL, e));
	put(&s, "signer/root.crl", &next);
	path_of(&s, path, "signer/root.crl");
	JUDGE(&s, "openssl", "crl", "-inform", "DER", "-in", path, "-CAfile", crt, "-noout", "-text");
	assert_non_null(strstr(out_text(&s), "Serial Number: 01ABCD"));
	assert_non_null(strstr(out_text(&s), "Nov 14 22:13:20 2023"));
	assert_non_null(strstr(out_text(&s), "Key Compromise"));
	assert_non_null(strstr(out_text(&s), number));
	GOOD(root_list_next(&two, dir, key, passphrase, 365 * DAY, &more, e));
	both_stand(&two);

	BAD(root_list_next(&none, dir, key, "AAAAA-AAAAA", DAY, NULL, e), ERR_INPUT, 0);
	BAD(root_list_next(&none, dir, crt, passphrase, DAY, NULL, e), ERR_INPUT, 0);
	BAD(root_list_next(&none, dir, other, passphrase, DAY, NULL, e), ERR_CRYPTO, 0);
	/* Of two the one with the higher number stands; another root's never does. */
	planted(&s, key, crt, passphrase, 1);
	GOOD(root_list_take(dir, span_buf(&next), &taken, e));
	assert_true(taken);
	GOOD(root_list_take(dir, span_buf(&next), &taken, e));
	assert_false(taken);
	JUDGE(&s, "openssl", "crl", "-inform", "DER", "-in", path, "-CAfile", crt, "-noout", "-text");
	assert_non_null(strstr(out_text(&s), number));
	BAD(root_list_take(dir, span_of(next.data, next.len - 1), &taken, e), ERR_CRYPTO, 0);
	assert_int_equal(remove(path), 0);
	GOOD(root_list_take(dir, span_buf(&next), &taken, e));
	assert_true(taken);
	planted(&s, other, other_crt, "", 1);
	BAD(root_list_next(&none, dir, key, passphrase, DAY, NULL, e), ERR_CRYPTO, 0);
	buf_text(&none, "no list");
	put(&s, "signer/root.crl", &none);
	BAD(root_list_next(&next, dir, key, passphrase, DAY, NULL, e), ERR_IO, 0);
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

/* What openssl says of a certificate of the ceremony. */
static const char *
text_of(struct site *s, const char *name)
{
	char path[256];

	path_of(s, path, name);
	JUDGE(s, "openssl", "x509", "-in", path, "-noout", "-text", "-nameopt", "utf8,sep_comma_plus");
	return out_text(s);
}

static void
test_site(void **state)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "::1" };
	static const char *const far[] = { "www.example.net" }, *const near[] = { "www.example.org" };
	static const char *const sets[] = { "ca.constraints=example.org,club.test" };
	char dir[256], key[256], crt[256], root[256];
	struct site s;

	(void)state;
	site_make(&s, self, sets, 1);
	path_of(&s, dir, "signer");
	path_of(&s, key, "nginx/tls.key");
	path_of(&s, crt, "nginx/tls.crt");
	path_of(&s, root, "signer/root.crt");
	assert_true(site_certificate_due(dir, key, crt));
	site_certificate(&s, names, COUNT(names));
	assert_false(site_certificate_due(dir, key, crt));
	clock_shift(370 * 86400);
	assert_true(site_certificate_due(dir, key, crt));
	clock_shift(0);
	assert_false(site_certificate_due(dir, key, crt));
	/* A key of something else */
	path_of(&s, key, "signer/robot-tls.key");
	assert_true(site_certificate_due(dir, key, crt));
	mode_is(&s, "nginx/tls.key", 0600);
	if (verify(&s, "localhost") != 0)
		fail_msg("%s", out_text(&s));
	/* BR 7.1.2.7: no common name, OCSP. */
	assert_non_null(strstr(text_of(&s, "nginx/tls.crt"), "Subject: \n"));
	assert_non_null(strstr(out_text(&s), "Subject Alternative Name: critical"));
	assert_non_null(strstr(out_text(&s), "OCSP - URI:http://"));
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

/* Each issuer is bound to the names it certifies, and none to an IP address. */
static void
test_constraints(void **state)
{
	static const char *const sets[] = { "ca.constraints=example.org", "site.host=ca.example.org" };
	static const struct { const char *file; bool hosts, boxes; } rows[] = {
		{ "signer/root.crt", true, true }, { "signer/robot-tls.crt", true, false },
		{ "signer/assured-tls.crt", true, false }, { "signer/robot-mail.crt", false, true },
		{ "signer/assured-mail.crt", false, true },
	};
	struct site s;

	(void)state;
	site_make(&s, self, sets, COUNT(sets));
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *t = text_of(&s, rows[i].file);

		assert_non_null(strstr(t, "X509v3 Name Constraints: critical"));
		assert_int_equal(strstr(t, "DNS:example.org") != NULL, rows[i].hosts);
		assert_int_equal(strstr(t, "email:example.org") != NULL, rows[i].boxes);
		assert_int_equal(strstr(t, "email:.example.org") != NULL, rows[i].boxes);
		assert_int_equal(strstr(t, "IP:0.0.0.0/0.0.0.0") != NULL, rows[i].hosts);
		assert_null(strstr(t, "localhost"));
		assert_null(strstr(t, "127.0.0.1"));
	}
	site_remove(&s);
}

/* 64 characters for a common name: a long organisation is cut there, between characters, and stands whole beside it. */
static void
test_long_organisation(void **state)
{
	static const char *const sets[] = { "ca.organisation=Verein zur F\xc3\xb6rderung freier Zertifikate in \xc3\x96sterreich" };
	static const char *const files[] = { "signer/root.crt", "signer/assured-mail.crt", "signer/assured-mail-ocsp.crt" };
	struct site s;

	(void)state;
	site_make(&s, self, sets, 1);
	for (size_t i = 0; i < COUNT(files); i++) {
		const char *t = strstr(text_of(&s, files[i]), "Subject: "), *cn = strstr(t, "CN=") + 3;

		assert_non_null(strstr(t, "O=Verein zur F\xc3\xb6rderung freier Zertifikate in \xc3\x96sterreich,"));
		assert_true(strcspn(cn, "\n") <= 64);
		assert_int_equal(strncmp(cn, "Verein zur F\xc3\xb6rderung freier", 28), 0);
		assert_true(utf8_ok(cn, strcspn(cn, "\n")));
	}
	assert_non_null(strstr(text_of(&s, files[2]), "Assured Mail OCSP 20"));
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
		issuer_path_crl(&path, PROFILE_ASSURED_MAIL, 3);
		issuer_path(&path, PROFILE_ROBOT_TLS);
		assert_string_equal(path.data, "/crl/assured-mail-3.crl/ca/robot-tls.crt");
		buf_wipe(&path);
		conf_drop(&conf);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_files), cmocka_unit_test(test_root_list), cmocka_unit_test(test_site),
		cmocka_unit_test(test_constraints), cmocka_unit_test(test_long_organisation), cmocka_unit_test(test_addresses) };

	(void)argc;
	self = argv[0];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
