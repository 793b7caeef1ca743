#include "privacy/facts/address.h"
#include "privacy/facts/decision_row.h"
#include "privacy/facts/member.h"
#include "privacy/facts/role.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/exclusion.h"
#include "privacy/rights/restrict.h"
#include "privacy/rights/retain.h"

#define LISTED		100
#define SWEEP_MOST	16

const char exclusion_schema[] =
"CREATE TABLE exclusion ("
" decision INTEGER PRIMARY KEY REFERENCES decision (id),"
" member INTEGER NOT NULL,"		/* 0: who was erased since */
" until INTEGER NOT NULL,"		/* 0: not agreed (yet) */
" ended INTEGER NOT NULL,"
" end_decision INTEGER NOT NULL) STRICT;"	/* its end was asked for by it; 0 */
"CREATE INDEX exclusion_member ON exclusion (member) WHERE member > 0;"
"CREATE INDEX exclusion_until ON exclusion (until) WHERE until > 0 AND ended = 0;"
"CREATE INDEX exclusion_end ON exclusion (end_decision) WHERE end_decision > 0;"
"CREATE TABLE excluded_address ("		/* addresses that were theirs, by INDEX_EXCLUDED */
" idx BLOB PRIMARY KEY,"
" decision INTEGER NOT NULL REFERENCES exclusion (decision)) STRICT, WITHOUT ROWID;"
"CREATE INDEX excluded_decision ON excluded_address (decision);";

#define COLUMNS "SELECT decision, member, until, ended FROM exclusion"
#define LETTERS "iiii"

struct exclusion { int64_t decision, member, until, ended; };

static const struct sql
sql_get = { "exclusion_get", "i", LETTERS, COLUMNS " WHERE decision = $1" },
sql_by_end = { "exclusion_by_end", "i", LETTERS, COLUMNS " WHERE end_decision = $1 AND end_decision > 0" },
sql_of = { "exclusion_of", "i", LETTERS, COLUMNS " WHERE member = $1 AND member > 0 AND until > 0 AND ended = 0 LIMIT 1" },
sql_ending = { "exclusion_ending", "i", "i",
	"SELECT d.id FROM exclusion x JOIN decision d ON d.id = x.end_decision WHERE x.decision = $1 AND d.state = 1" },
sql_list = { "exclusion_list", "i", LETTERS, COLUMNS " WHERE until > 0 ORDER BY decision DESC LIMIT $1" },
sql_due = { "exclusion_due", "ii", LETTERS, COLUMNS " WHERE until > 0 AND ended = 0 AND until <= $1 ORDER BY until LIMIT $2" },
sql_add = { "exclusion_add", "ii", "",
	"INSERT INTO exclusion (decision, member, until, ended, end_decision) VALUES ($1, $2, 0, 0, 0)" },
sql_begin = { "exclusion_begin", "ii", "", "UPDATE exclusion SET until = $1 WHERE decision = $2" },
sql_ends = { "exclusion_ends", "ii", "", "UPDATE exclusion SET end_decision = $1 WHERE decision = $2" },
sql_end = { "exclusion_ended", "ii", "", "UPDATE exclusion SET ended = $1 WHERE decision = $2 AND ended = 0" },
sql_address = { "excluded_get", "b", "ii",
	"SELECT x.until, x.member FROM excluded_address a JOIN exclusion x ON x.decision = a.decision WHERE a.idx = $1" },
sql_address_add = { "excluded_add", "bi", "",
	"INSERT INTO excluded_address (idx, decision) VALUES ($1, $2) ON CONFLICT (idx) DO UPDATE SET decision = excluded.decision" },
sql_addresses_gone = { "excluded_gone", "i", "", "DELETE FROM excluded_address WHERE decision = $1" };

static void
row_read(const struct rows *r, struct exclusion *x)
{
	*x = (struct exclusion){ rows_i64(r, 0), rows_i64(r, 1), rows_i64(r, 2), rows_i64(r, 3) };
}

static bool
find(struct keeper *k, const struct sql *s, int64_t id, struct exclusion *x, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	*x = (struct exclusion){0};
	TRY(sql_first(k->store, &r, s, e, id));
	*found = r != NULL;
	if (*found)
		row_read(r, x);
	return true;
}

