#include <string.h>
#include "portal/signer/ocsp.h"

/* Contents of the AlgorithmIdentifiers; parameters NULL or absent are both met in the field. */
static const struct oid oid_sha1 = { 5, { 0x2b, 0x0e, 3, 2, 0x1a } };
static const struct oid oid_sha256 = { 9, { 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1 } };

bool
ocsp_cert_id(struct span cert_id, unsigned digest, const struct ca_key *issuer,
    struct span *serial, struct err *e)
{
	struct span in = der_take(&cert_id, DER_SEQUENCE), alg = der_take(&in, DER_SEQUENCE);
	struct span oid = der_take(&alg, DER_OID), name, key;
	size_t n = digest == OCSP_SHA1 ? 20 : 32;

	if (alg.len > 0 && der_take(&alg, DER_NULL).len != 0)
		alg.bad = true;
	name = der_take(&in, DER_OCTETS);
	key = der_take(&in, DER_OCTETS);
	*serial = der_take(&in, DER_INTEGER);
	if (cert_id.bad || cert_id.len != 0 || in.bad || in.len != 0 || alg.bad || alg.len != 0 ||
	    serial->len == 0 || (digest != OCSP_SHA1 && digest != OCSP_SHA256) ||
	    !oid_is(digest == OCSP_SHA1 ? &oid_sha1 : &oid_sha256, oid))
		return FAIL(e, ERR_INPUT, "OCSP: not a CertID of that digest");
	if (!span_same(name, span_of(issuer->name_hash[digest - 1], n)) ||
	    !span_same(key, span_of(issuer->key_hash[digest - 1], n)))
		return FAIL(e, ERR_ABSENT, "OCSP: not this issuer");
	return true;
}

bool
ocsp_nonce_ok(struct span nonce)
{
	struct span inner = der_take(&nonce, DER_OCTETS);

	return !nonce.bad && nonce.len == 0 && inner.len >= 1 && inner.len <= 128;
}

static void
single(struct buf *b, const struct ocsp_answer *a)
{
	size_t seq = der_open(b, DER_SEQUENCE), mark;

	buf_add(b, a->cert_id.p, a->cert_id.len);
	if (a->status == OCSP_REVOKED) {
		mark = der_open(b, DER_INSIDE(1));
		der_generalized(b, a->revoked_at);
		if (a->reason != 0) {
			size_t reason = der_open(b, DER_INSIDE(0));

			der_put(b, DER_ENUMERATED, &a->reason, 1);
			der_close(b, reason);
		}
		der_close(b, mark);
	} else {
		der_put(b, DER_CONTEXT(a->status), NULL, 0);
	}
	der_generalized(b, a->this_update);
	mark = der_open(b, DER_INSIDE(0));
	der_generalized(b, a->next_update);
	der_close(b, mark);
	der_close(b, seq);
}

static void
nonce(struct buf *b, struct span n)
{
	size_t outer = der_open(b, DER_INSIDE(1)), list = der_open(b, DER_SEQUENCE);
	size_t ext = der_open(b, DER_SEQUENCE), value;

	der_oid(b, &oid_ocsp_nonce);
	value = der_open(b, DER_OCTETS);
	buf_add(b, n.p, n.len);
	der_close(b, value);
	der_close(b, ext);
	der_close(b, list);
	der_close(b, outer);
}

/* ResponseData: responder by key hash (RFC 6960 section 4.2.1: SHA-1), one answer. */
static void
response_data(struct buf *b, const struct ocsp_answer *a, const struct ca_key *responder)
{
	size_t seq = der_open(b, DER_SEQUENCE), mark = der_open(b, DER_INSIDE(2));

	der_put(b, DER_OCTETS, responder->key_hash[0], 20);
	der_close(b, mark);
	der_generalized(b, a->this_update);
	mark = der_open(b, DER_SEQUENCE);
	single(b, a);
	der_close(b, mark);
	if (a->nonce.len > 0)
		nonce(b, a->nonce);
	der_close(b, seq);
}

bool
ocsp_build(struct buf *into, const struct ocsp_answer *a, struct ca_key *responder,
    struct err *e)
{
	static const unsigned char successful = 0;
	DROP(buf_wipe) struct buf tbs = {0};
	size_t outer, bytes, type, octets, basic, certs;

	response_data(&tbs, a, responder);
	TRY(buf_ok(&tbs, e));
	outer = der_open(into, DER_SEQUENCE);
	der_put(into, DER_ENUMERATED, &successful, 1);
	bytes = der_open(into, DER_INSIDE(0));
	type = der_open(into, DER_SEQUENCE);
	der_oid(into, &oid_ocsp_basic);
	octets = der_open(into, DER_OCTETS);
	basic = der_open(into, DER_SEQUENCE);
	buf_add(into, tbs.data, tbs.len);
	TRY(ca_key_signature(responder, span_buf(&tbs), into, e));
	certs = der_open(into, DER_INSIDE(0));
	der_put(into, DER_SEQUENCE, responder->der.data, responder->der.len);
	der_close(into, certs);
	der_close(into, basic);
	der_close(into, octets);
	der_close(into, type);
	der_close(into, bytes);
	der_close(into, outer);
	return buf_ok(into, e);
}
