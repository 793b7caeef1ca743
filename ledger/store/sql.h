/*
 * ledger/store/sql.h - one statement a program can run, as data.
 *
 * $1, $2 ... are numbered in order of first appearance, so that one text
 * serves SQLite and PostgreSQL.  Letters, one a parameter or column: i int64,
 * t text, b bytes; a capital allows NULL; k is an i that names the row a statement
 * is about (sql_later).  A room keeps its statements in a
 * table (an X macro beside its schema) and names them by enum.
 *
 * Varargs follow the letters: i, k int64_t · t const char * · b const void *,
 * size_t · I const int64_t * (NULL: null) · T const char * (NULL: null) ·
 * B const void *, size_t (pointer NULL: null).
 */
#ifndef LEDGER_STORE_SQL_H
#define LEDGER_STORE_SQL_H
#include "ledger/base/pack.h"

struct sql { const char *name, *in, *out, *text; };
struct store;
struct rows;				/* a running query, borrowed from its store */

/* Run a statement without rows.  ERR_CONFLICT (a constraint), ERR_BUSY, ERR_FULL, ERR_IO. */
bool sql_do(struct store *st, const struct sql *s, struct err *e, ...) MUST;
/*
 * sql_do for a statement that must change exactly one row and knows the letters i, k, b and B.
 * Inside a transaction it may wait for the commit, if it writes only what store_spec.late
 * names: whatever reads or changes that before waits for it.  What it is refused for
 * then (ERR_CONFLICT: not one row) is said by what came to see it, at the latest by store_commit.
 * A row that it names by a k makes only those wait which name the same by their first parameter.
 */
bool sql_later(struct store *st, const struct sql *s, struct err *e, ...) MUST;
/* Start a query; step with rows_next.  One query per statement at a time. */
bool sql_ask(struct store *st, struct rows **out, const struct sql *s, struct err *e, ...) MUST;
/*
 * sql_ask and one rows_next: *out is NULL and the result true when there is
 * no row.  Drop *out before the same statement is asked again.
 */
bool sql_first(struct store *st, struct rows **out, const struct sql *s, struct err *e, ...) MUST;
/*
 * The first column, an integer, of at most `most` rows; *n: how many.  The query is over when
 * this returns: for what goes on to change the rows by which it was found.
 */
bool sql_column(struct store *st, int64_t *into, size_t most, size_t *n, const struct sql *s, struct err *e, ...) MUST;
/* Rows the last sql_do of this store changed. */
int64_t sql_changed(const struct store *st);

/* True: a row stands ready.  False: e->kind ERR_NONE at the end, else what failed. */
bool rows_next(struct rows *r, struct err *e) MUST;
int64_t rows_i64(const struct rows *r, int col);	/* NULL gives 0 */
const char *rows_text(const struct rows *r, int col);	/* until the next step; NULL gives NULL */
struct span rows_bytes(const struct rows *r, int col);	/* until the next step */
bool rows_null(const struct rows *r, int col);
void rows_drop(struct rows **r);			/* fits DROP() */
#endif
