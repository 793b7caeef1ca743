/* tests/unit/test_verify.c - every way to change a ledger is found and named; a live one is never accused. */
#include <signal.h>
#include <sqlite3.h>
#include <sys/prctl.h>
#include "tests/unit/place.h"
#include "tests/unit/site.h"
#include "ledger/base/clock.h"
#include "ledger/tombstone.h"
#include "ledger/verify.h"

#define ENTRIES	600
#define BATCH	10

static void
path_of(char into[160], const char *dir, const char *name)
{
	snprintf(into, 160, "%s/%s", dir, name);
}

static void
raw_in(const char *dir, const char *file, const char *text)
{
	char path[160], *says = NULL;
	sqlite3 *db = NULL;

	path_of(path, dir, file);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &says) != SQLITE_OK)
		fail_msg("%s: %s", text, says);
	sqlite3_free(says);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void
raw(const char *dir, const char *text)
{
	raw_in(dir, "keeper/keeper.db", text);
}

/* Make a site, change its store, and expect the first bad entry to be named. */
static void
expect(const char *dir, int64_t entry, const char *says, const char *what)
{
	struct verify_report r;
	struct err e = {0};
	char start[40];

	snprintf(start, sizeof(start), "entry %lld: ", (long long)entry);
	if (verify_site(&r, dir, NULL, NULL, &e))
		fail_msg("not found: %s", what);
	if (e.kind != ERR_TAMPER || strncmp(e.text, start, strlen(start)) != 0 ||
	    strstr(e.text, says) == NULL)
		fail_msg("%s\n  gives %s: %s\n  wanted %s... %s", what, err_kind_name(e.kind), e.text,
		    start, says);
	assert_int_equal(r.first_bad, entry);
}

static void
a_good_site_is_good(void **state)
{
	struct place *p = *state;
	struct verify_report r;
	struct site s = {0};
	struct err e = {0};
	char path[160];

	BAD(verify_site(&r, p->dir, NULL, NULL, &e), ERR_ABSENT);
	GOOD(site_build(p->dir, 0, BATCH, &e));
	GOOD(verify_site(&r, p->dir, NULL, NULL, &e));
	GOOD(site_build(p->dir, ENTRIES, BATCH, &e));
	GOOD(verify_site(&r, p->dir, NULL, NULL, &e));
	assert_int_equal(r.entries, ENTRIES);
	assert_int_equal(r.checkpoints, ENTRIES / BATCH);
	assert_int_equal(r.nodes, 2);
	assert_int_equal(r.duties, ENTRIES / 5);
	assert_int_equal(r.open_duties, ENTRIES / 25);
	assert_int_equal(r.unjournaled, 0);
	assert_true(r.signatures);
	assert_int_equal(r.first_bad, -1);
	GOOD(site_open(&s, p->dir, &e));
	for (int64_t n = 0; n < 30; n++)
		GOOD(chain_erase_detail(s.chain, n * 7, (unsigned)(n % 3) + 1, &e));
	site_close(&s);
	GOOD(verify_site(&r, p->dir, NULL, NULL, &e));
	assert_in_range(r.erased, 20, 30);	/* some had no values to erase */
	assert_int_equal(r.uncovered, 0);
	raw(p->dir, "DELETE FROM checkpoint WHERE size > 400");
	GOOD(verify_site(&r, p->dir, NULL, NULL, &e));
	assert_int_equal(r.uncovered, ENTRIES - 400);
	path_of(path, p->dir, "signer/checkpoint.pub");
	assert_int_equal(unlink(path), 0);
	GOOD(verify_site(&r, p->dir, NULL, NULL, &e));
	assert_false(r.signatures);
	raw(p->dir, "UPDATE checkpoint SET note = x'00' WHERE size = 20");
	expect(p->dir, 19, "not a signed note", "a checkpoint that is none");
}

#define FLIP(table, column, at, where) \
	"UPDATE " table " SET " column " = CAST(substr(" column ", 1, " #at " - 1) || " \
	"CASE substr(" column ", " #at ", 1) WHEN x'01' THEN x'02' ELSE x'01' END || " \
	"substr(" column ", " #at " + 1) AS BLOB) WHERE " where
#define SWAP(table, key, columns, a, b) \
	"UPDATE " table " SET (" columns ") = (SELECT " columns " FROM " table " AS t WHERE t." key \
	" = CASE " table "." key " WHEN " #a " THEN " #b " ELSE " #a " END) WHERE " key " IN (" #a ", " #b ")"

