/*
 * ledger/store/redo.c - what a transaction wrote, to be written again.
 *
 * A SAVEPOINT copies every page that is written after it, whether or not anybody goes
 * back: that was a seventh of the keeper's instructions for a certificate, signatures
 * aside.  Going back is rare.  So the statements that wrote are kept with their values,
 * and going back to a mark is to roll the transaction back, begin it anew and run again
 * what came before the mark.  They say all themselves (no random(), no date), on the
 * same rows as before: a store has one writer, or its lock stays taken.  Each must
 * change as many rows again.
 *
 * From then on, and when the log grew long, marks are SAVEPOINTs until the commit: a
 * batch in which many are refused is written twice at most.
 */
#include <string.h>
#include "ledger/store/sqlite.h"

#define LOG_MOST	(256 << 10)	/* bytes */

/* ---- one statement as bytes ---- */

static void
pack_value(struct buf *b, char letter, const void *p, size_t n)
{
	int64_t v = p != NULL ? (int64_t)n : letter == 'B' || letter == 'T' || letter == 'I' ? -1 : 0;

	buf_add(b, &v, sizeof(v));
	buf_add(b, p, p == NULL ? 0 : n);
}

/* The statement, how many rows it changes; of each value: an integer, or its length (-1: null) and bytes. */
void
redo_pack(struct buf *b, struct rows *r, int64_t changes, va_list *ap)
{
	buf_add(b, &r, sizeof(r));
	buf_add(b, &changes, sizeof(changes));
	for (const char *in = r->sql->in; *in != '\0'; in++) {
		if (*in == 'i' || *in == 'k') {
			int64_t v = va_arg(*ap, int64_t);

			buf_add(b, &v, sizeof(v));
		} else if (*in == 'I') {
			pack_value(b, *in, va_arg(*ap, const int64_t *), sizeof(int64_t));
		} else if (*in == 't' || *in == 'T') {
			const char *text = va_arg(*ap, const char *);

			pack_value(b, *in, text, text == NULL ? 0 : strlen(text));
		} else {
			const void *p = va_arg(*ap, const void *);

			pack_value(b, *in, p, va_arg(*ap, size_t));
		}
	}
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
bind_value(sqlite3_stmt *stmt, int at, char letter, int64_t v, const char **from)
{
	const char *p = *from;

	if (letter == 'i' || letter == 'k')
		return sqlite3_bind_int64(stmt, at, v);
	if (v < 0)
		return sqlite3_bind_null(stmt, at);
	*from += v;
	if (letter == 'I')
		return sqlite3_bind_int64(stmt, at, next_i64(&p));
	if (letter == 't' || letter == 'T')
		return sqlite3_bind_text(stmt, at, p, (int)v, SQLITE_STATIC);
	return sqlite3_bind_blob64(stmt, at, p, (sqlite3_uint64)v, SQLITE_STATIC);
}

bool
redo_step(struct store *st, const char **at, struct err *e)
{
	struct rows *r;
	int64_t changes;
	int rc = SQLITE_OK;

	memcpy(&r, *at, sizeof(r));
	*at += sizeof(r);
	changes = next_i64(at);
	for (int i = 0; r->sql->in[i] != '\0' && rc == SQLITE_OK; i++)
		rc = bind_value(r->stmt, i + 1, r->sql->in[i], next_i64(at), at);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(r->stmt);
	if (rc != SQLITE_DONE) {
		(void)sqlite_fail(st, rc, r->sql->name, e);
		sqlite3_reset(r->stmt);
		return false;
	}
	sqlite3_reset(r->stmt);
	return sqlite3_changes64(st->db) == changes ||
	    FAIL(e, ERR_CONFLICT, "%s: %s: not %lld rows", st->name, r->sql->name, (long long)changes);
}

/* Shorter by what came last; half a row that found no memory goes with it. */
void
redo_cut(struct buf *b, size_t len)
{
	if (b->data != NULL) {
		memset(b->data + len, 0, b->len - len);
		b->len = len;
	}
	b->failed = false;
}

/* ---- the log ---- */

/* Without a mark nobody knows yet that one will be wanted. */
static bool
kept(struct store *st)
{
	st->redo.partial |= st->marks == 0 || st->redo.log.len > LOG_MOST;
	return !st->redo.partial;
}

static void
kept_whole(struct store *st, size_t before)
{
	st->redo.partial = st->redo.log.failed;
	if (st->redo.partial)
		redo_cut(&st->redo.log, before);
}

void
redo_wrote(struct store *st, struct span row)
{
	size_t before = st->redo.log.len;

	if (!kept(st))
		return;
	buf_add(&st->redo.log, row.p, row.len);
	kept_whole(st, before);
}

void
redo_ran(struct store *st, struct rows *r, va_list *ap)
{
	size_t before = st->redo.log.len;

	if (!r->writes || !st->in_txn || !kept(st))
		return;
	redo_pack(&st->redo.log, r, sqlite3_changes64(st->db), ap);
	kept_whole(st, before);
}

void
redo_forget(struct store *st)
{
	buf_reset(&st->redo.log);
	st->redo.partial = false;
}

bool
redo_again(struct store *st, size_t len)
{
	const char *at = st->redo.log.data;

	redo_cut(&st->redo.log, len);
	st->redo.partial = len > 0;
	while (len > 0 && at < st->redo.log.data + len)
		TRY(redo_step(st, &at, NULL));
	return true;
}
