#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "ledger/base/wipe.h"
#include "privacy/keeper/again.h"
#include "privacy/vault/seal.h"

struct again {
	unsigned char	key[crypto_generichash_KEYBYTES];	/* of this process */
	struct told {
		int64_t		who, at;	/* who 0: an empty place */
		unsigned char	hash[AGAIN_HASH];
		struct buf	answer;		/* without the block, sealed */
	} told[AGAIN_MOST];
};

bool
again_open(struct again **out, struct err *e)
{
	*out = calloc(1, sizeof(**out));
	if (*out == NULL)
		return FAIL(e, ERR_MEMORY, "asked again: no memory");
	randombytes_buf((*out)->key, sizeof((*out)->key));
	return true;
}

static void
told_wipe(struct told *t)
{
	buf_wipe(&t->answer);
	sodium_memzero(t, sizeof(*t));
}

void
again_forget(struct again *g)
{
	for (size_t i = 0; g != NULL && i < AGAIN_MOST; i++)
		told_wipe(&g->told[i]);
}

void
again_drop(struct again **g)
{
	again_forget(*g);
	wipe_free(*g);
	*g = NULL;
}

void
again_sweep(struct again *g, int64_t now)
{
	for (size_t i = 0; g != NULL && i < AGAIN_MOST; i++)
		if (g->told[i].who != 0 && (g->told[i].at <= now - AGAIN_LIFE || g->told[i].at > now))
			told_wipe(&g->told[i]);
}

/* The session, the form, or the case that its pass-phrase opened; 0: nobody in particular. */
static int64_t
who_asks(const struct act *a)
{
	return a->session != 0 ? a->session : a->again_form != 0 ? a->again_form : -a->case_number;
}

static struct told *
told_to(struct again *g, int64_t who)
{
	for (size_t i = 0; i < AGAIN_MOST; i++)
		if (g->told[i].who == who)
			return &g->told[i];
	return NULL;
}

static struct told *
oldest(struct again *g)
{
	struct told *t = &g->told[0];

	for (size_t i = 1; i < AGAIN_MOST; i++)
		if (g->told[i].at < t->at)
			t = &g->told[i];
	return t;
}

static const struct seal_place here = { .table = "again" };
_Static_assert(AGAIN_KEY == SEAL_KEY, "seal.h");

/* The answer behind the block. */
static struct span
answer_of(const struct act *a)
{
	size_t block = (a->row->demands & ANSWER_BLOCK) != 0 ? SESSION_BLOCK_BYTES : 0;

	return a->out->len > block ? span_of(a->out->data + block, a->out->len - block) : span_of(NULL, 0);
}

void
act_again(struct keeper *k, struct act *a, struct span what, bool *found)
{
	unsigned char both[AGAIN_HASH + AGAIN_KEY];
	crypto_generichash_state h;
	const struct told *t;
	struct err e = {0};

	*found = false;
	if (k->again_told == NULL || who_asks(a) == 0)
		return;
	crypto_generichash_init(&h, k->again_told->key, sizeof(k->again_told->key), sizeof(both));
	crypto_generichash_update(&h, (const unsigned char *)&a->ask->op, sizeof(a->ask->op));
	crypto_generichash_update(&h, (const unsigned char *)&a->owner.number, sizeof(a->owner.number));
	crypto_generichash_update(&h, what.p, what.len);
	crypto_generichash_final(&h, both, sizeof(both));
	memcpy(a->again_hash, both, AGAIN_HASH);
	memcpy(a->again_key, both + AGAIN_HASH, AGAIN_KEY);
	sodium_memzero(both, sizeof(both));
	sodium_memzero(&h, sizeof(h));
	t = told_to(k->again_told, who_asks(a));
	*found = t != NULL && a->now >= t->at && a->now < t->at + AGAIN_LIFE && sodium_memcmp(t->hash, a->again_hash, AGAIN_HASH) == 0 &&
	    seal_open(a->out, a->again_key, &here, span_buf(&t->answer), &e);
	a->again = *found ? AGAIN_TOLD : AGAIN_KEEP;
}

void
act_again_form(struct keeper *k, struct act *a, struct span form, struct span what, bool *found)
{
	unsigned char place[crypto_generichash_BYTES_MIN];

	*found = false;
	if (k->again_told == NULL || form.len == 0)
		return;
	/* under this process's key: nobody chooses a number that is somebody else's place */
	crypto_generichash(place, sizeof(place), form.p, form.len, k->again_told->key, sizeof(k->again_told->key));
	memcpy(&a->again_form, place, sizeof(a->again_form));
	act_again(k, a, what, found);
}

void
again_over(struct again *g, const struct act *a)
{
	struct told *t;
	bool act = a->row->bearer == BEARER_SESSION && (a->row->demands & DEMAND_ACT) != 0;
	struct err e = {0};

	if (g == NULL || a->again == AGAIN_TOLD || (a->again == AGAIN_UNSAID && !act))
		return;
	t = told_to(g, who_asks(a));
	if (t == NULL && a->again == AGAIN_UNSAID)
		return;
	if (t == NULL)
		t = oldest(g);
	told_wipe(t);
	if (a->again == AGAIN_UNSAID)
		return;
	*t = (struct told){ .who = who_asks(a), .at = a->now };
	memcpy(t->hash, a->again_hash, AGAIN_HASH);
	if (!seal_close(&t->answer, a->again_key, &here, answer_of(a), &e))
		told_wipe(t);
}
