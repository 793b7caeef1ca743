#include "privacy/facts/member.h"
#include "privacy/facts/once.h"
#include "privacy/facts/register.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

const char once_schema[] =
"CREATE TABLE IF NOT EXISTS once ("
"  hash BLOB PRIMARY KEY,"
"  member INTEGER NOT NULL,"
"  kind INTEGER NOT NULL,"
"  variant INTEGER NOT NULL,"
"  object INTEGER NOT NULL,"		/* the register's row */
"  expires INTEGER NOT NULL"
") STRICT;"
"CREATE INDEX IF NOT EXISTS once_expires ON once (expires);";

static const struct sql
sql_once_add = { "once_add", "biiiii", "",
	"INSERT INTO once (hash, member, kind, variant, object, expires) VALUES ($1, $2, $3, $4, $5, $6)" },
sql_once_get = { "once_get", "bi", "iiii",
	"SELECT member, kind, variant, object FROM once WHERE hash = $1 AND expires > $2" },
sql_once_drop = { "once_drop", "b", "", "DELETE FROM once WHERE hash = $1" },
sql_once_sweep = { "once_sweep", "i", "", "DELETE FROM once WHERE expires <= $1" };

bool
once_sweep(struct keeper *k, int64_t now, struct err *e)
{
	return sql_do(k->store, &sql_once_sweep, e, now);
}

bool
op_once_mint(struct keeper *k, struct act *a, struct err *e)
{
	unsigned char token[TOKEN_BYTES], hash[TOKEN_HASH];
	unsigned kind = unpack_u8(&a->in), variant;
	struct span serial = unpack_bytes(&a->in);
	struct entry_of_register r;

	variant = unpack_u8(&a->in);
	TRY(act_read(a, e));
	if (kind < ONCE_CERT_PEM || kind > ONCE_CERT_CHAIN || serial.len != TICKET_SERIAL)
		return FAIL(e, ERR_INPUT, "once: kind %u", kind);
	TRY(register_get(k, a->owner.number, serial.p, &r, e));
	if (!r.stored)
		return FAIL(e, ERR_ABSENT, "once: the certificate is not there yet");
	token_make(token, hash);
	TRY(sql_do(k->store, &sql_once_add, e, (const void *)hash, sizeof(hash), a->owner.number,
	    (int64_t)kind, (int64_t)variant, r.id, a->now + k->set->once_life));
	buf_add(a->out, token, sizeof(token));
	explicit_bzero(token, sizeof(token));
	return true;
}

struct once { int64_t member, kind, variant, object; };

/* Found and used up in one. */
static bool
once_use(struct keeper *k, struct act *a, struct once *o, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char token[TOKEN_BYTES], hash[TOKEN_HASH];

	unpack_exact(&a->in, token, sizeof(token));
	TRY(act_read(a, e));
	token_hash(token, hash);
	explicit_bzero(token, sizeof(token));
	TRY(sql_first(k->store, &r, &sql_once_get, e, (const void *)hash, sizeof(hash), a->now));
	if (r == NULL)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "once: no such address");
	*o = (struct once){ rows_i64(r, 0), rows_i64(r, 1), rows_i64(r, 2), rows_i64(r, 3) };
	rows_drop(&r);
	return sql_do(k->store, &sql_once_drop, e, (const void *)hash, sizeof(hash));
}

bool
op_once_take(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf der = {0};
	char hex[SERIAL_TEXT];
	struct entry_of_register r;
	struct once o = {0};
	bool found;

	TRY(once_use(k, a, &o, e));
	TRY(member_owner(k, o.member, &a->owner, NULL, e));
	a->role = ACTOR_OWNER;		/* who minted it was signed in */
	TRY(register_by_id(k, o.object, &r, e));
	TRY(act_open(k, a, FIELD_CERT_BODY, r.id, &der, NULL, &found, e));
	if (!found || r.member != o.member)
		return FAIL(e, ERR_ABSENT, "once: the certificate is gone");
	pack_u8(a->out, (unsigned)o.kind);
	pack_u8(a->out, (unsigned)o.variant);
	pack_bytes(a->out, der.data, der.len);
	serial_text(r.serial, hex);
	return act_record(k, a, hex, e);
}
