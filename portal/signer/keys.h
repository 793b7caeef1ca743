/*
 * portal/signer/keys.h - the CA's private keys, and signing with them.
 *
 * One struct ca_key holds a key, its certificate and what is computed from it
 * once.  The private halves lie in OpenSSL's secure heap (locked, kept out of
 * cores, between guard pages) when keys_lock() ran first.
 *
 * Stands on der, profile, OpenSSL's EVP.  Signs what it is handed: who may ask
 * for what is decided in the rooms of the operations, what a certificate holds is build.c's business.
 */
#ifndef PORTAL_SIGNER_KEYS_H
#define PORTAL_SIGNER_KEYS_H
#include <openssl/evp.h>
#include "portal/signer/profile.h"

#define KEY_ID	20	/* bytes of a subject key identifier */

struct ca_key {
	EVP_PKEY	*key;		/* P-256 or P-384 */
	EVP_PKEY_CTX	*sign;		/* ready to sign digests */
	EVP_MD		*md;
	EVP_MD_CTX	*hash;
	const unsigned char *alg;	/* whole AlgorithmIdentifier, 12 bytes */
	struct buf	der;		/* its certificate; empty until known */
	struct buf	name;		/* subject of that, DER */
	struct buf	spki;		/* SubjectPublicKeyInfo, DER */
	int64_t		not_after;
	unsigned char	ski[KEY_ID];
	unsigned char	name_hash[2][32], key_hash[2][32];	/* SHA-1 and SHA-256, as in CertID */
};

/* Before any key is read.  A machine that can't lock the pages is ERR_IO. */
bool keys_lock(struct err *e) MUST;
bool ca_key_make(struct ca_key *k, enum key_kind kind, struct err *e) MUST;	/* P-256 or P-384 */
/* PEM files; crt_path NULL: the key alone.  ERR_IO, ERR_INPUT, ERR_CRYPTO (they don't belong together). */
bool ca_key_read(struct ca_key *k, const char *key_path, const char *crt_path, struct err *e) MUST;
/* The same of a key under a pass-phrase ("": none); nobody is asked for it. */
bool ca_key_open(struct ca_key *k, const char *key_path, const char *passphrase, const char *crt_path, struct err *e) MUST;
/* A key whose private half is not there, of its certificate (DER): it verifies, and every signature fails with ERR_CRYPTO. */
bool ca_key_public(struct ca_key *k, struct span der, struct err *e) MUST;
/* Take a certificate for this key (DER, copied).  ERR_CRYPTO when it holds another key. */
bool ca_key_certificate(struct ca_key *k, struct span der, struct err *e) MUST;
/* Append SEQUENCE { tbs, algorithm, signature } to *into. */
bool ca_key_sign(struct ca_key *k, struct span tbs, struct buf *into, struct err *e) MUST;
/* Append algorithm and signature over tbs alone: what follows it in any signed structure. */
bool ca_key_signature(struct ca_key *k, struct span tbs, struct buf *into, struct err *e) MUST;
/* The signature of this key under SEQUENCE { tbs, algorithm, signature } holds. */
bool ca_key_verify(const struct ca_key *k, struct span signed_der, struct err *e) MUST;
void ca_key_wipe(struct ca_key *k);		/* fits DROP() */

/* RFC 7093 section 2 method 1: the first 160 bits of SHA-256 over the key's bits. */
void key_id_of(struct span key_bits, unsigned char into[KEY_ID]);
/* A new serial: 16 bytes, the first 0x01..0x7f. */
void serial_draw(unsigned char into[TICKET_SERIAL]);
#endif
