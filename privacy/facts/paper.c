#include <stdlib.h>
#include "privacy/facts/address.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/paper.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/retain.h"

#define LISTED		1000
#define SWEEP_MOST	32
#define DESTROYED_SHOWN	(30 * 86400)	/* seconds a destroyed form stays in its holder's list */

const char paper_schema[] =
"CREATE TABLE paper ("
" number INTEGER PRIMARY KEY,"
" holder INTEGER NOT NULL REFERENCES member (number),"
" offered_to INTEGER NOT NULL,"		/* member number; 0: to nobody */
" assurance INTEGER NOT NULL REFERENCES assurance (id),"
" made_at INTEGER NOT NULL,"
" destroyed_at INTEGER NOT NULL) STRICT;"	/* 0: not yet */
"CREATE INDEX paper_holder ON paper (holder, number);"
"CREATE INDEX paper_offered ON paper (offered_to) WHERE offered_to > 0;"
"CREATE INDEX paper_gone ON paper (destroyed_at) WHERE destroyed_at > 0;"
"CREATE TABLE paper_asked ("		/* when a holder was asked last, or answered */
" holder INTEGER PRIMARY KEY REFERENCES member (number),"
" at INTEGER NOT NULL) STRICT;"
"CREATE INDEX paper_asked_at ON paper_asked (at);";

#define COLUMNS "SELECT number, holder, offered_to, assurance, made_at, destroyed_at FROM paper"
#define LETTERS "iiiiii"

static const struct sql
sql_last = { "paper_last", "", "i", "SELECT CAST(COALESCE(MAX(number), 0) AS bigint) FROM paper" },
sql_add = { "paper_add", "iiii", "",
	"INSERT INTO paper (number, holder, offered_to, assurance, made_at, destroyed_at)"
	" VALUES ($1, $2, 0, $3, $4, 0)" },
sql_get = { "paper_get", "i", LETTERS, COLUMNS " WHERE number = $1" },
sql_list = { "paper_list", "iii", LETTERS,
	COLUMNS " WHERE holder = $1 OR offered_to = $2 ORDER BY number DESC LIMIT $3" },
sql_destroyed = { "paper_destroyed", "ii", "",
	"UPDATE paper SET destroyed_at = $1, offered_to = 0 WHERE number = $2 AND destroyed_at = 0" },
sql_offer = { "paper_offer", "iiii", "",
	"UPDATE paper SET offered_to = $1 WHERE holder = $2 AND destroyed_at = 0 AND ($3 = 0 OR number = $4)" },
sql_accept = { "paper_accept", "iii", "",
	"UPDATE paper SET holder = $1, offered_to = 0 WHERE number = $2 AND offered_to = $3 AND destroyed_at = 0" },
sql_decline = { "paper_decline", "ii", "",
	"UPDATE paper SET offered_to = 0 WHERE number = $1 AND offered_to = $2" },
sql_asked = { "paper_asked_put", "ii", "",
	"INSERT INTO paper_asked (holder, at) VALUES ($1, $2) ON CONFLICT (holder) DO UPDATE SET at = excluded.at" },
sql_asked_first = { "paper_asked_first", "ii", "",
	"INSERT INTO paper_asked (holder, at) VALUES ($1, $2) ON CONFLICT (holder) DO NOTHING" },
sql_due = { "paper_due", "ii", "i",
	"SELECT q.holder FROM paper_asked q WHERE q.at < $1 AND EXISTS (SELECT 1 FROM paper p"
	" WHERE p.holder = q.holder AND p.destroyed_at = 0) ORDER BY q.at LIMIT $2" };

/* The newest row stays: its number is not given again. */
static const struct sql
sql_forget = { "paper_forget", "ii", "",
	"DELETE FROM paper WHERE number IN (SELECT number FROM paper WHERE destroyed_at > 0 AND destroyed_at < $1"
	" AND number < (SELECT MAX(number) FROM paper) ORDER BY destroyed_at LIMIT $2)" },
sql_asked_over = { "paper_asked_over", "ii", "",
	"DELETE FROM paper_asked WHERE holder IN (SELECT q.holder FROM paper_asked q WHERE q.at < $1 AND NOT EXISTS"
	" (SELECT 1 FROM paper p WHERE p.holder = q.holder AND p.destroyed_at = 0) ORDER BY q.at LIMIT $2)" };

struct paper { int64_t number, holder, offered_to, assurance, made_at, destroyed_at; };

