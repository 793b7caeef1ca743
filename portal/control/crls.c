#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ledger/base/wipe.h"
#include "portal/control/crls.h"
#include "portal/control/file.h"
#include "portal/signer/build.h"
#include "portal/signer/ceremony.h"
#include "portal/signer/recall.h"
#include "privacy/facts/recall_record.h"

#define FOR_KEEPER	"keeper/recalled"
#define REMOVE_FROM_CRL	8	/* RFC 5280 CRLReason: of delta lists */

/* ---- opening ---- */

static X509 *
certificate(const struct buf *der)
{
	const unsigned char *at = (const unsigned char *)der->data;

	return d2i_X509(NULL, &at, (long)der->len);
}

bool
crls_open(struct crls *c, struct err *e)
{
	DROP(ceremony_wipe) struct ceremony all = {0};

	*c = (struct crls){0};
	TRY(ceremony_read(&all, "signer", e));
	c->root = certificate(&all.root);
	for (; c->issuers < all.issuers.count; c->issuers++)
		c->issuer[c->issuers] = (struct crls_issuer){ .number = (uint8_t)all.issuers.one[c->issuers].number,
		    .crt = certificate(&all.issuers.one[c->issuers].der) };
	return true;
}

void
crls_wipe(struct crls *c)
{
	for (size_t i = 0; i < c->issuers; i++)
		X509_free(c->issuer[i].crt);
	X509_free(c->root);
	X509_CRL_free(c->root_list);
	for (size_t i = 0; i < c->count; i++)
		X509_CRL_free(c->one[i].crl);
	wipe_free(c->one);
	*c = (struct crls){0};
}

/* ---- one list ---- */

static int64_t
unix_time(const ASN1_TIME *t)
{
	struct tm tm;

	return t != NULL && ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static bool
number_of(struct crls_one *o, const char *path, struct err *e)
{
	ASN1_INTEGER *n = X509_CRL_get_ext_d2i(o->crl, NID_crl_number, NULL, NULL);
	bool good = n != NULL && ASN1_INTEGER_get_int64(&o->number, n) == 1 && o->number > 0;

	ASN1_INTEGER_free(n);
	o->made = unix_time(X509_CRL_get0_lastUpdate(o->crl));
	return (good && o->made > 0) || FAIL(e, ERR_INPUT, "%.200s: a list without a number and a time of ours", path);
}

/* "http://.../crl/robot-tls-3.crl": the last number of its distribution point. */
static bool
shard_of(struct crls_one *o, const char *path, struct err *e)
{
	ISSUING_DIST_POINT *p = X509_CRL_get_ext_d2i(o->crl, NID_issuing_distribution_point, NULL, NULL);
	GENERAL_NAME *name = p == NULL || p->distpoint == NULL || p->distpoint->type != 0 ? NULL :
	    sk_GENERAL_NAME_value(p->distpoint->name.fullname, 0);
	const char *uri = name == NULL || name->type != GEN_URI ? NULL :
	    (const char *)ASN1_STRING_get0_data(name->d.uniformResourceIdentifier), *dash;
	bool ours = p == NULL;
	char *end;

	o->whole = ours;
	dash = uri == NULL ? NULL : strrchr(uri, '-');
	if (dash != NULL) {
		o->shard = (uint32_t)strtoul(dash + 1, &end, 10);
		ours = strcmp(end, ".crl") == 0;
	}
	ISSUING_DIST_POINT_free(p);
	return ours || FAIL(e, ERR_INPUT, "%.200s: a list of a distribution point that is not ours", path);
}

static bool
in_name_of(const X509_CRL *crl, const X509 *issuer)
{
	return X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) == 0;
}

