#include <openssl/bio.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "portal/ca/pem.h"

bool
pem_add(struct buf *into, const char *label, struct span der, struct err *e)
{
	char line[65];

	buf_fmt(into, "-----BEGIN %s-----\n", label);
	for (size_t at = 0; at < der.len; at += 48) {
		size_t n = der.len - at < 48 ? der.len - at : 48;

		sodium_bin2base64(line, sizeof(line), der.p + at, n, sodium_base64_VARIANT_ORIGINAL);
		buf_fmt(into, "%s\n", line);
	}
	buf_fmt(into, "-----END %s-----\n", label);
	return buf_ok(into, e);
}

/* A certificate is a sequence that begins with one (RFC 5280 section 4.1); a key begins with a number. */
static bool
may_be_certificate(struct span der)
{
	size_t head = der.len < 2 ? 2 : der.p[1] < 0x80 ? 2 : 2 + (der.p[1] & 0x7fu);

	return der.len > head && der.p[0] == 0x30 && der.p[head] == 0x30;
}

static void bio_drop(BIO **b) { BIO_free(*b); }

bool
pem_certificate(struct buf *der, struct span typed, struct err *e)
{
	DROP(bio_drop) BIO *b = NULL;
	unsigned char *bytes = NULL;
	long n = 0;

	if (may_be_certificate(typed)) {
		buf_add(der, typed.p, typed.len);
		return buf_ok(der, e);
	}
	if (typed.len == 0 || typed.len > INT32_MAX ||
	    (b = BIO_new_mem_buf(typed.p, (int)typed.len)) == NULL ||
	    PEM_bytes_read_bio(&bytes, &n, NULL, PEM_STRING_X509, b, NULL, NULL) != 1)
		return FAIL(e, ERR_INPUT, "no certificate in %zu bytes", typed.len);
	buf_add(der, bytes, (size_t)n);
	OPENSSL_free(bytes);
	return buf_ok(der, e);
}
