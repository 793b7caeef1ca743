/* The signer remembers an erasure in its journal: once, on the keeper's word alone, and after a restart. */
#include <sodium.h>
#include "tests/unit/place.h"
#include "ledger/journal.h"
#include "ledger/tombstone.h"
#include "portal/signer/bury.h"
#include "privacy/rights/grave.h"

static struct secrets secrets = { .ticket = { 1, 2, 3 } };
static struct signer signer = { .secrets = &secrets };

/* One request as a batch of its own; what it said. */
static struct err
told(struct span body)
{
	struct ipc_ask a = { .in = body };
	struct err e = {0};

	GOOD(book_begin(signer.book, &e));
	assert_int_equal(tombstone_run(&signer, &a), IPC_ANSWER);
	GOOD(book_end(signer.book, &e));
	assert_int_equal(a.out.len, 0);
	return a.err;
}

static void
frame(struct buf *into, int64_t entry, const unsigned char key[TICKET_KEY])
{
	struct tombstone t = { .entry = entry, .erasure = 2, .key = 30, .tags = 31 };
	unsigned char hash[LEAF_HASH] = { 7, (unsigned char)entry };
	DROP(buf_wipe) struct buf wire = {0};

	grave_pack(&wire, &t, hash, key);
	pack_bytes(into, wire.data, wire.len);
}

struct found { int records, tombstones; struct tombstone last; };

static bool
note(void *self, int64_t number, const unsigned char hash[LEAF_HASH], struct err *e)
{
	struct found *f = self;

	(void)e;
	f->records++;
	if (tombstone_is(number)) {
		f->tombstones++;
		tombstone_read(&f->last, number, hash);
	}
	return true;
}

static struct found
journal_of(const struct place *p)
{
	struct found f = {0};
	struct err e = {0};
	char path[128];

	snprintf(path, sizeof(path), "%s/journal", p->dir);
	GOOD(journal_each(path, note, &f, &e));
	return f;
}

static void
kept_once(void **state)
{
	const struct place *p = *state;
	DROP(buf_wipe) struct buf one = {0}, other = {0};
	struct found f;
	struct err e = {0};

	GOOD(book_open(&signer.book, p->dir, &e));
	frame(&one, 12, secrets.ticket);
	frame(&other, 13, secrets.ticket);
	assert_int_equal(told(span_buf(&one)).kind, ERR_NONE);
	f = journal_of(p);
	assert_int_equal(f.tombstones, 1);
	assert_true(f.last.entry == 12 && f.last.erasure == 2 && f.last.key == 30 && f.last.tags == 31 && f.last.leaf[0] == 7 && f.last.leaf[1] == 12);
	/* the clerk carries it again, also after a restart; another one is another */
	assert_int_equal(told(span_buf(&one)).kind, ERR_NONE);
	book_drop(&signer.book);
	GOOD(book_open(&signer.book, p->dir, &e));
	assert_int_equal(told(span_buf(&one)).kind, ERR_NONE);
	assert_int_equal(told(span_buf(&other)).kind, ERR_NONE);
	f = journal_of(p);
	assert_int_equal(f.tombstones, 2);
	assert_int_equal(f.records, 2);
	assert_int_equal(f.last.entry, 13);
	book_drop(&signer.book);
}

static void
on_the_keepers_word_alone(void **state)
{
	static const unsigned char another[TICKET_KEY] = { 1, 2, 4 };
	const struct place *p = *state;
	DROP(buf_wipe) struct buf forged = {0}, longer = {0}, empty = {0};
	struct err e = {0};

	GOOD(book_open(&signer.book, p->dir, &e));
	frame(&forged, 12, another);
	assert_int_equal(told(span_buf(&forged)).kind, ERR_CRYPTO);
	frame(&longer, 12, secrets.ticket);
	assert_int_equal(told(span_of(longer.data, longer.len - 1)).kind, ERR_INPUT);
	pack_u8(&longer, 0);
	assert_int_equal(told(span_buf(&longer)).kind, ERR_INPUT);
	pack_bytes(&empty, "", 0);
	assert_int_equal(told(span_buf(&empty)).kind, ERR_INPUT);
	assert_int_equal(told(span_of(NULL, 0)).kind, ERR_INPUT);
	assert_int_equal(journal_of(p).records, 0);
	book_drop(&signer.book);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { CASE(kept_once), CASE(on_the_keepers_word_alone) };

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
