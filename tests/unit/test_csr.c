/* Requests as people paste them: every specimen and what is said of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <dirent.h>
#include <string.h>
#include <cmocka.h>
#include "portal/signer/csr.h"

#define FOLDER	"tests/specimens/csr/"

static const struct {
	const char *file;
	enum csr_verdict verdict;
	const char *key, *names;	/* when it is good: key and "dns:a mail:b other:c" */
} cases[] = {
	{ "good-p256.pem", CSR_GOOD, "ECDSA P-256", "dns:www.example.org dns:example.org dns:*.example.org" },
	{ "good-p384.pem", CSR_GOOD, "ECDSA P-384", "dns:www.example.org" },
	{ "good-p521.der", CSR_GOOD, "ECDSA P-521", "dns:www.example.org" },
	{ "good-ed25519.pem", CSR_GOOD, "Ed25519", "mail:ada@example.org" },
	{ "good-rsa2048.pem", CSR_GOOD, "RSA 2048", "dns:www.example.org" },
	{ "good-rsa3072.der", CSR_GOOD, "RSA 3072", "mail:ada@example.org" },
	{ "good-text-around.txt", CSR_GOOD, "ECDSA P-256", "dns:www.example.org" },
	{ "good-no-names.pem", CSR_GOOD, "ECDSA P-256", "" },
	{ "odd-person.pem", CSR_NAMES_ODD, "ECDSA P-256", "other:Ada Lovelace dns:www.example.org other:192.0.2.1" },
	{ "odd-underscore.pem", CSR_NAMES_ODD, "ECDSA P-256", "other:under_score.example.org" },
	{ "odd-a-label.pem", CSR_NAMES_ODD, "ECDSA P-256", "dns:xn--bcher-kva.example.org other:xn--zzzzz-9.example.org"
	    " dns:xn--ls8h.example.org other:2.0.192.in-addr.arpa mail:ada@xn--ls8h.example.org" },
	{ "odd-address.pem", CSR_NAMES_ODD, "ECDSA P-256", "dns:www.example.org other:192.0.2.1 other:2001:db8::1 other:http://example.org/" },
	{ "many-names.der", CSR_NAMES_MANY, NULL, NULL },
	{ "garbage-empty.txt", CSR_GARBAGE, NULL, NULL },
	{ "garbage-words.txt", CSR_GARBAGE, NULL, NULL },
	{ "garbage-base64.pem", CSR_GARBAGE, NULL, NULL },
	{ "garbage-cut.der", CSR_GARBAGE, NULL, NULL },
	{ "garbage-trailing.der", CSR_GARBAGE, NULL, NULL },
	{ "garbage-long-length.der", CSR_GARBAGE, NULL, NULL },
	{ "garbage-public-key.pem", CSR_GARBAGE, NULL, NULL },
	{ "several.pem", CSR_SEVERAL, NULL, NULL },
	{ "certificate.pem", CSR_CERTIFICATE, NULL, NULL },
	{ "certificate.der", CSR_CERTIFICATE, NULL, NULL },
	{ "signature.der", CSR_SIGNATURE, NULL, NULL },
	{ "private-pkcs8.pem", CSR_PRIVATE_KEY, NULL, NULL },
	{ "private-pkcs8.der", CSR_PRIVATE_KEY, NULL, NULL },
	{ "private-pkcs1.der", CSR_PRIVATE_KEY, NULL, NULL },
	{ "private-sec1.der", CSR_PRIVATE_KEY, NULL, NULL },
	{ "private-pkcs12.der", CSR_PRIVATE_KEY, NULL, NULL },
	{ "private-encrypted.pem", CSR_PRIVATE_KEY, NULL, NULL },
	{ "private-encrypted.der", CSR_PRIVATE_KEY, NULL, NULL },
	{ "private-unlabelled.txt", CSR_PRIVATE_KEY, NULL, NULL },
	{ "private-wrong-label.pem", CSR_PRIVATE_KEY, NULL, NULL },
	{ "private-with-request.pem", CSR_PRIVATE_KEY, NULL, NULL },
	{ "private-behind-request.der", CSR_PRIVATE_KEY, NULL, NULL },
	{ "kind-secp256k1.pem", CSR_KEY_KIND, NULL, NULL },
	{ "kind-ed448.pem", CSR_KEY_KIND, NULL, NULL },
	{ "kind-rsa-pss.pem", CSR_KEY_KIND, NULL, NULL },
	{ "kind-explicit-curve.pem", CSR_KEY_KIND, NULL, NULL },
	{ "kind-off-curve.der", CSR_KEY_KIND, NULL, NULL },
	{ "kind-compressed.der", CSR_KEY_KIND, NULL, NULL },
	{ "kind-rsa-padded.der", CSR_KEY_KIND, NULL, NULL },
	{ "small-rsa1024.pem", CSR_KEY_SMALL, NULL, NULL },
	{ "small-rsa2047.der", CSR_KEY_SMALL, NULL, NULL },
	{ "large-rsa8200.der", CSR_KEY_LARGE, NULL, NULL },
	{ "exponent-3.der", CSR_KEY_EXPONENT, NULL, NULL },
	{ "exponent-even.der", CSR_KEY_EXPONENT, NULL, NULL },
	{ "exponent-huge.der", CSR_KEY_EXPONENT, NULL, NULL },
	{ "weak-even.der", CSR_KEY_WEAK, NULL, NULL },
	{ "weak-factor-751.der", CSR_KEY_WEAK, NULL, NULL },
	{ "weak-size-2052.der", CSR_KEY_WEAK, NULL, NULL },
	{ "weak-close-primes.der", CSR_KEY_WEAK, NULL, NULL },
	{ "weak-square.der", CSR_KEY_WEAK, NULL, NULL },
	{ "weak-ed25519-neutral.der", CSR_KEY_WEAK, NULL, NULL },
	{ "roca-2048.der", CSR_KEY_ROCA, NULL, NULL },
	{ "known.pem", CSR_KEY_KNOWN, NULL, NULL },
	{ "long.txt", CSR_TOO_LONG, NULL, NULL },
};

