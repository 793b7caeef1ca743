/* Suspending, resuming and revoking: what may be asked, and by whom it is asked by itself. */
#include "ledger/base/clock.h"
#include "privacy/facts/address.h"
#include "privacy/facts/issue.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/order.h"
#include "privacy/facts/ticket_book.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define SWEPT_AT_ONCE	64

static const struct sql
sql_register_held = { "register_held", "iii", "i",
	"SELECT id FROM register WHERE state = $1 AND changed_at <= $2 AND wanted = 0"
	" ORDER BY id LIMIT $3" },
sql_register_due = { "register_due", "iiii", "i",
	"SELECT id FROM register WHERE state = $1 AND not_after > $2 AND not_after <= $3"
	" AND reminder = 1 AND reminded = 0"
	/* who restricted what is done with their data is reminded once that is lifted */
	" AND NOT EXISTS (SELECT 1 FROM member m WHERE m.number = register.member AND m.restricted > 0)"
	" ORDER BY not_after LIMIT $4" },
sql_register_reminded = { "register_reminded", "ii", "",
	"UPDATE register SET reminded = $1 WHERE id = $2" };

static bool
reason_ok(unsigned reason)
{
	return reason == UNSPECIFIED || reason == KEY_COMPROMISE || reason == AFFILIATION_CHANGED ||
	    reason == SUPERSEDED || reason == CESSATION;
}

/* ---- minting ---- */

static void
change_object(char into[DETAIL_OBJECT], const struct entry_of_register *r, const struct change *c)
{
	static const char *const says[] = { [TICKET_REVOKE] = "revoke", [TICKET_SUSPEND] = "suspend",
	    [TICKET_RESUME] = "resume" };
	char hex[SERIAL_TEXT];

	serial_text(r->serial, hex);
	snprintf(into, DETAIL_OBJECT, "%s%s%s, serial %s", says[c->act], c->because == NULL ? "" : ", ",
	    c->because == NULL ? "" : c->because, hex);
}

bool
issue_change(struct keeper *k, const struct change *c, const struct entry_of_register *r,
    int64_t now, struct buf *wire, struct err *e)
{
	DROP(buf_wipe) struct buf nobodys = {0};
	char object[DETAIL_OBJECT];
	struct ticket t = { .act = (uint8_t)c->act, .profile = (uint8_t)r->profile,
	    .expires = now + TICKET_LIFE_CHANGE, .reason = c->reason };
	struct mint m = { .owner = c->owner, .role = c->role, .purpose = PURPOSE_CERT_CHANGE,
	    .object = object, .certificate = r->id, .now = now, .left_to_clerk = wire == NULL };
	bool again;

	wire = wire == NULL ? &nobodys : wire;

	if (c->act == TICKET_REVOKE && c->reason == KEY_COMPROMISE)
		TRY(register_key_ban(k, r->key_hash, now, e));
	TRY(ticket_book_open_act(k, r->id, c->act, c->reason, now, wire, &again, e));
	if (again)
		return true;
	memcpy(t.serial, r->serial, sizeof(t.serial));
	change_object(object, r, c);
	TRY(ticket_mint(k, &m, &t, wire, e));
	return register_want(k, r->id, c->act, e);
}

/* ---- what its owner may ask ---- */

static bool
wrong_state(struct err *e)
{
	return REFUSE(e, ERR_CONFLICT, WHY_CERT_STATE, "change: not possible in this state");
}

static bool
may_revoke(const struct entry_of_register *r, uint8_t reason, struct err *e)
{
	if (!reason_ok(reason))
		return REFUSE(e, ERR_INPUT, WHY_REASON, "change: reason %u is not a subscriber's", reason);
	/* A lost key may still be told of when the certificate was revoked for less. */
	if (r->state == REGISTER_REVOKED && reason == KEY_COMPROMISE && r->reason != KEY_COMPROMISE)
		return true;
	return r->state == REGISTER_VALID || r->state == REGISTER_SUSPENDED || wrong_state(e);
}

