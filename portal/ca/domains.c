/* portal/ca/domains.c - a member's domains, and proving them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/ca/carry.h"
#include "portal/ca/host.h"
#include "portal/ca/routes.h"
#include "portal/prover/client.h"

#define LOOK_WAIT_MS	60000

static void
read_row(struct span *a, struct domain_row *r, int64_t now)
{
	r->id = unpack_i64(a);
	unpack_text(a, r->name, sizeof(r->name));
	r->proved_at = unpack_i64(a);
	r->good_until = unpack_i64(a);
	r->method = unpack_u8(a);
	r->wildcard = unpack_u8(a) != 0;
	cert_serials_read(a, &r->certs);
	r->due = r->proved_at > 0 && r->good_until <= now;
	host_shown(r->name, r->shown);
	snprintf(r->id_text, sizeof(r->id_text), "%lld", (long long)r->id);
}

static void domains_free(struct domains_view *d) { wipe_free(d->row); }

static bool
ask_domains(struct visit *v, struct domains_view *d, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_DOMAINS, &in, &out, &a, e));
	if ((d->row = visit_rows(&a, sizeof(*d->row), &d->n, e)) == NULL)
		return false;
	for (size_t i = 0; i < d->n; i++)
		read_row(&a, &d->row[i], v->now);
	return unpack_end(&a, "domains", e);
}

bool
domains_show(struct visit *v, struct err *e)
{
	DROP(domains_free) struct domains_view d = {0};

	TRY(ask_domains(v, &d, e));
	page_domains(&v->page, v, &d);
	return buf_ok(&v->page, e);
}

static bool
go_domain(struct visit *v, int64_t id, struct err *e)
{
	char to[64];

	snprintf(to, sizeof(to), "/domains/show/%lld", (long long)id);
	return visit_go(v, true, to, e);
}

bool
domain_add(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	char name[256];
	struct span a;
	int64_t id;

	if (form_good(&v->form) && host_clean(form_text(&v->form, "name"), name, e)) {
		visit_ask_begin(v, &in);
		pack_text(&in, name);
		if (visit_ask(v, KEEPER_DOMAIN_ADD, &in, &out, &a, e)) {
			id = unpack_i64(&a);
			TRY(unpack_end(&a, "domain add", e));
			return go_domain(v, id, e);
		}
	}
	if (form_good(&v->form) && !visit_fault(v, e, "name"))
		return false;
	v->status = 422;
	return domains_show(v, e);
}

/* One domain with its open challenges; the row comes from the list. */
static bool
look(struct visit *v, int64_t id, struct domain_view *w, struct err *e)
{
	DROP(domains_free) struct domains_view all = {0};
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	TRY(ask_domains(v, &all, e));
	for (size_t i = 0; i < all.n; i++)
		if (all.row[i].id == id)
			w->d = all.row[i];
	if (w->d.id != id)
		return FAIL(e, ERR_ABSENT, "domain: none of that number");
	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	TRY(visit_ask(v, KEEPER_DOMAIN_LOOK, &in, &out, &a, e));
	unpack_text(&a, w->d.name, sizeof(w->d.name));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && !a.bad; i++) {
		char nonce[96];
		unsigned method = unpack_u8(&a);

		unpack_text(&a, nonce, sizeof(nonce));
		(void)unpack_i64(&a);
		if (method == PROOF_DNS)
			memcpy(w->dns_nonce, nonce, sizeof(nonce));
		else if (method == PROOF_HTTP)
			memcpy(w->http_nonce, nonce, sizeof(nonce)), statement_file(nonce, w->http_file);
		else
			w->mail_sent = true;
	}
	return unpack_end(&a, "domain look", e);
}

