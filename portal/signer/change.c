#include <string.h>
#include "ledger/base/clock.h"
#include "portal/signer/change.h"

static bool
change_answer(struct signer *s, struct ipc_ask *a, const struct book_deed *d, struct err *e)
{
	struct receipt r = { .status = d->status, .changed_at = d->changed_at };

	memcpy(r.id, d->ticket, TICKET_ID);
	memcpy(r.serial, d->serial, TICKET_SERIAL);
	return signer_receipt(s, &r, &a->out, e);
}

/* A revoked one stays so, with its first date; a later word of a lost key is kept. */
static bool
withdraw(struct book_cert *c, const struct ticket *t, int64_t now)
{
	if (c->status != CERT_REVOKED) {
		c->status = CERT_REVOKED;
		c->reason = t->reason;
		c->changed_at = now;
	} else if (t->reason == 1) {
		c->reason = 1;
	}
	return true;
}

static bool
suspend(struct book_cert *c, int64_t now, struct err *e)
{
	if ((profile_get(issuer_profile(c->issuer))->has & MAY_SUSPEND) == 0)
		return REFUSE(e, ERR_DENIED, SIGNER_WHY_PROFILE, "server certificates are never suspended");
	if (c->status == CERT_REVOKED)
		return REFUSE(e, ERR_CONFLICT, SIGNER_WHY_REVOKED, "revoked already");
	if (c->status == CERT_SUSPENDED)
		return true;
	c->status = CERT_SUSPENDED;
	c->reason = 6;		/* certificateHold */
	c->changed_at = now;
	return true;
}

static bool
resume(struct book_cert *c, int64_t now, struct err *e)
{
	if (c->status == CERT_REVOKED)
		return REFUSE(e, ERR_CONFLICT, SIGNER_WHY_REVOKED, "a revoked certificate does not come back");
	if (c->status == CERT_VALID)
		return true;
	c->status = CERT_VALID;
	c->reason = 0;
	c->changed_at = now;
	return true;
}

static bool
change_new(struct signer *s, const struct ticket *t, struct book_deed *d, struct err *e)
{
	int64_t now = clock_now();
	struct book_cert c;

	if (t->act == TICKET_ISSUE)
		return FAIL(e, ERR_INPUT, "not a ticket to change a status");
	if (t->expires <= now)
		return REFUSE(e, ERR_DENIED, SIGNER_WHY_EXPIRED, "the ticket has expired");
	TRY(signer_clock(s, now, e));
	TRY(book_by_serial(s->book, t->serial, &c, e));
	if (issuer_profile(c.issuer) != t->profile)
		return REFUSE(e, ERR_DENIED, SIGNER_WHY_PROFILE, "a certificate of another profile");
	TRY(t->act == TICKET_REVOKE ? withdraw(&c, t, now) :
	    t->act == TICKET_SUSPEND ? suspend(&c, now, e) : resume(&c, now, e));
	*d = (struct book_deed){ .act = t->act, .status = c.status, .changed_at = c.changed_at,
	    .ledger_number = t->ledger_number };
	memcpy(d->ticket, t->id, TICKET_ID);
	memcpy(d->serial, t->serial, TICKET_SERIAL);
	memcpy(d->ledger_hash, t->ledger_hash, LEAF_HASH);
	return book_changed(s->book, &c, d, e);
}

static bool
change(struct signer *s, struct ipc_ask *a, struct span wire, struct err *e)
{
	DROP(ticket_wipe) struct ticket t = {0};
	struct book_deed d;
	struct err none = {0};

	TRY(ticket_unpack(&t, wire, s->secrets->ticket, e));
	if (book_deed(s->book, t.id, &d, &none)) {
		if (d.act != t.act || memcmp(d.serial, t.serial, TICKET_SERIAL) != 0)
			return FAIL(e, ERR_DENIED, "ticket was honoured for something else");
		return change_answer(s, a, &d, e);
	}
	if (none.kind != ERR_ABSENT) {
		*e = none;
		return false;
	}
	TRY(change_new(s, &t, &d, e));
	return change_answer(s, a, &d, e);
}

enum ipc_turn
change_run(void *self, struct ipc_ask *a)
{
	struct span in = a->in, ticket = unpack_bytes(&in);

	if (unpack_end(&in, "change", &a->err))
		(void)!change(self, a, ticket, &a->err);
	return IPC_ANSWER;
}
