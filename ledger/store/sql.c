/*
 * ledger/store/sql.c - preparing, binding and stepping statements.
 *
 * Each struct sql is prepared once a connection and found again by its address.
 * The letters are checked against the statement when it is prepared and against
 * every row that comes back: STRICT tables hold what they say, so a column of
 * another type was put there by somebody else.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "ledger/base/wipe.h"
#include "ledger/store/sqlite.h"

static size_t
slot_of(const struct store *st, const struct sql *s)
{
	size_t mask = st->cache_size - 1, at = ((uintptr_t)s >> 3) * 2654435761u & mask;

	while (st->cache[at] != NULL && st->cache[at]->sql != s)
		at = (at + 1) & mask;
	return at;
}

static bool
cache_grow(struct store *st, struct err *e)
{
	size_t old_size = st->cache_size;
	struct rows **old = st->cache;

	if (st->cache_used * 2 < st->cache_size)
		return true;
	st->cache_size = old_size == 0 ? 64 : old_size * 2;
	st->cache = calloc(st->cache_size, sizeof(*st->cache));
	if (st->cache == NULL) {
		st->cache = old;
		st->cache_size = old_size;
		return FAIL(e, ERR_MEMORY, "%s: statements", st->name);
	}
	for (size_t i = 0; i < old_size; i++)
		if (old[i] != NULL)
			st->cache[slot_of(st, old[i]->sql)] = old[i];
	wipe_free(old);
	return true;
}

/* Do the letters and the $n fit the text? */
static bool
letters_fit(const struct store *st, const struct sql *s, sqlite3_stmt *stmt, struct err *e)
{
	int in = sqlite3_bind_parameter_count(stmt), out = sqlite3_column_count(stmt);

	if ((size_t)in != strlen(s->in) || (size_t)out != strlen(s->out) || out > COLUMNS_MOST)
		return FAIL(e, ERR_INPUT, "%s: %s: %d parameters and %d columns", st->name,
		    s->name, in, out);
	for (int i = 1; i <= in; i++) {
		const char *name = sqlite3_bind_parameter_name(stmt, i);
		char want[16];

		snprintf(want, sizeof(want), "$%d", i);
		if (name == NULL || strcmp(name, want) != 0)
			return FAIL(e, ERR_INPUT, "%s: %s: %s is out of order", st->name, s->name,
			    want);
	}
	return true;
}

/*
 * REPLACE deletes rows without asking the authorizer, so no statement of a
 * store with append-only tables may hold the word.
 */
static bool
no_replace(const struct store *st, const struct sql *s, struct err *e)
{
	if (st->append_only == NULL)
		return true;
	for (const char *at = s->text; *at != '\0'; at++)
		if (strncasecmp(at, "REPLACE", 7) == 0)
			return FAIL(e, ERR_DENIED, "%s: %s: REPLACE beside append-only tables",
			    st->name, s->name);
	return true;
}

static bool
prepare(struct store *st, struct rows **out, const struct sql *s, struct err *e)
{
	struct rows *r;
	sqlite3_stmt *stmt = NULL;
	const char *rest = NULL;
	int rc;

	TRY(no_replace(st, s, e));
	st->noted.meets = 0;
	st->noted.elsewhere = false;
	rc = sqlite3_prepare_v3(st->db, s->text, -1, SQLITE_PREPARE_PERSISTENT, &stmt, &rest);
	if (rc != SQLITE_OK)
		return sqlite_fail(st, rc, s->name, e);
	if (stmt == NULL || *rest != '\0') {
		sqlite3_finalize(stmt);
		return FAIL(e, ERR_INPUT, "%s: %s: not one statement", st->name, s->name);
	}
	r = letters_fit(st, s, stmt, e) ? calloc(1, sizeof(*r)) : NULL;
	if (r == NULL) {
		sqlite3_finalize(stmt);
		return e != NULL && e->kind != ERR_NONE ? false :
		    FAIL(e, ERR_MEMORY, "%s: %s", st->name, s->name);
	}
	*r = (struct rows){ .st = st, .sql = s, .stmt = stmt,
	    .columns = sqlite3_column_count(stmt), .writes = sqlite3_stmt_readonly(stmt) == 0,
	    .meets = st->noted.meets,
	    .late = st->noted.meets != 0 && !st->noted.elsewhere && s->in[strspn(s->in, "ikbB")] == '\0' };
	*out = r;
	return true;
}

