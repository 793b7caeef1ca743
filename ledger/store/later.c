/*
 * ledger/store/later.c - marks that cost nothing until something is written, and rows that wait for the commit.
 *
 * A mark copies every page that is written after it, which was a sixth of the
 * price of a page view: each view appends to the same few pages of the ledger.
 * So a mark is only noted, and made (SAVEPOINT) before the first statement that
 * writes; and rows of the tables that store_spec.late names wait in memory with
 * their values, in the order they came, until
 *
 *	the transaction commits, or
 *	a statement runs that reads or writes what they would have changed.
 *
 * Which columns a statement reads and writes SQLite says when it is prepared
 * (the authorizer), so no statement can see the store without them.  Going back
 * to a mark cuts off what came after it; what was written out since the mark
 * waits again, because the mark undid that.
 *
 * A letter k (ledger/store/sql.h) names the row that a statement is about: while
 * none of those rows waits, it need not wait for them either.
 */
#include <string.h>
#include <strings.h>
#include "ledger/store/sqlite.h"

static const struct sql sql_mark = { "mark", "", "", "SAVEPOINT m" };

/* ---- what a statement touches ---- */

/* "table" or "table.column": is it this column, or a row of this table that comes or goes? */
static bool
concerns(const char *name, int action, const char *table, const char *column)
{
	size_t n = strlen(table);

	if (strncasecmp(name, table, n) != 0)
		return false;
	if (name[n] == '\0')
		return true;
	return name[n] == '.' && (action == SQLITE_INSERT || action == SQLITE_DELETE || column == NULL ||
	    strcasecmp(name + n + 1, column) == 0);
}

void
later_note(struct store *st, int action, const char *table, const char *column)
{
	uint64_t bits = 0;

	for (unsigned i = 0; st->late != NULL && table != NULL && st->late[i] != NULL; i++)
		if (concerns(st->late[i], action, table, column))
			bits |= UINT64_C(1) << i;
	st->noted.meets |= bits;
	st->noted.elsewhere |= bits == 0 && action != SQLITE_READ;
}

/* ---- rows that wait ---- */

static uint64_t *
key_word(struct store *st, int64_t key, uint64_t *bit)
{
	uint64_t mixed = (uint64_t)key * UINT64_C(0x9e3779b97f4a7c15) >> 54;

	*bit = UINT64_C(1) << (mixed & 63);
	return &st->later.key[mixed >> 6];
}

/* Its values behind each other: an integer; a length (-1: null) and bytes. */
bool
later_add(struct store *st, struct rows *r, va_list *ap, struct err *e)
{
	struct buf *b = &st->later.rows;
	bool keyed = false;

	buf_add(b, &r, sizeof(r));
	for (const char *in = r->sql->in; *in != '\0'; in++) {
		int64_t v;

		if (*in == 'i' || *in == 'k') {
			v = va_arg(*ap, int64_t);
			buf_add(b, &v, sizeof(v));
		} else {
			const void *p = va_arg(*ap, const void *);
			size_t n = va_arg(*ap, size_t);

			n = p == NULL ? 0 : n;
			v = p == NULL && *in == 'B' ? -1 : (int64_t)n;
			buf_add(b, &v, sizeof(v));
			buf_add(b, p, n);
		}
		if (*in == 'k') {
			uint64_t bit, *word = key_word(st, v, &bit);

			*word |= bit;
			keyed = true;
		}
	}
	TRY(buf_ok(b, e));
	st->later.meets |= r->meets;
	st->later.unkeyed |= keyed ? 0 : r->meets;
	return true;
}

static int64_t
next_i64(const char **at)
{
	int64_t v;

	memcpy(&v, *at, sizeof(v));
	*at += sizeof(v);
	return v;
}

