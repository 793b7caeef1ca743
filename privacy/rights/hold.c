#include "privacy/facts/address.h"
#include "privacy/facts/decision_row.h"
#include "privacy/facts/member.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/erase_field.h"
#include "privacy/rights/hold.h"
#include "privacy/rights/retain.h"

#define LISTED		100
#define VALUES_MOST	64	/* fields and objects whose old values are looked through at once */
#define SWEEP_MOST	16

const char hold_schema[] =
"CREATE TABLE hold ("			/* fields that are kept from being erased */
" decision INTEGER PRIMARY KEY REFERENCES decision (id),"
" member INTEGER NOT NULL,"		/* 0: who was erased since */
" ground INTEGER NOT NULL,"		/* enum hold_ground */
" groups INTEGER NOT NULL,"		/* HOLD_* */
" days INTEGER NOT NULL,"
" until INTEGER NOT NULL,"		/* 0: not agreed (yet) */
" ended INTEGER NOT NULL) STRICT;"
"CREATE INDEX hold_member ON hold (member) WHERE member > 0;"
"CREATE INDEX hold_until ON hold (until) WHERE until > 0 AND ended = 0;";

#define COLUMNS "SELECT decision, member, ground, groups, days, until, ended FROM hold"
#define LETTERS "iiiiiii"

static const struct sql
sql_get = { "hold_get", "i", LETTERS, COLUMNS " WHERE decision = $1" },
sql_of = { "hold_of", "i", LETTERS, COLUMNS " WHERE member = $1 AND member > 0 AND until > 0 AND ended = 0 LIMIT 1" },
sql_list = { "hold_list", "i", LETTERS, COLUMNS " WHERE until > 0 ORDER BY decision DESC LIMIT $1" },
sql_due = { "hold_due", "ii", LETTERS, COLUMNS " WHERE until > 0 AND ended = 0 AND until <= $1 ORDER BY until LIMIT $2" },
sql_add = { "hold_add", "iiiii", "",
	"INSERT INTO hold (decision, member, ground, groups, days, until, ended) VALUES ($1, $2, $3, $4, $5, 0, 0)" },
sql_begin = { "hold_begin", "ii", "", "UPDATE hold SET until = $1 WHERE decision = $2" },
sql_end = { "hold_end", "ii", "", "UPDATE hold SET ended = $1 WHERE decision = $2 AND ended = 0" },
sql_close = { "hold_close", "ii", "",
	"UPDATE hold SET ended = $1 WHERE member = $2 AND member > 0 AND until > 0 AND ended = 0" },
sql_count = { "hold_count", "", "i", "SELECT CAST(COUNT(*) AS bigint) FROM hold WHERE until > 0 AND ended = 0" },
/* an erasure that waits for its end */
sql_goes_on = { "hold_erasure", "ii", "", "UPDATE erasure SET due_at = $1 WHERE member = $2 AND member <> 0 AND stage = 3" },
sql_values = { "hold_values", "iii", "ii",
	"SELECT DISTINCT field, object FROM old_value WHERE subject = $1 AND (($2 >> CAST(field AS integer)) & 1) = 0 LIMIT $3" };
_Static_assert(ERASE_LISTED == 3, "the statement above says so");

#define B(f)	FIELD_BIT(FIELD_##f)
const uint64_t hold_fields[HOLD_GROUPS] = { B(ADDRESS), B(GIVEN) | B(MIDDLE) | B(FAMILY) | B(SUFFIX), B(BIRTH),
    B(CERT_BODY) | B(CERT_LABEL), B(MEETING) | B(SIGNER) | B(INITIALS) };

static uint64_t
fields_of(unsigned groups)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < HOLD_GROUPS; i++)
		bits |= (groups & 1u << i) != 0 ? hold_fields[i] : 0;
	return bits;
}

static void
row_read(const struct rows *r, struct hold *h)
{
	*h = (struct hold){ .decision = rows_i64(r, 0), .member = rows_i64(r, 1), .ground = (unsigned)rows_i64(r, 2),
	    .groups = (unsigned)rows_i64(r, 3), .days = rows_i64(r, 4), .until = rows_i64(r, 5), .ended = rows_i64(r, 6) };
}

static bool
find(struct keeper *k, const struct sql *s, int64_t id, struct hold *h, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	*h = (struct hold){0};
	TRY(sql_first(k->store, &r, s, e, id));
	*found = r != NULL;
	if (*found)
		row_read(r, h);
	return true;
}

bool
hold_get(struct keeper *k, int64_t decision, struct hold *h, bool *found, struct err *e)
{
	return find(k, &sql_get, decision, h, found, e);
}

bool
hold_of(struct keeper *k, int64_t member, struct hold *h, bool *found, struct err *e)
{
	return find(k, &sql_of, member, h, found, e);
}

