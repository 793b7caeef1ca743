#include <stdio.h>
#include <string.h>
#include "portal/signer/profile.h"

#define OID(name, ...)	const struct oid name = { \
	.len = sizeof((unsigned char[]){ __VA_ARGS__ }), .at = { __VA_ARGS__ } }

OID(oid_server_auth,	 0x2b, 6, 1, 5, 5, 7, 3, 1);		/* 1.3.6.1.5.5.7.3.1 */
OID(oid_client_auth,	 0x2b, 6, 1, 5, 5, 7, 3, 2);
OID(oid_mail_protection, 0x2b, 6, 1, 5, 5, 7, 3, 4);
OID(oid_ocsp_signing,	 0x2b, 6, 1, 5, 5, 7, 3, 9);
OID(oid_tls_dv,		 0x67, 0x81, 0x0c, 1, 2, 1);		/* 2.23.140.1.2.1 */
OID(oid_mail_mailbox,	 0x67, 0x81, 0x0c, 1, 5, 1, 2);		/* 2.23.140.1.5.1.2 */
OID(oid_mail_individual, 0x67, 0x81, 0x0c, 1, 5, 4, 2);		/* 2.23.140.1.5.4.2 */
OID(oid_ocsp,		 0x2b, 6, 1, 5, 5, 7, 48, 1);		/* 1.3.6.1.5.5.7.48.1 */
OID(oid_ca_issuers,	 0x2b, 6, 1, 5, 5, 7, 48, 2);
OID(oid_ocsp_basic,	 0x2b, 6, 1, 5, 5, 7, 48, 1, 1);
OID(oid_ocsp_nonce,	 0x2b, 6, 1, 5, 5, 7, 48, 1, 2);
OID(oid_ocsp_nocheck,	 0x2b, 6, 1, 5, 5, 7, 48, 1, 5);
OID(oid_aia,		 0x2b, 6, 1, 5, 5, 7, 1, 1);
OID(oid_ski,		 0x55, 29, 14);
OID(oid_key_usage,	 0x55, 29, 15);
OID(oid_san,		 0x55, 29, 17);
OID(oid_basic,		 0x55, 29, 19);
OID(oid_crl_number,	 0x55, 29, 20);
OID(oid_reason,		 0x55, 29, 21);
OID(oid_idp,		 0x55, 29, 28);
OID(oid_names,		 0x55, 29, 30);
OID(oid_crl_dp,		 0x55, 29, 31);
OID(oid_policies,	 0x55, 29, 32);
OID(oid_aki,		 0x55, 29, 35);
OID(oid_eku,		 0x55, 29, 37);
OID(oid_cn,		 0x55, 4, 3);
OID(oid_surname,	 0x55, 4, 4);
OID(oid_country,	 0x55, 4, 6);
OID(oid_org,		 0x55, 4, 10);
OID(oid_given,		 0x55, 4, 42);

const unsigned char alg_ecdsa_sha256[12] =
    { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 };
const unsigned char alg_ecdsa_sha384[12] =
    { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03 };

#define YEAR	(INT64_C(86400) * 365)

/*
 * TLS takes RSA and the NIST curves only (BR 6.1.5).  An RSA key of a server is
 * sent keys beside signing, which BR 7.1.2.7.11 allow without recommending it:
 * without it NSS 3.87 calls the certificate invalid.  An elliptic mail key both
 * signs and agrees on keys (S/MIME BR 7.1.2.3 e).  A development site's own
 * certificate is made anew at a start alone, so it lives longer than the BR let it, which
 * forbid its names anyhow; it claims none of their policies.
 */
