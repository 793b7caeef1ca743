#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "privacy/facts/issue.h"
#include "privacy/facts/member.h"
#include "privacy/facts/ticket_book.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/erasure.h"
#include "privacy/rights/recalled.h"

/* What a list says is news of a certificate that was signed, and is not revoked; of a revoked one only that its key was lost. */
static bool
is_news(const struct entry_of_register *c, const struct recalled *r)
{
	if (c->state == REGISTER_REVOKED)
		return r->status == CERT_REVOKED && r->reason == KEY_COMPROMISE && c->reason != KEY_COMPROMISE;
	if (r->status == CERT_SUSPENDED)
		return c->state == REGISTER_VALID && r->listed_at >= c->changed_at;
	return c->state == REGISTER_VALID || c->state == REGISTER_SUSPENDED;
}

/* Once an erasure has sealed somebody off, nobody's line can say it. */
static bool
sealed_off(struct keeper *k, int64_t member, bool *yes, struct err *e)
{
	struct erasure x = {0};
	bool found;

	TRY(erasure_of(k, member, &x, &found, e));
	*yes = found && x.stage >= ERASE_SEALED;
	return true;
}

static bool
write_line(struct keeper *k, const struct entry_of_register *c, bool revoked, int64_t now, struct err *e)
{
	char object[DETAIL_OBJECT], hex[SERIAL_TEXT];
	struct owner o;
	struct record_line l = { .about = &o, .purpose = PURPOSE_CERT_CHANGE, .role = ACTOR_SYSTEM, .object = object };
	struct err why = {0};
	bool gone;

	TRY(sealed_off(k, c->member, &gone, e));
	if (gone)
		return true;
	if (!member_owner(k, c->member, &o, NULL, &why))
		return why.kind == ERR_ABSENT || err_hand_on(e, &why);
	serial_text(c->serial, hex);
	snprintf(object, sizeof(object), "%s, serial %s", revoked ? "revoked again after a restore" :
	    "suspended again after a restore", hex);
	return keeper_record(k, &l, now, NULL, e);
}

bool
recalled_apply(struct keeper *k, const struct recalled *r, int64_t now, struct recalled_sum *sum, struct err *e)
{
	bool revoked = r->status == CERT_REVOKED;
	struct entry_of_register c;
	struct err why = {0};

	if (!register_get(k, 0, r->serial, &c, &why))
		return why.kind == ERR_ABSENT || err_hand_on(e, &why);
	if (!is_news(&c, r))
		return true;
	if (revoked && r->reason == KEY_COMPROMISE)
		TRY(register_key_ban(k, c.key_hash, now, e));
	TRY(register_state_set(k, c.id, revoked ? REGISTER_REVOKED : REGISTER_SUSPENDED, revoked ? r->reason : 0,
	    c.state == REGISTER_REVOKED ? c.changed_at : r->at, e));
	if (revoked)
		TRY(ticket_book_drop_lesser(k, c.id, e));
	*(revoked ? &sum->revoked : &sum->suspended) += 1;
	return write_line(k, &c, revoked, now, e);
}

bool
recalled_tell(struct keeper *k, const struct recalled_sum *sum, int64_t now, struct err *e)
{
	char object[DETAIL_OBJECT];

	if (sum->revoked + sum->suspended == 0)
		return true;
	snprintf(object, sizeof(object), "restored: by published lists %" PRId64 " certificates revoked again, %" PRId64
	    " suspended again", sum->revoked, sum->suspended);
	return keeper_record_site(k, PURPOSE_SITE, object, now, NULL, e);
}
