/*
 * portal/ca/ocsp.c - OCSP over HTTP (RFC 6960 appendix A, RFC 5019).
 *
 * The request is parsed here; the signer is asked with the CertID and
 * builds the response.  Requests are never logged.  Only the first CertID is
 * answered, as RFC 5019 allows; a nonce is echoed by the signer, and one of no
 * length or over 128 bytes makes the request malformed (RFC 9654 section 2.1).
 */
#include <openssl/ocsp.h>
#include <sodium.h>
#include <string.h>
#include <time.h>
#include "portal/base/crypto_memory.h"
#include "portal/ca/routes.h"
#include "portal/signer/op.h"
#include "privacy/facts/ticket.h"

#define OCSP_REQUEST_MAX 4096	/* bytes of DER */
#define NONCE_MAX	128

static void request_drop(OCSP_REQUEST **r) { OCSP_REQUEST_free(*r); }
static void response_drop(OCSP_RESPONSE **r) { OCSP_RESPONSE_free(*r); }

/* One of the unsigned answers of RFC 6960 section 2.3. */
static bool
plain_answer(struct visit *v, int status, struct err *e)
{
	DROP(response_drop) OCSP_RESPONSE *r = OCSP_response_create(status, NULL);
	unsigned char *der = NULL;
	int n = r == NULL ? -1 : i2d_OCSP_RESPONSE(r, &der);

	if (n < 0)
		return FAIL(e, ERR_CRYPTO, "ocsp: answer");
	buf_add(&v->page, der, (size_t)n);
	OPENSSL_free(der);
	return buf_ok(&v->page, e);
}

static void octets_drop(ASN1_OCTET_STRING **o) { ASN1_OCTET_STRING_free(*o); }

/* The extension's value: one OCTET STRING of 1 to 128 bytes and nothing after it. */
static bool
nonce_ok(const ASN1_OCTET_STRING *value)
{
	const unsigned char *p = ASN1_STRING_get0_data(value), *end = p + ASN1_STRING_length(value);
	DROP(octets_drop) ASN1_OCTET_STRING *inner = d2i_ASN1_OCTET_STRING(NULL, &p, end - p);

	return inner != NULL && p == end && ASN1_STRING_length(inner) >= 1 &&
	    ASN1_STRING_length(inner) <= NONCE_MAX;
}

/* Pack what SIGNER_OCSP takes; false with *status set when the request can't be answered. */
static bool
pack_request(struct buf *in, OCSP_REQUEST *q, int *status)
{
	OCSP_ONEREQ *one = OCSP_request_onereq_get0(q, 0);
	OCSP_CERTID *id = one == NULL ? NULL : OCSP_onereq_get0_id(one);
	int at = OCSP_REQUEST_get_ext_by_NID(q, NID_id_pkix_OCSP_Nonce, -1), n;
	unsigned char hash[32] = {0}, serial[TICKET_SERIAL] = {0}, *der = NULL;
	ASN1_OCTET_STRING *name, *key;
	ASN1_INTEGER *number;
	ASN1_OBJECT *digest;

	*status = OCSP_RESPONSE_STATUS_MALFORMEDREQUEST;
	if (id == NULL || OCSP_id_get0_info(&name, &digest, &key, &number, id) != 1)
		return false;
	if (at >= 0 && !nonce_ok(X509_EXTENSION_get_data(OCSP_REQUEST_get_ext(q, at))))
		return false;
	*status = OCSP_RESPONSE_STATUS_UNAUTHORIZED;
	/* The length says nothing of the sign, and no serial of ours is below zero. */
	if (ASN1_STRING_length(key) > (int)sizeof(hash) || ASN1_STRING_length(name) > (int)sizeof(hash) || ASN1_STRING_length(number) > (int)sizeof(serial) ||
	    ASN1_STRING_type(number) != V_ASN1_INTEGER ||
	    (OBJ_obj2nid(digest) != NID_sha1 && OBJ_obj2nid(digest) != NID_sha256))
		return false;
	memcpy(hash, ASN1_STRING_get0_data(key), (size_t)ASN1_STRING_length(key));
	/* A short serial is right-aligned: it is a number. */
	memcpy(serial + sizeof(serial) - ASN1_STRING_length(number), ASN1_STRING_get0_data(number),
	    (size_t)ASN1_STRING_length(number));
	n = i2d_OCSP_CERTID(id, &der);
	buf_add(in, hash, sizeof(hash));
	pack_u8(in, OBJ_obj2nid(digest) == NID_sha256 ? 2 : 1);
	buf_add(in, serial, sizeof(serial));
	pack_bytes(in, der, n < 0 ? 0 : (size_t)n);
	OPENSSL_free(der);
	if (at >= 0) {
		ASN1_OCTET_STRING *nonce = X509_EXTENSION_get_data(OCSP_REQUEST_get_ext(q, at));

		pack_bytes(in, ASN1_STRING_get0_data(nonce), (size_t)ASN1_STRING_length(nonce));
	} else {
		pack_bytes(in, NULL, 0);
	}
	return n > 0;
}

