/* portal/ca/server.c - a server certificate: the pasted request, the preview, the issuing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/ca/carry.h"
#include "portal/ca/host.h"
#include "portal/ca/request.h"
#include "portal/ca/routes.h"
#include "privacy/facts/ticket.h"

static void form_free(struct server_form_view *s) { wipe_free(s->domain); }

/* The member's proved domains: what a name must be or lie below. */
static bool
proved_domains(struct visit *v, struct server_form_view *s, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	size_t n;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_CERT_CHOICES, &in, &out, &a, e));
	if ((s->domain = visit_rows(&a, sizeof(*s->domain), &n, e)) == NULL)
		return false;
	for (size_t i = 0; i < n && !a.bad; i++) {
		struct domain_row *r = &s->domain[s->n];
		bool dns = unpack_u8(&a) == NAME_DNS;

		r->id = unpack_i64(&a);
		unpack_text(&a, r->name, sizeof(r->name));
		r->wildcard = unpack_u8(&a) != 0;
		r->due = unpack_u8(&a) != 0;
		host_shown(r->name, r->shown);
		s->n += dns;
	}
	s->points = unpack_i64(&a);
	s->assured = unpack_u8(&a) != 0;
	return a.bad ? FAIL(e, ERR_IO, "certificate choices") : true;
}

static bool
server_again(struct visit *v, const char *stopped, const char *saw, struct err *e)
{
	DROP(form_free) struct server_form_view s = { .stopped = stopped, .saw = saw };

	TRY(proved_domains(v, &s, e));
	page_server(&v->page, v, &s);
	return buf_ok(&v->page, e);
}

bool
server_show(struct visit *v, struct err *e)
{
	return server_again(v, NULL, NULL, e);
}

/* Kept, or why not.  A suggestion for the page: the keeper decides at the ticket. */
static void
judge(struct preview_row *row, const struct request_name *name, const struct server_form_view *s)
{
	const char *host = strncmp(name->text, "*.", 2) == 0 ? name->text + 2 : name->text;
	bool wild = host != name->text;
	const char *narrow = wild ? MSG("a wildcard needs a proof by mail or DNS") :
	    MSG("a name below a domain proved by a file needs a proof of its own");

	snprintf(row->name, sizeof(row->name), "%s", name->text);
	row->why = MSG("not a domain you proved, nor below one");
	if (name->kind != NAME_DNS) {
		row->why = MSG("not a DNS name");
		return;
	}
	for (size_t i = 0; i < s->n; i++) {
		if (!host_within(host, s->domain[i].name))
			continue;
		/* A file on one host speaks for that host alone (BR 3.2.2.4.18). */
		row->why = s->domain[i].due ? MSG("the domain must be proved first") :
		    !s->domain[i].wildcard && (wild || strcmp(host, s->domain[i].name) != 0) ? narrow : NULL;
		row->kept = row->why == NULL;
		if (row->kept)
			return;
	}
}

static void rows_free(struct preview_row **r) { wipe_free(*r); }

