/*
 * privacy/facts/issuer_gone.c - the root revoked an issuer: with it ends what it signed.
 *
 * Control brings the serials out of the signer's book, some at a time.  Each live certificate among them is revoked in the
 * register at once, gets the ticket by which the signer's book and lists follow, and its owner is told.  One that is still
 * on its way is revoked when it comes back (receipt.c).  The reason is `superseded`: of subscribers' certificates BR 7.2.2
 * allow no cACompromise, and this is the one for certificates that are replaced because of their CA.
 *
 * Stands on register, issue.
 */
#include "privacy/facts/address.h"
#include "privacy/facts/issue.h"
#include "privacy/facts/member.h"
#include "privacy/facts/ticket_book.h"
#include "privacy/keeper/ops.h"

static bool
end_one(struct keeper *k, const struct entry_of_register *r, int64_t now, int64_t *n, struct err *e)
{
	char hex[SERIAL_TEXT];
	struct err why = {0};
	struct member_facts f;
	struct owner o;
	struct change c = { .owner = &o, .role = ACTOR_SYSTEM, .act = TICKET_REVOKE, .reason = SUPERSEDED,
	    .because = "its issuer was revoked" };

	/* One member who is gone must not hold up the others. */
	if (!member_owner(k, r->member, &o, &f, &why))
		return why.kind == ERR_ABSENT || err_hand_on(e, &why);
	TRY(register_state_set(k, r->id, REGISTER_REVOKED, SUPERSEDED, now, e));
	TRY(ticket_book_drop_lesser(k, r->id, e));
	TRY(issue_change(k, &c, r, now, NULL, e));
	++*n;
	serial_text(r->serial, hex);
	return address_notify_primary(k, &o, f.lang, MAIL_ISSUER_GONE, hex, PURPOSE_SEND_MAIL, now, e);
}

static bool
one(struct keeper *k, unsigned profile, const unsigned char serial[TICKET_SERIAL], int64_t now, int64_t *n, struct err *e)
{
	struct entry_of_register r;
	struct err why = {0};

	/* The development site's own certificate is in no register. */
	if (!register_get(k, 0, serial, &r, &why))
		return why.kind == ERR_ABSENT || err_hand_on(e, &why);
	if (r.profile != (enum profile)profile)
		return FAIL(e, ERR_INPUT, "issuer gone: a certificate of another kind than the issuer's");
	if (r.state == REGISTER_PENDING)
		return register_want(k, r.id, TICKET_REVOKE, e);
	if ((r.state != REGISTER_VALID && r.state != REGISTER_SUSPENDED) || r.not_after < now)
		return true;
	return end_one(k, &r, now, n, e);
}

bool
op_issuer_gone(struct keeper *k, struct act *a, struct err *e)
{
	unsigned char serial[ISSUER_GONE_MOST][TICKET_SERIAL];
	unsigned profile;
	int64_t n = 0;
	size_t count = 0;

	profile = unpack_u8(&a->in);
	while (a->in.len > 0 && !a->in.bad && count < ISSUER_GONE_MOST)
		unpack_exact(&a->in, serial[count++], TICKET_SERIAL);
	TRY(act_read(a, e));
	for (size_t i = 0; i < count; i++)
		TRY(one(k, profile, serial[i], a->now, &n, e));
	pack_i64(a->out, n);
	return true;
}
