/* The signer's memory: batches, conflicts, and being put back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "ledger/journal.h"
#include "portal/signer/book.h"
#include "tests/unit/ruled.h"

static char dir[] = "/tmp/troth-book-XXXXXX";
static struct book *book;

static struct book_cert
cert_of(uint8_t n)
{
	return (struct book_cert){ .serial = { 1, n }, .issuer = PROFILE_ROBOT_MAIL, .not_before = 100,
	    .not_after = 5000, .sha256 = { n, 2 }, .key_hash = { n, 3 }, .status = CERT_VALID, .changed_at = 100 };
}

static struct book_deed
deed_of(uint8_t n, uint8_t act)
{
	return (struct book_deed){ .ticket = { act, n }, .serial = { 1, n }, .act = act, .status = CERT_VALID,
	    .changed_at = 100, .ledger_number = n, .ledger_hash = { n, 4 } };
}

static void
good(bool ok, const struct err *e)
{
	if (!ok)
		fail_msg("%s: %s", err_kind_name(e->kind), e->text);
}
#define GOOD(call)	do { struct err e = {0}; bool ok_ = (call); good(ok_, &e); } while (0)
#define BAD(call, want)	do { struct err e = {0}; assert_false(call); assert_int_equal(e.kind, want); } while (0)

static void
issue(uint8_t n)
{
	struct book_cert c = cert_of(n);
	struct book_deed d = deed_of(n, TICKET_ISSUE);

	GOOD(book_issued(book, &c, &d, span_text("sealed"), &e));
}

static void
reopen(void)
{
	book_drop(&book);
	GOOD(book_open(&book, dir, &e));
}

static void
test_batches(void **state)
{
	DROP(buf_wipe) struct buf sealed = {0};
	struct book_deed d;
	struct book_cert c = cert_of(1);
	unsigned char id[TICKET_ID] = { TICKET_ISSUE, 1 };

	(void)state;
	GOOD(book_begin(book, &e));
	issue(1);
	issue(2);
	book_back(book);				/* as after a full disk */
	BAD(book_deed(book, id, &d, &e), ERR_ABSENT);
	GOOD(book_begin(book, &e));
	issue(1);
	d = deed_of(9, TICKET_ISSUE);
	BAD(book_issued(book, &c, &d, span_text("x"), &e), ERR_CONFLICT);	/* the serial; the batch goes on */
	issue(2);
	GOOD(book_end(book, &e));
	reopen();
	GOOD(book_deed(book, id, &d, &e));
	assert_int_equal(d.ledger_number, 1);
	GOOD(book_by_serial(book, c.serial, &c, &e));
	assert_int_equal(c.not_after, 5000);
	GOOD(book_by_hash(book, c.sha256, &c, &e));
	GOOD(book_pending(book, id, &sealed, &e));
	assert_memory_equal(sealed.data, "sealed", 6);
	GOOD(book_begin(book, &e));
	GOOD(book_stored(book, id, &e));
	GOOD(book_end(book, &e));
	BAD(book_pending(book, id, &sealed, &e), ERR_CONFLICT);
	id[1] = 77;
	BAD(book_pending(book, id, &sealed, &e), ERR_ABSENT);
	BAD(book_stored(book, id, &e), ERR_ABSENT);
}

/* A ticket used for two things is a fault of ours: nothing of that batch is kept. */
static void
test_broken(void **state)
{
	struct book_cert c = cert_of(50);
	struct book_deed d = deed_of(1, TICKET_ISSUE);

	(void)state;
	GOOD(book_begin(book, &e));
	issue(3);
	BAD(book_issued(book, &c, &d, span_text("x"), &e), ERR_CONFLICT);
	BAD(book_end(book, &e), ERR_IO);
	c = cert_of(3);
	BAD(book_by_serial(book, c.serial, &c, &e), ERR_ABSENT);
}

