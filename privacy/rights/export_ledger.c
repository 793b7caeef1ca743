/* The history: every line with what it takes to check it against the ledger. */
#include "ledger/base/clock.h"
#include "privacy/keeper/trail.h"
#include "privacy/rights/export_sections.h"

/* Leaf and inner commitments, as in privacy/facts/history.c. */
static bool
proof(struct gather *g, int64_t number, struct err *e)
{
	static const struct sql sql = { "export_proof", "i", "bBBBB",
	    "SELECT l.entry, d.record_inner, d.record_sealed, d.values_inner, d.values_sealed"
	    " FROM detail d JOIN leaf l ON l.number = d.number WHERE d.number = $1" };
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(g->k->store, &r, &sql, e, number));
	if (r == NULL)
		return FAIL(e, ERR_TAMPER, "export: an entry without its detail");
	for (int i = 0; i < 5; i++)
		if (rows_null(r, i))
			tape_null(&g->tape);
		else
			tape_bytes(&g->tape, rows_bytes(r, i));
	return true;
}

static bool
values(struct gather *g, struct trail_entry *l, struct err *e)
{
	if (l->values.len == 0) {
		tape_null(&g->tape);
		tape_null(&g->tape);
		return true;
	}
	TRY(gather_allowed(g, l->opened.fields & ~FIELD_BIT(FIELD_CREDENTIAL), e));
	detail_opened_wipe(&l->opened);
	TRY(detail_open(g->k->vault, &g->owner, l->place, span_buf(&l->record), span_buf(&l->values), true, &l->opened, e));
	tape_bytes(&g->tape, span_buf(&l->opened.was));
	tape_bytes(&g->tape, span_buf(&l->opened.now));
	return true;
}

static bool
line(struct gather *g, struct trail_entry *l, struct err *e)
{
	struct buf *t = &g->tape;
	bool erased = l->record.len == 0;

	tape_row(t);
	g->rows++;
	tape_int(t, l->place + 1);
	tape_int(t, l->number);
	tape_int(t, erased ? (int64_t)l->leaf.day * DAY : l->opened.at);
	tape_int(t, l->leaf.kind);
	tape_int(t, l->leaf.role);
	tape_int(t, l->opened.purpose);
	tape_int(t, (int64_t)l->opened.fields);
	tape_text(t, l->opened.object);
	tape_int(t, l->opened.change);
	tape_int(t, erased);
	TRY(values(g, l, e));
	return proof(g, l->number, e);
}

/* Newest first, as on the page; g->key: how many were told. */
static bool
history_walk(struct gather *g, bool *more, struct err *e)
{
	DROP(trail_entry_wipe) struct trail_entry l = {0};
	bool first = true;

	if (g->key < 0)
		g->key = 0;
	for (; g->key < g->entries && !gather_full(g); g->key++, first = false) {
		TRY(first ? trail_find(g->k, &g->owner, g->entries - 1 - g->key, &l, e) : trail_older(g->k, &g->owner, &l, e));
		TRY(line(g, &l, e));
	}
	*more = g->key < g->entries;
	return true;
}

const struct export_reader reader_history = { NULL, NULL, history_walk };