bool
domain_show(struct visit *v, struct err *e)
{
	struct domain_view w = {0};
	int64_t id;

	TRY(tail_number(v, &id, e));
	TRY(look(v, id, &w, e));
	page_domain(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

static bool
challenge(struct visit *v, enum proof_method method, const char *mailbox, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t id;

	TRY(tail_number(v, &id, e));
	if (!form_good(&v->form)) {
		v->status = 422;
		return domain_show(v, e);
	}
	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	pack_u8(&in, method);
	pack_text(&in, mailbox);
	if (visit_ask(v, KEEPER_DOMAIN_CHALLENGE, &in, &out, &a, e))
		return go_domain(v, id, e);
	if (!visit_fault(v, e, method == PROOF_MAIL ? "mailbox" : NULL))
		return false;
	v->status = 422;
	return domain_show(v, e);
}

bool
domain_mail(struct visit *v, struct err *e)
{
	return challenge(v, PROOF_MAIL, form_text(&v->form, "mailbox"), e);
}

bool
domain_dns(struct visit *v, struct err *e)
{
	return challenge(v, PROOF_DNS, "", e);
}

bool
domain_http(struct visit *v, struct err *e)
{
	return challenge(v, PROOF_HTTP, "", e);
}

/* What the prover saw, for the page; the keeper reads the statement itself. */
static const char *
seen_words(uint8_t result)
{
	switch (result) {
	case SAW_NOTHING:	return MSG("We looked and found nothing there yet. Name servers can take a while; nothing is lost, look again later.");
	case SAW_OTHER:		return MSG("We looked and found something else there.");
	case SAW_BOGUS:		return MSG("The answer failed DNSSEC validation, so it cannot be believed. Mend the zone's signatures, then look again.");
	case SAW_NO_ANSWER:	return MSG("Nobody answered in time. Check that the name servers and the web server can be reached from outside.");
	case SAW_REFUSED_PLACE:	return MSG("The name leads to a private address, where this site does not look.");
	case SAW_TOO_MUCH:	return MSG("There were too many redirects, or the answer was too long.");
	default:		return MSG("The proof did not succeed.");
	}
}

/* Ask the prover, then hand its statement to the keeper. */
static bool
prove(struct visit *v, struct domain_view *w, unsigned method, struct err *e)
{
	DROP(buf_wipe) struct buf said = {0}, keep = {0}, told = {0};
	struct statement s;
	struct span a;

	TRY(prover_prove(v->prover, (uint8_t)method, w->d.name,
	    method == PROOF_DNS ? w->dns_nonce : w->http_nonce, &said, LOOK_WAIT_MS, e));
	TRY(prover_peek(&s, span_buf(&said), e));
	memcpy(w->saw, s.saw, sizeof(w->saw));
	visit_ask_begin(v, &keep);
	pack_i64(&keep, w->d.id);
	pack_bytes(&keep, said.data, said.len);
	if (visit_ask(v, KEEPER_DOMAIN_PROVED, &keep, &told, &a, e))
		return true;
	if (e->why == WHY_PROOF_FAILED)
		w->seen = seen_words(s.result);
	return false;
}

bool
domain_check(struct visit *v, struct err *e)
{
	struct domain_view w = {0};
	int64_t id;
	unsigned method = form_text(&v->form, "method")[0] == 'd' ? PROOF_DNS : PROOF_HTTP;

	if (!form_good(&v->form)) {
		v->status = 422;
		return domain_show(v, e);
	}
	TRY(tail_number(v, &id, e));
	TRY(look(v, id, &w, e));
	if ((method == PROOF_DNS ? w.dns_nonce : w.http_nonce)[0] == '\0')
		return REFUSE(e, ERR_CONFLICT, WHY_PROOF, "domain check: no open challenge");
	if (prove(v, &w, method, e))
		return visit_go(v, true, "/domains", e);
	if (w.seen == NULL)
		return false;
	v->status = 422;
	page_domain(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
domain_remove_show(struct visit *v, struct err *e)
{
	DROP(domains_free) struct domains_view d = {0};

	TRY(ask_domains(v, &d, e));
	for (size_t i = 0; i < d.n; i++)
		if (strcmp(d.row[i].id_text, v->tail) == 0) {
			page_domain_remove(&v->page, v, &d.row[i]);
			return buf_ok(&v->page, e);
		}
	return FAIL(e, ERR_ABSENT, "domain: none of that number");
}

bool
domain_remove_do(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t id;

	TRY(tail_number(v, &id, e));
	if (!form_good(&v->form)) {
		v->status = 422;
		return domain_remove_show(v, e);
	}
	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	pack_u8(&in, 1);
	TRY(visit_ask(v, KEEPER_DOMAIN_REMOVE, &in, &out, &a, e));
	TRY(carry_tickets(v, &a, e));
	return visit_go(v, true, "/domains", e);
}
