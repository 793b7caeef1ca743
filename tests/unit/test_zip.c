/* tests/unit/test_zip.c - a ZIP written piece by piece is one that others read; see tests/flow/take.mjs for what they say. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include <zlib.h>
#include "privacy/rights/zip.h"

#define AT	INT64_C(1795000001)

/* What is known between two pieces goes through its packed form each time, as it does in the store. */
static void
through(struct zip *z)
{
	DROP(buf_wipe) struct buf b = {0};
	struct err e = {0};
	struct span s;

	zip_pack(z, &b);
	s = span_buf(&b);
	memset(z, 0x55, sizeof(*z));
	assert_true(zip_unpack(z, &s, &e));
	assert_true(unpack_end(&s, "zip", &e));
}

static uint32_t
le(const struct buf *b, size_t at, size_t n)
{
	uint32_t v = 0;

	assert_true(at + n <= b->len);
	while (n-- > 0)
		v = v << 8 | (unsigned char)b->data[at + n];
	return v;
}

/* Its bytes, found by way of the directory alone. */
static void
member(const struct buf *zip, size_t which, const char *name, struct buf *plain)
{
	size_t end = zip->len - 22, at, local, size;
	z_stream s = {0};

	assert_int_equal(le(zip, end, 4), 0x06054b50);
	assert_true(which < le(zip, end + 10, 2));
	assert_int_equal(le(zip, end + 16, 4) + le(zip, end + 12, 4), end);
	for (at = le(zip, end + 16, 4); which > 0; which--)
		at += 46 + le(zip, at + 28, 2);
	assert_int_equal(le(zip, at, 4), 0x02014b50);
	assert_int_equal(le(zip, at + 28, 2), strlen(name));
	assert_memory_equal(zip->data + at + 46, name, strlen(name));
	local = le(zip, at + 42, 4);
	assert_int_equal(le(zip, local, 4), 0x04034b50);
	size = le(zip, at + 24, 4);
	buf_room(plain, size + 1);
	assert_true(plain->cap > size);
	assert_int_equal(inflateInit2(&s, -MAX_WBITS), Z_OK);
	s.next_in = (Bytef *)zip->data + local + 30 + strlen(name);
	s.avail_in = le(zip, at + 20, 4);
	s.next_out = (Bytef *)plain->data;
	s.avail_out = (uInt)size + 1;
	assert_int_equal(inflate(&s, Z_FINISH), Z_STREAM_END);
	assert_int_equal(s.avail_in, 0);
	assert_int_equal(s.total_out, size);
	(void)inflateEnd(&s);
	plain->len = size;
	assert_int_equal(crc32(0, (Bytef *)plain->data, (uInt)size), le(zip, at + 16, 4));
	/* the descriptor behind the bytes says the same */
	at = local + 30 + strlen(name) + le(zip, at + 20, 4);
	assert_int_equal(le(zip, at, 4), 0x08074b50);
	assert_int_equal(le(zip, at + 12, 4), size);
}

static void
pieces_are_one_zip(void **state)
{
	DROP(buf_wipe) struct buf out = {0}, want = {0}, first = {0}, second = {0};
	struct zip z = { .time = AT };
	struct err e = {0};

	(void)state;
	assert_true(zip_file_begin(&z, "a/first.txt", &out, &e));
	for (int i = 0; i < 500; i++) {
		char text[64];
		int n = snprintf(text, sizeof(text), "line %d, line %d\n", i, i * i);

		through(&z);
		buf_add(&want, text, (size_t)n);
		assert_true(zip_add(&z, span_of(text, (size_t)n), &out, &e));
	}
	assert_true(zip_file_end(&z, &out, &e));
	through(&z);
	assert_true(zip_file_begin(&z, "empty", &out, &e));
	assert_true(zip_add(&z, span_of("", 0), &out, &e));
	through(&z);
	assert_true(zip_file_end(&z, &out, &e));
	assert_true(zip_end(&z, &out, &e));
	assert_int_equal(z.size, out.len);
	member(&out, 0, "a/first.txt", &first);
	assert_int_equal(first.len, want.len);
	assert_memory_equal(first.data, want.data, want.len);
	member(&out, 1, "empty", &second);
	assert_int_equal(second.len, 0);
}

/* More than zlib's window and its own buffer, of a kind that does not shrink. */
static void
large_and_random(void **state)
{
	enum { SIZE = 300000 };
	DROP(buf_wipe) struct buf out = {0}, got = {0};
	static unsigned char bytes[SIZE];
	struct zip z = { .time = AT };
	struct err e = {0};
	uint32_t seed = 1;

	(void)state;
	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (unsigned char)((seed = seed * 1664525u + 1013904223u) >> 24);
	assert_true(zip_file_begin(&z, "x", &out, &e));
	assert_true(zip_add(&z, span_of(bytes, SIZE), &out, &e));
	assert_true(zip_add(&z, span_of(bytes, SIZE), &out, &e));
	assert_true(zip_file_end(&z, &out, &e) && zip_end(&z, &out, &e));
	member(&out, 0, "x", &got);
	assert_int_equal(got.len, 2 * SIZE);
	assert_memory_equal(got.data, bytes, SIZE);
	assert_memory_equal(got.data + SIZE, bytes, SIZE);
}

static void
same_input_same_bytes(void **state)
{
	struct buf out[2] = {{0}};
	struct err e = {0};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct zip z = { .time = AT };

		assert_true(zip_file_begin(&z, "x", &out[i], &e));
		assert_true(zip_add(&z, span_text("the same again and again and again"), &out[i], &e));
		assert_true(zip_file_end(&z, &out[i], &e) && zip_end(&z, &out[i], &e));
	}
	assert_int_equal(out[0].len, out[1].len);
	assert_memory_equal(out[0].data, out[1].data, out[0].len);
	buf_wipe(&out[0]);
	buf_wipe(&out[1]);
}

static void
what_is_refused(void **state)
{
	static const char *const names[] = { "", "/x", "a/../x", "ä", "a b", "A", "c:x",
	    "a23456789012345678901234567890123456789012345678901234567890123x" };
	DROP(buf_wipe) struct buf out = {0}, packed = {0};
	struct zip z = { .time = AT };
	struct err e = {0};
	struct span s;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		assert_false(zip_file_begin(&z, names[i], &out, &e));
		assert_int_equal(e.kind, ERR_INPUT);
	}
	assert_false(zip_add(&z, span_text("x"), &out, &e));
	assert_false(zip_file_end(&z, &out, &e));
	for (int i = 0; i < ZIP_FILES; i++)
		assert_true(zip_file_begin(&z, "x", &out, &e) && (i == ZIP_FILES - 1 || zip_file_end(&z, &out, &e)));
	assert_false(zip_end(&z, &out, &e));
	assert_true(zip_file_end(&z, &out, &e));
	assert_false(zip_file_begin(&z, "x", &out, &e));
	zip_pack(&z, &packed);
	for (size_t cut = 0; cut < packed.len; cut++) {
		s = span_of(packed.data, cut);
		assert_false(zip_unpack(&z, &s, &e));
	}
	z = (struct zip){ .size = INT64_C(0xfffffff0), .time = AT };
	assert_false(zip_file_begin(&z, "x", &out, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_one_zip), cmocka_unit_test(large_and_random),
		cmocka_unit_test(same_input_same_bytes), cmocka_unit_test(what_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