static const struct { const char *sql; int64_t entry; const char *says; } changes[] = {
	/* leaves */
	{ FLIP("leaf", "entry", 1, "number = 300"), 300, "journal remembers" },
	{ FLIP("leaf", "entry", 2, "number = 301"), 301, "journal remembers" },
	{ FLIP("leaf", "entry", 20, "number = 0"), 0, "journal remembers" },
	{ FLIP("leaf", "entry", 104, "number = 599"), 599, "journal remembers" },
	{ "DELETE FROM leaf WHERE number = 300", 300, "is missing" },
	{ "DELETE FROM leaf WHERE number = 0", 0, "is missing" },
	{ "DELETE FROM leaf WHERE number = 599", 599, "is in the keeper's journal and missing" },
	{ "DELETE FROM leaf WHERE number >= 400", 400, "is in the keeper's journal and missing" },
	{ "DELETE FROM leaf", 0, "is in the keeper's journal and missing" },
	{ "DELETE FROM leaf WHERE number >= 400; DELETE FROM detail WHERE number >= 400; DELETE FROM duty WHERE number >= 400;"
	  "DELETE FROM checkpoint WHERE size > 400; DELETE FROM node WHERE place > 0", 400, "journal and missing" },
	{ SWAP("leaf", "number", "entry", 200, 450), 200, "journal remembers" },
	{ "INSERT INTO leaf SELECT 600, entry, at, 600 FROM leaf WHERE number = 599", 600, "does not continue" },
	{ "INSERT INTO leaf SELECT -1, entry, at, 0 FROM leaf WHERE number = 0", -1, "one too many" },
	{ "UPDATE leaf SET number = number + 100000 WHERE number >= 250; UPDATE leaf SET number = number - 99999 WHERE number >= 100000;"
	  "INSERT INTO leaf SELECT 250, entry, at, batch FROM leaf WHERE number = 249", 250, "journal remembers" },
	{ "UPDATE leaf SET at = at + 86400 WHERE number = 77", 77, "of its day" },
	{ "UPDATE leaf SET at = at - 7200 WHERE number = 77", 77, "of its day" },
	{ "UPDATE leaf SET batch = 3 WHERE number = 77", 77, "no commit" },
	{ "PRAGMA ignore_check_constraints=1; UPDATE leaf SET entry = x'00' WHERE number = 5", 5, "has 1 bytes" },
	/* details */
	{ FLIP("detail", "record_box", 30, "number = 300"), 300, "its record" },
	{ FLIP("detail", "values_box", 30, "number = 300"), 300, "its values" },
	{ FLIP("detail", "record_inner", 3, "number = 1"), 1, "commits to" },
	{ FLIP("detail", "record_sealed", 3, "number = 2"), 2, "commits to" },
	{ FLIP("detail", "values_inner", 3, "number = 3"), 3, "commits to" },
	{ FLIP("detail", "values_sealed", 3, "number = 6"), 6, "commits to" },
	{ "UPDATE detail SET record_box = NULL, record_inner = NULL, record_sealed = NULL WHERE number = 8", 8, "commits to" },
	{ "UPDATE detail SET values_box = x'aa', values_inner = zeroblob(32), values_sealed = zeroblob(32) WHERE number = 8", 8, "its values" },
	{ "UPDATE detail SET values_box = x'aa' WHERE number = 8", 8, "its values" },
	{ "UPDATE detail SET record_inner = NULL WHERE number = 8", 8, "misshapen" },
	{ "UPDATE detail SET record_box = x'' WHERE number = 8", 8, "empty" },
	{ "UPDATE detail SET values_inner = x'' WHERE number = 8", 8, "misshapen" },
	{ "UPDATE detail SET values_inner = x'', values_sealed = x'' WHERE number = 8", 8, "misshapen" },
	{ "DELETE FROM detail WHERE number = 599", 599, "detail row is missing" },
	{ "DELETE FROM detail WHERE number = 0", 0, "detail row is missing" },
	{ "INSERT INTO detail (number) VALUES (600)", 600, "without an entry" },
	{ "INSERT INTO detail (number) VALUES (-3)", -3, "without an entry" },
	{ SWAP("detail", "number", "record_inner, record_sealed, record_box, values_inner, values_sealed, values_box", 200, 450), 200, "commits to" },
	{ "UPDATE detail SET record_box = (SELECT t.record_box FROM detail t WHERE t.number = 451) WHERE number = 450", 450, "its record" },
	/* two at once: the smaller number wins though another pass finds it */
	{ FLIP("detail", "record_box", 30, "number = 40") ";" FLIP("leaf", "entry", 80, "number = 300"), 40, "its record" },
	{ FLIP("detail", "record_box", 30, "number = 500") ";" FLIP("leaf", "entry", 80, "number = 300"), 300, "journal remembers" },
	/* nodes */
	{ FLIP("node", "hash", 5, "place = 0"), 0, "not theirs" },
	{ FLIP("node", "hash", 5, "place = 1"), 256, "not theirs" },
	{ "DELETE FROM node WHERE place = 1", 256, "is missing" },
	{ "INSERT INTO node VALUES (8, 2, zeroblob(32))", 600, "over no entries" },
	{ "INSERT INTO node VALUES (7, 0, zeroblob(32))", 600, "over no entries" },
	/* checkpoints */
	{ FLIP("checkpoint", "note", 40, "size = 300"), 299, "checkpoint of 300" },
	{ "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 290) WHERE size = 300", 299, "another one" },
	{ "UPDATE checkpoint SET size = 601 WHERE size = 600", 600, "covered by a checkpoint" },
	{ "UPDATE checkpoint SET size = -1 WHERE size = 600", 0, "-1 entries" },
	/* duties */
	{ "DELETE FROM duty WHERE number = 55", 55, "no duty speaks of" },
	{ "UPDATE duty SET done = 1 WHERE number = 50", 50, "not in the signer's journal" },
	{ "INSERT INTO duty VALUES (51, 1)", 51, "not in the signer's journal" },
	{ "INSERT INTO duty VALUES (600, 0)", 600, "duty without an entry" },
	{ "UPDATE duty SET done = 2 WHERE number = 55", 55, "neither open nor done" },
	/* a planted trigger */
	{ "CREATE TRIGGER x AFTER INSERT ON leaf BEGIN DELETE FROM leaf WHERE number = new.number; END", 0, "triggers" },
	{ "ALTER TABLE leaf RENAME TO leaves", 0, "a table of it is gone" },
	{ "DROP TABLE detail", 0, "a table of it is gone" },
	/* tables that are not what chain.h makes: what is read of them need not be what stands in them */
	{ "CREATE INDEX x ON checkpoint (size, note)", 0, "x is not as" },
	{ "CREATE INDEX x ON leaf (at) WHERE at > 5", 0, "x is not as" },
	{ "ALTER TABLE duty ADD COLUMN more INTEGER GENERATED ALWAYS AS (done)", 0, "duty is not as" },
	{ "CREATE TABLE other (number INTEGER PRIMARY KEY, entry BLOB, at INTEGER, batch INTEGER) STRICT, WITHOUT ROWID;"
	  "INSERT INTO other SELECT * FROM leaf; DROP TABLE leaf; ALTER TABLE other RENAME TO leaf", 0, "leaf is not as" },
	{ "PRAGMA writable_schema=1; UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '') WHERE name = 'leaf'", 0, "leaf is not as" },
	{ "PRAGMA writable_schema=1; UPDATE sqlite_schema SET sql = replace(replace(sql, 'record_', 'x_'), 'values_', 'record_')"
	  " WHERE name = 'detail'", 0, "detail is not as" },
};

