#include <string.h>
#include "ledger/journal.h"
#include "ledger/tombstone.h"
#include "ledger/verify_pass.h"

/* LEFT JOIN: a tombstone of an entry that is missing must be seen, too. */
static const struct sql
	graves		= { "tombstones", "", "iiiiB",
	    "SELECT t.number, t.erasure, t.key, t.tags, l.entry FROM tombstone t"
	    " LEFT JOIN leaf l ON l.number = t.number ORDER BY t.number" };

/* The next tombstone of the keeper's journal; *more false at its end. */
static bool
next_line(struct site *s, struct journal_view *v, struct tombstone *t, bool *more, struct err *e)
{
	unsigned char hash[LEAF_HASH];
	struct err why = {0};
	int64_t number = 0;

	do
		*more = journal_view_next(v, &number, hash, &why);
	while (*more && !tombstone_is(number));
	if (*more)
		tombstone_read(t, number, hash);
	return why.kind == ERR_NONE ? true : verify_broken(s, 0, &why, e);
}

static bool
row_read(struct site *s, const struct rows *r, struct tombstone *t, struct err *e)
{
	unsigned char hash[LEAF_HASH];

	*t = (struct tombstone){ .entry = rows_i64(r, 0), .erasure = rows_i64(r, 1), .key = rows_i64(r, 2),
	    .tags = rows_i64(r, 3) };
	if (rows_null(r, 4) || rows_bytes(r, 4).len != LEAF_BYTES)
		return verify_bad(s, t->entry < 0 ? 0 : t->entry, e, "a tombstone without its entry");
	leaf_hash(rows_bytes(r, 4).p, hash);
	memcpy(t->leaf, hash, TOMBSTONE_LEAF);
	return true;
}

static bool
same(const struct tombstone *a, const struct tombstone *b)
{
	return a->entry == b->entry && a->erasure == b->erasure && a->key == b->key && a->tags == b->tags &&
	    memcmp(a->leaf, b->leaf, TOMBSTONE_LEAF) == 0;
}

/* The next one in the journal is one that the ledger should have, and has not. */
static bool
missing(struct site *s, struct journal_view *v, struct err *e)
{
	struct tombstone line;
	bool more;

	TRY(next_line(s, v, &line, &more, e));
	return more ? verify_bad(s, line.entry, e, "its tombstone is in the keeper's journal and missing in the ledger") :
	    FAIL(e, ERR_TAMPER, "the keeper's journal was cut short meanwhile");
}

/* Both are in the order of their entries.  The newest commit's may be missing in the journal. */
static bool
compare(struct site *s, struct journal_view *v, struct rows *r, struct err *e)
{
	struct err why = {0};
	bool more = true;

	while (rows_next(r, &why)) {
		struct tombstone kept, line;

		TRY(row_read(s, r, &kept, e));
		s->report->tombstones++;
		if (more)
			TRY(next_line(s, v, &line, &more, e));
		if (more && !same(&kept, &line))
			return verify_bad(s, kept.entry < line.entry ? kept.entry : line.entry, e,
			    "its tombstone is not the one in the keeper's journal");
		if (!more && kept.entry < s->batch)
			return verify_bad(s, kept.entry, e, "its tombstone is missing in the keeper's journal");
	}
	if (why.kind != ERR_NONE)
		return verify_broken(s, 0, &why, e);
	return s->report->tombstones >= s->graves_before || missing(s, v, e);
}

bool
verify_tombstones(struct site *s, struct err *e)
{
	DROP(journal_view_drop) struct journal_view *v = NULL;
	DROP(rows_drop) struct rows *r = NULL;
	struct err why = {0};

	if (!s->graves && s->graves_before == 0)	/* a store from before there were any */
		return true;
	if (!journal_view_open(&v, s->keeper_journal, 0, &why))
		return why.kind == ERR_ABSENT && s->graves_before == 0 ? true : verify_broken(s, 0, &why, e);
	if (!s->graves)
		return missing(s, v, e);
	if (!sql_ask(s->st, &r, &graves, &why))
		return verify_broken(s, 0, &why, e);
	return compare(s, v, r, e);
}
