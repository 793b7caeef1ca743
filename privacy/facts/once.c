#include <sodium.h>
#include "privacy/facts/event_list.h"
#include "privacy/facts/handover.h"
#include "privacy/facts/member.h"
#include "privacy/facts/once.h"
#include "privacy/facts/register.h"
#include "privacy/facts/slip.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/disclose.h"
#include "privacy/rights/retain.h"

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
const char once_held_schema[] =
"CREATE TABLE once_held ("		/* what an address gives that is kept nowhere else */
" hash BLOB PRIMARY KEY,"
" box BLOB NOT NULL,"			/* sealed with a key that the address gives */
" expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
"CREATE INDEX once_held_expires ON once_held (expires);";

static const struct sql
sql_once_add = { "once_add", "biiiii", "",
	"INSERT INTO once (hash, member, kind, variant, object, expires) VALUES ($1, $2, $3, $4, $5, $6)" },
sql_once_get = { "once_get", "bi", "iiii",
	"SELECT member, kind, variant, object FROM once WHERE hash = $1 AND expires > $2" },
sql_once_drop = { "once_drop", "b", "", "DELETE FROM once WHERE hash = $1" },
sql_once_sweep = { "once_sweep", "i", "", "DELETE FROM once WHERE expires <= $1" },
sql_held_add = { "once_held_add", "bbi", "", "INSERT INTO once_held (hash, box, expires) VALUES ($1, $2, $3)" },
sql_held_get = { "once_held_get", "b", "b", "SELECT box FROM once_held WHERE hash = $1" },
sql_held_drop = { "once_held_drop", "b", "", "DELETE FROM once_held WHERE hash = $1" },
sql_held_sweep = { "once_held_sweep", "i", "", "DELETE FROM once_held WHERE expires <= $1" };

bool
once_sweep(struct keeper *k, int64_t now, struct err *e)
{
	TRY(sql_do(k->store, &sql_once_sweep, e, now));
	TRY(retain_note(k, RETAIN_DOWNLOADS, sql_changed(k->store), e));
	return sql_do(k->store, &sql_held_sweep, e, now);
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

/* A hand-over of this member that nobody took yet and that this variant of the form is printed for. */
static bool
form_code_there(struct keeper *k, int64_t id, unsigned variant, int64_t member, int64_t now, struct handover *h,
    struct err *e)
{
	enum handover_kind kind = (variant & ONCE_FORM_TTP) != 0 ? HANDOVER_TTP : HANDOVER_PRINTED;
	bool found;

	TRY(handover_get(k, id, h, &found, e));
	if (!found || h->member != member || h->kind != kind || h->state != HANDOVER_OPEN ||
	    !handover_is_live(k, h, now))
		return REFUSE(e, ERR_ABSENT, WHY_HANDOVER_OVER, "once: no printed hand-over that is open");
	return true;
}

static bool
object_of_form(struct keeper *k, struct act *a, struct span id, unsigned variant, int64_t *object, struct err *e)
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
	/* Who gets a third party's form in the post needs its code: there is none without. */
	if (id.len == 0)
		return (variant & ONCE_FORM_TTP) == 0 || FAIL(e, ERR_INPUT, "once: a third party's form without a code");
	*object = unpack_i64(&id);
	TRY(unpack_end(&id, "once: a hand-over", e));
	TRY(form_code_there(k, *object, variant, a->owner.number, a->now, &h, e));
	return (a->flags & SESSION_FRESH) != 0 || REFUSE(e, ERR_DENIED, WHY_PASSWORD_NEEDED, "once: a code without the password");
}

static bool
object_of_list(struct keeper *k, struct act *a, struct span id, int64_t *object, struct err *e)
{
	*object = unpack_i64(&id);
	TRY(unpack_end(&id, "once: an event", e));
	a->purpose = PURPOSE_EVENT_LIST;
	return event_list_may(k, a, *object, e);
}