static void
copy_file(const char *from, const char *to)
{
	char block[65536];
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ssize_t n;

	assert_true(in >= 0 && out >= 0);
	while ((n = read(in, block, sizeof(block))) > 0)
		assert_int_equal(write(out, block, (size_t)n), n);
	close(in);
	close(out);
}

/* Build once, copy for each case. */
static void
copy_site(const char *from, const char *to)
{
	static const char *const files[] = { "keeper/keeper.db", "keeper/journal",
		"signer/journal", "signer/checkpoint.pub" };
	struct err e = {0};

	GOOD(site_folders(to, &e));
	for (size_t i = 0; i < COUNT(files); i++) {
		char a[160], b[160];

		path_of(a, from, files[i]);
		path_of(b, to, files[i]);
		copy_file(a, b);
	}
}

static void
every_change_is_found(void **state)
{
	struct place *p = *state;
	char good[100], own[100];
	struct err e = {0};

	snprintf(good, sizeof(good), "%s/good", p->dir);
	snprintf(own, sizeof(own), "%s/own", p->dir);
	GOOD(site_build(good, ENTRIES, BATCH, &e));
	for (size_t i = 0; i < COUNT(changes); i++) {
		copy_site(good, own);
		raw(own, changes[i].sql);
		expect(own, changes[i].entry, changes[i].says, changes[i].sql);
	}
}

/* ---- journals ---- */

enum edit { FLIP_BYTE, CUT, REMOVE_RECORD, SWAP_RECORDS, DOUBLE_LAST, UNLINK };

