#include <string.h>
#include "ledger/digest.h"
#include "ledger/tree.h"

void
tree_node(const unsigned char left[LEAF_HASH], const unsigned char right[LEAF_HASH],
    unsigned char into[LEAF_HASH])
{
	unsigned char in[1 + 2 * LEAF_HASH];

	in[0] = 0x01;
	memcpy(in + 1, left, LEAF_HASH);
	memcpy(in + 1 + LEAF_HASH, right, LEAF_HASH);
	digest(into, in, sizeof(in));
}

void
tree_append(struct tree *t, const unsigned char hash[LEAF_HASH])
{
	unsigned char carry[LEAF_HASH], parent[LEAF_HASH];
	unsigned level = 0;

	memcpy(carry, hash, LEAF_HASH);
	for (int64_t n = t->size; n & 1; n >>= 1, level++) {
		tree_node(t->node[level], carry, parent);
		memcpy(t->node[level], carry, LEAF_HASH);
		memcpy(carry, parent, LEAF_HASH);
	}
	memcpy(t->node[level], carry, LEAF_HASH);
	t->size++;
}

void
tree_root(const struct tree *t, unsigned char root[LEAF_HASH])
{
	bool first = true;

	if (t->size == 0) {
		digest(root, "", 0);
		return;
	}
	for (unsigned level = 0; level < 63; level++) {
		if ((t->size >> level & 1) == 0)
			continue;
		if (first)
			memcpy(root, t->node[level], LEAF_HASH);
		else
			tree_node(t->node[level], root, root);
		first = false;
	}
}

bool
tree_load(struct tree *t, tree_reader *read, void *self, int64_t size, struct err *e)
{
	int64_t done = 0;

	if (size < 0)
		return FAIL(e, ERR_INPUT, "a tree of %lld entries", (long long)size);
	for (unsigned level = 63; level-- > 0;)
		if (size >> level & 1) {
			TRY(read(self, level, done >> level, t->node[level], e));
			done += (int64_t)1 << level;
		}
	t->size = size;
	return true;
}

bool
tree_gather(tree_reader *read, void *self, unsigned stop, unsigned level, int64_t index,
    unsigned char hash[LEAF_HASH], struct err *e)
{
	unsigned char right[LEAF_HASH];

	if (level <= stop)
		return read(self, level, index, hash, e);
	TRY(tree_gather(read, self, stop, level - 1, index * 2, hash, e));
	TRY(tree_gather(read, self, stop, level - 1, index * 2 + 1, right, e));
	tree_node(hash, right, hash);
	return true;
}

/* The level of the largest perfect subtree strictly smaller than n leaves; n > 1. */
static unsigned
split_level(int64_t n)
{
	unsigned level = 0;

	while ((int64_t)2 << level < n)
		level++;
	return level;
}

/* RFC 6962 section 2.1: MTH(D[start:end]), where start suits the tree's shape. */
static bool
range_hash(tree_reader *read, void *self, int64_t start, int64_t end,
    unsigned char hash[LEAF_HASH], struct err *e)
{
	unsigned char right[LEAF_HASH];
	unsigned level;

	if (end - start == 1)
		return read(self, 0, start, hash, e);
	level = split_level(end - start);
	if ((int64_t)2 << level == end - start)
		return read(self, level + 1, start >> (level + 1), hash, e);
	TRY(read(self, level, start >> level, hash, e));
	TRY(range_hash(read, self, start + ((int64_t)1 << level), end, right, e));
	tree_node(hash, right, hash);
	return true;
}

static bool
add_range(tree_reader *read, void *self, int64_t start, int64_t end, struct buf *proof,
    struct err *e)
{
	unsigned char hash[LEAF_HASH];

	TRY(range_hash(read, self, start, end, hash, e));
	buf_add(proof, hash, LEAF_HASH);
	return buf_ok(proof, e);
}

/* RFC 6962 section 2.1.1: PATH(seq - start, D[start:end]). */
static bool
path(tree_reader *read, void *self, int64_t seq, int64_t start, int64_t end,
    struct buf *proof, struct err *e)
{
	int64_t middle;

	if (end - start <= 1)
		return true;
	middle = start + ((int64_t)1 << split_level(end - start));
	if (seq < middle) {
		TRY(path(read, self, seq, start, middle, proof, e));
		return add_range(read, self, middle, end, proof, e);
	}
	TRY(path(read, self, seq, middle, end, proof, e));
	return add_range(read, self, start, middle, proof, e);
}

bool
tree_inclusion(tree_reader *read, void *self, int64_t seq, int64_t size, struct buf *proof,
    struct err *e)
{
	if (seq < 0 || seq >= size)
		return FAIL(e, ERR_INPUT, "entry %lld of %lld", (long long)seq, (long long)size);
	return path(read, self, seq, 0, size, proof, e);
}

/* RFC 6962 section 2.1.2: SUBPROOF(from - start, D[start:end], whole). */
static bool
subproof(tree_reader *read, void *self, int64_t from, int64_t start, int64_t end, bool whole,
    struct buf *proof, struct err *e)
{
	int64_t middle;