static const struct profile_row rows[PROFILE_LAST] = {
	[PROFILE_ROBOT_TLS] = { .slug = "robot-tls", .title = "Robot TLS", .level = 1,
	    .has = HAS_OCSP | HAS_CRL, .keys = KEY_RSA | KEY_EC,
	    .use_rsa = USE_SIGN | USE_KEY, .use_ec = USE_SIGN,
	    .purpose = { &oid_server_auth }, .policy = { &oid_tls_dv } },
	[PROFILE_ROBOT_MAIL] = { .slug = "robot-mail", .title = "Robot Mail", .level = 1,
	    .has = HAS_CRL | HAS_SKI | MAY_SUSPEND | MAIL, .keys = KEY_RSA | KEY_EC | KEY_ED25519,
	    .use_rsa = USE_SIGN | USE_KEY, .use_ec = USE_SIGN | USE_AGREE, .use_ed = USE_SIGN,
	    .purpose = { &oid_mail_protection }, .policy = { &oid_mail_mailbox } },
	[PROFILE_ASSURED_TLS] = { .slug = "assured-tls", .title = "Assured TLS", .level = 2,
	    .has = HAS_OCSP | HAS_CRL, .keys = KEY_RSA | KEY_EC,
	    .use_rsa = USE_SIGN | USE_KEY, .use_ec = USE_SIGN,
	    .purpose = { &oid_server_auth }, .policy = { &oid_tls_dv } },
	[PROFILE_ASSURED_MAIL] = { .slug = "assured-mail", .title = "Assured Mail", .level = 2,
	    .has = HAS_CRL | HAS_SKI | MAY_SUSPEND | MAIL, .keys = KEY_RSA | KEY_EC | KEY_ED25519,
	    .use_rsa = USE_SIGN | USE_KEY, .use_ec = USE_SIGN | USE_AGREE, .use_ed = USE_SIGN,
	    .purpose = { &oid_mail_protection }, .policy = { &oid_mail_mailbox } },
	[PROFILE_ROOT] = { .slug = "root", .title = "Root", .has = HAS_SKI | HAS_CA,
	    .keys = KEY_P384, .use_ec = USE_CERT | USE_CRL, .life = 20 * YEAR, .path_len = -1 },
	[PROFILE_TLS_ISSUER] = { .slug = "tls-issuer", .title = "TLS issuer",
	    .has = HAS_CRL | HAS_SKI | HAS_CA, .keys = KEY_P256, .use_ec = USE_CERT | USE_CRL,
	    .purpose = { &oid_server_auth }, .policy = { &oid_tls_dv }, .life = 10 * YEAR },
	[PROFILE_MAIL_ISSUER] = { .slug = "mail-issuer", .title = "Mail issuer",
	    .has = HAS_CRL | HAS_SKI | HAS_CA, .keys = KEY_P256, .use_ec = USE_CERT | USE_CRL,
	    .purpose = { &oid_mail_protection, &oid_client_auth },
	    .policy = { &oid_mail_mailbox, &oid_mail_individual }, .life = 10 * YEAR },
	[PROFILE_RESPONDER] = { .slug = "responder", .title = "OCSP",
	    .has = HAS_SKI | HAS_NOCHECK, .keys = KEY_P256, .use_ec = USE_SIGN,
	    .purpose = { &oid_ocsp_signing }, .life = 10 * YEAR },
	[PROFILE_LOCALHOST] = { .slug = "localhost", .title = "Development site", .level = 1,
	    .has = HAS_OCSP | HAS_CRL, .keys = KEY_P256, .use_ec = USE_SIGN,
	    .purpose = { &oid_server_auth }, .life = 397 * INT64_C(86400) },
};

const struct profile_row *
profile_get(unsigned profile)
{
	return profile == 0 || profile >= PROFILE_LAST ? NULL : &rows[profile];
}

bool
profile_is_mail(unsigned profile)
{
	const struct profile_row *p = profile_get(profile);

	return p != NULL && (p->has & MAIL) != 0;
}

uint16_t
profile_use(const struct profile_row *p, enum key_kind kind)
{
	if ((p->keys & kind) == 0)
		return 0;
	return kind == KEY_RSA ? p->use_rsa : kind == KEY_ED25519 ? p->use_ed : p->use_ec;
}

