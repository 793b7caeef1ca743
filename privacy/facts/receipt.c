/*
 * The signer's word come back: certificates stored, changes made, and tickets
 * nobody answered.  Everything here may be told twice; the second time changes
 * nothing.
 */
#include <sodium.h>
#include "ledger/digest.h"
#include "privacy/facts/address.h"
#include "privacy/facts/issue.h"
#include "privacy/facts/member.h"
#include "privacy/facts/parcel.h"
#include "privacy/facts/ticket_book.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define CERT_MAX	32768	/* bytes of DER */

/* What a receipt speaks of: its ticket, the register's row, whose it is. */
struct word {
	struct receipt	receipt;
	struct ticket_row ticket;
	struct entry_of_register r;
	struct owner	owner;
	struct member_facts facts;
};

static bool
word_read(struct keeper *k, struct span wire, struct word *w, struct err *e)
{
	if (!receipt_unpack(&w->receipt, wire, k->keys->ticket, NULL))
		return REFUSE(e, ERR_DENIED, WHY_TICKET, "receipt: not the signer's");
	TRY(ticket_book_get(k, w->receipt.id, &w->ticket, e));
	TRY(register_by_id(k, w->ticket.certificate, &w->r, e));
	if (sodium_memcmp(w->r.serial, w->receipt.serial, sizeof(w->r.serial)) != 0)
		return REFUSE(e, ERR_DENIED, WHY_TICKET, "receipt: of another certificate");
	return member_owner(k, w->r.member, &w->owner, &w->facts, e);
}

static bool
notify(struct keeper *k, const struct word *w, enum mail_use kind, int64_t now, struct err *e)
{
	char hex[SERIAL_TEXT];

	serial_text(w->r.serial, hex);
	return address_notify_primary(k, &w->owner, w->facts.lang, kind, hex,
	    PURPOSE_SEND_MAIL, now, e);
}

static bool
record_word(struct keeper *k, struct act *a, const struct word *w, enum purpose p,
    const char *says, int64_t *number, struct err *e)
{
	char object[DETAIL_OBJECT], hex[SERIAL_TEXT];
	struct record_line l = { .about = &w->owner, .purpose = p, .role = ACTOR_SYSTEM,
	    .object = object };

	serial_text(w->r.serial, hex);
	snprintf(object, sizeof(object), "%s, serial %s", says, hex);
	return keeper_record(k, &l, a->now, number, e);
}

/* ---- a certificate came back ---- */

/* The DER, opened when the signer had sealed it to us. */
static bool
body_read(const struct keeper *k, struct span given, bool sealed, struct buf *der, struct err *e)
{
	if (given.len == 0 || given.len > CERT_MAX)
		return REFUSE(e, ERR_INPUT, WHY_TICKET, "receipt: a body of %zu bytes", given.len);
	if (sealed)
		return parcel_open(given, k->keys->box_public, k->keys->box_secret, der, e);
	buf_add(der, given.p, given.len);
	return buf_ok(der, e);
}

/* Asked away while it was being signed: it is revoked at once, the clerk carries it. */
static bool
revoke_unwanted(struct keeper *k, const struct word *w, int64_t now, struct err *e)
{
	struct change c = { .owner = &w->owner, .role = ACTOR_SYSTEM, .act = TICKET_REVOKE,
	    .reason = CESSATION };

	return w->r.wanted != TICKET_REVOKE || issue_change(k, &c, &w->r, now, NULL, e);
}

static bool
store(struct keeper *k, struct act *a, const struct word *w, struct span der, struct err *e)
{
	int64_t number;

	TRY(vault_put(k->vault, &w->owner, FIELD_CERT_BODY, w->r.id, der, a->now, e));
	TRY(notify(k, w, MAIL_ISSUED, a->now, e));
	TRY(record_word(k, a, w, PURPOSE_ISSUE, "signed and stored", &number, e));
	TRY(register_stored(k, w->r.id, w->receipt.body_hash, number, e));
	tally_event(k, TALLY_CERTIFICATE);
	TRY(chain_duty_done(k->chain, w->ticket.number, e));
	TRY(ticket_book_close(k, w->ticket.id, TICKET_STORED, e));
	return revoke_unwanted(k, w, a->now, e);
}

bool
op_cert_stored(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf der = {0};
	unsigned char hash[DIGEST_BYTES];
	struct span wire = unpack_bytes(&a->in), given = unpack_bytes(&a->in);
	bool sealed = unpack_u8(&a->in) == 1;
	struct word w;

	TRY(act_read(a, e));
	TRY(word_read(k, wire, &w, e));
	if (w.ticket.act != TICKET_ISSUE)
		return REFUSE(e, ERR_DENIED, WHY_TICKET, "receipt: not of an issue");
	if (a->session != 0 && a->owner.number != w.r.member)
		return FAIL(e, ERR_ABSENT, "receipt: somebody else's certificate");
	TRY(body_read(k, given, sealed, &der, e));
	digest(hash, der.data, der.len);
	if (sodium_memcmp(hash, w.receipt.body_hash, sizeof(hash)) != 0)
		return REFUSE(e, ERR_DENIED, WHY_TICKET, "receipt: of another body");
	if (!w.r.stored)
		return store(k, a, &w, span_buf(&der), e);
	return sodium_memcmp(hash, w.r.sha256, sizeof(hash)) == 0 ||
	    REFUSE(e, ERR_CONFLICT, WHY_TICKET, "receipt: two bodies for one serial");
}

/* ---- a change was made ---- */

static enum register_state
state_of(uint8_t status)
{
	switch (status) {
	case CERT_VALID:	return REGISTER_VALID;
	case CERT_SUSPENDED:	return REGISTER_SUSPENDED;
	default:		return REGISTER_REVOKED;
	}
}