bool
hold_free(struct keeper *k, int64_t member, enum field f, struct err *e)
{
	struct hold h;
	bool found;

	TRY(hold_of(k, member, &h, &found, e));
	return (fields_of(h.groups) & FIELD_BIT(f)) == 0 || REFUSE(e, ERR_CONFLICT, WHY_HELD, "hold: field %u", (unsigned)f);
}

void
hold_pack(struct buf *into, const struct hold *h)
{
	pack_u8(into, h->ground);
	pack_u32(into, h->groups);
	pack_i64(into, h->days);
	pack_i64(into, h->until);
	pack_i64(into, h->ended);
}

bool
hold_count(struct keeper *k, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_count, e));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

/* ---- an account is erased meanwhile ---- */

struct values { struct { int64_t field, object; } row[VALUES_MOST]; size_t n; };

static bool
values_read(struct keeper *k, int64_t member, uint64_t kept, struct values *v, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_values, e, member, (int64_t)kept, (int64_t)VALUES_MOST));
	for (v->n = 0; v->n < VALUES_MOST && rows_next(r, &end); v->n++) {
		v->row[v->n].field = rows_i64(r, 0);
		v->row[v->n].object = rows_i64(r, 1);
	}
	return err_hand_on(e, &end);
}

/* What is erased is not found again. */
static bool
values_thin(struct keeper *k, const struct owner *o, uint64_t kept, struct err *e)
{
	struct values v = { .n = VALUES_MOST };

	while (v.n == VALUES_MOST) {
		TRY(values_read(k, o->number, kept, &v, e));
		for (size_t i = 0; i < v.n; i++)
			TRY(old_values_erase(k, o, (enum field)v.row[i].field, v.row[i].object, e));
	}
	return true;
}

bool
hold_thin(struct keeper *k, const struct owner *o, const struct hold *h, int64_t now, struct err *e)
{
	uint64_t kept = fields_of(h->groups);
	struct record_line l = { .about = o, .purpose = PURPOSE_HOLD, .role = ACTOR_SYSTEM, .object = "all else was erased", .fields = kept };

	TRY(vault_forget_but(k->vault, o->number, kept, e));
	TRY(values_thin(k, o, kept, e));
	keeper_shed(k, 0);
	return keeper_record(k, &l, now, NULL, e);
}

bool
hold_close(struct keeper *k, int64_t member, int64_t now, struct err *e)
{
	return sql_do(k->store, &sql_close, e, now, member);
}

/* ---- asking ---- */

/* Somebody there, not leaving, with nothing held or asked for already. */
static bool
may_hold(struct keeper *k, int64_t member, struct err *e)
{
	struct member_facts f;
	struct owner o;
	struct hold h;
	bool found, open;

	TRY(member_owner(k, member, &o, &f, e));
	TRY(hold_of(k, member, &h, &found, e));
	TRY(decision_is_open(k, DECISION_HOLD, member, 0, &open, e));
	return ((f.restricted & RESTRICTED_FENCED) == 0 && !found && !open) || decision_nobody(e);
}

bool
op_hold_ask(struct keeper *k, struct act *a, struct err *e)
{
	struct decision d = { .kind = DECISION_HOLD };
	char who[KEEPER_TEXT_MAX + 1], reason[KEEPER_TEXT_MAX + 1];
	unsigned ground;
	uint32_t groups;
	int64_t days;

	unpack_text(&a->in, who, sizeof(who));
	ground = unpack_u8(&a->in);
	groups = unpack_u32(&a->in);
	days = unpack_i64(&a->in);
	unpack_text(&a->in, reason, sizeof(reason));
	TRY(act_read(a, e));
	if (ground < HOLD_CLAIM || ground >= HOLD_GROUND__COUNT || groups == 0 || groups >= 1u << HOLD_GROUPS || days < 1 || days > HOLD_DAYS_MOST)
		return REFUSE(e, ERR_INPUT, WHY_HOLD, "hold: ground %u, groups %u, %lld days", ground, groups, (long long)days);
	TRY(reason_ok(reason, e));
	TRY(decision_named(k, a, who, &d.subject, e));
	TRY(may_hold(k, d.subject, e));
	TRY(decision_ask(k, a, &d, reason, e));
	pack_i64(a->out, d.id);
	TRY(sql_do(k->store, &sql_add, e, d.id, d.subject, (int64_t)ground, (int64_t)groups, days));
	return decision_waits(k, &d, a->now, e);
}

bool
op_hold_end_ask(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	struct decision d = { .kind = DECISION_HOLD_END };
	char reason[KEEPER_TEXT_MAX + 1];
	struct hold h;
	bool found, open;

	unpack_text(&a->in, reason, sizeof(reason));
	TRY(act_read(a, e));
	TRY(reason_ok(reason, e));
	TRY(hold_get(k, id, &h, &found, e));
	if (!found || h.until == 0 || h.ended != 0 || h.member == 0)
		return REFUSE(e, ERR_CONFLICT, WHY_DECISION_DONE, "hold: over");
	if (h.member == a->owner.number)
		return REFUSE(e, ERR_DENIED, WHY_DECISION_OWN, "hold: one's own");
	d.subject = h.member;
	TRY(decision_is_open(k, d.kind, d.subject, 0, &open, e));
	if (open)
		return REFUSE(e, ERR_CONFLICT, WHY_DECISION_DONE, "hold: its end is asked for");
	TRY(decision_ask(k, a, &d, reason, e));
	pack_i64(a->out, d.id);
	return decision_waits(k, &d, a->now, e);
}

