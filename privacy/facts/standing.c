/*
 * privacy/facts/standing.c - what officers decide about an assurer or an assurance: asking
 * for it, what it would mean, and making it so.
 */
#include <stdlib.h>
#include <string.h>
#include "ledger/base/wipe.h"
#include "privacy/facts/address.h"
#include "privacy/facts/assurance.h"
#include "privacy/facts/decision.h"
#include "privacy/facts/decision_row.h"
#include "privacy/facts/founding.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name_change.h"
#include "privacy/facts/telling.h"
#include "privacy/facts/ticket.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/exclusion.h"
#include "privacy/rights/hold.h"
#include "privacy/rights/disclose.h"
#include "privacy/rights/guest.h"

static const struct sql
sql_affected = { "fraud_affected", "i", "iii",
	"SELECT member, CAST(COUNT(*) AS bigint), CAST(MAX(made_at) AS bigint) FROM assurance"
	" WHERE giver = $1 AND member > 0 AND made_at > 0 AND withdrawn_at = 0 GROUP BY member ORDER BY member" },
sql_assured = { "fraud_certificates", "iiiiii", "i",
	"SELECT CAST(COUNT(*) AS bigint) FROM register WHERE member = $1 AND (state = $2 OR state = $3)"
	" AND not_after > $4 AND (profile = $5 OR profile = $6)" },
sql_fall = { "fraud_fall", "iii", "",
	"UPDATE assurance SET falls_at = $1 WHERE giver = $2 AND made_at > 0 AND withdrawn_at = 0"
	" AND (falls_at = 0 OR falls_at > $3)" },
sql_notices = { "fraud_notices", "ii", "",
	"INSERT INTO fall_notice (assurance) SELECT id FROM assurance WHERE giver = $1 AND falls_at = $2 AND member > 0"
	" ON CONFLICT (assurance) DO NOTHING" },
sql_notice = { "fall_notice_next", "i", "i", "SELECT assurance FROM fall_notice ORDER BY assurance LIMIT $1" },
sql_told = { "fall_notice_told", "i", "", "DELETE FROM fall_notice WHERE assurance = $1" };

/* ---- what if ---- */

struct affected { int64_t *member; size_t n, room; int64_t assurances; };
static void affected_wipe(struct affected *f) { wipe_free(f->member); }

static bool
affected_load(struct keeper *k, int64_t giver, struct affected *f, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_affected, e, giver));
	while (rows_next(r, &end)) {
		if (f->n == f->room) {
			size_t room = f->room == 0 ? 64 : 2 * f->room;
			int64_t *more = reallocarray(f->member, room, sizeof(*more));

			if (more == NULL)
				return FAIL(e, ERR_MEMORY, "what if: no memory");
			f->member = more;
			f->room = room;
		}
		f->member[f->n++] = rows_i64(r, 0);
		f->assurances += rows_i64(r, 1);
	}
	return err_hand_on(e, &end);
}

static bool
certificates_of(struct keeper *k, int64_t member, int64_t now, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_assured, e, member, (int64_t)REGISTER_VALID, (int64_t)REGISTER_SUSPENDED,
	    now, (int64_t)PROFILE_ASSURED_TLS, (int64_t)PROFILE_ASSURED_MAIL));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

static bool
what_if_one(struct keeper *k, int64_t member, int64_t giver, int64_t now, struct what_if *w, struct err *e)
{
	struct owner o;
	struct points before, after;
	int64_t live;

	TRY(member_owner(k, member, &o, NULL, e));
	TRY(trust_points(k, &o, now, &before, e));
	TRY(trust_points_without(k, &o, giver, now, &after, e));
	w->below_assurer += before.assurer && !after.assurer;
	if ((before.unlocks & UNLOCK_ASSURED) == 0 || (after.unlocks & UNLOCK_ASSURED) != 0)
		return true;
	w->below_names++;
	TRY(certificates_of(k, member, now, &live, e));
	w->certificates += live;
	return true;
}

bool
what_if_fraud(struct keeper *k, int64_t assurer, int64_t now, struct what_if *w, struct err *e)
{
	DROP(affected_wipe) struct affected f = {0};

	TRY(affected_load(k, assurer, &f, e));
	*w = (struct what_if){ .assurances = f.assurances, .members = (int64_t)f.n };
	for (size_t i = 0; i < f.n; i++)
		TRY(what_if_one(k, f.member[i], assurer, now, w, e));
	return true;
}

/* ---- asking ---- */

/* Two lines: the member's, that an officer looked at what a decision would mean, and the officer's own. */
bool
op_standing_look(struct keeper *k, struct act *a, struct err *e)
{
	char typed[KEEPER_TEXT_MAX + 1];
	struct trust_facts t;
	struct points p;
	struct owner o;
	int64_t member;

	unpack_text(&a->in, typed, sizeof(typed));
	TRY(act_read(a, e));
	TRY(member_named(k, typed, &member, e));
	TRY(member_owner(k, member, &o, NULL, e));
	TRY(trust_get(k, member, &t, e));
	TRY(trust_points(k, &o, a->now, &p, e));
	pack_i64(a->out, member);
	pack_u8(a->out, t.standing);
	pack_u8(a->out, p.assurer || (p.founder && t.passed_at != 0 && t.standing == STANDING_GOOD));	/* as trust_refresh() has it */
	TRY(what_if_pack(k, a, true, member, e));
	return act_record_of(k, a, ACTOR_OFFICER, &o, "your standing as an assurer was looked at",
	    "standing looked at", e);
}

