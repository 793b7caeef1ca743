/*
 * portal/signer/ceremony.h - how a CA comes into being: one call, all its keys.
 *
 * Makes the root (its key leaves encrypted, for a place that is not this
 * machine), four issuers, an OCSP responder for each, the ledger's checkpoint
 * key, and a root CRL.  The issuing keys stay in the signer's folder, mode 0600.
 * `troth run` calls it on the first start; nothing of the root's private half is kept.
 *
 * Stands on build, crl, keys, book.  Prints nothing, asks nothing, makes none of
 * the secrets that processes share (portal/control/state.h does).
 */
#ifndef PORTAL_SIGNER_CEREMONY_H
#define PORTAL_SIGNER_CEREMONY_H
#include "portal/signer/issuers.h"
#include "portal/signer/keys.h"
#include "portal/signer/settings.h"

/*
 * Files, PEM unless said otherwise, S being `dir` (DIR/signer) and O `offline`:
 *
 *	S/root.crt  S/root.crl (DER)
 *	S/SLUG.key  S/SLUG.crt  S/SLUG-ocsp.key  S/SLUG-ocsp.crt
 *	    SLUG: robot-tls robot-mail assured-tls assured-mail; later ones' names: issuer.h
 *	S/checkpoint.seed (32 bytes)  S/checkpoint.pub (one line: the vkey)
 *	O/root.key.pem (PKCS#8, PBES2: scrypt, AES-256-CBC)
 *
 * S/root.crt is written last: with it the ceremony was held, without it
 * everything is made anew.
 */
struct ceremony {
	char		passphrase[40];		/* of root.key.pem: to be shown once, then wiped */
	unsigned char	fingerprint[32];	/* SHA-256 of the root certificate */
	struct buf	root, root_crl;		/* DER, to be published */
	struct issuers	issuers;		/* all generations */
	struct buf	vkey;			/* "origin+1234abcd+base64", no newline */
};

bool ceremony_held(const char *dir) MUST;
/*
 * dir and offline exist.  Draws keys, writes the files, fills *c.  Fails:
 * ERR_CONFLICT (held already), ERR_IO, ERR_CRYPTO, ERR_INPUT (settings).
 */
bool ceremony_hold(struct ceremony *c, const char *dir, const char *offline,
    const struct signer_settings *set, struct err *e) MUST;
/* What is public of a ceremony held before; the passphrase is empty. */
bool ceremony_read(struct ceremony *c, const char *dir, struct err *e) MUST;
void ceremony_wipe(struct ceremony *c);		/* fits DROP() */

/*
 * A certificate for the development site, from the Robot TLS issuer, under a profile
 * of its own that no ticket can name: names are those of the machine itself
 * ("localhost", "127.0.0.1", "::1"; at most 8).  Writes key_path (0600) and
 * crt_path (leaf, then issuer), and enters the certificate in the signer's book.  Call
 * while the signer is not running; again when site_certificate_due().
 */
bool ceremony_site(const char *dir, const struct signer_settings *set,
    const char *const *names, size_t count, const char *key_path, const char *crt_path,
    struct err *e) MUST;
/* No certificate at crt_path, or one that ends within 30 days, or not by today's Robot TLS issuer. */
bool site_certificate_due(const char *dir, const char *key_path, const char *crt_path) MUST;
#endif
