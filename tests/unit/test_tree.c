/* tests/unit/test_tree.c - RFC 6962 roots and proofs against published vectors and a plain definition. */
#include <sodium.h>
#include "tests/unit/place.h"
#include "ledger/digest.h"
#include "ledger/tree.h"

#define MOST	40

static void
hash_leaf(unsigned char hash[LEAF_HASH], const void *p, size_t n)
{
	struct span pieces[] = { span_of("\0", 1), span_of(p, n) };

	digest_pieces(hash, pieces, COUNT(pieces));
}

static void
base64_of(const unsigned char hash[LEAF_HASH], char into[45])
{
	sodium_bin2base64(into, 45, hash, LEAF_HASH, sodium_base64_VARIANT_ORIGINAL);
}

/* The vectors of the certificate transparency reference code. */
static void
rfc_6962_vectors(void **state)
{
	static const struct { const char *bytes; size_t len; const char *start, *end; } rows[] = {
		{ "", 0, "6e340b9c", "afa01d" },
		{ "\x00", 1, "fac54203", "e3c125" },
		{ "\x10", 1, "aeb6bcfe", "e06e77" },
		{ "\x20\x21", 2, "d37ee418", "9614b7" },
		{ "\x30\x31", 2, "4e3bbb1f", "6264d4" },
		{ "\x40\x41\x42\x43", 4, "76e67dad", "2087ef" },
		{ "\x50\x51\x52\x53\x54\x55\x56\x57", 8, "ddb89be4", "a74c8c" },
		{ "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
		  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328", "604328" },
	};
	struct tree t = {0};
	unsigned char hash[LEAF_HASH];
	char hex[65];

	(void)state;
	tree_root(&t, hash);
	sodium_bin2hex(hex, sizeof(hex), hash, LEAF_HASH);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	for (size_t i = 0; i < COUNT(rows); i++) {
		hash_leaf(hash, rows[i].bytes, rows[i].len);
		tree_append(&t, hash);
		tree_root(&t, hash);
		sodium_bin2hex(hex, sizeof(hex), hash, LEAF_HASH);
		assert_memory_equal(hex, rows[i].start, strlen(rows[i].start));
		assert_string_equal(hex + 58, rows[i].end);
	}
}

static void
large_trees(void **state)
{
	static const struct { int64_t size; const char *root; } rows[] = {
		{ 255, "uzuXQ+CBGOpYOud98EoUSaBgHN5vdRRtecLKtjZs4hA=" },
		{ 256, "FeLdSXOuRN6MjPMEj9mNF62q6mKH9OBgalWmQ2F0CMA=" },
		{ 257, "1BjAhzJZvOfQVhqwBEhhEkFsHESQhlQVNCv+BuZzFGw=" },
		{ 65535, "5zIc1Xq/NsUi2J5tJr2QmKN7aosGsxiXYmnnAfbUgC0=" },
		{ 65536, "vJvKkJUW1b8UjCvy3qCg2fcXzkmH0v51BNZpQ2O0FZg=" },
		{ 65537, "qQG7RHpLTDYc31WWWPJ/JKij67xJJXxHLv6VCTLUhTo=" },
		{ 70000, "B1kWeg+Y416ALUb/fH0p0sPwOmOiVt62q7/zV6kbY7E=" },
	};
	struct tree t = {0};
	unsigned char hash[LEAF_HASH], number[8];
	char base64[45];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		while (t.size < rows[i].size) {
			for (int b = 0; b < 8; b++)
				number[b] = (unsigned char)(t.size >> (56 - 8 * b));
			hash_leaf(hash, number, sizeof(number));
			tree_append(&t, hash);
		}
		tree_root(&t, hash);
		base64_of(hash, base64);
		assert_string_equal(base64, rows[i].root);
	}
}

/* ---- a small tree by the definition ---- */

struct grove { unsigned char leaf[MOST][LEAF_HASH]; unsigned reads; };

