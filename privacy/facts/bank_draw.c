#include <sodium.h>
#include "privacy/facts/bank_draw.h"

size_t
bank_share(size_t draw, size_t topics)
{
	return topics == 0 ? draw : (draw + topics - 1) / topics;
}

bool
bank_pool_ready(const struct bank_pool *p, size_t draw)
{
	if (p->topics == 0 || p->count < draw)
		return false;
	for (size_t t = 0; t < p->topics; t++)
		if (p->size[t] < bank_share(draw, p->topics))
			return false;
	return true;
}

/* Fisher and Yates: every order is as likely as any other. */
static void
shuffle(size_t *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		all[i] = i;
	for (size_t i = n; i > 1; i--) {
		size_t j = randombytes_uniform((uint32_t)i), kept = all[i - 1];

		all[i - 1] = all[j];
		all[j] = kept;
	}
}

/* One question after another to the topics in turn, in an order that the lot picks, as long as they have any. */
static void
share_out(const struct bank_pool *p, size_t draw, size_t share[BANK_TOPICS])
{
	size_t turn[BANK_TOPICS];

	shuffle(turn, p->topics);
	for (size_t i = 0; draw > 0; i = (i + 1) % p->topics)
		if (share[turn[i]] < p->size[turn[i]]) {
			share[turn[i]]++;
			draw--;
		}
}

bool
bank_draw(const struct bank_pool *p, size_t draw, size_t *into, struct err *e)
{
	size_t share[BANK_TOPICS] = {0}, order[BANK_QUESTIONS], n = 0;

	if (draw == 0 || p->count < draw)
		return FAIL(e, ERR_ABSENT, "challenge: %zu questions to draw %zu from", p->count, draw);
	share_out(p, draw, share);
	shuffle(order, p->count);
	for (size_t i = 0; i < p->count; i++) {
		size_t *left = &share[p->topic[order[i]]];

		if (*left > 0) {
			(*left)--;
			into[n++] = order[i];
		}
	}
	return true;
}
