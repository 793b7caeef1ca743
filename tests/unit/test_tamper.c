/*
 * tests/unit/test_tamper.c - single bytes of a site's files, changed at random.
 *
 *	test_tamper [COUNT [SEED]]
 *
 * After each change the verifier must refuse, unless what every table says is
 * still the same (free space, counters in the file's header, and the unpublished
 * time beside a leaf, which only guards the clock).  It must never
 * crash, and a changed journal byte is always found.
 */
#include <sqlite3.h>
#include "tests/unit/place.h"
#include "tests/unit/site.h"
#include "ledger/verify.h"

static int64_t count = 300;
static uint64_t seed = 20261122;

static uint64_t
draw(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	return seed ^= seed << 17;
}

/* A digest of every row of every table; false when SQLite itself gives up. */
static bool
content_of(const char *path, unsigned char sum[DIGEST_BYTES])
{
	static const char *const texts[] = {
		"SELECT number, entry FROM leaf ORDER BY number", "SELECT * FROM detail ORDER BY number",
		"SELECT * FROM node ORDER BY level, place", "SELECT * FROM checkpoint ORDER BY size",
		"SELECT * FROM duty ORDER BY number", "SELECT type, name, sql FROM sqlite_schema",
	};
	DROP(buf_wipe) struct buf all = {0};
	sqlite3 *db = NULL;
	bool good = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK;

	for (size_t i = 0; good && i < COUNT(texts); i++) {
		sqlite3_stmt *stmt = NULL;
		int rc = sqlite3_prepare_v2(db, texts[i], -1, &stmt, NULL);

		while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
			for (int c = 0; c < sqlite3_column_count(stmt); c++) {
				const void *p = sqlite3_column_blob(stmt, c);
				int n = sqlite3_column_bytes(stmt, c);

				buf_fmt(&all, "%d:%d:", sqlite3_column_type(stmt, c), n);
				buf_add(&all, p, (size_t)n);
			}
			rc = SQLITE_OK;
		}
		good = rc == SQLITE_DONE;
		sqlite3_finalize(stmt);
	}
	sqlite3_close(db);
	digest(sum, all.data == NULL ? "" : all.data, all.len);
	return good && !all.failed;
}

static void
random_bytes(void **state)
{
	static const char *const files[] = { "keeper/keeper.db", "keeper/keeper.db",
		"keeper/keeper.db", "keeper/journal", "signer/journal" };
	struct place *p = *state;
	unsigned char before[DIGEST_BYTES], after[DIGEST_BYTES];
	int64_t found = 0, same = 0;
	char db[160];
	struct err e = {0};

	GOOD(site_build(p->dir, 300, 10, &e));
	snprintf(db, sizeof(db), "%s/keeper/keeper.db", p->dir);
	assert_true(content_of(db, before));
	for (int64_t n = 0; n < count; n++) {
		const char *file = files[draw() % COUNT(files)];
		unsigned char was, byte;
		struct verify_report r;
		struct stat s;
		char path[160];
		off_t at;
		bool good;
		int fd;

		snprintf(path, sizeof(path), "%s/%s", p->dir, file);
		fd = open(path, O_RDWR);
		assert_true(fd >= 0 && fstat(fd, &s) == 0);
		at = (off_t)(draw() % (uint64_t)s.st_size);
		assert_int_equal(pread(fd, &was, 1, at), 1);
		byte = (unsigned char)(was ^ (1 + draw() % 255));
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		e = (struct err){0};
		good = verify_site(&r, p->dir, NULL, NULL, &e);
		if (good && (strcmp(file, "keeper/keeper.db") != 0 || !content_of(db, after) ||
		    memcmp(before, after, sizeof(before)) != 0))
			fail_msg("%s: byte %lld from %02x to %02x went unseen", file, (long long)at,
			    was, byte);
		if (!good && e.kind == ERR_NONE)
			fail_msg("%s: byte %lld: refused without a reason", file, (long long)at);
		found += !good;
		same += good;
		assert_int_equal(pwrite(fd, &was, 1, at), 1);
		close(fd);
	}
	GOOD(verify_site(&(struct verify_report){0}, p->dir, NULL, NULL, &e));
	print_message("%lld changes found, %lld meant nothing\n", (long long)found, (long long)same);
	assert_true(count == 0 || found > 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest cases[] = { CASE(random_bytes) };

	if (argc > 1)
		count = strtoll(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoull(argv[2], NULL, 10) | 1;
	return cmocka_run_group_tests(cases, NULL, NULL);
}