static void
edit_file(const char *path, enum edit how, off_t at)
{
	unsigned char a[JOURNAL_RECORD], b[JOURNAL_RECORD], all[ENTRIES * JOURNAL_RECORD];
	int fd = open(path, O_RDWR);
	ssize_t n;

	assert_true(fd >= 0);
	switch (how) {
	case FLIP_BYTE:
		assert_int_equal(pread(fd, a, 1, at), 1);
		a[0] ^= 0x40;
		assert_int_equal(pwrite(fd, a, 1, at), 1);
		break;
	case CUT:
		assert_int_equal(ftruncate(fd, at), 0);
		break;
	case REMOVE_RECORD:
		n = pread(fd, all, sizeof(all), at + JOURNAL_RECORD);
		assert_int_equal(pwrite(fd, all, (size_t)n, at), n);
		assert_int_equal(ftruncate(fd, at + n), 0);
		break;
	case SWAP_RECORDS:
		assert_int_equal(pread(fd, a, sizeof(a), at), sizeof(a));
		assert_int_equal(pread(fd, b, sizeof(b), at + JOURNAL_RECORD), sizeof(b));
		assert_int_equal(pwrite(fd, b, sizeof(b), at), sizeof(b));
		assert_int_equal(pwrite(fd, a, sizeof(a), at + JOURNAL_RECORD), sizeof(a));
		break;
	case DOUBLE_LAST:
		at = lseek(fd, 0, SEEK_END);
		assert_int_equal(pread(fd, a, sizeof(a), at - JOURNAL_RECORD), sizeof(a));
		assert_int_equal(pwrite(fd, a, sizeof(a), at), sizeof(a));
		break;
	case UNLINK:
		assert_int_equal(unlink(path), 0);
		break;
	}
	close(fd);
}

static void
every_change_of_a_journal_is_found(void **state)
{
	static const struct { const char *file; enum edit how; off_t at; int64_t entry; const char *says; } rows[] = {
		{ "keeper/journal", FLIP_BYTE, 300 * JOURNAL_RECORD + 7, 300, "journal" },
		{ "keeper/journal", FLIP_BYTE, 300 * JOURNAL_RECORD + 8, 300, "journal" },
		{ "keeper/journal", FLIP_BYTE, 300 * JOURNAL_RECORD + 47, 300, "journal" },
		{ "keeper/journal", FLIP_BYTE, 599 * JOURNAL_RECORD + 20, 599, "journal" },
		{ "keeper/journal", FLIP_BYTE, 599 * JOURNAL_RECORD + 47, 599, "journal" },
		{ "keeper/journal", FLIP_BYTE, 0, 0, "journal" },
		{ "keeper/journal", CUT, 400 * JOURNAL_RECORD, 400, "ends before it" },
		{ "keeper/journal", CUT, 589 * JOURNAL_RECORD + 3, 589, "ends before it" },
		{ "keeper/journal", CUT, 0, 0, "ends before it" },
		{ "keeper/journal", UNLINK, 0, 0, "ends before it" },
		{ "keeper/journal", REMOVE_RECORD, 123 * JOURNAL_RECORD, 123, "journal" },
		{ "keeper/journal", SWAP_RECORDS, 123 * JOURNAL_RECORD, 123, "journal" },
		{ "keeper/journal", DOUBLE_LAST, 0, 600, "journal" },
		/* the signer's first records are of entries 5, 10, 15, 20, 30 */
		{ "signer/journal", FLIP_BYTE, 2 * JOURNAL_RECORD + 7, 15, "the signer's journal: record 2" },
		{ "signer/journal", FLIP_BYTE, 2 * JOURNAL_RECORD + 9, 15, "the signer's journal: record 2" },
		{ "signer/journal", FLIP_BYTE, 95 * JOURNAL_RECORD + 9, 595, "the signer's journal: record 95" },
		{ "signer/journal", CUT, 4 * JOURNAL_RECORD, 30, "not in the signer's journal" },
		{ "signer/journal", CUT, 95 * JOURNAL_RECORD, 595, "not in the signer's journal" },
		{ "signer/journal", UNLINK, 0, 5, "not in the signer's journal" },
		{ "signer/journal", REMOVE_RECORD, 3 * JOURNAL_RECORD, 20, "the signer's journal: record 3" },
		{ "signer/journal", SWAP_RECORDS, 3 * JOURNAL_RECORD, 20, "the signer's journal: record 3" },
	};
	struct place *p = *state;
	char good[100], own[100], path[160];
	struct err e = {0};

	snprintf(good, sizeof(good), "%s/good", p->dir);
	snprintf(own, sizeof(own), "%s/own", p->dir);
	GOOD(site_build(good, ENTRIES, BATCH, &e));
	for (size_t i = 0; i < COUNT(rows); i++) {
		char what[100];

		copy_site(good, own);
		path_of(path, own, rows[i].file);
		edit_file(path, rows[i].how, rows[i].at);
		snprintf(what, sizeof(what), "%s %d at %lld", rows[i].file, rows[i].how,
		    (long long)rows[i].at);
		expect(own, rows[i].entry, rows[i].says, what);
	}
}