static void
row_read(const struct rows *r, struct paper *p)
{
	*p = (struct paper){ rows_i64(r, 0), rows_i64(r, 1), rows_i64(r, 2), rows_i64(r, 3), rows_i64(r, 4),
	    rows_i64(r, 5) };
}

static bool
paper_absent(struct err *e)
{
	return REFUSE(e, ERR_ABSENT, WHY_PAPER_ABSENT, "paper: none of that number here");
}

bool
paper_add(struct keeper *k, const struct assurance *a, int64_t now, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	int64_t number;

	TRY(sql_first(k->store, &r, &sql_last, e));
	number = (r == NULL ? 0 : rows_i64(r, 0)) + 1;
	rows_drop(&r);
	TRY(sql_do(k->store, &sql_add, e, number, a->giver, a->id, now));
	return sql_do(k->store, &sql_asked_first, e, a->giver, now);
}

/* ---- the list ---- */

static enum paper_state
state_of(const struct keeper *k, const struct paper *p, const struct assurance *a, int64_t me, int64_t now)
{
	if (p->destroyed_at != 0)
		return PAPER_DESTROYED;
	if (p->offered_to == me)
		return PAPER_OFFERED_TO_YOU;
	if (p->offered_to != 0)
		return PAPER_OFFERED;
	if (a->confirmed_at != 0)
		return PAPER_CONFIRMED;
	return now >= p->made_at + k->set->trust.paper_life ? PAPER_DUE : PAPER_KEPT;
}

static bool
list_one(struct keeper *k, struct act *a, const struct paper *p, struct buf *into, struct err *e)
{
	DROP(buf_wipe) struct buf initials = {0};
	struct assurance row;

	TRY(assurance_get(k, p->assurance, &row, e));
	TRY(name_lent(k, row.member, FIELD_INITIALS, &initials, e));
	pack_i64(into, p->number);
	pack_bytes(into, initials.data, initials.len);
	pack_i64(into, p->made_at);
	pack_i64(into, p->made_at + k->set->trust.paper_life);
	pack_i64(into, p->destroyed_at);
	pack_u8(into, state_of(k, p, &row, a->owner.number, a->now));
	return buf_ok(into, e);
}

bool
op_papers(struct keeper *k, struct act *a, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf rows = {0};
	struct err end = {0};
	uint32_t n = 0;

	TRY(act_read(a, e));
	TRY(sql_ask(k->store, &r, &sql_list, e, a->owner.number, a->owner.number, (int64_t)LISTED));
	for (; rows_next(r, &end); n++) {
		struct paper p;

		row_read(r, &p);
		TRY(list_one(k, a, &p, &rows, e));
	}
	TRY(err_hand_on(e, &end));
	pack_u32(a->out, n);
	buf_add(a->out, rows.data, rows.len);
	return act_record(k, a, "register", e);
}

/* ---- what becomes of them ---- */

static bool
row_of(struct keeper *k, int64_t number, struct paper *p, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_get, e, number));
	if (r == NULL)
		return paper_absent(e);
	row_read(r, p);
	return true;
}

static bool
held(struct keeper *k, const struct act *a, int64_t number, struct paper *p, struct err *e)
{
	TRY(row_of(k, number, p, e));
	return p->holder == a->owner.number || paper_absent(e);
}

static bool
say(struct keeper *k, struct act *a, int64_t number, const char *what, struct err *e)
{
	char object[64];

	if (number == 0)
		snprintf(object, sizeof(object), "all forms: %s", what);
	else
		snprintf(object, sizeof(object), "form %lld: %s", (long long)number, what);
	return act_record(k, a, object, e);
}

/* Whoever had the form reads in their own history what became of it. */
static bool
say_also(struct keeper *k, struct act *a, int64_t member, int64_t number, const char *what, struct err *e)
{
	char object[64];
	struct owner o;

	snprintf(object, sizeof(object), "form %lld: %s", (long long)number, what);
	TRY(member_owner(k, member, &o, NULL, e));
	return act_record_also(k, a, &o, object, e);
}

bool
op_paper_destroyed(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	struct paper p;

	TRY(act_read(a, e));
	TRY(held(k, a, number, &p, e));
	if (p.destroyed_at != 0)
		return true;
	TRY(sql_do(k->store, &sql_destroyed, e, a->now, number));
	return say(k, a, number, "destroyed", e);
}