/* The code that the assurer still has before them: it is held for this address alone. */
static bool
object_of_slip(struct keeper *k, struct act *a, struct span about, int64_t *object, struct buf *hold, struct err *e)
{
	char code[KEEPER_TEXT_MAX + 1];
	bool good;

	unpack_text(&about, code, sizeof(code));
	a->purpose = PURPOSE_SLIP;
	good = unpack_end(&about, "once: a slip's code", e) && slip_of_code(k, a->owner.number, code, a->now, object, e);
	buf_text(hold, code);
	sodium_memzero(code, sizeof(code));
	return good && buf_ok(hold, e);
}

static bool
object_of(struct keeper *k, struct act *a, unsigned kind, struct span about, unsigned variant, int64_t *object,
    struct buf *hold, struct err *e)
{
	switch (kind) {
	case ONCE_CERT_PEM:
	case ONCE_CERT_DER:
	case ONCE_CERT_CHAIN:
		return object_of_cert(k, a, about, object, e);
	case ONCE_FORM:
		return object_of_form(k, a, about, variant, object, e);
	case ONCE_EVENT_LIST:
		return object_of_list(k, a, about, object, e);
	case ONCE_SLIP:
		return object_of_slip(k, a, about, object, hold, e);
	default:
		return FAIL(e, ERR_INPUT, "once: kind %u", kind);
	}
}

/* What is held can be opened with the address alone: only its hash is kept. */
static void
hold_key(const struct keeper *k, const unsigned char token[TOKEN_BYTES], unsigned char key[SEAL_KEY])
{
	static const char label[] = "troth held for an address";
	crypto_generichash_state s;

	crypto_generichash_init(&s, k->keys->pepper, sizeof(k->keys->pepper), SEAL_KEY);
	crypto_generichash_update(&s, (const unsigned char *)label, sizeof(label));
	crypto_generichash_update(&s, token, TOKEN_BYTES);
	crypto_generichash_final(&s, key, SEAL_KEY);
	sodium_memzero(&s, sizeof(s));
}

static const struct seal_place hold_place = { .table = "once held", .field = 1, .version = 1 };

static bool
hold(struct keeper *k, const unsigned char token[TOKEN_BYTES], const unsigned char hash[TOKEN_HASH],
    const struct buf *what, int64_t expires, struct err *e)
{
	DROP(buf_wipe) struct buf box = {0};
	unsigned char key[SEAL_KEY];
	bool good;

	if (what->len == 0)
		return true;
	hold_key(k, token, key);
	good = seal_close(&box, key, &hold_place, span_buf(what), e);
	sodium_memzero(key, sizeof(key));
	return good && sql_do(k->store, &sql_held_add, e, (const void *)hash, (size_t)TOKEN_HASH,
	    (const void *)box.data, box.len, expires);
}

bool
once_new(struct keeper *k, struct act *a, enum once_kind kind, unsigned variant, int64_t object, const struct buf *held,
    struct err *e)
{
	unsigned char token[TOKEN_BYTES], hash[TOKEN_HASH];
	int64_t expires = a->now + k->set->once_life;

	token_make(token, hash);
	TRY(sql_do(k->store, &sql_once_add, e, (const void *)hash, sizeof(hash), a->owner.number,
	    (int64_t)kind, (int64_t)variant, object, expires));
	TRY(hold(k, token, hash, held, expires, e));
	buf_add(a->out, token, sizeof(token));
	explicit_bzero(token, sizeof(token));
	return true;
}

bool
op_once_mint(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf held = {0};
	unsigned kind = unpack_u8(&a->in), variant;
	struct span about = unpack_bytes(&a->in);
	int64_t object = 0;

	variant = unpack_u8(&a->in);
	TRY(act_read(a, e));
	TRY(object_of(k, a, kind, about, variant, &object, &held, e));
	return once_new(k, a, (enum once_kind)kind, variant, object, &held, e);
}

/* ---- taking ---- */

struct once { int64_t member, kind, variant, object; struct buf held; };
static void once_wipe(struct once *o) { buf_wipe(&o->held); }

