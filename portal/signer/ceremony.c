#include <errno.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/checkpoint.h"
#include "portal/signer/book.h"
#include "portal/signer/build.h"
#include "portal/signer/ceremony.h"
#include "portal/signer/lint_authority.h"
#include "portal/signer/root_list.h"

#define BACK		3600			/* seconds before now: for slow clocks */
#define SCRYPT_N	(UINT64_C(1) << 14)	/* 16 MiB: what openssl reads without being asked; 130 bits need no more */
#define SITE_RENEW	(30 * INT64_C(86400))
#define COMMON_NAME	64

/* ---- files ---- */

/* Whole or not at all: a new file beside it, to the disk, then in its place. */
static bool
file_write(const char *path, mode_t mode, struct span data, struct err *e)
{
	char fresh[600];
	ssize_t n;
	int fd;

	snprintf(fresh, sizeof(fresh), "%s.new", path);
	(void)unlink(fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return FAIL(e, ERR_IO, "%s: %s", fresh, strerror(errno));
	n = write(fd, data.p, data.len);

	bool ok = n == (ssize_t)data.len && fchmod(fd, mode) == 0 && fsync(fd) == 0;

	if (close(fd) != 0 || !ok || rename(fresh, path) != 0) {
		(void)unlink(fresh);
		return FAIL(e, ERR_IO, "%s: could not be written", path);
	}
	return true;
}

static bool
pem_add(struct buf *b, const char *label, struct span der, struct err *e)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	char *at = NULL;
	bool ok = bio != NULL && PEM_write_bio(bio, label, "", der.p, (long)der.len) > 0;
	long n = ok ? BIO_get_mem_data(bio, &at) : 0;

	if (n > 0)
		buf_add(b, at, (size_t)n);
	BIO_free(bio);
	return n > 0 ? buf_ok(b, e) : FAIL(e, ERR_MEMORY, "PEM");
}

static bool
pem_write(const char *path, mode_t mode, const char *label, struct span der, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};

	TRY(pem_add(&b, label, der, e));
	return file_write(path, mode, span_buf(&b), e);
}

static bool
key_write(const char *path, const struct ca_key *k, struct err *e)
{
	PKCS8_PRIV_KEY_INFO *p8 = EVP_PKEY2PKCS8(k->key);
	unsigned char *der = NULL;
	int n = p8 == NULL ? 0 : i2d_PKCS8_PRIV_KEY_INFO(p8, &der);
	bool ok = n > 0 && pem_write(path, 0600, "PRIVATE KEY", span_of(der, (size_t)n), e);

	if (n > 0)
		OPENSSL_clear_free(der, (size_t)n);
	PKCS8_PRIV_KEY_INFO_free(p8);
	return ok ? true : FAIL(e, ERR_IO, "%s: key could not be written", path);
}

static bool
root_key_write(const char *offline, const struct ca_key *k, const char *passphrase, struct err *e)
{
	PKCS8_PRIV_KEY_INFO *p8 = EVP_PKEY2PKCS8(k->key);
	X509_ALGOR *pbe = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 16, NULL, SCRYPT_N, 8, 1);
	X509_SIG *box = p8 == NULL || pbe == NULL ? NULL : PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), p8, pbe);
	unsigned char *der = NULL;
	int n = box == NULL ? 0 : i2d_X509_SIG(box, &der);
	char path[512];
	bool ok;

	if (box == NULL)
		X509_ALGOR_free(pbe);	/* else it is the box's */
	snprintf(path, sizeof(path), "%s/root.key.pem", offline);
	ok = n > 0 && pem_write(path, 0600, "ENCRYPTED PRIVATE KEY", span_of(der, (size_t)n), e);
	OPENSSL_free(der);
	X509_SIG_free(box);
	PKCS8_PRIV_KEY_INFO_free(p8);
	return ok ? true : FAIL(e, ERR_IO, "%s: root key could not be written", path);
}