bool
exclusion_of(struct keeper *k, int64_t member, int64_t *until, struct err *e)
{
	struct exclusion x;
	bool found;

	TRY(find(k, &sql_of, member, &x, &found, e));
	*until = x.until;
	return true;
}

bool
exclusion_of_address(struct keeper *k, const char *address, int64_t member, int64_t now, int64_t *until, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char idx[INDEX_BYTES];

	address_index(k, INDEX_EXCLUDED, address, idx);
	TRY(sql_first(k->store, &r, &sql_address, e, (const void *)idx, sizeof(idx)));
	*until = r != NULL && rows_i64(r, 0) > now && (member == 0 || rows_i64(r, 1) != member) ? rows_i64(r, 0) : 0;
	return true;
}

/* ---- asking ---- */

bool
op_exclude_ask(struct keeper *k, struct act *a, struct err *e)
{
	struct decision d = { .kind = DECISION_EXCLUDE };
	char who[KEEPER_TEXT_MAX + 1], reason[KEEPER_TEXT_MAX + 1];
	int64_t until;
	bool open;

	unpack_text(&a->in, who, sizeof(who));
	unpack_text(&a->in, reason, sizeof(reason));
	TRY(act_read(a, e));
	TRY(reason_ok(reason, e));
	TRY(decision_named(k, a, who, &d.subject, e));
	TRY(exclusion_of(k, d.subject, &until, e));
	TRY(decision_is_open(k, d.kind, d.subject, 0, &open, e));
	if (until != 0 || open)
		return decision_nobody(e);
	TRY(decision_ask(k, a, &d, reason, e));
	pack_i64(a->out, d.id);
	TRY(sql_do(k->store, &sql_add, e, d.id, d.subject));
	return decision_waits(k, &d, a->now, e);
}

/* A further one would take the votes for the first away. */
static bool
not_ending(struct keeper *k, int64_t id, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_ending, e, id));
	return r == NULL || REFUSE(e, ERR_CONFLICT, WHY_DECISION_DONE, "exclusion: its end is asked for");
}

bool
op_exclude_end_ask(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	struct decision d = { .kind = DECISION_EXCLUDE_END };
	char reason[KEEPER_TEXT_MAX + 1];
	struct exclusion x;
	bool found;

	unpack_text(&a->in, reason, sizeof(reason));
	TRY(act_read(a, e));
	TRY(reason_ok(reason, e));
	TRY(find(k, &sql_get, id, &x, &found, e));
	if (!found || x.until == 0 || x.ended != 0)
		return REFUSE(e, ERR_CONFLICT, WHY_DECISION_DONE, "exclusion: over");
	TRY(not_ending(k, id, e));
	d.subject = x.member;
	TRY(decision_ask(k, a, &d, reason, e));
	pack_i64(a->out, d.id);
	TRY(sql_do(k->store, &sql_ends, e, d.id, id));
	return decision_waits(k, &d, a->now, e);
}

/* ---- the list ---- */

static bool
line_pack(struct keeper *k, const struct exclusion *x, struct buf *into, struct err *e)
{
	struct decision d;

	TRY(decision_get(k, x->decision, &d, e));
	pack_i64(into, x->decision);
	pack_i64(into, x->member);
	pack_i64(into, d.decided_at);
	pack_i64(into, x->until);
	pack_i64(into, x->ended);
	return buf_ok(into, e);
}

bool
op_exclusions(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf list = {0};
	struct exclusion row[LISTED];
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
		TRY(line_pack(k, &row[i], &list, e));
	pack_u32(a->out, (uint32_t)n);
	buf_add(a->out, list.data, list.len);
	return act_record(k, a, "list of exclusions", e);
}

/* ---- making it so ---- */

static bool
addresses_listed(struct keeper *k, const struct owner *o, int64_t decision, struct err *e)
{
	struct address_row rows[ADDRESS_ROWS];
	size_t n;

	TRY(address_list(k, o->number, rows, COUNT(rows), &n, e));
	for (size_t i = 0; i < n; i++) {
		DROP(buf_wipe) struct buf text = {0};
		unsigned char idx[INDEX_BYTES];
		bool found;

		if (rows[i].verified_at == 0)
			continue;
		TRY(vault_peek(k->vault, o, FIELD_ADDRESS, rows[i].id, &text, &found, e));
		TRY(buf_ok(&text, e));
		address_index(k, INDEX_EXCLUDED, found ? text.data : "", idx);
		TRY(sql_do(k->store, &sql_address_add, e, (const void *)idx, sizeof(idx), decision));
	}
	return true;
}