bool
sqlite_statement(struct store *st, struct rows **out, const struct sql *s, struct err *e)
{
	struct err why = {0};
	size_t at;

	TRY(cache_grow(st, e));
	at = slot_of(st, s);
	if (st->cache[at] == NULL) {
		if (!prepare(st, &st->cache[at], s, &why)) {
			if (e != NULL)
				*e = why;
			return false;
		}
		st->cache_used++;
	}
	*out = st->cache[at];
	return true;
}

void
sqlite_forget(struct store *st)
{
	for (size_t i = 0; i < st->cache_size; i++)
		if (st->cache[i] != NULL) {
			sqlite3_finalize(st->cache[i]->stmt);
			wipe_free(st->cache[i]);
		}
	wipe_free(st->cache);
	st->cache = NULL;
	st->cache_size = st->cache_used = 0;
}

bool
sqlite_run(struct store *st, const struct sql *s, struct err *e)
{
	struct rows *r;
	int rc;

	TRY(sqlite_statement(st, &r, s, e));
	rc = sqlite3_step(r->stmt);
	if (rc != SQLITE_DONE) {
		(void)sqlite_fail(st, rc, s->name, e);
		sqlite3_reset(r->stmt);
		return false;
	}
	sqlite3_reset(r->stmt);
	return true;
}

