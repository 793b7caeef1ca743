/* privacy/facts/addresses.c - what members do with their addresses: look, add, choose the first, remove. */
#include "privacy/facts/address.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/register.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/exclusion.h"
#include "privacy/rights/hold.h"

static bool
pack_one(struct keeper *k, struct act *a, const struct address_row *r, struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};
	bool found;

	TRY(act_open(k, a, FIELD_ADDRESS, r->id, &text, NULL, &found, e));
	if (!found)
		return FAIL(e, ERR_TAMPER, "address: a row without its text");
	pack_i64(a->out, r->id);
	pack_bytes(a->out, text.data, text.len);
	pack_u8(a->out, r->verified_at > 0);
	pack_u8(a->out, r->primary);
	pack_i64(a->out, r->since);
	TRY(register_serials(k, a->owner.number, NAME_MAIL, r->id, a->now, a->out, e));
	pack_i64(a->out, r->failing);
	return true;
}

bool
op_addresses(struct keeper *k, struct act *a, struct err *e)
{
	struct address_row rows[ADDRESS_ROWS];
	size_t n;

	TRY(act_read(a, e));
	TRY(address_list(k, a->owner.number, rows, COUNT(rows), &n, e));
	pack_u32(a->out, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		TRY(pack_one(k, a, &rows[i], e));
	return act_record(k, a, NULL, e);
}

/*
 * The mail to a new address, or, when somebody has it, to them, or, when it was that of
 * somebody who is excluded, to it.  In each case two are made, and one of them for nobody: neither
 * the time nor the adder's own limit tells which.
 */
static bool
address_mail(struct keeper *k, struct act *a, const char *address, int64_t id, struct err *e)
{
	struct member_facts f = {0};
	struct owner holder;
	int64_t known, until;

	TRY(address_holder(k, address, &known, NULL, e));
	TRY(member_owner(k, known, &holder, &f, e));
	TRY(exclusion_of_address(k, address, a->owner.number, a->now, &until, e));
	struct mail_order link = { .kind = MAIL_ADDRESS, .owner = &a->owner, .address = address,
	    .lang = a->lang, .ref = id, .token = true, .unsent = known != 0 || until != 0,
	    .expires = a->now + k->set->mail_token_life, .purpose = PURPOSE_VERIFY_ADDRESS };
	struct mail_order notice = { .kind = MAIL_ADDRESS_KNOWN, .owner = &holder,
	    .address = address, .lang = f.lang, .unsent = known == 0,
	    .expires = link.expires, .purpose = PURPOSE_VERIFY_ADDRESS };

	if (known == 0 && until != 0) {
		notice.kind = MAIL_EXCLUDED_ADD;
		notice.owner = NULL;		/* it stands in nobody's history: whoever typed it is not told */
		notice.lang = a->lang;
		notice.unsent = false;
		notice.expires = until;
	}
	return mail_queue(k, &link, a->now, NULL, e) && mail_queue(k, &notice, a->now, NULL, e);
}

/* To one that is theirs already, and whose mail came back. */
static bool
address_again(struct keeper *k, struct act *a, const char *address, int64_t id, struct err *e)
{
	struct mail_order m = { .kind = MAIL_ADDRESS, .owner = &a->owner, .address = address, .lang = a->lang, .ref = id,
	    .token = true, .expires = a->now + k->set->mail_token_life, .purpose = PURPOSE_VERIFY_ADDRESS };

	return mail_queue(k, &m, a->now, NULL, e);
}

/* How many mails somebody causes is limited whether or not they are sent. */
static bool
mails_left(struct keeper *k, const struct act *a, struct err *e)
{
	int64_t n;

	TRY(mail_count_since(k, a->owner.number, MAIL_ADDRESS, a->now - 3600, &n, e));
	return n < k->set->max_mails_per_hour ||
	    REFUSE(e, ERR_BUSY, WHY_LIMIT, "address: %lld mails this hour", (long long)n);
}

bool
op_address_add(struct keeper *k, struct act *a, struct err *e)
{
	char typed[KEEPER_TEXT_MAX + 1], address[ADDRESS_MAX];
	struct address_row rows[ADDRESS_ROWS];
	bool verified;
	int64_t id;
	size_t n;

	unpack_text(&a->in, typed, sizeof(typed));
	TRY(act_read(a, e));
	TRY(address_normalise(typed, address, e));
	TRY(address_by_text(k, a->owner.number, address, &id, &verified, e));
	if (id != 0)
		return REFUSE(e, ERR_CONFLICT, WHY_ADDRESS_TAKEN_SELF, "address: already on the list");
	TRY(address_list(k, a->owner.number, rows, COUNT(rows), &n, e));
	if ((int64_t)n >= k->set->max_addresses)
		return REFUSE(e, ERR_DENIED, WHY_LIMIT, "address: %zu of them", n);
	TRY(mails_left(k, a, e));
	TRY(address_create(k, &a->owner, address, false, false, a->now, &id, e));
	TRY(address_mail(k, a, address, id, e));
	TRY(act_record(k, a, address, e));
	pack_i64(a->out, id);
	return true;
}

bool
op_address_again(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};
	int64_t id = unpack_i64(&a->in);
	struct address_row o;
	bool found;

	TRY(act_read(a, e));
	TRY(address_row(k, a->owner.number, id, &o, e));
	if (o.verified_at > 0 && o.failing == 0)
		return REFUSE(e, ERR_CONFLICT, WHY_ADDRESS_TAKEN_SELF, "address: verified already");
	TRY(mails_left(k, a, e));
	TRY(act_open(k, a, FIELD_ADDRESS, id, &text, NULL, &found, e));
	if (!found || !buf_ok(&text, NULL))
		return FAIL(e, ERR_TAMPER, "address: a row without its text");
	/* The newest link is the one that works. */
	TRY(mail_cancel(k, a->owner.number, MAIL_ADDRESS, id, e));
	TRY(o.failing > 0 ? address_again(k, a, text.data, id, e) : address_mail(k, a, text.data, id, e));
	return act_record(k, a, text.data, e);
}

