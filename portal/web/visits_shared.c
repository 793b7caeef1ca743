#include "portal/web/visits.h"

const char visits_schema[] =
	"CREATE TABLE visits ("
	" day INTEGER NOT NULL,"		/* since 1970-01-01, UTC */
	" kind INTEGER NOT NULL,"		/* enum visits_kind */
	" name TEXT NOT NULL,"
	" n INTEGER NOT NULL,"
	" PRIMARY KEY (day, kind, name)) STRICT, WITHOUT ROWID;";

enum { ADD, SUMS, OLD_GO };

static const struct sql statements[] = {
	[ADD] = { "visits add", "iiti", "",
	    "INSERT INTO visits (day, kind, name, n) VALUES ($1, $2, $3, $4)"
	    " ON CONFLICT (day, kind, name) DO UPDATE SET n = visits.n + excluded.n" },
	[SUMS] = { "visits sums", "iiii", "ti",
	    "SELECT name, CAST(SUM(n) AS bigint) FROM visits WHERE day >= $1 AND kind = $2"
	    " GROUP BY name HAVING SUM(n) >= $3 ORDER BY 2 DESC, name LIMIT $4" },
	[OLD_GO] = { "visits old go", "i", "", "DELETE FROM visits WHERE day < $1" },
};

bool
visits_add(struct store *st, int64_t day, enum visits_kind kind, const char *name, int64_t n, struct err *e)
{
	return sql_do(st, &statements[ADD], e, day, (int64_t)kind, name, n);
}

bool
visits_sums(struct store *st, enum visits_kind kind, int64_t since, struct visits_sum *into, size_t most,
    size_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	*n = 0;
	TRY(sql_ask(st, &r, &statements[SUMS], e, since, (int64_t)kind, (int64_t)VISITS_LEAST, (int64_t)most));
	while (*n < most && rows_next(r, &end)) {
		snprintf(into[*n].name, sizeof(into[*n].name), "%s", rows_text(r, 0));
		into[(*n)++].n = rows_i64(r, 1);
	}
	return err_hand_on(e, &end);
}

static bool
sweep_in_transaction(struct store *st, int64_t today, struct err *e)
{
	TRY(sql_do(st, &statements[OLD_GO], e, today - VISITS_KEPT));
	return store_commit(st, e);
}

bool
visits_sweep(struct store *st, int64_t today, struct err *e)
{
	TRY(store_begin(st, e));
	if (sweep_in_transaction(st, today, e))
		return true;
	store_rollback(st);
	return false;
}
