/*
 * ledger/store/sqlite.c - opening one SQLite file and fencing it in.
 *
 * The authorizer guards against our own bugs only: another program with the
 * file's rights is found by the verifier, not stopped here.  Triggers are a
 * special case, because a planted one runs inside our own commit: they are
 * refused on open, switched off on the connection, and denied by the authorizer
 * when somebody plants one later.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/wipe.h"
#include "ledger/store/sqlite.h"
#include "ledger/store/wal.h"

static enum err_kind
kind_of(int rc)
{
	switch (rc) {
	/* A reader that may write nothing came while a writer makes the log's index (anew): it looks again. */
	case SQLITE_READONLY_RECOVERY:
	case SQLITE_READONLY_CANTLOCK:
	case SQLITE_READONLY_CANTINIT:	return ERR_BUSY;
	default:	break;
	}
	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT:	return ERR_CONFLICT;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:	return ERR_BUSY;
	case SQLITE_FULL:	return ERR_FULL;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:	return ERR_TAMPER;
	case SQLITE_NOMEM:	return ERR_MEMORY;
	case SQLITE_AUTH:	return ERR_DENIED;
	default:		return ERR_IO;
	}
}

/*
 * What the last read of the store's file, or of its log, could not do: an errno.  SQLite calls
 * what a disk refused to read (EIO, ENXIO, ERANGE) corrupt, which is our word for tampered.
 */
static int
unread(struct store *st)
{
	sqlite3_file *log = NULL;
	int why = 0;

	(void)sqlite3_file_control(st->db, "main", SQLITE_FCNTL_LAST_ERRNO, &why);
	if (why == 0 && sqlite3_file_control(st->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK &&
	    log != NULL && log->pMethods != NULL)
		(void)log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &why);
	return why == EIO || why == ENXIO || why == ERANGE ? why : 0;
}

bool
sqlite_fail(struct store *st, int rc, const char *doing, struct err *e)
{
	int more = st->db == NULL ? rc : sqlite3_extended_errcode(st->db);
	const char *says = st->db == NULL ? sqlite3_errstr(rc) : sqlite3_errmsg(st->db);

	if ((more & 0xff) != (rc & 0xff)) {
		more = rc;
		says = sqlite3_errstr(rc);
	}
	/* After a failed fsync the page cache's state is undefined: reopen, never retry. */
	if (more == SQLITE_IOERR_FSYNC || more == SQLITE_IOERR_DIR_FSYNC)
		st->broken = true;
	/* Growing -shm on a full disk comes as a plain I/O error. */
	if ((rc & 0xff) == SQLITE_IOERR && st->db != NULL &&
	    sqlite3_system_errno(st->db) == ENOSPC)
		return FAIL(e, ERR_FULL, "%s: %s: no space", st->name, doing);
	if ((rc & 0xff) == SQLITE_CORRUPT && st->db != NULL && unread(st) != 0)
		return FAIL(e, ERR_IO, "%s: %s: the disk cannot be read: %s", st->name, doing, strerror(unread(st)));
	return FAIL(e, kind_of(more), "%s: %s: %s", st->name, doing, says);
}

static bool
listed(const char *const *names, const char *name)
{
	for (; names != NULL && name != NULL && *names != NULL; names++)
		if (strcasecmp(*names, name) == 0)
			return true;
	return false;
}

static int
allow(void *self, int action, const char *first, const char *second,
    const char *database, const char *inside)
{
	struct store *st = self;

	(void)database;
	if (action == SQLITE_READ || action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE)
		later_note(st, action, first, second);
	switch (action) {
	case SQLITE_SELECT: case SQLITE_READ: case SQLITE_TRANSACTION:
	case SQLITE_SAVEPOINT: case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return second != NULL && strcasecmp(second, "load_extension") == 0 ?
		    SQLITE_DENY : SQLITE_OK;
	case SQLITE_INSERT:	/* `inside` names the trigger that would do it */
		return inside == NULL ? SQLITE_OK : SQLITE_DENY;
	case SQLITE_UPDATE: case SQLITE_DELETE:
		if (inside != NULL || listed(st->append_only, first))
			return SQLITE_DENY;
		/* Of a deletion to be ignored SQLite does the rows one by one, so that each is told of (watch.c). */
		return action == SQLITE_DELETE && listed(st->watched, first) ? SQLITE_IGNORE : SQLITE_OK;
	default:		/* ATTACH, PRAGMA, every CREATE, DROP and ALTER */
		return SQLITE_DENY;
	}
}

