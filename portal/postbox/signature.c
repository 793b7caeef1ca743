#include "ledger/base/log.h"
#include "ledger/base/wipe.h"
#include "portal/base/crypto_memory.h"
#include "portal/postbox/signature.h"
#include <dirent.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sodium.h>
#include <string.h>

#define FOLDER	"www"
#define ISSUERS	"issuer-"
#define LIST	FOLDER "/crl/root.crl"

struct signature_roots { X509_STORE *store; };

static void
x509_drop(X509 **x)
{
	X509_free(*x);
}

static bool
add(struct signature_roots *r, const char *name, struct err *e)
{
	char path[300];
	DROP(x509_drop) X509 *x = NULL;
	FILE *f;

	snprintf(path, sizeof(path), FOLDER "/%s", name);
	f = fopen(path, "rbe");
	if (f == NULL)
		return FAIL(e, ERR_ABSENT, "%.80s cannot be read", path);
	x = d2i_X509_fp(f, NULL);
	fclose(f);
	return (x != NULL && X509_STORE_add_cert(r->store, x) == 1) || FAIL(e, ERR_INPUT, "%.80s is no certificate", path);
}

static void list_drop(X509_CRL **c) { X509_CRL_free(*c); }

static bool
add_list(struct signature_roots *r, struct err *e)
{
	DROP(list_drop) X509_CRL *list = NULL;
	FILE *f = fopen(LIST, "rbe");

	if (f == NULL)
		return FAIL(e, ERR_ABSENT, LIST " cannot be read");
	list = d2i_X509_CRL_fp(f, NULL);
	fclose(f);
	return (list != NULL && X509_STORE_add_crl(r->store, list) == 1) || FAIL(e, ERR_INPUT, LIST " is no list");
}

/* Of issuers the root's list is asked, be it as old as it may; of members' certificates the register, which knows more. */
static int
judge(int good, X509_STORE_CTX *at)
{
	int why = X509_STORE_CTX_get_error(at);

	return good || why == X509_V_ERR_CRL_HAS_EXPIRED ||
	    (why == X509_V_ERR_UNABLE_TO_GET_CRL && X509_STORE_CTX_get_error_depth(at) == 0);
}

static bool
is_issuer(const char *name)
{
	size_t n = strlen(name);

	return strncmp(name, ISSUERS, strlen(ISSUERS)) == 0 && n > 4 && strcmp(name + n - 4, ".der") == 0;
}

static bool
add_issuers(struct signature_roots *r, struct err *e)
{
	DIR *d = opendir(FOLDER);
	struct dirent *entry;
	bool good = d != NULL || FAIL(e, ERR_ABSENT, FOLDER " cannot be read");

	while (good && (entry = readdir(d)) != NULL)
		good = !is_issuer(entry->d_name) || add(r, entry->d_name, e);
	if (d != NULL)
		closedir(d);
	return good;
}

bool
signature_open(struct signature_roots **out, struct err *e)
{
	DROP(signature_drop) struct signature_roots *r = calloc(1, sizeof(*r));

	*out = NULL;
	if (r == NULL || (r->store = X509_STORE_new()) == NULL)
		return FAIL(e, ERR_MEMORY, "roots");
	X509_STORE_set_verify_cb(r->store, judge);
	if (X509_STORE_set_flags(r->store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL) != 1)
		return FAIL(e, ERR_MEMORY, "roots");
	TRY(add_list(r, e));
	TRY(add(r, "root.der", e));
	TRY(add_issuers(r, e));
	*out = r;
	r = NULL;
	return true;
}

void
signature_drop(struct signature_roots **r)
{
	if (*r != NULL)
		X509_STORE_free((*r)->store);
	wipe_free(*r);
	*r = NULL;
}

/* The serial as 16 bytes, in front of which ours have no more. */
static bool
serial_of(X509 *x, unsigned char into[SIGNATURE_SERIAL])
{
	const ASN1_INTEGER *n = X509_get0_serialNumber(x);
	BIGNUM *v = ASN1_INTEGER_to_BN(n, NULL);
	bool good = v != NULL && !BN_is_negative(v) && BN_bn2binpad(v, into, SIGNATURE_SERIAL) == SIGNATURE_SERIAL;

	BN_free(v);
	return good;
}

static CMS_SignerInfo *
the_signer(CMS_ContentInfo *cms)
{
	STACK_OF(CMS_SignerInfo) *all = CMS_get0_SignerInfos(cms);

	return all != NULL && sk_CMS_SignerInfo_num(all) == 1 ? sk_CMS_SignerInfo_value(all, 0) : NULL;
}

/* Into the next element of what OpenSSL wrote, or behind it; false: it has another tag. */
static bool
step(const unsigned char **at, const unsigned char **end, int tag, bool into)
{
	const unsigned char *p = *at;
	int got, class;
	long n;

	if ((ASN1_get_object(&p, &n, &got, &class, *end - *at) & 0x80) != 0 || got != tag)
		return false;
	*end = into ? p + n : *end;
	*at = into ? p : p + n;
	return true;
}

/*
 * Each digest that a message names is made of the whole content and looked through for each other one, before it is
 * known whether anybody signed: 100,000 of them, in a mail like any, took minutes.  One signer makes one.
 */
