/* tests/unit/test_journal.c - what a crash leaves is cut off, what somebody changed is refused. */
#include <signal.h>
#include <sys/resource.h>
#include "tests/unit/place.h"
#include "ledger/digest.h"
#include "ledger/journal.h"

static void
hash_of(int64_t n, unsigned char hash[LEAF_HASH])
{
	digest(hash, &n, sizeof(n));
}

static void
fill(const char *path, int64_t from, int64_t end)
{
	struct journal *j = NULL;
	unsigned char hash[LEAF_HASH];
	struct err e = {0};

	GOOD(journal_open(&j, path, &e));
	assert_int_equal(journal_count(j), from);
	for (int64_t n = from; n < end; n++) {
		hash_of(n, hash);
		GOOD(journal_append(j, n, hash, &e));
	}
	GOOD(journal_write(j, &e));
	GOOD(journal_sync(j, &e));
	journal_drop(&j);
}

static bool
count_one(void *self, int64_t number, const unsigned char hash[LEAF_HASH], struct err *e)
{
	int64_t *n = self;
	unsigned char want[LEAF_HASH];

	hash_of(number, want);
	if (number != *n || memcmp(hash, want, LEAF_HASH) != 0)
		return FAIL(e, ERR_IO, "record %lld", (long long)*n);
	++*n;
	return true;
}

static void
expect_count(const char *path, int64_t want)
{
	struct err e = {0};
	int64_t n = 0;

	GOOD(journal_each(path, count_one, &n, &e));
	assert_int_equal(n, want);
}

static void
appends_and_reads(void **state)
{
	struct place *p = *state;
	struct journal *j = NULL, *other = NULL;
	unsigned char hash[LEAF_HASH], want[LEAF_HASH];
	struct err e = {0};
	int64_t number, n = 0;

	BAD(journal_each(p->path, count_one, &n, &e), ERR_ABSENT);
	GOOD(journal_open(&j, p->path, &e));
	assert_false(journal_last(j, &number, hash));
	BAD(journal_open(&other, p->path, &e), ERR_BUSY);
	hash_of(0, hash);
	GOOD(journal_append(j, 0, hash, &e));
	expect_count(p->path, 0);			/* buffered */
	journal_drop(&j);
	expect_count(p->path, 0);			/* dropped unwritten */
	fill(p->path, 0, 3000);
	fill(p->path, 3000, 3001);
	expect_count(p->path, 3001);
	assert_int_equal(journal_view_size(p->path), 3001);
	GOOD(journal_open(&j, p->path, &e));
	assert_true(journal_last(j, &number, hash));
	assert_int_equal(number, 3000);
	hash_of(3000, want);
	assert_memory_equal(hash, want, LEAF_HASH);
	journal_drop(&j);
}

/* 86 records end at byte 4128, so the last ones lie around a sector's border. */
static void
what_a_crash_leaves(void **state)
{
	static const struct { off_t cut, zeros; int64_t left; } rows[] = {
		{ 100 * 48 - 1, 0, 99 },	/* a torn record */
		{ 99 * 48 + 1, 0, 99 },
		{ 85 * 48, 48, 85 },		/* a record never filled */
		{ 85 * 48, 48 * 5, 85 },	/* several */
		{ 85 * 48, 48 * 5 + 9, 85 },
		{ 4096, 48 * 3, 85 },		/* half a record, then blocks never filled */
		{ 99 * 48 + 20, 28, 99 },	/* the last one with zeros at its end */
	};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		unlink(p->path);
		fill(p->path, 0, 100);
		assert_int_equal(truncate(p->path, rows[i].cut), 0);
		assert_int_equal(truncate(p->path, rows[i].cut + rows[i].zeros), 0);
		if (i != 6)			/* a reader cannot know that it was a crash */
			expect_count(p->path, rows[i].left);
		fill(p->path, rows[i].left, 120);
		expect_count(p->path, 120);
	}
}

static void
change(const char *path, off_t at)
{
	unsigned char byte;
	int fd = open(path, O_RDWR);

	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 0x80;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

static void
every_changed_byte_is_refused(void **state)
{
	struct place *p = *state;
	struct journal *j = NULL;
	struct err e = {0};
	int64_t n;

	fill(p->path, 0, 20);
	for (off_t at = 0; at < 20 * 48; at++) {
		n = 0;
		change(p->path, at);
		e = (struct err){0};
		if (journal_each(p->path, count_one, &n, &e) || e.kind != ERR_TAMPER)
			fail_msg("byte %lld: %s", (long long)at, e.text);
		if (at < 19 * 48)
			BAD(journal_open(&j, p->path, &e), ERR_TAMPER);
		change(p->path, at);
	}
	expect_count(p->path, 20);
	/* The last record is cut when opened: its entry is still in the ledger. */
	change(p->path, 19 * 48 + 3);
	fill(p->path, 19, 20);
	expect_count(p->path, 20);
}

static void
a_long_journal_opens_by_its_end(void **state)
{
	struct place *p = *state;
	struct journal *j = NULL;
	struct err e = {0};
	int64_t n = 0;

	fill(p->path, 0, 70000);
	change(p->path, 1000 * 48);		/* far from the end */
	GOOD(journal_open(&j, p->path, &e));
	journal_drop(&j);
	BAD(journal_each(p->path, count_one, &n, &e), ERR_TAMPER);
	assert_int_equal(n, 1000);
	change(p->path, 69000 * 48);
	BAD(journal_open(&j, p->path, &e), ERR_TAMPER);
}

/* A file that may not grow stands for a disk that is full: nothing is lost, nothing doubled. */
static void
what_could_not_be_written_waits(void **state)
{
	struct place *p = *state;
	struct rlimit was, tight;
	struct journal *j = NULL;
	unsigned char hash[LEAF_HASH];
	struct err e = {0};

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	tight = was;
	tight.rlim_cur = 2 * JOURNAL_RECORD + 10;
	signal(SIGXFSZ, SIG_IGN);
	GOOD(journal_open(&j, p->path, &e));
	for (int64_t n = 0; n < 5; n++) {
		hash_of(n, hash);
		GOOD(journal_append(j, n, hash, &e));
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	BAD(journal_write(j, &e), ERR_IO);
	BAD(journal_write(j, &e), ERR_IO);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	expect_count(p->path, 2);
	GOOD(journal_write(j, &e));
	journal_drop(&j);
	expect_count(p->path, 5);
	BAD(journal_open(&j, "/dev/null", &e), ERR_IO);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(appends_and_reads), CASE(what_a_crash_leaves),
		CASE(every_changed_byte_is_refused), CASE(a_long_journal_opens_by_its_end),
		CASE(what_could_not_be_written_waits),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
