/*
 * privacy/facts/decision_notice.c - officers are told what waits; seven days' notice, where only one of them is free.
 *
 * An approval begins it when no other officer may vote: all are concerned, tied to the member, asked
 * for it themselves, or there are none.  All officers are told by mail, and any but whom it is about may object; then
 * a second officer has to be found.  After the seven days whoever approved carries it out, and the
 * site's line and the member's say that it was so.
 */
#include <stdio.h>
#include "privacy/facts/address.h"
#include "privacy/facts/decision_row.h"
#include "privacy/facts/member.h"
#include "privacy/facts/role.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

const char decision_notice_schema[] =
"ALTER TABLE decision ADD COLUMN notice_at INTEGER NOT NULL DEFAULT 0;";	/* 0: none was given; -1: somebody objected */

static const struct sql
sql_notice = { "decision_notice", "ii", "", "UPDATE decision SET notice_at = $1 WHERE id = $2 AND state = 1" };

bool
decision_objected(struct keeper *k, struct decision *d, struct err *e)
{
	d->notice_at = -1;
	return sql_do(k->store, &sql_notice, e, d->notice_at, d->id);
}

/* Of what these decide one officer can be enough; of anything else, disclosures above all, never. */
static bool
may_stand(enum decision_kind kind)
{
	switch (kind) {
	case DECISION_FOUNDING:
	case DECISION_OBJECTION:
	case DECISION_SUSPEND:
	case DECISION_LIFT:
	case DECISION_FRAUD:
	case DECISION_SUPPORT_GIVE:
	case DECISION_SUPPORT_END:
	case DECISION_OFFICER_GIVE:
	case DECISION_OFFICER_END:
	case DECISION_AUDITOR_GIVE:
	case DECISION_AUDITOR_END:
	case DECISION_NAME_CHANGE:
	case DECISION_HOLD:
	case DECISION_HOLD_END:
	case DECISION_EXCLUDE:
	case DECISION_EXCLUDE_END:
	case DECISION_BORROW:
		return true;
	default:
		return false;
	}
}

/* Is there somebody else who could decide? */
static bool
others_free(struct keeper *k, const struct decision *d, const int64_t officer[], size_t n, bool *yes, struct err *e)
{
	*yes = false;
	for (size_t i = 0; i < n && !*yes; i++) {
		enum decision_mine m;

		TRY(decision_mine(k, d, officer[i], &m, e));
		*yes = m == DECISION_MAY_VOTE;
	}
	return true;
}

/* Is this officer to be told?  Of a notice all are who may know of it, of what waits those whose vote it waits for. */
static bool
concerns(struct keeper *k, const struct decision *d, enum mail_use kind, int64_t officer, bool *yes, struct err *e)
{
	enum decision_mine m;
	bool hidden;

	TRY(decision_hidden(k, d, officer, &hidden, e));
	*yes = !hidden && officer != d->subject;
	if (!*yes || kind == MAIL_NOTICE)
		return true;
	TRY(decision_mine(k, d, officer, &m, e));
	*yes = m == DECISION_MAY_VOTE && officer != d->asked_by;
	return true;
}

static bool
tell(struct keeper *k, const struct decision *d, enum mail_use kind, const int64_t officer[], size_t n, int64_t now, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		struct member_facts f;
		struct owner o;
		bool yes;

		TRY(concerns(k, d, kind, officer[i], &yes, e));
		if (!yes)
			continue;
		TRY(member_owner(k, officer[i], &o, &f, e));
		TRY(address_notify_primary(k, &o, f.lang, kind, NULL, PURPOSE_DECISION, now, e));
	}
	return true;
}

bool
decision_waits(struct keeper *k, const struct decision *d, int64_t now, struct err *e)
{
	int64_t officer[ROLE_HOLDERS];
	size_t n;

	TRY(role_holders(k, ROLE_OFFICER, officer, &n, e));
	return tell(k, d, MAIL_VOTE, officer, n, now, e);
}

bool
decision_notice(struct keeper *k, struct act *a, struct decision *d, struct err *e)
{
	int64_t officer[ROLE_HOLDERS], against;
	bool free;
	size_t n;

	TRY(decision_votes(k, d->id, false, &against, e));
	TRY(role_holders(k, ROLE_OFFICER, officer, &n, e));
	TRY(others_free(k, d, officer, n, &free, e));
	if (free || against > 0 || d->notice_at != 0 || !may_stand(d->kind))
		return true;
	d->notice_at = a->now;
	TRY(sql_do(k->store, &sql_notice, e, d->notice_at, d->id));
	TRY(decision_said(k, a, d, "seven days' notice begins", e));
	return tell(k, d, MAIL_NOTICE, officer, n, a->now, e);
}

/* So that whom it concerns can see that it was one officer alone. */
static bool
marked(struct keeper *k, const struct act *a, const struct decision *d, struct err *e)
{
	struct member_facts f;
	struct owner o;
	struct record_line l = { .about = &o, .purpose = PURPOSE_DECISION, .role = ACTOR_OFFICER,
	    .object = "one officer was free: it stands after seven days' notice", .actor = a->owner.number };

	if (d->subject <= 0)
		return true;
	TRY(member_owner(k, d->subject, &o, &f, e));
	if ((f.restricted & RESTRICTED_FENCED) != 0)
		return true;
	TRY(role_key(k, a->owner.number, a->now, &l.role_key, e));
	return keeper_record(k, &l, a->now, NULL, e);
}

bool
op_decision_notice(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	enum decision_mine m;
	struct member_facts f;
	struct decision d;
	struct owner o;

	TRY(act_read(a, e));
	TRY(decision_get_for(k, a, id, &d, e));
	if (d.state != DECISION_OPEN)
		return REFUSE(e, ERR_CONFLICT, WHY_DECISION_DONE, "decision: it is");
	TRY(decision_mine(k, &d, a->owner.number, &m, e));
	if (m != DECISION_VOTED_YES)
		return REFUSE(e, ERR_DENIED, WHY_DECISION_OWN, "decision: another one's notice");
	if (d.notice_at <= 0 || a->now < d.notice_at + DECISION_NOTICE)
		return REFUSE(e, ERR_CONFLICT, WHY_NOTICE, "decision: no notice that is over");
	d.state = DECISION_AGREED;
	TRY(decision_end(k, &d, d.state, a->now, e));
	TRY(decision_said(k, a, &d, "agreed after seven days' notice", e));
	TRY(marked(k, a, &d, e));
	TRY(decision_apply(k, a, &d, e));
	TRY(member_owner(k, a->owner.number, &o, &f, e));
	a->roles = f.roles;
	return true;
}