/* Rewrite a journal as somebody would who knows its format. */
static void
forge_journal(const char *dir, const char *name, int64_t keep)
{
	char path[160];
	struct journal *j = NULL;
	struct journal_view *v = NULL;
	unsigned char hash[LEAF_HASH];
	struct err e = {0};
	int64_t number;

	path_of(path, dir, name);
	GOOD(journal_view_open(&v, path, 0, &e));
	assert_int_equal(unlink(path), 0);
	GOOD(journal_open(&j, path, &e));
	for (int64_t n = 0; journal_view_next(v, &number, hash, &e); n++) {
		if (n == keep)
			hash[0] ^= 1;
		GOOD(journal_append(j, number, hash, &e));
	}
	GOOD(journal_write(j, &e));
	journal_drop(&j);
	journal_view_drop(&v);
}

static void
a_forged_journal_contradicts_the_ledger(void **state)
{
	struct place *p = *state;
	struct err e = {0};
	struct site s = {0};

	GOOD(site_build(p->dir, ENTRIES, BATCH, &e));
	forge_journal(p->dir, "keeper/journal", 321);
	expect(p->dir, 321, "journal remembers", "a keeper's journal made anew");
	forge_journal(p->dir, "keeper/journal", 321);	/* as it was */
	forge_journal(p->dir, "signer/journal", 1);
	expect(p->dir, 10, "signer's journal remembers", "a signer's journal made anew");
	forge_journal(p->dir, "signer/journal", 1);
	/* A ticket for an entry that is not there. */
	GOOD(site_open(&s, p->dir, &e));
	GOOD(journal_append(s.signer, 700, site_seed, &e));
	GOOD(journal_write(s.signer, &e));
	site_close(&s);
	expect(p->dir, 700, "and it is missing", "a signer that knows more");
}