/* The root's own list speaks of issuers: the newest is kept beside the others. */
static bool
of_root(struct crls *c, struct crls_one *o, enum crls_trust trust, const char *path, struct err *e)
{
	if (!in_name_of(o->crl, c->root))
		return trust != CRLS_NAMED || FAIL(e, ERR_INPUT, "%.200s is a list of another CA", path);
	if (X509_CRL_verify(o->crl, X509_get0_pubkey(c->root)) != 1) {
		ERR_clear_error();
		return trust == CRLS_FOUND || FAIL(e, ERR_TAMPER, "%.200s is not signed by the root it names", path);
	}
	TRY(number_of(o, path, e));
	if (o->number <= c->root_number)
		return true;
	X509_CRL_free(c->root_list);
	X509_CRL_up_ref(o->crl);
	c->root_list = o->crl;
	c->root_number = o->number;
	return true;
}

/* *o.issuer 0: none of ours, and that is no matter here. */
static bool
issuer_of(struct crls *c, struct crls_one *o, enum crls_trust trust, const char *path, struct err *e)
{
	const struct crls_issuer *by = NULL;

	for (size_t i = 0; i < c->issuers && by == NULL; i++)
		if (in_name_of(o->crl, c->issuer[i].crt))
			by = &c->issuer[i];
	if (by == NULL)
		return of_root(c, o, trust, path, e);
	if (X509_CRL_verify(o->crl, X509_get0_pubkey(by->crt)) == 1) {
		o->issuer = by->number;
		return true;
	}
	ERR_clear_error();
	return trust == CRLS_FOUND || FAIL(e, ERR_TAMPER, "%.200s is not signed by the issuer it names", path);
}

/* Takes over crl. */
static bool
add(struct crls *c, X509_CRL *crl, enum crls_trust trust, const char *path, struct err *e)
{
	struct crls_one o = { .crl = crl, .folder = trust == CRLS_NAMED ? 0 : c->folders }, *more;
	bool good = issuer_of(c, &o, trust, path, e);

	if (good && o.issuer != 0 && X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) >= 0)
		good = FAIL(e, ERR_INPUT, "%.200s is a delta list: bring a whole one", path);
	good = good && (o.issuer == 0 || (number_of(&o, path, e) && shard_of(&o, path, e)));
	if (good && c->count == CRLS_MOST)
		good = FAIL(e, ERR_INPUT, "more than %d lists", CRLS_MOST);
	more = good && o.issuer != 0 ? realloc(c->one, (c->count + 1) * sizeof(*more)) : NULL;
	if (more == NULL) {
		X509_CRL_free(crl);
		return good && (o.issuer == 0 || FAIL(e, ERR_MEMORY, "lists"));
	}
	c->one = more;
	c->one[c->count++] = o;
	return true;
}

/* ---- files ---- */

/* DER, or any number of PEM blocks. */
static bool
read_bio(struct crls *c, BIO *b, enum crls_trust trust, const char *path, struct err *e)
{
	X509_CRL *crl = d2i_X509_CRL_bio(b, NULL);
	size_t found = crl != NULL;

	if (crl != NULL)
		return add(c, crl, trust, path, e);
	(void)BIO_reset(b);
	while ((crl = PEM_read_bio_X509_CRL(b, NULL, NULL, NULL)) != NULL) {
		found++;
		TRY(add(c, crl, trust, path, e));
	}
	ERR_clear_error();
	return found > 0 || trust != CRLS_NAMED ||
	    FAIL(e, ERR_INPUT, "%.200s holds no list of revoked certificates (PEM or DER)", path);
}

static bool
read_file(struct crls *c, const char *path, enum crls_trust trust, struct err *e)
{
	BIO *b = BIO_new_file(path, "rb");
	bool good;

	if (b == NULL) {
		ERR_clear_error();
		return FAIL(e, ERR_IO, "%.200s cannot be read", path);
	}
	good = read_bio(c, b, trust, path, e);
	BIO_free(b);
	return good;
}

