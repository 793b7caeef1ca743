#include "privacy/facts/numbering.h"

const char numbering_schema[] =
"CREATE TABLE numbering ("
" what INTEGER PRIMARY KEY,"		/* enum numbering */
" last INTEGER NOT NULL) STRICT;"
"INSERT INTO numbering (what, last) SELECT 1, COALESCE(MAX(id), 0) FROM mail;"
"INSERT INTO numbering (what, last) SELECT 2, COALESCE(MAX(id), 0) FROM mail_token;"
"INSERT INTO numbering (what, last) VALUES (3, 0);";

static const struct sql
sql_count = { "numbering_count", "i", "", "UPDATE numbering SET last = last + 1 WHERE what = $1" },
sql_last = { "numbering_last", "i", "i", "SELECT last FROM numbering WHERE what = $1" };

bool
numbering_next(struct keeper *k, enum numbering of, int64_t *number, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_do(k->store, &sql_count, e, (int64_t)of));
	TRY(sql_first(k->store, &r, &sql_last, e, (int64_t)of));
	if (r == NULL)
		return FAIL(e, ERR_TAMPER, "numbering: nothing is counted for %d", (int)of);
	*number = rows_i64(r, 0);
	return true;
}