/* MTH of RFC 6962 section 2.1, word for word. */
static void
plain_root(const struct grove *g, int64_t from, int64_t n, unsigned char root[LEAF_HASH])
{
	unsigned char left[LEAF_HASH], right[LEAF_HASH];
	int64_t k = 1;

	if (n == 0) {
		digest(root, "", 0);
		return;
	}
	if (n == 1) {
		memcpy(root, g->leaf[from], LEAF_HASH);
		return;
	}
	while (k * 2 < n)
		k *= 2;
	plain_root(g, from, k, left);
	plain_root(g, from + k, n - k, right);
	tree_node(left, right, root);
}

static bool
read_grove(void *self, unsigned level, int64_t index, unsigned char hash[LEAF_HASH], struct err *e)
{
	struct grove *g = self;

	g->reads++;
	if ((index + 1) << level > MOST)
		return FAIL(e, ERR_IO, "no such node");
	plain_root(g, index << level, (int64_t)1 << level, hash);
	return true;
}

static void
plant(struct grove *g)
{
	for (unsigned char i = 0; i < MOST; i++)
		hash_leaf(g->leaf[i], &i, 1);
	g->reads = 0;
}

static void
roots_and_loading_agree_with_the_definition(void **state)
{
	struct grove g;
	struct tree t = {0};

	(void)state;
	plant(&g);
	for (int64_t n = 0; n < MOST; n++) {
		unsigned char want[LEAF_HASH], root[LEAF_HASH];
		struct tree loaded = {0};
		struct err e = {0};

		plain_root(&g, 0, n, want);
		tree_root(&t, root);
		assert_memory_equal(root, want, LEAF_HASH);
		GOOD(tree_load(&loaded, read_grove, &g, n, &e));
		tree_root(&loaded, root);
		assert_memory_equal(root, want, LEAF_HASH);
		tree_append(&t, g.leaf[n]);
		/* What was completed can be read off. */
		for (unsigned level = 0; ((n + 1) & (((int64_t)1 << level) - 1)) == 0 && n + 1 >= (int64_t)1 << level; level++) {
			plain_root(&g, n + 1 - ((int64_t)1 << level), (int64_t)1 << level, want);
			assert_memory_equal(t.node[level], want, LEAF_HASH);
		}
	}
}

/* Every proof holds; every proof with one byte, one hash or one number changed does not. */
static void
inclusion(void **state)
{
	struct grove g;

	(void)state;
	plant(&g);
	for (int64_t size = 1; size <= 33; size++)
		for (int64_t seq = 0; seq < size; seq++) {
			DROP(buf_wipe) struct buf proof = {0};
			unsigned char root[LEAF_HASH];
			struct err e = {0};
			struct span p;

			plain_root(&g, 0, size, root);
			GOOD(tree_inclusion(read_grove, &g, seq, size, &proof, &e));
			p = span_buf(&proof);
			GOOD(tree_inclusion_check(seq, size, g.leaf[seq], p, root, &e));
			BAD(tree_inclusion_check(seq, size, g.leaf[seq + 1], p, root, &e), ERR_TAMPER);
			BAD(tree_inclusion_check(seq, size, g.leaf[seq], p, g.leaf[39], &e), ERR_TAMPER);
			for (size_t at = 0; at < proof.len; at += 7) {
				proof.data[at] ^= 1;
				BAD(tree_inclusion_check(seq, size, g.leaf[seq], p, root, &e), ERR_TAMPER);
				proof.data[at] ^= 1;
			}
			assert_false(size > 1 && tree_inclusion_check(seq == 0 ? 1 : seq - 1, size, g.leaf[seq], p, root, &e));
			BAD(tree_inclusion_check(size, size, g.leaf[seq], p, root, &e), ERR_INPUT);
			BAD(tree_inclusion_check(-1, size, g.leaf[seq], p, root, &e), ERR_INPUT);
			p.len += 32;
			BAD(tree_inclusion_check(seq, size, g.leaf[seq], p, root, &e), ERR_INPUT);
			p.len -= 33;
			if (size > 1)
				BAD(tree_inclusion_check(seq, size, g.leaf[seq], p, root, &e), ERR_INPUT);
		}
	{
		DROP(buf_wipe) struct buf proof = {0};
		struct err e = {0};

		BAD(tree_inclusion(read_grove, &g, 3, 3, &proof, &e), ERR_INPUT);
		BAD(tree_inclusion(read_grove, &g, -1, 3, &proof, &e), ERR_INPUT);
	}
}

