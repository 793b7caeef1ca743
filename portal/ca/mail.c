/*
 * portal/ca/mail.c - an e-mail certificate.
 *
 * The key is made in the browser (static/keygen.js posts the request by fetch
 * and asks for a PEM answer, so that the page keeps the key), or elsewhere and
 * the request pasted.  From the request only the key is taken; level and names are those
 * chosen on the form, and the keeper decides whether they may stand in it.
 *
 * One that also signs in is a way in that outlives the session, so it has a page of its
 * own behind the password.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/ca/carry.h"
#include "portal/ca/pem.h"
#include "portal/ca/request.h"
#include "portal/ca/routes.h"
#include "portal/web/why.h"
#include "privacy/facts/ticket.h"

static void
view_wipe(struct mail_form_view *m)
{
	wipe_free(m->address);
	explicit_bzero(m, sizeof(*m));
}

/* Which level, and which names may stand in it now. */
static void
read_names(struct span *a, struct mail_form_view *m)
{
	const struct why_row *why;
	unsigned n;

	m->points = unpack_i64(a);
	m->assured = unpack_u8(a) != 0;
	why = why_row(unpack_u32(a));
	m->no_name = why == NULL ? NULL : why->says;
	for (n = unpack_u8(a); n > 0 && !a->bad && m->names < COUNT(m->name); n--, m->names++) {
		snprintf(m->name[m->names].value, sizeof(m->name[0].value), "%u", unpack_u8(a) + 1);
		unpack_text(a, m->name[m->names].name, sizeof(m->name[0].name));
	}
}

static bool
choices(struct visit *v, struct mail_form_view *m, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	size_t n;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_CERT_CHOICES, &in, &out, &a, e));
	if ((m->address = visit_rows(&a, sizeof(*m->address), &n, e)) == NULL)
		return false;
	for (size_t i = 0; i < n && !a.bad; i++) {
		char name[NAME_TEXT];
		unsigned kind = unpack_u8(&a);
		int64_t id = unpack_i64(&a);
		bool needs_proof;

		unpack_text(&a, name, sizeof(name));
		(void)unpack_u8(&a);			/* wildcards are for domains */
		needs_proof = unpack_u8(&a) != 0;
		m->unproved |= kind == NAME_MAIL && needs_proof;
		if (kind != NAME_MAIL || needs_proof)
			continue;
		memcpy(m->address[m->n].address, name, sizeof(name));
		mailbox_shown(name, m->address[m->n].shown);
		snprintf(m->address[m->n++].id_text, sizeof(m->address[0].id_text), "%lld", (long long)id);
	}
	read_names(&a, m);
	return unpack_end(&a, "certificate choices", e);
}

static bool
show(struct visit *v, bool signs_in, struct err *e)
{
	DROP(view_wipe) struct mail_form_view m = { .signs_in = signs_in };

	TRY(choices(v, &m, e));
	if (form_shown(&v->form, "level")[0] == '\0')
		form_put(&v->form, "level", m.assured ? "assured" : "robot");
	if (m.n == 1 && form_good(&v->form))
		form_put(&v->form, "address", m.address[0].address);
	if (form_shown(&v->form, "name")[0] == '\0')
		form_put(&v->form, "name", "0");
	v->csp = VISIT_CSP_KEYGEN;
	page_mail(&v->page, v, &m);
	return buf_ok(&v->page, e);
}

bool
mail_show(struct visit *v, struct err *e)
{
	return show(v, false, e);
}

bool
mail_sign_in_show(struct visit *v, struct err *e)
{
	return show(v, true, e);
}