static const char *
state_word(enum register_state s)
{
	return s == REGISTER_VALID ? "resumed" : s == REGISTER_SUSPENDED ? "suspended" : "revoked";
}

static bool
apply(struct keeper *k, struct act *a, const struct word *w, struct err *e)
{
	enum register_state s = state_of(w->receipt.status);
	bool lost = w->r.state == REGISTER_REVOKED && w->r.reason == KEY_COMPROMISE;
	uint8_t reason = s != REGISTER_REVOKED ? 0 : lost ? KEY_COMPROMISE : w->ticket.reason;

	/* An older word that arrives late: the certificate stays revoked. */
	if (w->r.state == REGISTER_REVOKED && s != REGISTER_REVOKED)
		return true;
	TRY(register_state_set(k, w->r.id, s, reason, w->receipt.changed_at, e));
	if (s == REGISTER_REVOKED && w->r.state != REGISTER_REVOKED)
		TRY(notify(k, w, MAIL_REVOKED, a->now, e));
	return record_word(k, a, w, PURPOSE_CERT_CHANGE, state_word(s), NULL, e);
}

bool
op_cert_changed(struct keeper *k, struct act *a, struct err *e)
{
	struct span wire = unpack_bytes(&a->in);
	struct word w;

	TRY(act_read(a, e));
	TRY(word_read(k, wire, &w, e));
	if (w.ticket.act == TICKET_ISSUE)
		return REFUSE(e, ERR_DENIED, WHY_TICKET, "receipt: of an issue, not a change");
	if (w.ticket.state == TICKET_DONE)
		return true;
	TRY(apply(k, a, &w, e));
	TRY(chain_duty_done(k->chain, w.ticket.number, e));
	TRY(ticket_book_close(k, w.ticket.id, TICKET_DONE, e));
	return w.receipt.status != CERT_REVOKED ||
	    ticket_book_drop_lesser(k, w.ticket.certificate, e);
}

/* ---- tickets without an answer ---- */

struct open_list { struct buf rows; uint32_t n; };

static void
open_list_wipe(struct open_list *l)
{
	buf_wipe(&l->rows);
}

static bool
open_one(void *self, const struct ticket_row *t, struct span wire, struct err *e)
{
	struct open_list *l = self;

	buf_add(&l->rows, t->id, sizeof(t->id));
	pack_bytes(&l->rows, wire.p, wire.len);
	pack_u8(&l->rows, t->act);
	l->n++;
	return buf_ok(&l->rows, e);
}

bool
op_tickets_open(struct keeper *k, struct act *a, struct err *e)
{
	DROP(open_list_wipe) struct open_list l = {0};
	int64_t most = unpack_i64(&a->in);

	TRY(act_read(a, e));
	if (most < 1 || most > 1000)
		return FAIL(e, ERR_INPUT, "tickets open: between 1 and 1000");
	TRY(ticket_book_each(k, a->now - TICKET_QUIET, most, open_one, &l, e));
	pack_u32(a->out, l.n);
	buf_add(a->out, l.rows.data, l.rows.len);
	return true;
}

/* ---- what the signer has to hear ---- */

bool
op_tickets_stored(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf ids = {0};
	int64_t most = unpack_i64(&a->in);
	uint32_t n;

	TRY(act_read(a, e));
	if (most < 1 || most > TICKETS_AT_ONCE)
		return FAIL(e, ERR_INPUT, "tickets stored: between 1 and %d", TICKETS_AT_ONCE);
	TRY(ticket_book_stored(k, most, &ids, &n, e));
	pack_u32(a->out, n);
	buf_add(a->out, ids.data, ids.len);
	return true;
}

bool
op_tickets_told(struct keeper *k, struct act *a, struct err *e)
{
	while (a->in.len > 0 && !a->in.bad) {
		unsigned char id[TICKET_ID];

		unpack_exact(&a->in, id, sizeof(id));
		if (!a->in.bad)
			TRY(ticket_book_told(k, id, e));
	}
	return act_read(a, e);
}

static bool
cancel(struct keeper *k, struct act *a, const struct ticket_row *t, struct err *e)
{
	struct word w = { .ticket = *t };

	TRY(register_by_id(k, t->certificate, &w.r, e));
	TRY(member_owner(k, w.r.member, &w.owner, NULL, e));
	if (t->act == TICKET_ISSUE) {
		TRY(vault_erase(k->vault, w.r.member, FIELD_CERT_LABEL, w.r.id, a->now, NULL, e));
		TRY(register_state_set(k, w.r.id, REGISTER_CANCELLED, 0, a->now, e));
	} else if (w.r.wanted == t->act) {
		TRY(register_want(k, w.r.id, 0, e));
	}
	TRY(ticket_book_close(k, t->id, TICKET_CANCELLED, e));
	return record_word(k, a, &w, PURPOSE_KEEP_TIDY,
	    t->act == TICKET_ISSUE ? "never signed, given up" : "never changed, given up", NULL, e);
}

bool
op_ticket_cancel(struct keeper *k, struct act *a, struct err *e)
{
	unsigned char id[TICKET_ID];
	struct ticket_row t;

	unpack_exact(&a->in, id, sizeof(id));
	TRY(act_read(a, e));
	TRY(ticket_book_get(k, id, &t, e));
	if (t.state != TICKET_OPEN)
		return true;
	if (a->now < t.expires + TICKET_MARGIN)
		return REFUSE(e, ERR_DENIED, WHY_TICKET, "ticket: it may still be signed");
	return cancel(k, a, &t, e);
}