static bool
one_digest(CMS_ContentInfo *cms)
{
	unsigned char *der = NULL;
	int n = i2d_CMS_ContentInfo(cms, &der);		/* what came may have been BER */
	const unsigned char *at = der, *end = n > 0 ? der + n : der;
	bool one = n > 0 && step(&at, &end, V_ASN1_SEQUENCE, true) && step(&at, &end, V_ASN1_OBJECT, false) &&
	    step(&at, &end, 0, true) && step(&at, &end, V_ASN1_SEQUENCE, true) && step(&at, &end, V_ASN1_INTEGER, false) &&
	    step(&at, &end, V_ASN1_SET, true) && step(&at, &end, V_ASN1_SEQUENCE, false) && at == end;

	OPENSSL_free(der);
	return one;
}

/* Their order is signed as well, and so are they as they are encoded here. */
static bool
mark_of(CMS_ContentInfo *cms, struct signature *by)
{
	CMS_SignerInfo *one = the_signer(cms);
	int n = one == NULL ? 0 : CMS_signed_get_attr_count(one);
	crypto_generichash_state s;

	crypto_generichash_init(&s, NULL, 0, SIGNATURE_MARK);
	crypto_generichash_update(&s, by->serial, SIGNATURE_SERIAL);
	for (int i = 0; i < n; i++) {
		unsigned char *der = NULL;
		int len = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(one, i), &der);

		if (len <= 0)
			return false;
		crypto_generichash_update(&s, der, (unsigned long long)len);
		OPENSSL_free(der);
	}
	crypto_generichash_final(&s, by->mark, SIGNATURE_MARK);
	return n > 0;
}

/* Signed not long ago, by its own signed word (RFC 5652 section 11.3); a day off for a clock that is wrong. */
static bool
is_recent(CMS_ContentInfo *cms, int64_t now)
{
	CMS_SignerInfo *one = the_signer(cms);
	X509_ATTRIBUTE *a = one == NULL ? NULL : CMS_signed_get_attr(one, CMS_signed_get_attr_by_NID(one, NID_pkcs9_signingTime, -1));
	const ASN1_TYPE *v = a == NULL ? NULL : X509_ATTRIBUTE_get0_type(a, 0);
	const ASN1_TIME *at = v == NULL ? NULL : v->type == V_ASN1_UTCTIME ? v->value.utctime :
	    v->type == V_ASN1_GENERALIZEDTIME ? v->value.generalizedtime : NULL;

	return at != NULL && ASN1_TIME_cmp_time_t(at, (time_t)(now - SIGNATURE_AGE)) == 1 &&
	    ASN1_TIME_cmp_time_t(at, (time_t)(now + 86400)) == -1;
}

static bool
one_signer(CMS_ContentInfo *cms, struct signature *by)
{
	STACK_OF(X509) *signers = CMS_get0_signers(cms);
	bool good = signers != NULL && sk_X509_num(signers) == 1 && serial_of(sk_X509_value(signers, 0), by->serial) &&
	    X509_digest(sk_X509_value(signers, 0), EVP_sha256(), by->sha256, NULL) == 1;

	sk_X509_free(signers);
	return good;
}

static void
held_add(struct buf *into, BIO *content)
{
	char *p = NULL;
	long n = BIO_get_mem_data(content, &p);

	if (n > 0)
		buf_add(into, p, (size_t)n);
}

/* The content that stands in it, whoever signed that. */
static void
content_add(struct buf *into, CMS_ContentInfo *cms)
{
	ASN1_OCTET_STRING **content = CMS_get0_content(cms);

	if (content != NULL && *content != NULL && CMS_get0_type(cms) != NULL && OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed)
		buf_add(into, ASN1_STRING_get0_data(*content), (size_t)ASN1_STRING_length(*content));
}

/* Another issuer may have been made, or one revoked, since the last mail.  What can't be read stays as it was. */
static void
read_anew(struct signature_roots *r)
{
	DROP(signature_drop) struct signature_roots *now = NULL;
	struct err e = {0};
	X509_STORE *was = r->store;

	if (!signature_open(&now, &e)) {
		log_err("roots and issuers", &e);
		return;
	}
	r->store = now->store;
	now->store = was;
}

bool
signature_check(struct signature_roots *r, struct span message, struct span covered, int64_t now, struct buf *held, bool *good,
    struct signature *by, struct err *e)
{
	const unsigned char *p = message.p;

	(void)crypto_memory_short();

	CMS_ContentInfo *cms = message.len == 0 || message.len > SIGNATURE_MOST ? NULL : d2i_CMS_ContentInfo(NULL, &p, (long)message.len);
	BIO *in = NULL, *out = BIO_new(BIO_s_mem());
	X509_VERIFY_PARAM *param;

	*good = false;
	*by = (struct signature){0};
	if (cms == NULL || out == NULL || OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed)
		goto out;
	if (covered.len > 0 && (in = BIO_new_mem_buf(covered.p, (int)covered.len)) == NULL)
		goto out;
	read_anew(r);
	param = X509_STORE_get0_param(r->store);
	X509_VERIFY_PARAM_set_time(param, (time_t)now);
	if (X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SMIME_SIGN) != 1)
		goto out;
	*good = the_signer(cms) != NULL && one_digest(cms) && CMS_verify(cms, NULL, r->store, in, out, CMS_BINARY) == 1 && one_signer(cms, by) &&
	    is_recent(cms, now) && mark_of(cms, by);
	if (covered.len == 0) {
		if (*good)
			held_add(held, out);
		else
			content_add(held, cms);
	}
out:
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	BIO_free(out);
	ERR_clear_error();
	return !crypto_memory_short() || FAIL(e, ERR_MEMORY, "signature");
}
