/* portal/ca/certs.c - a member's certificates: list, one, downloads, revoking. */
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/log.h"
#include "ledger/base/wipe.h"
#include "portal/ca/carry.h"
#include "portal/ca/hex.h"
#include "portal/ca/pem.h"
#include "portal/ca/routes.h"
#include "portal/ca/words.h"
#include "portal/signer/op.h"

static void
read_row(struct span *a, struct cert_row *c, int64_t now)
{
	unsigned char serial[TICKET_SERIAL];
	char name[NAME_TEXT];

	unpack_exact(a, serial, sizeof(serial));
	hex_text(serial, sizeof(serial), c->serial);
	c->profile = unpack_u8(a);
	c->state = unpack_u8(a);
	c->not_before = unpack_i64(a);
	c->not_after = unpack_i64(a);
	unpack_text(a, c->label, sizeof(c->label));
	c->reminder = unpack_u8(a) != 0;
	unpack_text(a, name, sizeof(name));
	mailbox_shown(name, c->first_name);
	unpack_text(a, c->person, sizeof(c->person));
	c->old = c->not_after < now;
	c->state_name = state_words(c->state, c->not_after, now);
	c->profile_name = profile_words(c->profile);
}

static void
certs_wipe(struct certs_view *c)
{
	wipe_free(c->row);
}

bool
certs_show(struct visit *v, struct err *e)
{
	DROP(certs_wipe) struct certs_view c = {0};
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_CERTS, &in, &out, &a, e));
	if ((c.row = visit_rows(&a, sizeof(*c.row), &c.n, e)) == NULL)
		return false;
	for (size_t i = 0; i < c.n; i++)
		read_row(&a, &c.row[i], v->now);
	TRY(unpack_end(&a, "certificates", e));
	page_certs(&v->page, v, &c);
	return buf_ok(&v->page, e);
}

static void
cert_wipe(struct cert_view *w)
{
	wipe_free(w->name);
	buf_wipe(&w->pem);
	explicit_bzero(w, sizeof(*w));
}

static bool
serial_of(struct visit *v, unsigned char serial[TICKET_SERIAL], struct err *e)
{
	return hex_bytes(v->tail, serial, TICKET_SERIAL) ? true :
	    FAIL(e, ERR_ABSENT, "certificate: serial");
}

static bool
read_names(struct span *a, struct cert_view *w, struct err *e)
{
	uint32_t n = unpack_u32(a);

	if (a->bad || n > TICKET_NAMES)
		return FAIL(e, ERR_IO, "certificate: %u names", n);
	if ((w->name = calloc(n + 1u, sizeof(*w->name))) == NULL)
		return FAIL(e, ERR_MEMORY, "certificate: names");
	/* The owner's own name is shown in a place of its own. */
	for (; n > 0 && !a->bad; n--) {
		unsigned kind = unpack_u8(a);

		unpack_text(a, w->name[w->names], sizeof(w->name[0]));
		if (kind == NAME_PERSON)
			explicit_bzero(w->name[w->names], sizeof(w->name[0]));
		else
			w->names++;
	}
	return true;
}

static void x509_drop(X509 **x) { X509_free(*x); }

static X509 *
x509_of(struct span der)
{
	const unsigned char *p = der.p;

	return d2i_X509(NULL, &p, (long)der.len);
}

