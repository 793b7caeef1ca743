/*
 * portal/clerk/finish.c - what a crash left half done between keeper and signer.
 *
 * The keeper lists tickets older than a minute that nobody finished.  Issued:
 * the signer still has the certificate, sealed to the keeper; it is carried
 * over.  Changed: the ticket is shown to the signer (again), which answers the same.
 * Never signed and expired: cancelled, on the ledger.  Each step may be
 * repeated, so a crash in here harms nothing.
 */
#include <sodium.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "portal/clerk/clerk.h"
#include "portal/signer/op.h"
#include "privacy/facts/ticket.h"
#include "privacy/keeper/op.h"

#define TICKETS_A_ROUND	64
#define UNTOLD_MOST	64
#define GRACE		65	/* seconds after expiry before a ticket is cancelled: a portal may still carry it, clocks differ */

struct untold {			/* stored by the keeper, the signer was away when it should hear so */
	size_t		n;
	unsigned char	id[UNTOLD_MOST][TICKET_ID];
};

struct open_ticket {
	unsigned char	id[TICKET_ID];
	struct span	ticket;
	uint8_t		act;
};

bool
finish_open(struct clerk *c, struct err *e)
{
	c->untold = calloc(1, sizeof(*c->untold));
	return c->untold != NULL ? true : FAIL(e, ERR_MEMORY, "table of tickets");
}

void
finish_close(struct clerk *c)
{
	free(c->untold);
	c->untold = NULL;
}

/*
 * When it expires.  The fields' order is ticket.h's; only keeper and signer can
 * check the MAC, and nothing is decided on this but how long to wait.
 */
static bool
expires_of(struct span ticket, int64_t *at, struct err *e)
{
	unsigned char skip[TICKET_SERIAL];

	(void)unpack_u8(&ticket);
	unpack_exact(&ticket, skip, TICKET_ID);
	unpack_exact(&ticket, skip, TICKET_SERIAL);
	(void)unpack_u8(&ticket);
	(void)unpack_i64(&ticket);
	(void)unpack_i64(&ticket);
	*at = unpack_i64(&ticket);
	return ticket.bad ? FAIL(e, ERR_IO, "a ticket of the keeper's is too short") : true;
}

static bool
cancel_when_over(struct clerk *c, const struct open_ticket *t, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	int64_t expires;

	TRY(expires_of(t->ticket, &expires, e));
	if (clock_now() < expires + GRACE)
		return true;
	buf_add(&in, t->id, sizeof(t->id));
	TRY(line_call(&c->keeper, KEEPER_TICKET_CANCEL, &in, NULL, e));
	log_note("cancelled a ticket that was never used");
	return true;
}

/* ---- issued ---- */

static bool
tell_stored(struct clerk *c, const unsigned char id[TICKET_ID], struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};

	buf_add(&in, id, TICKET_ID);
	return line_call(&c->signer, SIGNER_STORED, &in, NULL, e);
}

static void
tell_later(struct clerk *c, const unsigned char id[TICKET_ID])
{
	/* A full table forgets: the signer then keeps one sealed certificate too many. */
	if (c->untold->n < UNTOLD_MOST)
		memcpy(c->untold->id[c->untold->n++], id, TICKET_ID);
}

static bool
tell_untold(struct clerk *c, struct err *e)
{
	while (c->untold->n > 0) {
		TRY(tell_stored(c, c->untold->id[c->untold->n - 1], e));
		c->untold->n--;
	}
	return true;
}

static bool
store_sealed(struct clerk *c, const struct open_ticket *t, struct span answer, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	struct span sealed = unpack_bytes(&answer), receipt = unpack_bytes(&answer);
	struct err trouble = {0};

	TRY(unpack_end(&answer, "pending", e));
	pack_bytes(&in, receipt.p, receipt.len);
	pack_bytes(&in, sealed.p, sealed.len);
	pack_u8(&in, 1);
	TRY(line_call(&c->keeper, KEEPER_CERT_STORED, &in, NULL, e));
	log_note("finished an issue that was interrupted");
	if (!tell_stored(c, t->id, &trouble))
		tell_later(c, t->id);
	return true;
}

static bool
finish_issue(struct clerk *c, const struct open_ticket *t, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	buf_add(&in, t->id, sizeof(t->id));
	if (line_call(&c->signer, SIGNER_PENDING, &in, &out, e))
		return store_sealed(c, t, span_buf(&out), e);
	if (e->kind != ERR_ABSENT)
		return false;
	*e = (struct err){0};
	return cancel_when_over(c, t, e);
}

/* ---- changed ---- */

static bool
finish_change(struct clerk *c, const struct open_ticket *t, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0}, tell = {0};
	struct span a, receipt;

	pack_bytes(&in, t->ticket.p, t->ticket.len);
	if (!line_call(&c->signer, SIGNER_CHANGE, &in, &out, e)) {
		struct err none = {0};

		/* Away: later.  A refusal stays one: when the ticket is over, it is cancelled. */
		if (e->kind != ERR_DENIED && e->kind != ERR_INPUT && e->kind != ERR_ABSENT &&
		    e->kind != ERR_CONFLICT)
			return false;
		return cancel_when_over(c, t, &none) ? true : (*e = none, false);
	}
	a = span_buf(&out);
	receipt = unpack_bytes(&a);
	TRY(unpack_end(&a, "change", e));
	pack_bytes(&tell, receipt.p, receipt.len);
	TRY(line_call(&c->keeper, KEEPER_CERT_CHANGED, &tell, NULL, e));
	log_note("finished a change that was interrupted");
	return true;
}

/* ---- the round ---- */

static bool
finish_one(struct clerk *c, struct span *list, struct err *e)
{
	struct open_ticket t;

	unpack_exact(list, t.id, sizeof(t.id));
	t.ticket = unpack_bytes(list);
	t.act = unpack_u8(list);
	if (list->bad)
		return FAIL(e, ERR_IO, "list of open tickets");
	return t.act == TICKET_ISSUE ? finish_issue(c, &t, e) : finish_change(c, &t, e);
}

/* One that can't be finished must not keep back the others. */
bool
finish_tickets(struct clerk *c, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	bool good = true;
	struct span list;
	uint32_t n;

	TRY(tell_untold(c, e));
	pack_i64(&in, TICKETS_A_ROUND);
	TRY(line_call(&c->keeper, KEEPER_TICKETS_OPEN, &in, &out, e));
	list = span_buf(&out);
	n = unpack_u32(&list);
	for (uint32_t i = 0; i < n && !list.bad && !c->stop->now; i++) {
		struct err one = {0};

		if (!finish_one(c, &list, &one)) {
			*e = one;
			good = false;
			if (one.kind == ERR_BUSY || one.kind == ERR_TIMEOUT)
				return false;
		}
	}
	return good;
}
