/* DER as we write and read it, and the shapes of names. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "ledger/base/clock.h"
#include "portal/signer/der.h"
#include "portal/signer/names.h"
#include "portal/signer/profile.h"

static void
hex_is(struct buf *b, const char *want)
{
	DROP(buf_wipe) struct buf hex = {0};

	buf_hex(&hex, b->data, b->len);
	assert_string_equal(hex.data == NULL ? "" : hex.data, want);
	buf_wipe(b);
}

static void
test_writes(void **state)
{
	struct buf b = {0};
	struct oid o;

	(void)state;
	der_int(&b, 0); hex_is(&b, "020100");
	der_int(&b, 127); hex_is(&b, "02017f");
	der_int(&b, 128); hex_is(&b, "02020080");
	der_int(&b, 256); hex_is(&b, "02020100");
	der_bits(&b, USE_SIGN); hex_is(&b, "03020780");
	der_bits(&b, USE_SIGN | USE_KEY); hex_is(&b, "030205a0");
	der_bits(&b, USE_SIGN | USE_AGREE); hex_is(&b, "03020388");
	der_bits(&b, USE_CERT | USE_CRL); hex_is(&b, "03020106");
	der_bits(&b, 0x0080); hex_is(&b, "0303070080");
	der_bits(&b, 0); hex_is(&b, "030100");
	der_bool(&b, true); hex_is(&b, "0101ff");
	der_time(&b, 1795339800); hex_is(&b, "170d3236313132323039333030305a");
	der_time(&b, INT64_C(2524608000)); hex_is(&b, "180f32303530303130313030303030305a");
	der_generalized(&b, 0); hex_is(&b, "180f31393730303130313030303030305a");
	assert_true(oid_parse(&o, "2.23.140.1.2.1", NULL));
	der_oid(&b, &o); hex_is(&b, "060667810c010201");
	assert_false(oid_parse(&o, "no.such.thing", NULL));
	assert_false(oid_parse(&o, "", NULL));
}

static void
test_lengths(void **state)
{
	static const size_t sizes[] = { 0, 1, 127, 128, 255, 256, 65535, 65536, 70000 };

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		DROP(buf_wipe) struct buf b = {0};
		DROP(buf_wipe) struct buf body = {0};
		struct span s, in;
		size_t outer;

		for (size_t k = 0; k < sizes[i]; k++)
			pack_u8(&body, k & 0xff);
		outer = der_open(&b, DER_SEQUENCE);
		der_put(&b, DER_OCTETS, body.data, body.len);
		der_close(&b, outer);
		s = span_buf(&b);
		in = der_take(&s, DER_SEQUENCE);
		assert_true(span_same(der_take(&in, DER_OCTETS), span_buf(&body)));
		assert_false(s.bad || in.bad);
		assert_int_equal(s.len + in.len, 0);
	}
}

static const struct { const char *hex; size_t n; bool ok; } reads[] = {
	{ "\x04\x01\x61", 3, true }, { "\x04\x00", 2, true },
	{ "\x04\x81\x01\x61", 4, false },	/* long form of a short length */
	{ "\x04\x80\x61\x00\x00", 5, false },	/* indefinite */
	{ "\x04\x02\x61", 3, false },		/* cut */
	{ "\x04\x85\x01\x00\x00\x00\x00", 7, false },
	{ "\x1f\x81\x01\x00", 4, false },	/* high tag number */
	{ "\x04", 1, false },
	{ "\x05\x00", 2, false },		/* another tag */
};

static void
test_reads(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(reads); i++) {
		struct span s = span_of(reads[i].hex, reads[i].n);

		(void)der_take(&s, DER_OCTETS);
		assert_int_equal(!s.bad, reads[i].ok);
	}
}

static void
test_times(void **state)
{
	static const int64_t at[] = { 0, 951782400, 1795339800, 2524607999, INT64_C(2524608000), INT64_C(4102444799) };

	(void)state;
	for (size_t i = 0; i < COUNT(at); i++) {
		DROP(buf_wipe) struct buf b = {0};
		struct span s;

		der_time(&b, at[i]);
		s = span_buf(&b);
		assert_int_equal(der_take_time(&s), at[i]);
		assert_false(s.bad);
	}
}

