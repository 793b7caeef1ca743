#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/wipe.h"
#include "ledger/store/copy.h"
#include "ledger/store/sqlite.h"

struct store_copy {
	struct store	*from;		/* holds the snapshot */
	sqlite3		*to;
	sqlite3_backup	*backup;
	char		*path;
	int		fd;		/* of the copy, to sync it */
	bool		whole;
};

static bool
fail_to(struct store_copy *c, int rc, struct err *e)
{
	/* A step's own result: the database it writes to knows of no error. */
	return FAIL(e, (rc & 0xff) == SQLITE_FULL ? ERR_FULL : ERR_IO, "%.100s: %s", c->path, sqlite3_errstr(rc));
}

/* A transaction that has read holds its moment until it ends. */
static bool
snapshot(struct store_copy *c, struct err *e)
{
	int rc = sqlite3_exec(c->from->db, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);

	return rc == SQLITE_OK || sqlite_fail(c->from, rc, "snapshot", e);
}

/* Nobody reads the copy before it is whole: it needs no journal of its own. */
static bool
target(struct store_copy *c, struct err *e)
{
	int rc;

	if (unlink(c->path) != 0 && errno != ENOENT)
		return FAIL(e, ERR_IO, "copy: %.100s: %s", c->path, strerror(errno));
	c->fd = open(c->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (c->fd < 0)
		return FAIL(e, errno == ENOSPC ? ERR_FULL : ERR_IO, "copy: %.100s: %s", c->path, strerror(errno));
	rc = sqlite3_open_v2(c->path, &c->to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(c->to, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-2000",
		    NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return fail_to(c, rc, e);
	c->backup = sqlite3_backup_init(c->to, "main", c->from->db, "main");
	return c->backup != NULL || fail_to(c, sqlite3_errcode(c->to), e);
}

bool
store_copy_open(struct store_copy **out, const char *from, const char *to, struct err *e)
{
	static const struct store_spec reading = { .name = "copy", .read_only = true };
	struct store_copy *c = calloc(1, sizeof(*c));

	*out = NULL;
	if (c == NULL || (c->path = strdup(to)) == NULL) {
		wipe_free(c);
		return FAIL(e, ERR_MEMORY, "copy");
	}
	c->fd = -1;
	if (!store_open(&c->from, &reading, from, e) || !snapshot(c, e) || !target(c, e)) {
		store_copy_drop(&c);
		return false;
	}
	*out = c;
	return true;
}

/* The last pages are written when the copy is closed. */
static bool
finish(struct store_copy *c, struct err *e)
{
	int rc = sqlite3_backup_finish(c->backup);

	c->backup = NULL;
	if (rc == SQLITE_OK)
		rc = sqlite3_close(c->to);
	if (rc != SQLITE_OK)
		return fail_to(c, rc, e);
	c->to = NULL;
	if (fsync(c->fd) != 0)
		return FAIL(e, ERR_IO, "copy: fsync: %s", strerror(errno));
	/* Who holds a moment keeps the write-ahead log from being emptied, and with it what was erased since. */
	store_drop(&c->from);
	c->whole = true;
	return true;
}

bool
store_copy_step(struct store_copy *c, int pages, int64_t *left, struct err *e)
{
	int rc;

	*left = 0;
	if (c->whole)
		return true;
	rc = sqlite3_backup_step(c->backup, pages);
	if (rc == SQLITE_DONE)
		return finish(c, e);
	if (rc != SQLITE_OK)
		return fail_to(c, rc, e);
	*left = sqlite3_backup_remaining(c->backup);
	/* What was written is brought to the disk in the same small pieces. */
	if (fdatasync(c->fd) != 0)
		return FAIL(e, errno == ENOSPC ? ERR_FULL : ERR_IO, "copy: fdatasync: %s", strerror(errno));
	return true;
}

void
store_copy_drop(struct store_copy **p)
{
	struct store_copy *c = *p;

	*p = NULL;
	if (c == NULL)
		return;
	if (c->backup != NULL)
		sqlite3_backup_finish(c->backup);
	sqlite3_close_v2(c->to);
	store_drop(&c->from);
	if (c->fd >= 0)
		close(c->fd);
	if (!c->whole && c->fd >= 0)
		unlink(c->path);
	wipe_free(c->path);
	wipe_free(c);
}
