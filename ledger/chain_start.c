#include <string.h>
#include "ledger/base/log.h"
#include "ledger/chain_state.h"

static const struct sql
	leaf_head	= { "leaf_head", "", "ibi",
	    "SELECT number, entry, at FROM leaf ORDER BY number DESC LIMIT 1" },
	leaf_from	= { "leaf_from", "i", "ib",
	    "SELECT number, entry FROM leaf WHERE number >= $1 ORDER BY number" },
	graves_count	= { "tombstone_count", "", "i", "SELECT CAST(COUNT(*) AS BIGINT) FROM tombstone" },
	graves_from	= { "tombstone_from", "ii", "i",
	    "SELECT number FROM tombstone ORDER BY number LIMIT $1 OFFSET $2" };

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
	return tree_load(&h->tree, chain_node, c, size, e);
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
	TRY(err_hand_on(e, &why));
	if (n != c->committed.tree.size)
		return FAIL(e, ERR_TAMPER, "entry %lld is missing", (long long)n);
	return true;
}

/* ---- tombstones ---- */

void
chain_grave_add(struct chain *c, const struct tombstone *t)
{
	unsigned char hash[LEAF_HASH];
	int64_t number;

	tombstone_write(t, &number, hash);
	pack_i64(&c->graves, number);
	buf_add(&c->graves, hash, LEAF_HASH);
	c->now.graves = c->graves.len;
}

bool
chain_grave_journal(struct chain *c, struct span *s, struct err *e)
{
	unsigned char hash[LEAF_HASH];
	int64_t number = unpack_i64(s);

	unpack_exact(s, hash, sizeof(hash));
	if (s->bad)
		return FAIL(e, ERR_IO, "a tombstone of a wrong size");
	return journal_append(c->journal, number, hash, e);
}

bool
chain_ready(struct chain *c, struct err *e)
{
	int64_t entries = c->now.tree.size - c->committed.tree.size;

	return c->journal == NULL || journal_room(c->journal, entries + (int64_t)(c->graves.len / (8 + LEAF_HASH)), e);
}

/* The journal has the first `known` of them; the others are added. */
static bool
match_graves(struct chain *c, int64_t known, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL, *n = NULL;
	struct err why = {0};

	TRY(sql_first(c->st, &n, &graves_count, e));
	if (known < 0 || known > rows_i64(n, 0))
		return FAIL(e, ERR_TAMPER, "the journal has %lld tombstones, the ledger %lld",
		    (long long)known, (long long)rows_i64(n, 0));
	TRY(sql_ask(c->st, &r, &graves_from, e, INT64_MAX, known));
	while (rows_next(r, &why)) {
		struct tombstone t;
		unsigned char hash[LEAF_HASH];
		int64_t number;

		TRY(chain_tombstone(c, rows_i64(r, 0), &t, e));
		tombstone_write(&t, &number, hash);
		TRY(journal_append(c->journal, number, hash, e));
	}
	return err_hand_on(e, &why);
}

/* Start after the journal's last entry, which must be in the ledger as it was. */
static bool
match_journal(struct chain *c, struct err *e)
{
	unsigned char known[LEAF_HASH] = {0}, hash[LEAF_HASH];
	int64_t number = -1, size = c->committed.tree.size, graves;

	if (journal_last_entry(c->journal, &number, known)) {
		if (number >= size)
			return FAIL(e, ERR_TAMPER, "entry %lld is in the journal and not in the "
			    "ledger", (long long)size);
		TRY(chain_hash(c, number, hash, e));
		if (memcmp(hash, known, LEAF_HASH) != 0)
			return FAIL(e, ERR_TAMPER, "entry %lld is not the one in the journal",
			    (long long)number);
	}
	/* Entries are numbered without a gap: what the journal holds beyond them are tombstones. */
	graves = journal_count(c->journal) - (number + 1);
	TRY(walk(c, number + 1, known, e));
	TRY(match_graves(c, graves, e));
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
		TRY(chain_hash(c, from - 1, prev, e));
	return walk(c, from, prev, e);
}

bool
chain_start(struct chain *c, const char *journal_path, struct err *e)
{
	TRY(load_head(c, e));
	if (journal_path == NULL)
		TRY(check_last_tile(c, e));
	else {
		TRY(journal_open(&c->journal, journal_path, e));
		TRY(match_journal(c, e));
	}
	TRY(chain_note_check(c, e));
	c->now = c->marked = c->committed;
	return true;
}
