#include <string.h>
#include "privacy/facts/address.h"
#include "privacy/facts/decision_row.h"
#include "privacy/facts/founding.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

const char founding_schema[] =
"CREATE TABLE founder_offer ("
" member INTEGER PRIMARY KEY REFERENCES member (number),"
" at INTEGER NOT NULL) STRICT;"
"CREATE TABLE founder ("		/* of a decision: asked for, and once agreed the founders */
" decision INTEGER NOT NULL REFERENCES decision (id),"
" member INTEGER NOT NULL REFERENCES member (number),"
" PRIMARY KEY (decision, member)) STRICT, WITHOUT ROWID;";

static const struct sql
sql_founded = { "founded", "", "i", "SELECT member FROM trust WHERE founder_at > 0 LIMIT 1" },
sql_offer = { "founder_offer", "ii", "",
	"INSERT INTO founder_offer (member, at) VALUES ($1, $2) ON CONFLICT (member) DO NOTHING" },
sql_offer_gone = { "founder_offer_gone", "i", "", "DELETE FROM founder_offer WHERE member = $1" },
sql_offers = { "founder_offers", "i", "ii", "SELECT member, at FROM founder_offer ORDER BY at, member LIMIT $1" },
sql_offered = { "founder_offered", "i", "i", "SELECT at FROM founder_offer WHERE member = $1" },
sql_add = { "founder_add", "ii", "", "INSERT INTO founder (decision, member) VALUES ($1, $2)" },
sql_of = { "founder_of", "ii", "i", "SELECT member FROM founder WHERE decision = $1 ORDER BY member LIMIT $2" };

bool
founded(struct keeper *k, bool *yes, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_founded, e));
	*yes = r != NULL;
	return true;
}

bool
founding_state_of(struct keeper *k, int64_t member, enum founding_state *s, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	bool yes;

	TRY(founded(k, &yes, e));
	TRY(sql_first(k->store, &r, &sql_offered, e, member));
	*s = yes ? FOUNDING_DONE : r != NULL ? FOUNDING_OFFERED : FOUNDING_OPEN;
	return true;
}

static bool
not_founded(struct keeper *k, struct err *e)
{
	bool yes;

	TRY(founded(k, &yes, e));
	return !yes || REFUSE(e, ERR_CONFLICT, WHY_FOUNDED, "founding: it is");
}

/* ---- offering oneself ---- */

bool
op_founder_offer(struct keeper *k, struct act *a, struct err *e)
{
	bool on = unpack_u8(&a->in) == 1;
	struct trust_facts t;

	TRY(act_read(a, e));
	if (!on) {
		TRY(sql_do(k->store, &sql_offer_gone, e, a->owner.number));
		return act_record(k, a, "offer taken back", e);
	}
	TRY(not_founded(k, e));
	TRY(trust_get(k, a->owner.number, &t, e));
	if (t.passed_at == 0 || (a->steps & STEP_NAMES) == 0 || (a->steps & STEP_BIRTH) == 0)
		return REFUSE(e, ERR_DENIED, WHY_FOUNDER_READY, "founder: not ready");
	TRY(sql_do(k->store, &sql_offer, e, a->owner.number, a->now));
	TRY(name_lend(k, a, a->role, &a->owner, FIELD_SIGNER, false, e));
	return act_record(k, a, "offered", e);
}

bool
op_founders(struct keeper *k, struct act *a, struct err *e)
{
	int64_t member[100], at[COUNT(member)];
	size_t n = 0;
	struct err end = {0};
	bool yes;

	TRY(act_read(a, e));
	TRY(founded(k, &yes, e));
	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_offers, e, (int64_t)COUNT(member)));
		for (; n < COUNT(member) && rows_next(r, &end); n++) {
			member[n] = rows_i64(r, 0);
			at[n] = rows_i64(r, 1);
		}
	}
	TRY(err_hand_on(e, &end));
	pack_u8(a->out, yes);
	pack_u32(a->out, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		DROP(buf_wipe) struct buf name = {0};

		TRY(name_lent(k, member[i], FIELD_SIGNER, &name, e));
		pack_i64(a->out, member[i]);
		pack_bytes(a->out, name.data, name.len);
		pack_i64(a->out, at[i]);
	}
	return act_record(k, a, "offers", e);
}

/* ---- asking for the founding ---- */

struct asked { int64_t member[FOUNDERS_MOST]; size_t n; char reason[KEEPER_TEXT_MAX + 1]; };

