#include <stdlib.h>
#include <string.h>
#include "ledger/base/wipe.h"
#include "ledger/journal.h"
#include "ledger/tombstone.h"
#include "ledger/verify_pass.h"

#define WINDOW		((int64_t)1 << 26)	/* entries whose tickets are marked at once: 8 MiB of bits */

static const struct sql
	duty_get	= { "duty_get", "i", "b",
	    "SELECT l.entry FROM duty d JOIN leaf l ON l.number = d.number WHERE d.number = $1" },
	grave_get	= { "grave_get", "i", "iii", "SELECT erasure, key, tags FROM tombstone WHERE number = $1" },
	duty_window	= { "duty_window", "ii", "ii",
	    "SELECT number, done FROM duty WHERE number >= $1 AND number < $2 ORDER BY number" },
	duty_stray	= { "duty_stray", "i", "i",
	    "SELECT number FROM duty WHERE number < 0 OR number >= $1 ORDER BY number LIMIT 1" };

struct duty_pass {
	struct site	*s;
	unsigned char	*marks;		/* a bit an entry of the window */
	int64_t		base, end;	/* the window: entries base <= n < end */
	int64_t		record;		/* of the signer's journal, at hand */
};

/* What the signer remembers of an erasure is what the ledger says of it. */
static bool
check_grave(struct duty_pass *p, const struct tombstone *t, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err why = {0};

	if (p->s->graves && !sql_first(p->s->st, &r, &grave_get, &why, t->entry))
		return verify_broken(p->s, t->entry, &why, e);
	return (r != NULL && rows_i64(r, 0) == t->erasure && rows_i64(r, 1) == t->key && rows_i64(r, 2) == t->tags) ||
	    verify_bad(p->s, t->entry, e, "its tombstone is not the one in the signer's journal");
}

/* A ticket that the signer honoured: is it of an entry that was a duty? */
static bool
mark_ticket(void *self, int64_t number, const unsigned char hash[LEAF_HASH], struct err *e)
{
	struct duty_pass *p = self;
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char own[LEAF_HASH];
	bool before = p->record++ < p->s->signer_before, grave = tombstone_is(number);
	struct tombstone t;
	struct err why = {0};

	if (grave) {
		tombstone_read(&t, number, hash);
		number = t.entry;
		hash = t.leaf;
	}

	if (number < 0 || (number >= p->s->size && before))
		return verify_bad(p->s, number < 0 ? 0 : number, e,
		    "the signer honoured a ticket of it, and it is missing");
	if (number < p->base || number >= p->end)
		return true;
	if (!sql_first(p->s->st, &r, &duty_get, &why, number))
		return verify_broken(p->s, number, &why, e);
	if (r == NULL || rows_bytes(r, 0).len != LEAF_BYTES)
		return verify_bad(p->s, number, e, "the signer honoured a ticket that no duty speaks of");
	leaf_hash(rows_bytes(r, 0).p, own);
	if (memcmp(own, hash, grave ? TOMBSTONE_LEAF : LEAF_HASH) != 0)
		return verify_bad(p->s, number, e, "is not what the signer's journal remembers");
	if (grave)
		TRY(check_grave(p, &t, e));
	p->marks[(number - p->base) / 8] |= (unsigned char)(1u << ((number - p->base) & 7));
	return true;
}

static bool
check_window(struct duty_pass *p, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err why = {0};

	if (!sql_ask(p->s->st, &r, &duty_window, &why, p->base, p->end))
		return verify_broken(p->s, p->base, &why, e);
	while (rows_next(r, &why)) {
		int64_t n = rows_i64(r, 0), done = rows_i64(r, 1), at = n - p->base;
		bool signed_for = p->marks[at / 8] >> (at & 7) & 1;

		if (done != 0 && done != 1)
			return verify_bad(p->s, n, e, "its duty is neither open nor done");
		if (done == 1 && !signed_for)
			return verify_bad(p->s, n, e, "done, and not in the signer's journal");
		p->s->report->duties++;
		p->s->report->open_duties += done == 0;
	}
	return why.kind == ERR_NONE ? true : verify_broken(p->s, p->base, &why, e);
}

/* The bad entry is the first that was done and that the signer's journal does not tell of before it goes wrong. */
static bool
journal_changed(struct duty_pass *p, const struct err *why, struct err *e)
{
	struct err first = {0};

	if (check_window(p, &first) || p->s->report->first_bad < 0)
		return FAIL(e, ERR_TAMPER, "the signer's %.120s", why->text);
	return verify_bad(p->s, p->s->report->first_bad, e, "the signer's %.100s", why->text);
}

static bool
run_window(struct duty_pass *p, struct err *e)
{
	struct err why = {0};

	p->record = 0;
	if (!journal_each(p->s->signer_journal, mark_ticket, p, &why) && why.kind != ERR_ABSENT) {
		return why.kind == ERR_TAMPER && p->s->report->first_bad < 0 ? journal_changed(p, &why, e) : err_hand_on(e, &why);
	}
	/* Records that were there before and are torn now were cut meanwhile. */
	if (p->record < p->s->signer_before && why.kind == ERR_ABSENT)
		return FAIL(e, ERR_TAMPER, "the signer's journal went away");
	return check_window(p, e);
}

bool
verify_duties(struct site *s, struct err *e)
{
	struct duty_pass p = { .s = s };
	DROP(rows_drop) struct rows *stray = NULL;
	int64_t span = s->size < WINDOW ? s->size : WINDOW;
	struct err why = {0};
	bool good = true;

	if (!sql_first(s->st, &stray, &duty_stray, &why, s->size))
		return verify_broken(s, 0, &why, e);
	if (stray != NULL)
		return verify_bad(s, rows_i64(stray, 0), e, "a duty without an entry");
	p.marks = malloc((size_t)(span / 8 + 1));
	if (p.marks == NULL)
		return FAIL(e, ERR_MEMORY, "verify");
	do {
		memset(p.marks, 0, (size_t)(span / 8 + 1));
		p.end = s->size - p.base < span ? s->size : p.base + span;
		good = run_window(&p, e);
		p.base = p.end;
	} while (good && p.base < s->size);
	wipe_free(p.marks);
	return good;
}
