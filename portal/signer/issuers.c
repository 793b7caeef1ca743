#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <unistd.h>
#include "portal/signer/issuers.h"

/* ---- reasons ---- */

static const char *const reasons[] = { [1] = "keyCompromise", [2] = "cACompromise", [4] = "superseded", [5] = "cessationOfOperation" };

const char *
issuer_reason_name(unsigned reason)
{
	return reason < COUNT(reasons) ? reasons[reason] : NULL;
}

uint8_t
issuer_reason_named(const char *name)
{
	for (uint8_t i = 0; i < COUNT(reasons); i++)
		if (reasons[i] != NULL && strcmp(reasons[i], name) == 0)
			return i;
	return 0;
}

/* ---- reading ---- */

struct reading {
	const char	*dir;
	X509		*root;
	X509_CRL	*list;
};

static void
reading_wipe(struct reading *r)
{
	X509_free(r->root);
	X509_CRL_free(r->list);
	ERR_clear_error();
}

static void x509_drop(X509 **x) { X509_free(*x); }

static FILE *
file_of(const struct reading *r, const char *name, const char *end, char path[512])
{
	snprintf(path, 512, "%s/%s.%s", r->dir, name, end);
	return fopen(path, "re");
}

static bool
fail_tamper(const char *path, struct err *e)
{
	return FAIL(e, ERR_TAMPER, "%.60s is not what the root signed: put it back from the ceremony's copy", path);
}

#define LIST_FROM	"put the newest back, of www/crl/root.crl, a backup's root.crl and the ceremony's copy"

static bool
certificate(X509 **into, const struct reading *r, const char *name, char path[512], struct err *e)
{
	FILE *f = file_of(r, name, "crt", path);

	*into = NULL;
	if (f == NULL)
		return FAIL(e, ERR_IO, "%.100s: %s", path, strerror(errno));
	*into = PEM_read_X509(f, NULL, NULL, NULL);
	fclose(f);
	return *into != NULL || FAIL(e, ERR_IO, "no certificate in %.100s", path);
}

static bool
root_read(struct reading *r, struct err *e)
{
	char path[512];
	FILE *f;

	TRY(certificate(&r->root, r, "root", path, e));
	if (X509_verify(r->root, X509_get0_pubkey(r->root)) != 1)
		return fail_tamper(path, e);
	f = file_of(r, "root", "crl", path);
	r->list = f == NULL ? NULL : d2i_X509_CRL_fp(f, NULL);
	if (f != NULL)
		fclose(f);
	if (r->list == NULL)
		return FAIL(e, ERR_IO, "no list in %.60s: " LIST_FROM, path);
	return X509_CRL_verify(r->list, X509_get0_pubkey(r->root)) == 1 ||
	    FAIL(e, ERR_TAMPER, "%.60s is not what the root signed: " LIST_FROM, path);
}

static int64_t
seconds_of(const ASN1_TIME *t)
{
	struct tm tm;

	return ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static void
revocation(const struct reading *r, X509 *x, struct issuer_facts *f)
{
	X509_REVOKED *row = NULL;
	ASN1_ENUMERATED *reason;

	if (X509_CRL_get0_by_cert(r->list, &row, x) == 0)
		return;
	f->revoked_at = seconds_of(X509_REVOKED_get0_revocationDate(row));
	reason = X509_REVOKED_get_ext_d2i(row, NID_crl_reason, NULL, NULL);
	f->reason = reason == NULL ? 0 : (uint8_t)ASN1_ENUMERATED_get(reason);
	ASN1_ENUMERATED_free(reason);
}

static bool
facts_fill(struct issuer_facts *f, X509 *x, struct err *e)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(x);
	unsigned char *der = NULL;
	int n = i2d_X509(x, &der);

	if (n > 0) {
		buf_add(&f->der, der, (size_t)n);
		SHA256(der, (size_t)n, f->sha256);
	}
	OPENSSL_free(der);
	f->not_before = seconds_of(X509_get0_notBefore(x));
	f->not_after = seconds_of(X509_get0_notAfter(x));
	if (n <= 0 || ASN1_STRING_length(serial) != TICKET_SERIAL)
		return FAIL(e, ERR_INPUT, "an issuer's certificate of another shape than ours");
	memcpy(f->serial, ASN1_STRING_get0_data(serial), TICKET_SERIAL);
	return buf_ok(&f->der, e);
}

/* The ceremony's have to be there; of the others those that are. */
static bool
issuer_read(struct issuers *l, const struct reading *r, unsigned number, struct err *e)
{
	struct issuer_facts *f = &l->one[l->count];
	DROP(x509_drop) X509 *x = NULL;
	char name[ISSUER_NAME], path[512];

	issuer_name(name, number);
	snprintf(path, sizeof(path), "%s/%s.crt", r->dir, name);
	if (issuer_generation(number) > 1 && access(path, F_OK) != 0)
		return errno == ENOENT || FAIL(e, ERR_IO, "%.100s: %s", path, strerror(errno));
	TRY(certificate(&x, r, name, path, e));
	if (X509_verify(x, X509_get0_pubkey(r->root)) != 1)
		return fail_tamper(path, e);
	l->count++;
	f->number = number;
	f->newest = true;
	revocation(r, x, f);
	for (size_t i = 0; i + 1 < l->count; i++)
		if (issuer_profile(l->one[i].number) == issuer_profile(number))
			l->one[i].newest = false;
	return facts_fill(f, x, e);
}

static bool
all_read(struct issuers *l, const char *dir, struct err *e)
{
	DROP(reading_wipe) struct reading r = { .dir = dir };

	TRY(root_read(&r, e));
	l->root_not_after = seconds_of(X509_get0_notAfter(r.root));
	for (unsigned generation = 1; generation <= ISSUER_GENERATIONS; generation++)
		for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++)
			TRY(issuer_read(l, &r, issuer_number(p, generation), e));
	return true;
}

bool
issuers_read(struct issuers *l, const char *dir, struct err *e)
{
	memset(l, 0, sizeof(*l));
	if (all_read(l, dir, e))
		return true;
	issuers_wipe(l);
	return false;
}

bool
issuers_judge(struct issuers *l, const char *dir, struct err *e)
{
	DROP(reading_wipe) struct reading r = { .dir = dir };

	TRY(root_read(&r, e));
	for (size_t i = 0; i < l->count; i++) {
		const unsigned char *at = (const unsigned char *)l->one[i].der.data;
		DROP(x509_drop) X509 *x = d2i_X509(NULL, &at, (long)l->one[i].der.len);

		if (x == NULL)
			return FAIL(e, ERR_INPUT, "an issuer's certificate cannot be read");
		revocation(&r, x, &l->one[i]);
	}
	return true;
}

void
issuers_wipe(struct issuers *l)
{
	for (size_t i = 0; i < l->count; i++)
		buf_wipe(&l->one[i].der);
	memset(l, 0, sizeof(*l));
}

const struct issuer_facts *
issuers_get(const struct issuers *l, unsigned number)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->one[i].number == number)
			return &l->one[i];
	return NULL;
}

const struct issuer_facts *
issuers_signing(const struct issuers *l, unsigned profile)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->one[i].newest && issuer_profile(l->one[i].number) == profile)
			return l->one[i].revoked_at == 0 ? &l->one[i] : NULL;
	return NULL;
}
