#include <string.h>
#include "privacy/facts/address.h"
#include "privacy/facts/lost.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/message.h"
#include "privacy/rights/retain.h"

#define SWEEP_MOST	32

const char lost_schema[] =
"CREATE TABLE lost_access ("
" number INTEGER PRIMARY KEY REFERENCES case_file (number),"
" member INTEGER NOT NULL REFERENCES member (number),"
" way INTEGER NOT NULL,"		/* enum lost_way */
" state INTEGER NOT NULL,"		/* enum lost_state */
" started_at INTEGER NOT NULL,"
" due_at INTEGER NOT NULL,"
" ends_at INTEGER NOT NULL,"
" first INTEGER NOT NULL,"
" second INTEGER NOT NULL,"
" address INTEGER NOT NULL) STRICT;"
"CREATE INDEX lost_member ON lost_access (member);"
"CREATE UNIQUE INDEX lost_live ON lost_access (member) WHERE state <= 2;"
"CREATE INDEX lost_due ON lost_access (due_at) WHERE state = 1 AND due_at > 0;"
"CREATE INDEX lost_ends ON lost_access (ends_at);"
"CREATE INDEX lost_first ON lost_access (first) WHERE first > 0;"
"CREATE INDEX lost_second ON lost_access (second) WHERE second > 0;";

#define COLUMNS	"number, member, way, state, started_at, due_at, ends_at, first, second, address"
#define LETTERS	"iiiiiiiiii"

static const struct sql
sql_case = { "lost_of_case", "i", LETTERS, "SELECT " COLUMNS " FROM lost_access WHERE number = $1" },
sql_member = { "lost_of_member", "i", LETTERS, "SELECT " COLUMNS " FROM lost_access WHERE member = $1 AND state <= 2" },
sql_add = { "lost_add", LETTERS, "",
	"INSERT INTO lost_access (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)" },
sql_set = { "lost_set", "iiiiiii", "",
	"UPDATE lost_access SET state = $1, due_at = $2, ends_at = $3, first = $4, second = $5, address = $6 WHERE number = $7" },
sql_drop = { "lost_drop", "i", "", "DELETE FROM lost_access WHERE number = $1 AND state > 2" },
sql_due = { "lost_due", "ii", LETTERS,
	"SELECT " COLUMNS " FROM lost_access WHERE state = 1 AND due_at > 0 AND due_at <= $1 ORDER BY due_at LIMIT $2" },
sql_over = { "lost_over", "ii", LETTERS,
	"SELECT " COLUMNS " FROM lost_access WHERE state <= 2 AND ends_at <= $1 ORDER BY ends_at LIMIT $2" },
sql_gone = { "lost_gone", "i", "", "DELETE FROM lost_access WHERE state > 2 AND ends_at < $1" };
_Static_assert(LOST_RUNS == 1 && LOST_GIVEN == 2, "statements and indexes say so");

/* ---- rows ---- */

static void
row_read(const struct rows *r, struct lost *l)
{
	*l = (struct lost){ .number = rows_i64(r, 0), .member = rows_i64(r, 1), .way = (enum lost_way)rows_i64(r, 2),
	    .state = (enum lost_state)rows_i64(r, 3), .started_at = rows_i64(r, 4), .due_at = rows_i64(r, 5),
	    .ends_at = rows_i64(r, 6), .first = rows_i64(r, 7), .second = rows_i64(r, 8), .address = rows_i64(r, 9) };
}

static bool
row_find(struct keeper *k, const struct sql *s, int64_t key, struct lost *l, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, s, e, key));
	*found = r != NULL;
	if (*found)
		row_read(r, l);
	return true;
}

bool
lost_of_case(struct keeper *k, int64_t number, struct lost *l, bool *found, struct err *e)
{
	return row_find(k, &sql_case, number, l, found, e);
}

bool
lost_of_member(struct keeper *k, int64_t member, struct lost *l, bool *found, struct err *e)
{
	return row_find(k, &sql_member, member, l, found, e);
}

bool
lost_is_live(const struct lost *l, int64_t now)
{
	return l->state <= LOST_GIVEN && now < l->ends_at;
}

/* ---- steps ---- */

