#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/wipe.h"
#include "ledger/store/wal.h"

#define HEADER		32		/* bytes of a log before its first frame */
#define KEPT		(2 << 20)	/* bytes of an emptied log whose blocks stay */
#define PIECE		(64 << 10)
#define GATHERED	(96 << 10)	/* bytes: 23 pages; SQLite writes less than 128 KiB at once (os_unix.c) */

struct wal {
	sqlite3_file	base;
	unsigned char	*p;		/* GATHERED bytes, from the first write on */
	int		len;
	sqlite3_int64	at;		/* where p belongs in the file */
	_Alignas(8) unsigned char file[];	/* SQLite's own; its memory is aligned to no more */
};

static const unsigned char nothing[PIECE];

static struct wal *
wal_of(sqlite3_file *f)
{
	return (struct wal *)(void *)f;
}

static sqlite3_file *
own(struct wal *w)
{
	return (sqlite3_file *)(void *)w->file;
}

/* What could not be written is forgotten: SQLite rolls back and writes those places anew. */
static int
flush(struct wal *w)
{
	int n = w->len;

	w->len = 0;
	return n == 0 ? SQLITE_OK : own(w)->pMethods->xWrite(own(w), w->p, n, w->at);
}

static int
wal_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct wal *w = wal_of(f);
	int rc = SQLITE_OK;

	if (w->p == NULL && (w->p = malloc(GATHERED)) == NULL)
		return own(w)->pMethods->xWrite(own(w), p, n, at);
	if (w->len > 0 && (at != w->at + w->len || n > GATHERED - w->len))
		rc = flush(w);
	if (rc != SQLITE_OK)
		return rc;
	if (n > GATHERED)
		return own(w)->pMethods->xWrite(own(w), p, n, at);
	if (w->len == 0)
		w->at = at;
	memcpy(w->p + w->len, p, (size_t)n);
	w->len += n;
	return SQLITE_OK;
}

static int
wal_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	int rc = flush(wal_of(f));

	return rc == SQLITE_OK ? own(wal_of(f))->pMethods->xRead(own(wal_of(f)), p, n, at) : rc;
}

/* ---- emptied ---- */

static int
write_zeros(sqlite3_file *o, int n, sqlite3_int64 at)
{
	return o->pMethods->xWrite(o, nothing, n, at);
}

/* Only what is not zero already: a log that was little used is quickly gone through. */
static int
piece_blank(sqlite3_file *o, unsigned char *piece, int n, sqlite3_int64 at)
{
	int rc = o->pMethods->xRead(o, piece, n, at);

	return rc == SQLITE_OK && memcmp(piece, nothing, (size_t)n) != 0 ? write_zeros(o, n, at) : rc;
}

static int
rest_blank(sqlite3_file *o, sqlite3_int64 size)
{
	unsigned char *piece = malloc(PIECE);
	int rc = piece == NULL ? SQLITE_NOMEM : SQLITE_OK;

	for (sqlite3_int64 at = 0; rc == SQLITE_OK && at < size; at += PIECE)
		rc = piece_blank(o, piece, size - at < PIECE ? (int)(size - at) : PIECE, at);
	wipe_free(piece);
	return rc;
}

/*
 * The header first, and synced: with it the whole log is void.  Were the frames blanked beside a header that is still
 * good, a crash could leave the first half of them, and pages as they were long ago would be taken for the newest.
 */
static int
blank(sqlite3_file *o)
{
	sqlite3_int64 size;
	int rc = o->pMethods->xFileSize(o, &size);

	if (rc == SQLITE_OK && size > 0)
		rc = write_zeros(o, size < HEADER ? (int)size : HEADER, 0);
	if (rc == SQLITE_OK && size > 0)
		rc = o->pMethods->xSync(o, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
	if (rc == SQLITE_OK && size > KEPT)
		rc = o->pMethods->xTruncate(o, size = KEPT);
	if (rc == SQLITE_OK)
		rc = rest_blank(o, size);
	return rc == SQLITE_OK && size > 0 ? o->pMethods->xSync(o, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY) : rc;
}

static int
wal_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	sqlite3_file *o = own(wal_of(f));
	int rc = flush(wal_of(f));

	if (rc == SQLITE_OK && size == 0 && blank(o) == SQLITE_OK)
		return SQLITE_OK;
	return rc == SQLITE_OK ? o->pMethods->xTruncate(o, size) : rc;
}