/* Is there, at this standing, anything for it to change? */
static bool
fits(enum decision_kind kind, enum standing s)
{
	return kind == DECISION_LIFT ? s == STANDING_SUSPENDED :
	    kind == DECISION_FRAUD ? s != STANDING_FRAUD : s == STANDING_GOOD;
}

static bool
no_longer(struct err *e)
{
	return REFUSE(e, ERR_CONFLICT, WHY_DECISION_SUBJECT, "standing: not as it stands now");
}

static bool
may_ask(struct keeper *k, struct act *a, unsigned kind, int64_t member, struct err *e)
{
	struct trust_facts t;
	struct owner o;
	bool open;

	if (kind < DECISION_SUSPEND || kind > DECISION_FRAUD)
		return FAIL(e, ERR_INPUT, "standing: kind %u", kind);
	if (member == a->owner.number)
		return REFUSE(e, ERR_DENIED, WHY_DECISION_OWN, "standing: one's own");
	if (!member_owner(k, member, &o, NULL, NULL))
		return REFUSE(e, ERR_ABSENT, WHY_DECISION_SUBJECT, "standing: no such member");
	TRY(trust_get(k, member, &t, e));
	TRY(decision_is_open(k, (enum decision_kind)kind, member, 0, &open, e));
	return (fits((enum decision_kind)kind, t.standing) && !open && member != 0) || no_longer(e);
}

bool
op_standing_ask(struct keeper *k, struct act *a, struct err *e)
{
	unsigned kind = unpack_u8(&a->in);
	struct decision d = { .kind = (enum decision_kind)kind, .subject = unpack_i64(&a->in) };
	char reason[KEEPER_TEXT_MAX + 1];

	unpack_text(&a->in, reason, sizeof(reason));
	TRY(act_read(a, e));
	TRY(reason_ok(reason, e));
	TRY(may_ask(k, a, kind, d.subject, e));
	TRY(decision_ask(k, a, &d, reason, e));
	pack_i64(a->out, d.id);
	return decision_waits(k, &d, a->now, e);
}

/* ---- a member objects ---- */

static bool
objection_told(struct keeper *k, struct act *a, const struct assurance *row, struct err *e)
{
	struct member_facts f;
	struct owner giver;

	TRY(member_owner(k, row->giver, &giver, &f, e));
	TRY(act_record_also(k, a, &giver, "an objection", e));
	return address_notify_primary(k, &giver, f.lang, MAIL_OBJECTED, NULL, a->purpose, a->now, e);
}

bool
op_assurance_object(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	char words[KEEPER_TEXT_MAX + 1];
	struct decision d = { .kind = DECISION_OBJECTION, .subject = a->owner.number, .assurance = id,
	    .asked_by = a->owner.number, .asked_at = a->now };
	struct assurance row;

	unpack_text(&a->in, words, sizeof(words));
	TRY(act_read(a, e));
	TRY(reason_ok(words, e));
	TRY(assurance_get(k, id, &row, e));
	if (row.member != a->owner.number || row.made_at == 0)
		return REFUSE(e, ERR_ABSENT, WHY_ASSURE_DONE, "objection: not this member's");
	if (row.withdrawn_at != 0 || row.objected_at != 0)
		return REFUSE(e, ERR_CONFLICT, WHY_ASSURE_DONE, "objection: it is taken back or objected to");
	if (!trust_may_object(&k->set->trust, row.made_at, a->now))
		return REFUSE(e, ERR_DENIED, WHY_ASSURE_LATE, "objection: too late");
	TRY(decision_add(k, &d, "", e));
	row.objected_at = a->now;
	TRY(assurance_set(k, &row, e));
	TRY(vault_put(k->vault, &a->owner, FIELD_MESSAGE, d.id, span_text(words), a->now, e));
	TRY(objection_told(k, a, &row, e));
	TRY(act_record(k, a, "an objection", e));
	TRY(keeper_record_site(k, PURPOSE_SITE, "an objection to an assurance", a->now, NULL, e));
	return decision_waits(k, &d, a->now, e);
}

/* ---- making it so ---- */

bool
decision_told(struct keeper *k, struct act *a, const struct owner *o, const char *what, struct err *e)
{
	struct member_facts f;
	struct owner same;
	struct record_line l = { .about = o, .purpose = PURPOSE_DECISION, .role = ACTOR_OFFICER, .object = what,
	    .actor = a->owner.number };

	if (o->number < 0)		/* no longer a member */
		return true;
	TRY(member_owner(k, o->number, &same, &f, e));
	TRY(address_notify_primary(k, o, f.lang, MAIL_DECIDED, what, PURPOSE_DECISION, a->now, e));
	TRY(role_key(k, a->owner.number, a->now, &l.role_key, e));
	return keeper_record(k, &l, a->now, NULL, e);
}

