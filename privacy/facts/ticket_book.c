#include "privacy/facts/ticket_book.h"

const char issue_schema[] =
"CREATE TABLE IF NOT EXISTS ticket ("
"  id BLOB PRIMARY KEY,"
"  certificate INTEGER NOT NULL,"
"  member INTEGER NOT NULL,"
"  key INTEGER NOT NULL,"
"  act INTEGER NOT NULL,"
"  reason INTEGER NOT NULL,"
"  state INTEGER NOT NULL,"
"  made INTEGER NOT NULL,"
"  expires INTEGER NOT NULL,"
"  number INTEGER NOT NULL,"		/* of the ledger entry that allowed it */
"  asked BLOB,"				/* NULL once closed, like wire */
"  wire BLOB"
") STRICT;"
"CREATE INDEX IF NOT EXISTS ticket_open ON ticket (state, made);"
"CREATE INDEX IF NOT EXISTS ticket_certificate ON ticket (certificate);"
"CREATE INDEX IF NOT EXISTS ticket_asked ON ticket (asked) WHERE asked IS NOT NULL;";

#define COLUMNS "id, certificate, member, key, act, state, made, expires, number, reason"
static const struct sql
sql_ticket_add = { "ticket_add", "biiiiiiiiiBb", "",
	"INSERT INTO ticket (" COLUMNS ", asked, wire)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)" },
sql_ticket_get = { "ticket_get", "b", "biiiiiiiii", "SELECT " COLUMNS " FROM ticket WHERE id = $1" },
sql_ticket_act = { "ticket_act", "iiiii", "biiiiiiiiiB",
	"SELECT " COLUMNS ", wire FROM ticket WHERE certificate = $1 AND act = $2 AND reason = $3"
	" AND state = $4 AND expires > $5" },
sql_ticket_asked = { "ticket_asked", "biii", "biiiiiiiiiB",
	"SELECT " COLUMNS ", wire FROM ticket WHERE asked = $1 AND member = $2 AND state = $3"
	" AND expires > $4" },
sql_ticket_close = { "ticket_close", "ib", "",
	"UPDATE ticket SET state = $1, asked = NULL, wire = NULL WHERE id = $2" },
sql_ticket_drop_lesser = { "ticket_drop_lesser", "iiii", "",
	"UPDATE ticket SET state = $1, asked = NULL, wire = NULL WHERE certificate = $2 AND state = $3"
	" AND act <> $4" },
sql_ticket_each = { "ticket_each", "iii", "biiiiiiiiiB",
	"SELECT " COLUMNS ", wire FROM ticket WHERE state = $1 AND made <= $2 ORDER BY made LIMIT $3" },
sql_ticket_stored = { "ticket_stored", "ii", "b",
	"SELECT id FROM ticket WHERE state = $1 ORDER BY made LIMIT $2" },
sql_ticket_told = { "ticket_told", "ibi", "",
	"UPDATE ticket SET state = $1 WHERE id = $2 AND state = $3" },
sql_ticket_count = { "ticket_count", "i", "ii",
	"SELECT CAST(COUNT(*) AS BIGINT), CAST(COALESCE(MIN(made), 0) AS BIGINT) FROM ticket"
	" WHERE state = $1" };

static struct seal_place
wire_place(const struct ticket_row *t)
{
	return (struct seal_place){ .table = "ticket", .field = 1, .subject = t->member,
	    .object = t->number, .version = 1, .key = t->key };
}

static bool
ticket_read(struct ticket_row *t, const struct rows *r, struct err *e)
{
	struct span id = rows_bytes(r, 0);

	if (id.len != TICKET_ID)
		return FAIL(e, ERR_TAMPER, "ticket: an id of a wrong size");
	*t = (struct ticket_row){ .certificate = rows_i64(r, 1), .member = rows_i64(r, 2),
	    .key = rows_i64(r, 3), .act = (uint8_t)rows_i64(r, 4), .state = (uint8_t)rows_i64(r, 5),
	    .made = rows_i64(r, 6), .expires = rows_i64(r, 7), .number = rows_i64(r, 8),
	    .reason = (uint8_t)rows_i64(r, 9) };
	memcpy(t->id, id.p, TICKET_ID);
	return true;
}