bool
crls_read(struct crls *c, const char *path, enum crls_trust trust, struct err *e)
{
	struct dirent *entry;
	struct stat st;
	bool good = true;
	DIR *d;

	if (stat(path, &st) != 0)
		return FAIL(e, errno == ENOENT ? ERR_ABSENT : ERR_IO, "%.200s: %s", path, strerror(errno));
	if (S_ISREG(st.st_mode) && st.st_size > (off_t)CRLS_FILE_MOST)
		return trust != CRLS_NAMED || FAIL(e, ERR_INPUT, "%.200s is too long for a list", path);
	if (!S_ISDIR(st.st_mode))
		return read_file(c, path, trust, e);
	c->folders++;
	d = opendir(path);
	if (d == NULL)
		return FAIL(e, ERR_IO, "%.200s: %s", path, strerror(errno));
	while (good && (entry = readdir(d)) != NULL) {
		char file[PATH_MAX];

		if (entry->d_name[0] == '.' || snprintf(file, sizeof(file), "%s/%s", path, entry->d_name) >= (int)sizeof(file) ||
		    stat(file, &st) != 0 || !S_ISREG(st.st_mode))
			continue;
		good = crls_read(c, file, trust == CRLS_NAMED ? CRLS_FOLDER : trust, e);
	}
	closedir(d);
	return good;
}

/* ---- what they are, together ---- */

size_t
crls_before(struct crls *c, int64_t at)
{
	size_t kept = 0, all = c->count;

	for (size_t i = 0; i < all; i++)
		if (c->one[i].made < at)
			c->one[kept++] = c->one[i];
		else
			X509_CRL_free(c->one[i].crl);
	c->count = kept;
	return all - kept;
}

static bool
speaks_of(const struct crls_one *o, unsigned issuer, uint32_t shard)
{
	return o->issuer == issuer && (o->whole || o->shard == shard);
}

static int64_t
newest(const struct crls *c, unsigned issuer, uint32_t shard)
{
	int64_t made = 0;

	for (size_t i = 0; i < c->count; i++)
		if (speaks_of(&c->one[i], issuer, shard) && c->one[i].made > made)
			made = c->one[i].made;
	return made;
}

static int64_t
speaks_until(const struct crls *c, const struct crls_one *o, int64_t refresh)
{
	int64_t last = o->made;

	for (size_t i = 0; i < c->count && o->folder != 0; i++)
		if (c->one[i].folder == o->folder && c->one[i].made > last)
			last = c->one[i].made;
	return last - o->made <= refresh ? last : o->made;
}

static int64_t
known_until(const struct crls *c, const struct signer_settings *set, unsigned issuer, uint32_t shard)
{
	int64_t until = 0, at;

	for (size_t i = 0; i < c->count; i++) {
		if (!speaks_of(&c->one[i], issuer, shard))
			continue;
		at = speaks_until(c, &c->one[i], set->crl_refresh);
		until = at > until ? at : until;
	}
	return until;
}

int64_t
crls_reach(const struct crls *c, const struct signer_settings *set)
{
	int64_t reach = INT64_MAX;

	for (size_t i = 0; i < c->issuers; i++)
		for (uint32_t shard = 0; shard < (uint32_t)set->crl_shards; shard++) {
			int64_t until = known_until(c, set, c->issuer[i].number, shard);

			reach = until < reach ? until : reach;
		}
	return reach;
}

/* ---- into the book ---- */

struct applying {
	const struct crls	*c;
	const struct signer_settings *set;
	struct book		*book;
	struct crls_sum		*sum;
	struct buf		news;		/* for the keeper */
};

static void
applying_wipe(struct applying *a)
{
	book_drop(&a->book);
	buf_wipe(&a->news);
}

