/* tests/unit/test_chain.c - appending, taking back, restarting, proving and finding entries. */
#include <sqlite3.h>
#include "tests/unit/place.h"
#include "tests/unit/site.h"
#include "ledger/tree.h"

static void
entries_are_chained_and_survive(void **state)
{
	struct place *p = *state;
	struct site s = {0};
	struct err e = {0};
	unsigned char root[LEAF_HASH], again[LEAF_HASH], head[LEAF_HASH], head_again[LEAF_HASH];

	GOOD(site_open(&s, p->dir, &e));
	chain_root(s.chain, root);
	digest(again, "", 0);
	assert_memory_equal(root, again, LEAF_HASH);
	GOOD(site_grow(&s, 700, 33, &e));
	assert_int_equal(chain_size(s.chain), 700);
	chain_root(s.chain, root);
	chain_head_hash(s.chain, head);
	site_close(&s);
	GOOD(site_open(&s, p->dir, &e));
	assert_int_equal(chain_size(s.chain), 700);
	chain_root(s.chain, again);
	chain_head_hash(s.chain, head_again);
	assert_memory_equal(root, again, LEAF_HASH);
	assert_memory_equal(head, head_again, LEAF_HASH);
	GOOD(site_grow(&s, 100, 7, &e));
	site_close(&s);
}

/* The root after a restart comes from stored nodes: compare with a plain tree at awkward sizes. */
static void
restarts_at_every_kind_of_size(void **state)
{
	struct place *p = *state;
	struct site s = {0};
	struct err e = {0};
	struct tree plain = {0};
	unsigned char root[LEAF_HASH], want[LEAF_HASH], hash[LEAF_HASH];

	for (int64_t n = 0; n < 1030; n++) {
		GOOD(site_open(&s, p->dir, &e));
		chain_root(s.chain, root);
		tree_root(&plain, want);
		assert_memory_equal(root, want, LEAF_HASH);
		/* Near a border one at a time, else a stretch. */
		do {
			GOOD(site_grow(&s, 1, 1, &e));
			chain_head_hash(s.chain, hash);
			tree_append(&plain, hash);
			n++;
		} while (n % 256 > 2 && n % 256 < 254 && n < 1030);
		n--;
		site_close(&s);
	}
}

static void
rollback_and_marks_take_entries_back(void **state)
{
	struct place *p = *state;
	struct site s = {0};
	struct err e = {0};
	unsigned char root[LEAF_HASH], again[LEAF_HASH];

	GOOD(site_open(&s, p->dir, &e));
	GOOD(site_grow(&s, 254, 254, &e));
	chain_root(s.chain, root);
	GOOD(store_begin(s.st, &e));
	for (int64_t n = 254; n < 300; n++)
		GOOD(site_append(&s, n, &e));
	store_rollback(s.st);
	chain_rolled_back(s.chain);
	assert_int_equal(chain_size(s.chain), 254);
	chain_root(s.chain, again);
	assert_memory_equal(root, again, LEAF_HASH);
	GOOD(store_begin(s.st, &e));
	GOOD(site_append(&s, 254, &e));
	GOOD(store_mark(s.st, &e));
	chain_mark(s.chain);
	for (int64_t n = 255; n < 260; n++)
		GOOD(site_append(&s, n, &e));
	store_back(s.st);
	chain_back(s.chain);
	assert_int_equal(chain_size(s.chain), 255);
	chain_root(s.chain, again);
	assert_memory_equal(root, again, LEAF_HASH);	/* of what is committed */
	GOOD(store_commit(s.st, &e));
	GOOD(chain_committed(s.chain, &e));
	chain_root(s.chain, again);
	assert_memory_not_equal(root, again, LEAF_HASH);
	GOOD(site_grow(&s, 100, 9, &e));
	site_close(&s);
	GOOD(site_open(&s, p->dir, &e));
	assert_int_equal(chain_size(s.chain), 355);
	site_close(&s);
}

