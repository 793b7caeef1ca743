#include <string.h>
#include "portal/signer/recall.h"

#define KEY_COMPROMISE	1	/* RFC 5280 CRLReason */

static bool
list_it(struct book *b, const struct recall *r, enum recall_did *did, struct err *e)
{
	struct book_cert c = { .issuer = r->issuer, .shard = r->shard, .reason = r->reason, .changed_at = r->at,
	    .not_after = r->not_after };

	struct book_cert before;
	struct err why = {0};

	if (book_listed(b, r->serial, &before, &why) && (before.status == CERT_REVOKED || r->reason == RECALL_HOLD)) {
		*did = RECALL_NOTHING;
		return true;
	}
	if (why.kind != ERR_NONE && why.kind != ERR_ABSENT)
		return err_hand_on(e, &why);
	memcpy(c.serial, r->serial, sizeof(c.serial));
	*did = RECALL_LISTED;
	return book_listed_add(b, &c, e);
}

/* Only what is news: a revocation always, a hold of what was good when the list was made. */
static enum recall_did
news(const struct book_cert *c, const struct recall *r)
{
	if (c->status == CERT_REVOKED)
		return r->reason == KEY_COMPROMISE && c->reason != KEY_COMPROMISE ? RECALL_REVOKED : RECALL_NOTHING;
	if (r->reason != RECALL_HOLD)
		return RECALL_REVOKED;
	return c->status == CERT_VALID && r->listed_at >= c->changed_at ? RECALL_HELD : RECALL_NOTHING;
}

bool
recall_one(struct book *b, const struct recall *r, enum recall_did *did, struct err *e)
{
	struct err why = {0};
	struct book_cert c;

	if (!book_by_serial(b, r->serial, &c, &why))
		return why.kind == ERR_ABSENT ? list_it(b, r, did, e) : err_hand_on(e, &why);
	if (c.issuer != r->issuer)
		return FAIL(e, ERR_TAMPER, "a list names a serial of another issuer");
	*did = news(&c, r);
	if (*did == RECALL_NOTHING)
		return true;
	if (c.status != CERT_REVOKED)
		c.changed_at = r->at;
	c.status = *did == RECALL_HELD ? CERT_SUSPENDED : CERT_REVOKED;
	c.reason = r->reason;
	return book_recalled(b, &c, e);
}
