/*
 * portal/signer/backup.h - a copy of what the signer remembers, for a backup.
 *
 * Its book and its journal, of one moment and without any key: those are the
 * ceremony's alone.  Stands on book.  Carried away by the control process.
 */
#ifndef PORTAL_SIGNER_BACKUP_H
#define PORTAL_SIGNER_BACKUP_H
#include "portal/signer/signer.h"

struct backup;
void signer_backup_drop(struct backup **b);
enum ipc_turn backup_run(void *self, struct ipc_ask *a);
#endif