static int
bind_next(sqlite3_stmt *stmt, const char *in, const char **from)
{
	int rc = SQLITE_OK;

	for (int at = 1; *in != '\0' && rc == SQLITE_OK; in++, at++) {
		int64_t v = next_i64(from);

		if (*in == 'i' || *in == 'k') {
			rc = sqlite3_bind_int64(stmt, at, v);
		} else if (v < 0) {
			rc = sqlite3_bind_null(stmt, at);
		} else {
			rc = sqlite3_bind_blob64(stmt, at, *from, (sqlite3_uint64)v, SQLITE_STATIC);
			*from += v;
		}
	}
	return rc;
}

static bool
write_one(struct store *st, const char **at, struct err *e)
{
	struct rows *r;
	int rc;

	memcpy(&r, *at, sizeof(r));
	*at += sizeof(r);
	rc = bind_next(r->stmt, r->sql->in, at);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(r->stmt);
	if (rc != SQLITE_DONE) {
		(void)sqlite_fail(st, rc, r->sql->name, e);
		sqlite3_reset(r->stmt);
		return false;
	}
	sqlite3_reset(r->stmt);
	return sqlite3_changes64(st->db) == 1 ||
	    FAIL(e, ERR_CONFLICT, "%s: %s: not one row", st->name, r->sql->name);
}

static void
nothing_waits(struct later *l)
{
	l->meets = l->unkeyed = 0;
	memset(l->key, 0, sizeof(l->key));
}

/* Shorter by what came last; half a row that found no memory goes with it. */
static void
cut(struct buf *b, size_t len)
{
	if (b->data != NULL) {
		memset(b->data + len, 0, b->len - len);
		b->len = len;
	}
	b->failed = false;
}

/* Where SQLite gave a transaction up, what runs next would be one of its own. */
static bool
inside(struct store *st, struct err *e)
{
	return !sqlite3_get_autocommit(st->db) || FAIL(e, ERR_IO, "%s: the transaction was lost", st->name);
}

bool
later_write(struct store *st, struct err *e)
{
	struct later *l = &st->later;

	TRY(buf_ok(&l->rows, e));
	if (l->done == l->rows.len)
		return true;
	TRY(inside(st, e) && later_mark(st, e));
	while (l->done < l->rows.len) {
		const char *at = l->rows.data + l->done;

		TRY(write_one(st, &at, e));
		l->done = (size_t)(at - l->rows.data);
	}
	nothing_waits(l);
	if (st->marks == 0)		/* nothing takes them back any more */
		later_forget(st);
	return true;
}

/* Does a statement about this row have to see one that waits? */
static bool
row_waits(struct store *st, const struct rows *r, va_list *ap)
{
	uint64_t bit, *word;
	va_list again;
	int64_t key;

	/* A key is the first parameter of a query, or it helps nobody. */
	if ((st->later.unkeyed & r->meets) != 0 || r->sql->in[0] != 'k')
		return true;
	va_copy(again, *ap);
	key = va_arg(again, int64_t);
	va_end(again);
	word = key_word(st, key, &bit);
	return (*word & bit) != 0;
}

bool
later_settle(struct store *st, const struct rows *r, va_list *ap, struct err *e)
{
	if ((r->meets & st->later.meets) != 0 && row_waits(st, r, ap))
		TRY(later_write(st, e));
	return !r->writes || later_mark(st, e);
}

void
later_forget(struct store *st)
{
	buf_reset(&st->later.rows);
	st->later.done = 0;
	nothing_waits(&st->later);
}

/* ---- marks ---- */

bool
later_mark(struct store *st, struct err *e)
{
	for (; st->made < st->marks; st->made++)
		TRY(inside(st, e) && sqlite_run(st, &sql_mark, e));
	return true;
}

void
later_back(struct store *st, const struct mark *m, bool made)
{
	struct later *l = &st->later;

	cut(&l->rows, m->rows);
	if (made && l->done > m->done) {
		/* Which ones wait again is not counted: all that is late may. */
		l->done = m->done;
		l->meets = l->unkeyed = UINT64_MAX;
	}
}
