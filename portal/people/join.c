/* portal/people/join.c - joining, and the links in our mails.  */
#include <string.h>
#include "build/pages/pages.h"
#include "portal/people/mailbox.h"
#include "portal/people/routes.h"
#include "portal/people/strength.h"
#include "portal/web/why.h"
#include "privacy/facts/address_text.h"
#include "privacy/policy.h"

static bool
join_again(struct visit *v, const char *advice, struct err *e)
{
	v->status = 422;
	page_join(&v->page, v, &(struct join_view){ .advice = advice });
	return buf_ok(&v->page, e);
}

bool
join_show(struct visit *v, struct err *e)
{
	page_join(&v->page, v, &(struct join_view){ NULL });
	return buf_ok(&v->page, e);
}

bool
join_send(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	char typed[MAILBOX_TEXT], known[ADDRESS_MAX];
	const char *address = mailbox(form_text(&v->form, "address"), typed), *advice = NULL;
	const char *password = form_text(&v->form, "password");
	struct err shape = {0};
	struct span a;

	if (form_fault_of(&v->form, "address") == NULL && !address_normalise(address, known, &shape))
		form_fault(&v->form, "address", why_row(shape.why)->says);
	if (form_fault_of(&v->form, "password") == NULL &&
	    strcmp(password, form_text(&v->form, "again")) != 0)
		form_fault(&v->form, "again", MSG("The two passwords are not the same."));
	if (form_fault_of(&v->form, "password") == NULL &&
	    (advice = strength_advice(password, address)) != NULL)
		form_fault(&v->form, "password", MSG("Choose a stronger password."));
	if (!form_good(&v->form))
		return join_again(v, advice, e);
	pack_text(&in, address);
	pack_text(&in, password);
	pack_u32(&in, policy_number(POLICY_AGREEMENT, v->now));
	pack_u32(&in, policy_number(POLICY_STATEMENT, v->now));
	pack_text(&in, v->lang);
	pack_bytes(&in, v->source.p, v->source.len);
	if (!visit_ask_open(v, KEEPER_JOIN, &in, &out, &a, e))
		return visit_fault(v, e, "password") ? join_again(v, NULL, e) : false;
	TRY(unpack_end(&a, "join", e));
	page_join_sent(&v->page, v);
	return buf_ok(&v->page, e);
}

bool
verify_show(struct visit *v, struct err *e)
{
	struct verify_view w = { .token = v->tail };
	unsigned char token[TOKEN_BYTES];

	TRY(visit_mailed(v, token, &w.kind, e));
	/* Links of these kinds have pages of their own. */
	if (w.kind == MAIL_RESET || w.kind == MAIL_CONTACT || w.kind == MAIL_ERASE_NOW) {
		char to[64];

		snprintf(to, sizeof(to), "/%s/%.40s", w.kind == MAIL_RESET ? "reset" : w.kind == MAIL_CONTACT ? "contact" : "erase",
		    v->tail);
		return visit_go(v, false, to, e);
	}
	page_verify(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
verify_take(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct verify_view w = { .token = v->tail };
	unsigned char token[TOKEN_BYTES];
	struct span a;

	if (!token_parse(v->tail, token))
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "mailed token: shape");
	buf_add(&in, token, sizeof(token));
	TRY(visit_ask_open(v, KEEPER_MAIL_TAKE, &in, &out, &a, e));
	w.kind = unpack_u8(&a);
	TRY(unpack_end(&a, "mail take", e));
	page_verified(&v->page, v, &w);
	return buf_ok(&v->page, e);
}
