#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/checkpoint.h"
#include "portal/signer/authority.h"
#include "portal/signer/book.h"
#include "portal/signer/build.h"
#include "portal/signer/ceremony.h"
#include "portal/signer/key_file.h"
#include "portal/signer/root_list.h"

#define BACK		3600			/* seconds before now: for slow clocks */
#define SCRYPT_N	(UINT64_C(1) << 14)	/* 16 MiB: what openssl reads without being asked; 130 bits need no more */
#define SITE_RENEW	(30 * INT64_C(86400))

/* ---- the root's key ---- */

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
	ok = n <= 0 ? FAIL(e, ERR_MEMORY, "%s: the root key's encryption", path) :
	    key_file_pem(path, 0600, "ENCRYPTED PRIVATE KEY", span_of(der, (size_t)n), e);
	OPENSSL_free(der);
	X509_SIG_free(box);
	PKCS8_PRIV_KEY_INFO_free(p8);
	return ok;
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

static bool
issuer_make(struct ca_key *root, unsigned profile, const char *dir, const struct signer_settings *set, struct err *e)
{
	DROP(authority_wipe) struct authority a = {0};
	unsigned number = issuer_number(profile, 1);

	TRY(authority_make(&a, root, number, set, e));
	return authority_write(&a, dir, number, e);
}

static bool
root_crl(struct ceremony *c, struct ca_key *root, const char *dir, int64_t life, struct err *e)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/root.crl", dir);
	TRY(root_list_first(&c->root_crl, root, life, e));
	return key_file_put(path, 0644, span_buf(&c->root_crl), e);
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
	ok = key_file_put(path, 0600, span_of(seed, sizeof(seed)), e);
	sodium_memzero(seed, sizeof(seed));
	TRY(ok);
	TRY(checkpoint_vkey(&c->vkey, set->origin, public_key, e));
	buf_add(&line, c->vkey.data, c->vkey.len);
	buf_text(&line, "\n");
	TRY(buf_ok(&line, e));
	snprintf(path, sizeof(path), "%s/checkpoint.pub", dir);
	return key_file_put(path, 0644, span_buf(&line), e);
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
	char path[512];

	TRY(authority_root(root, set, e));
	passphrase_draw(c->passphrase);
	TRY(root_key_write(offline, root, c->passphrase, e));
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++)
		TRY(issuer_make(root, p, dir, set, e));
	TRY(root_crl(c, root, dir, set->root_list_life, e));
	TRY(checkpoint_key(c, dir, set, e));
	buf_add(&c->root, root->der.data, root->der.len);
	TRY(buf_ok(&c->root, e));
	SHA256((const unsigned char *)c->root.data, c->root.len, c->fingerprint);
	snprintf(path, sizeof(path), "%s/root.crt", dir);
	TRY(key_file_pem(path, 0644, "CERTIFICATE", span_buf(&c->root), e));
	return issuers_read(&c->issuers, dir, e);
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
	unsigned char public_key[NOTE_PUBLIC];
	char origin[256];

	memset(c, 0, sizeof(*c));
	TRY(der_read(&c->root, dir, "root.crt", true, e));
	TRY(der_read(&c->root_crl, dir, "root.crl", false, e));
	TRY(der_read(&c->vkey, dir, "checkpoint.pub", false, e));
	if (c->vkey.data[c->vkey.len - 1] == '\n')
		c->vkey.data[--c->vkey.len] = '\0';
	TRY(checkpoint_vkey_parse(c->vkey.data, origin, public_key, e));
	SHA256((const unsigned char *)c->root.data, c->root.len, c->fingerprint);
	/* A bit that turned would be published, and believed by nobody. */
	return issuers_read(&c->issuers, dir, e);
}

