/* Of the doctor: our own certificates, the issuers, and the lists that are published. */
#include <errno.h>
#include <inttypes.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "portal/control/doctor_inside.h"
#include "portal/control/file.h"
#include "portal/control/issuer_advice.h"

#define EXPIRY_SOON	(30 * DAY)

static int64_t
unix_time(const ASN1_TIME *t)
{
	struct tm tm;

	return t != NULL && ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static void
is_fine(struct doctor *d, int64_t until)
{
	if (d->fine++ == 0 || until < d->first_end)
		d->first_end = until;
}

/* One line for all of a group that were all right. */
static void
group_end(struct doctor *d, const char *what)
{
	char at[21];

	clock_iso(d->first_end, at);
	if (d->fine > 0)
		doctor_good(d, "%u %s, the first of them until %.10s", d->fine, what, at);
	d->fine = 0;
}

static void
check_expiry(struct doctor *d, const char *path, const char *what)
{
	FILE *f = fopen(path, "re");
	X509 *x = f == NULL ? NULL : PEM_read_X509(f, NULL, NULL, NULL);
	int64_t left;
	char at[21];

	if (f != NULL)
		fclose(f);
	if (x == NULL) {
		doctor_note(d, "%s: no certificate can be read there", path);
		return;
	}
	left = unix_time(X509_get0_notAfter(x)) - clock_now();
	clock_iso(clock_now() + left, at);
	X509_free(x);
	if (left < EXPIRY_SOON)
		doctor_todo(d, "%s (%s) %s at %s: replace it", what, path, left < 0 ? "expired" : "expires", at);
	else
		is_fine(d, clock_now() + left);
}

/* All of a folder whose name ends so. */
static void
each_file(struct doctor *d, const char *folder, const char *begin, const char *end,
    void (*check)(struct doctor *d, const char *path, const char *what), const char *what)
{
	DIR *dir = doctor_folder(d, folder);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char path[PATH_MAX];
		size_t n = strlen(entry->d_name), m = strlen(end);

		if (n < m || strcmp(entry->d_name + n - m, end) != 0 ||
		    strncmp(entry->d_name, begin, strlen(begin)) != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		check(d, path, what);
	}
	if (dir != NULL)
		closedir(dir);
}

/* "www/crl/robot-mail-0.crl": of an issuer that goes without its key no list is made any more. */
static bool
is_made(const struct doctor *d, const char *path)
{
	const char *base = strrchr(path, '/') + 1, *dash = strrchr(base, '-');
	char name[ISSUER_NAME], key[64];
	const struct issuer_facts *f;

	snprintf(name, sizeof(name), "%.*s", dash == NULL ? 0 : (int)(dash - base), base);
	f = issuers_get(&d->issuers, issuer_named(name));
	snprintf(key, sizeof(key), "signer/%s.key", name);
	return f == NULL || (f->revoked_at == 0 && f->not_after >= clock_now()) || file_there(key);
}

static void
check_list(struct doctor *d, const char *path, const char *what)
{
	FILE *f = fopen(path, "re");
	X509_CRL *crl = f == NULL ? NULL : d2i_X509_CRL_fp(f, NULL);
	int64_t now = clock_now(), made, next, soon;

	(void)what;
	if (f != NULL)
		fclose(f);
	if (!is_made(d, path)) {
		X509_CRL_free(crl);
		return;
	}
	if (crl == NULL) {
		doctor_todo(d, "%s cannot be read as a list of revoked certificates", path);
		return;
	}
	made = unix_time(X509_CRL_get0_lastUpdate(crl));
	next = unix_time(X509_CRL_get0_nextUpdate(crl));
	X509_CRL_free(crl);
	/* a short one is not asked for the day it is made */
	soon = (next - made) / 2 < EXPIRY_SOON ? (next - made) / 2 : EXPIRY_SOON;
	if (strstr(path, "root") != NULL ? next - now < soon :
	    next < now || now - made > 2 * d->c->set.crl_refresh)
		doctor_todo(d, "%s is %" PRId64 " hours old and good for %" PRId64 " more: %s", path,
		    (now - made) / 3600, (next - now) / 3600, strstr(path, "root") != NULL ?
		    "bring the root's key, then `troth root-list`" : "does the clerk run?");
	else
		is_fine(d, next);
}

/* A revocation that was broken off between the two. */
static void
check_published(struct doctor *d)
{
	DROP(buf_wipe) struct buf ours = {0}, theirs = {0};
	struct err e = {0};

	if (!file_get("signer/root.crl", &ours, &e) || !file_get("www" SIGNER_PATH_ROOT_CRL, &theirs, &e))
		doctor_todo(d, "%s", e.text);
	else if (ours.len != theirs.len || memcmp(ours.data, theirs.data, ours.len) != 0)
		doctor_todo(d, "www" SIGNER_PATH_ROOT_CRL " is not the root's list of the signer's folder: restart the site, which publishes the newer one");
}

/* Those that sign; the others end in their own time, as do all certificates of theirs. */
static void
check_issuers(struct doctor *d)
{
	struct issuers *all = &d->issuers;
	struct signer_settings set;
	struct err e = {0};

	if (access("signer/root.crt", R_OK) != 0 && errno == EACCES) {
		doctor_note(d, "the signer's folder belongs to others: run this as root to check the issuers, too");
		return;
	}
	if (!signer_settings(&set, &d->c->set, &e) || !issuers_read(all, "signer", &e)) {
		doctor_todo(d, "%s", e.text);
		return;
	}
	check_published(d);
	for (size_t i = 0; i < all->count; i++) {
		const struct issuer_facts *f = &all->one[i];
		char advice[ISSUER_ADVICE], name[ISSUER_NAME], path[64];

		issuer_name(name, f->number);
		if (!f->newest) {
			if (f->not_after < clock_now())
				doctor_note(d, "%s has ended, and all that it signed: nobody needs signer/%s.key any more", name, name);
			continue;
		}
		issuer_advice(advice, all, issuer_profile(f->number), &set, clock_now());
		if (advice[0] != '\0')
			doctor_todo(d, "%s", advice);
		else
			is_fine(d, f->not_after);
		snprintf(path, sizeof(path), "signer/%s-ocsp.crt", name);
		if (f->revoked_at == 0)
			check_expiry(d, path, "an OCSP responder's certificate");
		snprintf(path, sizeof(path), "www/issuer-%s.pem", name);
		if (!file_there(path))
			doctor_todo(d, "%s is missing: restart the site, which publishes it anew", path);
	}
}

void
doctor_certificates(struct doctor *d)
{
	const char *tls = d->c->set.tls_certificate_file;

	check_expiry(d, "www/root.pem", "the root certificate");
	check_issuers(d);
	check_expiry(d, tls[0] == '\0' ? "nginx/tls.crt" : tls, "the site's own certificate");
	group_end(d, "certificates of our own are good");
	each_file(d, "www/crl", "", ".crl", check_list, "a list");
	group_end(d, "lists of revoked certificates are fresh");
	issuers_wipe(&d->issuers);
}
