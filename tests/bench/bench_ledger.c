/*
 * tests/bench/bench_ledger.c - what the ledger costs beside its bare parts.
 *
 *	bench_ledger [DIR [ENTRIES]]
 *
 * DIR is an empty folder on the disk to measure (commit figures hang on its
 * fdatasync time); without it one is made here and removed.  Rows:
 *
 *	append		entries a second through chain_append, store_commit and
 *			chain_committed, against two bare SQLite inserts of the same
 *			bytes with the same durability: into one table with an
 *			integer key, and into the same tables
 *	verify		the leaf pass (chain, nodes, journal, checkpoints) of ENTRIES
 *			entries, one thread, against OpenSSL's SHA-256 over the same
 *			leaf and node bytes
 *
 * Bare and whole take turns, so that a noisy machine hits both; the better of
 * the turns counts.
 */
#include <ftw.h>
#include <openssl/evp.h>
#include <sqlite3.h>
#include <time.h>
#include "tests/unit/site.h"
#include "ledger/verify.h"

#define TURNS	3
#define ONES	3000		/* entries one a commit */
#define MANY	131072		/* entries by 256 */

static void __attribute__((noreturn))
die(const char *what, const struct err *e)
{
	fprintf(stderr, "bench_ledger: %s: %s\n", what, e == NULL ? "failed" : e->text);
	exit(1);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
bench_disk(const char *dir)
{
	static double took[1000];
	char path[200], block[4096] = {0};
	int fd;

	snprintf(path, sizeof(path), "%s/fdatasync", dir);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		die(path, NULL);
	for (size_t i = 0; i < COUNT(took); i++) {
		double start = now();

		if (pwrite(fd, block, sizeof(block), (off_t)(i * sizeof(block))) < 0 ||
		    fdatasync(fd) != 0)
			die("fdatasync", NULL);
		took[i] = now() - start;
	}
	close(fd);
	unlink(path);
	qsort(took, COUNT(took), sizeof(took[0]), by_size);
	printf("disk: fdatasync of 4 KiB p50 %.0f us, p99 %.0f us\n", took[COUNT(took) / 2] * 1e6,
	    took[COUNT(took) * 99 / 100] * 1e6);
}

/* The bytes of an entry as site_append makes them: leaf, four hashes or two, ciphertexts. */
static size_t
bytes_of(int64_t n)
{
	return LEAF_BYTES + 2 * LEAF_HASH + 180 +
	    (n % 3 == 0 ? 2 * LEAF_HASH + 90 : 0);
}

static sqlite3 *
bare_open(const char *path, const char *schema)
{
	sqlite3 *db = NULL;

	if (sqlite3_open(path, &db) != SQLITE_OK || sqlite3_exec(db, "PRAGMA journal_mode=WAL;"
	    "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA cache_size=-400",
	    NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_exec(db, schema, NULL, NULL, NULL) != SQLITE_OK)
		die(path, NULL);
	return db;
}

static sqlite3_stmt *
bare_prepare(sqlite3 *db, const char *text)
{
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(db, text, -1, &stmt, NULL) != SQLITE_OK)
		die(text, NULL);
	return stmt;
}

static void
bare_step(sqlite3_stmt *stmt)
{
	if (sqlite3_step(stmt) != SQLITE_DONE || sqlite3_reset(stmt) != SQLITE_OK)
		die(sqlite3_sql(stmt), NULL);
}

static unsigned char bare_bytes[512];

static void
bind_bytes(sqlite3_stmt *stmt, int at, size_t n)
{
	sqlite3_bind_blob(stmt, at, bare_bytes, (int)n, SQLITE_STATIC);
}

/* One row of all the bytes in one table. */
static void
bare_row(sqlite3_stmt *const add[2], int64_t n)
{
	sqlite3_bind_int64(add[0], 1, n);
	bind_bytes(add[0], 2, bytes_of(n));
	bare_step(add[0]);
}

/* A leaf and a detail as the chain's schema has them. */
static void
bare_pair(sqlite3_stmt *const add[2], int64_t n)
{
	sqlite3_bind_int64(add[0], 1, n);
	bind_bytes(add[0], 2, LEAF_BYTES);
	sqlite3_bind_int64(add[0], 3, SITE_TIME);
	bare_step(add[0]);
	sqlite3_bind_int64(add[1], 1, n);
	bind_bytes(add[1], 2, LEAF_HASH);
	bind_bytes(add[1], 3, LEAF_HASH);
	bind_bytes(add[1], 4, 180);
	if (n % 3 == 0) {
		bind_bytes(add[1], 5, LEAF_HASH);
		bind_bytes(add[1], 6, LEAF_HASH);
		bind_bytes(add[1], 7, 90);
	}
	bare_step(add[1]);
	sqlite3_clear_bindings(add[1]);
}

static double
bare_insert(const char *path, bool pairs, int64_t count, int64_t batch)
{
	sqlite3 *db = bare_open(path, pairs ? chain_schema :
	    "CREATE TABLE bare (n INTEGER PRIMARY KEY, b BLOB NOT NULL) STRICT");
	sqlite3_stmt *begin = bare_prepare(db, "BEGIN IMMEDIATE"), *commit = bare_prepare(db, "COMMIT");
	sqlite3_stmt *const add[2] = {
		bare_prepare(db, pairs ? "INSERT INTO leaf VALUES (?, ?, ?, 0)" :
		    "INSERT INTO bare VALUES (?, ?)"),
		pairs ? bare_prepare(db, "INSERT INTO detail VALUES (?, ?, ?, ?, ?, ?, ?)") : NULL,
	};
	double start = now();

	for (int64_t n = 0; n < count; n++) {
		if (n % batch == 0)
			bare_step(begin);
		memcpy(bare_bytes, &n, sizeof(n));
		(pairs ? bare_pair : bare_row)(add, n);
		if (n % batch == batch - 1 || n == count - 1)
			bare_step(commit);
	}
	start = now() - start;
	sqlite3_finalize(begin);
	sqlite3_finalize(commit);
	sqlite3_finalize(add[0]);
	sqlite3_finalize(add[1]);
	sqlite3_close(db);
	return (double)count / start;
}

static void
append_some(struct site *s, int64_t count, int64_t batch)
{
	struct err e = {0};

	for (int64_t n = chain_size(s->chain), end = n + count; n < end;) {
		int64_t stop = n + batch < end ? n + batch : end;

		if (!store_begin(s->st, &e))
			die("begin", &e);
		for (; n < stop; n++) {
			struct leaf l = { .kind = KIND_OWN, .role = ACTOR_OWNER };
			static unsigned char box[180], more[90], salt[32];
			struct detail d = {0};

			memcpy(l.subject, &n, sizeof(n));
			digest(box, &n, sizeof(n));
			memcpy(l.subject, box, LEAF_TAG);
			detail_part_begin(&d.record, salt, span_of(box, 40), span_of(box, sizeof(box)));
			if (n % 3 == 0)
				detail_part_begin(&d.values, salt, span_of(box, 20),
				    span_of(more, sizeof(more)));
			if (!chain_append(s->chain, &l, &d, SITE_TIME + n / 10, NULL, &e))
				die("append", &e);
		}
		if (!store_commit(s->st, &e) || !chain_committed(s->chain, &e))
			die("commit", &e);
	}
}

static double
own_append(const char *folder, int64_t count, int64_t batch)
{
	struct site s = {0};
	struct err e = {0};
	double start;

	if (!site_open(&s, folder, &e))
		die(folder, &e);
	start = now();
	append_some(&s, count, batch);
	start = now() - start;
	site_close(&s);
	return (double)count / start;
}

static void
bench_append(const char *dir, int64_t count, int64_t batch, double aim)
{
	double best[3] = {0};		/* one table, same tables, the ledger */
	char path[160];

	for (int turn = 0; turn < TURNS; turn++)
		for (int how = 0; how < 3; how++) {
			double rate;

			snprintf(path, sizeof(path), "%s/append-%lld-%d-%d", dir, (long long)batch,
			    turn, how);
			rate = how == 2 ? own_append(path, count, batch) :
			    bare_insert(path, how == 1, count, batch);
			best[how] = rate > best[how] ? rate : best[how];
		}
	printf("append, %lld a commit: %.0f/s; bare, one table: %.0f/s, ratio %.0f %% "
	    "(aim %.0f %%); bare, same tables: %.0f/s, ratio %.0f %%\n",
	    (long long)batch, best[2], best[0], 100 * best[2] / best[0], aim, best[1],
	    100 * best[2] / best[1]);
}

/* Bare SHA-256 of what verifying must hash: each leaf, and one node an entry. */
static double
bare_hash(int64_t count)
{
	EVP_MD *md = EVP_MD_fetch(NULL, "SHA256", NULL);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char leaf[1 + LEAF_BYTES] = {0}, node[1 + 2 * LEAF_HASH] = {1};
	double start = now();

	if (md == NULL || context == NULL || EVP_DigestInit_ex2(context, md, NULL) != 1)
		die("hash", NULL);
	for (int64_t n = 0; n < count; n++)
		if (EVP_DigestInit_ex2(context, NULL, NULL) != 1 ||
		    EVP_DigestUpdate(context, leaf, sizeof(leaf)) != 1 ||
		    EVP_DigestFinal_ex(context, leaf + 9, NULL) != 1 ||
		    EVP_DigestInit_ex2(context, NULL, NULL) != 1 ||
		    EVP_DigestUpdate(context, node, sizeof(node)) != 1 ||
		    EVP_DigestFinal_ex(context, node + 1, NULL) != 1)
			die("hash", NULL);
	start = now() - start;
	EVP_MD_CTX_free(context);
	EVP_MD_free(md);
	return (double)count / start;
}

static void
bench_verify(const char *dir, int64_t count)
{
	double bare = 0, own = 0, all = 0;
	char folder[160];
	struct site s = {0};
	struct err e = {0};

	snprintf(folder, sizeof(folder), "%s/verify", dir);
	if (!site_open(&s, folder, &e))
		die(folder, &e);
	append_some(&s, count, 4096);
	if (!site_checkpoint(&s, &e))
		die("checkpoint", &e);
	site_close(&s);
	for (int turn = 0; turn < TURNS; turn++) {
		struct verify_report r;
		double rate = bare_hash(count);

		bare = rate > bare ? rate : bare;
		if (!verify_site(&r, folder, NULL, NULL, &e))
			die("verify", &e);
		rate = (double)count * 1000 / (double)(r.leaf_ms > 0 ? r.leaf_ms : 1);
		own = rate > own ? rate : own;
		rate = (double)count * 1000 / (double)(r.leaf_ms + r.detail_ms + r.duty_ms +
		    r.journal_ms + 1);
		all = rate > all ? rate : all;
	}
	printf("verify, leaves: %.2f million/s; bare SHA-256 %.2f million/s; ratio %.0f %% "
	    "(aims 1.5 million/s, 60 %%)\n", own / 1e6, bare / 1e6, 100 * own / bare);
	printf("verify, with details and journals: %.2f million/s\n", all / 1e6);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

int
main(int argc, char **argv)
{
	int64_t count = argc > 2 ? strtoll(argv[2], NULL, 10) : 1000000;
	char own[] = "./bench-ledger-XXXXXX", *dir = argc > 1 ? argv[1] : mkdtemp(own);

	if (dir == NULL || strlen(dir) > 100 || count < 1) {
		fputs("usage: bench_ledger [DIR [ENTRIES]]\n", stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	bench_disk(dir);
	bench_append(dir, ONES, 1, 70);
	bench_append(dir, MANY, 256, 50);
	bench_verify(dir, count);
	if (argc < 2)
		nftw(own, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}