	if (from == end)
		return whole ? true : add_range(read, self, start, end, proof, e);
	middle = start + ((int64_t)1 << split_level(end - start));
	if (from <= middle) {
		TRY(subproof(read, self, from, start, middle, whole, proof, e));
		return add_range(read, self, middle, end, proof, e);
	}
	TRY(subproof(read, self, from, middle, end, false, proof, e));
	return add_range(read, self, start, middle, proof, e);
}

bool
tree_consistency(tree_reader *read, void *self, int64_t from, int64_t size, struct buf *proof,
    struct err *e)
{
	if (from < 0 || from > size)
		return FAIL(e, ERR_INPUT, "from %lld to %lld", (long long)from, (long long)size);
	return from == 0 ? true : subproof(read, self, from, 0, size, true, proof, e);
}

/* Number of hashes that a proof of this shape has: RFC 9162 section 2.1.3.2. */
static size_t
path_length(int64_t seq, int64_t size)
{
	size_t n = 0;

	for (int64_t at = seq, last = size - 1; last > 0; at >>= 1, last >>= 1)
		if ((at & 1) || at < last)
			n++;
	return n;
}

bool
tree_inclusion_check(int64_t seq, int64_t size, const unsigned char leaf[LEAF_HASH],
    struct span proof, const unsigned char root[LEAF_HASH], struct err *e)
{
	unsigned char hash[LEAF_HASH];
	const unsigned char *p = proof.p;
	int64_t last = size - 1;

	if (seq < 0 || seq >= size)
		return FAIL(e, ERR_INPUT, "entry %lld of %lld", (long long)seq, (long long)size);
	if (proof.len != path_length(seq, size) * LEAF_HASH)
		return FAIL(e, ERR_INPUT, "an inclusion proof of %zu bytes", proof.len);
	memcpy(hash, leaf, LEAF_HASH);
	for (; last > 0; seq >>= 1, last >>= 1) {
		if ((seq & 1) == 0 && seq == last)
			continue;		/* no sibling: goes up as it is */
		if (seq & 1)
			tree_node(p, hash, hash);
		else
			tree_node(hash, p, hash);
		p += LEAF_HASH;
	}
	if (memcmp(hash, root, LEAF_HASH) != 0)
		return FAIL(e, ERR_TAMPER, "the entry is not in the tree of this root");
	return true;
}

/* The easy shapes; *done says whether the answer is in. */
static bool
consistency_edges(int64_t from, int64_t size, const unsigned char *old_root,
    const unsigned char *new_root, size_t len, bool *done, struct err *e)
{
	unsigned char empty[LEAF_HASH];

	*done = true;
	if (from < 0 || from > size || len % LEAF_HASH != 0)
		return FAIL(e, ERR_INPUT, "a consistency proof of %zu bytes from %lld to %lld",
		    len, (long long)from, (long long)size);
	if ((from == 0 || from == size) && len != 0)
		return FAIL(e, ERR_INPUT, "a proof where none is needed");
	digest(empty, "", 0);
	if (from == 0 && memcmp(old_root, empty, LEAF_HASH) != 0)
		return FAIL(e, ERR_TAMPER, "not the root of the empty tree");
	if (from == size && memcmp(old_root, new_root, LEAF_HASH) != 0)
		return FAIL(e, ERR_TAMPER, "two roots of one size");
	*done = from == 0 || from == size;
	if (!*done && len == 0 && (from & (from - 1)) != 0)
		return FAIL(e, ERR_INPUT, "an empty consistency proof");
	return true;
}

/* RFC 9162 section 2.1.4.2, steps 3 to 7. */
bool
tree_consistency_check(int64_t from, int64_t size, const unsigned char old_root[LEAF_HASH],
    const unsigned char new_root[LEAF_HASH], struct span proof, struct err *e)
{
	unsigned char old_hash[LEAF_HASH], new_hash[LEAF_HASH];
	const unsigned char *p = proof.p, *end = proof.p + proof.len;
	int64_t at = from - 1, last = size - 1;
	bool done;

	TRY(consistency_edges(from, size, old_root, new_root, proof.len, &done, e));
	if (done)
		return true;
	for (; at & 1; at >>= 1)
		last >>= 1;
	memcpy(old_hash, at == 0 ? old_root : p, LEAF_HASH);
	memcpy(new_hash, old_hash, LEAF_HASH);
	p += at == 0 ? 0 : LEAF_HASH;
	for (; p < end && last > 0; p += LEAF_HASH) {
		if ((at & 1) || at == last) {
			tree_node(p, old_hash, old_hash);
			tree_node(p, new_hash, new_hash);
			for (; at != 0 && (at & 1) == 0; at >>= 1)
				last >>= 1;
		} else {
			tree_node(new_hash, p, new_hash);
		}
		at >>= 1;
		last >>= 1;
	}
	if (p != end || last != 0)
		return FAIL(e, ERR_INPUT, "a consistency proof of %zu bytes from %lld to %lld",
		    proof.len, (long long)from, (long long)size);
	if (memcmp(old_hash, old_root, LEAF_HASH) != 0 ||
	    memcmp(new_hash, new_root, LEAF_HASH) != 0)
		return FAIL(e, ERR_TAMPER, "the old tree is not a prefix of the new one");
	return true;
}
