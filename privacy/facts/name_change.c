#include "privacy/facts/decision_row.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name_change.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

const char name_change_schema[] =
"CREATE TABLE name_change ("		/* what the opener of a case says changed */
" number INTEGER PRIMARY KEY REFERENCES case_file (number),"
" member INTEGER NOT NULL,"
" what INTEGER NOT NULL,"		/* LINK_* */
" from_one INTEGER NOT NULL,"
" to_one INTEGER NOT NULL,"
" at INTEGER NOT NULL,"
" decision INTEGER NOT NULL) STRICT;"	/* 0: not asked for yet */
"CREATE INDEX name_change_member ON name_change (member);"
"CREATE INDEX name_change_decision ON name_change (decision) WHERE decision > 0;";

#define COLUMNS "SELECT number, member, what, from_one, to_one, at, decision FROM name_change"
#define LETTERS "iiiiiii"

static const struct sql
sql_get = { "name_change_get", "i", LETTERS, COLUMNS " WHERE number = $1" },
sql_by = { "name_change_by", "i", LETTERS, COLUMNS " WHERE decision = $1 AND decision > 0" },
sql_undecided = { "name_change_undecided", "ii", LETTERS,
	"SELECT n.number, n.member, n.what, n.from_one, n.to_one, n.at, n.decision FROM name_change n"
	" JOIN decision d ON d.id = n.decision WHERE n.member = $1 AND n.decision > 0 AND d.state = 1 LIMIT $2" },
sql_put = { "name_change_put", "iiiiii", "",
	"INSERT INTO name_change (number, member, what, from_one, to_one, at, decision) VALUES ($1, $2, $3, $4, $5, $6, 0)"
	" ON CONFLICT (number) DO UPDATE SET what = excluded.what, from_one = excluded.from_one,"
	" to_one = excluded.to_one, at = excluded.at, decision = 0" },
sql_asked = { "name_change_asked", "ii", "", "UPDATE name_change SET decision = $1 WHERE number = $2" },
sql_gone = { "name_change_gone", "i", "", "DELETE FROM name_change WHERE number = $1" };

static void
row_read(const struct rows *r, struct name_change *n)
{
	*n = (struct name_change){ .number = rows_i64(r, 0), .member = rows_i64(r, 1), .link = { (uint8_t)rows_i64(r, 2),
	    (uint8_t)rows_i64(r, 3), (uint8_t)rows_i64(r, 4) }, .at = rows_i64(r, 5), .decision = rows_i64(r, 6) };
}

static bool
find(struct keeper *k, const struct sql *s, int64_t id, struct name_change *n, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	*n = (struct name_change){0};
	TRY(sql_first(k->store, &r, s, e, id));
	*found = r != NULL;
	if (*found)
		row_read(r, n);
	return true;
}

bool
name_change_forget(struct keeper *k, int64_t number, struct err *e)
{
	return sql_do(k->store, &sql_gone, e, number);
}

/* The decision that was asked for; of none there is nothing but zeros. */
static bool
decision_of(struct keeper *k, const struct name_change *n, struct decision *d, struct err *e)
{
	*d = (struct decision){0};
	return n->decision == 0 || decision_get(k, n->decision, d, e);
}

/* Still being decided: it ends undecided. */
static bool
lapse_open(struct keeper *k, const struct name_change *n, int64_t now, struct err *e)
{
	struct decision d;

	TRY(decision_of(k, n, &d, e));
	return d.state != DECISION_OPEN || decision_lapse(k, d.id, now, e);
}

/* Of cases that are closed none is undecided: there are no more than open ones. */
bool
name_change_stale(struct keeper *k, int64_t member, uint8_t what, uint8_t index, struct err *e)
{
	struct name_change row[CASES_OWN];
	struct err end = {0};
	size_t n = 0;

	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_undecided, e, member, (int64_t)CASES_OWN));
		while (n < CASES_OWN && rows_next(r, &end))
			row_read(r, &row[n++]);
	}
	TRY(err_hand_on(e, &end));
	for (size_t i = 0; i < n; i++)
		if (row[i].link.what == what && (what == LINK_BIRTH || row[i].link.from == index || row[i].link.to == index))
			TRY(lapse_open(k, &row[i], k->batch_now, e));
	return true;
}

bool
name_change_close(struct keeper *k, int64_t number, int64_t now, struct err *e)
{
	struct name_change n;
	bool found;

	return find(k, &sql_get, number, &n, &found, e) && lapse_open(k, &n, now, e);
}

/* ---- its opener ---- */

