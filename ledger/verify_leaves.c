#include <stdlib.h>
#include <string.h>
#include "ledger/journal.h"
#include "ledger/tombstone.h"
#include "ledger/tree.h"
#include "ledger/verify_pass.h"

#define NODE_STEP	8

static const struct sql
	/* No more than is needed: this one decides how fast a ledger is checked. */
	leaf_all	= { "leaf_all", "", "ib", "SELECT number, entry FROM leaf ORDER BY number" },
	node_get	= { "node_get", "ii", "b",
	    "SELECT hash FROM node WHERE level = $1 AND place = $2" },
	node_count	= { "node_count", "", "i", "SELECT count(*) FROM node" },
	checkpoint_all	= { "checkpoint_all", "", "ib", "SELECT size, note FROM checkpoint ORDER BY size" };

struct leaf_pass {
	struct site		*s;
	struct tree		tree;
	unsigned char		prev[LEAF_HASH];
	uint32_t		day;
	struct journal_view	*journal;	/* NULL: at its end */
	int64_t			journaled;	/* entries that it was found to hold */
	struct rows		*checkpoints;
	int64_t			checkpoint;	/* size of the next one; -1: no more */
	int64_t			checked;	/* size of the last good one */
};

static bool
next_checkpoint(struct leaf_pass *p, struct err *e)
{
	struct err why = {0};

	if (rows_next(p->checkpoints, &why)) {
		p->checkpoint = rows_i64(p->checkpoints, 0);
		p->s->report->checkpoints++;
		return p->checkpoint >= p->tree.size ? true : verify_bad(p->s, 0, e,
		    "a checkpoint of %lld entries", (long long)p->checkpoint);
	}
	p->checkpoint = -1;
	return why.kind == ERR_NONE ? true : verify_broken(p->s, p->tree.size, &why, e);
}

/* The next checkpoint is of as many entries as the tree now has. */
static bool
check_checkpoint(struct leaf_pass *p, struct err *e)
{
	struct span note = rows_bytes(p->checkpoints, 1);
	int64_t size = p->tree.size, last = size > 0 ? size - 1 : 0;
	unsigned char root[LEAF_HASH];
	struct checkpoint c;
	struct err why = {0};
	bool good = p->s->report->signatures ?
	    checkpoint_verify(&c, note, p->s->name, p->s->public_key, &why) :
	    checkpoint_parse(&c, note, &why);

	if (!good)
		return verify_bad(p->s, last, e, "checkpoint of %lld entries: %.80s", (long long)size,
		    why.text);
	if (c.size != size || (p->s->report->signatures && strcmp(c.origin, p->s->name) != 0))
		return verify_bad(p->s, last, e, "the checkpoint of %lld entries is another one",
		    (long long)size);
	tree_root(&p->tree, root);
	if (memcmp(root, c.root, LEAF_HASH) != 0)
		return verify_bad(p->s, p->checked < size ? p->checked : last, e,
		    "this or a later one up to %lld is not in the checkpoint of %lld entries",
		    (long long)last, (long long)size);
	p->checked = size;
	return next_checkpoint(p, e);
}

/* The signer's newest head is of as many entries as the tree now has. */
static bool
check_head(struct leaf_pass *p, struct err *e)
{
	int64_t size = p->tree.size;
	unsigned char root[LEAF_HASH];

	tree_root(&p->tree, root);
	if (memcmp(root, p->s->head_root, LEAF_HASH) != 0)
		return verify_bad(p->s, p->checked < size ? p->checked : size - 1, e,
		    "this or a later one up to %lld is not under the signer's head of %lld entries",
		    (long long)(size - 1), (long long)size);
	return true;
}

/* Stored nodes that this entry completed. */
static bool
check_nodes(struct leaf_pass *p, struct err *e)
{
	for (unsigned level = NODE_STEP; level < 63; level += NODE_STEP) {
		int64_t place = (p->tree.size >> level) - 1;
		DROP(rows_drop) struct rows *r = NULL;
		struct err why = {0};

		if ((p->tree.size & (((int64_t)1 << level) - 1)) != 0)
			break;
		if (!sql_first(p->s->st, &r, &node_get, &why, (int64_t)level, place))
			return verify_broken(p->s, place << level, &why, e);
		if (r == NULL || rows_bytes(r, 0).len != LEAF_HASH ||
		    memcmp(rows_bytes(r, 0).p, p->tree.node[level], LEAF_HASH) != 0)
			return verify_bad(p->s, place << level, e, "the node of level %u over it and "
			    "the %lld after it is %s", level, ((long long)1 << level) - 1,
			    r == NULL ? "missing" : "not theirs");
		p->s->report->nodes++;
	}
	return true;
}

static bool
check_journaled(struct leaf_pass *p, int64_t n, const unsigned char hash[LEAF_HASH],
    struct err *e)
{
	unsigned char known[LEAF_HASH];
	struct err why = {0};
	int64_t number;
	bool more;