static bool
may_change(const struct entry_of_register *r, unsigned act, uint8_t reason, int64_t now,
    struct err *e)
{
	if (r->not_after < now)
		return wrong_state(e);
	if (act != TICKET_REVOKE && reason != 0)
		return REFUSE(e, ERR_INPUT, WHY_REASON, "change: a reason for what has none");
	switch (act) {
	case TICKET_REVOKE:
		return may_revoke(r, reason, e);
	case TICKET_SUSPEND:
		if (!profile_is_mail(r->profile))
			return REFUSE(e, ERR_DENIED, WHY_CERT_SUSPEND_TLS, "change: TLS is not suspended");
		return (r->state == REGISTER_VALID && r->wanted != TICKET_REVOKE) || wrong_state(e);
	case TICKET_RESUME:
		return (r->state == REGISTER_SUSPENDED && r->wanted != TICKET_REVOKE) || wrong_state(e);
	default:
		return FAIL(e, ERR_INPUT, "change: no act %u", act);
	}
}

bool
op_cert_change(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf wire = {0};
	unsigned char serial[TICKET_SERIAL];
	struct entry_of_register r;
	struct change c = { .owner = &a->owner, .role = a->role };

	unpack_exact(&a->in, serial, sizeof(serial));
	c.act = (enum ticket_act)unpack_u8(&a->in);
	c.reason = unpack_u8(&a->in);
	TRY(act_read(a, e));
	TRY(register_get(k, a->owner.number, serial, &r, e));
	TRY(may_change(&r, c.act, c.reason, a->now, e));
	TRY(issue_change(k, &c, &r, a->now, &wire, e));
	TRY(buf_ok(&wire, e));
	pack_bytes(a->out, wire.data, wire.len);
	return true;
}

/* ---- what stands on an address or domain that goes ---- */

static bool
revoke_one(struct keeper *k, struct act *a, int64_t id, struct buf *tickets, uint32_t *n,
    struct err *e)
{
	DROP(buf_wipe) struct buf wire = {0};
	struct change c = { .owner = &a->owner, .role = a->role, .act = TICKET_REVOKE,
	    .reason = CESSATION };
	struct entry_of_register r;

	TRY(register_by_id(k, id, &r, e));
	/* Not signed yet: it is revoked when it comes back (receipt.c). */
	if (r.state == REGISTER_PENDING)
		return register_want(k, id, TICKET_REVOKE, e);
	TRY(issue_change(k, &c, &r, a->now, &wire, e));
	TRY(buf_ok(&wire, e));
	pack_bytes(tickets, wire.data, wire.len);
	++*n;
	return true;
}

static bool
revoke_binding(struct keeper *k, struct act *a, enum name_kind kind, int64_t bind,
    struct buf *tickets, uint32_t *n, struct err *e)
{
	DROP(buf_wipe) struct buf ids = {0};
	struct span s;

	TRY(register_binding(k, a->owner.number, kind, bind, a->now, &ids, e));
	for (s = span_buf(&ids); s.len > 0; )
		TRY(revoke_one(k, a, unpack_i64(&s), tickets, n, e));
	return buf_ok(tickets, e);
}

bool
register_revoke_naming(struct keeper *k, struct act *a, int64_t address_id, struct buf *tickets,
    uint32_t *n, struct err *e)
{
	return revoke_binding(k, a, NAME_MAIL, address_id, tickets, n, e);
}

bool
register_revoke_domain(struct keeper *k, struct act *a, int64_t domain_id, struct buf *tickets,
    uint32_t *n, struct err *e)
{
	return revoke_binding(k, a, NAME_DNS, domain_id, tickets, n, e);
}

/* ---- what is due by itself ---- */

/* The ids a statement gives, so that nothing is changed while it still runs. */
static bool
ids_read(struct rows *rows, int64_t *ids, size_t *n, struct err *e)
{
	struct err end = {0};

	for (*n = 0; *n < SWEPT_AT_ONCE && rows_next(rows, &end); )
		ids[(*n)++] = rows_i64(rows, 0);
	return err_hand_on(e, &end);
}

static bool
held_ids(struct keeper *k, int64_t now, int64_t most, int64_t *ids, size_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *rows = NULL;

	TRY(sql_ask(k->store, &rows, &sql_register_held, e, (int64_t)REGISTER_SUSPENDED,
	    now - k->set->suspension_life, most));
	return ids_read(rows, ids, n, e);
}

