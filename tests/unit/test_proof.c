/* A proof as a file: written and read back, checked for every place of every small tree, and never for anything else. */
#include <sodium.h>
#include "tests/unit/place.h"
#include "ledger/digest.h"
#include "ledger/proof.h"
#include "ledger/tree.h"

#define MOST	17
static const char name[] = "ledger.example.org/log";

struct grove { int64_t size; unsigned char hash[MOST][LEAF_HASH], seed[NOTE_SEED], key[NOTE_PUBLIC]; };

static bool
node(void *self, unsigned level, int64_t index, unsigned char hash[LEAF_HASH], struct err *e)
{
	struct grove *g = self;
	unsigned char left[LEAF_HASH], right[LEAF_HASH];

	if ((index + 1) << level > g->size)
		return FAIL(e, ERR_IO, "no such node");
	if (level == 0) {
		memcpy(hash, g->hash[index], LEAF_HASH);
		return true;
	}
	TRY(node(self, level - 1, 2 * index, left, e));
	TRY(node(self, level - 1, 2 * index + 1, right, e));
	tree_node(left, right, hash);
	return true;
}

static void
grove_make(struct grove *g, int64_t size)
{
	unsigned char secret[crypto_sign_SECRETKEYBYTES];

	assert_true(sodium_init() >= 0);
	g->size = size;
	memset(g->seed, 3, sizeof(g->seed));
	crypto_sign_seed_keypair(g->key, secret, g->seed);
	for (int64_t i = 0; i < MOST; i++)
		digest(g->hash[i], &i, sizeof(i));
}

/* The file that proves entry `index`. */
static void
prove(struct grove *g, int64_t index, const char *extra, struct buf *text)
{
	DROP(proof_wipe) struct proof p = { .index = index };
	struct checkpoint c = { .size = g->size };
	struct tree t = {0};
	struct err e = {0};

	for (int64_t i = 0; i < g->size; i++)
		tree_append(&t, g->hash[i]);
	tree_root(&t, c.root);
	snprintf(c.origin, sizeof(c.origin), "%s", name);
	buf_text(&p.extra, extra);
	GOOD(checkpoint_sign(&p.note, &c, g->seed, &e));
	GOOD(tree_inclusion(node, g, index, g->size, &p.hashes, &e));
	GOOD(proof_write(text, &p, &e));
}

static void
every_place(void **state)
{
	struct grove g;

	(void)state;
	for (int64_t size = 1; size <= MOST; size++)
		for (int64_t index = 0; index < size; index++) {
			DROP(buf_wipe) struct buf text = {0};
			DROP(proof_wipe) struct proof p = {0};
			struct checkpoint c;
			struct err e = {0};

			grove_make(&g, size);
			prove(&g, index, index % 2 == 0 ? "what is shown" : "", &text);
			GOOD(proof_read(&p, span_buf(&text), &e));
			assert_int_equal(p.index, index);
			assert_int_equal(p.extra.len, index % 2 == 0 ? strlen("what is shown") : 0);
			GOOD(proof_check(&p, g.hash[index], name, g.key, &c, &e));
			assert_int_equal(c.size, size);
			GOOD(proof_check(&p, g.hash[index], name, g.key, NULL, &e));
			/* another leaf, another place */
			BAD(proof_check(&p, g.hash[(index + 1) % MOST], name, g.key, NULL, &e), ERR_TAMPER);
			if (size == 1)
				continue;
			p.index = (index + 1) % size;
			assert_false(proof_check(&p, g.hash[index], name, g.key, NULL, &e));
			assert_true(e.kind == ERR_TAMPER || e.kind == ERR_INPUT);
		}
}

