#include <sodium.h>
#include "privacy/facts/address.h"
#include "privacy/facts/bounce.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

/* A further column of addresses, and a way from a Message-ID to its mail. */
const char bounce_schema[] =
"ALTER TABLE address ADD COLUMN failing INTEGER NOT NULL DEFAULT 0;"	/* since when; 0: not */
"CREATE INDEX mail_message ON mail (message_id);";

static const struct sql
sql_mail = { "bounce_mail", "t", "ib", "SELECT subject, place FROM mail WHERE message_id = $1 LIMIT 1" },
sql_fail = { "bounce_fail", "iii", "", "UPDATE address SET failing = $1 WHERE member = $2 AND id = $3 AND failing = 0" };

/* Whose mailbox has the mail's blind index: looked at here and told to nobody. */
static bool
is_it(struct keeper *k, const struct owner *o, int64_t id, const unsigned char place[INDEX_BYTES], bool *yes, struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};
	unsigned char own[INDEX_BYTES];
	bool found;

	TRY(vault_peek(k->vault, o, FIELD_ADDRESS, id, &text, &found, e));
	TRY(buf_ok(&text, e));
	address_place(k, text.len > 0 ? text.data : "", own);
	*yes = found && sodium_memcmp(own, place, sizeof(own)) == 0;
	return true;
}

static bool
mark(struct keeper *k, const struct owner *o, int64_t id, int64_t now, struct err *e)
{
	struct record_line l = { .about = o, .purpose = PURPOSE_SEND_MAIL, .role = ACTOR_SYSTEM,
	    .object = "a mail to an address of yours came back" };

	TRY(sql_do(k->store, &sql_fail, e, now, o->number, id));
	return sql_changed(k->store) == 0 || keeper_record(k, &l, now, NULL, e);
}

static bool
of_member(struct keeper *k, int64_t member, const unsigned char place[INDEX_BYTES], int64_t now, struct err *e)
{
	struct address_row rows[ADDRESS_ROWS];
	struct owner o;
	size_t n;

	TRY(member_owner(k, member, &o, NULL, e));
	TRY(address_list(k, member, rows, COUNT(rows), &n, e));
	for (size_t i = 0; i < n; i++) {
		bool yes;

		TRY(is_it(k, &o, rows[i].id, place, &yes, e));
		/* Two ways to write one mailbox: what comes back from it came back for both. */
		if (yes && rows[i].verified_at > 0)
			TRY(mark(k, &o, rows[i].id, now, e));
	}
	return true;
}

bool
op_post_bounce(struct keeper *k, struct act *a, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	char id[KEEPER_TEXT_MAX + 1];
	unsigned char place[INDEX_BYTES];
	int64_t member;
	struct span s;

	unpack_text(&a->in, id, sizeof(id));
	TRY(act_read(a, e));
	TRY(sql_first(k->store, &r, &sql_mail, e, id));
	if (r == NULL)
		return true;
	member = rows_i64(r, 0);
	s = rows_bytes(r, 1);
	if (s.len != sizeof(place))
		return FAIL(e, ERR_TAMPER, "mail: an index of %zu bytes", s.len);
	memcpy(place, s.p, sizeof(place));
	rows_drop(&r);
	return member == 0 || of_member(k, member, place, a->now, e);
}