/* An empty byte string is not NULL to us, but a NULL pointer is to SQLite. */
static int
bind_bytes(sqlite3_stmt *stmt, int at, bool may_null, const void *p, size_t n, bool copy)
{
	if (p == NULL && may_null)
		return sqlite3_bind_null(stmt, at);
	return sqlite3_bind_blob64(stmt, at, p == NULL ? "" : p, p == NULL ? 0 : n,
	    copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
}

static int
bind_text(sqlite3_stmt *stmt, int at, bool may_null, const char *text, bool copy)
{
	if (text == NULL)
		return may_null ? sqlite3_bind_null(stmt, at) : SQLITE_MISUSE;
	return sqlite3_bind_text(stmt, at, text, -1, copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
}

/* copy: the caller's bytes may be gone before the last step. */
static bool
bind(struct rows *r, bool copy, va_list *ap, struct err *e)
{
	int rc = SQLITE_OK, at = 1;

	for (const char *in = r->sql->in; *in != '\0' && rc == SQLITE_OK; in++, at++) {
		bool may_null = isupper((unsigned char)*in) != 0;

		if (*in == 'i' || *in == 'k') {
			rc = sqlite3_bind_int64(r->stmt, at, va_arg(*ap, int64_t));
		} else if (*in == 'I') {
			const int64_t *v = va_arg(*ap, const int64_t *);

			rc = v == NULL ? sqlite3_bind_null(r->stmt, at) :
			    sqlite3_bind_int64(r->stmt, at, *v);
		} else if (*in == 't' || *in == 'T') {
			r->holds |= copy;
			rc = bind_text(r->stmt, at, may_null, va_arg(*ap, const char *), copy);
		} else if (*in == 'b' || *in == 'B') {
			const void *p = va_arg(*ap, const void *);
			size_t n = va_arg(*ap, size_t);

			r->holds |= copy;
			rc = bind_bytes(r->stmt, at, may_null, p, n, copy);
		} else {
			rc = SQLITE_MISUSE;
		}
	}
	if (rc == SQLITE_NOMEM)
		return FAIL(e, ERR_MEMORY, "%s: %s: parameter %d", r->st->name, r->sql->name, at - 1);
	return rc == SQLITE_OK ? true : FAIL(e, ERR_INPUT, "%s: %s: parameter %d", r->st->name,
	    r->sql->name, at - 1);
}

static void
settle(struct rows *r)
{
	sqlite3_reset(r->stmt);
	if (r->holds)		/* the rest is bound anew before it is looked at again */
		sqlite3_clear_bindings(r->stmt);
	r->lent = r->row = r->ended = r->holds = false;
}

/* In a transaction that SQLite gave up, nothing may run as if outside one. */
static bool
still_inside(const struct store *st, struct err *e)
{
	if (st->in_txn && sqlite3_get_autocommit(st->db))
		return FAIL(e, ERR_IO, "%s: the transaction was lost", st->name);
	return true;
}

static bool
lend(struct store *st, struct rows **out, const struct sql *s, struct err *e)
{
	TRY(still_inside(st, e));
	TRY(sqlite_statement(st, out, s, e));
	if ((*out)->lent)
		return FAIL(e, ERR_INPUT, "%s: %s: asked while its rows are open", st->name,
		    s->name);
	(*out)->lent = true;
	return true;
}

static bool
run(struct store *st, const struct sql *s, struct err *e, va_list *ap)
{
	struct rows *r;
	va_list again;
	bool good;
	int rc;

	TRY(lend(st, &r, s, e));
	va_copy(again, *ap);
	good = later_settle(st, r, ap, e) && bind(r, false, ap, e);
	if (good && (rc = sqlite3_step(r->stmt)) != SQLITE_DONE)
		good = rc == SQLITE_ROW ? FAIL(e, ERR_INPUT, "%s: %s: gives rows", st->name,
		    s->name) : sqlite_fail(st, rc, s->name, e);
	settle(r);
	if (good)
		redo_ran(st, r, &again);
	va_end(again);
	return good;
}

/* A write outside a transaction is one of its own: it still queues for the lock. */
static bool
alone_begin(struct store *st, bool *alone, struct err *e)
{
	*alone = !st->in_txn;
	return !*alone || store_begin(st, e);
}

static bool
alone_end(struct store *st, bool alone, bool good, struct err *e)
{
	if (alone && good)
		return store_commit(st, e);
	if (alone)
		store_rollback(st);
	return good;
}

bool
sql_do(struct store *st, const struct sql *s, struct err *e, ...)
{
	bool alone, good;
	va_list ap;

	TRY(alone_begin(st, &alone, e));
	va_start(ap, e);
	good = run(st, s, e, &ap);
	va_end(ap);
	return alone_end(st, alone, good, e);
}

static bool
wait_or_run(struct store *st, const struct sql *s, struct err *e, va_list *ap)
{
	struct rows *r;

	TRY(still_inside(st, e));
	TRY(sqlite_statement(st, &r, s, e));
	if (r->late)
		return later_add(st, r, ap, e);
	TRY(run(st, s, e, ap));
	return sql_changed(st) == 1 || FAIL(e, ERR_CONFLICT, "%s: %s: not one row", st->name, s->name);
}

bool
sql_later(struct store *st, const struct sql *s, struct err *e, ...)
{
	bool alone, good;
	va_list ap;

	TRY(alone_begin(st, &alone, e));
	va_start(ap, e);
	good = wait_or_run(st, s, e, &ap);
	va_end(ap);
	return alone_end(st, alone, good, e);
}

static bool
ask(struct store *st, struct rows **out, const struct sql *s, struct err *e, va_list *ap)
{
	struct rows *r;

	*out = NULL;
	TRY(lend(st, &r, s, e));
	if (!later_settle(st, r, ap, e) || !bind(r, true, ap, e)) {
		settle(r);
		return false;
	}
	st->redo.partial |= r->writes;	/* it may be stepped at any time */
	*out = r;
	return true;
}

bool
sql_ask(struct store *st, struct rows **out, const struct sql *s, struct err *e, ...)
{
	va_list ap;
	bool good;

	va_start(ap, e);
	good = ask(st, out, s, e, &ap);
	va_end(ap);
	return good;
}

bool
sql_first(struct store *st, struct rows **out, const struct sql *s, struct err *e, ...)
{
	struct err why = {0};
	va_list ap;
	bool good;

	va_start(ap, e);
	good = ask(st, out, s, e, &ap);
	va_end(ap);
	if (!good)
		return false;
	if (rows_next(*out, &why))
		return true;
	rows_drop(out);
	return err_hand_on(e, &why);
}

bool
sql_column(struct store *st, int64_t *into, size_t most, size_t *n, const struct sql *s, struct err *e, ...)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};
	va_list ap;
	bool good;

	*n = 0;
	va_start(ap, e);
	good = ask(st, &r, s, e, &ap);
	va_end(ap);
	while (good && *n < most && rows_next(r, &end))
		into[(*n)++] = rows_i64(r, 0);
	return good && err_hand_on(e, &end);
}

