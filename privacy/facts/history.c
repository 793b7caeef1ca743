#include "privacy/facts/history.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

static void
line_pack(struct buf *b, const struct trail_entry *l)
{
	const struct detail_opened *o = &l->opened;
	bool erased = l->record.len == 0;

	pack_i64(b, l->place + 1);
	pack_i64(b, l->number);
	pack_i64(b, erased ? (int64_t)l->leaf.day * 86400 : o->at);
	pack_u8(b, l->leaf.kind);
	pack_u8(b, l->leaf.role);
	pack_u32(b, o->purpose);
	pack_i64(b, (int64_t)o->fields);
	pack_text(b, o->object);
	pack_u8(b, l->values.len > 0);
	pack_u8(b, erased);
}

bool
op_history(struct keeper *k, struct act *a, struct err *e)
{
	DROP(trail_entry_wipe) struct trail_entry l = {0};
	int64_t before = unpack_i64(&a->in), entries, from;
	uint32_t most = unpack_u32(&a->in), n;

	TRY(act_read(a, e));
	if (most < 1 || most > HISTORY_MOST || before < 0)
		return FAIL(e, ERR_INPUT, "history: %u entries", most);
	TRY(keeper_entries(k, &a->owner, &entries, e));
	from = before == 0 || before > entries ? entries : before - 1;
	n = from < (int64_t)most ? (uint32_t)from : most;
	pack_i64(a->out, entries);
	pack_u32(a->out, n);
	for (uint32_t i = 0; i < n; i++) {
		TRY(i == 0 ? trail_find(k, &a->owner, from - 1, &l, e) : trail_older(k, &a->owner, &l, e));
		line_pack(a->out, &l);
	}
	return act_record(k, a, "", e);
}

/* The entry's hashes, so that its owner can show it to somebody. */
static bool
proof_pack(struct keeper *k, struct act *a, const struct trail_entry *l, struct err *e)
{
	static const struct sql sql_proof = { "history_proof", "i", "BBBBb",
	    "SELECT d.record_inner, d.record_sealed, d.values_inner, d.values_sealed, l.entry"
	    " FROM detail d JOIN leaf l ON l.number = d.number WHERE d.number = $1" };
	static const unsigned char zeros[LEAF_HASH];
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_proof, e, l->number));
	if (r == NULL)
		return FAIL(e, ERR_TAMPER, "history: an entry without its detail");
	for (int col = 0; col < 4; col++) {
		struct span s = rows_null(r, col) ? span_of(zeros, sizeof(zeros)) : rows_bytes(r, col);

		pack_bytes(a->out, s.p, s.len);
	}
	pack_bytes(a->out, rows_bytes(r, 4).p, rows_bytes(r, 4).len);
	return true;
}

/* Old values are as guarded as the field they stood in. */
static bool
values_allowed(const struct act *a, const struct trail_entry *l, struct err *e)
{
	for (unsigned f = 1; f < FIELD__COUNT; f++)
		if ((l->opened.fields & FIELD_BIT(f)) != 0)
			TRY(act_may(a, (enum field)f, e));
	return true;
}

bool
op_history_entry(struct keeper *k, struct act *a, struct err *e)
{
	DROP(trail_entry_wipe) struct trail_entry l = {0};
	int64_t place = unpack_i64(&a->in), entries;

	TRY(act_read(a, e));
	TRY(keeper_entries(k, &a->owner, &entries, e));
	if (place < 1 || place > entries)
		return FAIL(e, ERR_ABSENT, "history: no such entry");
	TRY(trail_find(k, &a->owner, place - 1, &l, e));
	if (l.values.len > 0) {
		struct record_line r = { .about = &a->owner, .purpose = a->purpose, .role = a->role,
		    .fields = l.opened.fields };

		TRY(values_allowed(a, &l, e));
		detail_opened_wipe(&l.opened);
		TRY(detail_open(k->vault, &a->owner, place - 1, span_buf(&l.record),
		    span_buf(&l.values), true, &l.opened, e));
		TRY(keeper_record(k, &r, a->now, NULL, e));
	} else {
		TRY(act_record(k, a, "", e));
	}
	line_pack(a->out, &l);
	pack_bytes(a->out, l.opened.was.data, l.opened.was.len);
	pack_bytes(a->out, l.opened.now.data, l.opened.now.len);
	return proof_pack(k, a, &l, e);
}