void
ceremony_wipe(struct ceremony *c)
{
	buf_wipe(&c->root);
	buf_wipe(&c->root_crl);
	buf_wipe(&c->vkey);
	issuers_wipe(&c->issuers);
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
site_certify(struct ca_key *k, struct ca_key *issuer, unsigned number, const struct signer_settings *set,
    const struct ticket_name *names, size_t count, struct book_cert *row, struct err *e)
{
	DROP(build_wipe) struct build b = { .profile = PROFILE_LOCALHOST, .spki = span_buf(&k->spki),
	    .names = names, .name_count = (unsigned)count,
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
	issuer_path_crl(&b.crl_path, number, build_shard(b.serial, set));
	issuer_path(&b.issuer_path, number);
	TRY(build_tbs(&tbs, &b, e));
	TRY(ca_key_sign(issuer, span_buf(&tbs), &der, e));
	TRY(ca_key_certificate(k, span_buf(&der), e));
	*row = (struct book_cert){ .issuer = (uint8_t)number, .status = CERT_VALID,
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
	DROP(issuers_wipe) struct issuers all = {0};
	const struct issuer_facts *by;
	char key[512], crt[512], name[ISSUER_NAME];

	if (count == 0 || count > COUNT(list))
		return FAIL(e, ERR_INPUT, "site certificate: %zu names", count);
	TRY(site_names(list, names, count, e));
	TRY(issuers_read(&all, dir, e));
	if ((by = issuers_signing(&all, PROFILE_ROBOT_TLS)) == NULL)
		return FAIL(e, ERR_ABSENT, "site certificate: the issuer of Robot TLS is revoked");
	issuer_name(name, by->number);
	snprintf(key, sizeof(key), "%s/%s.key", dir, name);
	snprintf(crt, sizeof(crt), "%s/%s.crt", dir, name);
	TRY(keys_lock(e));
	TRY(ca_key_read(&issuer, key, crt, e));
	TRY(ca_key_make(&k, KEY_P256, e));
	TRY(site_certify(&k, &issuer, by->number, set, list, count, &row, e));
	TRY(site_enter(dir, &row, e));
	TRY(key_file_pem_add(&pem, "CERTIFICATE", span_buf(&k.der), e));
	TRY(key_file_pem_add(&pem, "CERTIFICATE", span_buf(&issuer.der), e));
	TRY(key_file_key(key_path, &k, e));
	return key_file_put(crt_path, 0644, span_buf(&pem), e);
}

static EVP_PKEY *
private_key(const char *path)
{
	FILE *f = fopen(path, "re");
	EVP_PKEY *key;

	if (f == NULL)
		return NULL;
	setvbuf(f, NULL, _IONBF, 0);	/* no second copy in a stdio buffer */
	key = PEM_read_PrivateKey(f, NULL, NULL, (void *)(uintptr_t)"");
	fclose(f);
	return key;
}

bool
site_certificate_due(const char *dir, const char *key_path, const char *crt_path)
{
	DROP(issuers_wipe) struct issuers all = {0};
	const struct issuer_facts *by = issuers_read(&all, dir, NULL) ? issuers_signing(&all, PROFILE_ROBOT_TLS) : NULL;
	const unsigned char *at = by == NULL ? NULL : (const unsigned char *)by->der.data;
	X509 *issuer = by == NULL ? NULL : d2i_X509(NULL, &at, (long)by->der.len);
	FILE *f = fopen(crt_path, "re");
	X509 *x = f == NULL ? NULL : PEM_read_X509(f, NULL, NULL, NULL);
	X509 *beside = x == NULL ? NULL : PEM_read_X509(f, NULL, NULL, NULL);
	EVP_PKEY *key = private_key(key_path);
	time_t limit = (time_t)(clock_now() + SITE_RENEW);
	/* While none of the issuers may sign, there is no better one to be had. */
	bool due = x == NULL || (issuer != NULL && (beside == NULL || X509_cmp(beside, issuer) != 0 || key == NULL ||
	    X509_check_private_key(x, key) != 1 || X509_verify(x, X509_get0_pubkey(issuer)) != 1 ||
	    X509_cmp_time(X509_get0_notAfter(x), &limit) < 0));

	X509_free(issuer);
	X509_free(beside);
	X509_free(x);
	EVP_PKEY_free(key);
	ERR_clear_error();
	if (f != NULL)
		fclose(f);
	return due;
}