static void
consistency(void **state)
{
	struct grove g;

	(void)state;
	plant(&g);
	for (int64_t size = 0; size <= 33; size++)
		for (int64_t from = 0; from <= size; from++) {
			DROP(buf_wipe) struct buf proof = {0};
			unsigned char old_root[LEAF_HASH], root[LEAF_HASH];
			struct err e = {0};
			struct span p;

			plain_root(&g, 0, from, old_root);
			plain_root(&g, 0, size, root);
			GOOD(tree_consistency(read_grove, &g, from, size, &proof, &e));
			p = span_buf(&proof);
			GOOD(tree_consistency_check(from, size, old_root, root, p, &e));
			BAD(tree_consistency_check(size + 1, size, old_root, root, p, &e), ERR_INPUT);
			BAD(tree_consistency_check(-1, size, old_root, root, p, &e), ERR_INPUT);
			BAD(tree_consistency_check(from, size, g.leaf[39], root, p, &e), ERR_TAMPER);
			if (from > 0)
				BAD(tree_consistency_check(from, size, old_root, g.leaf[39], p, &e), ERR_TAMPER);
			for (size_t at = 0; at < proof.len; at += 7) {
				proof.data[at] ^= 1;
				BAD(tree_consistency_check(from, size, old_root, root, p, &e), ERR_TAMPER);
				proof.data[at] ^= 1;
			}
			if (proof.len >= 32) {
				p.len -= 32;
				BAD(tree_consistency_check(from, size, old_root, root, p, &e), ERR_INPUT);
				p.len -= 1;
				BAD(tree_consistency_check(from, size, old_root, root, p, &e), ERR_INPUT);
			} else {
				BAD(tree_consistency_check(from, size, old_root, root, span_of(root, 32), &e), ERR_INPUT);
			}
		}
	{
		DROP(buf_wipe) struct buf proof = {0};
		struct err e = {0};

		BAD(tree_consistency(read_grove, &g, 4, 3, &proof, &e), ERR_INPUT);
	}
}

/* Index 5 in the 15 entries of a published test log. */
static void
a_published_proof(void **state)
{
	static const char *const proof64[] = {
		"zMKa4OAqd7D0V4wawXST15z0JiEEkprIBPkfxOesWvA=",
		"nk9gCR+floFqznAPtqjjcnnV64dge2jQB95D5t164Hg=",
		"zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=",
		"5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks=",
	};
	unsigned char proof[4 * LEAF_HASH], leaf[LEAF_HASH], root[LEAF_HASH];
	struct err e = {0};
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(proof64); i++)
		assert_int_equal(sodium_base642bin(proof + i * LEAF_HASH, LEAF_HASH, proof64[i],
		    strlen(proof64[i]), NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL), 0);
	assert_int_equal(sodium_base642bin(root, LEAF_HASH, "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=",
	    44, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL), 0);
	hash_leaf(leaf, "six", 3);
	GOOD(tree_inclusion_check(5, 15, leaf, span_of(proof, sizeof(proof)), root, &e));
	BAD(tree_inclusion_check(4, 15, leaf, span_of(proof, sizeof(proof)), root, &e), ERR_TAMPER);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(rfc_6962_vectors), cmocka_unit_test(large_trees),
		cmocka_unit_test(roots_and_loading_agree_with_the_definition),
		cmocka_unit_test(inclusion), cmocka_unit_test(consistency),
		cmocka_unit_test(a_published_proof),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