/* false: an entry that says nothing to us. */
static bool
entry_read(const X509_REVOKED *r, struct recall *into)
{
	const ASN1_INTEGER *serial = X509_REVOKED_get0_serialNumber(r);
	ASN1_ENUMERATED *reason = X509_REVOKED_get_ext_d2i(r, NID_crl_reason, NULL, NULL);

	into->reason = reason == NULL ? 0 : (uint8_t)ASN1_ENUMERATED_get(reason);
	ASN1_ENUMERATED_free(reason);
	into->at = unix_time(X509_REVOKED_get0_revocationDate(r));
	if (ASN1_STRING_length(serial) != TICKET_SERIAL || into->reason == REMOVE_FROM_CRL)
		return false;
	memcpy(into->serial, ASN1_STRING_get0_data(serial), TICKET_SERIAL);
	return true;
}

static bool
apply_entry(struct applying *a, const struct recall *r, struct err *e)
{
	struct recalled word = { .status = r->reason == RECALL_HOLD ? CERT_SUSPENDED : CERT_REVOKED, .reason = r->reason,
	    .at = r->at, .listed_at = r->listed_at };
	enum recall_did did;

	TRY(recall_one(a->book, r, &did, e));
	a->sum->revoked += did == RECALL_REVOKED;
	a->sum->held += did == RECALL_HELD;
	a->sum->listed += did == RECALL_LISTED;
	memcpy(word.serial, r->serial, sizeof(word.serial));
	if (did == RECALL_REVOKED || did == RECALL_HELD)
		recalled_pack(&a->news, &word);
	return true;
}

/* Who was on hold may have been resumed since: of holds only the newest list is asked. */
static bool
apply_list(struct applying *a, const struct crls_one *o, struct err *e)
{
	STACK_OF(X509_REVOKED) *all = X509_CRL_get_REVOKED(o->crl);

	for (int i = 0; i < sk_X509_REVOKED_num(all); i++) {
		struct recall r = { .issuer = o->issuer, .listed_at = o->made };

		if (!entry_read(sk_X509_REVOKED_value(all, i), &r))
			continue;
		r.shard = build_shard(r.serial, a->set);
		r.not_after = o->made + signer_life(a->set, (enum profile)issuer_profile(o->issuer));
		if (r.reason != RECALL_HOLD || o->made == newest(a->c, o->issuer, r.shard))
			TRY(apply_entry(a, &r, e));
	}
	for (uint32_t shard = 0; shard < (uint32_t)a->set->crl_shards; shard++)
		TRY(book_crl_above(a->book, o->issuer, shard, o->number, e));
	return true;
}

/* Before the book commits: told twice, the keeper does nothing the second time. */
static bool
tell_keeper(struct applying *a, struct err *e)
{
	DROP(buf_wipe) struct buf all = {0};
	struct stat st;

	if (a->news.len == 0)
		return true;
	if (file_there(FOR_KEEPER) && !file_get(FOR_KEEPER, &all, e))
		return FAIL(e, ERR_CONFLICT, "start the site once: what an earlier restore read is not in it yet");
	buf_add(&all, a->news.data, a->news.len);
	TRY(buf_ok(&all, e));
	TRY(file_put(FOR_KEEPER, all.data, all.len, 0600, e));
	/* With users of its own it is the keeper's, as its folder is. */
	return (stat("keeper", &st) == 0 && lchown(FOR_KEEPER, st.st_uid, st.st_gid) == 0) ||
	    FAIL(e, ERR_IO, FOR_KEEPER ": %s", strerror(errno));
}

bool
crls_apply(const struct crls *c, const struct signer_settings *set, struct crls_sum *sum, struct err *e)
{
	DROP(applying_wipe) struct applying a = { .c = c, .set = set, .sum = sum };

	*sum = (struct crls_sum){0};
	TRY(book_open(&a.book, "signer", e));
	TRY(book_begin(a.book, e));
	for (size_t i = 0; i < c->count; i++)
		TRY(apply_list(&a, &c->one[i], e));
	TRY(buf_ok(&a.news, e));
	TRY(tell_keeper(&a, e));
	return book_end(a.book, e);
}