static bool
asked_read(const struct keeper *k, struct act *a, struct asked *q, struct err *e)
{
	q->n = unpack_u8(&a->in);
	if (q->n > FOUNDERS_MOST)
		return REFUSE(e, ERR_INPUT, WHY_FOUNDERS_COUNT, "founding: %zu", q->n);
	for (size_t i = 0; i < q->n; i++)
		q->member[i] = unpack_i64(&a->in);
	unpack_text(&a->in, q->reason, sizeof(q->reason));
	TRY(act_read(a, e));
	for (size_t i = 0; i < q->n; i++)
		for (size_t j = 0; j < i; j++)
			if (q->member[i] == q->member[j])
				return FAIL(e, ERR_INPUT, "founding: one twice");
	if ((int64_t)q->n < k->set->trust.founders_least || (int64_t)q->n > k->set->trust.founders_most)
		return REFUSE(e, ERR_INPUT, WHY_FOUNDERS_COUNT, "founding: %zu", q->n);
	return reason_ok(q->reason, e);
}

static bool
offers(struct keeper *k, int64_t member, bool *yes, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_offered, e, member));
	*yes = r != NULL;
	return true;
}

static bool
offered(struct keeper *k, int64_t member, struct err *e)
{
	bool yes;

	TRY(offers(k, member, &yes, e));
	return yes || REFUSE(e, ERR_ABSENT, WHY_DECISION_SUBJECT, "founding: who did not offer");
}

bool
op_founding_ask(struct keeper *k, struct act *a, struct err *e)
{
	struct decision d = { .kind = DECISION_FOUNDING };
	struct asked q;
	bool open;

	TRY(asked_read(k, a, &q, e));
	TRY(not_founded(k, e));
	TRY(decision_is_open(k, DECISION_FOUNDING, 0, 0, &open, e));
	if (open)
		return REFUSE(e, ERR_CONFLICT, WHY_DECISION_DONE, "founding: asked for already");
	for (size_t i = 0; i < q.n; i++)
		TRY(offered(k, q.member[i], e));
	TRY(decision_ask(k, a, &d, q.reason, e));
	for (size_t i = 0; i < q.n; i++)
		TRY(sql_do(k->store, &sql_add, e, d.id, q.member[i]));
	pack_i64(a->out, d.id);
	return decision_waits(k, &d, a->now, e);
}

/* ---- agreed ---- */

bool
founding_members(struct keeper *k, int64_t decision, int64_t into[FOUNDERS_MOST], size_t *n, struct err *e)
{
	return sql_column(k->store, into, FOUNDERS_MOST, n, &sql_of, e, decision, (int64_t)FOUNDERS_MOST);
}

static bool
begin_one(struct keeper *k, struct act *a, int64_t member, int64_t decision, struct err *e)
{
	char said[64];
	struct trust_facts t;
	struct member_facts f;
	struct owner o;
	struct record_line l = { .about = &o, .purpose = PURPOSE_FOUNDING, .role = ACTOR_OFFICER, .object = said,
	    .actor = a->owner.number };

	TRY(member_owner(k, member, &o, &f, e));
	TRY(trust_get(k, member, &t, e));
	t.founder_at = a->now;
	TRY(trust_put(k, member, &t, e));
	TRY(sql_do(k->store, &sql_offer_gone, e, member));
	snprintf(said, sizeof(said), "a founder, by decision %lld", (long long)decision);
	TRY(role_key(k, a->owner.number, a->now, &l.role_key, e));
	TRY(keeper_record(k, &l, a->now, NULL, e));
	TRY(address_notify_primary(k, &o, f.lang, MAIL_FOUNDER, "founder", PURPOSE_FOUNDING, a->now, e));
	return trust_refresh(k, &o, a->now, NULL, e);
}

/* Whoever took the offer back since they were asked for is left out. */
bool
founding_begin(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	int64_t member[FOUNDERS_MOST], begun = 0;
	char said[64];
	size_t n;

	TRY(not_founded(k, e));
	TRY(founding_members(k, d->id, member, &n, e));
	for (size_t i = 0; i < n; i++) {
		bool still;

		TRY(offers(k, member[i], &still, e));
		if (!still)
			continue;
		TRY(begin_one(k, a, member[i], d->id, e));
		begun++;
	}
	if (begun < k->set->trust.founders_least)
		return REFUSE(e, ERR_CONFLICT, WHY_FOUNDERS_COUNT, "founding: %lld still offer", (long long)begun);
	snprintf(said, sizeof(said), "founded by decision %lld: %lld founders", (long long)d->id, (long long)begun);
	return keeper_record_site(k, PURPOSE_SITE, said, a->now, NULL, e);
}
