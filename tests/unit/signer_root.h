/*
 * tests/unit/signer_root.h - the root of a test's site brought back: an issuer made by it, and one revoked.
 */
#ifndef TESTS_UNIT_SIGNER_ROOT_H
#define TESTS_UNIT_SIGNER_ROOT_H
#include "portal/signer/authority.h"
#include "portal/signer/root_list.h"
#include "tests/unit/signer_site.h"

/* The path of its key, and the pass-phrase. */
static inline void
root_brought(const struct site *s, char key[256], char passphrase[64])
{
	char path[256];
	FILE *f;

	snprintf(key, 256, "%s/offline/root.key.pem", s->dir);
	snprintf(path, sizeof(path), "%s/passphrase", s->dir);
	f = fopen(path, "re");
	assert_non_null(f);
	assert_non_null(fgets(passphrase, 64, f));
	fclose(f);
}

static inline void
root_makes(const struct site *s, unsigned number)
{
	DROP(ca_key_wipe) struct ca_key root = {0};
	DROP(authority_wipe) struct authority a = {0};
	char key[256], crt[256], dir[256], passphrase[64];

	root_brought(s, key, passphrase);
	snprintf(dir, sizeof(dir), "%s/signer", s->dir);
	snprintf(crt, sizeof(crt), "%s/signer/root.crt", s->dir);
	GOOD(ca_key_open(&root, key, passphrase, crt, e));
	GOOD(authority_make(&a, &root, number, &s->set, e));
	GOOD(authority_write(&a, dir, number, e));
}

static inline void
root_revokes(const struct site *s, const unsigned char serial[TICKET_SERIAL], uint8_t reason)
{
	const struct root_list_entry more = { .serial = serial, .reason = reason };
	DROP(buf_wipe) struct buf list = {0};
	char key[256], dir[256], passphrase[64];

	root_brought(s, key, passphrase);
	snprintf(dir, sizeof(dir), "%s/signer", s->dir);
	GOOD(root_list_next(&list, dir, key, passphrase, 365 * DAY, &more, e));
	file_put(dir, "root.crl", list.data, list.len);
}
#endif
