#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <string.h>
#include "ledger/digest.h"
#include "portal/signer/keys.h"

bool
keys_lock(struct err *e)
{
	if (CRYPTO_secure_malloc_initialized())
		return true;
	/* 1: arena in place and locked; 2: in place but not locked. */
	if (CRYPTO_secure_malloc_init(1 << 16, 32) != 1)
		return FAIL(e, ERR_IO, "can't lock memory for keys (RLIMIT_MEMLOCK)");
	return true;
}

static bool
ready(struct ca_key *k, struct err *e)
{
	int bits = EVP_PKEY_get_bits(k->key);
	unsigned char *spki = NULL;
	int n;

	if (!EVP_PKEY_is_a(k->key, "EC") || (bits != 256 && bits != 384))
		return FAIL(e, ERR_INPUT, "a CA key must be P-256 or P-384");
	n = i2d_PUBKEY(k->key, &spki);
	if (n > 0)
		buf_add(&k->spki, spki, (size_t)n);
	OPENSSL_free(spki);
	k->alg = bits == 256 ? alg_ecdsa_sha256 : alg_ecdsa_sha384;
	k->md = EVP_MD_fetch(NULL, bits == 256 ? "SHA256" : "SHA384", NULL);
	k->hash = EVP_MD_CTX_new();
	k->sign = EVP_PKEY_CTX_new(k->key, NULL);
	if (n <= 0 || k->md == NULL || k->hash == NULL || k->sign == NULL ||
	    EVP_PKEY_sign_init(k->sign) != 1 || EVP_PKEY_CTX_set_signature_md(k->sign, k->md) != 1)
		return FAIL(e, ERR_CRYPTO, "CA key: set-up");
	if (key_kind_of(span_buf(&k->spki), NULL) == 0)
		return FAIL(e, ERR_CRYPTO, "CA key: public key's encoding");

	struct span bits_of = key_bits_of(span_buf(&k->spki));

	key_id_of(bits_of, k->ski);
	SHA1(bits_of.p, bits_of.len, k->key_hash[0]);
	SHA256(bits_of.p, bits_of.len, k->key_hash[1]);
	return buf_ok(&k->spki, e);
}

bool
ca_key_make(struct ca_key *k, enum key_kind kind, struct err *e)
{
	memset(k, 0, sizeof(*k));
	k->key = EVP_EC_gen(kind == KEY_P384 ? "P-384" : "P-256");
	if (k->key == NULL || !ready(k, e)) {
		ca_key_wipe(k);
		return FAIL(e, ERR_CRYPTO, "CA key: could not be made");
	}
	return true;
}

static bool
certificate_file(struct ca_key *k, const char *path, struct err *e)
{
	FILE *f = fopen(path, "re");
	unsigned char *der = NULL;
	X509 *x;
	bool ok;
	int n;

	if (f == NULL)
		return FAIL(e, ERR_IO, "%s: %s", path, strerror(errno));
	x = PEM_read_X509(f, NULL, NULL, NULL);
	fclose(f);
	n = x == NULL ? 0 : i2d_X509(x, &der);
	ok = n > 0 && ca_key_certificate(k, span_of(der, (size_t)n), e);
	OPENSSL_free(der);
	X509_free(x);
	return ok || (n > 0 ? false : FAIL(e, ERR_IO, "no certificate in %s", path));
}

bool
ca_key_open(struct ca_key *k, const char *key_path, const char *passphrase, const char *crt_path, struct err *e)
{
	FILE *f = fopen(key_path, "re");

	memset(k, 0, sizeof(*k));
	if (f == NULL)
		return FAIL(e, ERR_IO, "%s: %s", key_path, strerror(errno));
	setvbuf(f, NULL, _IONBF, 0);	/* no second copy in a stdio buffer */
	k->key = PEM_read_PrivateKey(f, NULL, NULL, (void *)(uintptr_t)passphrase);
	fclose(f);
	if (k->key == NULL)
		return FAIL(e, ERR_INPUT, "no private key in %s%s", key_path, passphrase[0] == '\0' ? "" : ", or not under this pass-phrase");
	if (!ready(k, e) || (crt_path != NULL && !certificate_file(k, crt_path, e))) {
		ca_key_wipe(k);
		return false;
	}
	return true;
}

bool
ca_key_read(struct ca_key *k, const char *key_path, const char *crt_path, struct err *e)
{
	return ca_key_open(k, key_path, "", crt_path, e);
}

