/* What the signer seals to the keeper: opened by nobody else, and not changed on its way. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <sodium.h>
#include "ledger/base/clock.h"
#include "privacy/facts/parcel.h"

static unsigned char secret[32], public_key[32];

static void
there_and_back(void **state)
{
	static const size_t sizes[] = { 0, 1, 255, 256, 257, 900, 32768 };
	static unsigned char body[32768];
	struct parcel_key k = {0};

	(void)state;
	randombytes_buf(body, sizeof(body));
	for (size_t i = 0; i < COUNT(sizes); i++) {
		DROP(buf_wipe) struct buf box = {0}, open = {0};
		struct err e = {0};

		assert_true(parcel_seal(&k, public_key, span_of(body, sizes[i]), &box, &e));
		assert_int_equal(box.len, sizes[i] + PARCEL_MORE);
		assert_true(parcel_open(span_buf(&box), public_key, secret, &open, &e));
		assert_int_equal(open.len, sizes[i]);
		assert_memory_equal(open.len == 0 ? "" : open.data, body, sizes[i]);
	}
}

static void
sealed_before_there_were_parcels(void **state)
{
	static const unsigned char body[] = "a certificate";
	DROP(buf_wipe) struct buf open = {0};
	unsigned char box[sizeof(body) + crypto_box_SEALBYTES];
	struct err e = {0};

	(void)state;
	crypto_box_seal(box, body, sizeof(body), public_key);
	assert_true(parcel_open(span_of(box, sizeof(box)), public_key, secret, &open, &e));
	assert_int_equal(open.len, sizeof(body));
	assert_memory_equal(open.data, body, sizeof(body));
}

/* One key pair for a minute, a nonce of its own for every parcel. */
static void
a_minute(void **state)
{
	static const unsigned char body[] = "a certificate";
	struct buf box[3] = {0};
	struct parcel_key k = {0}, none = {0};
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < 2; i++)
		assert_true(parcel_seal(&k, public_key, span_of(body, sizeof(body)), &box[i], &e));
	assert_memory_equal(box[0].data, box[1].data, 8 + PARCEL_KEY);
	assert_memory_not_equal(box[0].data + 8 + PARCEL_KEY, box[1].data + 8 + PARCEL_KEY, 24);
	assert_memory_not_equal(box[0].data + 8 + PARCEL_KEY + 24, box[1].data + 8 + PARCEL_KEY + 24, sizeof(body));
	parcel_sweep(&k);
	assert_true(k.until > clock_mono_ms());
	k.until = clock_mono_ms();
	assert_true(parcel_seal(&k, public_key, span_of(body, sizeof(body)), &box[2], &e));
	assert_memory_not_equal(box[0].data + 8, box[2].data + 8, PARCEL_KEY);
	k.until = clock_mono_ms();
	parcel_sweep(&k);
	assert_memory_equal(&k, &none, sizeof(k));	/* nothing stays behind */
	for (size_t i = 0; i < COUNT(box); i++) {
		DROP(buf_wipe) struct buf open = {0};

		assert_true(parcel_open(span_buf(&box[i]), public_key, secret, &open, &e));
		assert_memory_equal(open.data, body, sizeof(body));
		buf_wipe(&box[i]);
	}
}

static void
every_bit_counts(void **state)
{
	static const unsigned char body[] = "a certificate";
	DROP(buf_wipe) struct buf box = {0}, open = {0};
	unsigned char other_secret[32], other_public[32];
	struct parcel_key k = {0};
	struct err e = {0};

	(void)state;
	assert_true(parcel_seal(&k, public_key, span_of(body, sizeof(body)), &box, &e));
	for (size_t i = 0; i < box.len; i++) {
		/* The topmost bit of an X25519 key is passed over (RFC 7748 section 5). */
		box.data[i] ^= 1;
		assert_false(parcel_open(span_buf(&box), public_key, secret, &open, &e));
		assert_int_equal(e.kind, ERR_CRYPTO);
		box.data[i] ^= 1;
	}
	for (size_t n = 0; n < box.len; n++) {
		assert_false(parcel_open(span_of(box.data, n), public_key, secret, &open, &e));
		assert_int_equal(e.kind, ERR_CRYPTO);
	}
	crypto_box_keypair(other_public, other_secret);
	assert_false(parcel_open(span_buf(&box), other_public, other_secret, &open, &e));
	assert_int_equal(e.kind, ERR_CRYPTO);
	assert_int_equal(open.len, 0);
}

/* A public key of low order would make the shared key known to everybody. */
static void
no_key(void **state)
{
	static const unsigned char zeros[32];
	DROP(buf_wipe) struct buf box = {0};
	struct parcel_key k = {0};
	struct err e = {0};

	(void)state;
	assert_false(parcel_seal(&k, zeros, span_of("x", 1), &box, &e));
	assert_int_equal(e.kind, ERR_CRYPTO);
	assert_int_equal(k.until, 0);
	assert_int_equal(box.len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back), cmocka_unit_test(sealed_before_there_were_parcels),
		cmocka_unit_test(a_minute), cmocka_unit_test(every_bit_counts), cmocka_unit_test(no_key),
	};

	if (sodium_init() < 0)
		return 1;
	crypto_box_keypair(public_key, secret);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