static void
what_is_refused(void **state)
{
	struct place *p = *state;
	struct site s = {0};
	struct err e = {0};
	struct leaf l = { .kind = KIND_OWN, .role = ACTOR_OWNER };
	struct detail d = {0};
	const int64_t midnight = SITE_TIME / 86400 * 86400 + 86400;
	int64_t seq;

	GOOD(site_open(&s, p->dir, &e));
	GOOD(store_begin(s.st, &e));
	GOOD(chain_append(s.chain, &l, &d, midnight + 10, &seq, &e));
	assert_int_equal(seq, 0);
	l.subject[0] = 1;
	BAD(chain_append(s.chain, &l, &d, midnight - 51, &seq, &e), ERR_DENIED);
	BAD(chain_append(s.chain, &l, &d, midnight - 1, &seq, &e), ERR_DENIED);
	BAD(chain_append(s.chain, &l, &d, -1, &seq, &e), ERR_INPUT);
	l.kind = KIND__COUNT;
	BAD(chain_append(s.chain, &l, &d, midnight, &seq, &e), ERR_INPUT);
	l.kind = KIND_SYSTEM;
	l.role = 0;
	BAD(chain_append(s.chain, &l, &d, midnight, &seq, &e), ERR_INPUT);
	l.role = ACTOR_SYSTEM;
	d.record.box = span_of("x", 1);
	BAD(chain_append(s.chain, &l, &d, midnight, &seq, &e), ERR_INPUT);
	d.record.box = span_of(NULL, 0);
	GOOD(chain_append(s.chain, &l, &d, midnight, &seq, &e));
	assert_int_equal(seq, 1);		/* refusals leave no gap */
	GOOD(store_commit(s.st, &e));
	GOOD(chain_committed(s.chain, &e));
	BAD(chain_duty_open(s.chain, 2, &e), ERR_ABSENT);
	BAD(chain_duty_done(s.chain, 1, &e), ERR_ABSENT);
	GOOD(chain_duty_open(s.chain, 1, &e));
	GOOD(chain_duty_done(s.chain, 1, &e));
	GOOD(chain_duty_done(s.chain, 1, &e));
	site_close(&s);
	/* The head's time survives a restart, though the second entry was ten seconds older. */
	GOOD(site_open(&s, p->dir, &e));
	l.subject[0] = 2;
	BAD(chain_append(s.chain, &l, &d, midnight - 51, &seq, &e), ERR_DENIED);
	site_close(&s);
}

static void
proofs_check(void **state)
{
	static const int64_t froms[] = { 0, 1, 2, 3, 255, 256, 257, 300, 511, 512, 513, 700 };
	struct place *p = *state;
	struct site s = {0};
	struct err e = {0};
	unsigned char roots[701][LEAF_HASH], leaves[700][LEAF_HASH];

	GOOD(site_open(&s, p->dir, &e));
	for (int64_t n = 0; n <= 700; n++) {
		chain_root(s.chain, roots[n]);
		if (n == 700)
			break;
		GOOD(store_begin(s.st, &e));
		GOOD(site_append(&s, n, &e));
		GOOD(store_commit(s.st, &e));
		GOOD(chain_committed(s.chain, &e));
		chain_head_hash(s.chain, leaves[n]);
	}
	for (size_t i = 0; i < COUNT(froms); i++) {
		DROP(buf_wipe) struct buf proof = {0};

		GOOD(chain_consistency(s.chain, froms[i], &proof, &e));
		GOOD(tree_consistency_check(froms[i], 700, roots[froms[i]], roots[700],
		    span_buf(&proof), &e));
	}
	for (int64_t seq = 0; seq < 700; seq += 37)
		for (int64_t size = seq + 1; size <= 700; size += 101) {
			DROP(buf_wipe) struct buf proof = {0};

			GOOD(chain_inclusion(s.chain, seq, size, &proof, &e));
			GOOD(tree_inclusion_check(seq, size, leaves[seq], span_buf(&proof),
			    roots[size], &e));
		}
	{
		DROP(buf_wipe) struct buf proof = {0};

		BAD(chain_consistency(s.chain, 701, &proof, &e), ERR_INPUT);
		BAD(chain_inclusion(s.chain, 5, 701, &proof, &e), ERR_INPUT);
	}
	site_close(&s);
}

static void
read_by_number_and_erased(void **state)
{
	struct place *p = *state;
	struct site s = {0};
	struct err e = {0};
	struct leaf l;
	unsigned char tag[LEAF_TAG];
	DROP(buf_wipe) struct buf record = {0}, values = {0};

	GOOD(site_open(&s, p->dir, &e));
	GOOD(site_grow(&s, 20, 20, &e));
	site_tag(tag, 9);
	GOOD(chain_read(s.chain, 9, &l, &record, &values, &e));
	assert_int_equal(record.len, 180);
	assert_int_equal(values.len, 90);
	assert_memory_equal(l.subject, tag, LEAF_TAG);
	GOOD(chain_erase_detail(s.chain, 9, 2, &e));
	GOOD(chain_read(s.chain, 9, &l, &record, &values, &e));
	assert_int_equal(record.len, 180);
	assert_int_equal(values.len, 0);
	GOOD(chain_erase_detail(s.chain, 9, 3, &e));
	GOOD(chain_read(s.chain, 9, &l, &record, &values, &e));
	assert_int_equal(record.len, 0);
	BAD(chain_erase_detail(s.chain, 9, 4, &e), ERR_INPUT);
	BAD(chain_erase_detail(s.chain, 99, 1, &e), ERR_ABSENT);
	BAD(chain_read(s.chain, 99, &l, &record, &values, &e), ERR_ABSENT);
	BAD(chain_read(s.chain, -1, &l, NULL, NULL, &e), ERR_ABSENT);
	site_close(&s);
}

