/* tests/unit/fixture.h - a folder, two stores and a vault for one test case; all gone afterwards. */
#ifndef TESTS_UNIT_FIXTURE_H
#define TESTS_UNIT_FIXTURE_H
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>
#include <sodium.h>
#include "ledger/base/clock.h"
#include "privacy/vault/vault.h"

#define FIXTURE_NOW 1795340000

struct fixture {
	char		folder[64], keeper[96], keys[96], root[96], index[96];
	struct store	*store, *key_store;
	struct vault	*vault;
};

static inline void
fixture_file(const char *path, size_t n)
{
	unsigned char bytes[64];
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	randombytes_buf(bytes, n);
	assert_true(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
	close(fd);
}

/* A call that must succeed; says why when it does not. */
#define GOOD(call) do { struct err *ep_ = &e; e = (struct err){0}; if (!(call)) \
	fail_msg("%s: %s %s (why %u)", #call, err_kind_name(ep_->kind), ep_->text, ep_->why); } while (0)
/* A call that must be refused as this kind and why. */
#define REFUSED(call, k, w) do { e = (struct err){0}; assert_false(call); \
	if (e.kind != (k) || e.why != (uint32_t)(w)) fail_msg("%s: %s %s, why %u wanted %u", #call, \
	err_kind_name(e.kind), e.text, e.why, (unsigned)(w)); } while (0)

static inline void
fixture_stores(struct fixture *f, const struct store_spec *keeper, const struct store_spec *keys)
{
	struct err e = {0};

	assert_true(sodium_init() >= 0);
	clock_fix(FIXTURE_NOW);
	snprintf(f->folder, sizeof(f->folder), "/tmp/troth-test-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->keeper, sizeof(f->keeper), "%s/keeper.db", f->folder);
	snprintf(f->keys, sizeof(f->keys), "%s/keys.db", f->folder);
	snprintf(f->root, sizeof(f->root), "%s/root.key", f->folder);
	snprintf(f->index, sizeof(f->index), "%s/index.key", f->folder);
	fixture_file(f->root, 32);
	fixture_file(f->index, 32);
	GOOD(store_open(&f->store, keeper, f->keeper, &e));
	GOOD(store_open(&f->key_store, keys, f->keys, &e));
}

static inline void
fixture_vault(struct fixture *f)
{
	struct err e = {0};
	struct vault_paths p = { f->root, f->index, false };

	GOOD(vault_open(&f->vault, f->store, f->key_store, &p, FIXTURE_NOW, &e));
}

static inline void
fixture_drop(struct fixture *f)
{
	static const char *const ends[] = { "keeper.db", "keeper.db-wal", "keeper.db-shm", "keys.db",
	    "keys.db-wal", "keys.db-shm", "root.key", "index.key", "journal", "root.key.new" };

	vault_drop(&f->vault);
	store_drop(&f->store);
	store_drop(&f->key_store);
	for (size_t i = 0; i < COUNT(ends); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", f->folder, ends[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(f->folder), 0);
	clock_fix(0);
}
#endif
