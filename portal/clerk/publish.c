/*
 * portal/clerk/publish.c - CRLs into DIR/www, checkpoints from signer to keeper.
 *
 * Each second the signer is asked for every list of every issuer; one that differs from the
 * file is written whole.  The signer decides when a new list is due.  While
 * the ledger's tree grows, root and consistency proof go from keeper to signer and
 * the signed note back.
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>
#include "ledger/base/log.h"
#include "ledger/base/wipe.h"
#include "portal/clerk/clerk.h"
#include "portal/clerk/file.h"
#include "portal/signer/issuer.h"
#include "portal/signer/op.h"
#include "privacy/facts/ticket.h"
#include "privacy/keeper/op.h"

#define HASH		32u
#define LISTS_A_ROUND	512u	/* asked for in one second; more shards take turns */
#define NO_SIZE		(-1)

struct crl_table {		/* what lies in www, by issuer and shard */
	unsigned char	issuer[ISSUERS_MOST];	/* their numbers */
	uint32_t	issuers, shards, count;
	struct { bool known; unsigned char hash[HASH]; } list[];
};

/* ---- CRLs ---- */

bool
publish_open(struct clerk *c, struct err *e)
{
	uint32_t shards = (uint32_t)c->settings->crl_shards;

	c->crls = calloc(1, sizeof(*c->crls) + ISSUERS_MOST * shards * sizeof(c->crls->list[0]));
	if (c->crls == NULL)
		return FAIL(e, ERR_MEMORY, "table of %u CRLs an issuer", shards);
	c->crls->shards = shards;
	c->carried = NO_SIZE;
	return true;
}

void
publish_close(struct clerk *c)
{
	wipe_free(c->crls);
	c->crls = NULL;
}

/* Which issuers there are: another one may have been made since.  That moves places; a list in another's place is written anew. */
static bool
issuers_ask(struct clerk *c, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	struct crl_table *t = c->crls;
	struct span a;
	uint32_t n;

	TRY(line_call(&c->signer, SIGNER_CHAIN, NULL, &out, e));
	a = span_buf(&out);
	(void)unpack_bytes(&a);
	n = unpack_u32(&a);
	if (n > ISSUERS_MOST)
		return FAIL(e, ERR_IO, "%u issuers", n);
	for (uint32_t i = 0; i < n && !a.bad; i++) {
		t->issuer[i] = unpack_u8(&a);
		(void)unpack_i64(&a);
		(void)unpack_bytes(&a);
	}
	TRY(unpack_end(&a, "issuers", e));
	t->issuers = n;
	t->count = n * t->shards;
	return true;
}

static bool
path_of(struct buf *path, struct buf *tmp, unsigned issuer, uint32_t shard, struct err *e)
{
	buf_text(path, "www");
	issuer_path_crl(path, issuer, shard);
	buf_fmt(tmp, "www/crl/.%u-%u.tmp", issuer, shard);
	return buf_ok(path, e) && buf_ok(tmp, e);
}

static bool
write_list(unsigned issuer, uint32_t shard, struct span der, struct err *e)
{
	DROP(buf_wipe) struct buf path = {0}, tmp = {0};

	TRY(path_of(&path, &tmp, issuer, shard, e));
	TRY(file_appear(tmp.data, path.data, 0644, der, e));
	log_note("published CRL %s", path.data + sizeof("www/crl"));
	return true;
}

static bool
publish_one(struct clerk *c, uint32_t place, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned issuer = c->crls->issuer[place / c->crls->shards];
	uint32_t shard = place % c->crls->shards;
	unsigned char hash[HASH];
	struct span a, der;

	pack_u8(&in, issuer);
	pack_u32(&in, shard);
	TRY(line_call(&c->signer, SIGNER_CRL, &in, &out, e));
	a = span_buf(&out);
	(void)unpack_u8(&a);	/* "changed" speaks of what was asked, not of what was written */
	der = unpack_bytes(&a);
	TRY(unpack_end(&a, "CRL", e));
	if (der.len == 0)
		return FAIL(e, ERR_IO, "an empty CRL");
	crypto_generichash(hash, sizeof(hash), der.p, der.len, NULL, 0);
	if (c->crls->list[place].known && memcmp(hash, c->crls->list[place].hash, HASH) == 0)
		return true;
	TRY(write_list(issuer, shard, der, e));
	memcpy(c->crls->list[place].hash, hash, HASH);
	c->crls->list[place].known = true;
	return true;
}

