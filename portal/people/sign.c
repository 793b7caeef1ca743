/* portal/people/sign.c - signing in and out, and the password once more. */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>
#include "build/pages/pages.h"
#include "portal/people/mailbox.h"
#include "portal/people/routes.h"
#include "portal/people/strength.h"
#include "privacy/facts/ticket.h"

bool
sign_in_show(struct visit *v, struct err *e)
{
	page_sign_in(&v->page, v);
	return buf_ok(&v->page, e);
}

/* A fresh session: its token, then the block, which visit_ask_open leaves in the answer.  Whoever has to answer a new policy comes to that first. */
static bool
begin_session(struct visit *v, struct span a, const char *next, struct err *e)
{
	unsigned char token[TOKEN_BYTES];
	unsigned flags;

	unpack_exact(&a, token, sizeof(token));
	unpack_i64(&a);
	flags = unpack_u8(&a);
	if (a.bad)
		return FAIL(e, ERR_IO, "sign in: answer");
	visit_new_token(v, token);
	explicit_bzero(token, sizeof(token));
	return visit_go(v, true, (flags & SESSION_POLICY_DUE) != 0 ? "/policy" : next, e);
}

bool
sign_in_do(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (form_good(&v->form)) {
		pack_mailbox(&in, form_text(&v->form, "address"));
		pack_text(&in, form_text(&v->form, "password"));
		pack_u8(&in, form_ticked(&v->form, "shared"));
		pack_bytes(&in, v->source.p, v->source.len);
		if (visit_ask_open(v, KEEPER_SIGN_IN, &in, &out, &a, e))
			return begin_session(v, a, "/home", e);
		if (!visit_fault(v, e, NULL))
			return false;
	}
	v->status = 422;
	page_sign_in(&v->page, v);
	return buf_ok(&v->page, e);
}

bool
sign_in_cert_show(struct visit *v, struct err *e)
{
	page_sign_in_cert(&v->page, v);
	return buf_ok(&v->page, e);
}

static void x509_drop(X509 **x) { X509_free(*x); }

/* Digest and serial of the certificate nginx saw; the keeper decides what they are worth. */
static bool
certificate_words(struct visit *v, struct buf *in, struct err *e)
{
	const unsigned char *p = v->client_cert.p;
	DROP(x509_drop) X509 *x = d2i_X509(NULL, &p, (long)v->client_cert.len);
	unsigned char digest[EVP_MAX_MD_SIZE], serial[TICKET_SERIAL];
	const ASN1_INTEGER *number;
	unsigned n;

	if (x == NULL || EVP_Digest(v->client_cert.p, v->client_cert.len, digest, &n, EVP_sha256(), NULL) != 1)
		return REFUSE(e, ERR_DENIED, WHY_SIGN_IN, "client certificate: not readable");
	number = X509_get0_serialNumber(x);
	if (ASN1_STRING_length(number) != (int)sizeof(serial))
		return REFUSE(e, ERR_DENIED, WHY_SIGN_IN, "client certificate: not one of ours");
	memcpy(serial, ASN1_STRING_get0_data(number), sizeof(serial));
	buf_add(in, digest, 32);
	buf_add(in, serial, sizeof(serial));
	pack_u8(in, form_ticked(&v->form, "shared"));
	pack_bytes(in, v->source.p, v->source.len);
	return true;
}

bool
sign_in_cert_do(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (v->client_cert.len > 0) {
		TRY(certificate_words(v, &in, e));
		if (visit_ask_open(v, KEEPER_SIGN_IN_CERT, &in, &out, &a, e))
			return begin_session(v, a, "/home", e);
		if (!visit_fault(v, e, NULL))
			return false;
	}
	v->status = 422;
	page_sign_in_cert(&v->page, v);
	return buf_ok(&v->page, e);
}

bool
role_taken_show(struct visit *v, struct err *e)
{
	page_role_taken(&v->page, v);
	return buf_ok(&v->page, e);
}

bool
signed_out_show(struct visit *v, struct err *e)
{
	page_signed_out(&v->page, v);
	return buf_ok(&v->page, e);
}

bool
sign_out_do(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_u8(&in, 0);
	pack_i64(&in, 0);
	if (!visit_ask_open(v, KEEPER_SIGN_OUT, &in, &out, &a, e) && e->why != WHY_SESSION_OVER)
		return false;
	return visit_go(v, false, "/signed-out", e);
}

/* A page of ours, or home. */
static const char *
next_path(const char *next)
{
	return visit_next_ok(next) ? next : "/home";
}

bool
password_show(struct visit *v, struct err *e)
{
	char next[128];

	snprintf(next, sizeof(next), "/%s", v->tail == NULL || v->tail[0] == '\0' ? "home" : v->tail);
	page_password(&v->page, v, &(struct password_view){ .next = next_path(next) });
	return buf_ok(&v->page, e);
}

bool
password_again(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	const char *next = next_path(form_text(&v->form, "next"));
	unsigned char token[TOKEN_BYTES];
	struct span a;

	if (form_good(&v->form)) {
		visit_ask_begin(v, &in);
		pack_text(&in, form_text(&v->form, "password"));
		pack_bytes(&in, v->source.p, v->source.len);
		if (visit_ask_open(v, KEEPER_PASSWORD_AGAIN, &in, &out, &a, e)) {
			unpack_exact(&a, token, sizeof(token));
			if (a.bad)
				return FAIL(e, ERR_IO, "password again: answer");
			visit_new_token(v, token);
			explicit_bzero(token, sizeof(token));
			return visit_go(v, true, next, e);
		}
		if (e->why == WHY_SIGN_IN)
			form_fault(&v->form, "password", MSG("This is not your password."));
		else if (!visit_fault(v, e, "password"))
			return false;
	}
	v->status = 422;
	page_password(&v->page, v, &(struct password_view){ .next = next });
	return buf_ok(&v->page, e);
}

bool
password_change_show(struct visit *v, struct err *e)
{
	page_password_change(&v->page, v, &(struct join_view){ NULL });
	return buf_ok(&v->page, e);
}

bool
password_change_do(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	const char *password = form_text(&v->form, "password"), *advice = NULL;
	struct span a;

	if (strcmp(password, form_text(&v->form, "again")) != 0)
		form_fault(&v->form, "again", MSG("The two passwords are not the same."));
	else if (form_good(&v->form) && (advice = strength_advice(password, "")) != NULL)
		form_fault(&v->form, "password", MSG("Choose a stronger password."));
	if (form_good(&v->form)) {
		visit_ask_begin(v, &in);
		pack_text(&in, password);
		if (visit_ask_open(v, KEEPER_PASSWORD_CHANGE, &in, &out, &a, e))
			return begin_session(v, a, "/settings?changed=1", e);
		if (!visit_fault(v, e, "password"))
			return false;
	}
	v->status = 422;
	page_password_change(&v->page, v, &(struct join_view){ .advice = advice });
	return buf_ok(&v->page, e);
}