/* What was held for this address, if anything; it is used up with it. */
static bool
held_open(struct keeper *k, const unsigned char token[TOKEN_BYTES], const unsigned char hash[TOKEN_HASH],
    struct buf *into, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char key[SEAL_KEY];
	bool good = true;

	TRY(sql_first(k->store, &r, &sql_held_get, e, (const void *)hash, (size_t)TOKEN_HASH));
	if (r == NULL)
		return true;
	hold_key(k, token, key);
	good = seal_open(into, key, &hold_place, rows_bytes(r, 0), e);
	sodium_memzero(key, sizeof(key));
	rows_drop(&r);
	keeper_shed(k, 0);
	return good && sql_do(k->store, &sql_held_drop, e, (const void *)hash, (size_t)TOKEN_HASH);
}

/* Found and used up in one. */
static bool
once_use(struct keeper *k, struct act *a, struct once *o, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char token[TOKEN_BYTES], hash[TOKEN_HASH];
	bool good;

	unpack_exact(&a->in, token, sizeof(token));
	TRY(act_read(a, e));
	token_hash(token, hash);
	TRY(sql_first(k->store, &r, &sql_once_get, e, (const void *)hash, sizeof(hash), a->now));
	if (r == NULL)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "once: no such address");
	*o = (struct once){ rows_i64(r, 0), rows_i64(r, 1), rows_i64(r, 2), rows_i64(r, 3), {0} };
	rows_drop(&r);
	good = held_open(k, token, hash, &o->held, e);
	explicit_bzero(token, sizeof(token));
	return good && sql_do(k->store, &sql_once_drop, e, (const void *)hash, sizeof(hash));
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
		TRY(form_code_there(k, o->object, (unsigned)o->variant, o->member, a->now, &h, e));
		TRY(act_open(k, a, FIELD_CODE, h.id, &code, NULL, &found, e));
	}
	pack_bytes(content, code.data, code.len);
	pack_i64(content, h.expires);
	TRY(form_names(k, a, content, e));
	return act_record(k, a, (o->variant & ONCE_FORM_TTP) != 0 ? "form for a trusted third party" :
	    o->object != 0 ? "form with the code" : "form with names", e);
}

static bool
take_slip(struct keeper *k, struct act *a, const struct once *o, struct buf *content, struct err *e)
{
	struct slip s;
	bool found;

	a->purpose = PURPOSE_SLIP;
	TRY(slip_get(k, o->object, &s, &found, e));
	if (!found || s.giver != o->member || s.state != SLIP_OPEN || o->held.len == 0)
		return REFUSE(e, ERR_ABSENT, WHY_SLIP, "once: the slip is over");
	pack_i64(content, s.number);
	pack_bytes(content, o->held.data, o->held.len);
	pack_i64(content, s.met_day);
	pack_i64(content, s.expires);
	return act_record(k, a, "printed", e);
}

static bool
take(struct keeper *k, struct act *a, const struct once *o, struct buf *content, struct err *e)
{
	switch (o->kind) {
	case ONCE_FORM:
		return take_form(k, a, o, content, e);
	case ONCE_EVENT_LIST:
		a->purpose = PURPOSE_EVENT_LIST;
		return event_list_take(k, a, o->object, content, e);
	case ONCE_SLIP:
		return take_slip(k, a, o, content, e);
	case ONCE_DISCLOSURE:
		return disclosure_take(k, a, o->object, (unsigned)o->variant, span_buf(&o->held), content, e);
	default:
		return take_cert(k, a, o, content, e);
	}
}

bool
op_once_take(struct keeper *k, struct act *a, struct err *e)
{
	DROP(once_wipe) struct once o = {0};
	DROP(buf_wipe) struct buf content = {0};

	TRY(once_use(k, a, &o, e));
	TRY(member_owner(k, o.member, &a->owner, NULL, e));
	a->role = ACTOR_OWNER;		/* who minted it was signed in */
	TRY(take(k, a, &o, &content, e));
	pack_u8(a->out, (unsigned)o.kind);
	pack_u8(a->out, (unsigned)o.variant);
	pack_bytes(a->out, content.data, content.len);
	return buf_ok(&content, e);
}
