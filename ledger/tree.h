/*
 * ledger/tree.h - RFC 6962 Merkle tree arithmetic: heads and proofs.
 *
 * A struct tree is the frontier (the roots of the perfect subtrees that make
 * up n leaves), enough to append and to give the root in O(log n).  Proofs need
 * inner nodes: the caller gives a function that reads the hash of the perfect
 * subtree at (level, index).
 *
 * Stands on base and OpenSSL's SHA-256.  Stores nothing.
 */
#ifndef LEDGER_TREE_H
#define LEDGER_TREE_H
#include "ledger/entry.h"

struct tree { int64_t size; unsigned char node[64][LEAF_HASH]; };	/* {0}: empty */

/*
 * Add one leaf hash.  Afterwards node[k] is the root of the newest perfect
 * subtree of level k for every k up to the number of trailing zeros of size,
 * so that a caller who stores inner nodes finds those that were completed.
 */
void tree_append(struct tree *t, const unsigned char hash[LEAF_HASH]);
void tree_root(const struct tree *t, unsigned char root[LEAF_HASH]);	/* empty: SHA-256("") */
void tree_node(const unsigned char left[LEAF_HASH], const unsigned char right[LEAF_HASH],
    unsigned char into[LEAF_HASH]);

/* Hash of leaves [index << level, (index + 1) << level), all of which exist. */
typedef bool tree_reader(void *self, unsigned level, int64_t index,
    unsigned char hash[LEAF_HASH], struct err *e);

/* The frontier and the root of the first `size` leaves, from stored nodes. */
bool tree_load(struct tree *t, tree_reader *read, void *self, int64_t size, struct err *e) MUST;
/* Hash of the perfect subtree (level, index) from its two halves' readers down to level `stop`. */
bool tree_gather(tree_reader *read, void *self, unsigned stop, unsigned level, int64_t index,
    unsigned char hash[LEAF_HASH], struct err *e) MUST;

bool tree_inclusion(tree_reader *read, void *self, int64_t seq, int64_t size,
    struct buf *proof, struct err *e) MUST;
bool tree_consistency(tree_reader *read, void *self, int64_t from, int64_t size,
    struct buf *proof, struct err *e) MUST;
/* RFC 9162 2.1.3.2 and 2.1.4.2.  proof is n * 32 bytes.  ERR_TAMPER when it does not prove it, ERR_INPUT when it has the wrong shape. */
bool tree_inclusion_check(int64_t seq, int64_t size, const unsigned char leaf[LEAF_HASH],
    struct span proof, const unsigned char root[LEAF_HASH], struct err *e) MUST;
bool tree_consistency_check(int64_t from, int64_t size, const unsigned char old_root[LEAF_HASH],
    const unsigned char new_root[LEAF_HASH], struct span proof, struct err *e) MUST;
#endif
