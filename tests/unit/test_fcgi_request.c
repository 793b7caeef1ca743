/* tests/unit/test_fcgi_request.c - portal/web/fcgi_request: records as the specification writes them, cut anywhere. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "portal/web/fcgi_request.h"

#define BODY_MOST	20u

enum { BEGIN = 1, ABORT = 2, PARAMS = 4, STDIN = 5, VALUES = 9 };

static void
record(struct buf *b, int type, int id, const void *content, size_t n, size_t padding)
{
	static const unsigned char zeros[255];
	unsigned char head[8] = { 1, (unsigned char)type, (unsigned char)(id >> 8), (unsigned char)id,
	    (unsigned char)(n >> 8), (unsigned char)n, (unsigned char)padding, 0 };

	buf_add(b, head, sizeof(head));
	buf_add(b, content, n);
	buf_add(b, zeros, padding);
}

static void
begin(struct buf *b, int role, int flags, int id)
{
	record(b, BEGIN, id, (unsigned char[8]){ 0, (unsigned char)role, (unsigned char)flags }, 8, 0);
}

static void
length(struct buf *b, size_t n)
{
	if (n < 128)
		pack_u8(b, (unsigned)n);
	else
		pack_u32(b, 0x80000000u | (uint32_t)n);
}

static void
pair(struct buf *b, const char *name, const char *value)
{
	length(b, strlen(name));
	length(b, strlen(value));
	buf_text(b, name);
	buf_text(b, value);
}

/* The pairs in records of at most `cut` bytes, and the body. */
static void
whole(struct buf *b, const struct buf *pairs, const char *body, size_t cut, int id)
{
	for (size_t at = 0; at < pairs->len; at += cut)
		record(b, PARAMS, id, pairs->data + at, pairs->len - at < cut ? pairs->len - at : cut, at % 7);
	record(b, PARAMS, id, "", 0, 3);
	if (body[0] != '\0')
		record(b, STDIN, id, body, strlen(body), 1);
	record(b, STDIN, id, "", 0, 0);
}

static bool
take(struct fcgi_request *r, const struct buf *b, size_t piece, struct err *e)
{
	r->body_most = BODY_MOST;
	for (size_t at = 0; at < b->len; at += piece)
		TRY(fcgi_request_take(r, span_of(b->data + at, b->len - at < piece ? b->len - at : piece), e));
	return true;
}

static void
test_whole(void **state)
{
	static const struct { int id, flags; const char *body, *said; size_t cut, piece; bool too_large; } rows[] = {
		{ 1, 1, "", "", 65535, 65535, false }, { 1, 1, "", "0", 1, 1, false }, { 65535, 0, "a=b", "3", 9, 5, false },
		{ 256, 1, "12345678901234567890", "20", 400, 7, false }, { 7, 1, "123456789012345678901", "21", 30, 1000, true },
		{ 7, 1, "123456789012345678901", "21", 30, 1, true },
	};
	char cert[301];

	(void)state;
	memset(cert, 'c', 300);
	cert[300] = '\0';
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		DROP(buf_wipe) struct buf b = {0}, pairs = {0};
		struct fcgi_request r = {0};
		struct err e = {0};

		pair(&pairs, "REQUEST_METHOD", "POST");
		pair(&pairs, "UNKNOWN", "passed by");
		pair(&pairs, "REQUEST_URI", "/~x/data?y");
		pair(&pairs, "BROWSER", "");
		pair(&pairs, "CLIENT_CERT", cert);
		pair(&pairs, "CONTENT_LENGTH", rows[i].said);
		begin(&b, 1, rows[i].flags, rows[i].id);
		whole(&b, &pairs, rows[i].body, rows[i].cut, rows[i].id);
		/* The same request object serves again and again. */
		for (int turn = 0; turn < 2; turn++) {
			assert_true(take(&r, &b, rows[i].piece, &e));
			assert_int_equal(r.part, FCGI_WHOLE);
			assert_int_equal(r.id, rows[i].id);
			assert_int_equal(r.keep, rows[i].flags == 1);
			assert_int_equal(r.too_large, rows[i].too_large);
			assert_string_equal(r.param[FCGI_METHOD], "POST");
			assert_string_equal(r.param[FCGI_URI], "/~x/data?y");
			assert_string_equal(r.param[FCGI_BROWSER], "");
			assert_string_equal(r.param[FCGI_CLIENT_CERT], cert);
			assert_null(r.param[FCGI_CONTENT_TYPE]);
			assert_int_equal(r.body.len, rows[i].too_large ? 0 : strlen(rows[i].body));
			if (r.body.len > 0)
				assert_memory_equal(r.body.data, rows[i].body, r.body.len);
			fcgi_request_next(&r);
			assert_int_equal(r.params.len + r.body.len, 0);
			assert_null(r.param[FCGI_URI]);
		}
		fcgi_request_wipe(&r);
	}
}