/* 26 of 32 signs in groups of five: 130 bits, no 0, 1, I or O. */
static void
passphrase_draw(char into[40])
{
	static const char signs[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
	size_t n = 0;

	for (unsigned i = 0; i < 26; i++) {
		if (i > 0 && i % 5 == 0 && i < 25)
			into[n++] = '-';
		into[n++] = signs[randombytes_uniform(32)];
	}
	into[n] = '\0';
}

/* ---- certificates ---- */

struct party {			/* a key to be certified, and what its certificate says */
	unsigned	profile, level;
	bool		individual;
	const char	*title;		/* "Robot TLS": common name is "ORGANISATION TITLE YEAR" */
	const char	*crl_path, *issuer_path;	/* "" none */
};

/* At most 64 bytes (ub-common-name): of a long organisation the beginning; the attribute beside it has it whole. */
static void
common_name(char into[COMMON_NAME + 1], const struct signer_settings *set, const char *title, int64_t now)
{
	const char *o = set->organisation;
	char iso[21], rest[COMMON_NAME];
	size_t n, most;

	clock_iso(now, iso);
	iso[4] = '\0';
	snprintf(rest, sizeof(rest), " %s %s", title, iso);
	most = COMMON_NAME - strlen(rest);
	n = strlen(o);
	if (n > most) {
		for (n = most; n > 0 && ((unsigned char)o[n] & 0xc0) == 0x80; )
			n--;
		while (n > 0 && o[n - 1] == ' ')
			n--;
	}
	snprintf(into, COMMON_NAME + 1, "%.*s%s", (int)n, o, rest);
}

/* Certify k as p says, under issuer (k itself: self-signed). */
static bool
certify(struct ca_key *k, struct ca_key *issuer, const struct party *p,
    const struct signer_settings *set, struct err *e)
{
	DROP(build_wipe) struct build b = { .profile = p->profile, .individual = p->individual,
	    .country = set->country, .organisation = set->organisation, .spki = span_buf(&k->spki),
	    .issuer_ski = issuer->ski, .alg = issuer->alg, .base_url = set->base_url,
	    .constraints = set->constraints, .development = set->development };
	DROP(buf_wipe) struct buf tbs = {0};
	DROP(buf_wipe) struct buf der = {0};
	DROP(buf_wipe) struct buf own = {0};
	struct oid level;
	char cn[COMMON_NAME + 1];

	common_name(cn, set, p->title, clock_now());
	b.common_name = cn;
	b.not_before = clock_now() - BACK;
	b.not_after = b.not_before + profile_get(p->profile)->life - 1;
	if (k != issuer && b.not_after > issuer->not_after)
		b.not_after = issuer->not_after;
	serial_draw(b.serial);
	(void)build_subject(&own, &b);
	b.issuer_name = k == issuer ? span_buf(&own) : span_buf(&issuer->name);
	if (p->level != 0) {
		TRY(build_level(&level, set, p->level, e));
		b.level = &level;
	}
	buf_text(&b.crl_path, p->crl_path);
	buf_text(&b.issuer_path, p->issuer_path);
	TRY(build_tbs(&tbs, &b, e));

	struct lint_authority f = { .profile = p->profile, .individual = p->individual, .now = clock_now(),
	    .constrained = set->constraints[0] != '\0', .issuer = issuer, .level = b.level };

	TRY(lint_authority(span_buf(&tbs), &f, e));
	TRY(ca_key_sign(issuer, span_buf(&tbs), &der, e));
	TRY(ca_key_verify(issuer, span_buf(&der), e));
	return ca_key_certificate(k, span_buf(&der), e);
}

/* Key and certificate of one party, made and written. */
static bool
party_make(struct ca_key *k, struct ca_key *issuer, const struct party *p, const char *dir,
    const char *name, const struct signer_settings *set, struct err *e)
{
	char path[512];

	TRY(ca_key_make(k, KEY_P256, e));
	TRY(certify(k, issuer, p, set, e));
	snprintf(path, sizeof(path), "%s/%s.key", dir, name);
	TRY(key_write(path, k, e));
	snprintf(path, sizeof(path), "%s/%s.crt", dir, name);
	return pem_write(path, 0644, "CERTIFICATE", span_buf(&k->der), e);
}

static bool
issuer_make(struct ceremony *c, struct ca_key *root, unsigned profile, const char *dir,
    const struct signer_settings *set, struct err *e)
{
	const struct profile_row *row = profile_get(profile);
	DROP(ca_key_wipe) struct ca_key issuer = {0};
	DROP(ca_key_wipe) struct ca_key responder = {0};
	bool mail = (row->has & MAIL) != 0;
	char name[64];
	struct party p = { .profile = mail ? PROFILE_MAIL_ISSUER : PROFILE_TLS_ISSUER,
	    .level = row->level, .individual = mail && row->level == 2, .title = row->title,
	    .crl_path = SIGNER_PATH_ROOT_CRL, .issuer_path = SIGNER_PATH_ROOT };

	TRY(party_make(&issuer, root, &p, dir, row->slug, set, e));
	snprintf(name, sizeof(name), "%s OCSP", row->title);
	/* Ends with its issuer, whose key lies beside it: a shorter life would guard nothing. */
	p = (struct party){ .profile = PROFILE_RESPONDER, .title = name, .crl_path = "", .issuer_path = "" };

	char file[64];

	snprintf(file, sizeof(file), "%s-ocsp", row->slug);
	TRY(party_make(&responder, &issuer, &p, dir, file, set, e));
	buf_add(&c->issuer[profile], issuer.der.data, issuer.der.len);
	return buf_ok(&c->issuer[profile], e);
}

static bool
root_crl(struct ceremony *c, struct ca_key *root, const char *dir, int64_t life, struct err *e)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/root.crl", dir);
	TRY(root_list_first(&c->root_crl, root, life, e));
	return file_write(path, 0644, span_buf(&c->root_crl), e);
}

