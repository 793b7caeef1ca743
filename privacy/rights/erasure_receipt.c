#include <string.h>
#include "ledger/checkpoint.h"
#include "ledger/proof.h"
#include "ledger/shown.h"
#include "privacy/rights/erasure_receipt.h"
#include "privacy/rights/grave.h"

#define GRAVES_AT_ONCE	64

static const struct sql
sql_entry = { "receipt_entry", "i", "bBBBB",
	"SELECT l.entry, d.record_sealed, d.record_box, d.values_inner, d.values_sealed"
	" FROM leaf l JOIN detail d ON d.number = l.number WHERE l.number = $1" },
sql_untold = { "graves_untold", "i", "ib",
	"SELECT l.number, l.entry FROM erasure x JOIN leaf l ON l.number = x.receipt"
	" WHERE x.stage = 6 ORDER BY x.number LIMIT $1" };
_Static_assert(ERASE_DONE == 6, "statements and indexes say 6");

/* Columns that are NULL where there is no such part. */
static void
hash_column(const struct rows *r, int col, unsigned char into[LEAF_HASH])
{
	memset(into, 0, LEAF_HASH);
	if (!rows_null(r, col) && rows_bytes(r, col).len == LEAF_HASH)
		memcpy(into, rows_bytes(r, col).p, LEAF_HASH);
}

static bool
show(struct keeper *k, int64_t number, int64_t place, const char *words, struct buf *packed, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf plain = {0};
	struct shown s = {0};

	TRY(sql_first(k->store, &r, &sql_entry, e, number));
	if (r == NULL || rows_bytes(r, 0).len != LEAF_BYTES)
		return FAIL(e, ERR_TAMPER, "receipt: entry %lld is missing", (long long)number);
	memcpy(s.leaf, rows_bytes(r, 0).p, LEAF_BYTES);
	hash_column(r, 1, s.sealed_r);
	hash_column(r, 3, s.inner_v);
	hash_column(r, 4, s.sealed_v);
	TRY(detail_show(k->vault, &k->site, place, rows_bytes(r, 2), &plain, s.salt, e));
	s.record = span_buf(&plain);
	snprintf(s.words, sizeof(s.words), "%s", words);
	shown_pack(packed, &s);
	return buf_ok(packed, e);
}

bool
site_receipt(struct keeper *k, int64_t number, int64_t place, const char *words, struct buf *into, struct err *e)
{
	DROP(proof_wipe) struct proof p = { .index = number };
	struct err none = {0};
	int64_t size;

	if (!chain_checkpoint_get(k->chain, &size, &p.note, &none))
		return none.kind == ERR_ABSENT || err_hand_on(e, &none);
	if (size <= number || size > chain_settled(k->chain))
		return true;		/* not under a checkpoint yet */
	TRY(chain_inclusion(k->chain, number, size, &p.hashes, e));
	TRY(show(k, number, place, words, &p.extra, e));
	return proof_write(into, &p, e);
}

bool
erasure_receipt(struct keeper *k, const struct erasure *x, struct buf *into, struct err *e)
{
	char words[ERASE_WORDS];

	erasure_words(x, words);
	return site_receipt(k, x->receipt, x->place, words, into, e);
}

static bool
grave_one(struct keeper *k, const struct rows *r, struct buf *into, struct err *e)
{
	DROP(buf_wipe) struct buf wire = {0};
	unsigned char hash[LEAF_HASH];
	struct tombstone t;

	TRY(chain_tombstone(k->chain, rows_i64(r, 0), &t, e));
	leaf_hash(rows_bytes(r, 1).p, hash);
	grave_pack(&wire, &t, hash, k->keys->ticket);
	TRY(buf_ok(&wire, e));
	pack_bytes(into, wire.data, wire.len);
	return buf_ok(into, e);
}

bool
graves_open(struct keeper *k, struct buf *into, uint32_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_untold, e, (int64_t)GRAVES_AT_ONCE));
	for (*n = 0; rows_next(r, &end); ++*n) {
		/* What this very commit wrote may still be rolled back. */
		if (rows_i64(r, 0) >= chain_settled(k->chain))
			break;
		TRY(grave_one(k, r, into, e));
	}
	return err_hand_on(e, &end);
}
