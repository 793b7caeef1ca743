#include <string.h>
#include "tests/unit/signer_client.h"

#define WAIT_MS		5000
#define WAIT_CHILD_MS	15000	/* the child may take its time over a strange request */

/* Call, and hand the answer's fields on; the answer itself is wiped by the caller. */
static bool
ask(struct ipc *c, enum signer_op op, struct buf *in, struct buf *out, int wait_ms, struct err *e)
{
	if (in != NULL)
		TRY(buf_ok(in, e));
	return ipc_call(c, op, in, out, wait_ms, e);
}

static void
take_bytes(struct span *s, struct buf *into)
{
	struct span b = unpack_bytes(s);

	buf_add(into, b.p, b.len);
}

bool
signer_ready(struct ipc *c, struct err *e)
{
	return ask(c, SIGNER_READY, NULL, NULL, WAIT_MS, e);
}

bool
signer_csr(struct ipc *c, struct span request, struct signer_request *r, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	DROP(buf_wipe) struct buf out = {0};
	struct span s;

	memset(r, 0, sizeof(*r));
	pack_bytes(&in, request.p, request.len);
	TRY(ask(c, SIGNER_CSR, &in, &out, WAIT_CHILD_MS, e));
	s = span_buf(&out);
	r->verdict = unpack_u8(&s);
	if (r->verdict == CSR_GOOD || r->verdict == CSR_NAMES_ODD) {
		take_bytes(&s, &r->der);
		unpack_exact(&s, r->key_hash, sizeof(r->key_hash));
		unpack_text(&s, r->key, sizeof(r->key));
		r->name_count = unpack_u32(&s);
		if (r->name_count > TICKET_NAMES)
			s.bad = true;
		for (uint32_t i = 0; !s.bad && i < r->name_count; i++) {
			r->names[i].kind = unpack_u8(&s);
			unpack_text(&s, r->names[i].text, sizeof(r->names[i].text));
		}
	}
	if (unpack_end(&s, "signer's answer", e) && buf_ok(&r->der, e))
		return true;
	signer_request_wipe(r);
	return false;
}

void
signer_request_wipe(struct signer_request *r)
{
	buf_wipe(&r->der);
	explicit_bzero(r, sizeof(*r));
}

bool
signer_issue(struct ipc *c, struct span ticket, struct span request_der,
    struct signer_issued *i, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	DROP(buf_wipe) struct buf out = {0};
	struct span s;

	memset(i, 0, sizeof(*i));
	pack_bytes(&in, ticket.p, ticket.len);
	pack_bytes(&in, request_der.p, request_der.len);
	TRY(ask(c, SIGNER_ISSUE, &in, &out, WAIT_CHILD_MS, e));
	s = span_buf(&out);
	take_bytes(&s, &i->certificate);
	take_bytes(&s, &i->issuer);
	take_bytes(&s, &i->root);
	take_bytes(&s, &i->receipt);
	if (unpack_end(&s, "signer's answer", e) && buf_ok(&i->certificate, e) &&
	    buf_ok(&i->issuer, e) && buf_ok(&i->root, e) && buf_ok(&i->receipt, e))
		return true;
	signer_issued_wipe(i);
	return false;
}

void
signer_issued_wipe(struct signer_issued *i)
{
	buf_wipe(&i->certificate);
	buf_wipe(&i->issuer);
	buf_wipe(&i->root);
	buf_wipe(&i->receipt);
}

bool
signer_change(struct ipc *c, struct span ticket, struct buf *receipt, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	DROP(buf_wipe) struct buf out = {0};
	struct span s;

	pack_bytes(&in, ticket.p, ticket.len);
	TRY(ask(c, SIGNER_CHANGE, &in, &out, WAIT_MS, e));
	s = span_buf(&out);
	take_bytes(&s, receipt);
	TRY(unpack_end(&s, "signer's answer", e));
	return buf_ok(receipt, e);
}

bool
signer_pending(struct ipc *c, const unsigned char ticket[TICKET_ID], struct buf *sealed,
    struct buf *receipt, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	DROP(buf_wipe) struct buf out = {0};
	struct span s;

	buf_add(&in, ticket, TICKET_ID);
	TRY(ask(c, SIGNER_PENDING, &in, &out, WAIT_MS, e));
	s = span_buf(&out);
	take_bytes(&s, sealed);
	take_bytes(&s, receipt);
	TRY(unpack_end(&s, "signer's answer", e));
	TRY(buf_ok(sealed, e));
	return buf_ok(receipt, e);
}

bool
signer_stored(struct ipc *c, const unsigned char ticket[TICKET_ID], struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};

	buf_add(&in, ticket, TICKET_ID);
	return ask(c, SIGNER_STORED, &in, NULL, WAIT_MS, e);
}