static void basic_drop(OCSP_BASICRESP **b) { OCSP_BASICRESP_free(*b); }

static int64_t
seconds_of(const ASN1_GENERALIZEDTIME *at)
{
	struct tm tm;

	return ASN1_TIME_to_tm(at, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

/*
 * What RFC 5019 section 6.2 wants beside an answer to GET: its thisUpdate, its nextUpdate, a
 * validator.  Caches go by max-age, which is shorter, so that a revocation shows within the minute.
 */
static bool
keepable(struct visit *v, struct span response, struct err *e)
{
	const unsigned char *p = response.p;
	DROP(response_drop) OCSP_RESPONSE *r = d2i_OCSP_RESPONSE(NULL, &p, (long)response.len);
	DROP(basic_drop) OCSP_BASICRESP *b = r == NULL ? NULL : OCSP_response_get1_basic(r);
	OCSP_SINGLERESP *one = b == NULL ? NULL : OCSP_resp_get0(b, 0);
	ASN1_GENERALIZEDTIME *from = NULL, *until = NULL;
	unsigned char hash[32];

	if (one == NULL || OCSP_single_get0_status(one, NULL, NULL, &from, &until) < 0 || until == NULL)
		return FAIL(e, ERR_CRYPTO, "ocsp: the signer's answer");
	v->cache = "max-age=30, public, no-transform, must-revalidate";
	v->modified = seconds_of(from);
	v->expires = seconds_of(until);
	crypto_hash_sha256(hash, response.p, response.len);
	sodium_bin2hex(v->etag, sizeof(v->etag), hash, (sizeof(v->etag) - 1) / 2);
	return true;
}

/* The signer finds its issuer by the names and keys in the request. */
static bool
answer(struct visit *v, struct span der, struct err *e)
{
	DROP(request_drop) OCSP_REQUEST *q = NULL;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	const unsigned char *p = der.p;
	struct span a, response;
	int status;

	v->type = "application/ocsp-response";
	(void)crypto_memory_short();
	if (der.len == 0 || der.len > OCSP_REQUEST_MAX || (q = d2i_OCSP_REQUEST(NULL, &p, (long)der.len)) == NULL)
		return plain_answer(v, crypto_memory_short() ? OCSP_RESPONSE_STATUS_TRYLATER : OCSP_RESPONSE_STATUS_MALFORMEDREQUEST, e);
	if (!pack_request(&in, q, &status))
		return plain_answer(v, status, e);
	if (!ipc_call(v->signer, SIGNER_OCSP, &in, &out, 5000, e))
		return plain_answer(v, e->kind == ERR_ABSENT ? OCSP_RESPONSE_STATUS_UNAUTHORIZED : OCSP_RESPONSE_STATUS_TRYLATER, e);
	a = span_buf(&out);
	response = unpack_bytes(&a);
	TRY(unpack_end(&a, "ocsp", e));
	if (v->route->method == GET)
		TRY(keepable(v, response, e));
	buf_add(&v->page, response.p, response.len);
	return buf_ok(&v->page, e);
}

bool
ocsp_post(struct visit *v, struct err *e)
{
	return answer(v, v->body, e);
}

bool
ocsp_get(struct visit *v, struct err *e)
{
	unsigned char der[OCSP_REQUEST_MAX];
	size_t n = 0;

	if (strlen(v->tail) > 2 * OCSP_REQUEST_MAX ||
	    sodium_base642bin(der, sizeof(der), v->tail, strlen(v->tail), "\r\n ", &n, NULL,
	    sodium_base64_VARIANT_ORIGINAL) != 0)
		n = 0;
	return answer(v, span_of(der, n), e);
}
