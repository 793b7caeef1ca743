#include <stdlib.h>
#include <string.h>
#include "ledger/base/wipe.h"
#include "ledger/chain_state.h"
#include "ledger/detail_row.h"

#define BACK_MOST	60	/* seconds a clock may stand behind the head */

const char chain_schema[] =
    "CREATE TABLE leaf ("
    " number INTEGER PRIMARY KEY,"
    " entry BLOB NOT NULL CHECK (length(entry) = 104),"
    " at INTEGER NOT NULL,"
    " batch INTEGER NOT NULL) STRICT;"
    "CREATE TABLE detail ("
    " number INTEGER PRIMARY KEY,"
    " record_inner BLOB, record_sealed BLOB, record_box BLOB,"
    " values_inner BLOB, values_sealed BLOB, values_box BLOB) STRICT;"
    "CREATE TABLE node ("
    " level INTEGER NOT NULL, place INTEGER NOT NULL, hash BLOB NOT NULL,"
    " PRIMARY KEY (level, place)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note BLOB NOT NULL) STRICT;"
    "CREATE TABLE duty (number INTEGER PRIMARY KEY, done INTEGER NOT NULL) STRICT;";
const char tombstone_schema[] =
    "CREATE TABLE tombstone ("
    " number INTEGER PRIMARY KEY,"	/* of the entry */
    " erasure INTEGER NOT NULL, key INTEGER NOT NULL, tags INTEGER NOT NULL) STRICT;";
const char *const chain_append_only[] = { "leaf", "node", "checkpoint", "tombstone", NULL };

static const struct sql
	leaf_add	= { "leaf_add", "ibii", "",
	    "INSERT INTO leaf (number, entry, at, batch) VALUES ($1, $2, $3, $4)" },
	leaf_read	= { "leaf_read", "i", "b", "SELECT entry FROM leaf WHERE number = $1" },
	detail_add	= { "detail_add", "i" DETAIL_LETTERS, "",
	    "INSERT INTO detail (number, " DETAIL_COLUMNS
	    ") VALUES ($1, $2, $3, $4, $5, $6, $7)" },
	detail_get	= { "detail_get", "i", DETAIL_LETTERS,
	    "SELECT " DETAIL_COLUMNS " FROM detail WHERE number = $1" },
	erase_record	= { "erase_record", "i", "",
	    "UPDATE detail SET record_box = NULL WHERE number = $1" },
	erase_values	= { "erase_values", "i", "",
	    "UPDATE detail SET values_box = NULL WHERE number = $1" },
	erase_both	= { "erase_both", "i", "",
	    "UPDATE detail SET record_box = NULL, values_box = NULL WHERE number = $1" },
	duty_add	= { "duty_add", "i", "", "INSERT INTO duty (number, done) VALUES ($1, 0)" },
	duty_end	= { "duty_end", "i", "", "UPDATE duty SET done = 1 WHERE number = $1" },
	bury		= { "tombstone_add", "iiii", "",
	    "INSERT INTO tombstone (number, erasure, key, tags) VALUES ($1, $2, $3, $4)" },
	buried		= { "tombstone_get", "i", "iii",
	    "SELECT erasure, key, tags FROM tombstone WHERE number = $1" };

/* ---- opening ---- */

bool
chain_open(struct chain **out, struct store *st, const char *journal_path, struct err *e)
{
	struct chain *c = calloc(1, sizeof(*c));

	*out = NULL;
	if (c == NULL)
		return FAIL(e, ERR_MEMORY, "chain");
	c->st = st;
	if (!chain_start(c, journal_path, e)) {
		chain_drop(&c);
		return false;
	}
	*out = c;
	return true;
}

void
chain_drop(struct chain **c)
{
	if (*c == NULL)
		return;
	journal_drop(&(*c)->journal);
	buf_wipe(&(*c)->hashes);
	buf_wipe(&(*c)->graves);
	wipe_free(*c);
	*c = NULL;
}

/* ---- appending ---- */

static bool
check_time(const struct head *h, int64_t at, struct err *e)
{
	if (at < 0 || at / DAY > UINT32_MAX)
		return FAIL(e, ERR_INPUT, "time %lld", (long long)at);
	if (h->tree.size == 0)
		return true;
	if (at < h->at - BACK_MOST)
		return FAIL(e, ERR_DENIED, "the clock stands %lld s behind the ledger",
		    (long long)(h->at - at));
	if (at / DAY < h->day)
		return FAIL(e, ERR_DENIED, "the clock is a day behind the ledger");
	return true;
}

