/* tests/unit/test_witness.c - checkpoints of a tree that only grows. */
#include "tests/unit/signer_judge.h"
#include "ledger/checkpoint.h"
#include "ledger/tree.h"

struct level { unsigned char hash[2][LEAF_HASH]; };

static bool
leaf_read(void *from, unsigned level, int64_t index, unsigned char hash[LEAF_HASH], struct err *e)
{
	(void)e;
	assert_int_equal(level, 0);
	memcpy(hash, ((struct level *)from)->hash[index], LEAF_HASH);
	return true;
}

static void
test_checkpoint(void **state)
{
	DROP(buf_wipe) struct buf note = {0};
	DROP(buf_wipe) struct buf proof = {0};
	struct level leaves = { { { 1 }, { 2 } } };
	struct tree tree = {0};
	unsigned char root1[LEAF_HASH], root2[LEAF_HASH], got[LEAF_HASH];
	int64_t size;

	(void)state;
	GOOD(signer_head(site.clerk, &size, got, e));
	assert_int_equal(size, 0);
	tree_append(&tree, leaves.hash[0]);
	tree_root(&tree, root1);
	GOOD(signer_checkpoint(site.clerk, 1, root1, span_of(NULL, 0), &note, e));
	assert_memory_equal(note.data, "localhost\n1\n", 12);
	buf_reset(&note);
	GOOD(signer_checkpoint(site.clerk, 1, root1, span_of(NULL, 0), &note, e));	/* the same again */
	tree_append(&tree, leaves.hash[1]);
	tree_root(&tree, root2);
	BAD(signer_checkpoint(site.clerk, 1, root2, span_of(NULL, 0), &note, e), ERR_TAMPER, 0);
	GOOD(tree_consistency(leaf_read, &leaves, 1, 2, &proof, e));
	proof.data[0] ^= 1;
	BAD(signer_checkpoint(site.clerk, 2, root2, span_buf(&proof), &note, e), ERR_TAMPER, 0);
	proof.data[0] ^= 1;
	buf_reset(&note);
	GOOD(signer_checkpoint(site.clerk, 2, root2, span_buf(&proof), &note, e));
	BAD(signer_checkpoint(site.clerk, 1, root1, span_of(NULL, 0), &note, e), ERR_TAMPER, 0);
	GOOD(signer_head(site.clerk, &size, got, e));
	assert_int_equal(size, 2);
	assert_memory_equal(got, root2, LEAF_HASH);
}

GROUP(group_start, cmocka_unit_test(test_checkpoint))
