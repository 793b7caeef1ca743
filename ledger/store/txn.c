/*
 * ledger/store/txn.c - transactions, marks and WAL checkpoints of a store.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/store/sqlite.h"
#include "ledger/store/wal.h"

static const struct sql
	sql_begin	= { "begin", "", "", "BEGIN IMMEDIATE" },
	sql_look	= { "look", "", "", "BEGIN" },
	sql_snapshot	= { "snapshot", "", "i", "SELECT count(*) FROM sqlite_schema" },
	sql_commit	= { "commit", "", "", "COMMIT" },
	sql_rollback	= { "rollback", "", "", "ROLLBACK" },
	sql_back	= { "back", "", "", "ROLLBACK TO m" },
	sql_keep	= { "keep", "", "", "RELEASE m" };

/* flock(2) knows no time limit, so ask again; the pause grows to 1 ms. */
static bool
lock(struct store *st, struct err *e)
{
	int64_t until = clock_mono_ms() + st->wait_ms;
	struct timespec pause = { .tv_nsec = 50000 };

	if (st->lock_fd < 0)
		return true;
	while (flock(st->lock_fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return FAIL(e, ERR_IO, "%s: lock failed", st->name);
		if (clock_mono_ms() >= until)
			return FAIL(e, ERR_BUSY, "%s: locked for %d ms", st->name, st->wait_ms);
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 1000000)
			pause.tv_nsec *= 2;
	}
	st->locked = true;
	return true;
}

static void
unlock(struct store *st)
{
	st->in_txn = false;
	st->marks = st->made = 0;
	later_forget(st);
	redo_forget(st);
	if (st->locked)
		flock(st->lock_fd, LOCK_UN);
	st->locked = false;
}

/* A read transaction begins at its first read: fix the snapshot now. */
static bool
begin_reading(struct store *st, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sqlite_run(st, &sql_look, e));
	st->in_txn = true;
	if (sql_first(st, &r, &sql_snapshot, e))
		return true;
	store_rollback(st);
	return false;
}

bool
store_begin(struct store *st, struct err *e)
{
	if (st->broken)
		return FAIL(e, ERR_IO, "%s: an fsync failed, reopen", st->name);
	if (st->in_txn)
		return FAIL(e, ERR_INPUT, "%s: begin inside a transaction", st->name);
	if (st->read_only)
		return begin_reading(st, e);
	TRY(lock(st, e));
	if (!sqlite_run(st, &sql_begin, e)) {
		unlock(st);
		return false;
	}
	st->in_txn = true;
	watch_begin(st);
	return true;
}

bool
sqlite_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	    a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* A file read as unchanging: did it really not change? */
static bool
unchanged(struct store *st, struct err *e)
{
	struct stat now;

	if (stat(st->path, &now) != 0)
		return FAIL(e, ERR_IO, "%s: gone while it was read", st->name);
	if (!sqlite_same_file(&now, &st->seen) || !sqlite_log_same(st))
		return FAIL(e, ERR_BUSY, "%s: a writer started while it was read", st->name);
	return true;
}

bool
store_commit(struct store *st, struct err *e)
{
	bool good;

	if (!st->in_txn)
		return FAIL(e, ERR_INPUT, "%s: commit without a transaction", st->name);
	/* SQLite may have rolled back by itself (disk full, I/O error). */
	if (sqlite3_get_autocommit(st->db)) {
		watch_undone(st);
		wal_forget(st->db);
		unlock(st);
		return FAIL(e, ERR_IO, "%s: the transaction was lost", st->name);
	}
	good = later_write(st, e) && sqlite_run(st, &sql_commit, e);
	if (!good) {
		store_rollback(st);
		return false;
	}
	watch_committed(st);
	unlock(st);
	return st->unlocked ? unchanged(st, e) : true;
}

bool
store_broken(const struct store *st)
{
	return st->broken;
}

bool
store_moved(struct store *st)
{
	int moved = 0;

	return sqlite3_file_control(st->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0;
}

void
store_rollback(struct store *st)
{
	if (!st->in_txn)
		return;
	watch_undone(st);
	if (!sqlite3_get_autocommit(st->db) && !sqlite_run(st, &sql_rollback, NULL))
		st->broken = true;
	wal_forget(st->db);
	unlock(st);
}

bool
store_mark(struct store *st, struct err *e)
{
	if (!st->in_txn)
		return FAIL(e, ERR_INPUT, "%s: mark without a transaction", st->name);
	/* SAVEPOINT would begin another one where SQLite gave ours up, and RELEASE commit that. */
	if (sqlite3_get_autocommit(st->db))
		return FAIL(e, ERR_IO, "%s: the transaction was lost", st->name);
	if (st->marks == MARKS_MOST)
		return FAIL(e, ERR_INPUT, "%s: too many marks", st->name);
	st->mark[st->marks++] = (struct mark){ .rows = st->later.rows.len, .done = st->later.done };
	return true;
}

/* Without a new beginning the transaction counts as lost: whoever comes next is told. */
static bool
begin_anew(struct store *st, const struct mark *m)
{
	TRY(sqlite_run(st, &sql_rollback, NULL));
	if (!sqlite_run(st, &sql_begin, NULL))
		return true;
	watch_begin(st);
	return redo_again(st, m->redo);
}

static bool
undo(struct store *st, const struct mark *m)
{
	return m->saved ? sqlite_run(st, &sql_back, NULL) && sqlite_run(st, &sql_keep, NULL) : begin_anew(st, m);
}

void
store_back(struct store *st)
{
	bool made = st->made == st->marks;
	const struct mark *m;

	if (st->marks == 0 || sqlite3_get_autocommit(st->db))
		return;
	m = &st->mark[--st->marks];
	later_back(st, m, made);
	if (!made)
		return;
	st->made--;
	watch_undone(st);
	/* What could not be undone must not be committed. */
	if (!undo(st, m) && !sqlite_run(st, &sql_rollback, NULL))
		st->broken = true;
}

bool
store_keep(struct store *st, struct err *e)
{
	if (st->marks == 0)
		return FAIL(e, ERR_INPUT, "%s: keep without a mark", st->name);
	if (st->made == st->marks) {
		if (st->mark[st->marks - 1].saved)
			TRY(sqlite_run(st, &sql_keep, e));
		st->made--;
	}
	st->marks--;
	return true;
}

bool
store_checkpoint(struct store *st, bool truncate, struct err *e)
{
	int rc;

	if (st->in_txn)
		return FAIL(e, ERR_INPUT, "%s: checkpoint inside a transaction", st->name);
	rc = sqlite3_wal_checkpoint_v2(st->db, NULL, truncate ? SQLITE_CHECKPOINT_TRUNCATE :
	    SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	/* A passive one that meets a reader has simply done less. */
	if (rc == SQLITE_OK || (!truncate && (rc & 0xff) == SQLITE_BUSY))
		return true;
	return sqlite_fail(st, rc, "checkpoint", e);
}

int64_t
store_log_pages(const struct store *st)
{
	return st->log_pages;
}
