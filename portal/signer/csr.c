#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <sodium.h>
#include <string.h>
#include "ledger/base/wipe.h"
#include "portal/base/crypto_memory.h"
#include "portal/signer/csr.h"
#include "portal/signer/names.h"

/* ---- private keys ---- */

static bool
oid_starts(struct span oid, const unsigned char *prefix, size_t n)
{
	return oid.len > n && memcmp(oid.p, prefix, n) == 0;
}

/* PBES1/PBES2 and the PKCS#12 ciphers: an EncryptedPrivateKeyInfo. */
static bool
encrypted_key(struct span in)
{
	static const unsigned char pkcs5[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5 };
	static const unsigned char pkcs12[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1 };
	struct span alg = der_take(&in, DER_SEQUENCE), oid = der_take(&alg, DER_OID);

	(void)der_take(&in, DER_OCTETS);
	return !in.bad && !alg.bad &&
	    (oid_starts(oid, pkcs5, sizeof(pkcs5)) || oid_starts(oid, pkcs12, sizeof(pkcs12)));
}

/* version INTEGER, then what follows tells PKCS#1 and DSA, PKCS#8, SEC 1 and PKCS#12 apart. */
static bool
plain_key(struct span in)
{
	static const unsigned char pkcs7[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7 };
	struct span version = der_take(&in, DER_INTEGER), after = in, field, alg, oid;
	unsigned tag, integers = 0;

	if (in.bad || version.len != 1 || version.p[0] > 3)
		return false;
	if (der_peek(&after, DER_OCTETS)) {		/* SEC 1 */
		field = der_take(&after, DER_OCTETS);
		return !after.bad && field.len >= 16 && (after.len == 0 || (after.p[0] & 0xe0) == 0xa0);
	}
	if (der_peek(&after, DER_SEQUENCE)) {
		alg = der_take(&after, DER_SEQUENCE);
		if (after.bad || !der_peek(&alg, DER_OID))
			return false;
		oid = der_take(&alg, DER_OID);
		return der_peek(&after, DER_OCTETS) ||	/* PKCS#8 */
		    (version.p[0] == 3 && oid_starts(oid, pkcs7, sizeof(pkcs7)));
	}
	while (der_next(&after, &tag, &field, NULL) && tag == DER_INTEGER)
		integers++;
	return !after.bad && integers >= 5;		/* PKCS#1, DSA */
}

/* At any offset: keys are also found behind a request or inside an attribute. */
static bool
der_holds_key(struct span in)
{
	for (size_t i = 0; i + 8 < in.len; i++) {
		struct span at = span_of(in.p + i, in.len - i), body;
		unsigned tag;

		if (at.p[0] != DER_SEQUENCE || !der_next(&at, &tag, &body, NULL))
			continue;
		if (plain_key(body) || encrypted_key(body))
			return true;
	}
	return false;
}

static const unsigned char *
find(struct span in, const char *what)
{
	return in.len == 0 ? NULL : memmem(in.p, in.len, what, strlen(what));
}

static bool
find_any_case(struct span in, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i + n <= in.len; i++)
		if (strncasecmp((const char *)in.p + i, what, n) == 0)
			return true;
	return false;
}

