/* portal/people/addresses.c - a member's e-mail addresses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/ca/carry.h"
#include "portal/people/mailbox.h"
#include "portal/people/routes.h"

static void
addresses_wipe(struct addresses_view *w)
{
	wipe_free(w->row);
}

static bool
ask_addresses(struct visit *v, struct addresses_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_ADDRESSES, &in, &out, &a, e));
	if ((w->row = visit_rows(&a, sizeof(*w->row), &w->n, e)) == NULL)
		return false;
	for (size_t i = 0; i < w->n; i++) {
		struct address_row *r = &w->row[i];
		char address[MAILBOX_TEXT];

		r->id = unpack_i64(&a);
		unpack_text(&a, address, sizeof(address));
		mailbox_shown(address, r->address);
		r->verified = unpack_u8(&a) != 0;
		r->primary = unpack_u8(&a) != 0;
		r->since = unpack_i64(&a);
		cert_serials_read(&a, &r->certs);
		r->failing = unpack_i64(&a);
		snprintf(r->id_text, sizeof(r->id_text), "%lld", (long long)r->id);
	}
	return unpack_end(&a, "addresses", e);
}

bool
addresses_show(struct visit *v, struct err *e)
{
	DROP(addresses_wipe) struct addresses_view w = {0};

	TRY(ask_addresses(v, &w, e));
	page_addresses(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
address_add(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (form_good(&v->form)) {
		visit_ask_begin(v, &in);
		pack_mailbox(&in, form_text(&v->form, "address"));
		if (visit_ask(v, KEEPER_ADDRESS_ADD, &in, &out, &a, e))
			return visit_go(v, true, "/addresses", e);
		if (!visit_fault(v, e, "address"))
			return false;
	}
	v->status = 422;
	return addresses_show(v, e);
}

/* An operation on one address by its number. */
static bool
act(struct visit *v, uint32_t op, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (!form_good(&v->form))
		return FAIL(e, ERR_INPUT, "address: form");
	visit_ask_begin(v, &in);
	pack_i64(&in, form_number(&v->form, "id"));
	TRY(visit_ask(v, op, &in, &out, &a, e));
	return visit_go(v, true, "/addresses", e);
}

bool
address_again(struct visit *v, struct err *e)
{
	return act(v, KEEPER_ADDRESS_AGAIN, e);
}

bool
address_primary(struct visit *v, struct err *e)
{
	return act(v, KEEPER_ADDRESS_PRIMARY, e);
}

bool
address_remove_show(struct visit *v, struct err *e)
{
	DROP(addresses_wipe) struct addresses_view w = {0};
	struct address_remove_view r = {0};
	int64_t verified = 0;
	bool found = false;

	TRY(ask_addresses(v, &w, e));
	for (size_t i = 0; i < w.n; i++) {
		verified += w.row[i].verified;
		if (strcmp(w.row[i].id_text, v->tail) == 0)
			r.row = w.row[i], found = true;
	}
	if (!found)
		return FAIL(e, ERR_ABSENT, "address: none of that number");
	r.last = r.row.verified && verified == 1;
	page_address_remove(&v->page, v, &r);
	explicit_bzero(&r, sizeof(r));
	return buf_ok(&v->page, e);
}

bool
address_remove_do(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t id;
	struct span a;

	TRY(tail_number(v, &id, e));
	if (!form_good(&v->form)) {
		v->status = 422;
		return address_remove_show(v, e);
	}
	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	pack_u8(&in, 1);
	TRY(visit_ask(v, KEEPER_ADDRESS_REMOVE, &in, &out, &a, e));
	TRY(carry_tickets(v, &a, e));
	return visit_go(v, true, "/addresses", e);
}
