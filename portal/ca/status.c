/* portal/ca/status.c - is a certificate still good?  Asked by anybody, kept by nobody. */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include "build/pages/pages.h"
#include "portal/ca/hex.h"
#include "portal/ca/pem.h"
#include "portal/ca/request.h"
#include "portal/ca/routes.h"
#include "portal/ca/words.h"
#include "portal/signer/op.h"
#include "portal/web/site.h"

static const char *const badges[] = {
	[CERT_VALID] = "good", [CERT_SUSPENDED] = "held", [CERT_REVOKED] = "bad",
};
static const char *const states[] = {
	[CERT_VALID] = MSG("valid"), [CERT_SUSPENDED] = MSG("suspended"), [CERT_REVOKED] = MSG("revoked"),
};

/* kind 1: a serial; 2: SHA-256 of the certificate. */
static bool
ask_signer(struct visit *v, unsigned kind, const unsigned char *number, size_t n,
    struct status_view *s, unsigned char serial[TICKET_SERIAL], struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char digest[32];
	unsigned status, reason;
	struct span a;

	s->asked = true;
	pack_u8(&in, kind);
	buf_add(&in, number, n);
	TRY(ipc_call(v->signer, SIGNER_STATUS, &in, &out, 5000, e));
	a = span_buf(&out);
	s->found = unpack_u8(&a) != 0;
	if (!s->found)
		return unpack_end(&a, "status", e);
	unpack_exact(&a, serial, TICKET_SERIAL);
	hex_text(serial, TICKET_SERIAL, s->serial);
	s->profile_name = profile_words(unpack_u8(&a));
	s->not_before = unpack_i64(&a);
	s->not_after = unpack_i64(&a);
	status = unpack_u8(&a);
	reason = unpack_u8(&a);
	s->changed_at = unpack_i64(&a);
	unpack_exact(&a, digest, sizeof(digest));
	hex_text(digest, sizeof(digest), s->sha256);
	s->issuer_revoked_at = unpack_i64(&a);
	TRY(unpack_end(&a, "status", e));
	if (status < CERT_VALID || status > CERT_REVOKED)
		return FAIL(e, ERR_IO, "status: %u", status);
	s->state = states[status];
	s->badge = badges[status];
	if (status == CERT_REVOKED)
		s->reason = reason_words(reason, s->changed_at, s->issuer_revoked_at);
	else if (s->not_before > 0 && s->not_after < v->now)
		s->state = MSG("expired"), s->badge = "old";
	return true;
}

/* A serial has 32 hex digits, a SHA-256 fingerprint 64. */
static bool
ask_number(struct visit *v, const char *text, struct status_view *s,
    unsigned char serial[TICKET_SERIAL], struct err *e)
{
	unsigned char number[32];

	if (hex_bytes(text, number, 32))
		return ask_signer(v, 2, number, 32, s, serial, e);
	if (hex_bytes(text, number, TICKET_SERIAL))
		return ask_signer(v, 1, number, TICKET_SERIAL, s, serial, e);
	form_fault(&v->form, "serial", MSG("A serial has 32 hexadecimal digits, a SHA-256 fingerprint 64."));
	return true;
}

static bool
ask_upload(struct visit *v, struct span typed, struct status_view *s,
    unsigned char serial[TICKET_SERIAL], struct err *e)
{
	DROP(buf_wipe) struct buf der = {0};
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n;

	if (memmem(typed.p, typed.len, "PRIVATE KEY", 11) != NULL) {
		form_fault(&v->form, "certificate", request_fault(CSR_PRIVATE_KEY));
		return true;
	}
	if (!pem_certificate(&der, typed, e)) {
		form_fault(&v->form, "certificate", MSG("There is no certificate in this file."));
		return true;
	}
	if (EVP_Digest(der.data, der.len, digest, &n, EVP_sha256(), NULL) != 1)
		return FAIL(e, ERR_CRYPTO, "fingerprint");
	return ask_signer(v, 2, digest, 32, s, serial, e);
}

/* A mail certificate's body, only if its owner opted in and this is its address. */
static bool
ask_body(struct visit *v, const unsigned char serial[TICKET_SERIAL], const char *address,
    struct status_view *s, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a, der;
	bool shown;

	buf_add(&in, serial, TICKET_SERIAL);
	pack_mailbox(&in, address);
	TRY(visit_ask_open(v, KEEPER_CERT_SHOW, &in, &out, &a, e));
	shown = unpack_u8(&a) != 0;
	der = unpack_bytes(&a);
	TRY(unpack_end(&a, "certificate show", e));
	return shown ? pem_add(&s->text, "CERTIFICATE", der, e) : true;
}

static bool
finish(struct visit *v, struct status_view *s, const unsigned char serial[TICKET_SERIAL], struct err *e)
{
	if (s->found)
		TRY(site_face_names(v->store, serial, &s->names, e));
	page_status(&v->page, v, s);
	return buf_ok(&v->page, e);
}

static void view_wipe(struct status_view *s) { buf_wipe(&s->text); buf_wipe(&s->names); }

bool
status_show(struct visit *v, struct err *e)
{
	DROP(view_wipe) struct status_view s = {0};
	unsigned char serial[TICKET_SERIAL] = {0};
	const char *typed = form_text(&v->form, "serial");

	if (typed[0] != '\0' && form_good(&v->form))
		TRY(ask_number(v, typed, &s, serial, e));
	if (!form_good(&v->form))
		v->status = 422;
	return finish(v, &s, serial, e);
}

bool
status_ask(struct visit *v, struct err *e)
{
	DROP(view_wipe) struct status_view s = {0};
	unsigned char serial[TICKET_SERIAL] = {0};
	const char *typed = form_text(&v->form, "serial"), *address = form_text(&v->form, "address");
	struct span file = form_bytes(&v->form, "certificate");

	if (form_good(&v->form) && file.len > 0)
		TRY(ask_upload(v, file, &s, serial, e));
	else if (form_good(&v->form) && typed[0] != '\0')
		TRY(ask_number(v, typed, &s, serial, e));
	else if (form_good(&v->form))
		form_fault(&v->form, "serial", MSG("Type a serial or a fingerprint, or choose a file."));
	if (s.found && address[0] != '\0')
		TRY(ask_body(v, serial, address, &s, e));
	if (!form_good(&v->form))
		v->status = 422;
	return finish(v, &s, serial, e);
}