/* A link of its own to each proved address: what has come about, and how to stop it. */
static bool
tell(struct keeper *k, const struct lost *l, const char *what, int64_t now, struct err *e)
{
	struct member_facts f;
	struct owner o;

	TRY(member_owner(k, l->member, &o, &f, e));
	return lost_is_live(l, now) ?
	    address_notify_link(k, &o, f.lang, MAIL_LOST, what, 0, l->ends_at, PURPOSE_LOST_ACCESS, now, e) :
	    address_notify(k, &o, f.lang, MAIL_LOST, what, PURPOSE_LOST_ACCESS, now, e);
}

/* The bits by which the pages of the case know how it stands; whatever the case's own words were stays. */
static bool
case_marked(struct keeper *k, const struct lost *l, struct err *e)
{
	struct case_row c;

	TRY(case_get(k, l->number, &c, e));
	c.flags &= ~(uint32_t)CASE_WAY_ALL;
	c.flags |= l->way == LOST_BY_SHEET ? CASE_WAY_SHEET : 0;
	c.flags |= l->state == LOST_RUNS ? CASE_WAY_RUNS : l->state == LOST_GIVEN ? CASE_WAY_GIVEN :
	    l->state == LOST_DONE ? CASE_WAY_DONE : CASE_WAY_ENDED;
	return case_set(k, &c, e);
}

static bool
row_set(struct keeper *k, const struct lost *l, struct err *e)
{
	return sql_do(k->store, &sql_set, e, (int64_t)l->state, l->due_at, l->ends_at, l->first, l->second, l->address, l->number);
}

bool
lost_step(struct keeper *k, const struct lost *l, const char *what, int64_t now, struct err *e)
{
	TRY(row_set(k, l, e));
	return tell(k, l, what, now, e);
}

/* Codes, links and hand-overs of one that is over open nothing any more. */
static bool
shut(struct keeper *k, const struct lost *l, int64_t now, struct err *e)
{
	int64_t ended;

	TRY(code_end(k, CODE_LOST, l->number, e));
	TRY(handover_pass_end(k, l->number, HANDOVER_OVER, now, &ended, e));
	/* What was said of the steps before still goes out; its links are dead. */
	TRY(mail_token_cancel(k, l->member, MAIL_LOST, 0, e));
	return mail_cancel(k, l->member, MAIL_LOST_OPEN, 0, e);
}

bool
lost_move(struct keeper *k, struct lost *l, enum lost_state s, const char *what, int64_t now, struct err *e)
{
	l->state = s;
	l->ends_at = s <= LOST_GIVEN ? now + LOST_LIFE : now;
	if (s > LOST_GIVEN)
		TRY(shut(k, l, now, e));
	TRY(case_marked(k, l, e));
	return lost_step(k, l, what, now, e);
}

static bool
said(struct keeper *k, const struct lost *l, const char *what, int64_t now, struct err *e)
{
	struct owner o;
	struct record_line line = { .about = &o, .purpose = PURPOSE_LOST_ACCESS, .role = ACTOR_SYSTEM, .object = what };

	TRY(member_owner(k, l->member, &o, NULL, e));
	return keeper_record(k, &line, now, NULL, e);
}

/* ---- setting it going ---- */

static bool
whom(struct keeper *k, struct act *a, int64_t number, struct case_row *c, struct owner *o, struct err *e)
{
	struct member_facts f;
	struct lost was;
	bool found;

	TRY(case_work(k, a, number, c, e));
	TRY(case_open_now(c, e));
	if (c->kind != CASE_LOST_ACCESS)
		return REFUSE(e, ERR_DENIED, WHY_LOST, "lost access: a case of another kind");
	if (case_concerns(c) == 0)
		return REFUSE(e, ERR_CONFLICT, WHY_CASE_MEMBER, "lost access: of nobody yet");
	TRY(member_owner(k, case_concerns(c), o, &f, e));
	if ((f.restricted & RESTRICTED_FENCED) != 0)
		return REFUSE(e, ERR_ABSENT, WHY_DECISION_SUBJECT, "lost access: of somebody who is being erased");
	TRY(lost_of_member(k, o->number, &was, &found, e));
	return !found || REFUSE(e, ERR_CONFLICT, WHY_LOST_RUNS, "lost access: one runs already");
}

