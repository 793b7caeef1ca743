/* A tombstone is one record of a journal: byte for byte as it is written down, and never taken for an entry. */
#include "tests/unit/place.h"
#include "ledger/journal.h"
#include "ledger/tombstone.h"

static const unsigned char leaf[TOMBSTONE_LEAF] = { 0xf0, 1, 2, 3, 4, 5, 6, 0x0f };

static void
byte_for_byte(void **state)
{
	static const unsigned char want[LEAF_HASH] = { 0, 0, 0, 0, 0, 0, 0, 7,  0, 0, 0, 0, 0, 0, 1, 0,
	    0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,  0xf0, 1, 2, 3, 4, 5, 6, 0x0f };
	struct tombstone t = { .entry = 5, .erasure = 7, .key = 256, .tags = INT64_MAX };
	unsigned char hash[LEAF_HASH];
	int64_t number;

	(void)state;
	memcpy(t.leaf, leaf, sizeof(leaf));
	tombstone_write(&t, &number, hash);
	assert_memory_equal(hash, want, sizeof(want));
	/* the highest bit of a u64 */
	assert_true((uint64_t)number == (UINT64_C(1) << 63 | 5));
}

static void
back_again(void **state)
{
	static const struct tombstone all[] = { { 0, 1, 1, 2, { 0 } }, { 1, 0, 0, 0, { 1 } }, { INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, { 255 } },
	    { 123456789, 4, -1, INT64_MIN, { 7, 8, 9 } } };

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		struct tombstone t = { .entry = -7 };
		unsigned char hash[LEAF_HASH];
		int64_t number;

		tombstone_write(&all[i], &number, hash);
		assert_true(tombstone_is(number));
		assert_false(tombstone_is(all[i].entry));
		tombstone_read(&t, number, hash);
		assert_true(t.entry == all[i].entry && t.erasure == all[i].erasure && t.key == all[i].key && t.tags == all[i].tags);
		assert_memory_equal(t.leaf, all[i].leaf, sizeof(t.leaf));
	}
}

/* Who looks for the last entry of a journal looks past it. */
static void
in_a_journal(void **state)
{
	const struct place *p = *state;
	struct tombstone t = { .entry = 3, .erasure = 1, .key = 10, .tags = 11 };
	unsigned char hash[LEAF_HASH] = { 9 }, dead[LEAF_HASH], got[LEAF_HASH];
	struct journal *j = NULL;
	struct err e = {0};
	int64_t number;

	GOOD(journal_open(&j, p->path, &e));
	GOOD(journal_append(j, 3, hash, &e));
	memcpy(t.leaf, hash, sizeof(t.leaf));
	tombstone_write(&t, &number, dead);
	GOOD(journal_append(j, number, dead, &e));
	GOOD(journal_write(j, &e));
	journal_drop(&j);
	GOOD(journal_open(&j, p->path, &e));
	assert_true(journal_last(j, &number, got));
	assert_true(tombstone_is(number));
	assert_memory_equal(got, dead, sizeof(dead));
	assert_true(journal_last_entry(j, &number, got));
	assert_int_equal(number, 3);
	assert_memory_equal(got, hash, sizeof(hash));
	journal_drop(&j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(byte_for_byte), cmocka_unit_test(back_again), CASE(in_a_journal) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