bool
name_change_pack(struct keeper *k, int64_t number, struct buf *into, struct err *e)
{
	struct name_change n;
	struct decision d;
	int64_t yes = 0, no = 0;
	bool found;

	TRY(find(k, &sql_get, number, &n, &found, e));
	TRY(decision_of(k, &n, &d, e));
	if (d.id != 0) {
		TRY(decision_votes(k, d.id, true, &yes, e));
		TRY(decision_votes(k, d.id, false, &no, e));
	}
	pack_u8(into, n.link.what);
	pack_i64(into, n.at);
	pack_i64(into, d.id);
	pack_u8(into, d.state);
	pack_i64(into, d.asked_at);
	pack_i64(into, d.decided_at);
	pack_u8(into, (unsigned)yes);
	pack_u8(into, (unsigned)no);
	return buf_ok(into, e);
}

static bool
own_case(struct keeper *k, const struct act *a, int64_t number, struct case_row *c, struct err *e)
{
	TRY(case_own(k, a, number, c, e));
	return c->kind == CASE_NAME_CHANGE || REFUSE(e, ERR_ABSENT, WHY_CASE_ABSENT, "name change: a case of another kind");
}

static bool
names_pack(struct keeper *k, struct act *a, struct err *e)
{
	struct name_row rows[VOUCH_NAMES];
	uint32_t vouched;
	size_t n;

	TRY(name_list(k, a->owner.number, rows, &n, e));
	TRY(name_vouched(k, a->owner.number, &vouched, e));
	pack_u8(a->out, (unsigned)n);
	for (size_t i = 0; i < n; i++) {
		DROP(name_parts_wipe) struct name_parts p = {0};

		TRY(name_open(k, a, a->role, &a->owner, rows[i].index, &p, e));
		pack_u8(a->out, rows[i].index);
		pack_u8(a->out, (vouched & 1u << rows[i].index) != 0);
		pack_bytes(a->out, p.whole.data, p.whole.len);
		TRY(buf_ok(a->out, e));
	}
	return true;
}

bool
op_name_change(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	struct name_change n;
	struct case_row c;
	unsigned birth;
	bool found;

	TRY(act_read(a, e));
	TRY(own_case(k, a, number, &c, e));
	TRY(find(k, &sql_get, number, &n, &found, e));
	TRY(birth_state(k, a->owner.number, &birth, e));
	TRY(name_change_pack(k, number, a->out, e));
	pack_u8(a->out, n.link.from);
	pack_u8(a->out, n.link.to);
	pack_u8(a->out, birth);
	TRY(names_pack(k, a, e));
	return act_record(k, a, NULL, e);
}

/* Are both there, the old one vouched for, and the new one another? */
static bool
link_ok(struct keeper *k, int64_t member, const struct link *l, struct err *e)
{
	struct err why = {0};

	if (name_link_fits(k, member, l, &why))
		return true;
	if (why.why == WHY_LINK)
		return REFUSE(e, ERR_CONFLICT, WHY_NAME_CHANGE, "%s", why.text);
	return err_hand_on(e, &why);
}

bool
op_name_change_say(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	struct link l = { .what = (uint8_t)unpack_u8(&a->in) };
	char said[DETAIL_OBJECT];
	struct name_change was;
	struct case_row c;
	bool found;

	l.from = (uint8_t)unpack_u8(&a->in);
	l.to = (uint8_t)unpack_u8(&a->in);
	TRY(act_read(a, e));
	TRY(own_case(k, a, number, &c, e));
	TRY(case_open_now(&c, e));
	if (l.what != LINK_NONE)
		TRY(link_ok(k, a->owner.number, &l, e));
	TRY(find(k, &sql_get, number, &was, &found, e));
	TRY(lapse_open(k, &was, a->now, e));
	TRY(l.what == LINK_NONE ? name_change_forget(k, number, e) : sql_do(k->store, &sql_put, e, number, a->owner.number,
	    (int64_t)l.what, (int64_t)l.from, (int64_t)l.to, a->now));
	snprintf(said, sizeof(said), "case %lld: %s", (long long)number, l.what == LINK_NONE ? "what changed was taken back" :
	    "said what changed");
	return act_record(k, a, said, e);
}

/* ---- staff ---- */

