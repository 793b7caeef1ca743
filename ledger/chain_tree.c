#include <string.h>
#include "ledger/chain_state.h"

#define NODE_STEP	8	/* every eighth level is stored */

static const struct sql
	leaf_get	= { "leaf_get", "i", "b", "SELECT entry FROM leaf WHERE number = $1" },
	node_add	= { "node_add", "iib", "",
	    "INSERT INTO node (level, place, hash) VALUES ($1, $2, $3)" },
	node_get	= { "node_get", "ii", "b",
	    "SELECT hash FROM node WHERE level = $1 AND place = $2" };

bool
chain_hash(struct chain *c, int64_t number, unsigned char hash[LEAF_HASH], struct err *e)
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

bool
chain_node(void *self, unsigned level, int64_t place, unsigned char hash[LEAF_HASH],
    struct err *e)
{
	if (level == 0)
		return chain_hash(self, place, hash, e);
	if (level % NODE_STEP == 0)
		return get_node(self, level, place, hash, e);
	return tree_gather(chain_node, self, level - level % NODE_STEP, level, place, hash, e);
}

bool
chain_nodes_add(struct chain *c, const struct tree *t, struct err *e)
{
	for (unsigned level = NODE_STEP; level < 63; level += NODE_STEP) {
		if ((t->size & (((int64_t)1 << level) - 1)) != 0)
			break;
		TRY(sql_do(c->st, &node_add, e, (int64_t)level, (t->size >> level) - 1,
		    t->node[level], (size_t)LEAF_HASH));
	}
	return true;
}

void
chain_root(const struct chain *c, unsigned char root[LEAF_HASH])
{
	tree_root(&c->committed.tree, root);
}

bool
chain_consistency(struct chain *c, int64_t from, struct buf *proof, struct err *e)
{
	return tree_consistency(chain_node, c, from, c->committed.tree.size, proof, e);
}

bool
chain_inclusion(struct chain *c, int64_t seq, int64_t size, struct buf *proof, struct err *e)
{
	if (size > c->committed.tree.size)
		return FAIL(e, ERR_INPUT, "a tree of %lld entries", (long long)size);
	return tree_inclusion(chain_node, c, seq, size, proof, e);
}