bool
ca_key_public(struct ca_key *k, struct span der, struct err *e)
{
	const unsigned char *at = der.p;
	X509 *x = d2i_X509(NULL, &at, (long)der.len);

	memset(k, 0, sizeof(*k));
	k->key = x == NULL ? NULL : X509_get_pubkey(x);
	X509_free(x);
	if (k->key == NULL)
		return FAIL(e, ERR_INPUT, "CA certificate: it holds no key");
	if (ready(k, e) && ca_key_certificate(k, der, e))
		return true;
	ca_key_wipe(k);
	return false;
}

bool
ca_key_certificate(struct ca_key *k, struct span der, struct err *e)
{
	struct span whole = der, crt = der_take(&whole, DER_SEQUENCE), tbs = der_take(&crt, DER_SEQUENCE);

	(void)der_take(&tbs, DER_INSIDE(0));
	(void)der_take(&tbs, DER_INTEGER);
	(void)der_take(&tbs, DER_SEQUENCE);
	(void)der_take(&tbs, DER_SEQUENCE);	/* issuer */

	struct span times = der_take(&tbs, DER_SEQUENCE), name = der_whole(&tbs, DER_SEQUENCE);
	struct span spki = der_whole(&tbs, DER_SEQUENCE);

	(void)der_take_time(&times);
	k->not_after = der_take_time(&times);
	if (tbs.bad || times.bad || whole.len != 0)
		return FAIL(e, ERR_INPUT, "CA certificate: not DER of the usual shape");
	if (!span_same(spki, span_buf(&k->spki)))
		return FAIL(e, ERR_CRYPTO, "CA certificate is for another key");
	buf_reset(&k->der);
	buf_reset(&k->name);
	buf_add(&k->der, der.p, der.len);
	buf_add(&k->name, name.p, name.len);
	SHA1(name.p, name.len, k->name_hash[0]);
	SHA256(name.p, name.len, k->name_hash[1]);
	TRY(buf_ok(&k->der, e));
	return buf_ok(&k->name, e);
}

bool
ca_key_signature(struct ca_key *k, struct span tbs, struct buf *into, struct err *e)
{
	unsigned char digest[EVP_MAX_MD_SIZE], sig[160];
	unsigned dlen;
	size_t slen = sizeof(sig);

	/* Without memory to write an ECDSA signature in OpenSSL says that it did, and -1 bytes. */
	if (EVP_DigestInit_ex2(k->hash, k->md, NULL) != 1 ||
	    EVP_DigestUpdate(k->hash, tbs.p, tbs.len) != 1 ||
	    EVP_DigestFinal_ex(k->hash, digest, &dlen) != 1 ||
	    EVP_PKEY_sign(k->sign, sig, &slen, digest, dlen) != 1 || slen > sizeof(sig))
		return FAIL(e, ERR_CRYPTO, "signing failed");
	buf_add(into, k->alg, 12);
	der_bit_bytes(into, sig, slen);
	return buf_ok(into, e);
}

bool
ca_key_sign(struct ca_key *k, struct span tbs, struct buf *into, struct err *e)
{
	size_t mark = der_open(into, DER_SEQUENCE);

	buf_add(into, tbs.p, tbs.len);
	TRY(ca_key_signature(k, tbs, into, e));
	der_close(into, mark);
	return buf_ok(into, e);
}

bool
ca_key_verify(const struct ca_key *k, struct span signed_der, struct err *e)
{
	struct span whole = signed_der, in = der_take(&whole, DER_SEQUENCE);
	struct span tbs = der_whole(&in, DER_SEQUENCE), alg = der_whole(&in, DER_SEQUENCE);
	struct span sig = der_take(&in, DER_BITS);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok = !in.bad && in.len == 0 && sig.len > 1 && span_same(alg, span_of(k->alg, 12)) &&
	    c != NULL && EVP_DigestVerifyInit(c, NULL, k->md, NULL, k->key) == 1 &&
	    EVP_DigestVerify(c, sig.p + 1, sig.len - 1, tbs.p, tbs.len) == 1;

	EVP_MD_CTX_free(c);
	return ok ? true : FAIL(e, ERR_CRYPTO, "signature does not hold");
}

void
ca_key_wipe(struct ca_key *k)
{
	EVP_PKEY_CTX_free(k->sign);
	EVP_PKEY_free(k->key);
	EVP_MD_CTX_free(k->hash);
	EVP_MD_free(k->md);
	buf_wipe(&k->der);
	buf_wipe(&k->name);
	buf_wipe(&k->spki);
	memset(k, 0, sizeof(*k));
}

void
key_id_of(struct span key_bits, unsigned char into[KEY_ID])
{
	unsigned char h[32];

	digest(h, key_bits.p, key_bits.len);
	memcpy(into, h, KEY_ID);
}

void
serial_draw(unsigned char into[TICKET_SERIAL])
{
	do
		randombytes_buf(into, TICKET_SERIAL);
	while (into[0] < 0x01 || into[0] > 0x7f);
}
