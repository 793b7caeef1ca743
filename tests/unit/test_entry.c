/* tests/unit/test_entry.c - the bytes of a leaf and the commitment to its detail. */
#include "tests/unit/place.h"
#include "ledger/digest.h"
#include "ledger/entry.h"

static void
a_leaf_has_its_bytes(void **state)
{
	struct leaf l = { .kind = KIND_SUPPORT, .role = ACTOR_OFFICER, .day = 0x01020304 }, back;
	unsigned char bytes[LEAF_BYTES], hash[LEAF_HASH], want[LEAF_HASH], in[1 + LEAF_BYTES] = {0};
	struct err e = {0};

	(void)state;
	memset(l.prev, 0xa1, LEAF_HASH);
	memset(l.subject, 0xb2, LEAF_TAG);
	memset(l.actor, 0xc3, LEAF_TAG);
	memset(l.commitment, 0xd4, LEAF_HASH);
	leaf_pack(&l, bytes);
	assert_memory_equal(bytes, "\1\3\5\0\1\2\3\4\xa1", 9);
	assert_int_equal(bytes[39], 0xa1);
	assert_int_equal(bytes[40], 0xb2);
	assert_int_equal(bytes[56], 0xc3);
	assert_int_equal(bytes[72], 0xd4);
	assert_int_equal(bytes[103], 0xd4);
	GOOD(leaf_unpack(&back, bytes, &e));
	assert_int_equal(back.day, l.day);
	assert_memory_equal(back.prev, l.prev, LEAF_HASH);
	assert_memory_equal(back.commitment, l.commitment, LEAF_HASH);
	leaf_hash(bytes, hash);
	memcpy(in + 1, bytes, LEAF_BYTES);
	digest(want, in, sizeof(in));
	assert_memory_equal(hash, want, LEAF_HASH);
}

static void
odd_leaves_are_tampering(void **state)
{
	static const struct { size_t at; unsigned char byte; } rows[] = {
		{ 0, 0 }, { 0, 2 }, { 1, 0 }, { 1, KIND__COUNT }, { 1, 255 }, { 2, 0 },
		{ 2, ACTOR__COUNT }, { 3, 1 },
	};
	struct leaf l = { .kind = KIND_OWN, .role = ACTOR_OWNER };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned char bytes[LEAF_BYTES];
		struct leaf back;
		struct err e = {0};

		leaf_pack(&l, bytes);
		bytes[rows[i].at] = rows[i].byte;
		BAD(leaf_unpack(&back, bytes, &e), ERR_TAMPER);
	}
}

static void
the_commitment_binds_every_part(void **state)
{
	unsigned char salt[32] = { 7 }, first[LEAF_HASH], again[LEAF_HASH], want[LEAF_HASH], in[256];
	struct detail d = {0};
	struct err e = {0};

	(void)state;
	detail_part_fill(&d.record, salt, span_text("plain"), span_text("sealed"));
	in[0] = 0x10;
	memcpy(in + 1, salt, 32);
	memcpy(in + 33, "plain", 5);
	digest(want, in, 38);
	assert_memory_equal(d.record.inner, want, LEAF_HASH);
	digest(want, "\x11sealed", 7);
	assert_memory_equal(d.record.sealed, want, LEAF_HASH);
	detail_commitment(&d, first);
	in[0] = 0x12;
	memcpy(in + 1, d.record.inner, 32);
	memcpy(in + 33, d.record.sealed, 32);
	memset(in + 65, 0, 64);
	digest(want, in, 129);
	assert_memory_equal(first, want, LEAF_HASH);
	detail_part_fill(&d.values, salt, span_text("old and new"), span_text("sealed too"));
	detail_commitment(&d, again);
	assert_memory_not_equal(first, again, LEAF_HASH);
	GOOD(detail_part_check(&d.record, &e));
	GOOD(detail_part_check(&d.values, &e));
	d.values.box = span_of(NULL, 0);		/* erased */
	GOOD(detail_part_check(&d.values, &e));
	d.values.box = span_text("sealed two");
	BAD(detail_part_check(&d.values, &e), ERR_TAMPER);
	memset(d.values.inner, 0, LEAF_HASH);
	BAD(detail_part_check(&d.values, &e), ERR_TAMPER);
	memset(d.values.sealed, 0, LEAF_HASH);
	BAD(detail_part_check(&d.values, &e), ERR_TAMPER);
	d.values.box = span_of(NULL, 0);
	GOOD(detail_part_check(&d.values, &e));
}

/* What is appended gets its ciphertext's hash there, and brings no other one. */
static void
a_part_is_begun_and_ended(void **state)
{
	unsigned char salt[32] = { 7 };
	struct detail_part whole = {0}, p = {0};
	struct err e = {0};

	(void)state;
	GOOD(detail_part_end(&p, &e));			/* none is none */
	p.box = span_text("sealed");
	BAD(detail_part_end(&p, &e), ERR_INPUT);
	detail_part_fill(&whole, salt, span_text("plain"), span_text("sealed"));
	detail_part_begin(&p, salt, span_text("plain"), span_text("sealed"));
	assert_memory_equal(p.inner, whole.inner, LEAF_HASH);
	assert_memory_not_equal(p.sealed, whole.sealed, LEAF_HASH);
	GOOD(detail_part_end(&p, &e));
	assert_memory_equal(p.sealed, whole.sealed, LEAF_HASH);
	GOOD(detail_part_end(&p, &e));
	p.sealed[31] ^= 1;
	BAD(detail_part_end(&p, &e), ERR_INPUT);
	detail_part_begin(&p, salt, span_text("plain"), span_of(NULL, 0));
	BAD(detail_part_end(&p, &e), ERR_INPUT);
}

static void
numbers_have_names(void **state)
{
	(void)state;
	for (unsigned k = 1; k < KIND__COUNT; k++)
		assert_string_not_equal(entry_kind_name(k), "unknown");
	for (unsigned r = 1; r < ACTOR__COUNT; r++)
		assert_string_not_equal(entry_role_name(r), "unknown");
	assert_string_equal(entry_kind_name(KIND_OWN), "own");
	assert_string_equal(entry_kind_name(0), "unknown");
	assert_string_equal(entry_kind_name(KIND__COUNT), "unknown");
	assert_string_equal(entry_role_name(ACTOR__COUNT), "unknown");
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(a_leaf_has_its_bytes), cmocka_unit_test(odd_leaves_are_tampering),
		cmocka_unit_test(the_commitment_binds_every_part), cmocka_unit_test(a_part_is_begun_and_ended), cmocka_unit_test(numbers_have_names),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