bool
ticket_book_add(struct keeper *k, const struct ticket_row *t, struct span wire,
    const unsigned char *asked, struct err *e)
{
	DROP(buf_wipe) struct buf box = {0};
	struct seal_place at = wire_place(t);

	TRY(vault_seal(k->vault, &at, wire, &box, e));
	return sql_do(k->store, &sql_ticket_add, e, (const void *)t->id, (size_t)TICKET_ID,
	    t->certificate, t->member, t->key, (int64_t)t->act, (int64_t)TICKET_OPEN, t->made,
	    t->expires, t->number, (int64_t)t->reason, (const void *)asked, (size_t)(asked == NULL ? 0 : ASKED_BYTES),
	    (const void *)box.data, box.len);
}

bool
ticket_book_get(struct keeper *k, const unsigned char id[TICKET_ID], struct ticket_row *t,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_ticket_get, e, (const void *)id, (size_t)TICKET_ID));
	if (r == NULL)
		return REFUSE(e, ERR_DENIED, WHY_TICKET, "ticket: not one of ours");
	return ticket_read(t, r, e);
}

/* The wire of the row that stands ready, if one does. */
static bool
wire_of(struct keeper *k, const struct rows *r, struct buf *wire, bool *found, struct err *e)
{
	struct ticket_row t;
	struct seal_place at;

	*found = r != NULL && !rows_null(r, 10);
	if (!*found)
		return true;
	TRY(ticket_read(&t, r, e));
	at = wire_place(&t);
	return vault_unseal(k->vault, &at, rows_bytes(r, 10), wire, e);
}

bool
ticket_book_open_act(struct keeper *k, int64_t certificate, enum ticket_act act, uint8_t reason,
    int64_t now, struct buf *wire, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_ticket_act, e, certificate, (int64_t)act,
	    (int64_t)reason, (int64_t)TICKET_OPEN, now));
	return wire_of(k, r, wire, found, e);
}

bool
ticket_book_asked(struct keeper *k, int64_t member, const unsigned char asked[ASKED_BYTES],
    int64_t now, struct buf *wire, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_ticket_asked, e, (const void *)asked, (size_t)ASKED_BYTES,
	    member, (int64_t)TICKET_OPEN, now));
	return wire_of(k, r, wire, found, e);
}

bool
ticket_book_close(struct keeper *k, const unsigned char id[TICKET_ID], enum ticket_state s,
    struct err *e)
{
	return sql_do(k->store, &sql_ticket_close, e, (int64_t)s, (const void *)id, (size_t)TICKET_ID);
}

bool
ticket_book_drop_lesser(struct keeper *k, int64_t certificate, struct err *e)
{
	return sql_do(k->store, &sql_ticket_drop_lesser, e, (int64_t)TICKET_CANCELLED, certificate,
	    (int64_t)TICKET_OPEN, (int64_t)TICKET_REVOKE);
}

bool
ticket_book_each(struct keeper *k, int64_t before, int64_t most, ticket_reader *each, void *self,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_ticket_each, e, (int64_t)TICKET_OPEN, before, most));
	while (rows_next(r, &end)) {
		DROP(buf_wipe) struct buf wire = {0};
		struct ticket_row t;
		bool found;

		TRY(ticket_read(&t, r, e));
		/* Nobody but its member carries a ticket to issue: it holds names.
		   One that does not open is listed too, so that it can be given up. */
		if (t.act != TICKET_ISSUE && !wire_of(k, r, &wire, &found, NULL))
			buf_reset(&wire);
		TRY(each(self, &t, span_buf(&wire), e));
	}
	return err_hand_on(e, &end);
}

bool
ticket_book_stored(struct keeper *k, int64_t most, struct buf *ids, uint32_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	*n = 0;
	TRY(sql_ask(k->store, &r, &sql_ticket_stored, e, (int64_t)TICKET_STORED, most));
	for (; rows_next(r, &end); ++*n) {
		struct span id = rows_bytes(r, 0);

		if (id.len != TICKET_ID)
			return FAIL(e, ERR_TAMPER, "ticket: an id of a wrong size");
		buf_add(ids, id.p, id.len);
	}
	return err_hand_on(e, &end) && buf_ok(ids, e);
}

bool
ticket_book_told(struct keeper *k, const unsigned char id[TICKET_ID], struct err *e)
{
	return sql_do(k->store, &sql_ticket_told, e, (int64_t)TICKET_DONE, (const void *)id,
	    (size_t)TICKET_ID, (int64_t)TICKET_STORED);
}

bool
ticket_book_count(struct keeper *k, int64_t *open, int64_t *oldest, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_ticket_count, e, (int64_t)TICKET_OPEN));
	*open = r == NULL ? 0 : rows_i64(r, 0);
	*oldest = r == NULL ? 0 : rows_i64(r, 1);
	return true;
}