bool
op_paper_still(struct keeper *k, struct act *a, struct err *e)
{
	TRY(act_read(a, e));
	TRY(sql_do(k->store, &sql_asked, e, a->owner.number, a->now));
	return act_record(k, a, "the others are still there", e);
}

/* ---- changing hands ---- */

static bool
receiver(struct keeper *k, const struct act *a, const char *typed, int64_t *member, struct err *e)
{
	struct member_facts f;
	struct owner o;

	TRY(member_named(k, typed, member, e));
	TRY(member_owner(k, *member, &o, &f, e));
	/* Forms go to somebody who knows what they are: an assurer or an officer, and not oneself. */
	return (*member != a->owner.number && (f.roles & (1u << ROLE_ASSURER | 1u << ROLE_OFFICER)) != 0) ||
	    REFUSE(e, ERR_ABSENT, WHY_DECISION_SUBJECT, "paper: not to this member");
}

static bool
offer_told(struct keeper *k, struct act *a, int64_t member, struct err *e)
{
	struct member_facts f;
	struct owner o;

	TRY(member_owner(k, member, &o, &f, e));
	return address_notify_primary(k, &o, f.lang, MAIL_PAPER_OFFERED, NULL, a->purpose, a->now, e);
}

bool
op_paper_offer(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in), member = 0;
	char typed[KEEPER_TEXT_MAX + 1];
	struct paper p;

	unpack_text(&a->in, typed, sizeof(typed));
	TRY(act_read(a, e));
	if (number != 0)
		TRY(held(k, a, number, &p, e));
	/* Who has nothing to offer learns of nobody whether they are an assurer. */
	TRY(sql_do(k->store, &sql_offer, e, INT64_C(0), a->owner.number, number, number));
	if (sql_changed(k->store) == 0)
		return paper_absent(e);
	if (typed[0] != '\0') {
		TRY(receiver(k, a, typed, &member, e));
		TRY(sql_do(k->store, &sql_offer, e, member, a->owner.number, number, number));
		TRY(offer_told(k, a, member, e));
	}
	return say(k, a, number, member == 0 ? "no longer offered" : "offered to somebody else", e);
}

bool
op_paper_accept(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	bool yes = unpack_u8(&a->in) == 1;
	struct paper p;

	TRY(act_read(a, e));
	TRY(row_of(k, number, &p, e));
	if (yes)
		TRY(sql_do(k->store, &sql_accept, e, a->owner.number, number, a->owner.number));
	else
		TRY(sql_do(k->store, &sql_decline, e, number, a->owner.number));
	if (sql_changed(k->store) != 1)
		return paper_absent(e);
	TRY(sql_do(k->store, &sql_asked_first, e, a->owner.number, a->now));
	TRY(say_also(k, a, p.holder, number, yes ? "taken over" : "declined", e));
	return say(k, a, number, yes ? "taken over" : "declined", e);
}

/* ---- once a year ---- */

static bool
ask_one(struct keeper *k, int64_t holder, int64_t now, struct err *e)
{
	struct member_facts f;
	struct owner o;
	struct record_line l = { .about = &o, .purpose = PURPOSE_PAPER, .role = ACTOR_SYSTEM, .object = "asked once a year" };

	TRY(member_owner(k, holder, &o, &f, e));
	TRY(sql_do(k->store, &sql_asked, e, holder, now));
	TRY(address_notify_primary(k, &o, f.lang, MAIL_PAPER, NULL, PURPOSE_PAPER, now, e));
	return keeper_record(k, &l, now, NULL, e);
}

/* What was destroyed is shown for a while longer, and who holds nothing any more is not asked. */
static bool
forget(struct keeper *k, int64_t now, int64_t limit, int64_t *done, struct err *e)
{
	TRY(sql_do(k->store, &sql_forget, e, now - DESTROYED_SHOWN, limit));
	*done += sql_changed(k->store);
	TRY(retain_note(k, RETAIN_PAPERS, sql_changed(k->store), e));
	TRY(sql_do(k->store, &sql_asked_over, e, now - PAPER_ASKED, limit));
	*done += sql_changed(k->store);
	return true;
}

bool
paper_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	int64_t due[SWEEP_MOST], limit = most < SWEEP_MOST ? most : SWEEP_MOST;
	size_t n;

	TRY(sql_column(k->store, due, SWEEP_MOST, &n, &sql_due, e, now - PAPER_ASKED, limit));
	for (size_t i = 0; i < n; i++)
		TRY(ask_one(k, due[i], now, e));
	*done = (int64_t)n;
	return forget(k, now, limit, done, e);
}