/* ---- the rest ---- */

static int
wal_sync(sqlite3_file *f, int flags)
{
	int rc = flush(wal_of(f));

	return rc == SQLITE_OK ? own(wal_of(f))->pMethods->xSync(own(wal_of(f)), flags) : rc;
}

static int
wal_size(sqlite3_file *f, sqlite3_int64 *size)
{
	int rc = flush(wal_of(f));

	return rc == SQLITE_OK ? own(wal_of(f))->pMethods->xFileSize(own(wal_of(f)), size) : rc;
}

static int
wal_close(sqlite3_file *f)
{
	struct wal *w = wal_of(f);
	int rc = flush(w), closed = own(w)->pMethods->xClose(own(w));

	wipe_free(w->p);
	return rc == SQLITE_OK ? closed : rc;
}

static int
wal_control(sqlite3_file *f, int verb, void *value)
{
	return own(wal_of(f))->pMethods->xFileControl(own(wal_of(f)), verb, value);
}

static int wal_sector(sqlite3_file *f) { return own(wal_of(f))->pMethods->xSectorSize(own(wal_of(f))); }
static int wal_device(sqlite3_file *f) { return own(wal_of(f))->pMethods->xDeviceCharacteristics(own(wal_of(f))); }

/* Locks are the database's: nobody asks the log for one. */
static const sqlite3_io_methods methods = { .iVersion = 1, .xClose = wal_close,
    .xRead = wal_read, .xWrite = wal_write, .xTruncate = wal_truncate, .xSync = wal_sync,
    .xFileSize = wal_size, .xFileControl = wal_control, .xSectorSize = wal_sector,
    .xDeviceCharacteristics = wal_device };

void
wal_forget(sqlite3 *db)
{
	sqlite3_file *f = NULL;

	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &f) == SQLITE_OK && f != NULL &&
	    f->pMethods == &methods)
		wal_of(f)->len = 0;
}

bool
wal_is_empty(const char *path)
{
	unsigned char head[HEADER];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));
	bool absent = fd < 0 && errno == ENOENT;

	if (fd >= 0)
		close(fd);
	return absent || (n >= 0 && memcmp(head, nothing, (size_t)n) == 0);
}

/* ---- the VFS ---- */

static sqlite3_vfs *sqlites;	/* the one that does the work */

static int
wal_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *got)
{
	struct wal *w = wal_of(f);
	int rc;

	(void)vfs;
	if ((flags & SQLITE_OPEN_WAL) == 0)
		return sqlites->xOpen(sqlites, name, f, flags, got);
	*w = (struct wal){0};
	rc = sqlites->xOpen(sqlites, name, own(w), flags, got);
	if (rc == SQLITE_OK)
		w->base.pMethods = &methods;
	return rc;
}

int
wal_register(void)
{
	static sqlite3_vfs vfs;
	int rc = sqlite3_initialize();

	if (rc != SQLITE_OK)
		return rc;
	sqlites = sqlite3_vfs_find(NULL);
	if (sqlites == NULL)
		return SQLITE_ERROR;
	/* Everything but opening is SQLite's; it asks no VFS which one it is. */
	vfs = *sqlites;
	vfs.pNext = NULL;
	vfs.zName = WAL_VFS;
	vfs.szOsFile += (int)sizeof(struct wal);
	vfs.xOpen = wal_open;
	return sqlite3_vfs_register(&vfs, 0);
}
