#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "ledger/base/log.h"
#include "portal/signer/signer.h"

#define ERRANDS_MOST	64

static void
errand_drop(void *work)
{
	struct errand *d = work, **at = &d->signer->errands;

	while (*at != NULL && *at != d)
		at = &(*at)->next;
	if (*at == d)
		*at = d->next;
	d->signer->errand_last = &d->signer->errands;
	while (*d->signer->errand_last != NULL)
		d->signer->errand_last = &(*d->signer->errand_last)->next;
	d->signer->errand_count--;
	buf_wipe(&d->answer);
	free(d);
}

bool
errand_send(struct signer *s, struct ipc_ask *a, struct span request, struct err *e)
{
	struct errand *d;

	if (s->errand_count >= ERRANDS_MOST)
		return FAIL(e, ERR_BUSY, "too many requests are being looked at");
	TRY(nursery_send(&s->nursery, s->errand_id + 1, request, e));
	d = calloc(1, sizeof(*d));
	if (d == NULL)
		return FAIL(e, ERR_MEMORY, "errand");
	*d = (struct errand){ .signer = s, .ask = a, .id = ++s->errand_id };
	*s->errand_last = d;
	s->errand_last = &d->next;
	s->errand_count++;
	a->work = d;
	a->work_drop = errand_drop;
	return true;
}

static void
lose(struct errand *d)
{
	d->lost = d->back = true;
	ipc_again(d->signer->server, d->ask);
}

/* The child took them in order: the oldest without an answer is the one it died over. */
static void
died(struct signer *s)
{
	log_warn("the request worker died and was replaced");
	for (struct errand *d = s->errands; d != NULL; d = d->next)
		if (!d->back) {
			lose(d);
			return;
		}
}

static void
deliver(struct signer *s, int64_t id, struct buf *answer)
{
	for (struct errand *d = s->errands; d != NULL; d = d->next)
		if (d->id == id && !d->back) {
			d->answer = *answer;
			*answer = (struct buf){0};
			d->back = true;
			ipc_again(s->server, d->ask);
			return;
		}
}

void
errand_watch(void *self, int fd)
{
	struct signer *s = self;

	(void)fd;
	for (;;) {
		DROP(buf_wipe) struct buf answer = {0};
		enum nursery_word what;
		struct err e = {0};
		int64_t id;

		if (nursery_take(&s->nursery, &id, &what, &answer, &e)) {
			if (what == NURSERY_DIED)
				died(s);
			else
				deliver(s, id, &answer);
			continue;
		}
		if (e.kind == ERR_BUSY)
			return;
		log_err("nursery", &e);		/* gone for good: end, and be started anew */
		for (struct errand *d = s->errands; d != NULL; d = d->next)
			if (!d->back)
				lose(d);
		*s->stop = 1;
		return;
	}
}

bool
errand_answer(struct ipc_ask *a, unsigned char key_hash[32], struct span *answer, struct err *e)
{
	struct errand *d = a->work;

	memset(key_hash, 0, 32);
	if (d->lost)
		return FAIL(e, ERR_BUSY, "the child died over this request");
	*answer = span_buf(&d->answer);
	unpack_exact(answer, key_hash, 32);
	if (answer->bad || answer->len == 0)
		return FAIL(e, ERR_IO, "the child's answer makes no sense");
	return true;
}