/* The issuer of this leaf, and the root if asked for, after it.  *revoked_at (may be NULL): when the issuer was; 0: not. */
static bool
add_chain(struct visit *v, struct span leaf_der, bool with_root, struct buf *pem, int64_t *revoked_at, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	DROP(x509_drop) X509 *leaf = x509_of(leaf_der);
	struct span a, root;
	uint32_t n;

	TRY(ipc_call(v->signer, SIGNER_CHAIN, &in, &out, 5000, e));
	a = span_buf(&out);
	root = unpack_bytes(&a);
	n = unpack_u32(&a);
	for (uint32_t i = 0; leaf != NULL && i < n && !a.bad; i++) {
		int64_t revoked = (unpack_u8(&a), unpack_i64(&a));
		struct span der = unpack_bytes(&a);
		DROP(x509_drop) X509 *issuer = x509_of(der);

		if (issuer == NULL || X509_check_issued(issuer, leaf) != X509_V_OK)
			continue;
		TRY(pem_add(pem, "CERTIFICATE", der, e));
		if (revoked_at != NULL)
			*revoked_at = revoked;
	}
	TRY(unpack_end(&a, "chain", e));
	return with_root ? pem_add(pem, "CERTIFICATE", root, e) : true;
}

/* KEEPER_CERT of the serial in the path. */
static bool
ask_cert(struct visit *v, struct cert_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char serial[TICKET_SERIAL], digest[32];
	struct span a, der;
	unsigned reason;

	TRY(serial_of(v, serial, e));
	visit_ask_begin(v, &in);
	buf_add(&in, serial, sizeof(serial));
	TRY(visit_ask(v, KEEPER_CERT, &in, &out, &a, e));
	read_row(&a, &w->c, v->now);
	TRY(read_names(&a, w, e));
	unpack_exact(&a, digest, sizeof(digest));
	hex_text(digest, sizeof(digest), w->sha256);
	der = unpack_bytes(&a);
	w->is_public = unpack_u8(&a) != 0;
	w->sign_in = unpack_u8(&a) != 0;
	reason = unpack_u8(&a);
	w->changed_at = unpack_i64(&a);
	TRY(unpack_end(&a, "certificate", e));
	w->tls = profile_is_tls(w->c.profile);
	if (der.len > 0) {
		TRY(pem_add(&w->pem, "CERTIFICATE", der, e));
		TRY(add_chain(v, der, false, &w->pem, &w->issuer_revoked_at, e));
	}
	w->reason = w->c.state == REGISTER_REVOKED ? reason_words(reason, w->changed_at, w->issuer_revoked_at) : NULL;
	return true;
}