static void
other_ledgers(void **state)
{
	static const char other_name[] = "ledger.example.net/log";
	struct grove g;
	DROP(buf_wipe) struct buf text = {0};
	DROP(proof_wipe) struct proof p = {0};
	unsigned char key[NOTE_PUBLIC];
	struct err e = {0};

	(void)state;
	grove_make(&g, 9);
	prove(&g, 4, "", &text);
	GOOD(proof_read(&p, span_buf(&text), &e));
	memcpy(key, g.key, sizeof(key));
	key[5] ^= 1;
	BAD(proof_check(&p, g.hash[4], name, key, NULL, &e), ERR_CRYPTO);
	BAD(proof_check(&p, g.hash[4], other_name, g.key, NULL, &e), ERR_CRYPTO);
	for (size_t at = 0; at < p.hashes.len; at += 7) {
		p.hashes.data[at] ^= 1;
		BAD(proof_check(&p, g.hash[4], name, g.key, NULL, &e), ERR_TAMPER);
		p.hashes.data[at] ^= 1;
	}
	p.hashes.len -= LEAF_HASH;
	assert_false(proof_check(&p, g.hash[4], name, g.key, NULL, &e));
	buf_reset(&p.note);
	BAD(proof_check(&p, g.hash[4], name, g.key, NULL, &e), ERR_INPUT);
}

/* Each byte of the file changed, and each cut: nothing else is ever proved. */
static void
changed_files(void **state)
{
	struct grove g;
	DROP(buf_wipe) struct buf text = {0};
	size_t same = 0;

	(void)state;
	grove_make(&g, 7);
	prove(&g, 5, "shown", &text);
	for (size_t at = 0; at < text.len; at++) {
		DROP(proof_wipe) struct proof p = {0};
		struct err e = {0};

		text.data[at] ^= 2;
		if (proof_read(&p, span_buf(&text), &e) && proof_check(&p, g.hash[5], name, g.key, NULL, &e))
			same++;
		text.data[at] ^= 2;
	}
	/* the extra line is believed only for what it hashes to: that is shown_check's */
	assert_true(same <= strlen("extra c2hvd24="));
	for (size_t n = 0; n < text.len; n++) {
		DROP(proof_wipe) struct proof p = {0};
		struct err e = {0};

		if (proof_read(&p, span_of(text.data, n), &e))
			assert_false(proof_check(&p, g.hash[5], name, g.key, NULL, &e));
		else
			assert_int_equal(e.kind, ERR_INPUT);
	}
}

static void
misshapen(void **state)
{
#define HEAD "c2sp.org/tlog-proof@v1\n"
#define HASH "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	static const char *const texts[] = { "", "\n", "c2sp.org/tlog-proof@v2\nindex 1\n\nnote", HEAD, HEAD "index 1\n", HEAD "index 1", HEAD "index \n\n", HEAD "index -1\n\n",
	    HEAD "index 01\n\n", HEAD "index 1x\n\n", HEAD "index 1 \n\n", HEAD "index 1234567890123456789\n\n", HEAD "extra \nindex 1\n\n", HEAD "extra !!!!\nindex 1\n\n",
	    HEAD "extra AAAA\n", HEAD "extra AAAA\nextra AAAA\nindex 1\n\n", HEAD "index 1\nextra AAAA\n\n", HEAD "index 1\n" HASH, HEAD "index 1\nAAAA\n\n",
	    HEAD "index 1\n\xaf" "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n", HEAD "index 1\n\xab" "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
	    HEAD "index 1\r\n\r\n", HEAD "index 1\n!" HASH "\n", " " HEAD "index 1\n\n" };
	DROP(buf_wipe) struct buf many = {0};
	DROP(proof_wipe) struct proof q = {0};
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		DROP(proof_wipe) struct proof p = {0};

		if (proof_read(&p, span_text(texts[i]), &e))
			fail_msg("row %zu is read", i);
		assert_int_equal(e.kind, ERR_INPUT);
	}
	buf_text(&many, HEAD "index 1\n");
	for (int i = 0; i < PROOF_HASHES + 1; i++)
		buf_text(&many, HASH);
	buf_text(&many, "\n");
	BAD(proof_read(&q, span_buf(&many), &e), ERR_INPUT);
	/* and none is written */
	buf_reset(&many);
	buf_reset(&q.hashes);
	for (int i = 0; i < (PROOF_HASHES + 1) * LEAF_HASH; i++)
		pack_u8(&q.hashes, 0);
	BAD(proof_write(&many, &q, &e), ERR_INPUT);
	q.hashes.len = LEAF_HASH - 1;
	BAD(proof_write(&many, &q, &e), ERR_INPUT);
	q.hashes.len = LEAF_HASH;
	q.index = -1;
	BAD(proof_write(&many, &q, &e), ERR_INPUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_place), cmocka_unit_test(other_ledgers), cmocka_unit_test(changed_files), cmocka_unit_test(misshapen) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