static bool
may_ask(struct keeper *k, const struct case_row *c, const struct name_change *n, bool found, struct err *e)
{
	struct decision d;

	if (c->kind != CASE_NAME_CHANGE || !found)
		return REFUSE(e, ERR_CONFLICT, WHY_NAME_CHANGE_NONE, "name change: nothing said");
	TRY(decision_of(k, n, &d, e));
	if (d.state == DECISION_OPEN || d.state == DECISION_AGREED)
		return REFUSE(e, ERR_CONFLICT, WHY_DECISION_DONE, "name change: asked for already");
	return link_ok(k, n->member, &n->link, e);
}

bool
op_name_change_ask(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	struct decision d = { .kind = DECISION_NAME_CHANGE };
	char reason[KEEPER_TEXT_MAX + 1];
	struct name_change n;
	struct case_row c;
	bool found;

	unpack_text(&a->in, reason, sizeof(reason));
	TRY(act_read(a, e));
	TRY(reason_ok(reason, e));
	TRY(case_work(k, a, number, &c, e));
	TRY(case_open_now(&c, e));
	TRY(find(k, &sql_get, number, &n, &found, e));
	TRY(may_ask(k, &c, &n, found, e));
	d.subject = n.member;
	TRY(decision_ask(k, a, &d, reason, e));
	TRY(sql_do(k->store, &sql_asked, e, d.id, number));
	pack_i64(a->out, d.id);
	TRY(case_did(k, a, &c, "two officers are asked to decide", true, e));
	TRY(decision_waits(k, &d, a->now, e));
	return case_notify(k, &c, MAIL_CASE, NULL, a->now, e);
}

/* ---- officers ---- */

static bool
value_open(struct keeper *k, struct act *a, const struct owner *o, const struct link *l, bool new, struct buf *into, struct err *e)
{
	DROP(name_parts_wipe) struct name_parts p = {0};
	bool found;

	if (l->what == LINK_BIRTH)
		return act_open_of(k, a, ACTOR_OFFICER, o, FIELD_BIRTH, new ? BIRTH_PROPOSED : BIRTH_HELD, into, &found, e);
	TRY(name_open(k, a, ACTOR_OFFICER, o, new ? l->to : l->from, &p, e));
	buf_add(into, p.whole.data, p.whole.len);
	return buf_ok(into, e);
}

static bool
values_open(struct keeper *k, struct act *a, const struct name_change *n, struct buf *into, struct err *e)
{
	DROP(buf_wipe) struct buf was = {0}, now = {0};
	struct owner o;
	struct record_line l = { .about = &o, .purpose = a->purpose, .role = ACTOR_OFFICER, .actor = a->owner.number };
	char said[DETAIL_OBJECT];

	TRY(member_owner(k, n->member, &o, NULL, e));
	TRY(value_open(k, a, &o, &n->link, false, &was, e));
	TRY(value_open(k, a, &o, &n->link, true, &now, e));
	TRY(buf_ok(&was, e) && buf_ok(&now, e));
	pack_u8(into, n->link.what);
	pack_bytes(into, was.data, was.len);
	pack_bytes(into, now.data, now.len);
	snprintf(said, sizeof(said), "case %lld: old and new value were seen", (long long)n->number);
	l.object = said;
	TRY(role_key(k, a->owner.number, a->now, &l.role_key, e));
	return keeper_record(k, &l, a->now, NULL, e);
}

bool
name_change_show(struct keeper *k, struct act *a, const struct decision *d, struct buf *into, struct err *e)
{
	enum purpose before = a->purpose;
	struct name_change n;
	bool found, good, concerned;

	/* Whoever may object to a notice and no more sees neither. */
	TRY(decision_concerns(k, d, a->owner.number, &concerned, e));
	TRY(find(k, &sql_by, d->id, &n, &found, e));
	if (!found || d->kind != DECISION_NAME_CHANGE || d->state != DECISION_OPEN || concerned) {
		pack_u8(into, LINK_NONE);
		pack_text(into, "");
		pack_text(into, "");
		return buf_ok(into, e);
	}
	a->purpose = PURPOSE_NAME_CHANGE;
	good = values_open(k, a, &n, into, e);
	a->purpose = before;
	return good;
}

bool
name_change_apply(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	struct name_change n;
	struct owner o;
	bool found;

	TRY(member_owner(k, d->subject, &o, NULL, e));
	if (d->state != DECISION_AGREED)
		return decision_told(k, a, &o, "a change of name or birth date was refused", e);
	TRY(find(k, &sql_by, d->id, &n, &found, e));
	if (!found)
		return REFUSE(e, ERR_CONFLICT, WHY_LINK, "name change: said something else meanwhile");
	TRY(name_link_make(k, a, &o, &n.link, ACTOR_OFFICER, e));
	return trust_refresh(k, &o, a->now, NULL, e);
}