static bool
exec(struct store *st, const char *text, const char *doing, struct err *e)
{
	int rc = sqlite3_exec(st->db, text, NULL, NULL, NULL);

	return rc == SQLITE_OK ? true : sqlite_fail(st, rc, doing, e);
}

/* The first column of the first row of a query, for set-up only. */
static bool
number_of(struct store *st, const char *text, int64_t *into, struct err *e)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(st->db, text, -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		*into = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? true : sqlite_fail(st, rc, "open", e);
}

static bool
fence(struct store *st, struct err *e)
{
	static const struct { int verb, on; } rows[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		int now = -1;
		int rc = sqlite3_db_config(st->db, rows[i].verb, rows[i].on, &now);

		if (rc != SQLITE_OK || now != rows[i].on)
			return FAIL(e, ERR_IO, "%s: this SQLite lacks setting %d",
			    st->name, rows[i].verb);
	}
	sqlite3_limit(st->db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_busy_timeout(st->db, st->wait_ms);
	return exec(st, "PRAGMA cell_size_check=ON; PRAGMA cache_size=-400; PRAGMA mmap_size=0; "
	    "PRAGMA temp_store=MEMORY", "open", e);
}

static int
log_grown(void *self, sqlite3 *db, const char *name, int pages)
{
	struct store *st = self;

	(void)db;
	(void)name;
	st->log_pages = pages;
	return SQLITE_OK;
}

/* What only a connection that writes needs. */
static bool
fence_writer(struct store *st, const struct store_spec *spec, struct err *e)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(st->db, "PRAGMA journal_mode=WAL", -1, &stmt, NULL);
	const char *mode = rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW ?
	    (const char *)sqlite3_column_text(stmt, 0) : NULL;
	bool wal = mode != NULL && strcmp(mode, "wal") == 0;

	sqlite3_finalize(stmt);
	if (!wal)
		return rc == SQLITE_ROW ? FAIL(e, ERR_IO, "%s: no WAL on this file system",
		    st->name) : sqlite_fail(st, rc, "open", e);
	TRY(exec(st, "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON", "open", e));
	if (spec->cache_kib > 0) {
		char text[64];

		snprintf(text, sizeof(text), "PRAGMA cache_size=-%d", spec->cache_kib);
		TRY(exec(st, text, "open", e));
	}
	sqlite3_wal_autocheckpoint(st->db, spec->manual_checkpoint ? 0 : 1000);
	/* An automatic checkpoint is such a hook itself: there is only room for one. */
	if (spec->manual_checkpoint)
		sqlite3_wal_hook(st->db, log_grown, st);
	return true;
}

static int64_t
newest_version(const struct store_spec *spec)
{
	return spec->step_count == 0 ? spec->schema_version : spec->steps[spec->step_count - 1].version;
}

static bool
check_schema(struct store *st, const struct store_spec *spec, int64_t *version, struct err *e)
{
	int64_t odd = 0;

	TRY(number_of(st, "PRAGMA user_version", version, e));
	TRY(number_of(st, "SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')",
	    &odd, e));
	if (odd != 0)
		return FAIL(e, ERR_TAMPER, "%s: %lld triggers or views that we did not make",
		    st->name, (long long)odd);
	if (*version != 0 && spec->schemas != NULL && *version > newest_version(spec))
		return FAIL(e, ERR_INPUT, "%s: a newer program made this store (version %lld, this one knows %lld): start that one, "
		    "or restore a backup of before", st->name, (long long)*version, (long long)newest_version(spec));
	if (*version != 0 && spec->schemas != NULL && *version < spec->schema_version)
		return FAIL(e, ERR_INPUT, "%s: this store is older than this program can bring up (version %lld, it takes %lld and later)",
		    st->name, (long long)*version, (long long)spec->schema_version);
	return true;
}