/* Each row is what follows a good beginning (or is one itself), byte by byte. */
static void
test_refused(void **state)
{
	static const struct { const char *what; const char *bytes; size_t n; } rows[] = {
#define ROW(what, bytes)	{ what, bytes, sizeof(bytes) - 1 }
		ROW("another version", "\2\4\0\1\0\0\0\0"),
		ROW("another request between", "\1\1\0\2\0\10\0\0\0\1\1\0\0\0\0\0"),
		ROW("parameters of another request", "\1\4\0\2\0\0\0\0"),
		ROW("a body before the parameters end", "\1\5\0\1\0\1\0\0x"),
		ROW("an abort", "\1\2\0\1\0\0\0\0"),
		ROW("a question for values", "\1\11\0\0\0\0\0\0"),
		ROW("data", "\1\10\0\1\0\0\0\0"),
		ROW("a name longer than the record", "\1\4\0\1\0\4\0\0\11\0ab\1\4\0\1\0\0\0\0"),
		ROW("a value longer than the record", "\1\4\0\1\0\4\0\0\1\2ab\1\4\0\1\0\0\0\0"),
		ROW("lengths that wrap", "\1\4\0\1\0\12\0\0\377\377\377\377\377\377\377\377ab\1\4\0\1\0\0\0\0"),
		ROW("half a length", "\1\4\0\1\0\2\0\0\377\0\1\4\0\1\0\0\0\0"),
		ROW("a NUL in a value", "\1\4\0\1\0\4\0\0\1\1a\0\1\4\0\1\0\0\0\0"),
		ROW("a NUL in a name", "\1\4\0\1\0\4\0\0\1\1\0a\1\4\0\1\0\0\0\0"),
		ROW("more body than was said", "\1\4\0\1\0\0\0\0\1\5\0\1\0\1\0\0x\1\5\0\1\0\0\0\0"),
		ROW("bytes behind the whole", "\1\4\0\1\0\0\0\0\1\5\0\1\0\0\0\0\1"),
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		DROP(buf_wipe) struct buf b = {0};
		struct fcgi_request r = {0};
		struct err e = {0};

		begin(&b, 1, 1, 1);
		buf_add(&b, rows[i].bytes, rows[i].n);
		if (take(&r, &b, 1, &e))
			fail_msg("%s was taken", rows[i].what);
		assert_int_equal(e.kind, ERR_INPUT);
		fcgi_request_wipe(&r);
	}
}

static void
test_beginnings(void **state)
{
	static const struct { int role, id; size_t n; } rows[] = { { 2, 1, 8 }, { 3, 1, 8 }, { 1, 0, 8 }, { 1, 1, 7 }, { 1, 1, 9 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		DROP(buf_wipe) struct buf b = {0};
		struct fcgi_request r = {0};
		struct err e = {0};

		record(&b, BEGIN, rows[i].id, (unsigned char[16]){ 0, (unsigned char)rows[i].role, 1 }, rows[i].n, 0);
		assert_false(take(&r, &b, 3, &e));
		assert_int_equal(e.kind, ERR_INPUT);
	}
}

/* As many parameters as fit, and one byte more. */
static void
test_most(void **state)
{
	(void)state;
	for (size_t more = 0; more < 2; more++) {
		DROP(buf_wipe) struct buf b = {0}, pairs = {0}, value = {0};
		struct fcgi_request r = {0};
		struct err e = {0};

		while (value.len < FCGI_PARAMS_MOST - 4 - 1 - 11 + more)
			buf_add(&value, "v", 1);
		pair(&pairs, "REQUEST_URI", value.data);
		assert_int_equal(pairs.len, FCGI_PARAMS_MOST + more);
		begin(&b, 1, 1, 1);
		whole(&b, &pairs, "", 60000, 1);
		assert_int_equal(take(&r, &b, 65536, &e), more == 0);
		if (more == 0)
			assert_string_equal(r.param[FCGI_URI], value.data);
		fcgi_request_wipe(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_beginnings),
		cmocka_unit_test(test_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
