#include <sodium.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "ledger/tree.h"
#include "portal/signer/ocsp.h"
#include "portal/signer/signer.h"

/* ---- status ---- */

static bool
status(struct signer *s, struct ipc_ask *a, struct err *e)
{
	struct span in = a->in;
	unsigned char key[32];
	unsigned kind = unpack_u8(&in);
	struct book_cert c;
	struct err none = {0};

	if (kind != 1 && kind != 2)
		return FAIL(e, ERR_INPUT, "status by what?");
	unpack_exact(&in, key, kind == 1 ? TICKET_SERIAL : 32);
	TRY(unpack_end(&in, "status", e));
	if (!(kind == 1 ? book_by_serial(s->book, key, &c, &none) : book_by_hash(s->book, key, &c, &none))) {
		if (none.kind == ERR_ABSENT) {
			pack_u8(&a->out, 0);
			return true;
		}
		*e = none;
		return false;
	}
	pack_u8(&a->out, 1);
	buf_add(&a->out, c.serial, sizeof(c.serial));
	pack_u8(&a->out, c.profile);
	pack_i64(&a->out, c.not_before);
	pack_i64(&a->out, c.not_after);
	pack_u8(&a->out, c.status);
	pack_u8(&a->out, c.reason);
	pack_i64(&a->out, c.changed_at);
	buf_add(&a->out, c.sha256, sizeof(c.sha256));
	return true;
}

enum ipc_turn
status_run(void *self, struct ipc_ask *a)
{
	(void)!status(self, a, &a->err);
	return IPC_ANSWER;
}

/* ---- OCSP ---- */

/* What we know of a serial under this issuer; nothing is `unknown`, never good. */
static bool
look_up(struct signer *s, unsigned profile, struct span serial, struct book_cert *c, struct err *e)
{
	struct err none = {0};

	memset(c, 0, sizeof(*c));
	if (serial.len != TICKET_SERIAL)
		return true;
	if (book_by_serial(s->book, serial.p, c, &none)) {
		if (c->profile != profile)
			memset(c, 0, sizeof(*c));
		return true;
	}
	memset(c, 0, sizeof(*c));
	if (none.kind == ERR_ABSENT)
		return true;
	*e = none;
	return false;
}

static bool
ocsp_answer(struct signer *s, struct ipc_ask *a, unsigned profile, struct span cert_id,
    struct span nonce, const struct book_cert *c, struct err *e)
{
	DROP(buf_wipe) struct buf der = {0};
	int64_t now = clock_now();
	struct ocsp_answer o = { .cert_id = cert_id, .reason = c->reason, .revoked_at = c->changed_at,
	    .this_update = now, .next_update = now + s->settings.ocsp_life, .nonce = nonce,
	    .status = c->status == CERT_VALID ? OCSP_GOOD : c->status == 0 ? OCSP_UNKNOWN : OCSP_REVOKED };
	const struct buf *kept = nonce.len > 0 ? NULL :
	    recent_ocsp(s->recent, cert_id, c->status, c->changed_at, now);

	if (kept != NULL) {
		pack_bytes(&a->out, kept->data, kept->len);
		return true;
	}
	TRY(ocsp_build(&der, &o, &s->responder[profile], e));
	if (nonce.len == 0 && c->status != 0)
		recent_ocsp_add(s->recent, cert_id, c->status, c->changed_at,
		    now + s->settings.ocsp_life / 2, &der);
	pack_bytes(&a->out, der.data, der.len);
	return true;
}

static bool
ocsp(struct signer *s, struct ipc_ask *a, struct err *e)
{
	struct span in = a->in, cert_id, nonce, named;
	unsigned profile = unpack_u8(&in), digest;
	unsigned char key[32], serial[TICKET_SERIAL];
	struct book_cert c;

	unpack_exact(&in, key, sizeof(key));
	digest = unpack_u8(&in);
	unpack_exact(&in, serial, sizeof(serial));
	cert_id = unpack_bytes(&in);
	nonce = unpack_bytes(&in);
	TRY(unpack_end(&in, "ocsp", e));
	if (!ocsp_nonce_ok(nonce))
		nonce = span_of(NULL, 0);
	if (profile < PROFILE_ROBOT_TLS || profile >= PROFILE__COUNT)
		return FAIL(e, ERR_ABSENT, "OCSP: no such issuer");
	TRY(ocsp_cert_id(cert_id, digest, &s->issuer[profile], &named, e));
	if (memcmp(key, s->issuer[profile].key_hash[digest - 1], digest == OCSP_SHA1 ? 20 : 32) != 0 ||
	    (named.len == TICKET_SERIAL && memcmp(named.p, serial, TICKET_SERIAL) != 0))
		return FAIL(e, ERR_INPUT, "OCSP: CertID and request disagree");
	TRY(look_up(s, profile, named, &c, e));
	return ocsp_answer(s, a, profile, cert_id, nonce, &c, e);
}

enum ipc_turn
ocsp_run(void *self, struct ipc_ask *a)
{
	(void)!ocsp(self, a, &a->err);
	return IPC_ANSWER;
}

/* ---- CRLs ---- */

/*
 * A new list.  Entries stay until a list made after their expiry has shown them
 * (RFC 5280 section 3.3).  The number is the time, or one more than the last:
 * so it grows even when a lost book had to be begun anew.
 */