static bool
run_schemas(struct store *st, const char *const *schemas, int64_t version, struct err *e)
{
	char text[64];

	for (const char *const *s = schemas; *s != NULL; s++)
		TRY(exec(st, *s, "schema", e));
	snprintf(text, sizeof(text), "PRAGMA user_version=%lld", (long long)version);
	return exec(st, text, "schema", e);
}

/* What a step says when a store is not what its version tells. */
static bool
bring_up(struct store *st, const struct store_step *to, int64_t from, struct err *e)
{
	struct err why = {0};

	return run_schemas(st, to->schemas, to->version, &why) || FAIL(e, why.kind,
	    "a store of version %lld cannot become %lld and stays as it is (go on with the program before): %s",
	    (long long)from, (long long)to->version, why.text);
}

/* A new store from nothing, an older one step by step; all of it or none. */
static bool
create(struct store *st, const struct store_spec *spec, struct err *e)
{
	int64_t version = 0, tables = 0;

	if (spec->schemas == NULL)
		return true;
	TRY(store_begin(st, e));
	/* Somebody may have been faster than our first look. */
	TRY(check_schema(st, spec, &version, e));
	if (version == 0) {
		TRY(number_of(st, "SELECT count(*) FROM sqlite_schema", &tables, e));
		if (tables != 0)
			return FAIL(e, ERR_INPUT, "%s: holds tables of somebody else", st->name);
		TRY(run_schemas(st, spec->schemas, spec->schema_version, e));
		version = spec->schema_version;
	}
	for (size_t i = 0; i < spec->step_count; i++)
		if (version < spec->steps[i].version) {
			TRY(bring_up(st, &spec->steps[i], version, e));
			version = spec->steps[i].version;
		}
	TRY(check_schema(st, spec, &version, e));
	return store_commit(st, e);
}

/* 0660 whatever the umask, so that -wal and -shm, which take after it, suit the group. */
static bool
make_file(struct store *st, struct err *e)
{
	int fd = open(st->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0660);

	if (fd < 0)
		return errno == EEXIST ? true : FAIL(e, errno == ENOSPC ? ERR_FULL : ERR_IO,
		    "%s: create: %s", st->name, strerror(errno));
	if (fchmod(fd, 0660) != 0 || fsync(fd) != 0) {
		close(fd);
		return FAIL(e, ERR_IO, "%s: create: %s", st->name, strerror(errno));
	}
	close(fd);
	return true;
}

