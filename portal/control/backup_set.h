/*
 * portal/control/backup_set.h - a backup as it lies in a folder.
 *
 *	data-TIME-ID/		keeper.db site.db book.sqlite keeper.journal signer.journal troth.conf root.crl,
 *				checkpoint (the newest signed one, if any) and manifest
 *	keys-TIME-ID		the keys of the same moment (privacy/vault/keyset.h)
 *
 * The two belong in different places: whoever has one of them has nothing that can be read.
 * The manifest is text, a word and its value a line: format, id, made, entries, root, tickets,
 * and of each file its size and SHA-256.  It finds what was damaged or mixed up; somebody
 * who forges a whole backup is found by the ledger's checkpoint, which restoring asks for.
 *
 * Stands on file, journal, tree.  Opens nothing sealed.
 */
#ifndef PORTAL_CONTROL_BACKUP_SET_H
#define PORTAL_CONTROL_BACKUP_SET_H
#include "ledger/entry.h"

#define BACKUP_ID	16
#define BACKUP_FILES	8
#define BACKUP_SHA	32
#define BACKUP_KEYS_KEPT (30 * 86400)	/* seconds the keys of a backup may be used */

struct backup_file { char name[32]; int64_t size; unsigned char sha256[BACKUP_SHA]; };
struct backup_set {
	unsigned char	id[BACKUP_ID];
	int64_t		made_at, entries, tickets;
	unsigned char	root[LEAF_HASH];	/* of the ledger's `entries` entries */
	struct backup_file file[BACKUP_FILES];
	size_t		files;
};

/* "20261127T210500Z-1a2b3c4d" */
void backup_set_name(const struct backup_set *s, char into[40]);
/* Copy a file (synced, 0600) and note its size and hash as `name` of the set.  ERR_ABSENT, ERR_IO, ERR_FULL. */
bool backup_set_add(struct backup_set *s, const char *from, const char *folder, const char *name, struct err *e) MUST;
bool backup_set_write(const struct backup_set *s, const char *folder, struct err *e) MUST;
/* ERR_ABSENT, ERR_INPUT: no backup of ours. */
bool backup_set_read(struct backup_set *s, const char *folder, struct err *e) MUST;
/* ERR_TAMPER names the first file that is not what the manifest says. */
bool backup_set_check(const struct backup_set *s, const char *folder, struct err *e) MUST;
/* Copy n bytes of whole files with their hash; into may be NULL: only read. */
bool backup_file_copy(const char *from, const char *into, mode_t mode, struct backup_file *f, struct err *e) MUST;

/*
 * The root of the first `size` entries, reckoned from a journal of the keeper.  Tombstones are passed
 * over.  *entries: how many it holds.  ERR_ABSENT: fewer than `size`; ERR_TAMPER.
 */
bool backup_root(const char *journal, int64_t size, unsigned char root[LEAF_HASH], int64_t *entries, struct err *e) MUST;
#endif