/* The base64 text in[0..len) to bytes appended to *into; false when it is none, or into->failed. */
static bool
base64(struct buf *into, struct span in)
{
	unsigned char *bytes = in.len == 0 ? NULL : malloc(in.len);
	size_t n = 0;
	bool ok;

	into->failed = into->failed || (bytes == NULL && in.len > 0);
	ok = bytes != NULL && sodium_base642bin(bytes, in.len, (const char *)in.p, in.len,
	    " \t\r\n", &n, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 && n > 0;

	if (ok)
		buf_add(into, bytes, n);
	wipe_free(bytes);
	return ok && !into->failed;
}

/* ---- PEM ---- */

struct pem { struct span label, text; bool ended; };	/* ended: by a line of the same label */

/* The next -----BEGIN label----- text -----END ...; *in moves behind it. */
static bool
pem_next(struct span *in, struct pem *p)
{
	const unsigned char *begin = find(*in, "-----BEGIN "), *end, *stop;

	if (begin == NULL)
		return false;
	end = in->p + in->len;
	begin += 11;
	p->label = span_of(begin, (size_t)(end - begin));
	stop = find(p->label, "-----");
	if (stop == NULL)
		return false;
	p->label.len = (size_t)(stop - begin);
	p->text = span_of(stop + 5, (size_t)(end - stop) - 5);
	stop = find(p->text, "-----END ");
	if (stop != NULL)
		p->text.len = (size_t)(stop - p->text.p);
	*in = span_of(p->text.p + p->text.len, (size_t)(end - p->text.p) - p->text.len);
	p->ended = false;
	if (stop != NULL) {
		*in = span_of(in->p + 9, in->len - 9);
		p->ended = in->len >= p->label.len + 5 && memcmp(in->p, p->label.p, p->label.len) == 0 &&
		    memcmp(in->p + p->label.len, "-----", 5) == 0;
	}
	return true;
}

/* *failed: there was no memory to look everywhere. */
static bool
holds_private_key(struct span input, bool *failed)
{
	struct span rest = input;
	struct buf bytes = {0};
	struct pem p;
	bool found = find_any_case(input, "PRIVATE KEY") || find_any_case(input, "PuTTY-User-Key-File") ||
	    (find(input, "\"kty\"") != NULL && find(input, "\"d\"") != NULL) || der_holds_key(input);

	while (!found && pem_next(&rest, &p)) {
		buf_reset(&bytes);
		found = base64(&bytes, p.text) && der_holds_key(span_buf(&bytes));
		*failed = *failed || bytes.failed;
	}
	buf_reset(&bytes);
	if (!found && base64(&bytes, input))		/* without its BEGIN line */
		found = der_holds_key(span_buf(&bytes));
	*failed = *failed || bytes.failed;
	buf_wipe(&bytes);
	return found;
}

/* Text as some editors save it, two bytes a sign: PEM has no sign beyond ASCII. */
static bool
is_utf16(struct span s)
{
	return s.len >= 2 && (s.p[0] == 0 || s.p[1] == 0 || (s.p[0] == 0xff && s.p[1] == 0xfe) ||
	    (s.p[0] == 0xfe && s.p[1] == 0xff));
}

static bool
holds_key_in_any_coding(struct span input, bool *failed)
{
	DROP(buf_wipe) struct buf plain = {0};

	if (holds_private_key(input, failed))
		return true;
	if (!is_utf16(input))
		return false;
	for (size_t i = 0; i < input.len; i++)
		if (input.p[i] > 0 && input.p[i] < 0x80)
			pack_u8(&plain, input.p[i]);
	*failed = *failed || plain.failed;
	return holds_private_key(span_buf(&plain), failed);
}

bool
csr_holds_private_key(struct span input)
{
	bool failed = false;

	return holds_key_in_any_coding(input, &failed) || failed;
}

static bool
label_is(const struct pem *p, const char *label)
{
	return span_same(p->label, span_text(label));
}

/* CSR_GOOD: *der has the request. */
static enum csr_verdict
unwrap(struct buf *der, struct span in)
{
	struct pem p, second;

	if (in.len > 0 && in.p[0] == DER_SEQUENCE) {
		buf_add(der, in.p, in.len);
		return CSR_GOOD;
	}
	if (!pem_next(&in, &p))
		return CSR_GARBAGE;
	if (pem_next(&in, &second))
		return CSR_SEVERAL;
	if (label_is(&p, "CERTIFICATE") || label_is(&p, "X509 CERTIFICATE") ||
	    label_is(&p, "TRUSTED CERTIFICATE"))
		return CSR_CERTIFICATE;
	if (!label_is(&p, "CERTIFICATE REQUEST") && !label_is(&p, "NEW CERTIFICATE REQUEST"))
		return CSR_GARBAGE;
	return p.ended && base64(der, p.text) ? CSR_GOOD : CSR_GARBAGE;
}

/* ---- the request ---- */

/* RFC 2986 section 4: { { 0, name, key, [0] attributes }, algorithm, signature }. */
struct span
csr_spki(struct span der)
{
	struct span whole = der_take(&der, DER_SEQUENCE), info = der_take(&whole, DER_SEQUENCE);
	struct span version = der_take(&info, DER_INTEGER), spki;

	(void)der_take(&info, DER_SEQUENCE);
	spki = der_whole(&info, DER_SEQUENCE);
	if (info.len > 0)
		(void)der_take(&info, DER_INSIDE(0));
	(void)der_take(&whole, DER_SEQUENCE);
	(void)der_take(&whole, DER_BITS);
	if (der.bad || whole.bad || info.bad || der.len != 0 || whole.len != 0 || info.len != 0 ||
	    version.len != 1 || version.p[0] != 0)
		return span_of(NULL, 0);
	return spki;
}

static bool
is_certificate(struct span der)
{
	const unsigned char *at = der.p;
	X509 *x = d2i_X509(NULL, &at, (long)der.len);

	X509_free(x);
	ERR_clear_error();
	return x != NULL;
}

static void
lower(char *s)
{
	for (; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s + ('a' - 'A'));
}

/* Printable enough to be shown to who sent it. */
static bool
showable(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
			return false;
	return n > 0 && utf8_ok(s, n);
}

static void
name_add(struct csr *c, const char *s, size_t n)
{
	struct ticket_name name = {0};
	char *at;

	if (c->verdict == CSR_NAMES_MANY)
		return;
	if (n >= sizeof(name.text) || !showable(s, n)) {
		c->verdict = CSR_NAMES_ODD;
		return;
	}
	memcpy(name.text, s, n);
	at = strchr(name.text, '@');
	lower(at != NULL ? at : name.text);
	name.kind = name_is_dns(name.text, n) ? NAME_DNS : name_is_mail(name.text, n) ? NAME_MAIL : 0;
	if (name.kind == 0) {
		memcpy(name.text, s, n);
		c->verdict = CSR_NAMES_ODD;
	}
	for (unsigned i = 0; i < c->name_count; i++)
		if (strcmp(c->names[i].text, name.text) == 0)
			return;
	if (c->name_count == TICKET_NAMES)
		c->verdict = CSR_NAMES_MANY;
	else
		c->names[c->name_count++] = name;
}

/* An address of four or sixteen bytes as people write it, so that they see it was dropped. */
static void
address_add(struct csr *c, const ASN1_OCTET_STRING *a)
{
	int n = ASN1_STRING_length(a);
	char text[INET6_ADDRSTRLEN];

	if ((n == 4 || n == 16) &&
	    inet_ntop(n == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(a), text, sizeof(text)) != NULL)
		name_add(c, text, strlen(text));
	if (c->verdict == CSR_GOOD)
		c->verdict = CSR_NAMES_ODD;
}

static void
subject_names(struct csr *c, const X509_NAME *subject)
{
	static const int types[] = { NID_commonName, NID_pkcs9_emailAddress };

	for (size_t t = 0; t < COUNT(types); t++)
		for (int i = -1; (i = X509_NAME_get_index_by_NID(subject, types[t], i)) >= 0; ) {
			unsigned char *s = NULL;
			int n = ASN1_STRING_to_UTF8(&s, X509_NAME_ENTRY_get_data(
			    X509_NAME_get_entry(subject, i)));

			if (n >= 0)
				name_add(c, (const char *)s, (size_t)n);
			else if (c->verdict == CSR_GOOD)
				c->verdict = CSR_NAMES_ODD;
			OPENSSL_free(s);
		}
}

static void
alternative_names(struct csr *c, X509_REQ *req)
{
	STACK_OF(X509_EXTENSION) *list = X509_REQ_get_extensions(req);
	GENERAL_NAMES *names = list == NULL ? NULL :
	    X509V3_get_d2i(list, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; names != NULL && i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(names, i);

		if (g->type == GEN_DNS || g->type == GEN_EMAIL || g->type == GEN_URI)
			name_add(c, (const char *)ASN1_STRING_get0_data(g->d.ia5),
			    (size_t)ASN1_STRING_length(g->d.ia5));
		else if (g->type == GEN_IPADD)
			address_add(c, g->d.iPAddress);
		else if (c->verdict == CSR_GOOD)
			c->verdict = CSR_NAMES_ODD;
	}
	GENERAL_NAMES_free(names);
	sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
}

static enum csr_verdict
request_check(struct csr *c)
{
	const unsigned char *at = (const unsigned char *)c->der.data;
	X509_REQ *req = d2i_X509_REQ(NULL, &at, (long)c->der.len);
	EVP_PKEY *key = req == NULL ? NULL : X509_REQ_get0_pubkey(req);

	if (req == NULL)
		c->verdict = CSR_GARBAGE;
	else if (key == NULL)
		c->verdict = CSR_KEY_KIND;
	else if (X509_REQ_verify(req, key) != 1)
		c->verdict = CSR_SIGNATURE;
	else {
		subject_names(c, X509_REQ_get_subject_name(req));
		alternative_names(c, req);
	}
	X509_REQ_free(req);
	ERR_clear_error();
	return c->verdict;
}

static enum csr_verdict
judge(struct csr *c, struct span input, const struct weak_keys *weak)
{
	enum csr_verdict v;
	struct span spki;
	unsigned bits;

	if (input.len > CSR_MAX)
		return CSR_TOO_LONG;
	if (holds_key_in_any_coding(input, &c->der.failed))
		return CSR_PRIVATE_KEY;
	v = unwrap(&c->der, input);
	if (v != CSR_GOOD)
		return v;
	spki = csr_spki(span_buf(&c->der));
	if (spki.len == 0)
		return is_certificate(span_buf(&c->der)) ? CSR_CERTIFICATE : CSR_GARBAGE;
	SHA256(spki.p, spki.len, c->key_hash);
	v = key_check(spki, c->key_hash, weak);
	if (v != CSR_GOOD)
		return v;
	enum key_kind kind = key_kind_of(spki, &bits);

	key_kind_name(kind, bits, c->key);
	c->verdict = CSR_GOOD;
	return request_check(c);
}

bool
csr_check(struct csr *c, struct span input, const struct weak_keys *weak, struct err *e)
{
	memset(c, 0, sizeof(*c));
	(void)crypto_memory_short();
	c->verdict = judge(c, input, weak);
	/* What could not be decoded for want of memory is no fault of the request, and an extension not seen no name less. */
	if (crypto_memory_short())
		c->der.failed = true;
	if (!buf_ok(&c->der, e)) {
		csr_wipe(c);
		return false;
	}
	if (c->verdict != CSR_GOOD && c->verdict != CSR_NAMES_ODD) {
		enum csr_verdict v = c->verdict;

		csr_wipe(c);
		c->verdict = v;
	}
	return true;
}

void
csr_wipe(struct csr *c)
{
	buf_wipe(&c->der);
	sodium_memzero(c, sizeof(*c));
}
