#include <string.h>
#include "ledger/chain_state.h"
#include "ledger/checkpoint.h"

static const struct sql
	checkpoint_add	= { "checkpoint_add", "ib", "",
	    "INSERT INTO checkpoint (size, note) VALUES ($1, $2)" },
	checkpoint_of	= { "checkpoint_of", "i", "b",
	    "SELECT note FROM checkpoint WHERE size = $1" },
	checkpoint_last	= { "checkpoint_last", "", "ib",
	    "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1" };

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
	TRY(tree_load(&t, chain_node, c, size, e));
	tree_root(&t, root);
	if (memcmp(root, said.root, LEAF_HASH) != 0)
		return FAIL(e, ERR_TAMPER, "the checkpoint of %lld entries has another root",
		    (long long)size);
	return true;
}

bool
chain_note_check(struct chain *c, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(c->st, &r, &checkpoint_last, e));
	if (r == NULL || check_note(c, rows_i64(r, 0), rows_bytes(r, 1), e))
		return true;
	if (e != NULL && e->kind == ERR_INPUT)	/* nobody typed it: it was put there */
		e->kind = ERR_TAMPER;
	return false;
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
	if (note == NULL)
		return true;
	buf_reset(note);
	buf_add(note, rows_bytes(r, 1).p, rows_bytes(r, 1).len);
	return buf_ok(note, e);
}
