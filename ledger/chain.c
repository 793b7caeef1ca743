#include <stdlib.h>
#include <string.h>
#include "ledger/base/log.h"
#include "ledger/chain.h"
#include "ledger/checkpoint.h"
#include "ledger/detail_row.h"
#include "ledger/journal.h"
#include "ledger/tree.h"

#define DAY		86400	/* seconds */
#define BACK_MOST	60	/* seconds a clock may stand behind the head */
#define NODE_STEP	8	/* every eighth level is stored */

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
const char *const chain_append_only[] = { "leaf", "node", "checkpoint", NULL };

static const struct sql
	leaf_add	= { "leaf_add", "ibii", "",
	    "INSERT INTO leaf (number, entry, at, batch) VALUES ($1, $2, $3, $4)" },
	leaf_head	= { "leaf_head", "", "ibi",
	    "SELECT number, entry, at FROM leaf ORDER BY number DESC LIMIT 1" },
	leaf_get	= { "leaf_get", "i", "b", "SELECT entry FROM leaf WHERE number = $1" },
	leaf_from	= { "leaf_from", "i", "ib",
	    "SELECT number, entry FROM leaf WHERE number >= $1 ORDER BY number" },
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
	node_add	= { "node_add", "iib", "",
	    "INSERT INTO node (level, place, hash) VALUES ($1, $2, $3)" },
	node_get	= { "node_get", "ii", "b",
	    "SELECT hash FROM node WHERE level = $1 AND place = $2" },
	checkpoint_add	= { "checkpoint_add", "ib", "",
	    "INSERT INTO checkpoint (size, note) VALUES ($1, $2)" },
	checkpoint_of	= { "checkpoint_of", "i", "b",
	    "SELECT note FROM checkpoint WHERE size = $1" },
	checkpoint_last	= { "checkpoint_last", "", "ib",
	    "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1" },
	duty_add	= { "duty_add", "i", "", "INSERT INTO duty (number, done) VALUES ($1, 0)" },
	duty_end	= { "duty_end", "i", "", "UPDATE duty SET done = 1 WHERE number = $1" };

struct head {
	struct tree	tree;
	unsigned char	hash[LEAF_HASH];	/* of the newest entry; zeros: none */
	int64_t		at;			/* latest time seen */
	uint32_t	day;			/* of the newest entry */
	size_t		waiting;		/* bytes of chain.hashes up to here */
	bool		torn;			/* half an entry stands in the transaction */
};

struct chain {
	struct store	*st;
	struct journal	*journal;		/* NULL: none */
	struct head	committed, now, marked;
	struct buf	hashes;			/* leaf hashes of what is not yet committed */
};

static bool
get_hash(struct chain *c, int64_t number, unsigned char hash[LEAF_HASH], struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct span entry;

	TRY(sql_first(c->st, &r, &leaf_get, e, number));
	entry = r == NULL ? span_of(NULL, 0) : rows_bytes(r, 0);
	if (entry.len != LEAF_BYTES)
		return FAIL(e, ERR_TAMPER, "entry %lld is missing or misshapen", (long long)number);
	leaf_hash(entry.p, hash);
	return true;
}

static bool
get_node(struct chain *c, unsigned level, int64_t place, unsigned char hash[LEAF_HASH],
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct span s;

	TRY(sql_first(c->st, &r, &node_get, e, (int64_t)level, place));
	s = r == NULL ? span_of(NULL, 0) : rows_bytes(r, 0);
	if (s.len != LEAF_HASH)
		return FAIL(e, ERR_TAMPER, "node %lld of level %u is missing", (long long)place,
		    level);
	memcpy(hash, s.p, LEAF_HASH);
	return true;
}

/* A tree_reader: any perfect subtree from the stored ones or the leaves below it. */
static bool
read_node(void *self, unsigned level, int64_t place, unsigned char hash[LEAF_HASH],
    struct err *e)
{
	if (level == 0)
		return get_hash(self, place, hash, e);
	if (level % NODE_STEP == 0)
		return get_node(self, level, place, hash, e);
	return tree_gather(read_node, self, level - level % NODE_STEP, level, place, hash, e);
}

static bool
load_head(struct chain *c, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct head *h = &c->committed;
	struct leaf l;
	int64_t size;

	TRY(sql_first(c->st, &r, &leaf_head, e));
	if (r == NULL)
		return true;
	size = rows_i64(r, 0) + 1;
	h->at = rows_i64(r, 2);
	if (size < 1 || rows_bytes(r, 1).len != LEAF_BYTES)
		return FAIL(e, ERR_TAMPER, "entry %lld is misshapen", (long long)size - 1);
	TRY(leaf_unpack(&l, rows_bytes(r, 1).p, e));
	leaf_hash(rows_bytes(r, 1).p, h->hash);
	h->day = l.day;
	if (h->at / DAY != l.day)
		return FAIL(e, ERR_TAMPER, "entry %lld: its time is not of its day",
		    (long long)size - 1);
	rows_drop(&r);
	return tree_load(&h->tree, read_node, c, size, e);
}

