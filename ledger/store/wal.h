/*
 * ledger/store/wal.h - writes SQLite's write-ahead log in few large pieces.
 *
 * For each page of a commit SQLite writes 24 bytes and then the page, each by a
 * system call of its own: for the keeper that was more work than all its
 * statements.  Between SQLite and its files lies here a VFS that gathers what is
 * appended to the log and writes it in one piece before anything depends on it:
 * before the log is synced, read, cut, measured or closed, or written elsewhere.
 * Every other file is SQLite's own.
 *
 * Nothing is less durable for it.  SQLite syncs the log before it tells anybody
 * of a commit (synchronous=FULL, as every store of ours has it) and expects no
 * order of what it wrote before; readers in other processes look no further than
 * the last commit they were told of.  A write that fails is reported by what made
 * it necessary, mostly by the sync; the commit fails, and SQLite begins again at
 * the same place.
 *
 * Where SQLite would cut the log to nothing (SQLITE_CHECKPOINT_TRUNCATE, by which erased data leave it), the VFS writes
 * zeros over it and keeps up to two MiB of its blocks.  What was erased is gone no less: the same blocks hold zeros, while
 * blocks of a file that was cut still hold the bytes until somebody gets them.  And a commit that overwrites blocks is
 * synced in half the time of one that lengthens the file: a quiet site, whose log is emptied each minute, would pay
 * that at nearly every commit.  To SQLite a log whose header is zeros is one without a frame, as an empty file is
 * (wal.c, walIndexRecover: "conclude that the WAL file contains no valid data"); a writer begins it by a new header.
 * If the zeros cannot be written the log is cut.
 */
#ifndef LEDGER_STORE_WAL_H
#define LEDGER_STORE_WAL_H
#include <sqlite3.h>
#include <stdbool.h>

#define WAL_VFS		"troth"

/* A log that no SQLite would read anything from: none there, an empty one, or one that begins with zeros. */
bool wal_is_empty(const char *path);
/*
 * A transaction of db was rolled back: what it had gathered is written no more.  Where several processes write, the
 * places in the log that it was for are the next one's, which knows nothing of it.
 */
void wal_forget(sqlite3 *db);
/* Make the VFS known to SQLite under that name; again is fine.  An SQLite result code. */
int wal_register(void);
#endif
