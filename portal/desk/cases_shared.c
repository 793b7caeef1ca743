/* portal/desk/cases_shared.c - the rows of cases' texts: for the portal, and for the clerk that makes good what a crash left. */
#include "portal/desk/cases.h"

const char cases_schema[] =
	"CREATE TABLE case_text ("
	" id INTEGER PRIMARY KEY,"
	" change INTEGER NOT NULL,"
	" number INTEGER NOT NULL,"
	" of INTEGER NOT NULL,"
	" box BLOB NOT NULL) STRICT;"
	"CREATE INDEX case_text_of ON case_text (of, number);";

const struct announced case_texts_announced = ANNOUNCED("case text", "case_text");

static const struct sql
sql_put = { "case text put", "iiiib", "", "INSERT INTO case_text (id, change, number, of, box) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING" },
sql_of = { "case texts of", "ii", "ib", "SELECT id, box FROM case_text WHERE of = $1 ORDER BY number LIMIT $2" };

bool
case_texts_put(struct store *st, const struct case_text_row *r, struct err *e)
{
	TRY(store_begin(st, e));
	if (sql_do(st, &sql_put, e, r->id, r->change, r->number, r->of, (const void *)r->box.p, r->box.len) &&
	    announced_put(st, &case_texts_announced, r->id, r->change, e) && store_commit(st, e))
		return true;
	store_rollback(st);
	return false;
}

bool
case_texts_pack(struct store *st, int64_t of, struct buf *into, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf rows = {0};
	struct err end = {0};
	uint32_t n = 0;

	TRY(sql_ask(st, &r, &sql_of, e, of, (int64_t)CASE_TEXTS_MOST));
	while (rows_next(r, &end)) {
		struct span box = rows_bytes(r, 1);

		if (box.len > CASE_BOX_MAX)
			continue;	/* none of ours: the keeper would refuse all of them for it */
		pack_i64(&rows, rows_i64(r, 0));
		pack_bytes(&rows, box.p, box.len);
		n++;
	}
	TRY(err_hand_on(e, &end));
	pack_u32(into, n);
	buf_add(into, rows.data, rows.len);
	return buf_ok(&rows, e);
}