static bool
status(struct ipc *c, unsigned kind, const unsigned char *key, size_t n,
    struct signer_state *st, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	DROP(buf_wipe) struct buf out = {0};
	struct span s;

	pack_u8(&in, kind);
	buf_add(&in, key, n);		/* first: key may point into *st */
	memset(st, 0, sizeof(*st));
	TRY(ask(c, SIGNER_STATUS, &in, &out, WAIT_MS, e));
	s = span_buf(&out);
	if (unpack_u8(&s) == 0) {
		TRY(unpack_end(&s, "signer's answer", e));
		return FAIL(e, ERR_ABSENT, "no such certificate");
	}
	unpack_exact(&s, st->serial, sizeof(st->serial));
	st->profile = unpack_u8(&s);
	st->not_before = unpack_i64(&s);
	st->not_after = unpack_i64(&s);
	st->status = unpack_u8(&s);
	st->reason = unpack_u8(&s);
	st->changed_at = unpack_i64(&s);
	unpack_exact(&s, st->sha256, sizeof(st->sha256));
	st->issuer_revoked_at = unpack_i64(&s);
	return unpack_end(&s, "signer's answer", e);
}

bool
signer_by_serial(struct ipc *c, const unsigned char serial[TICKET_SERIAL],
    struct signer_state *s, struct err *e)
{
	return status(c, 1, serial, TICKET_SERIAL, s, e);
}

bool
signer_by_hash(struct ipc *c, const unsigned char sha256[32], struct signer_state *s,
    struct err *e)
{
	return status(c, 2, sha256, 32, s, e);
}

bool
signer_ocsp(struct ipc *c, unsigned digest, const unsigned char *key_hash,
    const unsigned char serial[TICKET_SERIAL], struct span cert_id, struct span nonce,
    struct buf *answer, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	DROP(buf_wipe) struct buf out = {0};
	unsigned char padded[32] = {0};
	struct span s;

	memcpy(padded, key_hash, digest == 1 ? 20 : 32);
	buf_add(&in, padded, sizeof(padded));
	pack_u8(&in, digest);
	buf_add(&in, serial, TICKET_SERIAL);
	pack_bytes(&in, cert_id.p, cert_id.len);
	pack_bytes(&in, nonce.p, nonce.len);
	TRY(ask(c, SIGNER_OCSP, &in, &out, WAIT_MS, e));
	s = span_buf(&out);
	take_bytes(&s, answer);
	TRY(unpack_end(&s, "signer's answer", e));
	return buf_ok(answer, e);
}

bool
signer_crl(struct ipc *c, unsigned issuer, uint32_t shard, bool *changed,
    struct buf *der, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	DROP(buf_wipe) struct buf out = {0};
	struct span s;

	pack_u8(&in, issuer);
	pack_u32(&in, shard);
	TRY(ask(c, SIGNER_CRL, &in, &out, WAIT_CHILD_MS, e));
	s = span_buf(&out);
	*changed = unpack_u8(&s) != 0;
	take_bytes(&s, der);
	TRY(unpack_end(&s, "signer's answer", e));
	return buf_ok(der, e);
}

bool
signer_head(struct ipc *c, int64_t *size, unsigned char root[32], struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	struct span s;

	TRY(ask(c, SIGNER_HEAD, NULL, &out, WAIT_MS, e));
	s = span_buf(&out);
	*size = unpack_i64(&s);
	unpack_exact(&s, root, 32);
	return unpack_end(&s, "signer's answer", e);
}

bool
signer_checkpoint(struct ipc *c, int64_t size, const unsigned char root[32],
    struct span proof, struct buf *note, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	DROP(buf_wipe) struct buf out = {0};
	struct span s;

	pack_i64(&in, size);
	buf_add(&in, root, 32);
	pack_bytes(&in, proof.p, proof.len);
	TRY(ask(c, SIGNER_CHECKPOINT, &in, &out, WAIT_MS, e));
	s = span_buf(&out);
	take_bytes(&s, note);
	TRY(unpack_end(&s, "signer's answer", e));
	return buf_ok(note, e);
}

bool
signer_chain(struct ipc *c, struct signer_chain *chain, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	struct span s;
	uint32_t n;

	memset(chain, 0, sizeof(*chain));
	TRY(ask(c, SIGNER_CHAIN, NULL, &out, WAIT_MS, e));
	s = span_buf(&out);
	take_bytes(&s, &chain->root);
	n = unpack_u32(&s);
	for (uint32_t i = 0; !s.bad && i < n; i++) {
		unsigned p = issuer_profile(unpack_u8(&s));

		(void)unpack_i64(&s);
		buf_reset(&chain->issuer[p]);
		take_bytes(&s, &chain->issuer[p]);
		s.bad = s.bad || p == 0;
	}
	if (unpack_end(&s, "signer's answer", e))
		return true;
	signer_chain_wipe(chain);
	return false;
}

void
signer_chain_wipe(struct signer_chain *chain)
{
	buf_wipe(&chain->root);
	for (unsigned p = 0; p < PROFILE__COUNT; p++)
		buf_wipe(&chain->issuer[p]);
}
