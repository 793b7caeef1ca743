/*
 * portal/control/file.h - small files that are there whole or not at all.
 *
 * A secret that the first start makes must survive a power cut the moment
 * anything was built on it: each file is written beside its place, synced, and
 * renamed; then its folder is synced.
 *
 * Stands on buf.  Knows no name of any file.
 */
#ifndef PORTAL_CONTROL_FILE_H
#define PORTAL_CONTROL_FILE_H
#include <sys/types.h>
#include "ledger/base/buf.h"

#define FILE_READ_MAX	(1u << 20)	/* bytes of a file that is read whole */

/* Make the folder with this mode if it is missing; an existing one gets the mode.  ERR_IO, ERR_FULL. */
bool folder_make(const char *path, mode_t mode, struct err *e) MUST;
bool file_there(const char *path);
/* Put p[0..n) at path, replacing what was there, durably.  ERR_IO, ERR_FULL. */
bool file_put(const char *path, const void *p, size_t n, mode_t mode, struct err *e) MUST;
/* All of p[0..n), through partial writes too.  false: errno tells. */
bool file_write(int fd, const void *p, size_t n) MUST;
/* Make durable that this name stands in its folder.  ERR_IO, ERR_FULL. */
bool file_named(const char *path, struct err *e) MUST;
/* Remove the plain files that lie directly in the folder, but those of keep (NULL-terminated).  ERR_ABSENT, ERR_IO. */
bool folder_clear(const char *path, const char *const keep[], struct err *e) MUST;
/* Append the whole file to *into.  ERR_ABSENT, ERR_IO, ERR_INPUT (longer than FILE_READ_MAX). */
bool file_get(const char *path, struct buf *into, struct err *e) MUST;
/* The same of no link: where somebody else than who reads could have put one.  A link is ERR_IO. */
bool file_get_itself(const char *path, struct buf *into, struct err *e) MUST;
/* Exactly n bytes.  ERR_ABSENT, ERR_IO, ERR_INPUT (another size). */
bool file_get_exact(const char *path, void *into, size_t n, struct err *e) MUST;
void fd_close(int *fd);			/* fits DROP(); -1: none */
#endif