bool
op_lost_start(struct keeper *k, struct act *a, struct err *e)
{
	struct lost l = { .number = unpack_i64(&a->in), .started_at = a->now, .state = LOST_RUNS, .ends_at = a->now + LOST_LIFE };
	struct points points;
	struct case_row c;
	struct owner o;

	TRY(act_read(a, e));
	TRY(whom(k, a, l.number, &c, &o, e));
	TRY(trust_points(k, &o, a->now, &points, e));
	l.member = o.number;
	l.way = points.assurance > 0 ? LOST_BY_SHEET : LOST_BY_WAITING;
	TRY(sql_do(k->store, &sql_drop, e, l.number));
	TRY(sql_do(k->store, &sql_add, e, l.number, l.member, (int64_t)l.way, (int64_t)l.state, l.started_at, l.due_at, l.ends_at,
	    l.first, l.second, l.address));
	TRY(lost_move(k, &l, LOST_RUNS, l.way == LOST_BY_SHEET ?
	    MSG("begun; two assurers are to meet whoever asks, and to confirm who that is") :
	    MSG("begun; whoever asks is to show that one of your addresses is theirs, and then a waiting time has to pass"), a->now, e));
	pack_u8(a->out, l.way);
	TRY(case_get(k, l.number, &c, e));	/* as it is marked now */
	return case_did(k, a, &c, "a way back into the account was set going", true, e);
}

bool
lost_close(struct keeper *k, int64_t number, enum case_outcome how, int64_t now, struct err *e)
{
	struct lost l;
	bool found;

	TRY(lost_of_case(k, number, &l, &found, e));
	if (!found || how == CASE_DONE || how == CASE_PARTLY || l.state > LOST_GIVEN)
		return true;
	TRY(lost_move(k, &l, LOST_OVER, MSG("over"), now, e));
	return said(k, &l, "over: the case was closed", now, e);
}

/* ---- by itself ---- */

struct due { struct lost row[SWEEP_MOST]; size_t n; };

static bool
due_read(struct keeper *k, const struct sql *s, int64_t now, int64_t most, struct due *d, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, s, e, now, most < SWEEP_MOST ? most : SWEEP_MOST));
	for (d->n = 0; d->n < SWEEP_MOST && rows_next(r, &end);)
		row_read(r, &d->row[d->n++]);
	return err_hand_on(e, &end);
}

/* The link goes to the address that was shown to be theirs, if it still is one of the account's. */
static bool
give(struct keeper *k, struct lost *l, int64_t now, struct err *e)
{
	struct member_facts f;
	struct owner o;
	bool there;

	TRY(member_owner(k, l->member, &o, &f, e));
	TRY(address_verified(k, l->member, l->address, &there, e));
	if (!there) {
		TRY(lost_move(k, l, LOST_OVER, MSG("over: the address that was shown is no longer yours"), now, e));
		return said(k, l, "over: the address is gone", now, e);
	}
	TRY(lost_move(k, l, LOST_GIVEN, MSG("the waiting time is over; a link to choose a new password went to the address that was shown"), now, e));
	TRY(address_notify_one(k, &o, f.lang, MAIL_LOST_OPEN, l->address, l->ends_at, PURPOSE_LOST_ACCESS, now, e));
	return said(k, l, "the waiting time is over", now, e);
}

bool
lost_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	struct due over, due;

	TRY(due_read(k, &sql_over, now, most, &over, e));
	for (size_t i = 0; i < over.n; i++) {
		TRY(lost_move(k, &over.row[i], LOST_OVER, MSG("over: it was not used in time"), now, e));
		TRY(said(k, &over.row[i], "over: not used in time", now, e));
	}
	TRY(due_read(k, &sql_due, now, most, &due, e));
	for (size_t i = 0; i < due.n; i++)
		TRY(give(k, &due.row[i], now, e));
	*done = (int64_t)(over.n + due.n);
	TRY(sql_do(k->store, &sql_gone, e, now - LOST_KEPT));
	return retain_note(k, RETAIN_LOST, sql_changed(k->store), e);
}