static bool
insert_detail(struct chain *c, int64_t number, const struct detail *d, struct err *e)
{
	static const unsigned char none[LEAF_HASH];
	const struct detail_part *r = &d->record, *v = &d->values;
	bool has_r = memcmp(r->inner, none, LEAF_HASH) != 0;
	bool has_v = memcmp(v->inner, none, LEAF_HASH) != 0;

	return sql_later(c->st, &detail_add, e, number,
	    has_r ? r->inner : NULL, (size_t)LEAF_HASH, has_r ? r->sealed : NULL,
	    (size_t)LEAF_HASH, has_r ? r->box.p : NULL, r->box.len,
	    has_v ? v->inner : NULL, (size_t)LEAF_HASH, has_v ? v->sealed : NULL,
	    (size_t)LEAF_HASH, has_v ? v->box.p : NULL, v->box.len);
}

static bool
insert_leaf(struct chain *c, const struct leaf *l, int64_t at, struct err *e)
{
	struct head *h = &c->now;
	unsigned char entry[LEAF_BYTES];

	leaf_pack(l, entry);
	TRY(sql_later(c->st, &leaf_add, e, h->tree.size, entry, (size_t)LEAF_BYTES, at,
	    c->committed.tree.size));
	leaf_hash(entry, h->hash);
	tree_append(&h->tree, h->hash);
	h->at = at;
	h->day = l->day;
	buf_add(&c->hashes, h->hash, LEAF_HASH);
	h->waiting += LEAF_HASH;
	TRY(buf_ok(&c->hashes, e));
	return chain_nodes_add(c, &h->tree, e);
}

bool
chain_append(struct chain *c, struct leaf *l, const struct detail *given, int64_t at,
    int64_t *seq, struct err *e)
{
	struct head *h = &c->now;
	struct detail d = *given;

	if (h->torn)
		return FAIL(e, ERR_IO, "an entry failed half-way: roll back first");
	if (l->kind == 0 || l->kind >= KIND__COUNT || l->role == 0 || l->role >= ACTOR__COUNT)
		return FAIL(e, ERR_INPUT, "kind %u, role %u", l->kind, l->role);
	TRY(detail_part_end(&d.record, e));
	TRY(detail_part_end(&d.values, e));
	TRY(check_time(h, at, e));
	l->day = (uint32_t)(at / DAY);
	memcpy(l->prev, h->hash, LEAF_HASH);
	detail_commitment(&d, l->commitment);
	/* First the one that can be refused: nothing else stands then. */
	TRY(insert_detail(c, h->tree.size, &d, e));
	h->torn = true;
	TRY(insert_leaf(c, l, at > h->at ? at : h->at, e));
	h->torn = false;
	if (seq != NULL)
		*seq = h->tree.size - 1;
	return true;
}

bool
chain_committed(struct chain *c, struct err *e)
{
	struct head *h = &c->now;
	const unsigned char *hash = (const unsigned char *)c->hashes.data;

	if (h->torn)
		return FAIL(e, ERR_IO, "half an entry was committed");
	for (int64_t n = c->committed.tree.size; n < h->tree.size; n++, hash += LEAF_HASH)
		if (c->journal != NULL)
			TRY(journal_append(c->journal, n, hash, e));
	for (struct span s = span_buf(&c->graves); s.len > 0 && c->journal != NULL; )
		TRY(chain_grave_journal(c, &s, e));
	buf_reset(&c->hashes);
	buf_reset(&c->graves);
	h->waiting = h->graves = 0;
	c->committed = c->marked = *h;
	return c->journal == NULL ? true : journal_write(c->journal, e);
}

bool
chain_sync(struct chain *c, struct err *e)
{
	return c->journal == NULL ? true : journal_sync(c->journal, e);
}

static void
return_to(struct chain *c, const struct head *h)
{
	c->now = *h;
	c->hashes.len = h->waiting;
	c->hashes.failed = false;
	c->graves.len = h->graves;
	c->graves.failed = false;
}

void
chain_rolled_back(struct chain *c)
{
	return_to(c, &c->committed);
	c->marked = c->now;
}