/*
 * Walk the entries from number `from` on, whose predecessor's hash is `prev`.
 * With a journal, write into it what it lacks.
 */
static bool
walk(struct chain *c, int64_t from, unsigned char prev[LEAF_HASH], struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err why = {0};
	int64_t n = from;
	struct leaf l;

	TRY(sql_ask(c->st, &r, &leaf_from, e, from));
	for (; rows_next(r, &why); n++) {
		if (rows_i64(r, 0) != n || rows_bytes(r, 1).len != LEAF_BYTES ||
		    !leaf_unpack(&l, rows_bytes(r, 1).p, NULL) ||
		    memcmp(l.prev, prev, LEAF_HASH) != 0)
			return FAIL(e, ERR_TAMPER, "entry %lld does not continue the one before",
			    (long long)n);
		leaf_hash(rows_bytes(r, 1).p, prev);
		if (c->journal == NULL)
			continue;
		TRY(journal_append(c->journal, n, prev, e));
		if (n % 1024 == 0)
			TRY(journal_write(c->journal, e));
	}
	if (why.kind != ERR_NONE) {
		if (e != NULL)
			*e = why;
		return false;
	}
	if (n != c->committed.tree.size)
		return FAIL(e, ERR_TAMPER, "entry %lld is missing", (long long)n);
	return true;
}

/* Start after the journal's last entry, which must be in the ledger as it was. */
static bool
match_journal(struct chain *c, struct err *e)
{
	unsigned char known[LEAF_HASH] = {0}, hash[LEAF_HASH];
	int64_t number = -1, size = c->committed.tree.size;

	if (journal_last(c->journal, &number, known)) {
		if (journal_count(c->journal) != number + 1)
			return FAIL(e, ERR_TAMPER, "the journal's record %lld is numbered %lld",
			    (long long)journal_count(c->journal) - 1, (long long)number);
		if (number >= size)
			return FAIL(e, ERR_TAMPER, "entry %lld is in the journal and not in the "
			    "ledger", (long long)size);
		TRY(get_hash(c, number, hash, e));
		if (memcmp(hash, known, LEAF_HASH) != 0)
			return FAIL(e, ERR_TAMPER, "entry %lld is not the one in the journal",
			    (long long)number);
	}
	TRY(walk(c, number + 1, known, e));
	if (number + 1 < size)
		log_note("journal: %lld entries added that it lacked",
		    (long long)(size - number - 1));
	TRY(journal_write(c->journal, e));
	return number + 1 == size ? true : journal_sync(c->journal, e);
}

static bool
check_last_tile(struct chain *c, struct err *e)
{
	unsigned char prev[LEAF_HASH] = {0};
	int64_t size = c->committed.tree.size, from = size > 256 ? size - 256 : 0;

	if (from > 0)
		TRY(get_hash(c, from - 1, prev, e));
	return walk(c, from, prev, e);
}

/* Is this note's root ours?  Its size must be that of committed entries. */
static bool
check_note(struct chain *c, int64_t size, struct span note, struct err *e)
{
	unsigned char root[LEAF_HASH];
	struct checkpoint said;
	struct tree t = {0};

	TRY(checkpoint_parse(&said, note, e));
	if (said.size != size)
		return FAIL(e, ERR_INPUT, "a checkpoint of %lld entries, not %lld",
		    (long long)said.size, (long long)size);
	if (size > c->committed.tree.size)
		return FAIL(e, ERR_TAMPER, "entry %lld is covered by a checkpoint and missing",
		    (long long)c->committed.tree.size);
	TRY(tree_load(&t, read_node, c, size, e));
	tree_root(&t, root);
	if (memcmp(root, said.root, LEAF_HASH) != 0)
		return FAIL(e, ERR_TAMPER, "the checkpoint of %lld entries has another root",
		    (long long)size);
	return true;
}

static bool
check_last_checkpoint(struct chain *c, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(c->st, &r, &checkpoint_last, e));
	if (r == NULL || check_note(c, rows_i64(r, 0), rows_bytes(r, 1), e))
		return true;
	if (e != NULL && e->kind == ERR_INPUT)	/* nobody typed it: it was put there */
		e->kind = ERR_TAMPER;
	return false;
}

static bool
load(struct chain *c, const char *journal_path, struct err *e)
{
	TRY(load_head(c, e));
	if (journal_path == NULL)
		TRY(check_last_tile(c, e));
	else {
		TRY(journal_open(&c->journal, journal_path, e));
		TRY(match_journal(c, e));
	}
	TRY(check_last_checkpoint(c, e));
	c->now = c->marked = c->committed;
	return true;
}