static bool
ask_ticket(struct visit *v, const struct request *r, bool signs_in, struct buf *out,
    struct span *ticket, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	bool assured = strcmp(form_text(&v->form, "level"), "assured") == 0;
	const char *at = strrchr(form_text(&v->form, "address"), '@'), *domain = at == NULL ? "" : at + 1;
	struct statement says;
	struct span a;

	visit_ask_begin(v, &in);
	pack_u8(&in, assured ? PROFILE_ASSURED_MAIL : PROFILE_ROBOT_MAIL);
	buf_add(&in, r->key_hash, sizeof(r->key_hash));
	pack_u32(&in, signs_in ? TICKET_CLIENT_AUTH : 0);
	pack_u8(&in, (unsigned)form_number(&v->form, "name"));
	pack_u8(&in, 1);
	pack_u8(&in, NAME_MAIL);
	pack_text(&in, form_text(&v->form, "address"));
	pack_u8(&in, v->site->mail_caa);
	if (v->site->mail_caa)
		TRY(carry_caa(v, domain, true, &in, &says, e));
	pack_text(&in, form_text(&v->form, "label"));
	pack_u8(&in, form_ticked(&v->form, "public"));
	buf_add(&in, r->key_hash, sizeof(r->key_hash));
	TRY(visit_ask(v, KEEPER_CERT_TICKET, &in, out, &a, e));
	*ticket = unpack_bytes(&a);
	return unpack_end(&a, "ticket", e);
}

static bool
for_script(const struct visit *v)
{
	return strcmp(form_text(&v->form, "answer"), "pem") == 0;
}

/* Certificate, issuer and root as PEM for the script, or on to the certificate's page. */
static bool
answer_with(struct visit *v, struct span ticket, struct span a, struct err *e)
{
	struct span der[3];

	for (size_t i = 0; i < COUNT(der); i++)
		der[i] = unpack_bytes(&a);
	if (a.bad)
		return FAIL(e, ERR_IO, "signer issue: answer");
	if (!for_script(v))
		return go_cert(v, ticket, e);
	v->type = "application/x-pem-file";
	for (size_t i = 0; i < COUNT(der); i++)
		TRY(pem_add(&v->page, "CERTIFICATE", der[i], e));
	return true;
}

/* The script needs the certificate itself; a person reads on its page that it comes. */
static bool
issue(struct visit *v, struct span ticket, const struct request *r, struct err *e)
{
	DROP(buf_wipe) struct buf answer = {0};

	if (carry_issue(v, ticket, span_buf(&r->der), &answer, e))
		return answer_with(v, ticket, span_buf(&answer), e);
	if (for_script(v) || !carry_comes_later(e))
		return false;
	*e = (struct err){0};
	return go_cert(v, ticket, e);
}

/* What is wrong, for the script: one plain sentence. */
static bool
fault_for_script(struct visit *v, struct err *e)
{
	const char *says = v->form.fault_top;

	for (size_t i = 0; i < v->form.count && says == NULL; i++)
		says = v->form.value[i].fault;
	v->type = "text/plain; charset=utf-8";
	buf_text(&v->page, say(v, says == NULL ? MSG("The request was refused.") : says));
	return buf_ok(&v->page, e);
}

static bool
take(struct visit *v, bool signs_in, struct err *e)
{
	DROP(request_wipe) struct request r = {0};
	DROP(buf_wipe) struct buf out = {0};
	struct span ticket;

	if (form_number(&v->form, "name") != 0 && strcmp(form_text(&v->form, "level"), "assured") != 0)
		form_fault(&v->form, "name", MSG("A name stands in Assured certificates only. Choose that level, or no name."));
	TRY(request_typed(&r, v, form_bytes(&v->form, "request"), e));
	if (form_good(&v->form)) {
		if (ask_ticket(v, &r, signs_in, &out, &ticket, e))
			return issue(v, ticket, &r, e);
		if (!visit_fault(v, e, NULL))
			return false;
	}
	v->status = 422;
	if (for_script(v))
		return fault_for_script(v, e);
	return show(v, signs_in, e);
}

bool
mail_issue(struct visit *v, struct err *e)
{
	return take(v, false, e);
}

bool
mail_sign_in_issue(struct visit *v, struct err *e)
{
	return take(v, true, e);
}