static bool
due_ids(struct keeper *k, int64_t now, int64_t most, int64_t *ids, size_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *rows = NULL;

	TRY(sql_ask(k->store, &rows, &sql_register_due, e, (int64_t)REGISTER_VALID, now,
	    now + REMINDER_DAYS * DAY, most));
	return ids_read(rows, ids, n, e);
}

static bool
give(struct err *e, const struct err *why)
{
	if (e != NULL)
		*e = *why;
	return false;
}

/* One member who is gone must not hold up what is due for all others. */
static bool
owner_there(struct keeper *k, int64_t member, struct owner *o, struct member_facts *f, bool *there,
    struct err *e)
{
	struct err why = {0};

	*there = member_owner(k, member, o, f, &why);
	return *there || why.kind == ERR_ABSENT || give(e, &why);
}

/* Suspension is a pause, not a state to stay in: what nobody resumed is revoked. */
static bool
end_suspension(struct keeper *k, int64_t id, int64_t now, struct err *e)
{
	struct owner o;
	struct change c = { .owner = &o, .role = ACTOR_SYSTEM, .act = TICKET_REVOKE,
	    .reason = UNSPECIFIED };
	struct entry_of_register r;

	bool there;

	TRY(register_by_id(k, id, &r, e));
	TRY(owner_there(k, r.member, &o, NULL, &there, e));
	return !there || issue_change(k, &c, &r, now, NULL, e);
}

static bool
remind(struct keeper *k, int64_t id, int64_t now, struct err *e)
{
	DROP(buf_wipe) struct buf address = {0};
	char hex[SERIAL_TEXT];
	bool there;
	struct owner o;
	struct member_facts f;
	struct entry_of_register r;
	struct record_line l = { .about = &o, .purpose = PURPOSE_KEEP_TIDY, .role = ACTOR_SYSTEM,
	    .object = "reminder of a certificate's end" };
	struct mail_order m = { .kind = MAIL_EXPIRY, .owner = &o, .lang = f.lang, .object = hex,
	    .ref = id, .token = true, .purpose = PURPOSE_SEND_MAIL };

	TRY(sql_do(k->store, &sql_register_reminded, e, now, id));
	TRY(register_by_id(k, id, &r, e));
	TRY(owner_there(k, r.member, &o, &f, &there, e));
	if (!there)
		return true;
	/* that it left is told by the mail's own line, when it goes out */
	TRY(address_peek(k, &o, &address, e));
	if (address.len == 0)
		return true;
	serial_text(r.serial, hex);
	m.address = address.data;
	m.expires = r.not_after;
	TRY(mail_queue(k, &m, now, NULL, e));
	return keeper_record(k, &l, now, NULL, e);
}

bool
register_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *reminders, int64_t *done,
    struct err *e)
{
	int64_t ids[SWEPT_AT_ONCE], limit = most < SWEPT_AT_ONCE ? most : SWEPT_AT_ONCE;
	size_t n;

	TRY(register_forget_days(k, now, e));
	TRY(held_ids(k, now, limit, ids, &n, e));
	for (size_t i = 0; i < n; i++)
		TRY(end_suspension(k, ids[i], now, e));
	*done = (int64_t)n;
	TRY(due_ids(k, now, limit, ids, &n, e));
	for (size_t i = 0; i < n; i++)
		TRY(remind(k, ids[i], now, e));
	*reminders = (int64_t)n;
	*done += (int64_t)n;
	return true;
}

bool
register_reminder_stop(struct keeper *k, struct act *a, const struct mail_token *t, struct err *e)
{
	char object[DETAIL_OBJECT], hex[SERIAL_TEXT];
	struct entry_of_register r;

	TRY(register_by_id(k, t->ref, &r, e));
	if (r.member != t->subject)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "change: a reminder of somebody else");
	TRY(register_note(k, r.id, false, r.open_to_all, e));
	serial_text(r.serial, hex);
	snprintf(object, sizeof(object), "no more reminders, serial %s", hex);
	return act_record(k, a, object, e);
}
