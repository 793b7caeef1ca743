/* A tombstone on its way from keeper to signer: whole, the keeper's, or nothing. */
#include <sodium.h>
#include "tests/unit/place.h"
#include "privacy/rights/grave.h"

static const unsigned char key[TICKET_KEY] = { 5, 4, 3 }, hash[LEAF_HASH] = { 0xaa, 1, 2, 3, 4, 5, 6, 7, 8, 9 };

static void
there_and_back(void **state)
{
	static const struct tombstone all[] = { { .entry = 0, .erasure = 1, .key = 2, .tags = 3 }, { .entry = INT64_MAX, .erasure = -1, .key = INT64_MIN, .tags = 0 } };

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		DROP(buf_wipe) struct buf wire = {0};
		unsigned char got[LEAF_HASH];
		struct tombstone t;
		struct err e = {0};

		buf_text(&wire, "before it");
		grave_pack(&wire, &all[i], hash, key);
		assert_int_equal(wire.len, strlen("before it") + GRAVE_BYTES);
		GOOD(grave_unpack(&t, got, span_of(wire.data + strlen("before it"), GRAVE_BYTES), key, &e));
		assert_true(t.entry == all[i].entry && t.erasure == all[i].erasure && t.key == all[i].key && t.tags == all[i].tags);
		assert_memory_equal(got, hash, sizeof(hash));
		assert_memory_equal(t.leaf, hash, sizeof(t.leaf));
	}
}

static void
not_the_keepers(void **state)
{
	struct tombstone t = { .entry = 9, .erasure = 1, .key = 2, .tags = 3 };
	DROP(buf_wipe) struct buf wire = {0};
	unsigned char other[TICKET_KEY] = { 5, 4, 4 }, got[LEAF_HASH];
	struct err e = {0};

	(void)state;
	grave_pack(&wire, &t, hash, key);
	BAD(grave_unpack(&t, got, span_buf(&wire), other, &e), ERR_CRYPTO);
	for (size_t at = 0; at < wire.len; at++) {
		wire.data[at] ^= 1;
		BAD(grave_unpack(&t, got, span_buf(&wire), key, &e), ERR_CRYPTO);
		wire.data[at] ^= 1;
	}
	for (size_t n = 0; n < wire.len; n++)
		BAD(grave_unpack(&t, got, span_of(wire.data, n), key, &e), ERR_INPUT);
	pack_u8(&wire, 0);
	BAD(grave_unpack(&t, got, span_buf(&wire), key, &e), ERR_INPUT);
	/* with a good MAC, and of no entry there can be */
	buf_reset(&wire);
	t.entry = -1;
	grave_pack(&wire, &t, hash, key);
	BAD(grave_unpack(&t, got, span_buf(&wire), key, &e), ERR_INPUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(there_and_back), cmocka_unit_test(not_the_keepers) };

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
