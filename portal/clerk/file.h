/*
 * portal/clerk/file.h - a file that appears whole, durably, or not at all.
 */
#ifndef PORTAL_CLERK_FILE_H
#define PORTAL_CLERK_FILE_H
#include "ledger/base/pack.h"

/*
 * Write bytes to tmp (made anew, mode), fsync, rename to path, fsync the folder
 * of path.  Both on one file system.  ERR_FULL, ERR_IO; tmp is gone then.
 */
bool file_appear(const char *tmp, const char *path, unsigned mode, struct span bytes,
    struct err *e) MUST;
#endif