static bool
crl_make(struct signer *s, unsigned profile, uint32_t shard, struct book_crl *c, struct buf *der,
    struct err *e)
{
	DROP(buf_wipe) struct buf part = {0};
	DROP(crl_wipe) struct crl list = {0};
	int64_t now = clock_now();

	TRY(book_crl_entries(s->book, (uint8_t)profile, shard, c->this_update, &list, e));
	c->number = now > c->number ? now : c->number + 1;
	c->this_update = now;
	c->next_update = now + s->settings.crl_life;
	list.number = c->number;
	list.this_update = c->this_update;
	list.next_update = c->next_update;
	if (s->settings.crl_shards > 1) {
		buf_text(&part, s->settings.base_url);
		signer_path_crl(&part, profile, shard);
		TRY(buf_ok(&part, e));
		list.part = part.data;
	}
	buf_reset(der);
	TRY(crl_build(der, &list, &s->issuer[profile], e));
	return book_crl_keep(s->book, (uint8_t)profile, shard, c, span_buf(der), e);
}

static bool
crl(struct signer *s, struct ipc_ask *a, struct err *e)
{
	DROP(buf_wipe) struct buf der = {0};
	struct span in = a->in;
	unsigned profile = unpack_u8(&in);
	uint32_t shard = unpack_u32(&in);
	struct book_crl c;

	TRY(unpack_end(&in, "crl", e));
	if (profile < PROFILE_ROBOT_TLS || profile >= PROFILE__COUNT ||
	    shard >= (uint32_t)s->settings.crl_shards)
		return FAIL(e, ERR_ABSENT, "no such CRL");
	TRY(book_crl(s->book, (uint8_t)profile, shard, &c, &der, e));
	/* A list from the future: the clock was wrong and is set right.
	   Also the first time after a start: addresses, lives or shards may have been set anew. */
	if (s->told[profile][shard] == 0 || c.stale || c.this_update > clock_now() ||
	    clock_now() - c.this_update >= s->settings.crl_refresh)
		TRY(crl_make(s, profile, shard, &c, &der, e));
	pack_u8(&a->out, s->told[profile][shard] != c.number);
	pack_bytes(&a->out, der.data, der.len);
	s->told[profile][shard] = c.number;
	return true;
}

enum ipc_turn
crl_run(void *self, struct ipc_ask *a)
{
	(void)!crl(self, a, &a->err);
	return IPC_ANSWER;
}

/* ---- checkpoints ---- */

enum ipc_turn
head_run(void *self, struct ipc_ask *a)
{
	struct signer *s = self;
	unsigned char root[LEAF_HASH];
	int64_t size;

	if (book_head(s->book, &size, root, &a->err)) {
		pack_i64(&a->out, size);
		buf_add(&a->out, root, sizeof(root));
	}
	return IPC_ANSWER;
}

/* Only a tree that provably holds the last one: this is the ledger's first witness. */
static bool
extends(struct signer *s, int64_t size, const unsigned char root[LEAF_HASH], struct span proof,
    struct err *e)
{
	unsigned char old[LEAF_HASH];
	int64_t from;

	TRY(book_head(s->book, &from, old, e));
	if (size < from)
		return FAIL(e, ERR_TAMPER, "checkpoint: %lld entries after %lld", (long long)size, (long long)from);
	if (size == from) {
		if (proof.len != 0 || sodium_memcmp(old, root, LEAF_HASH) != 0)
			return FAIL(e, ERR_TAMPER, "checkpoint: another tree of %lld entries", (long long)size);
		return true;
	}
	if (from == 0)
		return proof.len == 0 ? true : FAIL(e, ERR_INPUT, "checkpoint: a proof from nothing");
	return tree_consistency_check(from, size, old, root, proof, e);
}

static bool
checkpoint(struct signer *s, struct ipc_ask *a, struct err *e)
{
	DROP(buf_wipe) struct buf note = {0};
	struct checkpoint c = {0};
	struct span in = a->in, proof;

	c.size = unpack_i64(&in);
	unpack_exact(&in, c.root, sizeof(c.root));
	proof = unpack_bytes(&in);
	TRY(unpack_end(&in, "checkpoint", e));
	if (c.size <= 0)
		return FAIL(e, ERR_INPUT, "checkpoint: of an empty tree");
	snprintf(c.origin, sizeof(c.origin), "%s", s->settings.origin);
	TRY(extends(s, c.size, c.root, proof, e));
	TRY(checkpoint_sign(&note, &c, s->secrets->seed, e));
	TRY(book_head_keep(s->book, c.size, c.root, e));
	pack_bytes(&a->out, note.data, note.len);
	return true;
}

enum ipc_turn
checkpoint_run(void *self, struct ipc_ask *a)
{
	if (!checkpoint(self, a, &a->err) && a->err.kind == ERR_TAMPER)
		log_err("checkpoint", &a->err);
	return IPC_ANSWER;
}

enum ipc_turn
chain_run(void *self, struct ipc_ask *a)
{
	struct signer *s = self;

	pack_bytes(&a->out, s->root.data, s->root.len);
	pack_u32(&a->out, PROFILE__COUNT - 1);
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++) {
		pack_u8(&a->out, p);
		pack_bytes(&a->out, s->issuer[p].der.data, s->issuer[p].der.len);
	}
	return IPC_ANSWER;
}
