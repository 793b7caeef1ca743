/*
 * privacy/vault/root.h - the file with the root keys that wrap all others.
 *
 * One to four records of { u64 version, i64 made at, 32 bytes }, versions
 * growing; or just 32 bytes: version 1, as the ceremony writes it.  More than
 * one stand in it only between a rotation and the old version's retirement.
 *
 * The caller keeps struct roots in locked memory.  Stands on seal and buf.
 * Private to the vault: nobody outside key.c includes it.
 */
#ifndef PRIVACY_VAULT_ROOT_H
#define PRIVACY_VAULT_ROOT_H
#include "privacy/vault/seal.h"

#define ROOTS		4	/* versions the file may hold at once */

struct root { int64_t version, at; unsigned char key[SEAL_KEY]; };
struct roots { struct root root[ROOTS]; size_t count; };

/* ERR_IO; ERR_INPUT: a wrong size, or versions that do not grow. */
bool roots_read(struct roots *in, const char *path, struct err *e) MUST;
/*
 * Replace the file: new file, fsync, rename, fsync of the folder.  The bytes of the one
 * that was there are overwritten then, as far as the disk does that in place.  ERR_IO.
 */
bool roots_write(const struct roots *in, const char *path, struct err *e) MUST;
#endif