static bool
checkpoint_key(struct ceremony *c, const char *dir, const struct signer_settings *set,
    struct err *e)
{
	unsigned char public_key[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
	unsigned char seed[NOTE_SEED];
	DROP(buf_wipe) struct buf line = {0};
	char path[512];
	bool ok;

	randombytes_buf(seed, sizeof(seed));
	crypto_sign_seed_keypair(public_key, secret, seed);
	sodium_memzero(secret, sizeof(secret));
	snprintf(path, sizeof(path), "%s/checkpoint.seed", dir);
	ok = file_write(path, 0600, span_of(seed, sizeof(seed)), e);
	sodium_memzero(seed, sizeof(seed));
	TRY(ok);
	TRY(checkpoint_vkey(&c->vkey, set->origin, public_key, e));
	buf_add(&line, c->vkey.data, c->vkey.len);
	buf_text(&line, "\n");
	TRY(buf_ok(&line, e));
	snprintf(path, sizeof(path), "%s/checkpoint.pub", dir);
	return file_write(path, 0644, span_buf(&line), e);
}

bool
ceremony_held(const char *dir)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/root.crt", dir);
	return access(path, F_OK) == 0;
}

static bool
hold(struct ceremony *c, struct ca_key *root, const char *dir, const char *offline,
    const struct signer_settings *set, struct err *e)
{
	static const struct party self = { .profile = PROFILE_ROOT, .title = "Root", .crl_path = "",
	    .issuer_path = "" };
	char path[512];

	TRY(ca_key_make(root, KEY_P384, e));
	TRY(certify(root, root, &self, set, e));
	passphrase_draw(c->passphrase);
	TRY(root_key_write(offline, root, c->passphrase, e));
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++)
		TRY(issuer_make(c, root, p, dir, set, e));
	TRY(root_crl(c, root, dir, set->root_list_life, e));
	TRY(checkpoint_key(c, dir, set, e));
	buf_add(&c->root, root->der.data, root->der.len);
	TRY(buf_ok(&c->root, e));
	SHA256((const unsigned char *)c->root.data, c->root.len, c->fingerprint);
	snprintf(path, sizeof(path), "%s/root.crt", dir);
	return pem_write(path, 0644, "CERTIFICATE", span_buf(&c->root), e);
}

