#include <string.h>
#include "privacy/facts/event_part.h"
#include "privacy/facts/token.h"

#define COLUMN_WHO	1u	/* inside the sealed place */

#define COLUMNS	"SELECT id, event, sort, number, told, box, key FROM event_part"
#define LETTERS	"iiiiibi"

static const struct sql
sql_get = { "part_get", "i", LETTERS, COLUMNS " WHERE id = $1" },
sql_find = { "part_find", "b", LETTERS, COLUMNS " WHERE idx = $1" },
sql_each = { "part_each", "ii", LETTERS, COLUMNS " WHERE event = $1 AND sort = $2 ORDER BY number" },
sql_count = { "part_count", "ii", "i",
	"SELECT CAST(COUNT(*) AS bigint) FROM event_part WHERE event = $1 AND sort = $2" },
sql_last = { "part_last", "ii", "i",
	"SELECT CAST(COALESCE(MAX(number), 0) AS bigint) FROM event_part WHERE event = $1 AND sort = $2" },
sql_add = { "part_add", "iiiiibbi", "",
	"INSERT INTO event_part (id, event, sort, number, told, idx, box, key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)" },
sql_told = { "part_told", "i", "", "UPDATE event_part SET told = 1 WHERE id = $1" },
sql_delete = { "part_delete", "i", "", "DELETE FROM event_part WHERE id = $1" };

static struct seal_place
place_of(int64_t id, int64_t key)
{
	return (struct seal_place){ .table = "event part", .field = COLUMN_WHO, .object = id, .version = 1, .key = key };
}

static void
index_part(const struct keeper *k, int64_t event, enum part_sort sort, int64_t member,
    unsigned char into[INDEX_BYTES])
{
	const int64_t what[] = { event, sort, member };

	index_of(vault_indexes(k->vault), INDEX_EVENT_PART, span_of(what, sizeof(what)), into);
}

static bool
row_read(struct keeper *k, const struct rows *r, struct event_part *p, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};
	struct seal_place at = place_of(rows_i64(r, 0), rows_i64(r, 6));
	struct span s;

	*p = (struct event_part){ .id = rows_i64(r, 0), .event = rows_i64(r, 1), .sort = (enum part_sort)rows_i64(r, 2),
	    .number = rows_i64(r, 3), .told = rows_i64(r, 4) != 0 };
	TRY(vault_unseal(k->vault, &at, rows_bytes(r, 5), &plain, e));
	s = span_buf(&plain);
	p->member = unpack_i64(&s);
	p->pass = unpack_i64(&s);
	p->named = unpack_u8(&s) == 1;
	return unpack_end(&s, "event part", e);
}

bool
event_part_get(struct keeper *k, int64_t id, struct event_part *p, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_get, e, id));
	*found = r != NULL;
	return r == NULL || row_read(k, r, p, e);
}

bool
event_part_find(struct keeper *k, int64_t event, enum part_sort sort, int64_t member, struct event_part *p,
    bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char idx[INDEX_BYTES];

	index_part(k, event, sort, member, idx);
	TRY(sql_first(k->store, &r, &sql_find, e, (const void *)idx, sizeof(idx)));
	*found = r != NULL;
	return r == NULL || row_read(k, r, p, e);
}

static bool
number_of(struct keeper *k, const struct sql *s, int64_t event, enum part_sort sort, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, s, e, event, (int64_t)sort));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

bool
event_part_count(struct keeper *k, int64_t event, enum part_sort sort, int64_t *n, struct err *e)
{
	return number_of(k, &sql_count, event, sort, n, e);
}

bool
event_part_add(struct keeper *k, struct event_part *p, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0}, box = {0};
	unsigned char idx[INDEX_BYTES];
	int64_t key = vault_site_key(k->vault);
	struct seal_place at;

	TRY(number_of(k, &sql_last, p->event, p->sort, &p->number, e));
	p->number++;
	p->id = id_random();
	p->pass = p->sort == PART_VISITOR ? id_random() : 0;
	at = place_of(p->id, key);
	pack_i64(&plain, p->member);
	pack_i64(&plain, p->pass);
	pack_u8(&plain, p->named);
	TRY(buf_ok(&plain, e));
	TRY(vault_seal(k->vault, &at, span_buf(&plain), &box, e));
	index_part(k, p->event, p->sort, p->member, idx);
	return sql_do(k->store, &sql_add, e, p->id, p->event, (int64_t)p->sort, p->number, INT64_C(0),
	    (const void *)idx, sizeof(idx), (const void *)box.data, box.len, key);
}

bool
event_part_told(struct keeper *k, int64_t id, struct err *e)
{
	return sql_do(k->store, &sql_told, e, id);
}

bool
event_part_delete(struct keeper *k, int64_t id, struct err *e)
{
	keeper_shed(k, 0);
	return sql_do(k->store, &sql_delete, e, id);
}

bool
event_part_each(struct keeper *k, int64_t event, enum part_sort sort, event_part_reader *each, void *self,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_each, e, event, (int64_t)sort));
	while (rows_next(r, &end)) {
		struct event_part p;

		TRY(row_read(k, r, &p, e));
		TRY(each(self, &p, e));
	}
	return err_hand_on(e, &end);
}

/* ---- of a visitor ---- */

bool
event_code_make(struct keeper *k, const struct owner *o, const struct event_part *p, int64_t now, struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};
	char code[CODE_TEXT];
	struct code c;
	bool good;

	TRY(code_issue(k, CODE_EVENT_PASS, p->id, &c, e));
	code_print(&c, code);
	buf_fmt(&text, "%s %lld", code, (long long)p->event);
	good = buf_ok(&text, e) && vault_put(k->vault, o, FIELD_CODE, p->pass, span_buf(&text), now, e);
	code_wipe(&c);
	explicit_bzero(code, sizeof(code));
	return good;
}

bool
event_code_read(const struct buf *text, char code[EVENT_CODE_TEXT], int64_t *event)
{
	const char *blank = text->len == 0 || text->len >= EVENT_CODE_TEXT ? NULL : strchr(text->data, ' ');

	if (blank == NULL)
		return false;
	snprintf(code, EVENT_CODE_TEXT, "%.*s", (int)(blank - text->data), text->data);
	*event = strtoll(blank + 1, NULL, 10);
	return true;
}

bool
event_visitor_end(struct keeper *k, const struct event_part *p, enum handover_state s, int64_t now, struct err *e)
{
	int64_t ended;

	TRY(handover_pass_end(k, p->pass, s, now, &ended, e));
	TRY(code_end(k, CODE_EVENT_PASS, p->id, e));
	TRY(vault_erase(k->vault, p->member, FIELD_CODE, p->pass, now, NULL, e));
	return event_part_delete(k, p->id, e);
}
