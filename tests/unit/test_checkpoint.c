/* tests/unit/test_checkpoint.c - signed notes and checkpoints against other people's vectors. */
#include <sodium.h>
#include "tests/unit/place.h"
#include "ledger/checkpoint.h"
#include "ledger/digest.h"
#include "ledger/tree.h"

/* The test log of a public implementation: seed, key, fifteen entries. */
static const char log_name[] = "example.com/log/testdata";
static const char log_vkey[] = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
static const char log_seed[] = "eca663f499017d2365c27c7a7679158d43cfec1330bdb259290afbd0d21777a0";
static const char log_root[] = "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=";
static const char log_note[] = "example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n"
    "\xe2\x80\x94 example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=\n";

static void
key_of(const char *vkey, char name[256], unsigned char public_key[NOTE_PUBLIC])
{
	struct err e = {0};

	GOOD(checkpoint_vkey_parse(vkey, name, public_key, &e));
}

static void
signs_byte_for_byte(void **state)
{
	static const char *const entries[] = { "one", "two", "three", "four", "five", "six", "seven",
		"eit", "nain", "ten", "ileven", "twelf", "threeten", "fourten", "fivten" };
	static const struct { int64_t size; const char *root; } roots[] = {
		{ 0, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" },
		{ 1, "0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek=" },
		{ 2, "T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4=" },
		{ 3, "Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=" },
		{ 15, "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=" },
	};
	unsigned char seed[NOTE_SEED], hash[LEAF_HASH];
	DROP(buf_wipe) struct buf note = {0};
	struct checkpoint c = { .origin = "example.com/log/testdata" };
	struct tree t = {0};
	struct err e = {0};
	char base64[45];

	(void)state;
	for (size_t i = 0; i < COUNT(roots); i++) {
		while (t.size < roots[i].size) {
			struct span pieces[] = { span_of("\0", 1), span_text(entries[t.size]) };

			digest_pieces(hash, pieces, 2);
			tree_append(&t, hash);
		}
		tree_root(&t, c.root);
		sodium_bin2base64(base64, sizeof(base64), c.root, LEAF_HASH, sodium_base64_VARIANT_ORIGINAL);
		assert_string_equal(base64, roots[i].root);
	}
	c.size = 15;
	assert_int_equal(sodium_hex2bin(seed, sizeof(seed), log_seed, 64, NULL, NULL, NULL), 0);
	GOOD(checkpoint_sign(&note, &c, seed, &e));
	assert_string_equal(note.data, log_note);
}

static void
reads_what_it_signed(void **state)
{
	unsigned char public_key[NOTE_PUBLIC];
	DROP(buf_wipe) struct buf vkey = {0}, more = {0};
	struct checkpoint c;
	struct err e = {0};
	char name[256], base64[45];

	(void)state;
	key_of(log_vkey, name, public_key);
	assert_string_equal(name, log_name);
	GOOD(checkpoint_vkey(&vkey, name, public_key, &e));
	assert_string_equal(vkey.data, log_vkey);
	GOOD(checkpoint_verify(&c, span_text(log_note), name, public_key, &e));
	assert_string_equal(c.origin, log_name);
	assert_int_equal(c.size, 15);
	sodium_bin2base64(base64, sizeof(base64), c.root, LEAF_HASH, sodium_base64_VARIANT_ORIGINAL);
	assert_string_equal(base64, log_root);
	/* A witness's line of a kind and a key we do not know is read over. */
	buf_text(&more, log_note);
	buf_text(&more, "\xe2\x80\x94 witness.example.com/w1 oAWfEQAAAABlU/EA8Ksalh7kTmlIFPRO/50jC8JyWktgWjbjpb8ZCaY7/1Pyo/Js5iv0m/SL/Pgn8ExkAr34GAbhHPwm6x2I0VpoBA==\n");
	GOOD(checkpoint_verify(&c, span_buf(&more), name, public_key, &e));
	for (int i = 0; i < 16; i++)
		buf_text(&more, "\xe2\x80\x94 another.example/x AAAAAQID\n");
	GOOD(checkpoint_verify(&c, span_buf(&more), name, public_key, &e));
	public_key[0] ^= 1;
	BAD(checkpoint_verify(&c, span_text(log_note), name, public_key, &e), ERR_CRYPTO);
	key_of("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", name, public_key);
	BAD(checkpoint_verify(&c, span_text(log_note), name, public_key, &e), ERR_CRYPTO);
}

/* The specification's own example note, which is no checkpoint. */
static void
a_strangers_note(void **state)
{
	static const char note[] = "This is an example message.\n\n\xe2\x80\x94 example.com/foo "
	    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
	unsigned char public_key[NOTE_PUBLIC];
	struct span text;
	struct checkpoint c;
	struct err e = {0};
	char name[256];

	(void)state;
	key_of("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", name, public_key);
	GOOD(note_verify(span_text(note), name, public_key, &text, &e));
	assert_int_equal(text.len, 28);
	BAD(checkpoint_verify(&c, span_text(note), name, public_key, &e), ERR_INPUT);
}

#define SIG "\n\xe2\x80\x94 example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=\n"
#define ROOT "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs="

static void
malformed_notes(void **state)
{
	static const struct { const char *note; enum err_kind kind; } rows[] = {
		{ "", ERR_INPUT },
		{ "\n", ERR_INPUT },
		{ "\n\n\n", ERR_INPUT },
		{ "text\n", ERR_INPUT },
		{ "text\n\n", ERR_INPUT },
		{ "x\n15\n" ROOT "\n\n- example.com AAAA\n", ERR_INPUT },
		{ "x\n15\n" ROOT "\n\n\xe2\x80\x94 example.com\n", ERR_INPUT },
		{ "x\n15\n" ROOT "\n\n\xe2\x80\x94 example.com AAAA\n", ERR_INPUT },
		{ "x\n15\n" ROOT "\n\n\xe2\x80\x94 example.com AAAAA===\n", ERR_INPUT },
		{ "x\n15\n" ROOT "\n\n\xe2\x80\x94 exam+ple AAAAAQID\n", ERR_INPUT },
		{ "x\n15\n" ROOT "\n\n\xe2\x80\x94  AAAAAQID\n", ERR_INPUT },
		{ "x\n15\n" ROOT "\n\n\xe2\x80\x94 a\xc2\xa0z AAAAAQID\n", ERR_INPUT },
		{ "x\n15\n" ROOT "\n\n\xe2\x80\x94 other AAAAAQID\n", ERR_CRYPTO },
		{ "x\n15\n" ROOT "\n\n\xe2\x80\x94 other AAAAAQID", ERR_INPUT },
		{ "x\r\n15\n" ROOT "\n" SIG, ERR_INPUT },
		{ "x\xff\n15\n" ROOT "\n" SIG, ERR_INPUT },
		{ "example.com/log/testdata\n16\n" ROOT "\n" SIG, ERR_CRYPTO },
	};
	unsigned char public_key[NOTE_PUBLIC];
	struct checkpoint c;
	struct err e = {0};
	char name[256];

	(void)state;
	key_of(log_vkey, name, public_key);
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (checkpoint_verify(&c, span_text(rows[i].note), name, public_key, &e) ||
		    e.kind != rows[i].kind)
			fail_msg("row %zu: %s", i, e.text);
	}
}

