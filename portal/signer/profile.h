/*
 * portal/signer/profile.h - what each kind of certificate holds, as a table.
 *
 * A row names the extensions and their values; build.c turns rows into DER,
 * lint.c checks the DER against rules of its own (not against this table).
 *
 * Why each mail certificate is of the S/MIME BR's *Multipurpose* generation,
 * also when it says emailProtection alone: ours may be suspended, and the BR
 * (section 7.2.2) forbid certificateHold for Strict ones.  Assured Mail with a
 * person's name is individual-validated (7.1.4.2.6 asks for a surname or given
 * name), without one mailbox-validated.
 *
 * Stands on der and the ticket's profile numbers.
 */
#ifndef PORTAL_SIGNER_PROFILE_H
#define PORTAL_SIGNER_PROFILE_H
#include "portal/signer/der.h"
#include "privacy/facts/ticket.h"

/* Kinds of key, and bits to say which are allowed. */
enum key_kind {
	KEY_RSA = 1, KEY_P256 = 2, KEY_P384 = 4, KEY_P521 = 8, KEY_ED25519 = 16
};
#define KEY_EC	(KEY_P256 | KEY_P384 | KEY_P521)

/* Bits of KeyUsage as der_bits() takes them (RFC 5280 section 4.2.1.3). */
#define USE_SIGN	0x8000u		/* digitalSignature */
#define USE_KEY		0x2000u		/* keyEncipherment */
#define USE_AGREE	0x0800u		/* keyAgreement */
#define USE_CERT	0x0400u		/* keyCertSign */
#define USE_CRL		0x0200u		/* cRLSign */

/* What else is in a row. */
#define HAS_OCSP	1u		/* authority access names the OCSP responder */
#define HAS_CRL		2u		/* CRL distribution point */
#define HAS_SKI		4u		/* subject key identifier */
#define HAS_CA		8u		/* basicConstraints with cA, critical */
#define HAS_NOCHECK	16u		/* id-pkix-ocsp-nocheck */
#define MAY_SUSPEND	32u		/* certificateHold is allowed */
#define MAIL		64u		/* names are addresses */

/* Ceremony profiles follow the four of the ticket; a ticket can't name them. */
enum ceremony_profile {
	PROFILE_ROOT = PROFILE__COUNT, PROFILE_TLS_ISSUER, PROFILE_MAIL_ISSUER,
	PROFILE_RESPONDER, PROFILE_LOCALHOST, PROFILE_LAST
};

struct profile_row {
	const char	*slug;		/* in file names and addresses: "robot-tls" */
	const char	*title;		/* "Robot TLS" */
	unsigned	level;		/* 1 Robot, 2 Assured; 0: no level policy of its own */
	unsigned	has;		/* HAS_... */
	unsigned	keys;		/* enum key_kind bits a subject may bring */
	uint16_t	use_rsa, use_ec, use_ed;	/* KeyUsage by the subject's kind of key */
	const struct oid *purpose[3];	/* extended key usages, in order */
	const struct oid *policy[4];	/* reserved policies, before the level's */
	int64_t		life;		/* seconds, ceremony profiles only */
	int		path_len;	/* HAS_CA: -1 none */
};

/* Any number below PROFILE_LAST; NULL otherwise. */
const struct profile_row *profile_get(unsigned profile);
bool profile_is_mail(unsigned profile);
/* KeyUsage bits for a key of this kind; 0: not allowed in the profile. */
uint16_t profile_use(const struct profile_row *p, enum key_kind kind);

/* The kind of key in a SubjectPublicKeyInfo, by its exact AlgorithmIdentifier
   (BR 7.1.3.1); 0 for any other, and for an RSA key that is not DER.  *bits (may be NULL): size of the modulus or field. */
enum key_kind key_kind_of(struct span spki, unsigned *bits);
/* "ECDSA P-256", "RSA 3072"; into[24]. */
void key_kind_name(enum key_kind kind, unsigned bits, char into[24]);
/* The subjectPublicKey's bytes, without the count of unused bits; empty when malformed. */
struct span key_bits_of(struct span spki);

extern const struct oid oid_server_auth, oid_client_auth, oid_mail_protection, oid_ocsp_signing,
    oid_tls_dv, oid_mail_mailbox, oid_mail_individual, oid_ocsp, oid_ca_issuers,
    oid_ocsp_nocheck, oid_ocsp_basic, oid_ocsp_nonce,
    oid_ski, oid_aki, oid_key_usage, oid_san, oid_basic, oid_names, oid_crl_dp, oid_policies,
    oid_eku, oid_aia, oid_crl_number, oid_reason, oid_idp,
    oid_cn, oid_surname, oid_given, oid_country, oid_org;
/* Whole AlgorithmIdentifiers of signatures (BR 7.1.3.2). */
extern const unsigned char alg_ecdsa_sha256[12], alg_ecdsa_sha384[12];
#endif
