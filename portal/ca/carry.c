#include <string.h>
#include "ledger/base/log.h"
#include "portal/ca/carry.h"
#include "portal/prover/client.h"
#include "portal/signer/op.h"
#include "privacy/facts/ticket.h"

#define SIGN_WAIT_MS	10000
#define KEEP_WAIT_MS	10000
#define LOOK_WAIT_MS	30000

bool
carry_change(struct visit *v, struct span ticket, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, receipt = {0}, told = {0};
	struct span a, r;

	pack_bytes(&in, ticket.p, ticket.len);
	TRY(ipc_call(v->signer, SIGNER_CHANGE, &in, &receipt, SIGN_WAIT_MS, e));
	a = span_buf(&receipt);
	r = unpack_bytes(&a);
	TRY(unpack_end(&a, "signer change", e));
	pack_bytes(&told, r.p, r.len);
	return ipc_call(v->keeper, KEEPER_CERT_CHANGED, &told, NULL, KEEP_WAIT_MS, e);
}

bool
carry_tickets(struct visit *v, struct span *a, struct err *e)
{
	uint32_t n = unpack_u32(a);

	for (uint32_t i = 0; i < n && !a->bad; i++) {
		struct span ticket = unpack_bytes(a);
		struct err trouble = {0};

		if (!a->bad && !carry_change(v, ticket, &trouble))
			log_err("a ticket is left to the clerk", &trouble);
	}
	return unpack_end(a, "tickets", e);
}

bool
carry_issue(struct visit *v, struct span ticket, struct span request_der,
    struct buf *answer, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, keep = {0};
	struct span a, cert, receipt;

	pack_bytes(&in, ticket.p, ticket.len);
	pack_bytes(&in, request_der.p, request_der.len);
	if (!ipc_call(v->signer, SIGNER_ISSUE, &in, answer, SIGN_WAIT_MS, e)) {
		if (e->why == SIGNER_WHY_ISSUER)
			e->why = WHY_ISSUER;
		return false;
	}
	a = span_buf(answer);
	cert = unpack_bytes(&a);
	(void)unpack_bytes(&a);
	(void)unpack_bytes(&a);
	receipt = unpack_bytes(&a);
	TRY(unpack_end(&a, "signer issue", e));
	visit_ask_begin(v, &keep);
	pack_bytes(&keep, receipt.p, receipt.len);
	pack_bytes(&keep, cert.p, cert.len);
	pack_u8(&keep, 0);
	/* The signer hears of it from the clerk, on the keeper's word. */
	return ipc_call(v->keeper, KEEPER_CERT_STORED, &keep, NULL, KEEP_WAIT_MS, e);
}

bool
carry_comes_later(const struct err *e)
{
	return e->kind == ERR_CONFLICT && (e->why == SIGNER_WHY_SEALED || e->why == SIGNER_WHY_STORED);
}

bool
carry_caa(struct visit *v, const char *name, bool mail, struct buf *statement, struct statement *says,
    struct err *e)
{
	DROP(buf_wipe) struct buf said = {0};

	TRY(prover_caa(v->prover, name, mail, &said, LOOK_WAIT_MS, e));
	TRY(prover_peek(says, span_buf(&said), e));
	pack_bytes(statement, said.data, said.len);
	return true;
}

bool
go_cert(struct visit *v, struct span ticket, struct err *e)
{
	static const char hex[] = "0123456789abcdef";
	char to[64] = "/certs/show/";
	size_t at = strlen(to);

	if (ticket.len < 1 + TICKET_ID + TICKET_SERIAL)
		return FAIL(e, ERR_IO, "ticket of %zu bytes", ticket.len);
	for (size_t i = 0; i < TICKET_SERIAL; i++) {
		to[at++] = hex[ticket.p[1 + TICKET_ID + i] >> 4];
		to[at++] = hex[ticket.p[1 + TICKET_ID + i] & 15];
	}
	to[at] = '\0';
	return visit_go(v, true, to, e);
}