int64_t
sql_changed(const struct store *st)
{
	return sqlite3_changes64(st->db);
}

static bool
column_fits(char letter, int type)
{
	switch (letter) {
	case 'i': return type == SQLITE_INTEGER;
	case 'b': return type == SQLITE_BLOB;
	case 't': return type == SQLITE_TEXT;
	case 'I': return type == SQLITE_INTEGER || type == SQLITE_NULL;
	case 'B': return type == SQLITE_BLOB || type == SQLITE_NULL;
	case 'T': return type == SQLITE_TEXT || type == SQLITE_NULL;
	default: return false;
	}
}

static bool
take_row(struct rows *r, struct err *e)
{
	for (int i = 0; i < r->columns; i++) {
		r->value[i] = sqlite3_column_value(r->stmt, i);
		if (!column_fits(r->sql->out[i], sqlite3_value_type(r->value[i])))
			return FAIL(e, ERR_TAMPER, "%s: %s: column %d is of another type",
			    r->st->name, r->sql->name, i);
		/* A text as it lies on its page has no end: without memory for one it would look like NULL later. */
		if (sqlite3_value_type(r->value[i]) == SQLITE_TEXT && sqlite3_value_text(r->value[i]) == NULL)
			return FAIL(e, ERR_MEMORY, "%s: %s: column %d", r->st->name, r->sql->name, i);
	}
	r->row = true;
	return true;
}

bool
rows_next(struct rows *r, struct err *e)
{
	int rc;

	if (e != NULL)
		e->kind = ERR_NONE;
	r->row = false;
	if (r->ended)
		return false;
	rc = sqlite3_step(r->stmt);
	if (rc == SQLITE_ROW)
		return take_row(r, e);
	if (rc != SQLITE_DONE)
		return sqlite_fail(r->st, rc, r->sql->name, e);
	r->ended = true;
	sqlite3_reset(r->stmt);		/* ends the read transaction */
	return false;
}

static sqlite3_value *
value_of(const struct rows *r, int col)
{
	return r->row && col >= 0 && col < r->columns ? r->value[col] : NULL;
}

int64_t
rows_i64(const struct rows *r, int col)
{
	sqlite3_value *v = value_of(r, col);

	return v == NULL ? 0 : sqlite3_value_int64(v);
}

const char *
rows_text(const struct rows *r, int col)
{
	sqlite3_value *v = value_of(r, col);

	return v == NULL ? NULL : (const char *)sqlite3_value_text(v);
}

struct span
rows_bytes(const struct rows *r, int col)
{
	sqlite3_value *v = value_of(r, col);
	const void *p = v == NULL ? NULL : sqlite3_value_blob(v);

	return span_of(p, p == NULL ? 0 : (size_t)sqlite3_value_bytes(v));
}

bool
rows_null(const struct rows *r, int col)
{
	sqlite3_value *v = value_of(r, col);

	return v == NULL || sqlite3_value_type(v) == SQLITE_NULL;
}

void
rows_drop(struct rows **r)
{
	if (*r != NULL)
		settle(*r);
	*r = NULL;
}