/* Something else may have been decided since it was asked for: it has to fit still. */
static bool
standing_set(struct keeper *k, struct act *a, const struct decision *d, enum standing s, const char *what,
    struct err *e)
{
	struct trust_facts t;
	struct owner o;

	TRY(member_owner(k, d->subject, &o, NULL, e));
	TRY(trust_get(k, d->subject, &t, e));
	if (!fits(d->kind, t.standing))
		return no_longer(e);
	t.standing = s;
	t.standing_at = a->now;
	TRY(trust_put(k, d->subject, &t, e));
	TRY(decision_told(k, a, &o, what, e));
	return trust_refresh(k, &o, a->now, NULL, e);
}

/* What was given stands until the day; the sweep tells each member, a few at a time. */
static bool
fraud_found(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	int64_t falls_at = a->now + k->set->trust.fall;

	TRY(sql_do(k->store, &sql_fall, e, falls_at, d->subject, falls_at));
	TRY(sql_do(k->store, &sql_notices, e, d->subject, falls_at));
	return standing_set(k, a, d, STANDING_FRAUD, "fraud was found", e);
}

static bool
objection_decided(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	bool upheld = d->state == DECISION_AGREED;
	const char *what = upheld ? "an objection was upheld" : "an objection was dismissed";
	struct owner giver, member;
	struct assurance row;

	TRY(assurance_get(k, d->assurance, &row, e));
	TRY(member_owner(k, row.member, &member, NULL, e));
	TRY(member_owner(k, row.giver, &giver, NULL, e));
	if (upheld && row.withdrawn_at == 0) {
		row.withdrawn_at = a->now;
		TRY(assurance_set(k, &row, e));
	}
	TRY(decision_told(k, a, &member, what, e));
	TRY(decision_told(k, a, &giver, what, e));
	TRY(trust_refresh(k, &member, a->now, NULL, e));
	return trust_refresh(k, &giver, a->now, NULL, e);
}

bool
decision_apply(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	if (d->kind == DECISION_OBJECTION)
		return objection_decided(k, a, d, e);
	if (d->kind == DECISION_NAME_CHANGE)
		return name_change_apply(k, a, d, e);
	if (d->kind == DECISION_TELLING)
		return telling_decided(k, a, d, e);
	if (d->kind == DECISION_DISCLOSURE)
		return disclosure_decided(k, a, d, e);
	if (d->kind == DECISION_BORROW)
		return guest_decided(k, a, d, e);
	if (d->state != DECISION_AGREED)
		return true;
	if (decision_role(d->kind, NULL) != 0)
		return decision_role_apply(k, a, d, e);
	if (d->kind == DECISION_HOLD || d->kind == DECISION_HOLD_END)
		return hold_apply(k, a, d, e);
	if (d->kind == DECISION_EXCLUDE || d->kind == DECISION_EXCLUDE_END)
		return exclusion_apply(k, a, d, e);
	switch (d->kind) {
	case DECISION_FOUNDING:
		return founding_begin(k, a, d, e);
	case DECISION_SUSPEND:
		return standing_set(k, a, d, STANDING_SUSPENDED, "suspended as an assurer", e);
	case DECISION_LIFT:
		return standing_set(k, a, d, STANDING_GOOD, "the suspension ended", e);
	case DECISION_FRAUD:
		return fraud_found(k, a, d, e);
	default:
		return FAIL(e, ERR_TAMPER, "decision: kind %d", (int)d->kind);
	}
}

/* ---- those whose points will fall ---- */

static bool
fall_tell(struct keeper *k, int64_t id, int64_t now, struct err *e)
{
	struct member_facts f;
	struct assurance row;
	struct owner o;
	struct record_line l = { .about = &o, .purpose = PURPOSE_DECISION, .role = ACTOR_SYSTEM,
	    .object = "points will fall" };

	TRY(sql_do(k->store, &sql_told, e, id));
	TRY(assurance_get(k, id, &row, e));
	if (row.withdrawn_at != 0 || row.falls_at == 0)
		return true;
	TRY(member_owner(k, row.member, &o, &f, e));
	TRY(address_notify_until(k, &o, f.lang, MAIL_POINTS_FALL, row.falls_at, PURPOSE_DECISION, now, e));
	TRY(keeper_record(k, &l, now, NULL, e));
	return trust_refresh(k, &o, now, NULL, e);
}

bool
falls_tell(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	int64_t id[32];
	size_t n;

	TRY(sql_column(k->store, id, COUNT(id), &n, &sql_notice, e, most < (int64_t)COUNT(id) ? most : (int64_t)COUNT(id)));
	for (size_t i = 0; i < n; i++)
		TRY(fall_tell(k, id[i], now, e));
	*done = (int64_t)n;
	return true;
}
