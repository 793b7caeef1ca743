/* A backup's keys in one sealed file: whole it opens by its own key alone; cut, changed or dated anew it does not. */
#include <sodium.h>
#include "privacy/vault/keyset.h"
#include "tests/unit/place.h"

struct made { char set[128], big[128], small[128], out[128]; unsigned char secret[KEYSET_KEY]; struct keyset_head head; };

static void
file_make(const char *path, size_t n)
{
	static unsigned char bytes[300000];
	FILE *f = fopen(path, "wb");

	randombytes_buf(bytes, n);
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
}

static void
same(const char *a, const char *b)
{
	static unsigned char x[300000], y[300000];
	FILE *f = fopen(a, "rb"), *g = fopen(b, "rb");
	size_t n, m;

	assert_non_null(f);
	assert_non_null(g);
	n = fread(x, 1, sizeof(x), f);
	m = fread(y, 1, sizeof(y), g);
	fclose(f);
	fclose(g);
	assert_int_equal(n, m);
	assert_memory_equal(x, y, n);
}

static void
make(const struct place *p, struct made *m)
{
	DROP(keyset_drop) struct keyset *k = NULL;
	bool more = true;
	int steps = 0;
	struct err e = {0};

	snprintf(m->set, sizeof(m->set), "%s/set", p->dir);
	snprintf(m->big, sizeof(m->big), "%s/big", p->dir);
	snprintf(m->small, sizeof(m->small), "%s/small", p->dir);
	snprintf(m->out, sizeof(m->out), "%s/out", p->dir);
	assert_int_equal(mkdir(m->out, 0700), 0);
	file_make(m->big, 250000);
	file_make(m->small, 32);
	randombytes_buf(m->secret, sizeof(m->secret));
	m->head = (struct keyset_head){ .id = { 1, 2, 3 }, .made_at = 1795000000, .need = 3, .of = 5 };
	assert_int_equal(crypto_scalarmult_base(m->head.key, m->secret), 0);
	GOOD(keyset_create(&k, m->set, &m->head, &e));
	GOOD(keyset_add(k, "root.key", m->small, &e));
	GOOD(keyset_add(k, "keys.db", m->big, &e));
	for (; more; steps++)
		GOOD(keyset_step(k, 100000, &more, &e));
	assert_true(steps > 1);
}

static void
whole(void **state)
{
	struct keyset_head h;
	struct made m;
	char path[256];
	struct stat s;
	struct err e = {0};

	make(*state, &m);
	GOOD(keyset_look(&h, m.set, &e));
	assert_memory_equal(h.id, m.head.id, sizeof(h.id));
	assert_int_equal(h.made_at, m.head.made_at);
	assert_int_equal(h.need, 3);
	GOOD(keyset_extract(m.set, m.secret, m.out, &e));
	snprintf(path, sizeof(path), "%s/root.key", m.out);
	same(path, m.small);
	assert_int_equal(stat(path, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0600);
	snprintf(path, sizeof(path), "%s/keys.db", m.out);
	same(path, m.big);
	/* Nothing that is there is replaced. */
	BAD(keyset_extract(m.set, m.secret, m.out, &e), ERR_CONFLICT);
}

static void
by_another_key(void **state)
{
	struct made m;
	struct err e = {0};

	make(*state, &m);
	m.secret[5] ^= 1;
	BAD(keyset_extract(m.set, m.secret, m.out, &e), ERR_DENIED);
}

static void
cut_anywhere(void **state)
{
	static unsigned char all[300000];
	struct made m;
	struct err e = {0};
	size_t n;
	FILE *f;

	make(*state, &m);
	f = fopen(m.set, "rb");
	n = fread(all, 1, sizeof(all), f);
	fclose(f);
	for (size_t at = 0; at < n; at = at < 400 ? at + 1 : at + 9973) {
		char path[256];

		assert_int_equal(truncate(m.set, (off_t)at), 0);
		assert_false(keyset_extract(m.set, m.secret, m.out, &e));
		assert_true(e.kind == ERR_INPUT || e.kind == ERR_CRYPTO);
		snprintf(path, sizeof(path), "%s/root.key", m.out);
		unlink(path);
		snprintf(path, sizeof(path), "%s/keys.db", m.out);
		unlink(path);
		f = fopen(m.set, "wb");
		assert_int_equal(fwrite(all, 1, n, f), n);
		fclose(f);
	}
}

/* Its date and its shares stand in front, readable, and still cannot be changed. */
static void
changed_anywhere(void **state)
{
	struct made m;
	struct stat s;
	struct err e = {0};

	make(*state, &m);
	assert_int_equal(stat(m.set, &s), 0);
	for (off_t at = 0; at < s.st_size; at = at < 300 ? at + 1 : at + 7919) {
		int fd = open(m.set, O_RDWR);
		char path[256];
		unsigned char byte;

		assert_int_equal(pread(fd, &byte, 1, at), 1);
		byte ^= 4;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		assert_false(keyset_extract(m.set, m.secret, m.out, &e));
		byte ^= 4;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		close(fd);
		snprintf(path, sizeof(path), "%s/root.key", m.out);
		unlink(path);
		snprintf(path, sizeof(path), "%s/keys.db", m.out);
		unlink(path);
	}
	GOOD(keyset_extract(m.set, m.secret, m.out, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { CASE(whole), CASE(by_another_key), CASE(cut_anywhere), CASE(changed_anywhere) };

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
