/* tests/unit/test_signature.c - a mail signed beneath this site's root: by whom, and not when the root revoked the issuer. */
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include "ledger/base/clock.h"
#include "portal/postbox/signature.h"
#include "portal/signer/der.h"
#include "tests/unit/signer_root.h"

static const char *self;
static struct site site;

static void
path_of(char into[256], const char *name)
{
	snprintf(into, 256, "%s/%s", site.dir, name);
}

/* A file of the signer's, published as it is. */
static void
published(const char *from, const char *to)
{
	static unsigned char bytes[1 << 16];
	char path[256];
	FILE *f;
	size_t n;

	path_of(path, from);
	f = fopen(path, "re");
	assert_non_null(f);
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	file_put(site.dir, to, bytes, n);
}

static void
published_der(const char *from, const char *to)
{
	X509 *x = site_pem(&site, from);
	unsigned char *der = NULL;
	int n = i2d_X509(x, &der);

	assert_true(n > 0);
	file_put(site.dir, to, der, (size_t)n);
	OPENSSL_free(der);
	X509_free(x);
}

/* Judged by what is published now: opened once, read anew for each. */
static struct signature_roots *roots;

static bool
is_good(struct span message, struct signature *by)
{
	DROP(buf_wipe) struct buf held = {0};
	bool good;

	GOOD(signature_check(roots, message, span_of(NULL, 0), clock_now(), &held, &good, by, e));
	return good;
}

static void
mail_read(struct buf *into, const char *path)
{
	static unsigned char bytes[1 << 16];
	FILE *f = fopen(path, "re");

	assert_non_null(f);
	buf_add(into, bytes, fread(bytes, 1, sizeof(bytes), f));
	fclose(f);
}

/* The mail with its algorithms of digests, or its signers, so many times over. */
static void
many_times(struct span mail, size_t digests, size_t signers, struct buf *into)
{
	struct span all = der_take(&mail, DER_SEQUENCE), oid = der_whole(&all, DER_OID), inside = der_take(&all, DER_INSIDE(0));
	struct span in = der_take(&inside, DER_SEQUENCE), version = der_whole(&in, DER_INTEGER), algorithms = der_take(&in, DER_SET);
	struct span content = der_whole(&in, DER_SEQUENCE), certificates = der_whole(&in, DER_INSIDE(0)), by = der_take(&in, DER_SET);
	size_t outer = der_open(into, DER_SEQUENCE), tagged, signed_data, set;

	assert_false(in.bad);
	buf_add(into, oid.p, oid.len);
	tagged = der_open(into, DER_INSIDE(0));
	signed_data = der_open(into, DER_SEQUENCE);
	buf_add(into, version.p, version.len);
	set = der_open(into, DER_SET);
	for (size_t i = 0; i < digests; i++)
		buf_add(into, algorithms.p, algorithms.len);
	der_close(into, set);
	buf_add(into, content.p, content.len);
	buf_add(into, certificates.p, certificates.len);
	set = der_open(into, DER_SET);
	for (size_t i = 0; i < signers; i++)
		buf_add(into, by.p, by.len);
	der_close(into, set);
	der_close(into, signed_data);
	der_close(into, tagged);
	der_close(into, outer);
	assert_true(buf_ok(into, NULL));
}

/* Anybody can make these of a member's public certificate: they are no one's signature, and cost little. */
static void
no_labour(struct span mail)
{
	static const struct { size_t digests, signers; } rows[] = { { 100000, 1 }, { 3, 1 }, { 1, 2 }, { 1, 4000 }, { 1, 0 } };
	struct signature by;

	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf many = {0};
		clock_t began = clock();	/* its own time, whatever else runs */

		many_times(mail, rows[i].digests, rows[i].signers, &many);
		assert_false(is_good(span_buf(&many), &by));
		assert_in_range((clock() - began) / (CLOCKS_PER_SEC / 1000), 0, 2000);
	}
}

/* Also when the mail itself brings its issuer's certificate. */
static void
by_whom(void **state)
{
	char path[9][256];
	struct signature by;
	unsigned char hash[SIGNATURE_CERT], *der = NULL, serial[TICKET_SERIAL] = { 0x12, 0x34 };
	DROP(buf_wipe) struct buf mail = {0}, bare = {0};
	static const char *const names[] = { "key", "csr", "crt", "ext", "words", "mail", "signer/robot-mail.crt", "signer/robot-mail.key", "bare" };
	static const char ext[] = "keyUsage=digitalSignature\nextendedKeyUsage=emailProtection\n";
	X509 *x;
	int n;

	(void)state;
	GOOD(signature_open(&roots, e));
	for (size_t i = 0; i < COUNT(names); i++)
		path_of(path[i], names[i]);
	file_put(site.dir, "ext", ext, strlen(ext));
	file_put(site.dir, "words", "words\n", 6);
	JUDGE(&site, "openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", path[0], "-out", path[1], "-subj", "/CN=x");
	JUDGE(&site, "openssl", "x509", "-req", "-in", path[1], "-CA", path[6], "-CAkey", path[7], "-set_serial",
	    "0x12340000000000000000000000000000", "-days", "30", "-extfile", path[3], "-out", path[2]);
	JUDGE(&site, "openssl", "cms", "-sign", "-binary", "-nodetach", "-in", path[4], "-signer", path[2], "-inkey", path[0], "-certfile", path[6],
	    "-outform", "DER", "-out", path[5]);
	JUDGE(&site, "openssl", "cms", "-sign", "-binary", "-nodetach", "-in", path[4], "-signer", path[2], "-inkey", path[0],
	    "-outform", "DER", "-out", path[8]);
	mail_read(&mail, path[5]);
	mail_read(&bare, path[8]);
	x = site_pem(&site, "crt");
	n = i2d_X509(x, &der);
	SHA256(der, (size_t)n, hash);
	OPENSSL_free(der);
	X509_free(x);
	/* Its issuer is not published yet: who does not bring it is nobody. */
	assert_true(is_good(span_buf(&mail), &by));
	assert_false(is_good(span_buf(&bare), &by));
	published_der("signer/robot-mail.crt", "www/issuer-robot-mail.der");
	assert_true(is_good(span_buf(&bare), &by));
	assert_memory_equal(by.sha256, hash, sizeof(hash));
	assert_memory_equal(by.serial, serial, sizeof(serial));
	no_labour(span_buf(&mail));
	x = site_pem(&site, "signer/robot-mail.crt");
	root_revokes(&site, ASN1_STRING_get0_data(X509_get0_serialNumber(x)), 1);
	X509_free(x);
	published("signer/root.crl", "www/crl/root.crl");
	assert_false(is_good(span_buf(&mail), &by));
	assert_false(is_good(span_buf(&bare), &by));
	/* A list that cannot be read just now leaves what was read before. */
	published("words", "www/crl/root.crl");
	assert_false(is_good(span_buf(&mail), &by));
	signature_drop(&roots);
}

static int
start(void **state)
{
	char path[256];

	(void)state;
	site_make(&site, self, NULL, 0);
	path_of(path, "www");
	assert_int_equal(mkdir(path, 0700), 0);
	path_of(path, "www/crl");
	assert_int_equal(mkdir(path, 0700), 0);
	published_der("signer/root.crt", "www/root.der");
	published("signer/root.crl", "www/crl/root.crl");
	return chdir(site.dir);
}

static int
end(void **state)
{
	(void)state;
	site_remove(&site);
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(by_whom) };

	(void)argc;
	self = argv[0];
	return cmocka_run_group_tests(tests, start, end);
}
