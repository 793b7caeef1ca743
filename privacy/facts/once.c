#include "privacy/facts/handover.h"
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
"  object INTEGER NOT NULL,"		/* the register's row; the hand-over, 0: none */
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

/* ---- minting ---- */

static bool
object_of_cert(struct keeper *k, struct act *a, struct span serial, int64_t *object, struct err *e)
{
	struct entry_of_register r;

	if (serial.len != TICKET_SERIAL)
		return FAIL(e, ERR_INPUT, "once: a serial of %zu bytes", serial.len);
	TRY(register_get(k, a->owner.number, serial.p, &r, e));
	if (!r.stored)
		return FAIL(e, ERR_ABSENT, "once: the certificate is not there yet");
	*object = r.id;
	return true;
}

/* A printed hand-over of this member that nobody took yet. */
static bool
form_code_there(struct keeper *k, int64_t id, int64_t member, int64_t now, struct handover *h, struct err *e)
{
	bool found;

	TRY(handover_get(k, id, h, &found, e));
	if (!found || h->member != member || h->kind != HANDOVER_PRINTED || h->state != HANDOVER_OPEN ||
	    !handover_is_live(k, h, now))
		return REFUSE(e, ERR_ABSENT, WHY_HANDOVER_OVER, "once: no printed hand-over that is open");
	return true;
}

static bool
object_of_form(struct keeper *k, struct act *a, struct span id, int64_t *object, struct err *e)
{
	struct handover h;

	a->purpose = PURPOSE_HANDOVER;
	if (a->now < a->bar_until)
		return REFUSE(e, ERR_DENIED, WHY_BAR, "once: within the bar");
	if ((a->steps & STEP_ADDRESS) == 0)
		return REFUSE(e, ERR_DENIED, WHY_ADDRESS_UNVERIFIED, "once: no verified address");
	if ((a->steps & STEP_NAMES) == 0)
		return REFUSE(e, ERR_DENIED, WHY_HANDOVER_DATA, "once: no name for the form");
	*object = 0;
	if (id.len == 0)
		return true;
	*object = unpack_i64(&id);
	TRY(unpack_end(&id, "once: a hand-over", e));
	return form_code_there(k, *object, a->owner.number, a->now, &h, e);
}

bool
op_once_mint(struct keeper *k, struct act *a, struct err *e)
{
	unsigned char token[TOKEN_BYTES], hash[TOKEN_HASH];
	unsigned kind = unpack_u8(&a->in), variant;
	struct span about = unpack_bytes(&a->in);
	int64_t object = 0;

	variant = unpack_u8(&a->in);
	TRY(act_read(a, e));
	if (kind < ONCE_CERT_PEM || kind > ONCE_FORM)
		return FAIL(e, ERR_INPUT, "once: kind %u", kind);
	TRY(kind == ONCE_FORM ? object_of_form(k, a, about, &object, e) : object_of_cert(k, a, about, &object, e));
	token_make(token, hash);
	TRY(sql_do(k->store, &sql_once_add, e, (const void *)hash, sizeof(hash), a->owner.number,
	    (int64_t)kind, (int64_t)variant, object, a->now + k->set->once_life));
	buf_add(a->out, token, sizeof(token));
	explicit_bzero(token, sizeof(token));
	return true;
}

/* ---- taking ---- */

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

static bool
take_cert(struct keeper *k, struct act *a, const struct once *o, struct buf *content, struct err *e)
{
	char hex[SERIAL_TEXT];
	struct entry_of_register r;
	bool found;

	TRY(register_by_id(k, o->object, &r, e));
	TRY(act_open(k, a, FIELD_CERT_BODY, r.id, content, NULL, &found, e));
	if (!found || r.member != o->member)
		return FAIL(e, ERR_ABSENT, "once: the certificate is gone");
	serial_text(r.serial, hex);
	return act_record(k, a, hex, e);
}

/* The name shown first comes first. */
static bool
form_names(struct keeper *k, struct act *a, struct buf *into, struct err *e)
{
	struct name_row rows[VOUCH_NAMES];
	uint8_t first;
	size_t n;

	TRY(name_main(k, a->owner.number, &first, e));
	TRY(name_list(k, a->owner.number, rows, &n, e));
	pack_u8(into, (unsigned)n);
	for (size_t turn = 0; turn < 2; turn++)
		for (size_t i = 0; i < n; i++) {
			DROP(name_parts_wipe) struct name_parts p = {0};

			if ((rows[i].index == first) != (turn == 0))
				continue;
			TRY(name_open(k, a, a->role, &a->owner, rows[i].index, &p, e));
			pack_bytes(into, p.whole.data, p.whole.len);
		}
	return buf_ok(into, e);
}

static bool
take_form(struct keeper *k, struct act *a, const struct once *o, struct buf *content, struct err *e)
{
	DROP(buf_wipe) struct buf code = {0};
	struct handover h = {0};
	bool found;

	a->purpose = PURPOSE_HANDOVER;	/* its facts were looked at when this was minted */
	if (o->object != 0) {
		TRY(form_code_there(k, o->object, o->member, a->now, &h, e));
		TRY(act_open(k, a, FIELD_CODE, h.id, &code, NULL, &found, e));
	}
	pack_bytes(content, code.data, code.len);
	pack_i64(content, h.expires);
	TRY(form_names(k, a, content, e));
	return act_record(k, a, o->object != 0 ? "form with the code" : "form with names", e);
}

bool
op_once_take(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf content = {0};
	struct once o = {0};

	TRY(once_use(k, a, &o, e));
	TRY(member_owner(k, o.member, &a->owner, NULL, e));
	a->role = ACTOR_OWNER;		/* who minted it was signed in */
	TRY(o.kind == ONCE_FORM ? take_form(k, a, &o, &content, e) : take_cert(k, a, &o, &content, e));
	pack_u8(a->out, (unsigned)o.kind);
	pack_u8(a->out, (unsigned)o.variant);
	pack_bytes(a->out, content.data, content.len);
	return buf_ok(&content, e);
}
