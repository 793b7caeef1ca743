/*
 * privacy/keeper/backup.h - the keeper's part of a backup, made while it serves.
 *
 * The keeper alone reads its stores, so it writes the copies itself, beside them and
 * sealed as they are; the control process carries them away.  All are of one moment, the
 * one at which the backup began:
 *
 *	backup.db	the keeper store
 *	backup.journal	the journal's records up to then
 *	backup.keys	the key store, the root key file and the keeper's other secrets,
 *			sealed to the backup key (privacy/vault/keyset.h)
 *
 * Stands on store/copy, transcript, keyset, chain.  Knows no folder but the one it is given.
 */
#ifndef PRIVACY_KEEPER_BACKUP_H
#define PRIVACY_KEEPER_BACKUP_H
#include "privacy/keeper/keeper.h"

struct backup;
extern const char backup_schema[];

/* folder: "keeper/", the one that the stores lie in; borrowed. */
bool backup_open(struct backup **out, const char *folder, struct err *e) MUST;
void backup_drop(struct backup **b);		/* what is unfinished is removed */
/*
 * Give up one that nobody has gone on with for ten minutes.  While a backup is under way its snapshots keep
 * the write-ahead logs: no erasure comes to its end, and no root key is replaced.
 */
void backup_forsaken(struct keeper *k, int64_t now);
/* When the last one was begun that was carried away, and entries it holds; 0 none. */
bool backup_last(struct keeper *k, int64_t *at, int64_t *entries, struct err *e) MUST;
#endif
