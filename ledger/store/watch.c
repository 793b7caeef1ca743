/*
 * ledger/store/watch.c - whether a row may have changed, without reading it.
 *
 * SQLite tells of every row of a table with a number as key that this connection
 * adds, changes or removes; by its data version, that another connection committed
 * something; what was rolled back we know.  All of that moves the row's stamp on,
 * so what was remembered of a row is as good as the row while its stamp stands.
 * (Of the number that a row had before it was given another one it does not tell: no
 * statement changes the key of a watched table.)
 */
#include <string.h>
#include "ledger/store/sqlite.h"

static size_t
slot_of_row(unsigned which, int64_t row)
{
	return (size_t)(((uint64_t)row + which) * UINT64_C(0x9e3779b97f4a7c15) >> 32) % COUNT(((struct watch *)0)->stamp);
}

static void
row_changed(void *self, int action, const char *database, const char *table, sqlite3_int64 row)
{
	struct store *st = self;

	(void)action;
	(void)database;
	for (unsigned i = 0; st->watched[i] != NULL; i++)
		if (strcmp(st->watched[i], table) == 0)
			st->watch.stamp[slot_of_row(i, row)]++;
}

void
watch_open(struct store *st)
{
	if (st->watched != NULL)
		sqlite3_update_hook(st->db, row_changed, st);
}

/* Commits of this connection move it on as well, so it is looked at before and after. */
static bool
version_same(struct store *st)
{
	unsigned was = st->watch.version;

	return sqlite3_file_control(st->db, "main", SQLITE_FCNTL_DATA_VERSION, &st->watch.version) == SQLITE_OK &&
	    st->watch.version == was;
}

void
watch_begin(struct store *st)
{
	if (st->watched != NULL && !version_same(st))
		st->watch.all++;
}

void
watch_committed(struct store *st)
{
	if (st->watched != NULL)
		(void)version_same(st);
}

void
watch_undone(struct store *st)
{
	st->watch.all++;
}

uint64_t
store_stamp(const struct store *st, unsigned which, int64_t row)
{
	return st->watch.all + st->watch.stamp[slot_of_row(which, row)];
}