static bool
show(struct visit *v, bool change, struct err *e)
{
	DROP(cert_wipe) struct cert_view w = {0};

	TRY(ask_cert(v, &w, e));
	if (!change && form_good(&v->form)) {
		form_put(&v->form, "label", w.c.label);
		form_put(&v->form, "reminder", w.c.reminder ? "1" : "");
		form_put(&v->form, "public", w.is_public ? "1" : "");
	}
	if (change)
		page_cert_change(&v->page, v, &w);
	else
		page_cert(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
cert_show(struct visit *v, struct err *e)
{
	return show(v, false, e);
}

bool
cert_change_show(struct visit *v, struct err *e)
{
	return show(v, true, e);
}

static bool
go_show(struct visit *v, struct err *e)
{
	char to[80];

	snprintf(to, sizeof(to), "/certs/show/%.32s", v->tail);
	return visit_go(v, true, to, e);
}

static bool
note(struct visit *v, unsigned what, const char *label, bool value, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char serial[TICKET_SERIAL];
	struct span a;

	TRY(serial_of(v, serial, e));
	visit_ask_begin(v, &in);
	buf_add(&in, serial, sizeof(serial));
	pack_u8(&in, what);
	pack_text(&in, label);
	pack_u8(&in, value);
	return visit_ask(v, KEEPER_CERT_NOTE, &in, &out, &a, e);
}

bool
cert_note(struct visit *v, struct err *e)
{
	if (!form_good(&v->form)) {
		v->status = 422;
		return cert_show(v, e);
	}
	TRY(note(v, 1, form_text(&v->form, "label"), false, e));
	TRY(note(v, 2, "", form_ticked(&v->form, "reminder"), e));
	TRY(note(v, 3, "", form_ticked(&v->form, "public"), e));
	return go_show(v, e);
}

/* ---- downloads: POST, then a one-use address ---- */

static bool
get(struct visit *v, enum once_kind kind, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char serial[TICKET_SERIAL], once[TOKEN_BYTES];
	char text[33], to[48];
	struct span a;

	TRY(serial_of(v, serial, e));
	visit_ask_begin(v, &in);
	pack_u8(&in, kind);
	pack_bytes(&in, serial, sizeof(serial));
	pack_u8(&in, 0);
	TRY(visit_ask(v, KEEPER_ONCE_MINT, &in, &out, &a, e));
	unpack_exact(&a, once, sizeof(once));
	TRY(unpack_end(&a, "one-use address", e));
	token_text(once, text);
	snprintf(to, sizeof(to), "/once/%s", text);
	return visit_go(v, false, to, e);
}

bool
cert_get_pem(struct visit *v, struct err *e)
{
	return get(v, ONCE_CERT_PEM, e);
}

bool
cert_get_der(struct visit *v, struct err *e)
{
	return get(v, ONCE_CERT_DER, e);
}

bool
cert_get_chain(struct visit *v, struct err *e)
{
	return get(v, ONCE_CERT_CHAIN, e);
}

bool
once_take(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char once[TOKEN_BYTES];
	struct span a, der;
	unsigned kind;

	if (!token_parse(v->tail, once))
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "one-use address: shape");
	buf_add(&in, once, sizeof(once));
	TRY(visit_ask_open(v, KEEPER_ONCE_TAKE, &in, &out, &a, e));
	kind = unpack_u8(&a);
	if (kind > ONCE_CERT_CHAIN)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "one-use address: of something else");
	(void)unpack_u8(&a);
	der = unpack_bytes(&a);
	TRY(unpack_end(&a, "one-use address", e));
	if (kind == ONCE_CERT_DER) {
		v->type = "application/pkix-cert";
		snprintf(v->disposition, sizeof(v->disposition), "certificate.cer");
		buf_add(&v->page, der.p, der.len);
		return buf_ok(&v->page, e);
	}
	v->type = "application/x-pem-file";
	snprintf(v->disposition, sizeof(v->disposition), "%s", kind == ONCE_CERT_CHAIN ? "chain.pem" : "certificate.pem");
	TRY(pem_add(&v->page, "CERTIFICATE", der, e));
	return add_chain(v, der, kind == ONCE_CERT_CHAIN, &v->page, NULL, e);
}

/* ---- revoke, suspend, resume ---- */

static bool
change(struct visit *v, enum ticket_act act, unsigned reason, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char serial[TICKET_SERIAL];
	struct err trouble = {0};
	struct span a, ticket;

	if (!form_good(&v->form)) {
		v->status = 422;
		return cert_change_show(v, e);
	}
	TRY(serial_of(v, serial, e));
	visit_ask_begin(v, &in);
	buf_add(&in, serial, sizeof(serial));
	pack_u8(&in, act);
	pack_u8(&in, reason);
	TRY(visit_ask(v, KEEPER_CERT_CHANGE, &in, &out, &a, e));
	ticket = unpack_bytes(&a);
	TRY(unpack_end(&a, "certificate change", e));
	/* The keeper holds the ticket now, and the clerk brings it to the signer: no going back. */
	if (!carry_change(v, ticket, &trouble)) {
		log_err("a ticket is left to the clerk", &trouble);
		return REFUSE(e, ERR_TIMEOUT, WHY_CARRIED_LATER, "certificate change: carried later");
	}
	return go_show(v, e);
}

bool
cert_revoke(struct visit *v, struct err *e)
{
	return change(v, TICKET_REVOKE, (unsigned)form_text(&v->form, "reason")[0] - '0', e);
}

bool
cert_suspend(struct visit *v, struct err *e)
{
	return change(v, TICKET_SUSPEND, 0, e);
}

bool
cert_resume(struct visit *v, struct err *e)
{
	return change(v, TICKET_RESUME, 0, e);
}