bool
ceremony_hold(struct ceremony *c, const char *dir, const char *offline,
    const struct signer_settings *set, struct err *e)
{
	DROP(ca_key_wipe) struct ca_key root = {0};

	memset(c, 0, sizeof(*c));
	if (ceremony_held(dir))
		return FAIL(e, ERR_CONFLICT, "the ceremony was held: %s/root.crt is there", dir);
	if (sodium_init() < 0)
		return FAIL(e, ERR_CRYPTO, "libsodium does not start");
	TRY(keys_lock(e));
	if (hold(c, &root, dir, offline, set, e))
		return true;
	ceremony_wipe(c);
	return false;
}

/* ---- reading back ---- */

static bool
der_read(struct buf *into, const char *dir, const char *name, bool pem, struct err *e)
{
	unsigned char *der = NULL;
	char path[512];
	char *label = NULL, *header = NULL;
	long n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "re");
	if (f == NULL)
		return FAIL(e, ERR_IO, "%s: %s", path, strerror(errno));
	if (pem && PEM_read(f, &label, &header, &der, &n) == 1)
		buf_add(into, der, (size_t)n);
	for (char some[4096]; !pem && (n = (long)fread(some, 1, sizeof(some), f)) > 0; )
		buf_add(into, some, (size_t)n);
	fclose(f);
	OPENSSL_free(label);
	OPENSSL_free(header);
	OPENSSL_free(der);
	return into->len > 0 ? buf_ok(into, e) : FAIL(e, ERR_IO, "%s: nothing in it", path);
}

bool
ceremony_read(struct ceremony *c, const char *dir, struct err *e)
{
	char name[64];

	memset(c, 0, sizeof(*c));
	TRY(der_read(&c->root, dir, "root.crt", true, e));
	TRY(der_read(&c->root_crl, dir, "root.crl", false, e));
	TRY(der_read(&c->vkey, dir, "checkpoint.pub", false, e));
	if (c->vkey.data[c->vkey.len - 1] == '\n')
		c->vkey.data[--c->vkey.len] = '\0';
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++) {
		snprintf(name, sizeof(name), "%s.crt", profile_get(p)->slug);
		TRY(der_read(&c->issuer[p], dir, name, true, e));
	}
	SHA256((const unsigned char *)c->root.data, c->root.len, c->fingerprint);
	return true;
}

void
ceremony_wipe(struct ceremony *c)
{
	buf_wipe(&c->root);
	buf_wipe(&c->root_crl);
	buf_wipe(&c->vkey);
	for (unsigned p = 0; p < PROFILE__COUNT; p++)
		buf_wipe(&c->issuer[p]);
	sodium_memzero(c, sizeof(*c));
}

/* ---- the development site ---- */

static bool
site_names(struct ticket_name *into, const char *const *names, size_t count, struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		bool ip = strspn(names[i], "0123456789.") == strlen(names[i]) || strchr(names[i], ':') != NULL;

		if (snprintf(into[i].text, sizeof(into[i].text), "%s", names[i]) >= (int)sizeof(into[i].text))
			return FAIL(e, ERR_INPUT, "site certificate: name too long");
		into[i].kind = ip ? NAME_IP : NAME_DNS;
	}
	return true;
}