bool
chain_open(struct chain **out, struct store *st, const char *journal_path, struct err *e)
{
	struct chain *c = calloc(1, sizeof(*c));

	*out = NULL;
	if (c == NULL)
		return FAIL(e, ERR_MEMORY, "chain");
	c->st = st;
	if (!load(c, journal_path, e)) {
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
	free(*c);
	*c = NULL;
}

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

	return sql_do(c->st, &detail_add, e, number,
	    has_r ? r->inner : NULL, (size_t)LEAF_HASH, has_r ? r->sealed : NULL,
	    (size_t)LEAF_HASH, has_r ? r->box.p : NULL, r->box.len,
	    has_v ? v->inner : NULL, (size_t)LEAF_HASH, has_v ? v->sealed : NULL,
	    (size_t)LEAF_HASH, has_v ? v->box.p : NULL, v->box.len);
}

/* The subtrees that this entry completed, of the levels that are stored. */
static bool
insert_nodes(struct chain *c, const struct tree *t, struct err *e)
{
	for (unsigned level = NODE_STEP; level < 63; level += NODE_STEP) {
		if ((t->size & (((int64_t)1 << level) - 1)) != 0)
			break;
		TRY(sql_do(c->st, &node_add, e, (int64_t)level, (t->size >> level) - 1,
		    t->node[level], (size_t)LEAF_HASH));
	}
	return true;
}

static bool
insert_leaf(struct chain *c, const struct leaf *l, int64_t at, struct err *e)
{
	struct head *h = &c->now;
	unsigned char entry[LEAF_BYTES];

	leaf_pack(l, entry);
	TRY(sql_do(c->st, &leaf_add, e, h->tree.size, entry, (size_t)LEAF_BYTES, at,
	    c->committed.tree.size));
	leaf_hash(entry, h->hash);
	tree_append(&h->tree, h->hash);
	h->at = at;
	h->day = l->day;
	buf_add(&c->hashes, h->hash, LEAF_HASH);
	h->waiting += LEAF_HASH;
	TRY(buf_ok(&c->hashes, e));
	return insert_nodes(c, &h->tree, e);
}

bool
chain_append(struct chain *c, struct leaf *l, const struct detail *d, int64_t at,
    int64_t *seq, struct err *e)
{
	struct head *h = &c->now;

	if (h->torn)
		return FAIL(e, ERR_IO, "an entry failed half-way: roll back first");
	if (l->kind == 0 || l->kind >= KIND__COUNT || l->role == 0 || l->role >= ACTOR__COUNT)
		return FAIL(e, ERR_INPUT, "kind %u, role %u", l->kind, l->role);
	if (!detail_part_check(&d->record, NULL) || !detail_part_check(&d->values, NULL))
		return FAIL(e, ERR_INPUT, "a detail whose hashes are not its own");
	TRY(check_time(h, at, e));
	l->day = (uint32_t)(at / DAY);
	memcpy(l->prev, h->hash, LEAF_HASH);
	detail_commitment(d, l->commitment);
	/* First the one that can be refused: nothing else stands then. */
	TRY(insert_detail(c, h->tree.size, d, e));
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
	buf_reset(&c->hashes);
	h->waiting = 0;
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
chain_settled(const struct chain *c)
{
	return c->committed.tree.size;
}

void
chain_root(const struct chain *c, unsigned char root[LEAF_HASH])
{
	tree_root(&c->committed.tree, root);
}

void
chain_head_hash(const struct chain *c, unsigned char hash[LEAF_HASH])
{
	memcpy(hash, c->now.hash, LEAF_HASH);
}

bool
chain_consistency(struct chain *c, int64_t from, struct buf *proof, struct err *e)
{
	return tree_consistency(read_node, c, from, c->committed.tree.size, proof, e);
}

bool
chain_inclusion(struct chain *c, int64_t seq, int64_t size, struct buf *proof, struct err *e)
{
	if (size > c->committed.tree.size)
		return FAIL(e, ERR_INPUT, "a tree of %lld entries", (long long)size);
	return tree_inclusion(read_node, c, seq, size, proof, e);
}

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

	TRY(sql_first(c->st, &r, &leaf_get, e, seq));
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

bool
chain_checkpoint_store(struct chain *c, int64_t size, struct span note, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(check_note(c, size, note, e));
	TRY(sql_first(c->st, &r, &checkpoint_of, e, size));
	if (r == NULL)
		return sql_do(c->st, &checkpoint_add, e, size, note.p, note.len);
	if (rows_bytes(r, 0).len != note.len || memcmp(rows_bytes(r, 0).p, note.p, note.len) != 0)
		return FAIL(e, ERR_CONFLICT, "another checkpoint of %lld entries", (long long)size);
	return true;
}

bool
chain_checkpoint_get(struct chain *c, int64_t *size, struct buf *note, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(c->st, &r, &checkpoint_last, e));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "no checkpoint");
	*size = rows_i64(r, 0);
	return copy_box(note, rows_bytes(r, 1), e);
}
