#include "portal/prover/client.h"
#include "portal/prover/op.h"

#define SIGNATURE	64u

static bool
ask(struct ipc *c, uint32_t op, const struct buf *in, struct buf *into, int wait_ms,
    struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	struct span answer, statement;

	TRY(buf_ok(in, e));
	TRY(ipc_call(c, op, in, &out, wait_ms, e));
	answer = span_buf(&out);
	statement = unpack_bytes(&answer);
	TRY(unpack_end(&answer, "statement", e));
	buf_add(into, statement.p, statement.len);
	return buf_ok(into, e);
}

bool
prover_prove(struct ipc *c, uint8_t method, const char *name, const char *nonce,
    struct buf *into, int wait_ms, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};

	pack_u8(&in, method);
	pack_text(&in, name);
	pack_text(&in, nonce);
	return ask(c, PROVER_PROVE, &in, into, wait_ms, e);
}

bool
prover_caa(struct ipc *c, const char *name, bool mail, struct buf *into, int wait_ms,
    struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};

	pack_text(&in, name);
	pack_u8(&in, mail ? 1 : 0);
	return ask(c, PROVER_CAA, &in, into, wait_ms, e);
}

bool
prover_peek(struct statement *s, struct span wire, struct err *e)
{
	struct span fields;

	*s = (struct statement){0};
	if (wire.len <= SIGNATURE)
		return FAIL(e, ERR_INPUT, "statement: %zu bytes", wire.len);
	fields = span_of(wire.p, wire.len - SIGNATURE);
	s->kind = unpack_u8(&fields);
	s->method = unpack_u8(&fields);
	s->result = unpack_u8(&fields);
	s->secure = unpack_u8(&fields);
	s->wildcard = unpack_u8(&fields);
	s->at = unpack_i64(&fields);
	unpack_text(&fields, s->name, sizeof(s->name));
	unpack_text(&fields, s->nonce, sizeof(s->nonce));
	unpack_text(&fields, s->saw, sizeof(s->saw));
	return unpack_end(&fields, "statement", e);
}
