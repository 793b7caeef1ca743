/*
 * portal/desk/key_proof.c - somebody found, or stole, a certificate's key: who shows that they hold it has it revoked at once.
 *
 * The page gives a word and the one command that makes a request with the key naming it.  The key itself is asked
 * for nowhere, and a private key that is pasted all the same does not come back.
 */
#include <stdio.h>
#include <string.h>
#include "build/pages/pages.h"
#include "portal/ca/carry.h"
#include "portal/ca/hex.h"
#include "portal/ca/request.h"
#include "portal/desk/case_routes.h"
#include "portal/desk/case_views.h"
#include "portal/signer/op.h"
#include "privacy/facts/ticket.h"

#define PROVE_WAIT_MS	10000

static bool
word_get(struct visit *v, const unsigned char serial[TICKET_SERIAL], struct key_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	buf_add(&in, serial, TICKET_SERIAL);
	TRY(visit_ask_open(v, KEEPER_KEY_WORD, &in, &out, &a, e));
	unpack_text(&a, w->word, sizeof(w->word));
	hex_text(serial, TICKET_SERIAL, w->serial);
	return unpack_end(&a, "key word", e);
}

static bool
draw(struct visit *v, bool revoked, struct err *e)
{
	unsigned char serial[TICKET_SERIAL];
	struct key_view w = { .revoked = revoked };

	if (hex_bytes(form_text(&v->form, "serial"), serial, sizeof(serial)))
		TRY(word_get(v, serial, &w, e));
	else if (form_given(&v->form, "serial") && form_fault_of(&v->form, "serial") == NULL)
		form_fault(&v->form, "serial", MSG("A serial has 32 hexadecimal digits."));
	if (!form_good(&v->form))
		v->status = 422;
	page_key_proof(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
key_proof_show(struct visit *v, struct err *e)
{
	return draw(v, false, e);
}

/* *proof stays empty when the request is none; what is wrong with it stands at its field. */
static bool
looked_at(struct visit *v, struct buf *proof, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span typed = form_bytes(&v->form, "request"), a, got;
	unsigned verdict;

	pack_bytes(&in, typed.p, typed.len);
	TRY(ipc_call(v->signer, SIGNER_PROVE, &in, &out, PROVE_WAIT_MS, e));
	a = span_buf(&out);
	verdict = unpack_u8(&a);
	if (request_fault(verdict) != NULL || a.len == 0) {
		form_fault(&v->form, "request", verdict == CSR_NAMES_MANY ?
		    MSG("This request does not name the word above, and only it.") : request_fault(verdict));
		if (verdict == CSR_PRIVATE_KEY)
			form_put(&v->form, "request", "");
		return true;
	}
	got = unpack_bytes(&a);
	buf_add(proof, got.p, got.len);
	return unpack_end(&a, "proof", e) && buf_ok(proof, e);
}

static bool
give_up(struct visit *v, const unsigned char serial[TICKET_SERIAL], const struct buf *proof, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a, ticket;

	buf_add(&in, serial, TICKET_SERIAL);
	pack_bytes(&in, proof->data, proof->len);
	pack_bytes(&in, v->source.p, v->source.len);
	TRY(visit_ask_open(v, KEEPER_KEY_PROVED, &in, &out, &a, e));
	ticket = unpack_bytes(&a);
	TRY(unpack_end(&a, "key proved", e));
	return carry_change(v, ticket, e);
}

bool
key_proof_send(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf proof = {0};
	unsigned char serial[TICKET_SERIAL];

	if (!form_good(&v->form) || !hex_bytes(form_text(&v->form, "serial"), serial, sizeof(serial))) {
		form_put(&v->form, "request", "");	/* nobody looked at it: it may hold a private key */
		return draw(v, false, e);
	}
	TRY(looked_at(v, &proof, e));
	if (proof.len == 0)
		return draw(v, false, e);
	if (give_up(v, serial, &proof, e))
		return draw(v, true, e);
	return visit_fault(v, e, "request") && draw(v, false, e);
}
