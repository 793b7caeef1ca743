#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/buf.h"
#include "portal/web/published.h"

static void file_drop(FILE **f) { if (*f != NULL) fclose(*f); }
static void x509_drop(X509 **x) { X509_free(*x); }

static bool
fingerprint(const X509 *x, const EVP_MD *md, char *into, size_t size)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n;

	if (X509_digest(x, md, digest, &n) != 1 || 2 * (size_t)n + 1 > size)
		return false;
	for (unsigned i = 0; i < n; i++)
		snprintf(into + 2 * i, 3, "%02x", digest[i]);
	return true;
}

/* One attribute of the subject as UTF-8; "" when it has none. */
static void
subject_part(const X509 *x, int nid, char *into, size_t size)
{
	const X509_NAME *name = X509_get_subject_name(x);
	int at = X509_NAME_get_index_by_NID((X509_NAME *)(uintptr_t)name, nid, -1);
	unsigned char *text = NULL;

	into[0] = '\0';
	if (at < 0 || ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at))) < 0)
		return;
	snprintf(into, size, "%s", (const char *)text);
	OPENSSL_free(text);
}

static bool
fill(struct published *p, const X509 *x)
{
	char organisation[72], common[80];
	struct tm tm;

	subject_part(x, NID_organizationName, organisation, sizeof(organisation));
	subject_part(x, NID_commonName, common, sizeof(common));
	if (strncmp(common, organisation, strlen(organisation)) == 0)	/* "Troth", "Troth Root": once is enough */
		organisation[0] = '\0';
	snprintf(p->subject, sizeof(p->subject), "%s%s%s", organisation,
	    organisation[0] != '\0' && common[0] != '\0' ? ", " : "", common);
	if (ASN1_TIME_to_tm(X509_get0_notAfter(x), &tm) != 1)
		return false;
	p->not_after = (int64_t)timegm(&tm);
	return fingerprint(x, EVP_sha256(), p->sha256, sizeof(p->sha256)) &&
	    fingerprint(x, EVP_sha1(), p->sha1, sizeof(p->sha1));
}

/* name: "root" */
static bool
fill_of(struct published *p, const X509 *x, const char *name, struct err *e)
{
	*p = (struct published){0};
	if (x == NULL || !fill(p, x))
		return FAIL(e, ERR_INPUT, "%s is no certificate", name);
	snprintf(p->der, sizeof(p->der), "/%s.der", name);
	snprintf(p->pem, sizeof(p->pem), "/%s.pem", name);
	return true;
}

bool
published_of(struct published *p, const char *name, struct span der, struct err *e)
{
	const unsigned char *at = der.p;
	DROP(x509_drop) X509 *x = d2i_X509(NULL, &at, (long)der.len);

	return fill_of(p, x, name, e);
}

bool
published_root(const char *folder, struct published *root, bool *there, struct err *e)
{
	DROP(file_drop) FILE *f = NULL;
	DROP(x509_drop) X509 *x = NULL;
	char path[512];

	snprintf(path, sizeof(path), "%s/root.der", folder);
	*there = access(path, F_OK) == 0;
	if (!*there)
		return true;
	if ((f = fopen(path, "re")) == NULL)
		return FAIL(e, ERR_IO, "%.100s can't be read", path);
	x = d2i_X509_fp(f, NULL);
	return fill_of(root, x, "root", e);
}

void
published_key(const char *path, char *into, size_t size)
{
	DROP(file_drop) FILE *f = fopen(path, "re");

	into[0] = '\0';
	if (f != NULL && fgets(into, (int)size, f) != NULL)
		into[strcspn(into, "\r\n")] = '\0';
}