	if (p->journal == NULL)
		return true;
	do
		more = journal_view_next(p->journal, &number, known, &why);
	while (more && tombstone_is(number));
	if (!more) {
		journal_view_drop(&p->journal);
		return why.kind == ERR_NONE ? true : verify_broken(p->s, n, &why, e);
	}
	if (number != n)
		return verify_bad(p->s, n, e, "the keeper's journal has entry %lld in its place",
		    (long long)number);
	if (memcmp(hash, known, LEAF_HASH) != 0)
		return verify_bad(p->s, n, e, "is not what the keeper's journal remembers");
	p->journaled = n + 1;
	return true;
}

static bool
check_leaf(struct leaf_pass *p, int64_t n, const struct rows *r, struct err *e)
{
	struct span entry = rows_bytes(r, 1);
	int64_t number = rows_i64(r, 0);
	unsigned char hash[LEAF_HASH];
	struct err why = {0};
	struct leaf l;

	if (number != n)
		return verify_bad(p->s, n < number ? n : number, e,
		    n < number ? "is missing" : "is one too many");
	if (entry.len != LEAF_BYTES)
		return verify_bad(p->s, n, e, "has %zu bytes", entry.len);
	leaf_hash(entry.p, hash);
	TRY(check_journaled(p, n, hash, e));
	if (!leaf_unpack(&l, entry.p, &why))
		return verify_bad(p->s, n, e, "%s", why.text);
	if (memcmp(l.prev, p->prev, LEAF_HASH) != 0)
		return verify_bad(p->s, n, e, "does not continue the one before");
	if (l.day < p->day)
		return verify_bad(p->s, n, e, "is of an earlier day than the one before");
	memcpy(p->prev, hash, LEAF_HASH);
	p->day = l.day;
	tree_append(&p->tree, hash);
	return p->tree.size % (1 << NODE_STEP) == 0 ? check_nodes(p, e) : true;
}

/* After the last leaf: what else claims that there are more or fewer? */
static bool
check_ends(struct leaf_pass *p, struct err *e)
{
	struct site *s = p->s;
	DROP(rows_drop) struct rows *r = NULL;
	struct err why = {0};

	if (s->keeper_before > s->size)
		return verify_bad(s, s->size, e, "is in the keeper's journal and missing in the ledger");
	if (p->checkpoint >= 0)
		return verify_bad(s, s->size, e, "is covered by a checkpoint of %lld and missing",
		    (long long)p->checkpoint);
	if (s->head_size > s->size)
		return verify_bad(s, s->size, e, "is under the signer's head of %lld and missing",
		    (long long)s->head_size);
	if (p->journaled < s->size && p->journaled < s->batch)
		return verify_bad(s, p->journaled, e, "the keeper's journal ends before it");
	s->report->unjournaled = s->size - p->journaled;
	s->report->uncovered = s->size - p->checked;
	if (!sql_first(s->st, &r, &node_count, &why))
		return verify_broken(s, 0, &why, e);
	if (rows_i64(r, 0) != s->report->nodes)
		return verify_bad(s, s->size, e, "%lld stored nodes are over no entries",
		    (long long)(rows_i64(r, 0) - s->report->nodes));
	return true;
}

static bool
run_leaves(struct leaf_pass *p, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err why = {0};
	int64_t n = 0;

	TRY(next_checkpoint(p, e));
	if (!sql_ask(p->s->st, &r, &leaf_all, &why))
		return verify_broken(p->s, 0, &why, e);
	while (p->checkpoint == 0)
		TRY(check_checkpoint(p, e));
	for (; rows_next(r, &why); n++) {
		TRY(check_leaf(p, n, r, e));
		if (p->tree.size == p->checkpoint)
			TRY(check_checkpoint(p, e));
		if (p->tree.size == p->s->head_size)
			TRY(check_head(p, e));
		verify_tell(p->s, "leaves", n + 1);
	}
	if (why.kind != ERR_NONE)
		return verify_broken(p->s, n, &why, e);
	p->s->size = n;
	p->s->report->entries = n;
	tree_root(&p->tree, p->s->report->root);
	return check_ends(p, e);
}

bool
verify_leaves(struct site *s, struct err *e)
{
	struct leaf_pass p = { .s = s };
	struct err why = {0};
	bool good;

	if (!journal_view_open(&p.journal, s->keeper_journal, s->keeper_before, &why) &&
	    why.kind != ERR_ABSENT) {
		if (e != NULL)
			*e = why;
		return false;
	}
	good = sql_ask(s->st, &p.checkpoints, &checkpoint_all, &why) ? run_leaves(&p, e) :
	    verify_broken(s, 0, &why, e);
	rows_drop(&p.checkpoints);
	journal_view_drop(&p.journal);
	return good;
}
