#include <sodium.h>
#include "ledger/base/clock.h"
#include "ledger/base/wipe.h"
#include "privacy/keeper/brake.h"
#include "privacy/keeper/why.h"

#define WAYS		4u	/* rows a hash may stand in */
#define LONGEST		900	/* seconds: the longest wait */

struct row { uint64_t hash; int64_t last; int64_t until; uint32_t level; };

struct hour { int64_t began; unsigned char key[32]; struct row *row; };

struct brake { size_t rows; struct hour now, before; };

/* How many tries are free, and how many seconds make one of them fade. */
static const struct { uint32_t free; int64_t fades; } kinds[BRAKE__COUNT] = {
	[BRAKE_SIGN_IN]		= {  5, 300 },
	[BRAKE_SIGN_IN_SOURCE]	= { 50,  20 },
	[BRAKE_PASSWORD]	= {  5, 300 },
	[BRAKE_JOIN]		= { 30,  60 },
	[BRAKE_FORGOT]		= { 10, 120 },
	[BRAKE_CODE]		= {  5, 300 },
	[BRAKE_RECEIPT]		= { 10, 120 },
	[BRAKE_CASE]		= {  5, 300 },
	[BRAKE_CASE_SOURCE]	= { 20,  60 },
};

bool
brake_open(struct brake **out, size_t rows, struct err *e)
{
	DROP(brake_drop) struct brake *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return FAIL(e, ERR_MEMORY, "brake");
	if (rows < WAYS || (rows & (rows - 1)) != 0)
		return FAIL(e, ERR_INPUT, "brake: %zu rows", rows);
	b->rows = rows;
	b->now.row = calloc(rows, sizeof(*b->now.row));
	b->before.row = calloc(rows, sizeof(*b->before.row));
	if (b->now.row == NULL || b->before.row == NULL)
		return FAIL(e, ERR_MEMORY, "brake");
	randombytes_buf(b->now.key, sizeof(b->now.key));
	randombytes_buf(b->before.key, sizeof(b->before.key));
	*out = b;
	b = NULL;
	return true;
}

void
brake_drop(struct brake **b)
{
	if (*b == NULL)
		return;
	wipe_free((*b)->now.row);
	wipe_free((*b)->before.row);
	wipe_free(*b);
	*b = NULL;
}

/* At the turn of an hour a new key; the table of two hours ago is emptied and used again. */
static void
turn(struct brake *b, int64_t now)
{
	struct hour old = b->before;

	if (b->now.began == 0)
		b->now.began = now;
	if (now >= b->now.began && now - b->now.began < HOUR)
		return;
	b->before = b->now;
	memset(old.row, 0, b->rows * sizeof(*old.row));
	b->now = (struct hour){ .began = now, .row = old.row };
	randombytes_buf(b->now.key, sizeof(b->now.key));
	explicit_bzero(&old, sizeof(old));
}

static void
part(crypto_generichash_state *h, struct span s)
{
	uint64_t n = s.len;

	crypto_generichash_update(h, (const unsigned char *)&n, sizeof(n));
	if (s.len > 0)
		crypto_generichash_update(h, s.p, s.len);
}

static uint64_t
hash_of(const struct hour *h, unsigned what, struct span account, struct span source)
{
	unsigned char w = (unsigned char)what, out[16];
	crypto_generichash_state st;
	uint64_t v;

	crypto_generichash_init(&st, h->key, sizeof(h->key), sizeof(out));
	crypto_generichash_update(&st, &w, 1);
	part(&st, account);
	part(&st, source);
	crypto_generichash_final(&st, out, sizeof(out));
	explicit_bzero(&st, sizeof(st));
	memcpy(&v, out, sizeof(v));
	return v == 0 ? 1 : v;		/* 0 marks a free row */
}

/* The row of this hash; with make, the set's stalest row is given up for it. */
static struct row *
row_of(struct brake *b, struct hour *h, uint64_t hash, bool make)
{
	struct row *set = &h->row[(hash & (b->rows / WAYS - 1)) * WAYS], *stale = set;

	for (unsigned i = 0; i < WAYS; i++) {
		if (set[i].hash == hash)
			return &set[i];
		if (set[i].last < stale->last)
			stale = &set[i];
	}
	if (!make)
		return NULL;
	*stale = (struct row){ .hash = hash };
	return stale;
}

/* Find the row, moving one of the hour before over. */
static struct row *
find(struct brake *b, unsigned what, struct span account, struct span source, int64_t now,
    bool make)
{
	uint64_t here, there;
	struct row *r, *old;

	turn(b, now);
	here = hash_of(&b->now, what, account, source);
	r = row_of(b, &b->now, here, false);
	if (r != NULL)
		return r;
	there = hash_of(&b->before, what, account, source);
	old = row_of(b, &b->before, there, false);
	if (old == NULL && !make)
		return NULL;
	r = row_of(b, &b->now, here, true);
	if (old != NULL) {
		*r = *old;
		r->hash = here;
		*old = (struct row){0};
	}
	return r;
}

bool
brake_ask(struct brake *b, enum brake_of what, struct span account, struct span source,
    int64_t now, struct err *e)
{
	const struct row *r = find(b, what, account, source, now, false);

	if (r != NULL && now < r->until && r->until - now <= LONGEST)
		return REFUSE(e, ERR_BUSY, WHY_SLOW_DOWN, "too many tries from one source");
	return true;
}

void
brake_count(struct brake *b, enum brake_of what, struct span account,
    struct span source, int64_t now)
{
	struct row *r = find(b, what, account, source, now, true);
	int64_t faded = now > r->last ? (now - r->last) / kinds[what].fades : 0;
	uint32_t over;

	r->level = faded >= r->level ? 1 : r->level - (uint32_t)faded + 1;
	r->last = now;
	over = r->level > kinds[what].free ? r->level - kinds[what].free : 0;
	r->until = over == 0 ? 0 : now + (over > 9 ? LONGEST : (int64_t)1 << over);
}

void
brake_clear(struct brake *b, enum brake_of what, struct span account,
    struct span source, int64_t now)
{
	struct row *r = find(b, what, account, source, now, false);

	if (r != NULL)
		*r = (struct row){0};
}
