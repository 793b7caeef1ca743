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
 */
#ifndef LEDGER_STORE_WAL_H
#define LEDGER_STORE_WAL_H

#define WAL_VFS		"troth"

/* Make the VFS known to SQLite under that name; again is fine.  An SQLite result code. */
int wal_register(void);
#endif