/* The signer's book, as far as the verifier reads it: one head of `size` entries, and what its journal tells. */
static void
book_write(const char *dir, int64_t size, const unsigned char root[LEAF_HASH])
{
	DROP(journal_view_drop) struct journal_view *v = NULL;
	unsigned char hash[LEAF_HASH];
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;
	int64_t number;
	char path[160];
	struct err e = {0};

	path_of(path, dir, "signer/book.sqlite");
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "DROP TABLE IF EXISTS head; CREATE TABLE head (one INTEGER PRIMARY KEY, size INTEGER, root BLOB);"
	    "DROP TABLE IF EXISTS honoured; CREATE TABLE honoured (seq INTEGER PRIMARY KEY, act INTEGER, serial BLOB, status INTEGER,"
	    " ledger_number INTEGER, ledger_hash BLOB); DROP TABLE IF EXISTS certificate;"
	    "CREATE TABLE certificate (serial BLOB UNIQUE, status INTEGER);"
	    "BEGIN", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO head VALUES (1, ?1, ?2)", -1, &st, NULL), SQLITE_OK);
	sqlite3_bind_int64(st, 1, size);
	sqlite3_bind_blob(st, 2, root, LEAF_HASH, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(st), SQLITE_DONE);
	sqlite3_finalize(st);
	assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO honoured (act, serial, status, ledger_number, ledger_hash) VALUES (CASE WHEN ?1 < 0 THEN 5 ELSE 1 END, CAST(?1 AS BLOB), 1, ?1, ?2)", -1, &st, NULL), SQLITE_OK);
	path_of(path, dir, "signer/journal");
	GOOD(journal_view_open(&v, path, 0, &e));
	while (journal_view_next(v, &number, hash, &e)) {
		sqlite3_bind_int64(st, 1, number);
		sqlite3_bind_blob(st, 2, hash, LEAF_HASH, SQLITE_STATIC);
		assert_int_equal(sqlite3_step(st), SQLITE_DONE);
		sqlite3_reset(st);
	}
	sqlite3_finalize(st);
	/* one certificate a ticket; those of entries 30 and 35 were revoked by the tickets of 60 and 65 */
	assert_int_equal(sqlite3_exec(db, "UPDATE honoured SET act = 2, status = 3, serial = (SELECT h.serial FROM honoured h"
	    " WHERE h.ledger_number = honoured.ledger_number - 30) WHERE ledger_number IN (60, 65);"
	    "INSERT INTO certificate SELECT serial, max(status) FROM honoured WHERE act <> 5 GROUP BY serial; COMMIT", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
the_signers_head_knows_of_a_keeper_cut_short(void **state)
{
	struct place *p = *state;
	struct verify_report r;
	struct err e = {0};
	unsigned char root[LEAF_HASH];

	GOOD(site_build(p->dir, ENTRIES, BATCH, &e));
	GOOD(verify_site(&r, p->dir, NULL, NULL, &e));
	assert_false(r.head);
	memcpy(root, r.root, sizeof(root));
	book_write(p->dir, ENTRIES, root);
	GOOD(verify_site(&r, p->dir, NULL, NULL, &e));
	assert_true(r.head);
	book_write(p->dir, ENTRIES + 1, root);
	expect(p->dir, ENTRIES, "under the signer's head", "a head of one entry more");
	root[0] ^= 1;
	book_write(p->dir, ENTRIES, root);
	expect(p->dir, ENTRIES - 1, "not under the signer's head", "another head");
}

/* An entry that says somebody was erased, and all that tells of it. */
static void
bury(const char *dir, int64_t n)
{
	struct tombstone t = { .erasure = n, .key = n + 1, .tags = n + 2 };
	unsigned char hash[LEAF_HASH];
	struct site s = {0};
	struct err e = {0};
	int64_t number;

	GOOD(site_open(&s, dir, &e));
	GOOD(store_begin(s.st, &e));
	GOOD(site_append(&s, n, &e));
	GOOD(chain_bury(s.chain, n, &t, &e));
	GOOD(chain_duty_open(s.chain, n, &e));
	GOOD(store_commit(s.st, &e));
	GOOD(chain_committed(s.chain, &e));
	tombstone_write(&t, &number, hash);
	GOOD(journal_append(s.signer, number, hash, &e));
	GOOD(journal_write(s.signer, &e));
	GOOD(store_begin(s.st, &e));
	GOOD(chain_duty_done(s.chain, n, &e));
	GOOD(store_commit(s.st, &e));
	GOOD(site_checkpoint(&s, &e));
	site_close(&s);
}

/* The signer's journal made anew, with checks that fit: two records change places, one stands twice, a byte is another. */
static void
forge_signer(const char *dir, enum edit how, int64_t at, size_t byte)
{
	struct { int64_t number; unsigned char hash[LEAF_HASH]; } all[ENTRIES], keep;
	struct journal_view *v = NULL;
	struct journal *j = NULL;
	char path[160];
	struct err e = {0};
	int64_t n = 0;

	path_of(path, dir, "signer/journal");
	GOOD(journal_view_open(&v, path, 0, &e));
	while (journal_view_next(v, &all[n].number, all[n].hash, &e))
		n++;
	journal_view_drop(&v);
	keep = all[at];
	all[at].hash[byte] ^= how == FLIP_BYTE;
	if (how == SWAP_RECORDS) {
		all[at] = all[at + 1];
		all[at + 1] = keep;
	}
	assert_int_equal(unlink(path), 0);
	GOOD(journal_open(&j, path, &e));
	for (int64_t i = 0; i < n; i++)
		for (int twice = how == DOUBLE_LAST && i == at; twice >= 0; twice--)
			GOOD(journal_append(j, all[i].number, all[i].hash, &e));
	GOOD(journal_write(j, &e));
	journal_drop(&j);
}

/* Who was erased, in ledger and journals; and the signer's journal beside its book. */
static void
tombstones_and_the_signers_book_agree(void **state)
{
	static const struct { const char *sql; const char *file; int64_t entry; const char *says; } rows[] = {
		{ "DELETE FROM tombstone WHERE number = 602", NULL, 602, "missing in the ledger" },
		{ "DELETE FROM tombstone WHERE number = 601", NULL, 601, "not the one in the keeper's journal" },
		{ "UPDATE tombstone SET key = 9 WHERE number = 601", NULL, 601, "not the one in the keeper's journal" },
		{ "DELETE FROM tombstone", NULL, 601, "missing in the ledger" },
		{ "DROP TABLE tombstone", NULL, 601, "missing in the ledger" },
		{ "DELETE FROM honoured WHERE seq = 98", "signer/book.sqlite", 602, "an older one" },
		{ "UPDATE certificate SET status = 1", "signer/book.sqlite", 60, "revoked a certificate" },
		{ "UPDATE certificate SET status = 2 WHERE serial = CAST('35' AS BLOB)", "signer/book.sqlite", 65, "revoked a certificate" },
		{ "DELETE FROM certificate WHERE serial = CAST('35' AS BLOB)", "signer/book.sqlite", 35, "is missing in the signer's book" },
		{ "UPDATE honoured SET ledger_hash = zeroblob(32) WHERE seq = 3", "signer/book.sqlite", 15, "record 2 of the signer's journal" },
		{ "UPDATE honoured SET ledger_number = 16 WHERE seq = 3", "signer/book.sqlite", 15, "record 2 of the signer's journal" },
	};
	static const struct { enum edit how; int64_t at; size_t byte; int64_t entry; const char *says; } forged[] = {
		{ SWAP_RECORDS, 2, 0, 20, "record 2 of the signer's journal" }, { DOUBLE_LAST, 2, 0, 15, "record 3 of the signer's journal" },
		{ FLIP_BYTE, 96, 7, 601, "not the one in the signer's journal" },	/* the erasure's number */
		{ FLIP_BYTE, 97, 15, 602, "not the one in the signer's journal" },	/* the key's */
		{ FLIP_BYTE, 97, 23, 602, "not the one in the signer's journal" },	/* the tag root's */
		{ FLIP_BYTE, 97, 24, 602, "journal remembers" },			/* the entry's hash */
	};
	struct place *p = *state;
	struct verify_report r;
	char good[100], own[100], from[160], to[160];
	struct err e = {0};

	snprintf(good, sizeof(good), "%s/good", p->dir);
	snprintf(own, sizeof(own), "%s/own", p->dir);
	GOOD(site_build(good, ENTRIES + 1, BATCH, &e));
	bury(good, ENTRIES + 1);
	bury(good, ENTRIES + 2);
	GOOD(verify_site(&r, good, NULL, NULL, &e));
	book_write(good, r.entries, r.root);
	GOOD(verify_site(&r, good, NULL, NULL, &e));
	assert_true(r.head && r.tombstones == 2 && r.uncovered == 0);
	path_of(from, good, "signer/book.sqlite");
	path_of(to, own, "signer/book.sqlite");
	for (size_t i = 0; i < COUNT(rows) + COUNT(forged); i++) {
		size_t f = i - COUNT(rows);

		copy_site(good, own);
		copy_file(from, to);
		if (i < COUNT(rows)) {
			raw_in(own, rows[i].file == NULL ? "keeper/keeper.db" : rows[i].file, rows[i].sql);
			expect(own, rows[i].entry, rows[i].says, rows[i].sql);
		} else {
			forge_signer(own, forged[f].how, forged[f].at, forged[f].byte);
			expect(own, forged[f].entry, forged[f].says, "a signer's journal made anew");
		}
	}
	/* A keeper's folder that is gone, and a signer that signed its tree. */
	copy_site(good, own);
	path_of(to, own, "keeper/journal");
	assert_int_equal(unlink(to), 0);
	path_of(to, own, "keeper/keeper.db");
	assert_int_equal(unlink(to), 0);
	expect(own, 0, "the ledger or a table of it is gone", "no keeper");
}

/* Files that are gone, empty, of another kind, or longer than any disk: a verdict, and soon. */
static void
files_that_are_none(void **state)
{
	enum what { GONE, EMPTY, PIPE, FOLDER, HOLE };
	static const struct { const char *file; enum what what; enum err_kind kind; } rows[] = {
		{ "keeper/keeper.db", GONE, ERR_TAMPER }, { "keeper/keeper.db", EMPTY, ERR_TAMPER },
		{ "keeper/keeper.db", PIPE, ERR_IO }, { "keeper/keeper.db", FOLDER, ERR_IO },
		{ "keeper/journal", GONE, ERR_TAMPER }, { "keeper/journal", EMPTY, ERR_TAMPER },
		{ "keeper/journal", PIPE, ERR_IO }, { "keeper/journal", FOLDER, ERR_IO },
		{ "keeper/journal", HOLE, ERR_NONE }, { "signer/journal", HOLE, ERR_NONE },
		{ "signer/journal", PIPE, ERR_IO }, { "signer/checkpoint.pub", PIPE, ERR_INPUT },
		{ "signer/book.sqlite", GONE, ERR_NONE },
	};
	struct place *p = *state;
	char good[100], own[100], path[160];
	struct verify_report r;
	struct err e = {0};

	snprintf(good, sizeof(good), "%s/good", p->dir);
	snprintf(own, sizeof(own), "%s/own", p->dir);
	GOOD(site_build(good, ENTRIES, BATCH, &e));
	for (size_t i = 0; i < COUNT(rows); i++) {
		copy_site(good, own);
		path_of(path, own, rows[i].file);
		if (rows[i].what == HOLE)
			assert_int_equal(truncate(path, (off_t)1 << 40), 0);
		else if (rows[i].what == EMPTY)
			assert_int_equal(truncate(path, 0), 0);
		else
			(void)unlink(path);
		assert_true(rows[i].what != PIPE || mkfifo(path, 0600) == 0);
		assert_true(rows[i].what != FOLDER || mkdir(path, 0700) == 0);
		e = (struct err){0};
		alarm(20);
		assert_int_equal(verify_site(&r, own, NULL, NULL, &e), rows[i].kind == ERR_NONE);
		alarm(0);
		if (e.kind != rows[i].kind)
			fail_msg("%s, row %zu: %s: %s", rows[i].file, i, err_kind_name(e.kind), e.text);
		if (rows[i].kind == ERR_TAMPER)
			assert_int_equal(r.first_bad, 0);
		assert_true(r.head == false);
		if (rows[i].what == PIPE || rows[i].what == FOLDER)
			assert_int_equal(rows[i].what == PIPE ? unlink(path) : rmdir(path), 0);
	}
}

/* Both journals and all later rows cut back together: an older checkpoint still knows. */
static void
a_rewritten_ledger_contradicts_its_checkpoints(void **state)
{
	struct place *p = *state;
	char own[100], db[160];
	struct err e = {0};
	struct site s = {0};

	snprintf(own, sizeof(own), "%s/own", p->dir);
	GOOD(site_open(&s, own, &e));
	GOOD(site_grow(&s, 300, BATCH, &e));
	site_close(&s);
	/* Another history from entry 300 on, with a chain and a journal that fit. */
	path_of(db, own, "keeper/keeper.db");
	GOOD(site_open(&s, own, &e));
	GOOD(store_begin(s.st, &e));
	for (int64_t n = 300; n < 310; n++)
		GOOD(site_append(&s, n, &e));
	GOOD(store_commit(s.st, &e));
	GOOD(chain_committed(s.chain, &e));
	GOOD(journal_write(s.signer, &e));
	{
		struct checkpoint c = { .origin = SITE_NAME, .size = 310 };
		DROP(buf_wipe) struct buf note = {0}, sql = {0};

		digest(c.root, "another history", 15);
		GOOD(checkpoint_sign(&note, &c, site_seed, &e));
		buf_text(&sql, "INSERT INTO checkpoint VALUES (310, x'");
		buf_hex(&sql, note.data, note.len);
		buf_text(&sql, "')");
		site_close(&s);
		raw(own, sql.data);
	}
	expect(own, 300, "not in the checkpoint of 310", "a signed root of another history");
}

/* ---- beside a living keeper ---- */

static volatile sig_atomic_t stop;

static void
on_stop(int signal_number)
{
	(void)signal_number;
	stop = 1;
}

static void __attribute__((noreturn))
live(const char *dir)
{
	struct site s = {0};
	struct err e = {0};
	struct sigaction act = { .sa_handler = on_stop };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigaction(SIGTERM, &act, NULL);
	if (!site_open(&s, dir, &e))
		_exit(1);
	for (int64_t round = 0; !stop && round < 4000; round++) {
		if (!site_grow(&s, 1 + round % 40, 1 + round % 13, &e))
			_exit(1);
		if (round % 50 == 49 && !store_checkpoint(s.st, false, &e))
			_exit(1);
	}
	site_close(&s);
	_exit(0);
}

static void
a_living_site_is_never_accused(void **state)
{
	struct place *p = *state;
	struct verify_report r;
	struct err e = {0};
	int64_t last = 0, until;
	int status;

	GOOD(site_build(p->dir, 0, BATCH, &e));
	for (int life = 0; life < 3; life++) {
		pid_t child = fork();

		if (child == 0)
			live(p->dir);
		until = clock_mono_ms() + 2000;
		for (int look = 0; look < 5 || (look < 60 && clock_mono_ms() < until); look++) {
			e = (struct err){0};
			if (!verify_site(&r, p->dir, NULL, NULL, &e)) {
				if (e.kind == ERR_BUSY)
					continue;
				fail_msg("look %d: %s: %s", look, err_kind_name(e.kind), e.text);
			}
			assert_true(r.entries >= last);
			last = r.entries;
		}
		/* Twice in cold blood, once gently. */
		kill(child, life < 2 ? SIGKILL : SIGTERM);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (life == 2)
			assert_int_equal(status, 0);
		e = (struct err){0};
		GOOD(verify_site(&r, p->dir, NULL, NULL, &e));
	}
	assert_true(last > 0);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(a_good_site_is_good), CASE(every_change_is_found),
		CASE(every_change_of_a_journal_is_found),
		CASE(a_forged_journal_contradicts_the_ledger),
		CASE(the_signers_head_knows_of_a_keeper_cut_short), CASE(tombstones_and_the_signers_book_agree),
		CASE(a_rewritten_ledger_contradicts_its_checkpoints),
		CASE(files_that_are_none), CASE(a_living_site_is_never_accused),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
