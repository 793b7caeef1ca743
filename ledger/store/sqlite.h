/*
 * ledger/store/sqlite.h - what the files of this room share; nobody else includes it.
 *
 * sqlite.c opens and fences a connection, txn.c holds transactions and marks,
 * sql.c runs statements.  Outside this room nothing knows of SQLite.
 */
#ifndef LEDGER_STORE_SQLITE_H
#define LEDGER_STORE_SQLITE_H
#include <sqlite3.h>
#include <sys/stat.h>
#include "ledger/store/store.h"

#define COLUMNS_MOST	24

struct rows {				/* one cached statement; lent while `lent` */
	struct store		*st;
	const struct sql	*sql;
	sqlite3_stmt		*stmt;
	bool			lent, row, ended;	/* row: one stands ready */
	int			columns;
	/* Of the row at hand.  A connection without mutexes may look into its values
	   directly, which halves the price of a column. */
	sqlite3_value		*value[COLUMNS_MOST];
};

struct store {
	sqlite3			*db;
	const char		*name;
	const char *const	*append_only;
	char			*path, *lock_path;
	int			lock_fd;	/* -1: not shared */
	int			wait_ms;
	bool			read_only, immutable;
	bool			in_txn, locked;
	bool			broken;		/* an fsync failed: nothing after it can be trusted */
	unsigned		marks;
	int64_t			log_pages;	/* in the WAL, as of the last commit */
	struct stat		seen;		/* immutable: the file as it was opened */
	struct rows		**cache;	/* open addressing by struct sql's address */
	size_t			cache_size, cache_used;
};

/* Fill *e from what SQLite says and return false.  doing: a statement's name or a verb. */
bool sqlite_fail(struct store *st, int rc, const char *doing, struct err *e);
/* Prepare (or find) a statement. */
bool sqlite_statement(struct store *st, struct rows **out, const struct sql *s, struct err *e) MUST;
/* Run a statement of no parameters and no rows, inside or outside a transaction. */
bool sqlite_run(struct store *st, const struct sql *s, struct err *e) MUST;
void sqlite_forget(struct store *st);	/* finalise every statement */
#endif
