/* tests/unit/test_reply.c - portal/web/reply: the records as an outside reader takes them apart. */
#include <sys/socket.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "portal/web/reply.h"

static struct span
filled(unsigned char *at, size_t n, unsigned char first)
{
	for (size_t i = 0; i < n; i++)
		at[i] = (unsigned char)(first + i);
	return span_of(at, n);
}

struct reader { int fd; unsigned char *got; size_t n; };

static void *
read_all(void *self)
{
	struct reader *r = self;
	ssize_t did;

	while ((did = read(r->fd, r->got + r->n, 3000)) > 0)
		r->n += (size_t)did;
	return NULL;
}

static void
test_records(void **state)
{
	static const struct { size_t head, page; int id; } rows[] = {
		{ 1, 0, 1 }, { 7, 1, 255 }, { 3, 6, 256 }, { 300, 8239, 65535 }, { 64, 0, 7 }, { 528, 65000, 1 },
	};
	unsigned char *head = malloc(REPLY_MOST), *page = malloc(REPLY_MOST), *got = malloc(2 * REPLY_MOST);

	(void)state;
	assert_true(head != NULL && page != NULL && got != NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t len = rows[i].head + rows[i].page, padding = (8 - len % 8) % 8;
		unsigned char id[2] = { (unsigned char)(rows[i].id >> 8), (unsigned char)rows[i].id };
		struct span h = filled(head, rows[i].head, 1), p = filled(page, rows[i].page, 90);
		struct reader r = { .got = got };
		struct err e = {0};
		pthread_t t;
		int pair[2];
		const unsigned char stdout_head[8] = { 1, 6, id[0], id[1], (unsigned char)(len >> 8), (unsigned char)len, (unsigned char)padding, 0 };
		const unsigned char end[24] = { 1, 6, id[0], id[1], 0, 0, 0, 0, 1, 3, id[0], id[1], 0, 8, 0, 0 };

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
		r.fd = pair[1];
		assert_int_equal(pthread_create(&t, NULL, read_all, &r), 0);
		assert_true(reply_write(pair[0], rows[i].id, h, p, &e));
		close(pair[0]);
		pthread_join(t, NULL);
		close(pair[1]);
		assert_int_equal(r.n, 8 + len + padding + 24);
		assert_memory_equal(got, stdout_head, 8);
		assert_memory_equal(got + 8, head, rows[i].head);
		assert_memory_equal(got + 8 + rows[i].head, page, rows[i].page);
		for (size_t z = 0; z < padding; z++)
			assert_int_equal(got[8 + len + z], 0);
		assert_memory_equal(got + 8 + len + padding, end, 24);
	}
	free(head);
	free(page);
	free(got);
}

struct sent { int fd; struct span piece; bool good; };

static void *
send_all(void *self)
{
	struct sent *s = self;
	struct err e = {0};

	s->good = reply_piece(s->fd, 258, s->piece, &e) && reply_end(s->fd, 258, &e);
	shutdown(s->fd, SHUT_WR);
	return NULL;
}

/* A long answer in records of the largest size, the last one shorter; its end by itself. */
static void
test_pieces(void **state)
{
	static const size_t rows[] = { 0, 1, 8, REPLY_MOST, REPLY_MOST + 1, 2 * REPLY_MOST + 13 };
	static const unsigned char end[24] = { 1, 6, 1, 2, 0, 0, 0, 0, 1, 3, 1, 2, 0, 8, 0, 0 };
	unsigned char *page = malloc(3 * REPLY_MOST), *got = malloc(4 * REPLY_MOST);

	(void)state;
	assert_true(page != NULL && got != NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct sent s = { .piece = filled(page, rows[i], 3) };
		struct reader r = { .got = got };
		size_t at = 0, seen = 0;
		pthread_t t;
		int pair[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
		s.fd = pair[0];
		r.fd = pair[1];
		assert_int_equal(pthread_create(&t, NULL, send_all, &s), 0);
		(void)read_all(&r);
		pthread_join(t, NULL);
		assert_true(s.good);
		for (; seen < rows[i]; at += 8) {
			size_t len = (size_t)got[at + 4] << 8 | got[at + 5];

			assert_memory_equal(got + at, ((unsigned char[4]){ 1, 6, 1, 2 }), 4);
			assert_true(len > 0 && len <= rows[i] - seen && (len == REPLY_MOST || len == rows[i] - seen));
			assert_memory_equal(got + at + 8, page + seen, len);
			assert_int_equal((len + got[at + 6]) % 8, 0);
			seen += len;
			at += len + got[at + 6];
		}
		assert_int_equal(r.n, at + sizeof(end));
		assert_memory_equal(got + at, end, sizeof(end));
		close(pair[0]);
		close(pair[1]);
	}
	free(page);
	free(got);
}

static void
test_refused(void **state)
{
	static const unsigned char byte[1] = { 0 };
	static const struct { size_t head, page; int id; enum err_kind kind; } rows[] = {
		{ 0, 0, 1, ERR_INPUT }, { REPLY_MOST, 1, 1, ERR_INPUT }, { 1, REPLY_MOST, 1, ERR_INPUT },
		{ SIZE_MAX, 8, 1, ERR_INPUT }, { 8, SIZE_MAX, 1, ERR_INPUT }, { 1, 0, 0, ERR_INPUT }, { 1, 0, 65536, ERR_INPUT },
		{ 1, 0, 1, ERR_IO },	/* nobody at the other end */
	};

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct err e = {0};
		int pair[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
		close(pair[1]);
		assert_false(reply_write(pair[0], rows[i].id, span_of(byte, rows[i].head), span_of(byte, rows[i].page), &e));
		assert_int_equal(e.kind, rows[i].kind);
		if (rows[i].kind == ERR_IO || rows[i].id < 1 || rows[i].id > 65535) {
			assert_false(reply_piece(pair[0], rows[i].id, span_of(byte, 1), &e));
			assert_false(reply_end(pair[0], rows[i].id, &e));
			assert_int_equal(e.kind, rows[i].kind);
		}
		close(pair[0]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
