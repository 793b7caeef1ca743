/*
 * ledger/store/later.c - marks that cost nothing until something is written, and rows that wait for the commit.
 *
 * A mark of SQLite's copies every page that is written after it, which was a sixth
 * of the price of a page view: each view appends to the same few pages of the ledger.
 * So a mark is only noted, and made before the first statement that writes: without
 * SQLite, while what was written before can be written again (redo.c), else by its
 * SAVEPOINT.  And rows of the tables that store_spec.late names wait in memory with
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

bool
later_add(struct store *st, struct rows *r, va_list *ap, struct err *e)
{
	bool keyed = false;
	va_list again;

	va_copy(again, *ap);
	redo_pack(&st->later.rows, r, 1, ap);
	for (const char *in = r->sql->in; *in != '\0'; in++) {
		if (*in == 'k') {
			uint64_t bit, *word = key_word(st, va_arg(again, int64_t), &bit);

			*word |= bit;
			keyed = true;
		} else if (*in == 'i') {
			(void)va_arg(again, int64_t);
		} else {
			(void)va_arg(again, const void *);
			(void)va_arg(again, size_t);
		}
	}
	va_end(again);
	TRY(buf_ok(&st->later.rows, e));
	st->later.meets |= r->meets;
	st->later.unkeyed |= keyed ? 0 : r->meets;
	return true;
}

static void
nothing_waits(struct later *l)
{
	l->meets = l->unkeyed = 0;
	memset(l->key, 0, sizeof(l->key));
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

		TRY(redo_step(st, &at, e));
		redo_wrote(st, span_of(l->rows.data + l->done, (size_t)(at - l->rows.data) - l->done));
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
	for (; st->made < st->marks; st->made++) {
		struct mark *m = &st->mark[st->made];

		TRY(inside(st, e));
		m->redo = st->redo.log.len;
		m->saved = st->redo.partial;
		if (m->saved)
			TRY(sqlite_run(st, &sql_mark, e));
	}
	return true;
}

void
later_back(struct store *st, const struct mark *m, bool made)
{
	struct later *l = &st->later;

	redo_cut(&l->rows, m->rows);
	if (made && l->done > m->done) {
		/* Which ones wait again is not counted: all that is late may. */
		l->done = m->done;
		l->meets = l->unkeyed = UINT64_MAX;
	}
}
