/* A sealed value opens in its own place and nowhere else. */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
#include "privacy/vault/nonce.h"
#include "tests/unit/fixture.h"

static const struct seal_place here = { "sealed", 4, 11, 12, 3, 9 };

static void
seal_text(struct buf *box, const unsigned char key[SEAL_KEY], const char *text)
{
	struct err e = {0};

	GOOD(seal_close(box, key, &here, span_text(text), &e));
}

static void
opens_where_it_was_sealed(void **state)
{
	static const size_t lengths[] = { 0, 1, 31, 32, 33, 63, 64, 65, 1500, 70000 };
	unsigned char key[SEAL_KEY], *plain = malloc(70000);
	struct err e = {0};

	(void)state;
	randombytes_buf(key, sizeof(key));
	randombytes_buf(plain, 70000);
	for (size_t i = 0; i < COUNT(lengths); i++) {
		DROP(buf_wipe) struct buf box = {0}, back = {0};

		GOOD(seal_close(&box, key, &here, span_of(plain, lengths[i]), &e));
		assert_int_equal((box.len - SEAL_NONCE - SEAL_TAG) % SEAL_BLOCK, 0);
		GOOD(seal_open(&back, key, &here, span_buf(&box), &e));
		assert_int_equal(back.len, lengths[i]);
		if (lengths[i] > 0)
			assert_memory_equal(back.data, plain, lengths[i]);
	}
	free(plain);
}

static void
opens_nowhere_else(void **state)
{
	static const struct { const char *what; struct seal_place at; } rows[] = {
		{ "table", { "seale", 4, 11, 12, 3, 9 } },
		{ "field", { "sealed", 5, 11, 12, 3, 9 } },
		{ "subject", { "sealed", 4, 12, 12, 3, 9 } },
		{ "object", { "sealed", 4, 11, 11, 3, 9 } },
		{ "subject and object changed over", { "sealed", 4, 12, 11, 3, 9 } },
		{ "older version", { "sealed", 4, 11, 12, 2, 9 } },
		{ "key id", { "sealed", 4, 11, 12, 3, 8 } },
	};
	DROP(buf_wipe) struct buf box = {0}, back = {0};
	unsigned char key[SEAL_KEY], other[SEAL_KEY];
	struct err e;

	(void)state;
	randombytes_buf(key, sizeof(key));
	randombytes_buf(other, sizeof(other));
	seal_text(&box, key, "Ana");
	for (size_t i = 0; i < COUNT(rows); i++)
		REFUSED(seal_open(&back, key, &rows[i].at, span_buf(&box), &e), ERR_CRYPTO, 0);
	REFUSED(seal_open(&back, other, &here, span_buf(&box), &e), ERR_CRYPTO, 0);
	assert_int_equal(back.len, 0);
}

static void
every_bit_counts(void **state)
{
	DROP(buf_wipe) struct buf box = {0}, back = {0};
	unsigned char key[SEAL_KEY];
	struct err e;

	(void)state;
	randombytes_buf(key, sizeof(key));
	seal_text(&box, key, "Ana");
	for (size_t i = 0; i < box.len; i++) {
		box.data[i] = (char)(box.data[i] ^ 1);
		REFUSED(seal_open(&back, key, &here, span_buf(&box), &e), ERR_CRYPTO, 0);
		box.data[i] = (char)(box.data[i] ^ 1);
	}
	for (size_t n = 0; n < box.len; n++)
		REFUSED(seal_open(&back, key, &here, span_of(box.data, n), &e), ERR_CRYPTO, 0);
	GOOD(seal_open(&back, key, &here, span_buf(&box), &e));
	assert_string_equal(back.data, "Ana");
}

static void
says_nothing_twice(void **state)
{
	DROP(buf_wipe) struct buf a = {0}, b = {0}, c = {0};
	unsigned char key[SEAL_KEY];

	(void)state;
	randombytes_buf(key, sizeof(key));
	seal_text(&a, key, "DE");
	seal_text(&b, key, "DE");
	seal_text(&c, key, "stateless");
	assert_memory_not_equal(a.data, b.data, SEAL_NONCE);
	assert_memory_not_equal(a.data + SEAL_NONCE, b.data + SEAL_NONCE, SEAL_BLOCK);
	assert_int_equal(a.len, c.len);
}

static int
smaller(const void *a, const void *b)
{
	return memcmp(a, b, SEAL_NONCE);
}

/* Drawn by a process, by its child, and by threads beside each other: none comes twice. */
enum { EACH = 25, WHO = 4 };

static void *
draw(void *into)
{
	for (int i = 0; i < EACH; i++)
		nonce_draw((unsigned char *)into + i * SEAL_NONCE);
	return NULL;
}

static void
no_nonce_comes_twice(void **state)
{
	static unsigned char all[WHO][EACH][SEAL_NONCE];
	pthread_t thread;
	int way[2], how;
	pid_t pid;

	(void)state;
	draw(all[0]);
	assert_int_equal(pipe(way), 0);
	pid = fork();
	if (pid == 0) {
		draw(all[1]);
		_exit(write(way[1], all[1], sizeof(all[1])) == (ssize_t)sizeof(all[1]) ? 0 : 1);
	}
	assert_true(pid > 0);
	draw(all[2]);
	assert_int_equal(read(way[0], all[1], sizeof(all[1])), sizeof(all[1]));
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_int_equal(pthread_create(&thread, NULL, draw, all[3]), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	qsort(all, (size_t)WHO * EACH, SEAL_NONCE, smaller);
	for (size_t i = 1; i < (size_t)WHO * EACH; i++)
		assert_memory_not_equal(all[0][0] + (i - 1) * SEAL_NONCE, all[0][0] + i * SEAL_NONCE, SEAL_NONCE);
	close(way[0]);
	close(way[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_where_it_was_sealed),
		cmocka_unit_test(opens_nowhere_else),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(says_nothing_twice),
		cmocka_unit_test(no_nonce_comes_twice),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
