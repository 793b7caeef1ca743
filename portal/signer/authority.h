/*
 * portal/signer/authority.h - the CA's own certificates: a root's, and those of an issuer and its responder under it.
 *
 * Made at the ceremony and by `troth issuer new`, by the same rules: built from the profile table, held against
 * lint_authority's rules before they are signed.  An issuer lives ten years, or as long as its root does.
 *
 * Stands on build, lint_authority, key_file, issuer.  Asks nobody: whoever calls has the root's key.
 */
#ifndef PORTAL_SIGNER_AUTHORITY_H
#define PORTAL_SIGNER_AUTHORITY_H
#include "portal/signer/issuer.h"
#include "portal/signer/keys.h"
#include "portal/signer/settings.h"

struct authority { struct ca_key issuer, responder; };	/* keys with their certificates */

/* A new P-384 key, certified by itself.  ERR_CRYPTO, ERR_INPUT (settings that make no good certificate). */
bool authority_root(struct ca_key *root, const struct signer_settings *set, struct err *e) MUST;
/* The issuer of this number (issuer.h) and its responder: new P-256 keys.  The same errors. */
bool authority_make(struct authority *a, struct ca_key *root, unsigned number, const struct signer_settings *set,
    struct err *e) MUST;
/* Its four files in dir; the issuer's certificate, with which it is there, comes last.  ERR_IO, ERR_FULL. */
bool authority_write(const struct authority *a, const char *dir, unsigned number, struct err *e) MUST;
/*
 * The same in two steps, for who says in between that it will be so: all that takes room on the disk, and that an
 * issuer of this number is there.  Is one prepared that is not there?
 */
bool authority_prepare(const struct authority *a, const char *dir, unsigned number, struct err *e) MUST;
bool authority_there(const char *dir, unsigned number, struct err *e) MUST;
bool authority_prepared(const char *dir, unsigned number);
void authority_wipe(struct authority *a);		/* fits DROP() */
#endif
