/*
 * ledger/store/sqlite.h - what the files of this room share; nobody else includes it.
 *
 * sqlite.c opens and fences a connection, txn.c holds transactions and marks,
 * sql.c runs statements, later.c lets them wait, redo.c runs them again.  Outside this room nothing knows of SQLite.
 */
#ifndef LEDGER_STORE_SQLITE_H
#define LEDGER_STORE_SQLITE_H
#include <sqlite3.h>
#include <stdarg.h>
#include <sys/stat.h>
#include "ledger/store/store.h"

#define COLUMNS_MOST	24

struct rows {				/* one cached statement; lent while `lent` */
	struct store		*st;
	const struct sql	*sql;
	sqlite3_stmt		*stmt;
	bool			lent, row, ended;	/* row: one stands ready */
	bool			holds;		/* copies of the caller's bytes, to be given back */
	int			columns;
	bool			writes;
	uint64_t		meets;		/* which of store.late it reads or writes */
	bool			late;		/* it writes nothing but those */
	/* Of the row at hand.  A connection without mutexes may look into its values
	   directly, which halves the price of a column. */
	sqlite3_value		*value[COLUMNS_MOST];
};

/* Where a mark stands among the rows that wait. */
#define MARKS_MOST	8
struct mark {
	size_t	rows, done;
	size_t	redo;			/* where it is in redo.log, once made */
	bool	saved;			/* once made: by a SAVEPOINT, not by redo.log */
};

struct redo {				/* redo.c */
	struct buf		log;		/* statements and values of what was written */
	bool			partial;	/* not all of it */
};

struct later {				/* later.c */
	struct buf		rows;		/* statement and values of each, in order; kept until the commit */
	size_t			done;		/* bytes of them that were written out */
	uint64_t		meets, unkeyed;	/* what those that wait change; and what without naming a row by k */
	uint64_t		key[16];	/* a bit for each row so named */
};

struct watch {				/* watch.c */
	uint64_t		all;		/* moves on when any row may have changed */
	uint64_t		stamp[1024];	/* of rows, several share one */
	unsigned		version;	/* SQLite's data version when the transaction began */
};

struct store {
	sqlite3			*db;
	const char		*name;
	const char *const	*append_only;
	char			*path, *lock_path;
	int			lock_fd;	/* -1: not shared */
	int			wait_ms;
	bool			read_only;
	bool			unlocked;	/* read without locks: store_commit looks whether a writer came */
	bool			in_txn, locked;
	bool			broken;		/* an fsync failed: nothing after it can be trusted */
	unsigned		marks, made;	/* given out; of them, the outer ones after which something was written */
	struct mark		mark[MARKS_MOST];
	const char *const	*late;
	struct { uint64_t meets; bool elsewhere; } noted;	/* of the statement being prepared */
	struct later		later;
	struct redo		redo;
	const char *const	*watched;
	struct watch		watch;
	int64_t			log_pages;	/* in the WAL, as of the last commit */
	struct stat		seen, log;	/* unlocked: the file as it was opened, and its log; st_mode 0: nothing in that */
	struct rows		**cache;	/* open addressing by struct sql's address */
	size_t			cache_size, cache_used;
};

/* Fill *e from what SQLite says and return false.  doing: a statement's name or a verb. */
bool sqlite_fail(struct store *st, int rc, const char *doing, struct err *e);
/* Nothing of the write-ahead log beside the store would be read: see wal_is_empty(). */
bool sqlite_log_empty(const struct store *st);
/* The log is as it was when the store was opened to be read. */
bool sqlite_log_same(const struct store *st);
/* By number, length and time of change. */
bool sqlite_same_file(const struct stat *a, const struct stat *b);
/* Prepare (or find) a statement. */
bool sqlite_statement(struct store *st, struct rows **out, const struct sql *s, struct err *e) MUST;
/* Run a statement of no parameters and no rows, inside or outside a transaction. */
bool sqlite_run(struct store *st, const struct sql *s, struct err *e) MUST;
/* ---- later.c ---- */
/* The statement being prepared does this with a column, or with whole rows. */
void later_note(struct store *st, int action, const char *table, const char *column);
/* Keep a statement's values; it runs later. */
bool later_add(struct store *st, struct rows *r, va_list *ap, struct err *e) MUST;
/* Before a statement runs: write out what it has to see, make the marks that wait if it writes. */
bool later_settle(struct store *st, const struct rows *r, va_list *ap, struct err *e) MUST;
bool later_write(struct store *st, struct err *e) MUST;	/* all that waits */
void later_forget(struct store *st);
bool later_mark(struct store *st, struct err *e) MUST;	/* SQLite hears of the marks given out */
void later_back(struct store *st, const struct mark *m, bool made);

/* ---- redo.c ---- */
/* A statement that changes so many rows, with its values; b fails as buf.h says. */
void redo_pack(struct buf *b, struct rows *r, int64_t changes, va_list *ap);
/* Run what was packed at *at, which moves behind it.  ERR_CONFLICT: other rows than that were changed. */
bool redo_step(struct store *st, const char **at, struct err *e) MUST;
void redo_cut(struct buf *b, size_t len);	/* back to len bytes */
void redo_wrote(struct store *st, struct span row);	/* redo_step() ran it */
void redo_ran(struct store *st, struct rows *r, va_list *ap);	/* sql_do() did */
void redo_forget(struct store *st);
/* In a transaction begun anew: write what stands in the log's first len bytes.  False: roll back. */
bool redo_again(struct store *st, size_t len) MUST;

/* ---- watch.c ---- */
void watch_open(struct store *st);
void watch_begin(struct store *st);	/* a transaction began: was there another one meanwhile? */
void watch_committed(struct store *st);
void watch_undone(struct store *st);	/* something was rolled back */

void sqlite_forget(struct store *st);	/* finalise every statement */
#endif
