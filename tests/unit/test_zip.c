/* tests/unit/test_zip.c - a ZIP written piece by piece is one that others read; see tests/flow/take.mjs for what they say. */
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
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
}

/* ---- beyond four bytes ---- */

#define BEYOND	(INT64_C(5) << 30)

static uint64_t
le8(const struct buf *b, size_t at)
{
	return (uint64_t)le(b, at + 4, 4) << 32 | le(b, at, 4);
}

/* Exit status of a program that looks at the file. */
static int
judge(const char *const *argv)
{
	int status = -1;
	pid_t pid;

	assert_int_equal(posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* What comes behind 5 GiB: they are a hole in the file, and others find their way across it. */
static void
far_away(void **state)
{
	static const char python[] = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); "
	    "sys.exit(z.testzip() is not None or z.read('far.txt') != b'words' or z.read('more.txt') != b'')";
	char path[] = "/tmp/troth-zip-XXXXXX";
	DROP(buf_wipe) struct buf out = {0};
	struct zip z = { .size = BEYOND, .time = AT };
	int fd = mkstemp(path);
	struct err e = {0};

	(void)state;
	assert_true(zip_file_begin(&z, "far.txt", &out, &e) && zip_add(&z, span_text("words"), &out, &e));
	through(&z);
	assert_true(zip_file_end(&z, &out, &e) && zip_file_begin(&z, "more.txt", &out, &e) && zip_file_end(&z, &out, &e));
	assert_true(zip_end(&z, &out, &e));
	assert_int_equal(pwrite(fd, out.data, out.len, BEYOND), out.len);
	close(fd);
	assert_int_equal(judge((const char *const[]){ "unzip", "-tqq", path, NULL }), 0);
	assert_int_equal(judge((const char *const[]){ "/usr/bin/python3", "-c", python, path, NULL }), 0);
	(void)unlink(path);
}

/* A file of more than 4 GiB: its lengths stand in eight bytes, behind it and in the directory; a small one's in four. */
static void
a_long_file(void **state)
{
	DROP(buf_wipe) struct buf out = {0};
	struct zip z = { .time = AT };
	size_t local, central, end;
	struct err e = {0};

	(void)state;
	assert_true(zip_file_begin(&z, "x", &out, &e) && zip_file_end(&z, &out, &e) && zip_file_begin(&z, "y", &out, &e));
	local = out.len;
	z.file[1].plain = BEYOND;			/* as if so much had been added, that became this much */
	z.file[1].packed = 1000;
	assert_true(zip_file_end(&z, &out, &e));
	assert_int_equal(out.len - local, 2 + 24);
	assert_int_equal(le8(&out, local + 2 + 8), 1002);
	assert_int_equal(le8(&out, local + 2 + 16), BEYOND);
	central = out.len + 47;			/* the first has no extra field */
	assert_true(zip_end(&z, &out, &e));
	assert_int_equal(le(&out, central, 4), 0x02014b50);
	assert_int_equal(le(&out, central + 6, 2), 45);
	assert_int_equal(le(&out, central + 20, 4), 0xffffffff);
	assert_int_equal(le(&out, central + 24, 4), 0xffffffff);
	assert_int_equal(le(&out, central + 30, 2), 28);
	assert_int_equal(le(&out, central + 47, 2), 1);
	assert_int_equal(le8(&out, central + 51), BEYOND);
	assert_int_equal(le8(&out, central + 59), 1002);
	end = central + 47 + 28;
	assert_int_equal(le(&out, end, 4), 0x06054b50);	/* the directory itself is near */
	assert_int_equal(out.len, end + 22);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_one_zip), cmocka_unit_test(large_and_random),
		cmocka_unit_test(same_input_same_bytes), cmocka_unit_test(what_is_refused),
		cmocka_unit_test(far_away), cmocka_unit_test(a_long_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