/* BR 7.1.3.1 and S/MIME BR 7.1.3.1: byte-for-byte these encodings and no others. */
static const struct key_row {
	enum key_kind	kind;
	unsigned	bits;
	size_t		point;		/* bytes of subjectPublicKey; 0: not fixed */
	uint8_t		len;
	unsigned char	alg[21];
	const char	*name;
} key_rows[] = {
	{ KEY_RSA, 0, 0, 15, { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0 }, "RSA" },
	{ KEY_P256, 256, 65, 21, { 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1,
	    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7 }, "ECDSA P-256" },
	{ KEY_P384, 384, 97, 18, { 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1,
	    0x06, 0x05, 0x2b, 0x81, 4, 0, 0x22 }, "ECDSA P-384" },
	{ KEY_P521, 521, 133, 18, { 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1,
	    0x06, 0x05, 0x2b, 0x81, 4, 0, 0x23 }, "ECDSA P-521" },
	{ KEY_ED25519, 256, 32, 7, { 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70 }, "Ed25519" },
};

struct span
key_bits_of(struct span spki)
{
	struct span in = der_take(&spki, DER_SEQUENCE);

	if (spki.bad || spki.len != 0)
		return span_of(NULL, 0);
	(void)der_take(&in, DER_SEQUENCE);

	struct span bits = der_take(&in, DER_BITS);

	if (in.bad || in.len != 0 || bits.len < 2 || bits.p[0] != 0)
		return span_of(NULL, 0);
	return span_of(bits.p + 1, bits.len - 1);
}

/* Above zero and in its shortest form (X.690 section 8.3.2). */
static bool
positive(struct span n)
{
	return n.len > 0 && (n.p[0] & 0x80) == 0 && (n.p[0] != 0 || (n.len > 1 && (n.p[1] & 0x80) != 0));
}

/* 0: not an RSAPublicKey in DER. */
static unsigned
modulus_bits(struct span key)
{
	struct span in = der_take(&key, DER_SEQUENCE), n = der_take(&in, DER_INTEGER);
	struct span x = der_take(&in, DER_INTEGER);
	unsigned bits;

	if (in.bad || in.len != 0 || key.len != 0 || !positive(n) || !positive(x))
		return 0;
	if (n.p[0] == 0)
		n.p++, n.len--;
	bits = (unsigned)(n.len * 8);
	for (unsigned c = n.p[0]; c != 0 && (c & 0x80) == 0; c <<= 1)
		bits--;
	return bits;
}

enum key_kind
key_kind_of(struct span spki, unsigned *bits)
{
	struct span key = key_bits_of(spki), whole = spki, in = der_take(&whole, DER_SEQUENCE);
	struct span alg = der_whole(&in, DER_SEQUENCE);

	if (key.len == 0 || in.bad)
		return 0;
	for (size_t i = 0; i < COUNT(key_rows); i++) {
		const struct key_row *r = &key_rows[i];

		if (!span_same(alg, span_of(r->alg, r->len)))
			continue;
		if (r->point != 0 && (key.len != r->point || (r->kind != KEY_ED25519 && key.p[0] != 4)))
			return 0;

		unsigned size = r->kind == KEY_RSA ? modulus_bits(key) : r->bits;

		if (bits != NULL)
			*bits = size;
		return size == 0 ? 0 : r->kind;
	}
	return 0;
}

void
key_kind_name(enum key_kind kind, unsigned bits, char into[24])
{
	into[0] = '\0';
	for (size_t i = 0; i < COUNT(key_rows); i++)
		if (key_rows[i].kind != kind)
			continue;
		else if (kind == KEY_RSA)
			snprintf(into, 24, "RSA %u", bits);
		else
			snprintf(into, 24, "%s", key_rows[i].name);
}
