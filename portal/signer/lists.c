#include "ledger/base/clock.h"
#include "portal/signer/cas.h"
#include "portal/signer/crl.h"
#include "portal/signer/lists.h"

/*
 * A new list.  Entries stay until a list made after their expiry has shown them
 * (RFC 5280 section 3.3).  The number is the time, or one more than the last:
 * so it grows even when a lost book had to be begun anew.
 */
static bool
crl_make(struct signer *s, struct ca *ca, uint32_t shard, struct book_crl *c, struct buf *der,
    struct err *e)
{
	DROP(buf_wipe) struct buf part = {0};
	int64_t now = clock_now();
	DROP(crl_wipe) struct crl list = { .this_update = now };

	/* A list from the future showed nothing that expires between now and then for the last time. */
	TRY(book_crl_entries(s->book, (uint8_t)ca->number, shard, c->this_update < now ? c->this_update : now, &list, e));
	c->number = now > c->number ? now : c->number + 1;
	c->this_update = now;
	c->next_update = now + s->settings.crl_life;
	list.number = c->number;
	list.next_update = c->next_update;
	if (s->settings.crl_shards > 1) {
		buf_text(&part, s->settings.base_url);
		issuer_path_crl(&part, ca->number, shard);
		TRY(buf_ok(&part, e));
		list.part = part.data;
	}
	buf_reset(der);
	TRY(crl_build(der, &list, &ca->key, e));
	TRY(book_crl_keep(s->book, (uint8_t)ca->number, shard, c, span_buf(der), e));
	s->last = now;
	return true;
}

/* Changed since, too old, or not yet handed out since the start: addresses, lives or shards may have been set anew.
   A list from the future too: the clock was wrong and is set right. */
static bool
crl_due(const struct signer *s, const struct ca *ca, uint32_t shard, const struct book_crl *c, int64_t now)
{
	return ca->told[shard] == 0 || c->stale || c->this_update > now || now - c->this_update >= s->settings.crl_refresh;
}

static bool
crl(struct signer *s, struct ipc_ask *a, struct err *e)
{
	DROP(buf_wipe) struct buf der = {0};
	struct span in = a->in;
	struct ca *ca = cas_get(s, unpack_u8(&in));
	uint32_t shard = unpack_u32(&in);
	struct book_crl c;

	TRY(unpack_end(&in, "crl", e));
	if (ca == NULL || shard >= (uint32_t)s->settings.crl_shards)
		return FAIL(e, ERR_ABSENT, "no such CRL");
	TRY(book_crl(s->book, (uint8_t)ca->number, shard, &c, &der, e));
	if (ca->keyless && der.len == 0)
		return FAIL(e, ERR_ABSENT, "an issuer without its key makes no CRL");
	if (!ca->keyless && crl_due(s, ca, shard, &c, clock_now())) {
		/* While the clock is wrong the list that is there goes on being shown; a first one waits, for it would make that clock right. */
		if (signer_clock(s, clock_now(), der.len == 0 ? e : NULL))
			TRY(crl_make(s, ca, shard, &c, &der, e));
		else if (der.len == 0)
			return false;
	}
	pack_u8(&a->out, ca->told[shard] != c.number);
	pack_bytes(&a->out, der.data, der.len);
	ca->told[shard] = c.number;
	return true;
}

enum ipc_turn
crl_run(void *self, struct ipc_ask *a)
{
	(void)!crl(self, a, &a->err);
	return IPC_ANSWER;
}
