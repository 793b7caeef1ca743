#include <sodium.h>
#include "privacy/keeper/keeper.h"
#include "privacy/keeper/trail.h"

#define COLUMN_TRAIL 1u		/* inside the sealed place */

static const struct sql
sql_trail = { "subject_trail", "k", "iB", "SELECT entries, trail FROM subject WHERE number = $1" },
sql_trail_store = { "subject_trail_store", "ibki", "",
	"UPDATE subject SET entries = $1, trail = $2 WHERE number = $3 AND entries = $4" };

/* ---- places and numbers ---- */

/* Skew-binary: digits weigh 2^n - 1, taken greedily from the largest; the last taken is the smallest. */
int64_t
trail_far(int64_t place)
{
	int64_t weight = 0;

	if (place <= 0)
		return -1;
	/* The largest 2^n - 1 that is not more than what is left: one bit less than left + 1 has. */
	for (int64_t left = place; left > 0; left -= weight)
		weight = (int64_t)((UINT64_C(1) << (63 - __builtin_clzll((uint64_t)left + 1))) - 1);
	return place - weight;
}

int64_t
trail_next_before(const struct trail *t)
{
	return t->count == 0 ? -1 : t->number[0];
}

/* The next one's far is the newest entry, or else the far of its far: two digits became one. */
static size_t
next_far(const struct trail *t)
{
	return trail_far(t->entries) == t->entries - 1 ? 0 : 2;
}

int64_t
trail_next_far(const struct trail *t)
{
	return t->count == 0 ? -1 : t->number[next_far(t)];
}

void
trail_push(struct trail *t, int64_t number)
{
	size_t from = t->count == 0 ? 0 : next_far(t);

	memmove(t->number + 1, t->number + from, (t->count - from) * sizeof(t->number[0]));
	t->number[0] = number;
	t->count = t->count - from + 1;
	t->entries++;
}

/* How many numbers lead from the newest of so many entries to the first. */
static size_t
length_of(int64_t entries)
{
	size_t n = 0;

	for (int64_t place = entries - 1; place >= 0; place = trail_far(place))
		n++;
	return n;
}

/* ---- the subject's row ---- */

static struct seal_place
row_place(const struct owner *o, int64_t entries)
{
	return (struct seal_place){ .table = "subject", .field = COLUMN_TRAIL,
	    .subject = o->number, .version = entries, .key = o->key };
}

static bool
unpack_trail(struct trail *t, struct span s, struct err *e)
{
	t->count = length_of(t->entries);
	for (size_t i = 0; i < t->count; i++)
		t->number[i] = unpack_i64(&s);
	return unpack_end(&s, "trail", e);
}

static bool
row_open(struct keeper *k, const struct owner *o, struct span box, struct trail *t, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};
	struct seal_place at = row_place(o, t->entries);
	struct err why = {0};

	if (t->entries == 0 && box.len == 0)
		return true;
	if (t->entries > 0 && box.len > 0 && vault_unseal(k->vault, &at, box, &plain, &why) &&
	    unpack_trail(t, span_buf(&plain), &why))
		return true;
	if (why.kind != ERR_NONE && why.kind != ERR_CRYPTO && why.kind != ERR_INPUT) {
		if (e != NULL)
			*e = why;
		return false;
	}
	return FAIL(e, ERR_TAMPER, "trail: subject %lld: what leads to its %lld entries is missing"
	    " or does not open", (long long)o->number, (long long)t->entries);
}

bool
trail_load(struct keeper *k, const struct owner *o, struct trail *t, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	*t = (struct trail){ .subject = -1 };
	TRY(sql_first(k->store, &r, &sql_trail, e, o->number));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "trail: no such subject");
	t->entries = rows_i64(r, 0);
	TRY(row_open(k, o, rows_bytes(r, 1), t, e));
	t->subject = o->number;
	return true;
}

bool
trail_store(struct keeper *k, const struct owner *o, const struct trail *t, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0}, box = {0};
	struct seal_place at = row_place(o, t->entries);

	for (size_t i = 0; i < t->count; i++)
		pack_i64(&plain, t->number[i]);
	TRY(buf_ok(&plain, e));
	TRY(vault_seal(k->vault, &at, span_buf(&plain), &box, e));
	return sql_later(k->store, &sql_trail_store, e, t->entries, (const void *)box.data, box.len,
	    o->number, t->entries - 1);
}

/* ---- entries ---- */

void
trail_entry_wipe(struct trail_entry *x)
{
	buf_wipe(&x->record);
	buf_wipe(&x->values);
	detail_opened_wipe(&x->opened);
}

static bool
read_entry(struct keeper *k, const struct owner *o, struct trail_entry *x, struct err *e)
{
	unsigned char tag[LEAF_TAG];

	TRY(detail_tag(k->vault, o, x->place, tag, e));
	TRY(chain_read(k->chain, x->number, &x->leaf, &x->record, &x->values, e));
	if (sodium_memcmp(tag, x->leaf.subject, LEAF_TAG) != 0)
		return FAIL(e, ERR_TAMPER, "entry %lld is not theirs", (long long)x->number);
	return detail_open(k->vault, o, x->place, span_buf(&x->record), span_buf(&x->values), false,
	    &x->opened, e);
}

/* Entries never go: a number that leads nowhere was tampered with, and so was a box that does not open. */
bool
trail_at(struct keeper *k, const struct owner *o, int64_t place, int64_t number,
    struct trail_entry *x, struct err *e)
{
	struct err why = {0};

	trail_entry_wipe(x);
	x->place = place;
	x->number = number;
	if (read_entry(k, o, x, &why))
		return true;
	if (why.kind == ERR_ABSENT || why.kind == ERR_CRYPTO || why.kind == ERR_TAMPER)
		return FAIL(e, ERR_TAMPER, "trail: subject %lld, place %lld: %.100s",
		    (long long)o->number, (long long)place, why.text);
	if (e != NULL)
		*e = why;
	return false;
}

static bool
step(struct keeper *k, const struct owner *o, struct trail_entry *x, bool far, struct err *e)
{
	int64_t number = far ? x->opened.far : x->opened.before;

	if (x->record.len == 0)
		return FAIL(e, ERR_TAMPER, "trail: subject %lld, place %lld: its record is gone",
		    (long long)o->number, (long long)x->place);
	return trail_at(k, o, far ? trail_far(x->place) : x->place - 1, number, x, e);
}

bool
trail_older(struct keeper *k, const struct owner *o, struct trail_entry *x, struct err *e)
{
	if (x->place == 0)
		return FAIL(e, ERR_ABSENT, "trail: nothing before the first");
	return step(k, o, x, false, e);
}

bool
trail_find(struct keeper *k, const struct owner *o, int64_t place, struct trail_entry *x,
    struct err *e)
{
	struct trail t;
	int64_t at;
	size_t i = 0;

	TRY(trail_load(k, o, &t, e));
	if (place < 0 || place >= t.entries)
		return FAIL(e, ERR_ABSENT, "trail: no entry of place %lld", (long long)place);
	/* As far as the row's own numbers lead, nothing has to be read. */
	for (at = t.entries - 1; trail_far(at) >= place; at = trail_far(at))
		i++;
	TRY(trail_at(k, o, at, t.number[i], x, e));
	while (x->place > place)
		TRY(step(k, o, x, trail_far(x->place) >= place, e));
	return true;
}