/* One list that can't be made or written must not keep back the others.  An issuer without its key makes none. */
bool
publish_crls(struct clerk *c, struct err *e)
{
	bool good = true;
	uint32_t n;

	TRY(issuers_ask(c, e));
	n = c->crls->count < LISTS_A_ROUND ? c->crls->count : LISTS_A_ROUND;
	for (uint32_t i = 0; i < n && !c->stop->now; i++) {
		struct err one = {0};

		if (!publish_one(c, c->crl_next, &one) && one.kind != ERR_ABSENT) {
			*e = one;
			good = false;
			if (one.kind == ERR_BUSY || one.kind == ERR_TIMEOUT)
				return false;	/* the signer is away */
		}
		c->crl_next = (c->crl_next + 1) % c->crls->count;
	}
	return good;
}

/* ---- checkpoints ---- */

struct head { int64_t size; unsigned char root[HASH]; };

static bool
signer_head(struct clerk *c, struct head *h, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	struct span a;

	TRY(line_call(&c->signer, SIGNER_HEAD, NULL, &out, e));
	a = span_buf(&out);
	h->size = unpack_i64(&a);
	unpack_exact(&a, h->root, sizeof(h->root));
	return unpack_end(&a, "signer's head", e);
}

/* The keeper's tree and the proof that it holds the first `from` entries. */
static bool
keeper_tree(struct clerk *c, int64_t from, struct head *h, struct buf *proof, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a, p;

	pack_i64(&in, from);
	TRY(line_call(&c->keeper, KEEPER_TREE, &in, &out, e));
	a = span_buf(&out);
	h->size = unpack_i64(&a);
	unpack_exact(&a, h->root, sizeof(h->root));
	p = unpack_bytes(&a);
	TRY(unpack_end(&a, "keeper's tree", e));
	buf_add(proof, p.p, p.len);
	return buf_ok(proof, e);
}

static bool
sign_and_carry(struct clerk *c, const struct head *h, const struct buf *proof, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, note = {0}, out = {0};
	struct span a, n;

	pack_i64(&in, h->size);
	buf_add(&in, h->root, sizeof(h->root));
	pack_bytes(&in, proof->data, proof->len);
	TRY(line_call(&c->signer, SIGNER_CHECKPOINT, &in, &out, e));
	a = span_buf(&out);
	n = unpack_bytes(&a);
	TRY(unpack_end(&a, "checkpoint", e));
	pack_i64(&note, h->size);
	pack_bytes(&note, n.p, n.len);
	/* A conflict: the keeper has one of this size, from before a restart of ours. */
	if (!line_call(&c->keeper, KEEPER_CHECKPOINT, &note, NULL, e) && e->kind != ERR_CONFLICT)
		return false;
	c->carried = h->size;
	return true;
}

/*
 * Also for a tree that has not grown since the signer's last head, once after
 * our start: whoever carried that note may have died with it.
 */
bool
publish_checkpoint(struct clerk *c, struct err *e)
{
	DROP(buf_wipe) struct buf proof = {0};
	struct head signer, keeper;

	TRY(signer_head(c, &signer, e));
	TRY(keeper_tree(c, signer.size, &keeper, &proof, e));
	if (keeper.size < signer.size)
		return FAIL(e, ERR_TAMPER, "the keeper's tree of %lld entries is shorter than the signed %lld",
		    (long long)keeper.size, (long long)signer.size);
	if (keeper.size == 0 || keeper.size == c->carried)
		return true;
	return sign_and_carry(c, &keeper, &proof, e);
}