static void
checkpoints_are_kept_once(void **state)
{
	struct place *p = *state;
	struct site s = {0};
	struct err e = {0};
	DROP(buf_wipe) struct buf note = {0}, other = {0};
	struct checkpoint c = { .origin = SITE_NAME, .size = 10 };
	int64_t size;

	GOOD(site_open(&s, p->dir, &e));
	BAD(chain_checkpoint_get(s.chain, &size, &note, &e), ERR_ABSENT);
	GOOD(site_grow(&s, 10, 10, &e));
	GOOD(chain_checkpoint_get(s.chain, &size, NULL, &e));		/* how far, without the note */
	assert_int_equal(size, 10);
	size = 0;
	GOOD(chain_checkpoint_get(s.chain, &size, &note, &e));
	assert_int_equal(size, 10);
	GOOD(site_checkpoint(&s, &e));
	GOOD(checkpoint_sign(&other, &c, site_seed, &e));	/* a root of zeros */
	BAD(chain_checkpoint_store(s.chain, 10, span_buf(&other), &e), ERR_TAMPER);
	BAD(chain_checkpoint_store(s.chain, 9, span_buf(&note), &e), ERR_INPUT);
	BAD(chain_checkpoint_store(s.chain, 10, span_of("x\n", 2), &e), ERR_INPUT);
	chain_root(s.chain, c.root);
	snprintf(c.origin, sizeof(c.origin), "example.net/other");
	buf_reset(&other);
	GOOD(checkpoint_sign(&other, &c, site_seed, &e));
	BAD(chain_checkpoint_store(s.chain, 10, span_buf(&other), &e), ERR_CONFLICT);
	site_close(&s);
}

static void
path_of(char into[160], const char *dir, const char *name)
{
	snprintf(into, 160, "%s/%s", dir, name);
}

static void
a_short_journal_is_completed(void **state)
{
	struct place *p = *state;
	struct site s = {0};
	struct err e = {0};
	char path[160];

	GOOD(site_build(p->dir, 50, 10, &e));
	path_of(path, p->dir, "keeper/journal");
	assert_int_equal(truncate(path, 45 * JOURNAL_RECORD + 17), 0);
	GOOD(site_open(&s, p->dir, &e));
	site_close(&s);
	assert_int_equal(journal_view_size(path), 50);
	assert_int_equal(unlink(path), 0);
	GOOD(site_open(&s, p->dir, &e));
	site_close(&s);
	assert_int_equal(journal_view_size(path), 50);
}

static void
raw(const char *dir, const char *text)
{
	char path[160];
	sqlite3 *db = NULL;

	path_of(path, dir, "keeper/keeper.db");
	assert_int_equal(sqlite3_open(path, &db), 0);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), 0);
	assert_int_equal(sqlite3_close(db), 0);
}

static void
starting_refuses_what_contradicts(void **state)
{
	static const struct { const char *change, *says; } rows[] = {
		{ "DELETE FROM leaf WHERE number >= 40", "entry 40 " },
		{ "UPDATE leaf SET entry = (SELECT entry FROM leaf WHERE number = 3) WHERE number = 49", "entry 49: " },
		{ "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 10) WHERE size = 50", "checkpoint of 10 " },
		{ "UPDATE leaf SET at = at + 86400 WHERE number = 49", "entry 49" },
		{ "UPDATE leaf SET entry = (SELECT entry FROM leaf WHERE number = 3) WHERE number = 17", "50 entries has another root" },
	};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		char own[100];
		struct site s = {0};
		struct err e = {0};

		snprintf(own, sizeof(own), "%s/%zu", p->dir, i);
		GOOD(site_build(own, 50, 10, &e));
		raw(own, rows[i].change);
		assert_false(site_open(&s, own, &e));
		if (e.kind != ERR_TAMPER || strstr(e.text, rows[i].says) == NULL)
			fail_msg("%s: %s: %s", rows[i].change, err_kind_name(e.kind), e.text);
		site_close(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(entries_are_chained_and_survive), CASE(restarts_at_every_kind_of_size),
		CASE(rollback_and_marks_take_entries_back), CASE(what_is_refused),
		CASE(proofs_check), CASE(read_by_number_and_erased),
		CASE(checkpoints_are_kept_once), CASE(a_short_journal_is_completed),
		CASE(starting_refuses_what_contradicts),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
