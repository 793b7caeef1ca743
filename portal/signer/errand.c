#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "ledger/base/log.h"
#include "ledger/base/wipe.h"
#include "portal/signer/csr.h"
#include "portal/signer/errand.h"

#define ERRANDS_MOST	64

struct errand {			/* a request on its way to the child and back */
	struct signer	*signer;
	struct errand	*next;
	struct ipc_ask	*ask;
	int64_t		id;
	bool		back, lost;
	struct buf	answer;
};

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
	wipe_free(d);
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

/* ---- a request by itself ---- */

/* A good key that was reported compromised, or is on our own list of such. */
static bool
csr_answer(struct signer *s, struct ipc_ask *a, struct err *e)
{
	unsigned char key_hash[32];
	struct span answer;
	bool bad = false;

	TRY(errand_answer(a, key_hash, &answer, e));
	if (!sodium_is_zero(key_hash, 32)) {
		TRY(book_key_compromised(s->book, key_hash, &bad, e));
		if (bad) {
			pack_u8(&a->out, CSR_KEY_KNOWN);
			return true;
		}
		recent_key_add(s->recent, key_hash);
	}
	buf_add(&a->out, answer.p, answer.len);
	return true;
}

enum ipc_turn
csr_run(void *self, struct ipc_ask *a)
{
	struct signer *s = self;
	struct span in = a->in, request;

	if (a->work != NULL) {
		(void)!csr_answer(s, a, &a->err);
		return IPC_ANSWER;
	}
	request = unpack_bytes(&in);
	if (!unpack_end(&in, "csr", &a->err))
		return IPC_ANSWER;

	bool sent = false;

	if (request.len > CSR_MAX)
		pack_u8(&a->out, CSR_TOO_LONG);
	else
		sent = errand_send(s, a, request, &a->err);
	/* It may hold a private key: nothing of it stays here. */
	sodium_memzero((void *)(uintptr_t)a->in.p, a->in.len);
	return sent ? IPC_LATER : IPC_ANSWER;
}