static struct weak_keys *weak;

static struct span
specimen(const char *file)
{
	static unsigned char bytes[CSR_MAX + 100];
	char path[256];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), FOLDER "%s", file);
	f = fopen(path, "re");
	if (f == NULL)
		fail_msg("%s", path);
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	return span_of(bytes, n);
}

static void
test_specimens(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		DROP(csr_wipe) struct csr c = {0};
		DROP(buf_wipe) struct buf names = {0};
		struct err e = {0};

		if (!csr_check(&c, specimen(cases[i].file), weak, &e))
			fail_msg("%s: %s", cases[i].file, e.text);
		if (c.verdict != cases[i].verdict)
			fail_msg("%s: verdict %d, not %d", cases[i].file, c.verdict, cases[i].verdict);
		if (cases[i].key == NULL) {		/* nothing comes back of what was refused */
			assert_int_equal(c.der.len, 0);
			assert_int_equal(c.name_count, 0);
			continue;
		}
		for (unsigned k = 0; k < c.name_count; k++)
			buf_fmt(&names, "%s%s:%s", k == 0 ? "" : " ", c.names[k].kind == NAME_DNS ? "dns" :
			    c.names[k].kind == NAME_MAIL ? "mail" : "other", c.names[k].text);
		assert_string_equal(names.data == NULL ? "" : names.data, cases[i].names);
		assert_string_equal(c.key, cases[i].key);
		assert_true(csr_spki(span_buf(&c.der)).len > 40);
	}
}

/* No specimen lies there unused. */
static void
test_all_used(void **state)
{
	DIR *d = opendir(FOLDER);

	(void)state;
	assert_non_null(d);
	for (struct dirent *f; (f = readdir(d)) != NULL; ) {
		bool used = f->d_name[0] == '.' || strcmp(f->d_name, "make.py") == 0 ||
		    strcmp(f->d_name, "weak") == 0;

		for (size_t i = 0; i < COUNT(cases); i++)
			used = used || strcmp(f->d_name, cases[i].file) == 0;
		if (!used)
			fail_msg("%s is in no case", f->d_name);
	}
	closedir(d);
}

/* Every byte flipped and every length cut: never a crash, never a key taken for another. */
static void
test_mutations(void **state)
{
	static const char *const files[] = { "good-p256.pem", "good-p521.der", "good-ed25519.pem" };

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		struct span whole = specimen(files[i]);
		unsigned char *copy = malloc(whole.len);

		assert_non_null(copy);
		for (size_t at = 0; at < whole.len; at++) {
			DROP(csr_wipe) struct csr c = {0};

			memcpy(copy, whole.p, whole.len);
			copy[at] ^= 0x41;
			assert_true(csr_check(&c, span_of(copy, whole.len), NULL, NULL));
			csr_wipe(&c);
			assert_true(csr_check(&c, span_of(copy, at), NULL, NULL));
			if (at + 1 < whole.len)		/* the last may be a newline */
				assert_int_not_equal(c.verdict, CSR_GOOD);
		}
		free(copy);
	}
}

static const struct { const char *text; bool yes; } secrets[] = {
	{ "-----BEGIN OPENSSH PRIVATE KEY-----", true },
	{ "-----begin rsa private key-----", true },
	{ "PuTTY-User-Key-File-3: ssh-ed25519", true },
	{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"d\":\"abc\"}", true },
	{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"abc\"}", false },
	{ "my key is private", false },
};

static void
test_secrets(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(secrets); i++) {
		DROP(csr_wipe) struct csr c = {0};

		assert_true(csr_check(&c, span_text(secrets[i].text), NULL, NULL));
		if ((c.verdict == CSR_PRIVATE_KEY) != secrets[i].yes)
			fail_msg("%s", secrets[i].text);
	}
}

static int
start(void **state)
{
	struct err e = {0};

	(void)state;
	if (!weak_keys_open(&weak, FOLDER "weak", &e))
		fail_msg("%s", e.text);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	weak_keys_drop(&weak);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_specimens), cmocka_unit_test(test_all_used),
		cmocka_unit_test(test_mutations), cmocka_unit_test(test_secrets),
	};

	return cmocka_run_group_tests(tests, start, end);
}
