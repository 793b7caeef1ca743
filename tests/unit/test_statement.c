/* The prover's word: every bit counts, and nothing odd is said or believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <sodium.h>
#include "privacy/facts/statement.h"
#include "privacy/keeper/op.h"

static unsigned char secret[64], public_key[32];

static const struct statement proof = { .kind = STATEMENT_PROOF, .method = PROOF_DNS, .result = SAW_IT,
	.secure = 1, .at = 1795340000, .name = "example.org", .nonce = "c29tZSBub25jZQ", .saw = "TXT records: 1" };
static const struct statement caa = { .kind = STATEMENT_CAA, .result = SAW_FORBIDDEN, .wildcard = 1,
	.at = 1795340000, .name = "example.org", .saw = "CAA at example.org does not name us" };

static void
said_and_heard(void **state)
{
	static const struct statement *const rows[] = { &proof, &caa };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf wire = {0};
		struct statement s;
		struct err e = {0};

		assert_true(statement_sign(&wire, rows[i], secret, &e));
		assert_true(statement_open(&s, span_buf(&wire), public_key, &e));
		assert_memory_equal(&s, rows[i], sizeof(s));
	}
}

static void
every_bit_counts(void **state)
{
	DROP(buf_wipe) struct buf wire = {0};
	unsigned char other_public[32], other_secret[64];
	struct statement s;
	struct err e = {0};

	(void)state;
	assert_true(statement_sign(&wire, &proof, secret, &e));
	for (size_t i = 0; i < wire.len; i++) {
		wire.data[i] = (char)(wire.data[i] ^ 4);
		e = (struct err){0};
		assert_false(statement_open(&s, span_buf(&wire), public_key, &e));
		assert_int_equal(e.kind, ERR_CRYPTO);
		wire.data[i] = (char)(wire.data[i] ^ 4);
	}
	for (size_t n = 0; n < wire.len; n++) {
		e = (struct err){0};
		assert_false(statement_open(&s, span_of(wire.data, n), public_key, &e));
		assert_true(e.kind == ERR_CRYPTO || e.kind == ERR_INPUT);
	}
	crypto_sign_keypair(other_public, other_secret);
	assert_false(statement_open(&s, span_buf(&wire), other_public, &e));
	assert_int_equal(e.kind, ERR_CRYPTO);
	assert_true(statement_open(&s, span_buf(&wire), public_key, &e));
}

/* Signed by the right key, yet nothing a prover may say. */
static void
nonsense(void **state)
{
	static const struct { const char *what; struct statement s; } rows[] = {
		{ "no kind", { .kind = 0, .method = PROOF_DNS, .result = SAW_IT, .at = 1, .name = "a.b", .nonce = "n" } },
		{ "kind 3", { .kind = 3, .method = PROOF_DNS, .result = SAW_IT, .at = 1, .name = "a.b", .nonce = "n" } },
		{ "no result", { .kind = STATEMENT_PROOF, .method = PROOF_DNS, .at = 1, .name = "a.b", .nonce = "n" } },
		{ "result 99", { .kind = STATEMENT_PROOF, .method = PROOF_DNS, .result = 99, .at = 1, .name = "a.b", .nonce = "n" } },
		{ "proof by mail", { .kind = STATEMENT_PROOF, .method = PROOF_MAIL, .result = SAW_IT, .at = 1, .name = "a.b", .nonce = "n" } },
		{ "proof without nonce", { .kind = STATEMENT_PROOF, .method = PROOF_DNS, .result = SAW_IT, .at = 1, .name = "a.b" } },
		{ "CAA with nonce", { .kind = STATEMENT_CAA, .result = SAW_IT, .at = 1, .name = "a.b", .nonce = "n" } },
		{ "no name", { .kind = STATEMENT_CAA, .result = SAW_IT, .at = 1 } },
		{ "no time", { .kind = STATEMENT_CAA, .result = SAW_IT, .name = "a.b" } },
		{ "secure 2", { .kind = STATEMENT_CAA, .result = SAW_IT, .secure = 2, .at = 1, .name = "a.b" } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf wire = {0};
		struct err e = {0};

		if (statement_sign(&wire, &rows[i].s, secret, &e) || e.kind != ERR_INPUT)
			fail_msg("%s", rows[i].what);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(said_and_heard), cmocka_unit_test(every_bit_counts), cmocka_unit_test(nonsense),
	};

	if (sodium_init() < 0)
		return 1;
	crypto_sign_keypair(public_key, secret);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