static const struct { const char *name; bool dns, mail; } names[] = {
	{ "example.org", true, false }, { "a.b-c.example.org", true, false },
	{ "*.example.org", true, false }, { "xn--bcher-kva.example", true, false },
	{ "1.example.org", true, false },
	{ "xn--80ak6aa92e.example", true, false }, { "xn--fiqs8s", false, false }, { "a.xn--fiqs8s", true, false },
	{ "ada@xn--bcher-kva.example", false, true },
	{ "xn--zzzzz-9.example.org", false, false },	/* Punycode that names nothing */
	{ "xn--.example.org", false, false }, { "xn--abc-.example.org", false, false },
	{ "xn---abc.example.org", false, false }, { "xn--a.example.org", false, false },
	{ "xn--999999999.example.org", false, false }, { "xn--0.example.org", false, false },
	{ "2.0.192.in-addr.arpa", false, false }, { "8.b.d.0.1.0.0.2.ip6.arpa", false, false },
	{ "*.ip6.arpa", false, false }, { "in-addr.arpa", false, false }, { "e164.arpa", true, false },
	{ "aaaaaaaaaaaaaaaa.onion", false, false }, { "ada@aaaaaaaaaaaaaaaa.onion", false, false },
	{ "onion.example", true, false }, { "myip6.arpa", true, false },
	{ "localhost", false, false }, { "", false, false }, { ".", false, false },
	{ "example.org.", false, false }, { ".example.org", false, false }, { "a..b.org", false, false },
	{ "A.example.org", false, false }, { "a_b.example.org", false, false },
	{ "-a.example.org", false, false }, { "a-.example.org", false, false },
	{ "ab--c.example.org", false, false }, { "*", false, false }, { "*.*.example.org", false, false },
	{ "a.*.example.org", false, false }, { "w*.example.org", false, false },
	{ "192.0.2.1", false, false }, { "2001:db8::1", false, false }, { "http://example.org", false, false },
	{ "a.example.org ", false, false },
	{ "0123456789012345678901234567890123456789012345678901234567890123.org", false, false },
	{ "ada@example.org", false, true }, { "Ada.L+x@example.org", false, true },
	{ "ada@localhost", false, false }, { "@example.org", false, false }, { "ada@", false, false },
	{ ".ada@example.org", false, false }, { "ada.@example.org", false, false },
	{ "a..b@example.org", false, false }, { "\"a b\"@example.org", false, false },
	{ "a b@example.org", false, false }, { "a@b@example.org", false, false },
	{ "ada@*.example.org", false, false }, { "ada@[192.0.2.1]", false, false },
	{ "\xc3\xa4@example.org", false, false }, { "ada@Example.org", false, false },
};

static void
test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		size_t n = strlen(names[i].name);

		if (name_is_dns(names[i].name, n) != names[i].dns || name_is_mail(names[i].name, n) != names[i].mail)
			fail_msg("%s", names[i].name);
	}
	assert_false(name_is_dns("exam\0ple.org", 12));
	assert_false(name_is_mail("a\0b@example.org", 15));
}

static void
test_keys(void **state)
{
	static const unsigned char ed[] = { 0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0 };
	unsigned char spki[44] = {0};
	unsigned bits = 0;
	char name[24];

	(void)state;
	memcpy(spki, ed, sizeof(ed));
	assert_int_equal(key_kind_of(span_of(spki, sizeof(spki)), &bits), KEY_ED25519);
	key_kind_name(KEY_ED25519, bits, name);
	assert_string_equal(name, "Ed25519");
	assert_int_equal(key_bits_of(span_of(spki, sizeof(spki))).len, 32);
	assert_int_equal(key_kind_of(span_of(spki, sizeof(spki) - 1), NULL), 0);
	spki[8] = 0x71;		/* Ed448 */
	assert_int_equal(key_kind_of(span_of(spki, sizeof(spki)), NULL), 0);
	assert_null(profile_get(0));
	assert_null(profile_get(PROFILE_LAST));
	for (unsigned p = 1; p < PROFILE_LAST; p++)
		assert_non_null(profile_get(p)->slug);
	assert_int_equal(profile_use(profile_get(PROFILE_ROBOT_TLS), KEY_ED25519), 0);
	assert_int_equal(profile_use(profile_get(PROFILE_ROBOT_MAIL), KEY_P256), USE_SIGN | USE_AGREE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writes), cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_reads), cmocka_unit_test(test_times),
		cmocka_unit_test(test_names), cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