static bool
preview(struct visit *v, const struct request *r, struct err *e)
{
	DROP(form_free) struct server_form_view s = {0};
	DROP(rows_free) struct preview_row *rows = calloc(r->names + 1, sizeof(*rows));
	DROP(buf_wipe) struct buf pem = {0};
	struct server_view w = { .key = r->key, .row = rows, .n = r->names };

	if (rows == NULL)
		return FAIL(e, ERR_MEMORY, "preview");
	TRY(proved_domains(v, &s, e));
	w.assured = s.assured;
	w.points = s.points;
	form_put(&v->form, "level", s.assured ? "assured" : "robot");
	TRY(request_pem(&pem, r, e));
	for (size_t i = 0; i < r->names; i++) {
		judge(&rows[i], &r->name[i], &s);
		w.kept += rows[i].kept;
	}
	w.request = pem.data;
	w.bound = span_of(r->key_hash, sizeof(r->key_hash));
	page_server_preview(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

/* Ed25519 is fine for mail, but browsers' rules (BR 6.1.5) keep it out of TLS. */
static bool
typed_for_server(struct request *r, struct visit *v, struct span typed, struct err *e)
{
	TRY(request_typed(r, v, typed, e));
	if (strcmp(r->key, "Ed25519") == 0)
		form_fault(&v->form, "request", MSG("Browsers refuse server certificates with an Ed25519 key. Use ECDSA on P-256, or RSA."));
	return true;
}

bool
server_preview(struct visit *v, struct err *e)
{
	DROP(request_wipe) struct request r = {0};
	struct span typed = form_bytes(&v->form, "file");

	/* With a file nobody looks at the text, so it does not come back either. */
	if (typed.len > 0)
		form_put(&v->form, "request", "");
	else
		typed = form_bytes(&v->form, "request");
	if (form_good(&v->form) && typed.len == 0)
		form_fault(&v->form, "request", MSG("Paste a certificate request, or choose a file."));
	TRY(typed_for_server(&r, v, typed, e));
	if (form_good(&v->form))
		return preview(v, &r, e);
	v->status = 422;
	return server_again(v, NULL, NULL, e);
}

/*
 * A CAA statement for each name, up to the first that does not allow us: the rest
 * would not change the keeper's answer.  *last is what the last one says.
 */
static bool
ask_caa(struct visit *v, struct buf *in, struct statement *last, struct err *e)
{
	DROP(buf_wipe) struct buf said = {0};
	unsigned n = 0;

	last->result = SAW_IT;
	for (; n < v->form.many_count && last->result == SAW_IT; n++)
		TRY(carry_caa(v, v->form.many[n], false, &said, last, e));
	pack_u8(in, n);
	buf_add(in, said.data, said.len);
	return buf_ok(in, e);
}

/* The ticket for these names.  *last: see ask_caa(). */
static bool
ask_ticket(struct visit *v, const struct request *r, struct buf *out, struct span *ticket, struct statement *last,
    struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_u8(&in, strcmp(form_text(&v->form, "level"), "assured") == 0 ? PROFILE_ASSURED_TLS : PROFILE_ROBOT_TLS);
	buf_add(&in, r->key_hash, sizeof(r->key_hash));
	pack_u32(&in, 0);
	pack_u8(&in, 0);
	pack_u8(&in, (unsigned)v->form.many_count);
	for (size_t i = 0; i < v->form.many_count; i++) {
		pack_u8(&in, NAME_DNS);
		pack_text(&in, v->form.many[i]);
	}
	TRY(ask_caa(v, &in, last, e));
	pack_text(&in, form_text(&v->form, "label"));
	pack_u8(&in, 1);
	buf_add(&in, r->key_hash, sizeof(r->key_hash));
	TRY(visit_ask(v, KEEPER_CERT_TICKET, &in, out, &a, e));
	*ticket = unpack_bytes(&a);
	return unpack_end(&a, "ticket", e);
}

bool
server_issue(struct visit *v, struct err *e)
{
	DROP(request_wipe) struct request r = {0};
	DROP(buf_wipe) struct buf out = {0}, answer = {0};
	struct statement last = {0};
	struct span ticket;
	bool caa = false;

	TRY(typed_for_server(&r, v, form_bytes(&v->form, "request"), e));
	if (form_good(&v->form)) {
		TRY(visit_bound(v, span_of(r.key_hash, sizeof(r.key_hash)), e));
		if (ask_ticket(v, &r, &out, &ticket, &last, e)) {
			if (!carry_issue(v, ticket, span_buf(&r.der), &answer, e) && !carry_comes_later(e))
				return false;
			*e = (struct err){0};
			return go_cert(v, ticket, e);
		}
		caa = e->why == WHY_CAA_FORBIDS || e->why == WHY_CAA_BOGUS || e->why == WHY_CAA_MISSING;
		if (!visit_fault(v, e, NULL))
			return false;
	}
	v->status = 422;
	return server_again(v, caa ? last.name : NULL, last.saw, e);
}