static void
signed_texts_that_are_no_checkpoints(void **state)
{
	static const char *const texts[] = {	/* signed, but no checkpoints */
		"x\n", "x\n15\n", "\n15\n" ROOT "\n", "x\n015\n" ROOT "\n", "x\n-1\n" ROOT "\n",
		"x\n+1\n" ROOT "\n", "x\n1 \n" ROOT "\n", "x\n\n" ROOT "\n",
		"x\n9223372036854775808\n" ROOT "\n", "x\n99999999999999999999\n" ROOT "\n",
		"x\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs\n",
		"x\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383ct=\n",
		"x\n15\n!KbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n",
		"x\n15\n" ROOT "\n\nmore\n", "x\n15\n" ROOT "more\n",
	};
	unsigned char public_key[NOTE_PUBLIC], seed[NOTE_SEED] = { 9 }, secret[64];
	DROP(buf_wipe) struct buf last = {0};
	struct checkpoint c;
	struct err e = {0};

	(void)state;
	crypto_sign_seed_keypair(public_key, secret, seed);
	for (size_t i = 0; i < COUNT(texts); i++) {
		DROP(buf_wipe) struct buf note = {0};

		GOOD(note_sign(&note, span_text(texts[i]), "x", seed, &e));
		if (checkpoint_verify(&c, span_buf(&note), "x", public_key, &e) || e.kind != ERR_INPUT)
			fail_msg("text %zu", i);
	}
	GOOD(note_sign(&last, span_text("x\n9223372036854775807\n" ROOT "\nan extension\n"), "x", seed, &e));
	GOOD(checkpoint_verify(&c, span_buf(&last), "x", public_key, &e));
	assert_true(c.size == INT64_MAX);
	last.data[last.len - 10] ^= 1;	/* base64, but another signature */
	assert_false(checkpoint_verify(&c, span_buf(&last), "x", public_key, &e));
	BAD(note_sign(&last, span_text("no line end"), "x", seed, &e), ERR_INPUT);
	BAD(note_sign(&last, span_text("x\n"), "a b", seed, &e), ERR_INPUT);
	BAD(note_sign(&last, span_text("x\n"), "a+b", seed, &e), ERR_INPUT);
	BAD(note_sign(&last, span_text("x\n"), "", seed, &e), ERR_INPUT);
	c.size = -1;
	BAD(checkpoint_sign(&last, &c, seed, &e), ERR_INPUT);
}

static void
malformed_keys(void **state)
{
	static const char *const rows[] = {
		"", "x", "x+33d7b496", "x+33d7b496+", "+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx",
		"example.com/log/testdata+33d7b497+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx",
		"example.com/log/testdate+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx",
		"example.com/log/testdata+33d7b496+BOHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx",
		"example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkk",
		"example.com/log/testdata+3d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx",
		"example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx\n",
	};
	unsigned char public_key[NOTE_PUBLIC];
	char name[256];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = {0};

		if (checkpoint_vkey_parse(rows[i], name, public_key, &e) || e.kind != ERR_INPUT)
			fail_msg("row %zu", i);
	}
}

static int
start_sodium(void **state)
{
	(void)state;
	return sodium_init() < 0;
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(signs_byte_for_byte), cmocka_unit_test(reads_what_it_signed),
		cmocka_unit_test(a_strangers_note), cmocka_unit_test(malformed_notes),
		cmocka_unit_test(signed_texts_that_are_no_checkpoints),
		cmocka_unit_test(malformed_keys),
	};

	return cmocka_run_group_tests(cases, start_sodium, NULL);
}
