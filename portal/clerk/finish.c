/*
 * portal/clerk/finish.c - what a crash left half done between keeper and signer.
 *
 * The keeper lists tickets older than a minute that nobody finished.  Issued:
 * the signer still has the certificate, sealed to the keeper; it is carried
 * over.  Changed: the ticket is shown to the signer (again), which answers the same.
 * Never signed and expired: cancelled, on the ledger; the keeper knows when.
 * And what the keeper has stored the signer need not keep: it is told, then the
 * keeper that it was.  Each step may be repeated, so a crash in here harms nothing.
 */
#include <sodium.h>
#include "ledger/base/log.h"
#include "portal/clerk/clerk.h"
#include "portal/signer/op.h"
#include "privacy/facts/ticket.h"
#include "privacy/keeper/op.h"

#define TICKETS_A_ROUND	1000	/* so many never used must not keep the others waiting */

struct open_ticket {
	unsigned char	id[TICKET_ID];
	struct span	ticket;
	uint8_t		act;
};

/* A ticket to issue holds names and does not come here: when its time is over the keeper says. */
static bool
cancel_when_over(struct clerk *c, const struct open_ticket *t, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	struct err refused = {0};

	buf_add(&in, t->id, sizeof(t->id));
	if (line_call(&c->keeper, KEEPER_TICKET_CANCEL, &in, NULL, &refused)) {
		log_note("cancelled a ticket that was never used");
		return true;
	}
	if (refused.kind == ERR_DENIED && refused.why == WHY_TICKET)
		return true;	/* not yet: it may still be signed */
	*e = refused;
	return false;
}

/* ---- issued ---- */

/* Ids of what the keeper has stored, to the signer and back; *more: there may be others. */
static bool
tell_some(struct clerk *c, bool *more, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0}, ids = {0};
	struct span list;
	uint32_t n;

	pack_i64(&in, TICKETS_AT_ONCE);
	TRY(line_call(&c->keeper, KEEPER_TICKETS_STORED, &in, &out, e));
	list = span_buf(&out);
	n = unpack_u32(&list);
	if (list.bad || n > TICKETS_AT_ONCE || list.len != (size_t)n * TICKET_ID)
		return FAIL(e, ERR_IO, "list of stored tickets");
	*more = n == TICKETS_AT_ONCE;
	if (n == 0)
		return true;
	buf_add(&ids, list.p, list.len);
	/* Absent: a signer whose book was lost has nothing to drop either. */
	if (!line_call(&c->signer, SIGNER_STORED, &ids, NULL, e) && e->kind != ERR_ABSENT)
		return false;
	*e = (struct err){0};
	return line_call(&c->keeper, KEEPER_TICKETS_TOLD, &ids, NULL, e);
}

static bool
tell_stored(struct clerk *c, struct err *e)
{
	bool more = true;

	while (more && !c->stop->now)
		TRY(tell_some(c, &more, e));
	return true;
}

static bool
store_sealed(struct clerk *c, struct span answer, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	struct span sealed = unpack_bytes(&answer), receipt = unpack_bytes(&answer);

	TRY(unpack_end(&answer, "pending", e));
	pack_bytes(&in, receipt.p, receipt.len);
	pack_bytes(&in, sealed.p, sealed.len);
	pack_u8(&in, 1);
	TRY(line_call(&c->keeper, KEEPER_CERT_STORED, &in, NULL, e));
	log_note("finished an issue that was interrupted");
	return true;
}

static bool
finish_issue(struct clerk *c, const struct open_ticket *t, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	buf_add(&in, t->id, sizeof(t->id));
	if (line_call(&c->signer, SIGNER_PENDING, &in, &out, e))
		return store_sealed(c, span_buf(&out), e);
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
static bool
finish_all(struct clerk *c, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	bool good = true;
	struct span list;
	uint32_t n;

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

bool
finish_tickets(struct clerk *c, struct err *e)
{
	struct err told = {0};
	bool good = finish_all(c, e);

	if (tell_stored(c, &told))
		return good;
	*e = told;
	return false;
}