static void
test_changes(void **state)
{
	struct crl list = {0};
	struct book_cert c = cert_of(2);
	struct book_deed d = deed_of(2, TICKET_REVOKE);
	struct book_crl crl = { .number = 5, .this_update = 1, .next_update = 2 };
	DROP(buf_wipe) struct buf der = {0};
	bool yes = true;

	(void)state;
	GOOD(book_begin(book, &e));
	GOOD(book_crl_keep(book, PROFILE_ROBOT_MAIL, 0, &crl, span_text("old"), &e));
	GOOD(book_key_compromised(book, c.key_hash, &yes, &e));
	assert_false(yes);
	c.status = CERT_REVOKED;
	c.reason = 1;
	c.changed_at = 200;
	GOOD(book_changed(book, &c, &d, &e));
	GOOD(book_end(book, &e));
	GOOD(book_key_compromised(book, c.key_hash, &yes, &e));
	assert_true(yes);
	GOOD(book_crl(book, PROFILE_ROBOT_MAIL, 0, &crl, &der, &e));
	assert_true(crl.stale);
	assert_int_equal(crl.number, 5);
	GOOD(book_crl_entries(book, PROFILE_ROBOT_MAIL, 0, 0, &list, &e));
	assert_true(list.entries.len > 0);
	crl_wipe(&list);
	GOOD(book_crl_entries(book, PROFILE_ROBOT_MAIL, 0, 5000, &list, &e));	/* expired at that second */
	assert_true(list.entries.len > 0);
	crl_wipe(&list);
	GOOD(book_crl_entries(book, PROFILE_ROBOT_MAIL, 0, 5001, &list, &e));	/* shown after its end: gone */
	assert_int_equal(list.entries.len, 0);
	GOOD(book_crl_entries(book, PROFILE_ROBOT_TLS, 0, 0, &list, &e));
	assert_int_equal(list.entries.len, 0);
	GOOD(book_crl(book, PROFILE_ROBOT_TLS, 0, &crl, &der, &e));
	assert_int_equal(crl.number, 0);
}

static void
test_head(void **state)
{
	unsigned char root[LEAF_HASH] = { 9 }, got[LEAF_HASH];
	int64_t size = -1;

	(void)state;
	GOOD(book_head(book, &size, got, &e));
	assert_int_equal(size, 0);
	for (int64_t n = 3; n < 5; n++) {
		GOOD(book_begin(book, &e));
		GOOD(book_head_keep(book, n, root, &e));
		GOOD(book_end(book, &e));
	}
	reopen();
	GOOD(book_head(book, &size, got, &e));
	assert_int_equal(size, 4);
	assert_memory_equal(got, root, LEAF_HASH);
}

static bool
count(void *n, int64_t number, const unsigned char hash[LEAF_HASH], struct err *e)
{
	(void)number, (void)hash, (void)e;
	++*(int *)n;
	return true;
}

/* A crash between store and journal: made good. More in the journal than in the store: refused. */
static void
test_journal(void **state)
{
	char path[64];
	struct journal *j = NULL;
	unsigned char hash[LEAF_HASH] = { 1 };
	int n = 0;

	(void)state;
	snprintf(path, sizeof(path), "%s/journal", dir);
	GOOD(journal_each(path, count, &n, &e));
	assert_int_equal(n, 3);
	book_drop(&book);
	assert_int_equal(truncate(path, 48), 0);
	GOOD(book_open(&book, dir, &e));
	n = 0;
	GOOD(journal_each(path, count, &n, &e));
	assert_int_equal(n, 3);
	book_drop(&book);
	GOOD(journal_open(&j, path, &e));
	GOOD(journal_append(j, 99, hash, &e));
	GOOD(journal_write(j, &e));
	journal_drop(&j);
	BAD(book_open(&book, dir, &e), ERR_TAMPER);
	assert_int_equal(truncate(path, 96), 0);
	GOOD(journal_open(&j, path, &e));
	GOOD(journal_append(j, 99, hash, &e));		/* in place of the third */
	GOOD(journal_write(j, &e));
	journal_drop(&j);
	BAD(book_open(&book, dir, &e), ERR_TAMPER);
	assert_int_equal(truncate(path, 96), 0);
	GOOD(book_open(&book, dir, &e));
}

static int
start(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(dir));
	GOOD(book_open(&book, dir, &e));
	return 0;
}

/* The retention table speaks of what the signer remembers, too. */
static void
test_ruled(void **state)
{
	static const struct store_spec reading = { .name = "signer", .read_only = true };
	DROP(store_drop) struct store *st = NULL;
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/book.sqlite", dir);
	GOOD(store_open(&st, &reading, path, &e));
	assert_ruled(st, "signer:");
}

static int
end(void **state)
{
	static const char *const files[] = { "book.sqlite", "book.sqlite-wal", "book.sqlite-shm", "book.sqlite.lock", "journal" };
	char path[128];

	(void)state;
	book_drop(&book);
	for (size_t i = 0; i < COUNT(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		(void)unlink(path);
	}
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_batches), cmocka_unit_test(test_broken),
		cmocka_unit_test(test_changes), cmocka_unit_test(test_head), cmocka_unit_test(test_journal),
		cmocka_unit_test(test_ruled),
	};

	return cmocka_run_group_tests(tests, start, end);
}