void
chain_mark(struct chain *c)
{
	c->marked = c->now;
}

void
chain_back(struct chain *c)
{
	return_to(c, &c->marked);
}

int64_t
chain_size(const struct chain *c)
{
	return c->now.tree.size;
}

int64_t
chain_at(const struct chain *c)
{
	return c->committed.at;
}

int64_t
chain_settled(const struct chain *c)
{
	return c->committed.tree.size;
}

void
chain_head_hash(const struct chain *c, unsigned char hash[LEAF_HASH])
{
	memcpy(hash, c->now.hash, LEAF_HASH);
}

/* ---- one entry ---- */

static bool
copy_box(struct buf *into, struct span box, struct err *e)
{
	if (into == NULL)
		return true;
	buf_reset(into);
	buf_add(into, box.p, box.len);
	return buf_ok(into, e);
}

static bool
get_leaf(struct chain *c, int64_t seq, struct leaf *l, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(c->st, &r, &leaf_read, e, seq));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "no entry %lld", (long long)seq);
	if (rows_bytes(r, 0).len != LEAF_BYTES || !leaf_unpack(l, rows_bytes(r, 0).p, NULL))
		return FAIL(e, ERR_TAMPER, "entry %lld is misshapen", (long long)seq);
	return true;
}

bool
chain_read(struct chain *c, int64_t seq, struct leaf *l, struct buf *record,
    struct buf *values, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err why = {0};
	struct detail d;

	TRY(get_leaf(c, seq, l, e));
	TRY(sql_first(c->st, &r, &detail_get, e, seq));
	if (r == NULL)
		return FAIL(e, ERR_TAMPER, "entry %lld: its detail row is missing", (long long)seq);
	/* What lies in the store must be what the leaf committed to: an old row is not. */
	if (!detail_row_read(&d, r, 0, &why) || !detail_row_agrees(&d, l, &why))
		return FAIL(e, ERR_TAMPER, "entry %lld: %.120s", (long long)seq, why.text);
	TRY(copy_box(record, d.record.box, e));
	return copy_box(values, d.values.box, e);
}

bool
chain_erase_detail(struct chain *c, int64_t seq, unsigned which, struct err *e)
{
	const struct sql *how = which == 1 ? &erase_record : which == 2 ? &erase_values :
	    which == 3 ? &erase_both : NULL;

	if (how == NULL)
		return FAIL(e, ERR_INPUT, "part %u of a detail", which);
	TRY(sql_do(c->st, how, e, seq));
	return sql_changed(c->st) == 1 ? true : FAIL(e, ERR_ABSENT, "no entry %lld",
	    (long long)seq);
}

bool
chain_duty_open(struct chain *c, int64_t seq, struct err *e)
{
	if (seq < 0 || seq >= c->now.tree.size)
		return FAIL(e, ERR_ABSENT, "no entry %lld", (long long)seq);
	return sql_do(c->st, &duty_add, e, seq);
}

bool
chain_duty_done(struct chain *c, int64_t seq, struct err *e)
{
	TRY(sql_do(c->st, &duty_end, e, seq));
	return sql_changed(c->st) == 1 ? true : FAIL(e, ERR_ABSENT, "entry %lld is no duty",
	    (long long)seq);
}

/* ---- erasures ---- */

bool
chain_bury(struct chain *c, int64_t seq, struct tombstone *t, struct err *e)
{
	unsigned char hash[LEAF_HASH];

	TRY(chain_hash(c, seq, hash, e));
	t->entry = seq;
	memcpy(t->leaf, hash, TOMBSTONE_LEAF);
	TRY(sql_do(c->st, &bury, e, seq, t->erasure, t->key, t->tags));
	chain_grave_add(c, t);
	return buf_ok(&c->graves, e);
}

bool
chain_tombstone(struct chain *c, int64_t seq, struct tombstone *t, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char hash[LEAF_HASH];

	TRY(sql_first(c->st, &r, &buried, e, seq));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "entry %lld is no tombstone", (long long)seq);
	*t = (struct tombstone){ .entry = seq, .erasure = rows_i64(r, 0), .key = rows_i64(r, 1),
	    .tags = rows_i64(r, 2) };
	rows_drop(&r);
	TRY(chain_hash(c, seq, hash, e));
	memcpy(t->leaf, hash, TOMBSTONE_LEAF);
	return true;
}