static bool
roles_end(struct keeper *k, const struct owner *o, uint32_t roles, int64_t now, struct err *e)
{
	for (unsigned r = ROLE_ASSURER; r < ROLE__COUNT; r++)
		if ((roles & 1u << r) != 0)
			TRY(role_set(k, o, (enum role)r, false, ACTOR_OFFICER, now, e));
	return true;
}

static bool
began(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	int64_t until = a->now + k->set->exclusion_life;
	struct member_facts f;
	struct owner o;
	struct record_line l = { .about = &o, .purpose = PURPOSE_EXCLUDE, .role = ACTOR_OFFICER, .object = "excluded", .actor = a->owner.number };

	TRY(member_owner(k, d->subject, &o, &f, e));
	if ((f.restricted & (RESTRICTED_FENCED | RESTRICTED_EXCLUDED)) != 0)
		return REFUSE(e, ERR_CONFLICT, WHY_DECISION_SUBJECT, "exclusion: not as it stands now");
	TRY(sql_do(k->store, &sql_begin, e, until, d->id));
	TRY(addresses_listed(k, &o, d->id, e));
	TRY(roles_end(k, &o, f.roles, a->now, e));
	if (f.restricted == 0)
		TRY(restrict_quiet(k, &o, PURPOSE_EXCLUDE, a->now, e));
	TRY(member_restrict(k, d->subject, f.restricted | RESTRICTED_EXCLUDED, e));
	TRY(role_key(k, a->owner.number, a->now, &l.role_key, e));
	TRY(keeper_record(k, &l, a->now, NULL, e));
	return address_notify_all_until(k, &o, f.lang, MAIL_EXCLUDED, until, PURPOSE_EXCLUDE, a->now, e);
}

/* That hashes went from the list, and how many, is a line about the site: it names nobody, and who was excluded may be gone. */
static bool
unlisted(struct keeper *k, const struct exclusion *x, int64_t now, struct err *e)
{
	char object[DETAIL_OBJECT];

	TRY(sql_do(k->store, &sql_addresses_gone, e, x->decision));
	snprintf(object, sizeof(object), "exclusion %lld is over, hashes of addresses that went: %lld", (long long)x->decision,
	    (long long)sql_changed(k->store));
	return keeper_record_self(k, PURPOSE_EXCLUDE, object, now, e);
}

/* The addresses go from the list; who is still a member is one like any other again, and told. */
static bool
over(struct keeper *k, const struct exclusion *x, int64_t now, struct err *e)
{
	struct member_facts f;
	struct owner o;
	struct record_line l = { .about = &o, .purpose = PURPOSE_EXCLUDE, .role = ACTOR_SYSTEM, .object = "no longer excluded" };

	TRY(sql_do(k->store, &sql_end, e, now, x->decision));
	TRY(unlisted(k, x, now, e));
	if (x->member == 0)
		return true;
	TRY(member_owner(k, x->member, &o, &f, e));
	if ((f.restricted & RESTRICTED_FENCED) != 0)
		return true;
	TRY(member_restrict(k, x->member, f.restricted & ~RESTRICTED_EXCLUDED, e));
	TRY(keeper_record(k, &l, now, NULL, e));
	TRY(trust_refresh(k, &o, now, NULL, e));	/* what their points open is theirs again */
	return address_notify(k, &o, f.lang, MAIL_DECIDED, "no longer excluded", PURPOSE_EXCLUDE, now, e);
}

bool
exclusion_apply(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	struct exclusion x;
	bool found;

	if (d->kind == DECISION_EXCLUDE)
		return began(k, a, d, e);
	TRY(find(k, &sql_by_end, d->id, &x, &found, e));
	if (!found || x.ended != 0)
		return REFUSE(e, ERR_CONFLICT, WHY_DECISION_DONE, "exclusion: over");
	return over(k, &x, a->now, e);
}

bool
exclusion_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *n, struct err *e)
{
	struct exclusion row[SWEEP_MOST];
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
		TRY(over(k, &row[i], now, e));
	return retain_note(k, RETAIN_EXCLUSIONS, *n, e);
}
