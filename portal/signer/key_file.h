/*
 * portal/signer/key_file.h - keys and certificates of the CA as files: there whole, or not at all.
 *
 * Each is written beside its place, to the disk, then renamed; what root writes belongs to whom the folder belongs to.
 * No copy of a key is left behind: PEM is put together in the secure heap.
 *
 * Stands on keys.
 */
#ifndef PORTAL_SIGNER_KEY_FILE_H
#define PORTAL_SIGNER_KEY_FILE_H
#include <sys/types.h>
#include "portal/signer/keys.h"

/* All of them: ERR_IO, ERR_MEMORY. */
bool key_file_put(const char *path, mode_t mode, struct span data, struct err *e) MUST;
bool key_file_pem(const char *path, mode_t mode, const char *label, struct span der, struct err *e) MUST;
bool key_file_pem_add(struct buf *b, const char *label, struct span der, struct err *e) MUST;
/* Another name in the same folder. */
bool key_file_move(const char *from, const char *to, struct err *e) MUST;
/* PKCS#8 without a pass-phrase, mode 0600. */
bool key_file_key(const char *path, const struct ca_key *k, struct err *e) MUST;
#endif