/* ---- the list ---- */

static bool
line_pack(struct keeper *k, const struct hold *h, bool numbers, struct buf *into, struct err *e)
{
	struct decision d;

	TRY(decision_get(k, h->decision, &d, e));
	pack_i64(into, h->decision);
	pack_i64(into, numbers ? h->member : 0);
	pack_i64(into, d.decided_at);
	hold_pack(into, h);
	return buf_ok(into, e);
}

/* Auditors see that there are holds, why and for how long; not of whom. */
bool
op_holds(struct keeper *k, struct act *a, struct err *e)
{
	bool officer = (a->roles & 1u << ROLE_OFFICER) != 0;
	struct hold row[LISTED];
	DROP(buf_wipe) struct buf list = {0};
	struct err end = {0};
	size_t n = 0;

	TRY(act_read(a, e));
	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_list, e, (int64_t)LISTED));
		while (n < LISTED && rows_next(r, &end))
			row_read(r, &row[n++]);
	}
	TRY(err_hand_on(e, &end));
	for (size_t i = 0; i < n; i++)
		TRY(line_pack(k, &row[i], officer, &list, e));
	pack_u32(a->out, (uint32_t)n);
	buf_add(a->out, list.data, list.len);
	return act_record(k, a, "list of holds", e);
}

/* ---- making it so ---- */

static bool
began(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	struct member_facts f;
	struct owner o;
	struct record_line l = { .about = &o, .purpose = PURPOSE_HOLD, .role = ACTOR_OFFICER, .object = "held", .actor = a->owner.number };
	struct hold h, other;
	bool found, held;

	TRY(hold_get(k, d->id, &h, &found, e));
	TRY(hold_of(k, d->subject, &other, &held, e));
	TRY(member_owner(k, d->subject, &o, &f, e));
	if (!found || held || (f.restricted & RESTRICTED_FENCED) != 0)
		return REFUSE(e, ERR_CONFLICT, WHY_DECISION_SUBJECT, "hold: not as it stands now");
	h.until = a->now + h.days * DAY;
	l.fields = fields_of(h.groups);
	TRY(sql_do(k->store, &sql_begin, e, h.until, h.decision));
	TRY(role_key(k, a->owner.number, a->now, &l.role_key, e));
	TRY(keeper_record(k, &l, a->now, NULL, e));
	return address_notify_all_until(k, &o, f.lang, MAIL_HELD, h.until, PURPOSE_HOLD, a->now, e);
}

/* What waits for it goes on at once. */
static bool
over(struct keeper *k, const struct hold *h, int64_t now, struct err *e)
{
	TRY(sql_do(k->store, &sql_end, e, now, h->decision));
	return sql_do(k->store, &sql_goes_on, e, now, h->member);
}

bool
hold_apply(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	struct hold h;
	struct owner o;
	bool found;

	if (d->kind == DECISION_HOLD)
		return began(k, a, d, e);
	TRY(hold_of(k, d->subject, &h, &found, e));
	if (!found)
		return REFUSE(e, ERR_CONFLICT, WHY_DECISION_DONE, "hold: over");
	TRY(member_owner(k, d->subject, &o, NULL, e));
	TRY(decision_told(k, a, &o, "no longer held", e));
	return over(k, &h, a->now, e);
}

static bool
ended(struct keeper *k, const struct hold *h, int64_t now, struct err *e)
{
	struct owner o;
	struct record_line l = { .about = &o, .purpose = PURPOSE_HOLD, .role = ACTOR_SYSTEM, .object = "no longer held" };
	char said[64];

	snprintf(said, sizeof(said), "decision %lld: no longer held", (long long)h->decision);
	TRY(keeper_record_self(k, PURPOSE_DECISION, said, now, e));
	TRY(over(k, h, now, e));
	if (h->member == 0)
		return true;
	TRY(member_owner(k, h->member, &o, NULL, e));
	return keeper_record(k, &l, now, NULL, e);
}

bool
hold_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *n, struct err *e)
{
	struct hold row[SWEEP_MOST];
	int64_t limit = most < SWEEP_MOST ? most : SWEEP_MOST;
	struct err end = {0};

	*n = 0;
	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_due, e, now, limit));
		while (*n < limit && rows_next(r, &end))
			row_read(r, &row[(*n)++]);
	}
	TRY(err_hand_on(e, &end));
	for (int64_t i = 0; i < *n; i++)
		TRY(ended(k, &row[i], now, e));
	return retain_note(k, RETAIN_HOLDS, *n, e);
}