static bool
site_certify(struct ca_key *k, struct ca_key *issuer, const struct signer_settings *set,
    const struct ticket_name *names, size_t count, struct book_cert *row, struct err *e)
{
	DROP(build_wipe) struct build b = { .profile = PROFILE_LOCALHOST, .spki = span_buf(&k->spki),
	    .common_name = names[0].text, .names = names, .name_count = (unsigned)count,
	    .issuer_name = span_buf(&issuer->name), .issuer_ski = issuer->ski, .alg = issuer->alg,
	    .base_url = set->base_url };
	DROP(buf_wipe) struct buf tbs = {0};
	DROP(buf_wipe) struct buf der = {0};
	struct oid level;

	TRY(build_level(&level, set, 1, e));
	b.level = &level;
	b.not_before = clock_now() - BACK;
	b.not_after = b.not_before + profile_get(PROFILE_LOCALHOST)->life - 1;
	serial_draw(b.serial);
	signer_path_crl(&b.crl_path, PROFILE_ROBOT_TLS, build_shard(b.serial, set));
	signer_path_issuer(&b.issuer_path, PROFILE_ROBOT_TLS);
	TRY(build_tbs(&tbs, &b, e));
	TRY(ca_key_sign(issuer, span_buf(&tbs), &der, e));
	TRY(ca_key_certificate(k, span_buf(&der), e));
	*row = (struct book_cert){ .profile = PROFILE_ROBOT_TLS, .status = CERT_VALID,
	    .shard = build_shard(b.serial, set), .not_before = b.not_before,
	    .not_after = b.not_after, .changed_at = clock_now() };
	memcpy(row->serial, b.serial, TICKET_SERIAL);
	SHA256((const unsigned char *)k->der.data, k->der.len, row->sha256);
	SHA256((const unsigned char *)k->spki.data, k->spki.len, row->key_hash);
	return true;
}

static bool
site_enter(const char *dir, const struct book_cert *row, struct err *e)
{
	struct book *book;
	bool ok;

	TRY(book_open(&book, dir, e));
	ok = book_begin(book, e) && book_issued(book, row, NULL, span_of(NULL, 0), e) && book_end(book, e);
	book_drop(&book);
	return ok;
}

bool
ceremony_site(const char *dir, const struct signer_settings *set,
    const char *const *names, size_t count, const char *key_path, const char *crt_path,
    struct err *e)
{
	DROP(ca_key_wipe) struct ca_key issuer = {0};
	DROP(ca_key_wipe) struct ca_key k = {0};
	DROP(buf_wipe) struct buf pem = {0};
	struct ticket_name list[8] = {0};
	struct book_cert row;
	char key[512], crt[512];

	if (count == 0 || count > COUNT(list))
		return FAIL(e, ERR_INPUT, "site certificate: %zu names", count);
	TRY(site_names(list, names, count, e));
	snprintf(key, sizeof(key), "%s/%s.key", dir, profile_get(PROFILE_ROBOT_TLS)->slug);
	snprintf(crt, sizeof(crt), "%s/%s.crt", dir, profile_get(PROFILE_ROBOT_TLS)->slug);
	TRY(keys_lock(e));
	TRY(ca_key_read(&issuer, key, crt, e));
	TRY(ca_key_make(&k, KEY_P256, e));
	TRY(site_certify(&k, &issuer, set, list, count, &row, e));
	TRY(site_enter(dir, &row, e));
	TRY(pem_add(&pem, "CERTIFICATE", span_buf(&k.der), e));
	TRY(pem_add(&pem, "CERTIFICATE", span_buf(&issuer.der), e));
	TRY(key_write(key_path, &k, e));
	return file_write(crt_path, 0644, span_buf(&pem), e);
}

bool
site_certificate_due(const char *dir, const char *crt_path)
{
	DROP(buf_wipe) struct buf issuer_der = {0};
	char name[64];
	FILE *f = fopen(crt_path, "re");
	X509 *x = f == NULL ? NULL : PEM_read_X509(f, NULL, NULL, NULL);
	X509 *issuer = NULL;
	time_t limit = (time_t)(clock_now() + SITE_RENEW);
	bool due = true;

	snprintf(name, sizeof(name), "%s.crt", profile_get(PROFILE_ROBOT_TLS)->slug);
	if (x != NULL && der_read(&issuer_der, dir, name, true, NULL)) {
		const unsigned char *at = (const unsigned char *)issuer_der.data;

		issuer = d2i_X509(NULL, &at, (long)issuer_der.len);
		due = issuer == NULL || X509_verify(x, X509_get0_pubkey(issuer)) != 1 ||
		    X509_cmp_time(X509_get0_notAfter(x), &limit) < 0;
	}
	X509_free(issuer);
	X509_free(x);
	if (f != NULL)
		fclose(f);
	return due;
}
