#include "ledger/store/store.h"
#include "portal/web/announced.h"

bool
announced_has(struct store *st, const struct announced *t, int64_t id, int64_t change, bool *yes, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(st, &r, &t->has, e, id, change));
	*yes = r != NULL;
	return true;
}

bool
announced_put(struct store *st, const struct announced *t, int64_t id, int64_t change, struct err *e)
{
	bool same;

	if (sql_changed(st) > 0)
		return true;
	TRY(announced_has(st, t, id, change, &same, e));
	return same || FAIL(e, ERR_CONFLICT, "%s: of another change", t->has.name);
}

bool
announced_remove(struct store *st, const struct announced *t, int64_t id, struct err *e)
{
	TRY(store_begin(st, e));
	if (sql_do(st, &t->remove, e, id) && store_commit(st, e))
		return true;
	store_rollback(st);
	return false;
}

bool
announced_ids(struct store *st, const struct announced *t, int64_t after, int64_t *into, size_t most, size_t *n,
    struct err *e)
{
	return sql_column(st, into, most, n, &t->ids, e, after, (int64_t)most);
}