static bool
open_lock(struct store *st, struct err *e)
{
	st->lock_fd = open(st->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
	if (st->lock_fd < 0)
		return FAIL(e, ERR_IO, "%s: lock file: %s", st->name, strerror(errno));
	/* Only its owner may: the others find it right already. */
	if (fchmod(st->lock_fd, 0660) != 0 && errno != EPERM)
		return FAIL(e, ERR_IO, "%s: lock file: %s", st->name, strerror(errno));
	return true;
}

/* "file:" address of a path with its few special bytes escaped. */
static void
address_of(struct buf *into, const char *path, const char *options)
{
	buf_text(into, path[0] == '/' ? "file://" : "file:");
	for (; *path != '\0'; path++)
		if (*path == '?' || *path == '#' || *path == '%')
			buf_fmt(into, "%%%02x", (unsigned char)*path);
		else
			buf_add(into, path, 1);
	buf_text(into, options);
}

/*
 * Nobody asks SQLite how much memory it holds; counting it costs a mutex at
 * every allocation.  A library already in use keeps its ways: that is harmless.
 */
static void
configure(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	(void)wal_register();	/* opening says so if it could not */
}

static bool
connect_to(struct store *st, const char *options, int flags, const char *vfs, struct err *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	DROP(buf_wipe) struct buf uri = {0};
	int rc;

	(void)pthread_once(&once, configure);
	address_of(&uri, st->path, options);
	TRY(buf_ok(&uri, e));
	rc = sqlite3_open_v2(uri.data, &st->db, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_EXRESCODE, vfs);
	return rc == SQLITE_OK ? true : sqlite_fail(st, rc, "open", e);
}

static bool
try_reading(struct store *st, const char *options, const char *vfs, struct err *e)
{
	int64_t version;

	sqlite3_close_v2(st->db);
	st->db = NULL;
	TRY(connect_to(st, options, SQLITE_OPEN_READONLY, vfs, e));
	(void)sqlite3_db_config(st->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (vfs != NULL)		/* alone with the store; said before anything is read */
		TRY(exec(st, "PRAGMA locking_mode=EXCLUSIVE", "open", e));
	TRY(fence(st, e));
	return number_of(st, "SELECT count(*) FROM sqlite_schema", &version, e);
}

/* lstat of what SQLite names after the store.  False: nothing is there, or it cannot be seen (st_mode is 0 then). */
static bool
beside(const struct store *st, const char *ending, struct stat *s)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s%s", st->path, ending);

	if (n > 0 && (size_t)n < sizeof(path) && lstat(path, s) == 0)
		return true;
	*s = (struct stat){0};
	return false;
}

bool
sqlite_log_empty(const struct store *st)
{
	char path[PATH_MAX];	/* as long as a path may be: a look that fails must not look like a file that is not there */
	int n = snprintf(path, sizeof(path), "%s-wal", st->path);

	return n > 0 && (size_t)n < sizeof(path) && wal_is_empty(path);
}

bool
sqlite_log_same(const struct store *st)
{
	struct stat now;

	return st->log.st_mode == 0 ? sqlite_log_empty(st) : beside(st, "-wal", &now) && sqlite_same_file(&now, &st->log);
}

/*
 * What lies beside the store is a file or is not there: a pipe would be waited for.  A rollback
 * journal would be played back by whoever writes next, over what was read here; a store in WAL mode has none.
 */
static bool
check_beside(const struct store *st, struct err *e)
{
	static const char *const endings[] = { "-wal", "-shm", "-journal" };
	struct stat s;

	for (size_t i = 0; i < COUNT(endings); i++)
		if (beside(st, endings[i], &s) && !S_ISREG(s.st_mode))
			return FAIL(e, ERR_IO, "%s: open: what lies beside it as %s is not a file", st->name, endings[i]);
	return s.st_size == 0 || FAIL(e, ERR_TAMPER, "%s: a rollback journal that we did not make lies beside it", st->name);
}

/* Its writer may end meanwhile and take log and index away, or the next one come: no fault of the store's, it is looked at anew. */
static bool
read_beside_writer(struct store *st, const struct stat *index, struct err *e)
{
	struct err why = {0};
	struct stat now;

	if (try_reading(st, "?mode=ro&readonly_shm=1", NULL, &why))
		return true;
	if (why.kind == ERR_IO && (!beside(st, "-shm", &now) || !sqlite_same_file(&now, index)))
		return FAIL(e, ERR_BUSY, "%s: open: a writer ended or started", st->name);
	return err_hand_on(e, &why);
}

/*
 * Three ways to read without leaving a trace.  Beside a live writer its -shm is
 * there and is mapped read-only.  A store that was closed cleanly has no
 * -wal, or one without anything in it and no -shm: it is read as an unchanging file.  A -wal with
 * something in it and without -shm (a copy of a crashed store) is read without a lock, as
 * somebody who has the store alone: SQLite keeps the log's index in memory then.  Nobody keeps a
 * writer away from the second and the third: store_commit checks that none came.
 */
static bool
open_reading(struct store *st, struct err *e)
{
	struct stat index;

	st->unlocked = false;
	if (stat(st->path, &st->seen) != 0)
		return FAIL(e, errno == ENOENT ? ERR_ABSENT : ERR_IO, "%s: open: %s", st->name,
		    strerror(errno));
	if (!S_ISREG(st->seen.st_mode))		/* a pipe would be waited for */
		return FAIL(e, ERR_IO, "%s: open: not a file", st->name);
	TRY(check_beside(st, e));
	(void)beside(st, "-wal", &st->log);
	if (st->log.st_mode != 0 && beside(st, "-shm", &index) && index.st_size > 0)
		return read_beside_writer(st, &index, e);
	st->unlocked = true;
	if (!sqlite_log_empty(st))
		return try_reading(st, "?mode=ro", "unix-none", e);
	st->log = (struct stat){0};
	return try_reading(st, "?mode=ro&immutable=1", NULL, e);
}

static bool
open_writing(struct store *st, const struct store_spec *spec, struct err *e)
{
	TRY(make_file(st, e));
	if (spec->shared)
		TRY(open_lock(st, e));
	TRY(connect_to(st, "?mode=rw", SQLITE_OPEN_READWRITE, WAL_VFS, e));
	TRY(fence(st, e));
	return fence_writer(st, spec, e);
}

/* A writer that starts or ends meanwhile is waited for: it needs moments. */
static bool
open_checked(struct store *st, const struct store_spec *spec, int64_t *version, struct err *e)
{
	int64_t until = clock_mono_ms() + st->wait_ms;
	static const struct timespec pause = { .tv_nsec = 1000000 };
	struct err why = {0};

	while (!open_reading(st, &why) || !check_schema(st, spec, version, &why)) {
		if (why.kind != ERR_BUSY || clock_mono_ms() >= until) {
			if (e != NULL)
				*e = why;
			return false;
		}
		nanosleep(&pause, NULL);
	}
	if (*version == 0 && spec->schemas != NULL)
		return FAIL(e, ERR_INPUT, "%s: holds no schema", st->name);
	return true;
}

static bool
set_up(struct store *st, const struct store_spec *spec, struct err *e)
{
	int64_t version = 0;

	if (st->read_only) {
		TRY(open_checked(st, spec, &version, e));
	} else {
		TRY(open_writing(st, spec, e));
		TRY(check_schema(st, spec, &version, e));
		if (spec->schemas != NULL && version != newest_version(spec))
			TRY(create(st, spec, e));
	}
	sqlite3_set_authorizer(st->db, allow, st);
	watch_open(st);
	return true;
}

bool
store_open(struct store **out, const struct store_spec *spec, const char *path, struct err *e)
{
	struct store *st = calloc(1, sizeof(*st));

	*out = NULL;
	if (st == NULL)
		return FAIL(e, ERR_MEMORY, "%s: open", spec->name);
	st->name = spec->name;
	st->append_only = spec->append_only;
	st->late = spec->late;
	st->watched = spec->read_only ? NULL : spec->watched;
	st->read_only = spec->read_only;
	st->wait_ms = spec->wait_ms > 0 ? spec->wait_ms : 2000;
	st->lock_fd = -1;
	/* SQLite follows a link, and looks for the log where that leads to. */
	if (spec->read_only)
		st->path = realpath(path, NULL);
	if (st->path == NULL && asprintf(&st->path, "%s", path) < 0)
		st->path = NULL;
	if (asprintf(&st->lock_path, "%s.lock", path) < 0)
		st->lock_path = NULL;
	if (st->path == NULL || st->lock_path == NULL) {
		store_drop(&st);
		return FAIL(e, ERR_MEMORY, "%s: open", spec->name);
	}
	if (!set_up(st, spec, e)) {
		store_drop(&st);
		return false;
	}
	*out = st;
	return true;
}

void
store_drop(struct store **p)
{
	struct store *st = *p;

	*p = NULL;
	if (st == NULL)
		return;
	if (st->db != NULL)
		store_rollback(st);
	sqlite_forget(st);
	buf_wipe(&st->later.rows);
	buf_wipe(&st->redo.log);
	sqlite3_close_v2(st->db);
	if (st->lock_fd >= 0)
		close(st->lock_fd);
	wipe_free(st->path);
	wipe_free(st->lock_path);
	wipe_free(st);
}