bool
op_address_primary(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};
	int64_t id = unpack_i64(&a->in);
	struct address_row o;

	TRY(act_read(a, e));
	TRY(address_row(k, a->owner.number, id, &o, e));
	if (o.verified_at == 0)
		return REFUSE(e, ERR_DENIED, WHY_ADDRESS_UNVERIFIED, "address: not verified");
	if (o.primary)
		return true;
	TRY(address_notify_primary(k, &a->owner, a->lang, MAIL_PRIMARY_CHANGED, NULL, a->purpose,
	    a->now, e));
	TRY(address_promote(k, a->owner.number, id, e));
	TRY(vault_get(k->vault, &a->owner, FIELD_ADDRESS, id, &text, NULL, e));
	TRY(buf_ok(&text, e));
	return act_record(k, a, text.data, e);
}

/* May this one go?  The primary only when it is the only verified one, and then only knowingly. */
static bool
may_remove(struct keeper *k, const struct act *a, const struct address_row *o, bool sure, struct err *e)
{
	struct address_row rows[ADDRESS_ROWS];
	size_t n, verified = 0;

	if (o->verified_at == 0)
		return true;
	TRY(address_list(k, a->owner.number, rows, COUNT(rows), &n, e));
	for (size_t i = 0; i < n; i++)
		verified += rows[i].verified_at > 0;
	if (verified > 1 && o->primary)
		return REFUSE(e, ERR_CONFLICT, WHY_ADDRESS_PRIMARY, "address: the primary one");
	if (verified == 1 && !sure)
		return REFUSE(e, ERR_CONFLICT, WHY_ADDRESS_LAST, "address: the last one");
	return true;
}

bool
op_address_remove(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf text = {0}, tickets = {0};
	int64_t id = unpack_i64(&a->in);
	bool sure = unpack_u8(&a->in) == 1, found;
	uint32_t n = 0;
	struct address_row o;

	TRY(act_read(a, e));
	TRY(address_row(k, a->owner.number, id, &o, e));
	TRY(may_remove(k, a, &o, sure, e));
	TRY(hold_free(k, a->owner.number, FIELD_ADDRESS, e));
	TRY(act_open(k, a, FIELD_ADDRESS, id, &text, NULL, &found, e));
	TRY(buf_ok(&text, e));
	TRY(register_revoke_naming(k, a, id, &tickets, &n, e));
	if (o.verified_at > 0)
		TRY(address_notify(k, &a->owner, a->lang, MAIL_ADDRESS_REMOVED, text.data,
		    a->purpose, a->now, e));
	TRY(address_forget(k, a->owner.number, id, a->now, e));
	/* A link for a forgotten password may lie in the mailbox that goes. */
	TRY(mail_cancel(k, a->owner.number, MAIL_RESET, 0, e));
	if (o.primary)
		TRY(member_step(k, a, a->owner.number, STEP_ADDRESS, false, e));
	TRY(act_record(k, a, text.data, e));
	TRY(buf_ok(&tickets, e));
	pack_u32(a->out, n);
	buf_add(a->out, tickets.data, tickets.len);
	return true;
}
